//! `move`: everything to the other engine, with a line for each table.

use super::Stop;
use super::start::{close_files, must_be_there};
use crate::db::{OpenOptions, Target};
use crate::moving::{Side, move_all};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// From where to where.
#[derive(Debug, clap::Args)]
pub struct MoveArgs {
    /// The database; nobody may serve it meanwhile. A password is better given as `PGPASSWORD`: arguments are seen by
    /// everybody on the machine.
    #[arg(long, value_name = "URL")]
    from: String,
    /// An SQLite file that is not there yet, or a PostgreSQL database with nothing in it.
    #[arg(long, value_name = "URL")]
    to: String,
}

pub(super) async fn move_data(args: &MoveArgs) -> Result<ExitCode, Stop> {
    let side = |target: &Target| Side {
        target: target.clone(),
        open: OpenOptions {
            readers: 1,
            ..OpenOptions::default()
        },
    };
    let shown = std::io::stderr().is_terminal();
    let progress = |table: &str, done: u64, all: u64| {
        if done == all {
            let start = if shown { "\r" } else { "" };
            eprintln!("{start}{table}: {all} rows");
        } else if shown {
            let _ = write!(std::io::stderr(), "\r{table}: {done} / {all}");
        }
    };
    let from: Target = args.from.parse().map_err(Stop::because)?;
    let to: Target = args.to.parse().map_err(Stop::because)?;
    must_be_there(&from)?;
    close_files(&from);
    let moved = move_all(&side(&from), &side(&to), progress).await.map_err(Stop::because)?;
    println!("{} → {}", from.masked(), to.masked());
    println!("root {} on both sides", moved.root);
    for (measure, lines, fen) in &moved.totals {
        println!("measure {measure}: {lines} lines, {fen} fen on both sides");
    }
    match &moved.secret {
        Some(place) => println!("the master secret came along: {place}"),
        None => println!("the master secret did not come along: serve the target with the same YANGPIN_MASTER_SECRET"),
    }
    println!(
        "{} tables · {} rows · {} entries · verify clean on both. Pictures are files of their own: copy their folder.",
        moved.tables, moved.rows, moved.entries
    );
    Ok(ExitCode::SUCCESS)
}
