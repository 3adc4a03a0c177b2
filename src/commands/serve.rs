//! `serve`: opens the app and serves it until told to stop.

use super::Stop;
use super::start::{lock, prepare};
use crate::app::{App, AppOptions};
use crate::catalogue::stale_documents;
use crate::config::{Flags, Settings};
use crate::http::serve::{serve as serve_http, stop_signal};
use crate::journal::GateOptions;
use crate::ownership::is_root;
use crate::secrets::Place;
use crate::telemetry;
use entity::Clock;
use std::process::ExitCode;
use tokio::net::TcpListener;

pub(super) async fn serve(flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    start_log(&settings)?;
    eprintln!("{}", settings.shown());
    if is_root() {
        tracing::warn!("this process is root: a user of its own that may do nothing else is enough, and safer");
    }
    prepare(&settings).await;
    let _lock = lock(&settings.target)?;
    let app = App::open(options(&settings, Clock::system())).await.map_err(Stop::because)?;
    for (name, value) in app.desk.db.durability() {
        eprintln!("{name} = {value}");
    }
    if app.secret.at == Place::Row {
        tracing::warn!(
            "the master secret lies in the database beside what it signs and seals: give it as YANGPIN_MASTER_SECRET to keep them apart"
        );
    }
    let stale = stale_documents(&app.desk).await.map_err(Stop::because)?;
    if stale > 0 {
        tracing::warn!(products = stale, "search documents are of an older version: run `yangpin reindex`");
    }
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|e| Stop::because(format!("{}: {e}", settings.listen)))?;
    let address = listener.local_addr().map_err(Stop::because)?;
    eprintln!("serving on http://{address}");
    until_stopped(app, listener, &settings).await
}

/// Serves until SIGTERM or Ctrl-C, then lets requests under way end.
pub(super) async fn until_stopped(app: App, listener: TcpListener, settings: &Settings) -> Result<ExitCode, Stop> {
    let (endpoint, health) = app.routes().map_err(Stop::because)?;
    let jobs = app.start_jobs();
    let signal = stop_signal().map_err(Stop::because)?;
    serve_http(endpoint, listener, &settings.serve(), &health, signal)
        .await
        .map_err(Stop::because)?;
    jobs.stop().await;
    app.desk.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}

/// Begins the log.
pub(super) fn start_log(settings: &Settings) -> Result<(), Stop> {
    telemetry::start(settings.log_format, &settings.log).map_err(Stop::because)
}

/// How the app is opened with these settings.
pub(super) fn options(settings: &Settings, clock: Clock) -> AppOptions {
    AppOptions {
        target: settings.target.clone(),
        open: settings.open_options(),
        gate: GateOptions {
            patience: settings.patience,
            ..GateOptions::default()
        },
        http: settings.http(),
        clock,
        migrate: settings.migrate,
        pictures: settings.pictures.clone(),
        mail: settings.mail.clone(),
        secret: settings.secret.clone(),
    }
}
