//! Notes once, in the journal, the rows that were there before entries carried a hash of them.

use crate::catalogue::category_id;
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, Turn, TurnError, UseCase, note_some};
use crate::organisations::add_division::id_of_code;
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// The standing job `note_register`: up to 2,000 things a turn, going on where it was stopped; with nothing left it has
/// nothing to do.
#[derive(Clone, Copy, Debug)]
pub struct NoteRegister;

#[async_trait::async_trait]
impl Job for NoteRegister {
    fn kind(&self) -> &'static str {
        "note_register"
    }

    fn every(&self) -> Option<Duration> {
        Some(Duration::from_hours(24))
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        let more = desk.gate.run(NoteSome, None).await?.answer;
        Ok(if more { Step::More { progress: Value::Null } } else { Step::Done })
    }
}

struct NoteSome;

#[async_trait::async_trait]
impl UseCase for NoteSome {
    type Answer = bool;

    async fn run(&self, turn: &mut Turn) -> Result<bool, TurnError> {
        note_some(turn, thing_of_code).await
    }
}

/// As the entries of old named these things.
fn thing_of_code(thing: &str, code: &str) -> Uuid {
    if thing == "category" { category_id(code) } else { id_of_code(code) }
}
