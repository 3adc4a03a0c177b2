//! The retention sweep: deletes what is over, by the class that each table's migration names.
//!
//! The table `retention` says which class a table is of; here stands what a class means for it. Nothing of the trade
//! and nothing of the journal is ever swept. What is personal stands in tables of its own and goes when the thing it
//! stands beside is archived; the journal holds a salted hash, which says nothing without it.

use super::job::{Job, Step};
use crate::db::statement;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Turn, TurnError, UseCase};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use std::time::Duration;

/// What of a table is over: rows whose thing ended more than `kept` ago.
struct Sweep {
    class: &'static str,
    table: &'static str,
    kept: TimeDelta,
    /// `$1`: ended before; `$2`: at most so many rows.
    delete: &'static str,
}

/// Rows deleted in a turn.
const MOST: i64 = 1_000;

const SWEEPS: [Sweep; 6] = [
    Sweep {
        class: "passing",
        table: "jobs",
        kept: TimeDelta::days(30),
        delete: "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE ended_at < $1 ORDER BY ended_at LIMIT $2)",
    },
    Sweep {
        class: "personal",
        table: "site_contacts",
        kept: TimeDelta::zero(),
        delete: "DELETE FROM site_contacts WHERE site_id IN (SELECT c.site_id FROM site_contacts c JOIN sites s ON s.id = c.site_id \
                 WHERE s.archived_at < $1 ORDER BY s.archived_at LIMIT $2)",
    },
    Sweep {
        class: "personal",
        table: "person_details",
        kept: TimeDelta::zero(),
        delete: "DELETE FROM person_details WHERE person_id IN (SELECT d.person_id FROM person_details d \
                 JOIN people p ON p.id = d.person_id WHERE p.archived_at < $1 ORDER BY p.archived_at LIMIT $2)",
    },
    Sweep {
        class: "personal",
        table: "person_mails",
        kept: TimeDelta::zero(),
        delete: "DELETE FROM person_mails WHERE person_id IN (SELECT d.person_id FROM person_mails d \
                 JOIN people p ON p.id = d.person_id WHERE p.archived_at < $1 ORDER BY p.archived_at LIMIT $2)",
    },
    Sweep {
        class: "passing",
        table: "address_confirmations",
        kept: TimeDelta::days(7),
        delete: "DELETE FROM address_confirmations WHERE id IN (SELECT id FROM address_confirmations WHERE asked_at < $1 ORDER BY asked_at LIMIT $2)",
    },
    Sweep {
        class: "passing",
        table: "notices",
        kept: TimeDelta::days(180),
        delete: "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    },
];

/// Tables of these classes that this sweep leaves alone, and why.
#[cfg(test)]
const LEFT_ALONE: [(&str, &str); 3] = [
    ("idempotency", "has a purge of its own"),
    ("notes", "belong to orders, whose papers are kept for years"),
    ("site_contact_versions", "belong to orders as well: who was to receive them"),
];

/// The standing job `retention_sweep`, every day.
#[derive(Clone, Copy, Debug)]
pub struct RetentionSweep;

#[async_trait::async_trait]
impl Job for RetentionSweep {
    fn kind(&self) -> &'static str {
        "retention_sweep"
    }

    fn every(&self) -> Option<Duration> {
        Some(Duration::from_secs(24 * 3_600))
    }

    /// One table, at most `MOST` rows; progress is the number of tables that are through.
    async fn step(&self, desk: &Desk, progress: &Value) -> Result<Step, Refusal> {
        let at = progress.get("tables_done").and_then(Value::as_u64).unwrap_or(0);
        let Some(sweep) = usize::try_from(at).ok().and_then(|at| SWEEPS.get(at)) else {
            return Ok(Step::Done);
        };
        let mut swept = 0;
        if is_of_class(desk, sweep).await? {
            let before = desk.clock.now() - sweep.kept;
            let delete = sweep.delete;
            swept = desk.gate.run(Delete { delete, before }, None).await?.answer;
        }
        let through = swept < MOST.unsigned_abs();
        Ok(Step::More {
            progress: json!({ "tables_done": if through { at + 1 } else { at } }),
        })
    }
}

/// Whether the table is still of the class the sweep is for: a table whose class was changed is left alone.
async fn is_of_class(desk: &Desk, sweep: &Sweep) -> Result<bool, DbErr> {
    let sql = "SELECT 1 AS one FROM retention WHERE table_name = $1 AND class = $2";
    let values = vec![sweep.table.into(), sweep.class.into()];
    let found = desk.read().query_one_raw(statement(desk.engine(), sql, values)).await?;
    Ok(found.is_some())
}

struct Delete {
    delete: &'static str,
    before: DateTime<Utc>,
}

#[async_trait::async_trait]
impl UseCase for Delete {
    type Answer = u64;

    async fn run(&self, turn: &mut Turn) -> Result<u64, TurnError> {
        let values = vec![self.before.into(), MOST.into()];
        let done = turn.tx().execute_raw(statement(turn.engine(), self.delete, values)).await?;
        Ok(done.rows_affected())
    }
}

#[cfg(test)]
#[path = "retention_tests.rs"]
mod tests;
