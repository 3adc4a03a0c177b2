//! Says which engines the tests ran on.

use crate::support::database;
use crate::support::say_aloud;

#[test]
fn which_engines_ran() {
    match database::postgres() {
        Ok(()) => say_aloud(&format!("engines: SQLite and PostgreSQL ({})", database::postgres_url())),
        Err(why) => say_aloud(&format!(
            "engines: SQLite only; no PostgreSQL at {} ({why})",
            database::postgres_url()
        )),
    }
}
