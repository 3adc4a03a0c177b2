//! The commands of the program, each over the same [`App`](crate::app::App) that serves.

mod backup;
mod demo;
mod keys;
mod line;
mod move_data;
mod reindex;
mod schema;
mod seed;
mod serve;
mod start;
mod verify;

use crate::config::Flags;
use crate::demo::{DAYS, MOST_DAYS, World};
use crate::ownership::keep_to_owner;
use crate::verify::Anchor;
use std::path::PathBuf;
use std::process::ExitCode;

pub use backup::{BackupArgs, RestoreArgs};
pub use keys::KeyCommand;
pub use line::asked_for;
pub use move_data::MoveArgs;
pub use seed::SeedCommand;

/// What the program does.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve {
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
    /// Serve a year of invented trade to try things in, on an embedded database; says what to try first.
    Demo {
        /// Where the world is kept; a second start goes on with it.
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        /// Begin anew.
        #[arg(long)]
        fresh: bool,
        /// Another number gives another world.
        #[arg(long, default_value_t = 2021, value_name = "NUMBER")]
        seed: u64,
        /// Days of trade, up to yesterday.
        #[arg(long, default_value_t = DAYS, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(10..=i64::from(MOST_DAYS)))]
        days: u16,
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
    /// Bring the schema up to date.
    Migrate {
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
    /// Write the specification of the API.
    Openapi {
        /// Where to.
        #[arg(long, default_value = "openapi/openapi.json", value_name = "FILE")]
        to: PathBuf,
    },
    /// Make the search documents of all products anew where they are of an older version than this program's.
    Reindex {
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
    /// Count every figure again from the trade's rows and name what differs; exit status 0 only where nothing does.
    Verify {
        /// A root that somebody kept, of a total's `as_of` or of a signed head; may be given several times.
        #[arg(long, value_name = "SEQUENCE=HASH")]
        at: Vec<Anchor>,
        /// Read the bytes of all pictures as well.
        #[arg(long)]
        files: bool,
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
    /// Copy the database while it serves.
    Backup {
        /// What and where to.
        #[command(flatten)]
        args: BackupArgs,
    },
    /// Put a backup in place and begin a new epoch.
    Restore {
        /// From and to where.
        #[command(flatten)]
        args: RestoreArgs,
    },
    /// Move everything to the other engine, and count both sides.
    Move {
        /// From and to where.
        #[command(flatten)]
        args: MoveArgs,
    },
    /// Enter what a city begins with; what is there stays as it is.
    Seed {
        /// What to enter.
        #[command(subcommand)]
        command: SeedCommand,
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
    /// Make, list and revoke keys on the machine itself.
    Key {
        /// What to do.
        #[command(subcommand)]
        command: KeyCommand,
        /// Settings.
        #[command(flatten)]
        flags: Flags,
    },
}

/// Why a command gave up, for a person to read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Stop(String);

impl Stop {
    fn because(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// Runs a command to its end.
pub async fn run(command: Command) -> ExitCode {
    // The specification is for everybody; all else that is made is its owner's alone.
    if !matches!(command, Command::Openapi { .. }) {
        keep_to_owner();
    }
    let outcome = match command {
        Command::Serve { flags } => serve::serve(&flags).await,
        Command::Demo {
            data,
            fresh,
            seed,
            days,
            flags,
        } => demo::demo(data, fresh, World { seed, days }, &flags).await,
        Command::Migrate { flags } => schema::migrate(&flags).await,
        Command::Openapi { to } => schema::openapi(&to),
        Command::Reindex { flags } => reindex::reindex(&flags).await,
        Command::Verify { at, files, flags } => verify::verify(&at, files, &flags).await,
        Command::Backup { args } => backup::backup(&args).await,
        Command::Restore { args } => backup::restore(&args).await,
        Command::Move { args } => move_data::move_data(&args).await,
        Command::Seed { command, flags } => seed::seed(command, &flags).await,
        Command::Key { command, flags } => keys::keys(command, &flags).await,
    };
    match outcome {
        Ok(code) => code,
        Err(stop) => {
            eprintln!("yangpin: {stop}");
            ExitCode::from(2)
        }
    }
}
