//! `reindex`: makes search documents anew after the way they are made has changed.

use super::start::{close_to_others, lock, must_be_there};
use super::{Stop, serve::options};
use crate::app::App;
use crate::catalogue::search::VERSION;
use crate::catalogue::{reindex as make_anew, stale_documents};
use crate::config::{Flags, Settings};
use entity::Clock;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

pub(super) async fn reindex(flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    must_be_there(&settings.target)?;
    close_to_others(&settings);
    let _lock = lock(&settings.target)?;
    let app = App::open(options(&settings, Clock::system())).await.map_err(Stop::because)?;
    let shown = std::io::stderr().is_terminal();
    let made = make_anew(&app.desk, |done, of| {
        if shown {
            let _ = write!(std::io::stderr(), "\r{done} / {of} products");
        }
    })
    .await
    .map_err(Stop::because)?;
    if shown && made > 0 {
        eprintln!();
    }
    let left = stale_documents(&app.desk).await.map_err(Stop::because)?;
    app.desk.db.clone().close().await;
    println!("search documents are of version {VERSION}: {made} made anew, {left} left to make");
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
