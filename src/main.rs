//! `yangpin serve | demo | migrate | openapi | verify | backup | restore | move | key`: reads the command line, no logic.

use std::process::ExitCode;
use yangpin::commands::{asked_for, run};

#[tokio::main]
async fn main() -> ExitCode {
    run(asked_for()).await
}
