//! The socket: limits on connections and on the head of a request, and a stop that finishes what is under way.
//!
//! poem's own server sets no time limit on a request's head (one slow client holds a connection for ever) and no
//! `TCP_NODELAY`, so hyper is driven directly. HTTP/1.1 only: TLS and HTTP/2 are the proxy's in front.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

use super::config::ServeConfig;
use super::health::Health;

/// The most bytes of a request's head.
const HEAD_BYTES: usize = 64 * 1024;
/// How long to wait after an accept that failed, mostly for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

type App = BoxEndpoint<'static, Response>;

/// Serves `app` on `listener` until `stop`, then finishes the requests under way within the limit.
///
/// # Errors
/// None at present once the listener is bound; connections fail alone.
pub async fn serve<A>(
    app: A,
    listener: TcpListener,
    config: &ServeConfig,
    health: &Health,
    stop: impl Future<Output = ()>,
) -> io::Result<()>
where
    A: IntoEndpoint,
    A::Endpoint: 'static,
{
    let app: Arc<App> = Arc::new(app.into_endpoint().map_to_response().boxed());
    let places = Arc::new(Semaphore::new(config.max_connections));
    let graceful = GracefulShutdown::new();
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "listening");
    }
    let stopped = async {
        stop.await;
        tracing::info!("stopping");
        health.stop();
        sleep(config.stop_delay).await;
    };
    tokio::pin!(stopped);
    loop {
        let (stream, place) = tokio::select! {
            () = &mut stopped => break,
            connection = next(&listener, &places) => connection,
        };
        tokio::spawn(drive(stream, Arc::clone(&app), config.header_timeout, graceful.watcher(), place));
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("stopped"),
        () = sleep(config.stop_limit) => tracing::warn!("stopped with requests unfinished"),
    }
    Ok(())
}

/// The next connection there is a place for.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so no permit means no limit rather than no service.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Answers the requests of one connection until it ends or, on a stop, its request under way is answered.
async fn drive(stream: TcpStream, app: Arc<App>, header_timeout: Duration, watcher: Watcher, place: Option<OwnedSemaphorePermit>) {
    // A peer that is gone already has no address.
    let (Ok(local), Ok(remote)) = (stream.local_addr(), stream.peer_addr()) else {
        return;
    };
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let (local, remote) = (LocalAddr(local.into()), RemoteAddr(remote.into()));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let request = Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(hyper::Response::from(app.get_response(request).await)) }
    });
    let mut builder = http1::Builder::new();
    // The timer runs from the moment a head is awaited, so it ends idle connections as well as slow ones.
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(HEAD_BYTES);
    if let Err(error) = watcher.watch(builder.serve_connection(TokioIo::new(stream), service)).await {
        tracing::debug!(%error, "connection ended");
    }
    drop(place);
}

/// Resolves when the process is told to end: SIGTERM, or ctrl-c.
///
/// # Errors
/// Where the system refuses to watch for SIGTERM.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    })
}

#[cfg(test)]
#[path = "serve_tests.rs"]
mod tests;
