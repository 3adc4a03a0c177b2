use std::net::SocketAddr;
use std::time::Instant;

use poem::endpoint::make;
use poem::http::StatusCode;
use poem::{Endpoint, Route};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
const LONG: Duration = Duration::from_secs(5);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
    health: Health,
}

async fn run(app: impl Endpoint + 'static, config: ServeConfig) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let health = Health::new(|| Box::pin(async { Ok(()) }));
    let seen = health.clone();
    let server = tokio::spawn(async move {
        let stopped = async {
            stopped.await.ok();
        };
        let app = Route::new().at("/", app).nest("/health", seen.routes());
        serve(app, listener, &config, &seen, stopped).await
    });
    Running {
        address,
        stop,
        server,
        health,
    }
}

fn quick() -> impl Endpoint {
    make(|_| async { Ok::<_, poem::Error>(StatusCode::NO_CONTENT) })
}

/// Reads until the server closes; the test fails rather than hangs.
async fn all_of(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    tokio::time::timeout(LONG, stream.read_to_string(&mut text)).await.unwrap().unwrap();
    text
}

async fn some_of(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 1024];
    let length = tokio::time::timeout(LONG, stream.read(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    let header_timeout = Duration::from_millis(150);
    let running = run(
        quick(),
        ServeConfig {
            header_timeout,
            ..ServeConfig::default()
        },
    )
    .await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    let mut silent = TcpStream::connect(running.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let began = Instant::now();
    let (slow, silent) = (all_of(&mut slow).await, all_of(&mut silent).await);
    assert!(!slow.contains("204") && silent.is_empty(), "{slow}{silent}");
    assert!(began.elapsed() < LONG);
}

/// One place and so many in reserve; nobody gives up its place before `settled`.
fn one_place(reserve: usize, settled: Duration) -> ServeConfig {
    ServeConfig {
        max_connections: 1,
        reserve,
        settled,
        settled_at_work: settled,
        ..ServeConfig::default()
    }
}

const NEVER: Duration = Duration::from_secs(3600);

async fn ask(running: &Running, request: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(request).await.unwrap();
    stream
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits_its_turn() {
    let running = run(quick(), one_place(0, NEVER)).await;
    let mut first = ask(&running, REQUEST).await;
    assert!(some_of(&mut first).await.starts_with("HTTP/1.1 204"));
    let mut second = ask(&running, REQUEST).await;
    let mut byte = [0; 1];
    let early = tokio::time::timeout(Duration::from_millis(100), second.read(&mut byte)).await;
    assert!(early.is_err(), "the only place is taken");
    drop(first);
    assert!(some_of(&mut second).await.starts_with("HTTP/1.1 204"));
}

#[tokio::test]
async fn who_moved_no_byte_for_longest_gives_up_its_place() {
    let running = run(quick(), one_place(0, Duration::ZERO)).await;
    let mut first = ask(&running, REQUEST).await;
    assert!(some_of(&mut first).await.starts_with("HTTP/1.1 204"));
    let mut second = ask(&running, REQUEST).await;
    assert!(some_of(&mut second).await.starts_with("HTTP/1.1 204"));
    assert_eq!(all_of(&mut first).await, "", "it was ended");
}

#[tokio::test]
async fn the_reserve_answers_for_health_alone() {
    let running = run(quick(), one_place(1, NEVER)).await;
    let mut first = ask(&running, REQUEST).await;
    assert!(some_of(&mut first).await.starts_with("HTTP/1.1 204"));
    let mut second = ask(&running, b"GET /health/ready HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(some_of(&mut second).await.starts_with("HTTP/1.1 200"));
    second.write_all(REQUEST).await.unwrap();
    let refused = all_of(&mut second).await.to_ascii_lowercase();
    assert!(
        refused.starts_with("http/1.1 503") && refused.contains("connection: close"),
        "{refused}"
    );
    assert!(
        refused.contains("retry-after: 1") && refused.contains("/problems/unavailable"),
        "{refused}"
    );
    let mut third = ask(&running, REQUEST).await;
    drop(first);
    assert!(some_of(&mut third).await.starts_with("HTTP/1.1 204"), "it moves over");
}

/// More than the system keeps for a client that does not read.
const LARGE: usize = 64 << 20;

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_off() {
    let body = hyper::body::Bytes::from(vec![b'x'; LARGE]);
    let large = make(move |_| {
        let body = body.clone();
        async move { Ok::<_, poem::Error>(body) }
    });
    let config = ServeConfig {
        write_limit: Duration::from_millis(50),
        ..one_place(0, NEVER)
    };
    let running = run(large, config).await;
    let mut first = ask(&running, REQUEST).await;
    // There is one place, so this answer says that the first connection has ended.
    let mut second = ask(&running, b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(some_of(&mut second).await.starts_with("HTTP/1.1 200"));
    let mut all = Vec::new();
    let _ = tokio::time::timeout(LONG, first.read_to_end(&mut all)).await.unwrap();
    assert!(all.len() < LARGE, "{}", all.len());
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way() {
    let (entered, mut inside) = tokio::sync::mpsc::channel(1);
    let go = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&go);
    let held = make(move |_| {
        let (entered, gate) = (entered.clone(), Arc::clone(&gate));
        async move {
            entered.send(()).await.ok();
            gate.acquire().await.ok();
            Ok::<_, poem::Error>("done")
        }
    });
    let running = run(held, ServeConfig::default()).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    inside.recv().await.unwrap();
    running.stop.send(()).unwrap();
    while running.health.ready().await {
        tokio::task::yield_now().await;
    }
    go.add_permits(1);
    let answer = all_of(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    tokio::time::timeout(LONG, running.server).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let stuck = make(|_| std::future::pending::<poem::Result<()>>());
    let config = ServeConfig {
        stop_limit: Duration::from_millis(50),
        ..ServeConfig::default()
    };
    let running = run(stuck, config).await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(REQUEST).await.unwrap();
    running.stop.send(()).unwrap();
    tokio::time::timeout(LONG, running.server).await.unwrap().unwrap().unwrap();
}
