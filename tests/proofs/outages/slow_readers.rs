//! Thousands that ask for a large page without a key and do not read it: they are cut off or make room, what they were
//! sent is held once, and neither others nor `/health` wait for them.

use super::{WORKERS, memory_kib, p99};
use crate::harness::client::{Ask, Client};
use crate::harness::world::World;
use crate::harness::{count, figure, title};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

const ASK: &[u8] = b"GET /docs HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n";
/// Longer than the service's limits of writing and of idling.
const ENDED_WITHIN: Duration = Duration::from_secs(15);
/// How long others are looked at, alone and with the crowd.
const LOOKED_AT: Duration = Duration::from_secs(8);

/// Asks for a page and leaves it there; from one of two hundred addresses of loopback.
async fn ask_and_leave(address: SocketAddr, number: usize) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let last = u8::try_from(2 + number % 200).unwrap_or(2);
    socket.bind((Ipv4Addr::new(127, 0, 0, last), 0).into())?;
    let mut stream = socket.connect(address).await?;
    stream.write_all(ASK).await?;
    Ok(stream)
}

/// Whether the other side ends a connection; what it has sent before is read and thrown away. One that was not cut off in
/// the middle is idle then, and ended for that.
async fn ended(mut stream: TcpStream) -> bool {
    let mut all = vec![0; 1 << 20];
    loop {
        match tokio::time::timeout(ENDED_WITHIN, stream.read(&mut all)).await {
            Ok(Ok(0) | Err(_)) => return true,
            Ok(Ok(_)) => {}
            Err(_) => return false,
        }
    }
}

/// How long eight kept connections wait for a page of goods, sorted.
async fn others(address: SocketAddr, key: &str) -> Vec<Duration> {
    let stop = Arc::new(AtomicBool::new(false));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (stop, ask) = (Arc::clone(&stop), Ask::get("/v1/products?limit=50", key));
            tokio::spawn(async move {
                let (mut client, mut took) = (Client::new(address), Vec::new());
                while !stop.load(Ordering::SeqCst) {
                    let began = Instant::now();
                    client.ask(&ask).await.expect("an answer comes").expect_status(200);
                    took.push(began.elapsed());
                }
                took
            })
        })
        .collect();
    tokio::time::sleep(LOOKED_AT).await;
    stop.store(true, Ordering::SeqCst);
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.expect("a worker ends well"));
    }
    all.sort();
    all
}

/// How often `/health/ready` says yes to a new connection, of how often it was asked, in a few seconds.
async fn health(address: SocketAddr) -> (usize, usize) {
    let (mut well, mut asked) = (0, 0);
    let ask = Ask::get("/health/ready", "none");
    for _ in 0..20 {
        let reply = Client::new(address).ask(&ask).await;
        asked += 1;
        well += usize::from(reply.is_ok_and(|reply| reply.status == 200));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    (well, asked)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn clients_that_do_not_read_do_not_slow_the_others() {
    title("faults · SQLite · 2,000 connections that ask for a large page and do not read it");
    let world = World::sqlite("readers").await;
    let mut server = world.serve("a").await;
    let key = world.keys.school_buyer.clone();
    let docs = Client::new(server.address)
        .ask(&Ask::get("/docs", "none"))
        .await
        .expect("an answer comes");
    let quiet = others(server.address, &key).await;
    let before = memory_kib(server.id());
    let crowd = count(2_000);
    let mut left = Vec::new();
    for number in 0..crowd {
        left.extend(ask_and_leave(server.address, number).await.ok());
    }
    let (busy, (well, asked)) = tokio::join!(others(server.address, &key), health(server.address));
    let after = memory_kib(server.id());
    let (opened, mut cut) = (left.len(), 0);
    for stream in left {
        cut += usize::from(ended(stream).await);
    }
    figure("bytes of the page", docs.body.len());
    figure(
        "pages of goods a second alone · with the crowd",
        format!("{} · {}", quiet.len() / 8, busy.len() / 8),
    );
    figure("p99 alone · with the crowd", format!("{:?} · {:?}", p99(&quiet), p99(&busy)));
    figure("memory before · with the crowd", format!("{before} · {after} KiB"));
    figure("connections opened · ended by the service", format!("{opened} · {cut}"));
    figure("new connections told that all is well", format!("{well} of {asked}"));
    assert!(after < before + 64 * 1024, "what many are sent is held once");
    assert_eq!((opened, cut, well), (crowd, crowd, asked));
    server.stop();
    figure("verify", world.verify());
}
