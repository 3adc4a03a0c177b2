//! An hour at half of what it can do: memory, log, file handles and latency must not creep.
//!
//! `YANGPIN_SOAK_SECONDS=600` makes it shorter.

use crate::harness::client::{Ask, Client};
use crate::harness::load::order;
use crate::harness::world::{Good, World};
use crate::harness::{figure, title};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const WORKERS: usize = 16;
/// Looks at the process on the way.
const LOOKS: u32 = 12;
/// How long the peak is measured.
const PEAK: Duration = Duration::from_secs(10);

fn length() -> Duration {
    let seconds = std::env::var("YANGPIN_SOAK_SECONDS").map_or(3_600, |text| text.parse().expect("YANGPIN_SOAK_SECONDS is a number"));
    Duration::from_secs(seconds)
}

/// Workers that order, each after a pause.
#[derive(Debug, Default)]
struct Work {
    stop: AtomicBool,
    orders: AtomicU64,
    pause_us: AtomicU64,
    micros: Mutex<Vec<u64>>,
}

impl Work {
    async fn order(self: Arc<Self>, server: std::net::SocketAddr, key: String, good: Good) {
        let mut client = Client::new(server);
        while !self.stop.load(Ordering::SeqCst) {
            let began = Instant::now();
            let ask = Ask::post("/v1/orders", &key, &order(&[(good.sku.as_str(), 1)]));
            client.ask(&ask).await.expect("an answer comes").expect_status(201);
            let took = began.elapsed();
            self.orders.fetch_add(1, Ordering::SeqCst);
            self.note(took);
            let pause = Duration::from_micros(self.pause_us.load(Ordering::SeqCst));
            tokio::time::sleep(pause.saturating_sub(took)).await;
        }
    }

    fn note(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.micros.lock().expect("nobody panics with it").push(micros);
    }

    /// The p99 since the last look, microseconds.
    fn p99(&self) -> u64 {
        let mut micros = std::mem::take(&mut *self.micros.lock().expect("nobody panics with it"));
        micros.sort_unstable();
        micros.get(micros.len() * 99 / 100).copied().unwrap_or(0)
    }
}

/// Memory in KiB and open file handles.
fn look_at(process: u32) -> (u64, usize) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let memory = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0);
    let handles = std::fs::read_dir(format!("/proc/{process}/fd")).map_or(0, Iterator::count);
    (memory, handles)
}

fn log_size(database: &str) -> u64 {
    let file = database.strip_prefix("sqlite://").map(|path| format!("{path}-wal"));
    file.and_then(|path| Path::new(&path).metadata().ok()).map_or(0, |meta| meta.len())
}

async fn soak(world: &World) {
    let mut server = world.serve("a").await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let work = Arc::new(Work::default());
    let spawn = |good| tokio::spawn(Arc::clone(&work).order(server.address, world.keys.school_buyer.clone(), good));
    let tasks: Vec<_> = goods.into_iter().map(spawn).collect();
    tokio::time::sleep(PEAK).await;
    let peak = work.orders.load(Ordering::SeqCst) / PEAK.as_secs();
    let half = (peak / 2).max(1);
    figure("peak · half of it, orders/s", format!("{peak} · {half}"));
    work.pause_us.store(WORKERS as u64 * 1_000_000 / half, Ordering::SeqCst);
    work.p99();
    let mut looks = Vec::new();
    for at in 1..=LOOKS {
        let before = work.orders.load(Ordering::SeqCst);
        let step = length() / LOOKS;
        tokio::time::sleep(step).await;
        let rate = (work.orders.load(Ordering::SeqCst) - before) / step.as_secs().max(1);
        let ((memory, handles), p99, log) = (look_at(server.id()), work.p99(), log_size(&world.database));
        let said = format!("{rate} orders/s · p99 {p99} µs · {memory} KiB · log {log} bytes · {handles} handles");
        figure(&format!("after {} s", (step * at).as_secs()), said);
        looks.push((memory, handles));
    }
    work.stop.store(true, Ordering::SeqCst);
    for task in tasks {
        task.await.expect("a worker ends well");
    }
    server.stop();
    figure("verify", world.verify());
    let (first, last) = (looks[looks.len() / 2], looks[looks.len() - 1]);
    figure("memory, second half", format!("{} → {} KiB", first.0, last.0));
    assert!(last.0 < first.0 + first.0 / 4 + 16 * 1024, "memory creeps");
    assert!(last.1 <= first.1 + 8, "file handles creep");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn an_hour_of_soak_on_sqlite() {
    title("soak · SQLite");
    soak(&World::sqlite("soak").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn an_hour_of_soak_on_postgres() {
    title("soak · PostgreSQL");
    let Some(world) = World::postgres("soak").await else { return };
    soak(&world).await;
}
