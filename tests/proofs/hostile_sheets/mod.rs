//! Ten minutes of files that no office has written, on both doors, while eight clients order: nothing is answered with
//! anything but 200 or 422, the process stays the same, and its memory has a bound.

pub mod mutate;
pub mod named;

use crate::harness::client::{Ask, Client, Reply};
use crate::harness::load::order;
use crate::harness::server::Server;
use crate::harness::world::World;
use crate::harness::{Folder, count, dice, figure, fresh_key, title};
use crate::replay::{operator_key, peak_mib};
use mutate::{mutated, office_files};
use named::named;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Seconds of mutations on each engine.
const SECONDS: usize = 300;
/// What the process may take at most, with eight clients and two files of each door being read.
const MOST_MIB: u64 = 1_024;
/// Salt of these dice.
const SALT: u64 = 12_001;

/// Who sends files.
struct Doors {
    client: Client,
    buyer: String,
    operator: String,
    import: String,
    outcomes: BTreeMap<String, usize>,
}

impl Doors {
    async fn ask(&mut self, method: &'static str, path: String, key: &str, (kind, body): (&'static str, Vec<u8>)) -> Reply {
        let ask = Ask {
            method,
            path,
            key: key.to_owned(),
            idempotency_key: Some(fresh_key()),
            content_type: kind,
            body: Some(body),
        };
        self.client.ask(&ask).await.expect("an answer comes")
    }

    async fn begin_import(&mut self) {
        let body = json!({"source": fresh_key()}).to_string().into_bytes();
        let key = self.operator.clone();
        let made = self.ask("POST", "/v1/imports".to_owned(), &key, ("application/json", body)).await;
        self.import = made.expect(201)["import_id"].as_str().unwrap_or_default().to_owned();
    }

    /// Sends a file to both doors; what each said.
    async fn send(&mut self, file: &[u8]) -> [String; 2] {
        let day = (chrono::Utc::now() + chrono::TimeDelta::days(20)).date_naive();
        let (buyer, operator) = (self.buyer.clone(), self.operator.clone());
        let path = format!("/v1/orders/sheet?mode=check&deliver_on={day}");
        let sheet = self.ask("POST", path, &buyer, ("text/csv", file.to_vec())).await;
        let path = format!("/v1/imports/{}/file", self.import);
        let import = self.ask("PUT", path, &operator, ("text/csv", file.to_vec())).await;
        if import.status == 200 {
            self.begin_import().await;
        }
        [("order sheet", sheet), ("import", import)].map(|(door, reply)| {
            assert!([200, 422].contains(&reply.status), "{door}: {} {}", reply.status, reply.text());
            let said = if reply.status == 200 {
                "read".to_owned()
            } else {
                reply.json()["type"].as_str().unwrap_or_default().replace("/problems/", "")
            };
            *self.outcomes.entry(format!("{door}: {said}")).or_default() += 1;
            said
        })
    }
}

/// Orders until told to stop; how long each took, microseconds.
async fn keep_ordering(mut client: Client, key: String, sku: String, stop: Arc<AtomicBool>) -> Vec<u128> {
    let mut took = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let began = Instant::now();
        let reply = client.ask(&Ask::post("/v1/orders", &key, &order(&[(&sku, 1)]))).await;
        assert!(reply.is_ok_and(|reply| [201, 503].contains(&reply.status)));
        took.push(began.elapsed().as_micros());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    took
}

fn p99_ms(mut took: Vec<u128>) -> String {
    took.sort_unstable();
    let at = took.len().saturating_sub(1) * 99 / 100;
    let p99 = took.get(at).copied().unwrap_or(0) / 1_000;
    format!("{p99} ms of {} orders", took.len())
}

async fn while_eight_order<T>(server: &Server, world: &World, sku: &str, work: impl Future<Output = T>) -> (T, Vec<u128>) {
    let stop = Arc::new(AtomicBool::new(false));
    let orderers: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(keep_ordering(
                server.client(),
                world.keys.school_buyer.clone(),
                sku.to_owned(),
                Arc::clone(&stop),
            ))
        })
        .collect();
    let done = work.await;
    stop.store(true, Ordering::SeqCst);
    let mut took = Vec::new();
    for orderer in orderers {
        took.extend(orderer.await.expect("an orderer ends well"));
    }
    (done, took)
}

async fn mutate_for(doors: &mut Doors, seconds: u64, dice: &mut StdRng) -> usize {
    let (files, until, mut sent) = (office_files(), Instant::now() + Duration::from_secs(seconds), 0);
    while Instant::now() < until {
        let file = mutated(&files.choose(dice).expect("there are twenty").1, dice);
        doors.send(&file).await;
        sent += 1;
    }
    sent
}

async fn prove(world: &World, folder: &Folder) {
    let key = operator_key(&world.database);
    let mut server = Server::start(&world.database, &folder.file("sheets.log")).await;
    let sku = world.goods(&[server.address], 1, 1_000_000).await.remove(0).sku;
    let mut doors = Doors {
        client: server.client(),
        buyer: world.keys.school_buyer.clone(),
        operator: key,
        import: String::new(),
        outcomes: BTreeMap::new(),
    };
    doors.begin_import().await;
    let quiet = while_eight_order(&server, world, &sku, tokio::time::sleep(Duration::from_secs(5)))
        .await
        .1;
    figure("p99 of eight who order, nobody else there", p99_ms(quiet));
    let ((), took) = while_eight_order(&server, world, &sku, async {
        for made in named() {
            let began = Instant::now();
            let said = doors.send(&made.file).await;
            assert_eq!(said[0] == "read", made.readable, "{}: {said:?}", made.name);
            let line = format!("{} · {} · {} ms", said[0], said[1], began.elapsed().as_millis());
            figure(&format!("{} ({} KB)", made.name, made.file.len() / 1_000), line);
        }
    })
    .await;
    figure("p99 of eight who order meanwhile", p99_ms(took));
    figure("memory at its most so far", format!("{} MiB", peak_mib(server.id())));
    let mut dice = dice(SALT);
    let seconds = u64::try_from(count(SECONDS)).unwrap_or(u64::MAX);
    let (sent, took) = while_eight_order(&server, world, &sku, mutate_for(&mut doors, seconds, &mut dice)).await;
    figure("seconds of mutations; files sent to each door", format!("{seconds}; {sent}"));
    figure("p99 of eight who order meanwhile", p99_ms(took));
    for (outcome, times) in &doors.outcomes {
        figure(outcome, times);
    }
    let peak = peak_mib(server.id());
    figure("memory at its most", format!("{peak} MiB"));
    assert!(peak <= MOST_MIB, "a file has taken too much");
    server.stop();
    figure("restarts", 0);
}

fn say_seed() {
    let seed = std::env::var("YANGPIN_PROOF_SEED").unwrap_or_else(|_| "20261123 (YANGPIN_PROOF_SEED)".to_owned());
    figure("seed", seed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn mutated_sheets_on_sqlite() {
    title("hostile sheets · SQLite · both doors while eight order");
    say_seed();
    let world = World::sqlite("sheets").await;
    prove(&world, &Folder::new("sheets-sqlite-log")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn mutated_sheets_on_postgres() {
    title("hostile sheets · PostgreSQL · both doors while eight order");
    say_seed();
    let Some(world) = World::postgres("sheets").await else { return };
    prove(&world, &Folder::new("sheets-postgres-log")).await;
}
