//! A key that is revoked on one process writes nothing on the other from that commit on, however busy it is.

use crate::harness::client::{Ask, Client};
use crate::harness::load::order;
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, figure, title};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Clients that write with the key until they are turned away.
const WRITERS: usize = 3;

/// Orders and lists with one key on one process, without a pause; how many were acknowledged.
async fn write_on(mut client: Client, good: Good, key: String, at: usize, stop: Arc<AtomicBool>) -> usize {
    let mut acknowledged = 0;
    while !stop.load(Ordering::Relaxed) {
        let ask = if at == 0 {
            Ask::post(
                "/v1/lists",
                &key,
                &json!({"name": "单", "lines": [{"sku": good.sku, "quantity": "1"}]}),
            )
        } else {
            Ask::post("/v1/orders", &key, &order(&[(good.sku.as_str(), 1)]))
        };
        match client.ask(&ask).await.expect("an answer comes").status {
            201 => acknowledged += 1,
            401 => break,
            // Lists have a bound of their own.
            _ if at == 0 => tokio::time::sleep(Duration::from_millis(5)).await,
            other => panic!("status {other}"),
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn nothing_is_written_after_a_revocation() {
    title("revocation · PostgreSQL · two processes");
    let Some(world) = World::postgres("revoked").await else { return };
    let mut servers = [world.serve("a").await, world.serve("b").await];
    let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
    let good = world.goods(&addresses, 1, 900_000).await.swap_remove(0);
    let (mut here, owner) = (servers[0].client(), &world.keys.school_buyer);
    let (mut acknowledged, mut keys) = (0, Vec::new());
    let began = Instant::now();
    for _ in 0..count(1_000) {
        let new = json!({"name": "一次", "holder": {"name": "程序", "machine": true}});
        let made = here
            .ask(&Ask::post("/v1/keys", owner, &new))
            .await
            .expect("an answer comes")
            .expect(201);
        let word = |value: &serde_json::Value| value.as_str().expect("a word").to_owned();
        let (id, secret) = (word(&made["key"]["key_id"]), word(&made["secret"]));
        let stop = Arc::new(AtomicBool::new(false));
        let write = |at| write_on(servers[1].client(), good.clone(), secret.clone(), at, Arc::clone(&stop));
        let writers: Vec<_> = (0..WRITERS).map(|at| tokio::spawn(write(at))).collect();
        tokio::time::sleep(Duration::from_millis(15)).await;
        let revoke = Ask::post(format!("/v1/keys/{id}/revoke"), owner, &json!({}));
        here.ask(&revoke).await.expect("an answer comes").expect(200);
        tokio::time::sleep(Duration::from_millis(15)).await;
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            acknowledged += writer.await.expect("a writer ends well");
        }
        keys.push(id);
    }
    let look = world.look().await;
    let later = "SELECT count(*) FROM entries r JOIN entries e ON e.seq > r.seq \
        AND e.body::json->'who'->>'key' = r.thing_id::text WHERE r.kind = 'key.revoked'";
    let later = look.number(later).await;
    look.close().await;
    figure("revocations", keys.len());
    figure("writes acknowledged before them", acknowledged);
    figure("entries written with a key after its revocation", later);
    figure("took", format!("{} ms", began.elapsed().as_millis()));
    servers.iter_mut().for_each(Server::stop);
    figure("verify", world.verify());
    assert_eq!(later, 0);
    assert!(acknowledged > keys.len());
}
