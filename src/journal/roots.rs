//! Roots of the tree at sizes it had before, counted from the leaves.
//!
//! The frontier at every 4,096th entry is kept in memory, so that once a process has gone through the journal a root
//! costs at most 4,096 leaves. Nothing of it is kept in the database: it can be counted anew at any time.

use super::head::PAIRING;
use super::merkle::{Frontier, Hash};
use crate::db::{Engine, Snapshot, statement};
use crate::http::fault::Refusal;
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use tokio::sync::Mutex;

/// A frontier is kept at each multiple of this.
const STEP: u64 = 4_096;
/// Leaves that one question may read; the next one goes on from there.
const MOST_LEAVES: u64 = 64 * STEP;
/// Seconds after which a question that was not through may be asked again.
const RETRY_AFTER_S: u32 = 1;

/// The frontiers of one process; the n-th is that at n × [`STEP`] entries. One question at a time counts.
#[derive(Clone, Debug)]
pub(super) struct Roots(Arc<Mutex<Vec<Frontier>>>);

impl Default for Roots {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(vec![Frontier::default()])))
    }
}

impl Roots {
    /// The root when there were `size` entries, which there are.
    pub(super) async fn at(&self, db: &Snapshot, engine: Engine, size: u64) -> Result<Hash, Refusal> {
        let mut kept = self.0.lock().await;
        let wanted = usize::try_from(size / STEP).map_err(Refusal::broken)?;
        let mut budget = MOST_LEAVES;
        while kept.len() <= wanted {
            if budget == 0 {
                return Err(Refusal::Unavailable {
                    retry_after_s: RETRY_AFTER_S,
                });
            }
            budget -= STEP;
            let last = kept.last().cloned().unwrap_or_default();
            let until = last.size() + STEP;
            kept.push(grown(db, engine, last, until).await?);
        }
        let nearest = kept.get(wanted).cloned().unwrap_or_default();
        drop(kept);
        Ok(grown(db, engine, nearest, size).await?.root())
    }
}

/// The frontier with the leaves up to `until` added.
async fn grown(db: &Snapshot, engine: Engine, mut frontier: Frontier, until: u64) -> Result<Frontier, Refusal> {
    let number = |size: u64| i64::try_from(size).map_err(Refusal::broken);
    let values = vec![PAIRING.into(), number(frontier.size())?.into(), number(until)?.into()];
    let sql = "SELECT leaf FROM entries WHERE pairing = $1 AND seq > $2 AND seq <= $3 ORDER BY seq";
    for row in db.query_all_raw(statement(engine, sql, values)).await? {
        let leaf: Vec<u8> = row.try_get("", "leaf").map_err(Refusal::from)?;
        let leaf = Hash::try_from(leaf).map_err(|_| Refusal::broken("a leaf is no hash: run `yangpin verify`"))?;
        frontier.append(leaf);
    }
    if frontier.size() == until {
        Ok(frontier)
    } else {
        Err(Refusal::broken("entries are missing: run `yangpin verify`"))
    }
}
