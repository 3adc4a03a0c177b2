//! A pool of connections, whoever waits for it, and what is counted of both: by that the pulse knows whether the database is
//! there.

use sea_orm::DatabaseConnection;
use sqlx::postgres::PgPool;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

pub(super) struct Pool {
    pub(super) open: DatabaseConnection,
    pub(super) postgres: Option<PgPool>,
    /// Whether nothing that this pool was asked will be answered.
    pub(super) is_gone: AtomicBool,
    /// How many have waited long for this pool, and still do, and how often such have looked for their answer.
    pub(super) long: AtomicUsize,
    pub(super) long_looks: AtomicUsize,
    /// How many answers came from it.
    pub(super) answers: AtomicUsize,
}

/// One who waits, how often he has looked, and after how many looks he has waited long.
pub(super) struct Wait<'a> {
    pool: &'a Pool,
    looks: AtomicUsize,
    many: usize,
}

impl<'a> Wait<'a> {
    pub(super) fn new(pool: &'a Pool, many: usize) -> Self {
        Self {
            pool,
            looks: AtomicUsize::new(0),
            many,
        }
    }

    /// Looks once more; whether there is nothing to wait for.
    pub(super) fn is_over(&self) -> bool {
        let looks = self.looks.fetch_add(1, Ordering::Relaxed);
        if looks == self.many {
            self.pool.long.fetch_add(1, Ordering::Relaxed);
        }
        if looks >= self.many {
            self.pool.long_looks.fetch_add(1, Ordering::Relaxed);
        }
        self.pool.is_gone.load(Ordering::Relaxed)
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if self.looks.load(Ordering::Relaxed) > self.many {
            self.pool.long.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Pool {
    pub(super) fn new(open: DatabaseConnection, postgres: Option<PgPool>) -> Self {
        Self {
            open,
            postgres,
            is_gone: AtomicBool::new(false),
            long: AtomicUsize::new(0),
            long_looks: AtomicUsize::new(0),
            answers: AtomicUsize::new(0),
        }
    }

    pub(super) fn of(postgres: PgPool) -> Self {
        Self::new(postgres.clone().into(), Some(postgres))
    }

    /// What comes back is closed without being asked whether it is well, which may never be answered.
    pub(super) fn shut(&self) {
        if let Some(pool) = &self.postgres {
            drop(pool.close());
        }
    }
}
