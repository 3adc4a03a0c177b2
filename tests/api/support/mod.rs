//! What every test stands on: the app over a fresh database, a client that holds every answer to the spec, and
//! builders in the words of the field.

pub mod answer;
pub mod app;
pub mod breaks;
pub mod client;
pub mod contract;
pub mod database;
pub mod given;
pub mod given_contracts;
pub mod given_goods;
pub mod letterbox;
pub mod served;
pub mod steps;

pub use answer::Answer;
pub use app::TestApp;
pub use given::Member;

/// Says something that is heard although the test passes: the test runner keeps what `println!` says to itself.
pub fn say_aloud(text: &str) {
    use std::io::Write;
    // Nobody to hear it is no failure.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Makes of each behaviour two tests, `behaviour::sqlite` and `behaviour::postgres`.
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                #[allow(unused_imports, reason = "not every behaviour needs all that its file imports")]
                use super::*;

                async fn behaviour($app: $crate::support::TestApp) $body

                #[test]
                fn sqlite() {
                    $crate::support::app::run(yangpin::db::Engine::Sqlite, behaviour);
                }

                #[test]
                fn postgres() {
                    $crate::support::app::run(yangpin::db::Engine::Postgres, behaviour);
                }
            }
        )+
    };
}
