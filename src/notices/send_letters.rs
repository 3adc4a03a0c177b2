//! Sends the letters that are due, one after the other.

use super::audience::LETTER_WITHIN;
use super::code::{Codes, HOLDS, letter_of_code};
use super::letter::{Letter, after, begun, ended, letter};
use super::post::{NotSent, Post};
use super::said::words_of;
use super::store::{self, Mailing, Waits};
use super::waiting;
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, Turn, TurnError, UseCase};
use entity::tables::{address_confirmations, notices};
use entity::{MailState, NoticeLanguage, PersonId};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Letters in a step.
const MOST: usize = 20;
/// No letter is begun in a step that has taken so long: with the last one's time limit it stays well within a lease.
const BEGUN_WITHIN: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_secs(10);
/// Other work comes between two steps.
const BETWEEN: Duration = Duration::from_secs(1);
/// How long a server that is not there is left alone.
const LEFT_ALONE: Duration = Duration::from_secs(60);

/// The standing job `send_letters`, where there is a post. Each attempt is noted before it is made, so that of several
/// senders one makes it and that an attempt in which the process dies counts too. Codes go before notices: somebody
/// waits for them.
#[derive(Clone)]
pub struct SendLetters {
    post: Arc<dyn Post>,
    links: Option<String>,
    codes: Codes,
}

impl std::fmt::Debug for SendLetters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendLetters").field("links", &self.links).finish_non_exhaustive()
    }
}

impl SendLetters {
    /// A sender of letters whose links begin with `links`.
    #[must_use]
    pub fn new(post: Arc<dyn Post>, links: Option<String>, codes: Codes) -> Self {
        Self { post, links, codes }
    }

    /// Sends the letter that has been due the longest, or not; whether others may be tried. None where none is due.
    async fn send_next(&self, desk: &Desk) -> Result<Option<bool>, Refusal> {
        let now = desk.clock.now();
        if let Some(waits) = waiting::due(desk.read(), desk.engine(), now).await? {
            return Ok(Some(self.send_code(desk, &waits).await?));
        }
        match store::due(desk.read(), desk.engine(), now).await? {
            Some(notice) => Ok(Some(self.send_notice(desk, &notice).await?)),
            None => Ok(None),
        }
    }

    async fn send_code(&self, desk: &Desk, waits: &address_confirmations::Model) -> Result<bool, Refusal> {
        let (row, attempts, now) = (Waits::Address(waits.id), waits.mail_attempts, desk.clock.now());
        let mine = begun(attempts, now);
        let to = waits.address.parse().ok().filter(|_| waits.asked_at + HOLDS > now);
        let Some(to) = to else {
            note(desk, row, attempts, ended(mine, MailState::GivenUp)).await?;
            return Ok(true);
        };
        if !note(desk, row, attempts, mine).await? {
            return Ok(true);
        }
        let language = language_of(desk, waits.person_id).await?;
        let letter = letter_of_code(waits, to, language, &self.codes.code(waits.id, &waits.address));
        self.hand_on(desk, row, mine, &letter).await
    }

    async fn send_notice(&self, desk: &Desk, notice: &notices::Model) -> Result<bool, Refusal> {
        let (row, attempts, now) = (Waits::Notice(notice.id), notice.mail_attempts, desk.clock.now());
        let mine = begun(attempts, now);
        if notice.created_at + LETTER_WITHIN < now {
            note(desk, row, attempts, ended(mine, MailState::GivenUp)).await?;
            return Ok(true);
        }
        let Some(to) = store::address(desk.read(), notice.person_id).await? else {
            note(desk, row, attempts, ended(mine, MailState::None)).await?;
            return Ok(true);
        };
        if !note(desk, row, attempts, mine).await? {
            return Ok(true);
        }
        let language = language_of(desk, notice.person_id).await?;
        let words = words_of(desk.read(), desk.engine(), std::slice::from_ref(notice)).await?;
        let said = words.get(&notice.id).map(String::as_str);
        let letter = letter(notice, (to, language), said, self.links.as_deref());
        self.hand_on(desk, row, mine, &letter).await
    }

    /// Hands a letter to the post, whose attempt has been noted; whether others may be tried.
    async fn hand_on(&self, desk: &Desk, row: Waits, mine: Mailing, letter: &Letter) -> Result<bool, Refusal> {
        let outcome = self.post.send(letter).await;
        let outlook = after(mine, &outcome);
        if let Err(why) = &outcome {
            tracing::warn!(letter = %letter.id, attempt = mine.attempts, state = %outlook.state, %why, "a letter was not sent");
        }
        if outlook != mine {
            note(desk, row, mine.attempts, outlook).await?;
        }
        Ok(!matches!(outcome, Err(NotSent::Unreachable(_))))
    }
}

/// Notes what becomes of a letter; whether nobody else had it.
async fn note(desk: &Desk, row: Waits, attempts: i32, after: Mailing) -> Result<bool, Refusal> {
    Ok(desk.gate.run(Note { row, attempts, after }, None).await?.answer)
}

async fn language_of(desk: &Desk, person: PersonId) -> Result<NoticeLanguage, Refusal> {
    let wishes = store::wishes(desk.read(), person).await?;
    Ok(wishes.map_or(NoticeLanguage::Zh, |wishes| wishes.language))
}

#[async_trait::async_trait]
impl Job for SendLetters {
    fn kind(&self) -> &'static str {
        "send_letters"
    }

    fn every(&self) -> Option<Duration> {
        Some(EVERY)
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        let began = Instant::now();
        for _ in 0..MOST {
            match self.send_next(desk).await? {
                None => return Ok(Step::Done),
                Some(false) => return Ok(Step::Again { after: LEFT_ALONE }),
                Some(true) => {}
            }
            if began.elapsed() > BEGUN_WITHIN {
                break;
            }
        }
        Ok(Step::Again { after: BETWEEN })
    }
}

struct Note {
    row: Waits,
    attempts: i32,
    after: Mailing,
}

#[async_trait::async_trait]
impl UseCase for Note {
    type Answer = bool;

    async fn run(&self, turn: &mut Turn) -> Result<bool, TurnError> {
        Ok(store::note_mailing(turn.tx(), turn.engine(), self.row, self.attempts, self.after).await?)
    }
}
