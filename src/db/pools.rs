//! How many connections of the pools are open, and how many of them are idle.

use super::{Connections, Db, Engine};

/// A pool at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// `read` or `write`.
    pub pool: &'static str,
    /// Connections at work.
    pub busy: usize,
    /// Connections that wait for work.
    pub idle: usize,
}

impl Db {
    /// Both pools; none of a database that is none.
    #[must_use]
    pub fn pools(&self) -> Vec<PoolUse> {
        if self.durability.is_empty() {
            return Vec::new();
        }
        vec![of("read", self.engine, &self.read), of("write", self.engine, &self.write)]
    }
}

fn of(pool: &'static str, engine: Engine, connections: &Connections) -> PoolUse {
    let now = connections.now();
    let (open, idle) = match engine {
        Engine::Sqlite => {
            let pool = now.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
        Engine::Postgres => {
            let pool = now.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
    };
    let open = usize::try_from(open).unwrap_or(usize::MAX);
    PoolUse {
        pool,
        busy: open.saturating_sub(idle),
        idle,
    }
}
