//! `yangpin serve | demo | migrate | openapi | verify | backup | restore | move | key`: reads the command line, no logic.

use clap::Parser;
use std::process::ExitCode;
use yangpin::commands::{Command, run};

/// Yangpin 洋品: how Rugao buys from Yang County, with every fen of the figure explained.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[tokio::main]
async fn main() -> ExitCode {
    run(CommandLine::parse().command).await
}
