//! Thousands that send a byte a second are cut off, and nobody else waits for them.

use super::{Orderers, WORKERS, memory_kib, p99};
use crate::harness::client::{Ask, Reply};
use crate::harness::world::World;
use crate::harness::{count, figure, title};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Sends a request a byte a second until it is cut off.
async fn dawdle(address: SocketAddr, cut: Arc<AtomicUsize>) {
    let Ok(mut stream) = TcpStream::connect(address).await else {
        return;
    };
    let head = b"GET /v1/products HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer none\r\n";
    for byte in head {
        if stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        let mut answer = [0; 256];
        // Nothing comes for a second, or the end.
        if tokio::time::timeout(Duration::from_secs(1), stream.read(&mut answer)).await.is_ok() {
            break;
        }
    }
    cut.fetch_add(1, Ordering::SeqCst);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn slow_connections_do_not_slow_the_others() {
    title("faults · SQLite · 2,000 connections that send a byte a second");
    let world = World::sqlite("slow").await;
    let mut server = world.serve("a").await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let key = world.keys.school_buyer.clone();
    let quiet = Orderers::begin(server.address, &key, &goods);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (quiet, _) = quiet.end().await;
    let before = memory_kib(server.id());
    let busy = Orderers::begin(server.address, &key, &goods);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (cut, crowd) = (Arc::new(AtomicUsize::new(0)), count(2_000));
    let slow: Vec<_> = (0..crowd).map(|_| tokio::spawn(dawdle(server.address, Arc::clone(&cut)))).collect();
    tokio::time::sleep(Duration::from_secs(8)).await;
    let after = memory_kib(server.id());
    let (busy, refused) = busy.end().await;
    // Those that found no place wait in the system's queue and are cut in their turn.
    for task in slow {
        tokio::time::timeout(Duration::from_secs(60), task)
            .await
            .expect("a slow connection is cut")
            .expect("it ends well");
    }
    figure(
        "orders/s alone · with the crowd",
        format!("{} · {}", quiet.len() / 5, busy.len() * 10 / 82),
    );
    figure("p99 alone · with the crowd", format!("{:?} · {:?}", p99(&quiet), p99(&busy)));
    figure("memory before · with the crowd", format!("{before} · {after} KiB"));
    figure("slow connections that were cut", cut.load(Ordering::SeqCst));
    assert!(refused.is_empty(), "{:?}", refused.first().map(Reply::text));
    assert_eq!(cut.load(Ordering::SeqCst), crowd);
    assert!(after < before + 100 * 1024, "memory is bounded");
    let mut client = server.client();
    let ready = client.ask(&Ask::get("/health/ready", "none")).await.expect("an answer comes");
    ready.expect_status(200);
    server.stop();
    figure("verify", world.verify());
}
