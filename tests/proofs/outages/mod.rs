//! What goes on around the service and must not take it down: crowds of slow connections and of clients that do not
//! read, a database that answers late, falls silent or moves to its standby, a disk that is full.

mod failover;
mod full_disk;
mod late_database;
mod silent_database;
mod slow_connections;
mod slow_readers;

use crate::harness::client::{Ask, Client, Reply};
use crate::harness::load::order;
use crate::harness::server::Server;
use crate::harness::world::Good;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const WORKERS: usize = 8;

/// That of sorted times below which 99 of 100 lie.
fn p99(took: &[Duration]) -> Duration {
    took.get(took.len() * 99 / 100).copied().unwrap_or_default()
}

/// What a process holds in memory.
fn memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

/// Orders by kept connections until told to stop; how long each took, and what was not answered with 201.
struct Orderers {
    stop: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<(Vec<Duration>, Vec<Reply>)>>,
}

impl Orderers {
    fn begin(address: SocketAddr, key: &str, goods: &[Good]) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let tasks = (0..WORKERS).map(|at| {
            let (stop, key) = (Arc::clone(&stop), key.to_owned());
            let sku = goods[at % goods.len()].sku.clone();
            tokio::spawn(async move {
                let (mut client, mut took, mut others) = (Client::new(address), Vec::new(), Vec::new());
                while !stop.load(Ordering::SeqCst) {
                    let began = Instant::now();
                    let ask = Ask::post("/v1/orders", &key, &order(&[(sku.as_str(), 1)]));
                    let reply = client.ask(&ask).await.expect("an answer comes");
                    took.push(began.elapsed());
                    if reply.status != 201 {
                        others.push(reply);
                    }
                }
                (took, others)
            })
        });
        Self {
            tasks: tasks.collect(),
            stop,
        }
    }

    async fn end(self) -> (Vec<Duration>, Vec<Reply>) {
        self.stop.store(true, Ordering::SeqCst);
        let (mut took, mut others) = (Vec::new(), Vec::new());
        for task in self.tasks {
            let one = task.await.expect("a worker ends well");
            took.extend(one.0);
            others.extend(one.1);
        }
        took.sort();
        (took, others)
    }
}

/// How long until an order is placed again.
async fn answers_again(server: &Server, key: &str, goods: &[Good]) -> Duration {
    let (mut client, began) = (server.client(), Instant::now());
    loop {
        let ask = Ask::post("/v1/orders", key, &order(&[(goods[0].sku.as_str(), 1)]));
        let reply = client.ask(&ask).await.expect("an answer comes");
        if reply.status == 201 {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(30), "{}", reply.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
