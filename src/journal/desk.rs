//! What every room works at: the database to read, the gate to write, the clock.

use super::gate::Gate;
use crate::db::{Connections, Db, Engine};
use entity::Clock;
use std::sync::Arc;
use tokio::sync::Notify;

/// Database, gate and clock of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The database; rooms read from it and leave its writing connection to the gate.
    pub db: Db,
    /// The way to write.
    pub gate: Gate,
    /// Where `now` comes from.
    pub clock: Clock,
    /// Rings when this process has entered a job, so that its runner need not look a second later.
    pub job_bell: Arc<Notify>,
}

impl Desk {
    /// The pool that reads.
    #[must_use]
    pub fn read(&self) -> &Connections {
        self.db.read()
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.db.engine()
    }
}

impl Desk {
    /// A desk without a database, for describing the API: whoever asks it for something is told to come later.
    #[must_use]
    pub fn detached() -> Self {
        Self {
            db: Db::detached(),
            gate: Gate::closed(),
            clock: Clock::system(),
            job_bell: Arc::default(),
        }
    }
}
