//! Sends the letters that are due, one after the other.

use super::audience::LETTER_WITHIN;
use super::letter::{after, begun, ended, letter};
use super::post::{NotSent, Post};
use super::said::words_of;
use super::store::{self, Mailing};
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, Turn, TurnError, UseCase};
use entity::tables::notices;
use entity::{MailState, NoticeId};
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
/// senders one makes it and that an attempt in which the process dies counts too.
#[derive(Clone)]
pub struct SendLetters {
    post: Arc<dyn Post>,
    links: Option<String>,
}

impl std::fmt::Debug for SendLetters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendLetters").field("links", &self.links).finish_non_exhaustive()
    }
}

impl SendLetters {
    /// A sender of letters whose links begin with `links`.
    #[must_use]
    pub fn new(post: Arc<dyn Post>, links: Option<String>) -> Self {
        Self { post, links }
    }

    /// Sends one letter, or not; whether others may be tried.
    async fn send(&self, desk: &Desk, notice: &notices::Model) -> Result<bool, Refusal> {
        let now = desk.clock.now();
        let note = |attempts: i32, after: Mailing| {
            let id = notice.id;
            desk.gate.run(Note { id, attempts, after }, None)
        };
        let mine = begun(notice.mail_attempts, now);
        if notice.created_at + LETTER_WITHIN < now {
            note(notice.mail_attempts, ended(mine, MailState::GivenUp)).await?;
            return Ok(true);
        }
        let Some(to) = store::address(desk.read(), notice.person_id).await? else {
            note(notice.mail_attempts, ended(mine, MailState::None)).await?;
            return Ok(true);
        };
        if !note(notice.mail_attempts, mine).await?.answer {
            return Ok(true);
        }
        let wishes = store::wishes(desk.read(), notice.person_id).await?;
        let language = wishes.map_or(entity::NoticeLanguage::Zh, |wishes| wishes.language);
        let words = words_of(desk.read(), desk.engine(), std::slice::from_ref(notice)).await?;
        let outcome = self
            .post
            .send(&letter(
                notice,
                (to, language),
                words.get(&notice.id).map(String::as_str),
                self.links.as_deref(),
            ))
            .await;
        let outlook = after(mine, &outcome);
        if let Err(why) = &outcome {
            tracing::warn!(notice = %notice.id, attempt = mine.attempts, state = %outlook.state, %why, "a letter was not sent");
        }
        if outlook != mine {
            note(mine.attempts, outlook).await?;
        }
        Ok(!matches!(outcome, Err(NotSent::Unreachable(_))))
    }
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
            let Some(notice) = store::due(desk.read(), desk.engine(), desk.clock.now()).await? else {
                return Ok(Step::Done);
            };
            if !self.send(desk, &notice).await? {
                return Ok(Step::Again { after: LEFT_ALONE });
            }
            if began.elapsed() > BEGUN_WITHIN {
                break;
            }
        }
        Ok(Step::Again { after: BETWEEN })
    }
}

/// Notes what becomes of a letter; whether nobody else had it.
struct Note {
    id: NoticeId,
    attempts: i32,
    after: Mailing,
}

#[async_trait::async_trait]
impl UseCase for Note {
    type Answer = bool;

    async fn run(&self, turn: &mut Turn) -> Result<bool, TurnError> {
        Ok(store::note_mailing(turn.tx(), turn.engine(), self.id, self.attempts, self.after).await?)
    }
}
