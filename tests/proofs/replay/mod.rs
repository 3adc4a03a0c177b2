//! A real wholesaler's year, to the penny: 541,909 lines sent by the import right over HTTP to the real binary, then
//! every figure read back over HTTP and held to the known totals.
//!
//! `YANGPIN_REPLAY_DATA` names the folder with `online_retail.csv.gz` and `online_retail_truth.json`; without it the
//! proof says aloud that it is skipped. Countries are towns that an operator adds; buyers are pairs of customer and
//! country, with one anonymous buyer a country; documents of digits are orders, shipped and accepted at their own time;
//! `C…` are returns at their own price; lines without a price are movements of stock; only the ledger's adjustments are
//! left out. A document's wall clock is taken as Shanghai's.

mod compare;
mod data;
mod papers;
pub mod send;

use super::harness::postgres::Database;
use super::harness::server::{Server, run, said};
use super::harness::world::verify;
use super::harness::{Folder, figure, title};
use compare::{compare, compare_papers};
use data::{Document, Year};
use papers::Papers;
use send::Sender;
use std::path::PathBuf;
use std::time::Instant;

/// The folder with the data, or a word that there is none.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("YANGPIN_REPLAY_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("SKIPPED: YANGPIN_REPLAY_DATA names no folder with the year to be replayed");
    }
    folder
}

/// The most memory a process has had, in MiB.
pub fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// The key of an operator, made on the machine itself.
pub fn operator_key(database: &str) -> String {
    let made = run(&["key", "--database", database, "create", "--role", "operator"]);
    assert!(made.status.success(), "{}", said(&made));
    String::from_utf8_lossy(&made.stdout).trim().to_owned()
}

/// What is to be sent, line by line of the file.
fn print_lines(year: &Year, documents: &[&Document]) {
    for (kind, what) in [
        ("order", "sale lines sent"),
        ("return", "return lines sent"),
        ("stock", "movements sent"),
    ] {
        let opening = |document: &&&Document| !document.is_opening();
        let lines: usize = documents.iter().filter(opening).map(|document| document.of_kind(kind)).sum();
        figure(what, lines);
    }
    figure("ledger adjustments left out", year.left_out());
}

/// Reads everything back and holds it to what is known; how many figures differ.
async fn read_back(sender: &Sender, year: &Year) -> usize {
    let began = Instant::now();
    println!("   totals, as the tally tells them");
    let mut different = compare(sender, &year.truth, true).await;
    figure("read and compared in", format!("{} s", began.elapsed().as_secs()));
    let began = Instant::now();
    println!("   all columns, counted from the orders and returns that are listed");
    let papers = Papers::read(sender).await;
    different += compare_papers(&papers, &year.truth);
    figure("read and compared in", format!("{} s", began.elapsed().as_secs()));
    figure("return lines with their sale on file", papers.with_sale);
    figure("return lines of unknown origin", papers.origin_unknown);
    let mut movements = 0;
    sender.pages("/v1/stock/movements?reason=count&limit=200", |_| movements += 1).await;
    figure("movements of stock read back", movements);
    different
}

async fn replay(year: &Year, database: &str, folder: &Folder) {
    let key = operator_key(database);
    let mut server = Server::start(database, &folder.file("replay.log")).await;
    let began = Instant::now();
    let sender = Sender::new(server.address, &key);
    let world = sender.enter(&year.names).await;
    figure("parties and goods were entered in", format!("{} s", began.elapsed().as_secs()));

    let began = Instant::now();
    let (held_back, rest) = year.documents(&world);
    print_lines(year, &rest.iter().chain([&held_back]).collect::<Vec<_>>());
    let lines: usize = rest.iter().map(Document::lines).sum();
    sender.book_all(&rest).await;
    let took = began.elapsed();
    figure("lines booked", lines);
    figure("staged, checked and booked in", format!("{} s", took.as_secs()));
    figure("lines a second", lines as u128 * 1000 / took.as_millis().max(1));

    // One price is wrong by a penny: the comparison must say so.
    let wrong = sender.book(&[held_back.with_another_price()]).await;
    let red = compare(&sender, &year.truth, false).await;
    figure("one price changed by 0.01: figures that differ", red);
    assert!(red > 0, "a wrong price is not seen");
    sender.undo(&wrong).await;
    sender.book(&[held_back]).await;
    let different = read_back(&sender, year).await;
    figure("peak memory of the server (VmHWM)", format!("{} MiB", peak_mib(server.id())));
    server.stop();
    let began = Instant::now();
    figure("verify", verify(database));
    figure("verified in", format!("{} s", began.elapsed().as_secs()));
    assert_eq!(different, 0);
}

/// Documents in no order, eight clients, a fifth of all requests sent twice, the server killed again and again.
async fn replay_shuffled(year: &Year, database: &str, folder: &Folder) {
    let key = operator_key(database);
    let mut server = Server::start(database, &folder.file("shuffled.log")).await;
    let sender = Sender::new(server.address, &key);
    let world = sender.enter(&year.names).await;
    let (held_back, mut rest) = year.documents(&world);
    rest.push(held_back);
    print_lines(year, &rest.iter().collect::<Vec<_>>());
    let opening = rest.iter().position(Document::is_opening).map(|at| rest.remove(at));
    sender.book(&opening.into_iter().collect::<Vec<_>>()).await;
    data::shuffle(&mut rest);
    let began = Instant::now();
    let lines: usize = rest.iter().map(Document::lines).sum();
    let sending = sender.shuffled(rest);
    let kills = send::kill_each_while(&mut server, database, &folder.file("shuffled.log"), sending).await;
    figure("shuffled over 8 clients, lines", lines);
    figure("booked in", format!("{} s", began.elapsed().as_secs()));
    figure("kills", kills);
    figure("requests sent twice", sender.twice());
    figure("return documents that came before their sale", sender.early());
    let different = read_back(&sender, year).await;
    figure("peak memory of the last server (VmHWM)", format!("{} MiB", peak_mib(server.id())));
    server.stop();
    let began = Instant::now();
    figure("verify", verify(database));
    figure("verified in", format!("{} s", began.elapsed().as_secs()));
    assert_eq!(different, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_year_is_replayed_to_the_penny_on_sqlite() {
    title("replay · SQLite");
    let Some(year) = folder().map(|folder| Year::read(&folder)) else {
        return;
    };
    let folder = Folder::new("replay-sqlite");
    let database = format!("sqlite://{}", folder.file("replay.db").display());
    replay(&year, &database, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_year_is_replayed_to_the_penny_on_postgres() {
    title("replay · PostgreSQL");
    let Some(year) = folder().map(|folder| Year::read(&folder)) else {
        return;
    };
    let Some(database) = Database::create("replay").await else { return };
    replay(&year, &database.url, &Folder::new("replay-postgres")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_year_shuffled_and_killed_is_the_same_on_sqlite() {
    title("replay, shuffled · SQLite");
    let Some(year) = folder().map(|folder| Year::read(&folder)) else {
        return;
    };
    let folder = Folder::new("shuffled-sqlite");
    let database = format!("sqlite://{}", folder.file("shuffled.db").display());
    replay_shuffled(&year, &database, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_year_shuffled_and_killed_is_the_same_on_postgres() {
    title("replay, shuffled · PostgreSQL");
    let Some(year) = folder().map(|folder| Year::read(&folder)) else {
        return;
    };
    let Some(database) = Database::create("shuffled").await else {
        return;
    };
    replay_shuffled(&year, &database.url, &Folder::new("shuffled-postgres")).await;
}
