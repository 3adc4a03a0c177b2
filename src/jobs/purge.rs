//! Forgets the keys of repeated requests once nobody may repeat them any more.

use super::job::{Job, Step};
use crate::http::fault::Refusal;
use crate::journal::{Desk, Turn, TurnError, UseCase, purge_repeats};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use std::time::Duration;

/// How long a key is kept.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Keys forgotten in a turn.
const MOST: u32 = 1_000;

/// The standing job `purge_repeats`, every hour.
#[derive(Clone, Copy, Debug)]
pub struct PurgeRepeats;

#[async_trait::async_trait]
impl Job for PurgeRepeats {
    fn kind(&self) -> &'static str {
        "purge_repeats"
    }

    fn every(&self) -> Option<Duration> {
        Some(Duration::from_secs(3_600))
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        let before = desk.clock.now() - KEPT;
        let purged = desk.gate.run(Purge { before }, None).await?.answer;
        Ok(if purged < u64::from(MOST) {
            Step::Done
        } else {
            Step::More { progress: Value::Null }
        })
    }
}

struct Purge {
    before: DateTime<Utc>,
}

#[async_trait::async_trait]
impl UseCase for Purge {
    type Answer = u64;

    async fn run(&self, turn: &mut Turn) -> Result<u64, TurnError> {
        Ok(purge_repeats(turn, self.before, MOST).await?)
    }
}
