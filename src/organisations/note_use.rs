//! Notes when keys were used, to the minute, beside the requests that used them. No trade, so no entry.

use super::key::Key;
use super::store::{self, Used};
use crate::journal::{Gate, Turn, TurnError, UseCase};
use chrono::{DateTime, TimeDelta, Utc};
use entity::KeyId;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// Uses are gathered this long before they are written together.
const GATHERING: Duration = Duration::from_secs(5);
/// A key is noted at most once in this time.
const MINUTE: TimeDelta = TimeDelta::minutes(1);
/// Uses that may wait to be gathered; more are not noted.
const QUEUE: usize = 1_024;
/// The most keys written in one turn.
const MOST_AT_ONCE: usize = 500;
/// Keys whose last note is remembered; beyond it all are forgotten, which costs a write that changes nothing.
const MOST_REMEMBERED: usize = 10_000;

/// Where uses are noted.
#[derive(Debug)]
pub(super) struct Uses {
    gate: Gate,
    noted: OnceLock<mpsc::Sender<Used>>,
}

impl Uses {
    /// Nothing noted yet; the task that writes begins with the first use and ends when this is dropped.
    pub(super) fn new(gate: Gate) -> Self {
        Self {
            gate,
            noted: OnceLock::new(),
        }
    }

    /// Notes a use, unless one within the last minute is known to be noted; never waits.
    pub(super) fn note(&self, key: &Key, at: DateTime<Utc>) {
        if key.last_used_at.is_none_or(|last| at - last >= MINUTE) {
            // When the queue is full, a later use is noted: that is near enough.
            let noted = self.noted.get_or_init(|| {
                let (noted, uses) = mpsc::channel(QUEUE);
                tokio::spawn(keep(self.gate.clone(), uses));
                noted
            });
            let _ = noted.try_send(Used { key: key.id, at });
        }
    }
}

async fn keep(gate: Gate, mut uses: mpsc::Receiver<Used>) {
    let mut last_noted: HashMap<KeyId, DateTime<Utc>> = HashMap::new();
    while let Some(first) = uses.recv().await {
        let mut gathered = HashMap::from([(first.key, first.at)]);
        let until = Instant::now() + GATHERING;
        loop {
            match timeout_at(until, uses.recv()).await {
                Ok(Some(used)) if gathered.len() < MOST_AT_ONCE => _ = gathered.insert(used.key, used.at),
                Ok(Some(_)) => {}
                // The process is about to end: five seconds of last uses are no loss.
                Ok(None) => return,
                Err(_) => break,
            }
        }
        gathered.retain(|key, at| last_noted.get(key).is_none_or(|last| *at - *last >= MINUTE));
        if gathered.is_empty() {
            continue;
        }
        if last_noted.len() > MOST_REMEMBERED {
            last_noted.clear();
        }
        last_noted.extend(&gathered);
        let used = gathered.into_iter().map(|(key, at)| Used { key, at }).collect();
        if let Err(refusal) = gate.run(NoteUse { used }, None).await {
            tracing::warn!(%refusal, "last uses of keys were not noted");
        }
    }
}

struct NoteUse {
    used: Vec<Used>,
}

#[async_trait::async_trait]
impl UseCase for NoteUse {
    type Answer = ();

    async fn run(&self, turn: &mut Turn) -> Result<(), TurnError> {
        Ok(store::note_use(turn.tx(), turn.engine(), &self.used).await?)
    }
}
