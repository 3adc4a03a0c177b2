//! What is looked at each time the metrics are read: the head, jobs, letters, pools and the disk. Telemetry, no figure.

use super::{App, AppError};
use crate::db::{Db, Engine, statement};
use crate::http::metrics::Metrics;
use crate::journal::read_head;
use chrono::{DateTime, Utc};
use entity::{Clock, JobState};
use prometheus::{IntGauge, IntGaugeVec, Opts, Registry};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use std::path::PathBuf;
use std::sync::Arc;

/// A folder whose disk is watched, and what lies in it.
type Watched = (&'static str, PathBuf);

struct Watch {
    db: Db,
    clock: Clock,
    folders: Vec<Watched>,
    entries: IntGauge,
    last_entry_age: IntGauge,
    jobs: IntGaugeVec,
    jobs_overdue: IntGauge,
    letters: IntGauge,
    letters_overdue: IntGauge,
    pools: IntGaugeVec,
    database_size: IntGauge,
    disk_free: IntGaugeVec,
}

impl App {
    /// The metrics with those of the gate and with what is looked at each time they are read.
    ///
    /// # Errors
    /// Only a mistake of ours.
    pub fn watched(&self, metrics: Metrics, folders: Vec<Watched>) -> Result<Metrics, AppError> {
        let spoiled = |error: prometheus::Error| AppError::Spec(error.to_string());
        self.desk.gate.meters().register(metrics.registry()).map_err(spoiled)?;
        let watch = Watch::new(self.desk.db.clone(), self.desk.clock.clone(), folders).map_err(spoiled)?;
        watch.register(metrics.registry()).map_err(spoiled)?;
        let watch = Arc::new(watch);
        Ok(metrics.looking(move || {
            let watch = Arc::clone(&watch);
            Box::pin(async move {
                // Where the database is away, what it would say stays as it was.
                if let Err(error) = watch.look().await {
                    tracing::warn!(%error, "some metrics are not of now");
                }
            })
        }))
    }
}

fn gauges(name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, prometheus::Error> {
    IntGaugeVec::new(Opts::new(name, help), labels)
}

impl Watch {
    fn new(db: Db, clock: Clock, folders: Vec<Watched>) -> Result<Self, prometheus::Error> {
        Ok(Self {
            db,
            clock,
            folders,
            entries: IntGauge::new("journal_entries", "Entries of the journal: the number of its head.")?,
            last_entry_age: IntGauge::new("journal_last_entry_age_seconds", "Time since the last entry.")?,
            jobs: gauges("jobs", "Jobs in the table, by state.", &["state"])?,
            jobs_overdue: IntGauge::new("jobs_overdue_seconds", "How long the job that has been due the longest has waited.")?,
            letters: IntGauge::new("letters_waiting", "Letters that are to be sent.")?,
            letters_overdue: IntGauge::new(
                "letters_overdue_seconds",
                "How long the letter that has been due the longest has waited.",
            )?,
            pools: gauges(
                "database_pool_connections",
                "Open connections to the database, by pool and whether they are at work.",
                &["pool", "state"],
            )?,
            database_size: IntGauge::new("database_size_bytes", "Size of the database.")?,
            disk_free: gauges("disk_free_bytes", "Room left for us on the disk, by what lies there.", &["of"])?,
        })
    }

    fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        for gauge in [
            &self.entries,
            &self.last_entry_age,
            &self.jobs_overdue,
            &self.letters,
            &self.letters_overdue,
            &self.database_size,
        ] {
            registry.register(Box::new(gauge.clone()))?;
        }
        for gauges in [&self.jobs, &self.pools, &self.disk_free] {
            registry.register(Box::new(gauges.clone()))?;
        }
        Ok(())
    }

    async fn look(&self) -> Result<(), DbErr> {
        for pool in self.db.pools() {
            for (state, connections) in [("busy", pool.busy), ("idle", pool.idle)] {
                let gauge = self.pools.with_label_values(&[pool.pool, state]);
                gauge.set(i64::try_from(connections).unwrap_or(i64::MAX));
            }
        }
        for (of, folder) in &self.folders {
            if let Some(bytes) = free_bytes(folder) {
                self.disk_free.with_label_values(&[of]).set(bytes);
            }
        }
        let now = self.clock.now();
        let snapshot = self.db.snapshot().await?;
        let head = read_head(&snapshot, self.db.engine(), false).await?;
        self.entries.set(head.seq);
        self.last_entry_age.set(age(Some(head.last_at), now));
        self.look_at_jobs(&snapshot, now).await?;
        self.look_at_letters(&snapshot, now).await?;
        let size = match self.db.engine() {
            Engine::Sqlite => "SELECT page_count * page_size AS size FROM pragma_page_count(), pragma_page_size()",
            Engine::Postgres => "SELECT pg_database_size(current_database()) AS size",
        };
        for row in self.rows(&snapshot, size).await? {
            self.database_size.set(row.try_get("", "size")?);
        }
        snapshot.end().await
    }

    async fn look_at_jobs(&self, db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
        for state in JobState::ALL {
            self.jobs.with_label_values(&[state.as_str()]).set(0);
        }
        let mut since = None;
        for row in self
            .rows(db, "SELECT state, count(*) AS jobs, min(due_at) AS since FROM jobs GROUP BY state")
            .await?
        {
            let state: String = row.try_get("", "state")?;
            self.jobs.with_label_values(&[&state]).set(row.try_get("", "jobs")?);
            if state == JobState::Waiting.as_str() {
                since = row.try_get("", "since")?;
            }
        }
        self.jobs_overdue.set(age(since, now));
        Ok(())
    }

    async fn look_at_letters(&self, db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
        let (mut letters, mut longest) = (0, 0);
        for table in ["notices", "address_confirmations"] {
            let sql = format!("SELECT count(*) AS letters, min(mail_due_at) AS since FROM {table} WHERE mail_state = 'waiting'");
            for row in self.rows(db, &sql).await? {
                letters += row.try_get::<i64>("", "letters")?;
                longest = longest.max(age(row.try_get("", "since")?, now));
            }
        }
        self.letters.set(letters);
        self.letters_overdue.set(longest);
        Ok(())
    }

    async fn rows(&self, db: &impl ConnectionTrait, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
        db.query_all_raw(statement(self.db.engine(), sql, Vec::new())).await
    }
}

/// Whole seconds since a moment; 0 for none, and for one that is still to come.
fn age(since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> i64 {
    since.map_or(0, |since| (now - since).num_seconds().max(0))
}

/// Room left for us on the disk of a folder, or where it will be made; none where it cannot be told.
#[cfg(unix)]
fn free_bytes(folder: &std::path::Path) -> Option<i64> {
    let here = std::path::Path::new(".");
    let mut above = folder.ancestors().map(|one| if one.as_os_str().is_empty() { here } else { one });
    let told = rustix::fs::statvfs(above.find(|one| one.exists())?).ok()?;
    i64::try_from(told.f_bavail.checked_mul(told.f_frsize)?).ok()
}

/// Room left for us on the disk of a folder; none where it cannot be told.
#[cfg(not(unix))]
fn free_bytes(_: &std::path::Path) -> Option<i64> {
    None
}
