//! `migrate` and `openapi`.

use super::Stop;
use super::start::{close_to_others, lock};
use crate::app::spec;
use crate::config::{Flags, Settings};
use crate::db;
use crate::journal::begin_journal;
use entity::Clock;
use std::path::Path;
use std::process::ExitCode;

pub(super) async fn migrate(flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    close_to_others(&settings);
    let _lock = lock(&settings.target)?;
    let options = settings.open_options();
    db::migrate(&settings.target, &options).await.map_err(Stop::because)?;
    let open = db::Db::open(&settings.target, &options).await.map_err(Stop::because)?;
    begin_journal(&open, Clock::system().now()).await.map_err(Stop::because)?;
    open.close().await;
    println!("the schema of {} is up to date", settings.target.masked());
    Ok(ExitCode::SUCCESS)
}

pub(super) fn openapi(to: &Path) -> Result<ExitCode, Stop> {
    let text = spec().map_err(Stop::because)?;
    if to.as_os_str() == "-" {
        print!("{text}");
    } else {
        std::fs::write(to, text).map_err(|e| Stop::because(format!("{}: {e}", to.display())))?;
    }
    Ok(ExitCode::SUCCESS)
}
