//! A letter about a notice, and when it is tried again: pure rules.

use super::post::NotSent;
use super::store::Mailing;
use super::words::{Said, link, say, spoken};
use crate::http::language::Language;
use chrono::{DateTime, TimeDelta, Utc};
use entity::tables::notices;
use entity::{MailAddress, MailState, NoticeLanguage, is_invisible};
use uuid::Uuid;

/// Attempts before a letter is given up: after 1, 4, 16, 64, 256 and 1,024 minutes, most of a day in all.
pub(super) const MOST_ATTEMPTS: i32 = 7;
/// Characters of a subject.
const LONGEST_SUBJECT: usize = 200;

/// A letter, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Of the notice it tells of, or of the address it confirms; its `Message-ID` is made of this, so that a letter sent
    /// twice is known as one.
    pub id: Uuid,
    /// To whom.
    pub to: MailAddress,
    /// On one line.
    pub subject: String,
    /// What it says, plain text.
    pub text: String,
    /// When the thing happened.
    pub at: DateTime<Utc>,
}

/// The letter of a notice. `links` is what stands before the path of a link, where the service is reached.
/// `note` is what the other side said with it.
pub(super) fn letter(
    notice: &notices::Model,
    (to, language): (MailAddress, NoticeLanguage),
    note: Option<&str>,
    links: Option<&str>,
) -> Letter {
    let language = spoken(language);
    let what = serde_json::from_str(&notice.what).unwrap_or_default();
    let Said { title, text } = say(notice.kind, &what, language);
    let way = link(&notice.thing_kind, notice.thing_id);
    let way = format!("{}{way}", links.unwrap_or_default());
    let why = match language {
        Language::Zh => "您收到此信，是因为您选择了以邮件接收此类通知；可在 /v1/notices/preferences 更改。",
        Language::En => "You get this letter because you chose to hear of such things by e-mail; change that at /v1/notices/preferences.",
    };
    let note = match (note, language) {
        (None, _) => String::new(),
        (Some(note), Language::Zh) => format!("留言：{note}\n"),
        (Some(note), Language::En) => format!("They write: {note}\n"),
    };
    Letter {
        id: notice.id.uuid(),
        to,
        subject: one_line(&title),
        text: format!("{text}\n{note}\n{way}\n\n-- \n洋品 Yangpin\n{why}\n"),
        at: notice.created_at,
    }
}

/// Text that cannot leave its line or turn it around: control characters and what nobody sees are spaces.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || is_invisible(c);
    text.chars()
        .map(|c| if breaks(c) { ' ' } else { c })
        .take(LONGEST_SUBJECT)
        .collect()
}

/// A letter whose sending begins: should nobody live to say how it went, it is due again after a pause.
pub(super) fn begun(attempts: i32, now: DateTime<Utc>) -> Mailing {
    let minutes = 4_i64.pow(u32::try_from(attempts.clamp(0, MOST_ATTEMPTS - 2)).unwrap_or(0));
    Mailing {
        state: MailState::Waiting,
        due_at: Some(now + TimeDelta::minutes(minutes)),
        attempts: attempts + 1,
    }
}

/// What becomes of a letter after an attempt.
pub(super) fn after(begun: Mailing, outcome: &Result<(), NotSent>) -> Mailing {
    match outcome {
        Ok(()) => ended(begun, MailState::Sent),
        Err(NotSent::Refused(_)) => ended(begun, MailState::GivenUp),
        Err(_) if begun.attempts >= MOST_ATTEMPTS => ended(begun, MailState::GivenUp),
        Err(_) => begun,
    }
}

/// A letter of which nothing more is to be expected.
pub(super) fn ended(mailing: Mailing, state: MailState) -> Mailing {
    Mailing {
        state,
        due_at: None,
        ..mailing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::{NoticeId, NoticeKind, PersonId};

    fn notice(party: &str) -> notices::Model {
        let what = serde_json::json!({"party": party, "order_no": "YP1", "amount": "2050.00", "lines": "1", "deliver_on": "2026-12-01"});
        notices::Model {
            id: NoticeId::from_uuid(Uuid::nil()),
            person_id: PersonId::new(),
            cause: "entry 1 at 1".to_owned(),
            kind: NoticeKind::OrderPlaced,
            thing_kind: "order".to_owned(),
            thing_id: Uuid::nil(),
            what: what.to_string(),
            in_inbox: true,
            mail_state: MailState::Waiting,
            mail_due_at: None,
            mail_attempts: 0,
            created_at: "2026-11-23T02:00:00Z".parse().unwrap(),
            read_at: None,
        }
    }

    fn written(party: &str, language: NoticeLanguage) -> Letter {
        letter(
            &notice(party),
            ("a@b.example".parse().unwrap(), language),
            Some("周一前能补送吗"),
            Some("https://yangpin.example"),
        )
    }

    #[test]
    fn it_says_the_same_in_both_languages() {
        let zh = written("白蒲小学", NoticeLanguage::Zh);
        assert_eq!(zh.subject, "新订单 YP1（白蒲小学）");
        let en = written("白蒲小学", NoticeLanguage::En);
        assert_eq!(en.subject, "New order YP1 from 白蒲小学");
        for text in [zh.text, en.text] {
            assert!(text.contains("2050.00") && text.contains("周一前能补送吗\n"), "{text}");
            assert!(
                text.contains("https://yangpin.example/v1/orders/00000000-0000-0000-0000-000000000000\n"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_subject_stays_on_its_line() {
        let hostile = "x\r\nBcc: everybody@b.example\r\n\r\nbody\u{2028}\u{85}\u{202e}\0";
        let subject = written(hostile, NoticeLanguage::En).subject;
        assert!(
            !subject.contains(|c: char| c.is_control() || "\u{2028}\u{202e}".contains(c)),
            "{subject:?}"
        );
        assert_eq!(
            written(&"米".repeat(500), NoticeLanguage::En).subject.chars().count(),
            LONGEST_SUBJECT
        );
    }

    #[test]
    fn pauses_grow_and_it_is_given_up() {
        let now: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
        let later = Err(NotSent::Later("451".to_owned()));
        let (mut attempts, mut pauses) = (0, Vec::new());
        loop {
            let mailing = after(begun(attempts, now), &later);
            attempts = mailing.attempts;
            match mailing.due_at {
                Some(due) => pauses.push((due - now).num_minutes()),
                None => break assert_eq!(mailing.state, MailState::GivenUp),
            }
        }
        assert_eq!(pauses, [1, 4, 16, 64, 256, 1_024]);
        assert_eq!(attempts, MOST_ATTEMPTS);
        let refused = Err(NotSent::Refused("550".to_owned()));
        assert_eq!(after(begun(0, now), &refused).state, MailState::GivenUp);
        assert_eq!(after(begun(0, now), &Ok(())).state, MailState::Sent);
    }
}
