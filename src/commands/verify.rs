//! `verify`: the second way, with progress on the way.

use super::Stop;
use super::start::{close_to_others, must_be_there};
use crate::config::{Flags, Settings};
use crate::db::{Db, OpenOptions, pending};
use crate::pictures::{Gallery, missing};
use crate::verify::{self as second_way, Anchor};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

pub(super) async fn verify(at: &[Anchor], files: bool, flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    let options = OpenOptions {
        readers: 1,
        patient: true,
        ..settings.open_options()
    };
    must_be_there(&settings.target)?;
    close_to_others(&settings);
    let db = Db::open(&settings.target, &options).await.map_err(Stop::because)?;
    let lacking = pending(&settings.target, &options).await.map_err(Stop::because)?;
    if lacking > 0 {
        return Err(Stop::because(format!(
            "the database is of an older release and lacks {lacking} steps of the schema: verify it with that release, or bring it up to date first (`yangpin migrate`)"
        )));
    }
    let shown = std::io::stderr().is_terminal();
    let report = second_way::verify_at(&db, at, |done, of| {
        if shown {
            let _ = write!(std::io::stderr(), "\r{done} / {of} entries");
        }
    })
    .await
    .map_err(Stop::because)?;
    if shown {
        eprintln!();
    }
    let gallery = Gallery::open(&settings.pictures).map_err(Stop::because)?;
    let (pictures, lost) = missing(db.read(), &gallery, files).await.map_err(Stop::because)?;
    for digest in &lost {
        let what = if files {
            "a file of it is missing or another one"
        } else {
            "a file of it is missing"
        };
        println!("pictures digest={digest}: {what} in {}", settings.pictures.shown());
    }
    if pictures > 0 {
        println!("pictures {pictures} · without their files {}", lost.len());
    }
    println!("{report}");
    Ok(if report.is_clean() && lost.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
