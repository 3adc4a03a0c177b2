//! Says which engines the tests ran on.

use crate::support::database;

#[test]
fn which_engines_ran() {
    match database::postgres() {
        Ok(()) => println!("engines: SQLite and PostgreSQL ({})", database::postgres_url()),
        Err(why) => println!("engines: SQLite only; no PostgreSQL at {} ({why})", database::postgres_url()),
    }
}
