//! A disk that is full: orders are told so, reading goes on, and with room again the service resumes by itself. Nothing
//! that was acknowledged is lost.

use super::{Orderers, WORKERS, answers_again};
use crate::harness::client::Ask;
use crate::harness::cluster::Cluster;
use crate::harness::look::Look;
use crate::harness::server::{Server, run, said};
use crate::harness::world::{Good, World};
use crate::harness::{Folder, count, figure, title};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

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

/// What came of the rounds.
#[derive(Debug, Default)]
struct Found {
    placed: usize,
    told: usize,
    read: usize,
    resumed: Duration,
}

/// Fills the disk while others order, looks, makes room again and waits for the next order; so often.
async fn rounds(server: &Server, disk: &Path, (key, goods): (&str, &[Good]), revive: impl Fn()) -> Found {
    let mut found = Found::default();
    for _ in 0..count(10) {
        let ballast = disk.join("ballast");
        let orderers = Orderers::begin(server.address, key, goods);
        tokio::time::sleep(Duration::from_millis(300)).await;
        fill(&ballast);
        tokio::time::sleep(Duration::from_millis(700)).await;
        let mut client = server.client();
        let reply = client.ask(&Ask::get("/v1/orders?limit=5", key)).await.expect("an answer comes");
        found.read += usize::from(reply.status == 200);
        std::fs::remove_file(&ballast).expect("there is room again");
        revive();
        found.resumed = found.resumed.max(answers_again(server, key, goods).await);
        let (took, others) = orderers.end().await;
        for reply in &others {
            assert!([503, 507].contains(&reply.status), "{} {}", reply.status, reply.text());
        }
        found.placed += took.len() - others.len();
        found.told += others.len();
    }
    figure("orders placed · told 507 or 503", format!("{} · {}", found.placed, found.told));
    figure("rounds in which reading went on", found.read);
    figure("orders again after, at most", format!("{:?}", found.resumed));
    assert!(found.told > 0, "the disk was full");
    found
}

/// Leaves no room.
fn fill(ballast: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::create(ballast).expect("a file can be made");
    let block = vec![7_u8; 64 * 1024];
    while file.write_all(&block).is_ok() {}
    while file.write_all(&[7]).is_ok() {}
}

/// Every acknowledged order is there, and everything counts up.
async fn nothing_is_lost(url: &str, before: i64, placed: usize) {
    let orders = orders_in(url).await - before;
    let placed = i64::try_from(placed).expect("orders can be counted");
    // Beside the acknowledged ones: the first after each round, and those whose connection to the database broke.
    assert!(orders >= placed, "{placed} were acknowledged, {orders} are there");
    figure("acknowledged · there", format!("{placed} · {orders}"));
    let output = run(&["verify", "--database", url]);
    figure("verify", said(&output).lines().last().unwrap_or_default());
    assert!(output.status.success(), "{}", said(&output));
}

async fn orders_in(url: &str) -> i64 {
    let look = Look::into(url).await;
    let orders = look.number("SELECT count(*) FROM orders").await;
    look.close().await;
    orders
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_full_disk_is_said_and_outlived_on_sqlite() {
    title("faults · SQLite · a disk that is full");
    let world = World::sqlite("full").await;
    let mount = world.folder.file("disk");
    let Some(disk) = SmallDisk::mount(&mount, 512) else { return };
    let database = mount.join("yangpin.db");
    let from = world.database.trim_start_matches("sqlite://");
    std::fs::copy(from, &database).expect("the world fits the disk");
    let (secret, beside) = (format!("{from}.secret"), mount.join("yangpin.db.secret"));
    std::fs::copy(secret, beside).expect("its secret as well");
    let url = format!("sqlite://{}", database.display());
    let before = orders_in(&url).await;
    let mut server = Server::start(&url, &world.log("a")).await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let found = rounds(&server, &mount, (&world.keys.school_buyer, &goods), || ()).await;
    assert_eq!(found.read, count(10), "reading goes on");
    server.stop();
    nothing_is_lost(&url, before, found.placed).await;
    drop(disk);
}

/// On a cluster whose data stand on the small disk; its log there too, or apart as PostgreSQL's manual advises.
async fn on_a_cluster(purpose: &str, log_apart: bool) {
    let folder = Folder::new(purpose);
    let mount = folder.file("disk");
    let Some(disk) = SmallDisk::mount(&mount, 320) else { return };
    let log = folder.file("log");
    let settings = "max_wal_size = 64MB\nmin_wal_size = 32MB\n";
    let Some(cluster) = Cluster::create_with(&mount.join("data"), log_apart.then_some(log.as_path()), settings) else {
        return;
    };
    let world = World::in_cluster(purpose, &cluster.url).await;
    let before = orders_in(&world.database).await;
    let mut server = world.serve("a").await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    // A server that cannot write its log stops; with room again somebody starts it, as a service manager does.
    let found = rounds(&server, &mount, (&world.keys.school_buyer, &goods), || cluster.revive()).await;
    // Not in every round: now and then PostgreSQL stops all its sessions by itself, and reading comes back with it.
    assert!(found.read * 2 > count(10), "reading goes on");
    server.stop();
    nothing_is_lost(&world.database, before, found.placed).await;
    drop(cluster);
    drop(disk);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_full_disk_is_said_and_outlived_on_postgres() {
    title("faults · PostgreSQL · a disk of data that is full");
    on_a_cluster("full_data", true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_full_disk_with_the_log_on_it_is_outlived_on_postgres() {
    title("faults · PostgreSQL · a disk of data and log that is full");
    on_a_cluster("full_log", false).await;
}
