//! What goes on around the service and must not take it down: crowds of slow connections, a database that answers
//! late, a disk that is full.

use crate::harness::client::{Ask, Client, Reply};
use crate::harness::load::order;
use crate::harness::server::{Server, run, said};
use crate::harness::wire::Wire;
use crate::harness::world::{Good, World};
use crate::harness::{count, figure, title};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const WORKERS: usize = 8;
/// The promise to who waits for a turn.
const REFUSED_WITHIN: Duration = Duration::from_secs(3);

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

fn p99(took: &[Duration]) -> Duration {
    took.get(took.len() * 99 / 100).copied().unwrap_or_default()
}

fn memory_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_late_database_is_said_and_outlived() {
    title("faults · PostgreSQL · a database that answers after 5 s");
    let Some(world) = World::postgres("late").await else { return };
    let wire = Wire::to(&world.database).await;
    let mut server = Server::start(&wire.url, &world.log("a")).await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let key = world.keys.school_buyer.clone();
    let (mut slowest, mut said, mut resumed) = (Duration::ZERO, 0, Duration::ZERO);
    for _ in 0..count(10) {
        let orderers = Orderers::begin(server.address, &key, &goods);
        tokio::time::sleep(Duration::from_millis(500)).await;
        wire.delay(Duration::from_secs(5));
        tokio::time::sleep(Duration::from_secs(8)).await;
        wire.delay(Duration::ZERO);
        let (took, others) = orderers.end().await;
        slowest = slowest.max(took.last().copied().unwrap_or_default());
        said += others.len();
        for reply in &others {
            assert_eq!(reply.status, 503, "{}", reply.text());
            assert!(reply.head.to_ascii_lowercase().contains("retry-after"), "{}", reply.head);
        }
        resumed = resumed.max(answers_again(&server, &key, &goods).await);
    }
    figure("answered 503 with Retry-After", said);
    figure("slowest answer", format!("{slowest:?}"));
    figure("orders again after, at most", format!("{resumed:?}"));
    assert!(said > 0, "the database was late");
    assert!(slowest < REFUSED_WITHIN + Duration::from_secs(3), "who waits is told: {slowest:?}");
    server.stop();
    figure("verify", world.verify());
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

/// A small disk in memory; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, mebibytes: usize) -> Option<Self> {
        std::fs::create_dir_all(at).expect("a folder can be made");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs"]).arg(at);
        if command.output().is_ok_and(|output| output.status.success()) {
            Some(Self(at.to_owned()))
        } else {
            println!("SKIPPED: no small disk can be mounted here");
            None
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_full_disk_is_said_and_outlived() {
    title("faults · SQLite · a disk that is full");
    let world = World::sqlite("full").await;
    let mount = world.folder.file("disk");
    let Some(disk) = SmallDisk::mount(&mount, 64) else { return };
    let database = mount.join("yangpin.db");
    let from = world.database.trim_start_matches("sqlite://");
    std::fs::copy(from, &database).expect("the world fits the disk");
    let url = format!("sqlite://{}", database.display());
    let mut server = Server::start(&url, &world.log("a")).await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let key = world.keys.school_buyer.clone();
    let (mut placed, mut told, mut read) = (0, 0, 0);
    for _ in 0..count(10) {
        let ballast = mount.join("ballast");
        let orderers = Orderers::begin(server.address, &key, &goods);
        tokio::time::sleep(Duration::from_millis(300)).await;
        fill(&ballast);
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut client = server.client();
        let reply = client.ask(&Ask::get("/v1/orders?limit=5", &key)).await.expect("an answer comes");
        read += usize::from(reply.status == 200);
        std::fs::remove_file(&ballast).expect("there is room again");
        answers_again(&server, &key, &goods).await;
        let (took, others) = orderers.end().await;
        for reply in &others {
            assert!([503, 507].contains(&reply.status), "{} {}", reply.status, reply.text());
        }
        placed += took.len() - others.len();
        told += others.len();
    }
    figure("orders placed · told 507 or 503", format!("{placed} · {told}"));
    figure("rounds in which reading went on", read);
    assert!(told > 0 && read == count(10), "the disk was full, and reading went on");
    server.stop();
    let output = run(&["verify", "--database", &url]);
    figure("verify", said(&output).lines().last().unwrap_or_default());
    assert!(output.status.success(), "{}", said(&output));
    drop(disk);
}

/// Leaves no room.
fn fill(ballast: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(ballast).expect("a file can be made");
    let block = vec![7_u8; 64 * 1024];
    while file.write_all(&block).is_ok() {}
    while file.write_all(&[7]).is_ok() {}
}
