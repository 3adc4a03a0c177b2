//! `serve`: opens the app and serves it until told to stop.

use super::Stop;
use super::start::{close_to_others, lock};
use crate::app::{App, AppOptions};
use crate::catalogue::stale_documents;
use crate::config::{Flags, Settings};
use crate::db::{Target, wait_for};
use crate::http::metrics::Metrics;
use crate::http::serve::{serve as serve_http, stop_signal};
use crate::http::settings::MetricsAt;
use crate::journal::GateOptions;
use crate::ownership::is_root;
use crate::pictures::PicturePlace;
use crate::secrets::Place;
use crate::telemetry;
use entity::Clock;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, spawn_blocking};

/// File handles that a process needs beside its connections: database, logs, pictures, exports.
const HANDLES_BESIDE: usize = 128;

pub(super) async fn serve(flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    start_log(&settings)?;
    eprintln!("{}", settings.shown());
    if is_root() {
        tracing::warn!("this process is root: a user of its own that may do nothing else is enough, and safer");
    }
    close_to_others(&settings);
    let _lock = lock(&settings.target)?;
    wait_for(&settings.target).await.map_err(Stop::because)?;
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
        tracing::warn!(
            products = stale,
            "search documents are stale and are made anew meanwhile; `yangpin reindex` makes them at once"
        );
    }
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|e| Stop::because(format!("{}: {e}", settings.listen)))?;
    let address = listener.local_addr().map_err(Stop::because)?;
    warn_of_openness(&settings, address);
    eprintln!("serving on http://{address}");
    until_stopped(app, listener, &settings).await
}

/// Serves until SIGTERM or Ctrl-C, then lets requests under way end.
pub(super) async fn until_stopped(mut app: App, listener: TcpListener, settings: &Settings) -> Result<ExitCode, Stop> {
    make_sure_of_handles(settings);
    let folder = &settings.http.access_log;
    let log = app.keep_access_log(folder);
    let log = log.map_err(|e| Stop::because(format!("access_log: {}: {e}", folder.display())))?;
    let (endpoint, health, metrics) = app.routes().map_err(Stop::because)?;
    let metrics = app.watched(metrics, folders(settings)).map_err(Stop::because)?;
    let metrics = serve_metrics(metrics, settings.http.metrics).await?;
    let jobs = app.start_jobs();
    let (signal, watch) = (stop_signal().map_err(Stop::because)?, app.watch.clone());
    let stop = async move {
        signal.await;
        // Who waits for events has its answer at once.
        watch.end();
    };
    serve_http(endpoint, listener, &settings.serve(), &health, stop)
        .await
        .map_err(Stop::because)?;
    if let Some(metrics) = metrics {
        metrics.abort();
    }
    jobs.stop().await;
    app.desk.db.clone().close().await;
    spawn_blocking(move || log.close()).await.map_err(Stop::because)?;
    Ok(ExitCode::SUCCESS)
}

/// Folders of ours whose disks may fill up; paths without a folder lie in the one we were started in.
fn folders(settings: &Settings) -> Vec<(&'static str, PathBuf)> {
    let mut all = Vec::new();
    if let Target::Sqlite(file) = &settings.target {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        all.push(("database", folder.unwrap_or(Path::new(".")).to_owned()));
    }
    if let PicturePlace::Folder(folder) = &settings.pictures.place {
        all.push(("pictures", folder.clone()));
    }
    all.push(("access_log", settings.http.access_log.clone()));
    all
}

/// Serves the metrics at an address of their own, which others need not reach.
async fn serve_metrics(metrics: Metrics, at: MetricsAt) -> Result<Option<JoinHandle<()>>, Stop> {
    let (address, must) = match at {
        MetricsAt::Nowhere => return Ok(None),
        MetricsAt::IfFree(address) => (address, false),
        MetricsAt::Here(address) => (address, true),
    };
    let listener = match TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) if must => return Err(Stop::because(format!("metrics_listen: {address}: {error}"))),
        Err(error) => {
            tracing::warn!(%address, %error, "metrics are not served: give this process an address of its own as metrics_listen, or an empty one");
            return Ok(None);
        }
    };
    Ok(Some(tokio::spawn(metrics.serve(listener))))
}

/// What the settings leave open to others, said at the start.
fn warn_of_openness(settings: &Settings, address: SocketAddr) {
    if !address.ip().is_loopback() && settings.http.behind_proxy.is_empty() {
        tracing::warn!(
            %address,
            "listening beyond this machine without behind_proxy: keys cross the network unsealed unless a proxy with TLS stands in front, and where one does, all who ask share its address"
        );
    }
}

/// Each connection needs a file handle, and many systems give a process a thousand unless it asks for more.
fn make_sure_of_handles(settings: &Settings) {
    let handles = raise_file_handles();
    let needed = settings.serve().max_connections + HANDLES_BESIDE;
    if handles.is_some_and(|handles| handles < needed) {
        tracing::warn!(
            ?handles,
            needed,
            "fewer file handles than connections may need: raise the limit of the process"
        );
    }
}

/// Raises the limit of file handles as far as the system lets a process; what it is then, where there is one.
#[cfg(target_os = "linux")]
fn raise_file_handles() -> Option<usize> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limits = getrlimit(Resource::Nofile);
    let before = limits.current;
    limits.current = limits.maximum;
    let now = if setrlimit(Resource::Nofile, limits).is_ok() {
        limits.current
    } else {
        before
    };
    now.and_then(|handles| usize::try_from(handles).ok())
}

#[cfg(not(target_os = "linux"))]
fn raise_file_handles() -> Option<usize> {
    None
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
