//! The socket: limits on connections, on the head of a request and on clients that do not read, and a stop that finishes
//! what is under way.
//!
//! poem's own server sets no time limit on a request's head (one slow client holds a connection for ever), none on an
//! answer that nobody takes, and no `TCP_NODELAY`, so hyper is driven directly. HTTP/1.1 only: TLS and HTTP/2 are the
//! proxy's in front.

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
use poem::http::header::{self, HeaderValue};
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use super::config::ServeConfig;
use super::fault::Refusal;
use super::health::{self, Health};
use super::held::held;
use super::language::Language;
use super::places::{Bounds, Place, Places};
use super::problem;
use super::wire::Wire;

/// The most bytes of a request's head.
const HEAD_BYTES: usize = 64 * 1024;
/// How long to wait after an accept that failed, mostly for want of file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How long to wait for a place before looking again whether somebody has moved no byte for long enough.
const PLACE_PAUSE: Duration = Duration::from_millis(20);
/// How often a connection of the reserve tries to move over before its request is refused.
const MOVES: u32 = 50;

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
    let places = Places::new(Bounds {
        places: config.max_connections,
        reserve: config.reserve,
        settled: config.settled,
        settled_at_work: config.settled_at_work,
    });
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
        tokio::spawn(drive(stream, Arc::clone(&app), Limits::of(config), graceful.watcher(), place));
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => tracing::info!("stopped"),
        () = sleep(config.stop_limit) => tracing::warn!("stopped with requests unfinished"),
    }
    Ok(())
}

/// The next connection and its place.
async fn next(listener: &TcpListener, places: &Places) -> (TcpStream, Place) {
    let stream = loop {
        match listener.accept().await {
            Ok((stream, _)) => break stream,
            Err(error) => {
                tracing::warn!(%error, "cannot accept");
                places.make_room();
                sleep(ACCEPT_PAUSE).await;
            }
        }
    };
    loop {
        if let Some(place) = places.enter() {
            return (stream, place);
        }
        tokio::select! {
            () = places.left() => {}
            () = sleep(PLACE_PAUSE) => {}
        }
    }
}

/// The time limits of a connection.
#[derive(Clone, Copy)]
struct Limits {
    head: Duration,
    write: Duration,
}

impl Limits {
    fn of(config: &ServeConfig) -> Self {
        Self {
            head: config.header_timeout,
            write: config.write_limit,
        }
    }
}

/// Answers the requests of one connection until it ends, makes room for another or, on a stop, its request under way is
/// answered.
async fn drive(stream: TcpStream, app: Arc<App>, limits: Limits, watcher: Watcher, place: Place) {
    // A peer that is gone already has no address.
    let (Ok(local), Ok(remote)) = (stream.local_addr(), stream.peer_addr()) else {
        return;
    };
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let (local, remote) = (LocalAddr(local.into()), RemoteAddr(remote.into()));
    let place = &place;
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let request = Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        let app = Arc::clone(&app);
        async move { Ok::<_, Infallible>(hyper::Response::from(answer(request, &app, place).await)) }
    });
    let mut builder = http1::Builder::new();
    // The timer runs from the moment a head is awaited, so it ends idle connections as well as slow ones.
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_BYTES);
    let wire = Wire::new(stream, Arc::clone(place.pulse()), limits.write);
    tokio::select! {
        ended = watcher.watch(builder.serve_connection(TokioIo::new(wire), service)) => {
            if let Err(error) = ended {
                tracing::debug!(%error, "connection ended");
            }
        }
        () = place.pulse().told_to_leave() => tracing::debug!("connection made room for another"),
    }
}

/// The app's answer; from the reserve only what is asked of `/health`, or what finds room in time.
async fn answer(request: Request, app: &App, place: &Place) -> Response {
    let at_work = place.pulse().at_work();
    let mut response = if health::is_asked(request.uri().path()) || finds_room(place).await {
        app.get_response(request).await
    } else {
        full(&request)
    };
    let body = response.take_body();
    response.set_body(held(body, at_work));
    response
}

async fn finds_room(place: &Place) -> bool {
    for _ in 0..MOVES {
        if place.is_for_all() {
            return true;
        }
        sleep(PLACE_PAUSE).await;
    }
    false
}

fn full(request: &Request) -> Response {
    let language = Language::negotiate(request.header(header::ACCEPT_LANGUAGE));
    let mut response = problem::render(&Refusal::Unavailable { retry_after_s: 1 }, language, None);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
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
