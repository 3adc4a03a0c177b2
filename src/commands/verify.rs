//! `verify`: the second way, with progress on the way.

use super::Stop;
use crate::config::{Flags, Settings};
use crate::db::{Db, OpenOptions};
use crate::verify as second_way;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

pub(super) async fn verify(flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    let options = OpenOptions {
        readers: 1,
        patient: true,
        ..settings.open_options()
    };
    let db = Db::open(&settings.target, &options).await.map_err(Stop::because)?;
    let shown = std::io::stderr().is_terminal();
    let report = second_way::verify(&db, |done, of| {
        if shown {
            let _ = write!(std::io::stderr(), "\r{done} / {of} entries");
        }
    })
    .await
    .map_err(Stop::because)?;
    if shown {
        eprintln!();
    }
    println!("{report}");
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
