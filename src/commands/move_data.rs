//! `move`: everything to the other engine, with a line for each table.

use super::Stop;
use crate::db::{OpenOptions, Target};
use crate::moving::{Side, move_all};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// From where to where.
#[derive(Debug, clap::Args)]
pub struct MoveArgs {
    /// The database; nobody may serve it meanwhile.
    #[arg(long, value_name = "URL")]
    from: Target,
    /// An SQLite file that is not there yet, or a PostgreSQL database with nothing in it.
    #[arg(long, value_name = "URL")]
    to: Target,
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
    let moved = move_all(&side(&args.from), &side(&args.to), progress)
        .await
        .map_err(Stop::because)?;
    println!("{} → {}", args.from.masked(), args.to.masked());
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
