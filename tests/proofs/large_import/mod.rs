//! A hundred thousand rows, one in a hundred at fault: uploaded as a sheet that is cut off and killed half way, checked
//! whole, booked as far as it is good, taken back, with a kill in the midst of each phase. After each, what stands in the
//! database is counted and `verify` finds nothing.

mod sheet;

use super::harness::client::{Ask, Client};
use super::harness::look::Look;
use super::harness::postgres::Database;
use super::harness::server::Server;
use super::harness::world::verify;
use super::harness::{Folder, figure, title};
use super::replay::send::{Sender, alone};
use super::replay::{operator_key, peak_mib};
use serde_json::{Value, json};
use sheet::{Expected, Kept, Sheet};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// A server that is killed and started again, and who speaks to it.
struct Stage {
    database: String,
    log: PathBuf,
    server: Server,
    sender: Sender,
    kills: u32,
    peak_mib: u64,
}

impl Stage {
    async fn begin(database: &str, folder: &Folder) -> Self {
        let key = operator_key(database);
        let log = folder.file("faulty.log");
        let server = Server::start(database, &log).await;
        Self {
            database: database.to_owned(),
            sender: Sender::new(server.address, &key),
            log,
            server,
            kills: 0,
            peak_mib: 0,
        }
    }

    /// Does a phase to its end, with a kill as soon as so much of it is done; how long it took.
    async fn phase(&mut self, import: &str, phase: &str, end: &str, half: impl Fn(&Value) -> bool) -> Duration {
        let began = Instant::now();
        let body = (phase == "book").then(|| alone("what_is_good"));
        let (sender, id) = (self.sender.clone(), import.to_owned());
        let (name, end) = (phase.to_owned(), end.to_owned());
        let work = tokio::spawn(async move {
            let mut client = Client::new(sender.address);
            sender.phase(&mut client, &id, &name, body.as_ref(), &end).await;
        });
        while !work.is_finished() {
            if half(&self.read(import).await) {
                self.kill().await;
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        work.await.expect("a phase comes to its end");
        began.elapsed()
    }

    /// Uploads a file; the first time it is cut off, the second time the server is killed over it.
    async fn upload(&mut self, import: &str, kept: Kept, bytes: &[u8]) -> Duration {
        let put = Ask {
            content_type: kept.content_type(),
            body: Some(bytes.to_vec()),
            ..self.sender.ask("PUT", format!("/v1/imports/{import}/file"), None)
        };
        let (mut cut, body) = put.bytes();
        cut.extend_from_slice(body.get(..body.len() / 2).unwrap_or_default());
        let mut stream = TcpStream::connect(self.server.address).await.expect("the service listens");
        stream.write_all(&cut).await.expect("the service reads");
        drop(stream);
        assert_eq!(self.read(import).await["rows"], 0, "half a file is no file");
        let began = Instant::now();
        let (sender, ask) = (self.sender.clone(), put.clone());
        let work = tokio::spawn(async move {
            let mut client = Client::new(sender.address);
            sender.settle(&mut client, &ask).await
        });
        while !work.is_finished() {
            if self.read(import).await["rows"].as_i64().is_some_and(|rows| rows > 0) {
                self.kill().await;
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        work.await.expect("an upload comes to its end").expect_status(200);
        began.elapsed()
    }

    async fn kill(&mut self) {
        self.note_peak();
        self.server.kill();
        self.kills += 1;
        let mut next = Server::spawn(&self.database, self.server.address, &self.log);
        next.ready().await;
        self.server = next;
    }

    fn note_peak(&mut self) {
        self.peak_mib = self.peak_mib.max(peak_mib(self.server.id()));
    }

    async fn read(&self, import: &str) -> Value {
        self.sender.get(&format!("/v1/imports/{import}")).await
    }

    /// Lines and hundredths of a measure.
    async fn measured(&self, measure: &str) -> (i64, i64) {
        let total = self.sender.get(&format!("/v1/tally?measure={measure}")).await["total"].clone();
        let digits = total["amount"].as_str().expect("an amount is text").replace('.', "");
        (
            total["lines"].as_i64().expect("lines are counted"),
            digits.parse().expect("an amount has two decimals"),
        )
    }

    /// What `verify` says, which must be that all is well.
    fn verify(&self, after: &str) {
        figure(&format!("verify after {after}"), verify(&self.database));
    }
}

fn seconds(took: Duration) -> String {
    format!("{}.{} s", took.as_secs(), took.subsec_millis() / 100)
}

/// One of these import's documents in a state, counted in the database itself.
async fn documents(look: &Look, import: &str, state: &str) -> i64 {
    let id = look.id("import_id");
    look.number(&format!(
        "SELECT COUNT(*) FROM import_documents WHERE {id} = '{import}' AND state = '{state}'"
    ))
    .await
}

/// Rows of the trade that an import has booked, counted in the database itself.
async fn booked_rows(look: &Look, import: &str) -> [i64; 4] {
    let id = look.id("import_id");
    let count = async |what: &str| look.number(&format!("SELECT COUNT(*) FROM {what}")).await;
    let of = |table: &str, lines: &str, own: &str, of: &str| {
        format!("{lines} WHERE {of} IN (SELECT {own} FROM {table} WHERE {id} = '{import}')")
    };
    [
        count(&format!("orders WHERE {id} = '{import}'")).await,
        count(&of("orders", "order_lines", "id", "order_id")).await,
        count(&of("acceptances", "acceptance_lines", "id", "acceptance_id")).await,
        count(&of("returns", "return_lines", "id", "return_id")).await,
    ]
}

fn check_counts(read: &Value, expected: &Expected, rows: usize) {
    let counts = ["good_rows", "faulty_rows", "held_back_rows", "rows"].map(|name| read[name].as_i64().unwrap_or(-1));
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    assert_eq!(counts, [expected.good_rows, expected.faulty_rows, expected.held_back_rows, rows]);
    assert_eq!(read["documents"]["faulty"], expected.faulty_documents);
    figure(
        "rows good, at fault, held back with those",
        format!("{:?}", counts.get(..3).unwrap_or_default()),
    );
}

/// The file of failed rows: all rows of the documents at fault, each once, with what is wrong with it.
async fn check_failed(stage: &Stage, import: &str, expected: &Expected) {
    let ask = stage.sender.ask("GET", format!("/v1/imports/{import}/faults/export"), None);
    let reply = stage.sender.settle(&mut Client::new(stage.server.address), &ask).await;
    reply.expect_status(200);
    let file = reply.body.strip_prefix(b"\xef\xbb\xbf").expect("the file has its mark");
    let mut reader = csv::Reader::from_reader(file);
    let found: BTreeMap<i64, String> = reader
        .records()
        .map(|record| {
            let record = record.expect("the file is CSV");
            (record[0].parse().expect("rows are numbered"), record[3].to_owned())
        })
        .collect();
    assert!(found.keys().eq(expected.failed.iter()), "other rows have failed than should");
    let problems: BTreeMap<i64, &str> = found
        .iter()
        .filter(|(_, problem)| !problem.is_empty())
        .map(|(row, problem)| (*row, problem.as_str()))
        .collect();
    assert_eq!(problems, expected.faults);
    figure(
        "rows in the file of failed rows, with a fault",
        format!("{} {}", found.len(), problems.len()),
    );
}

/// A file of that kind all the way: staged, checked, booked, taken back.
async fn all_the_way(stage: &mut Stage, look: &Look, kept: Kept, sheet: &Sheet, expected: &Expected) {
    let bytes = sheet.bytes(kept);
    println!("   -- {kept:?}, {} KiB", bytes.len() / 1024);
    let mut client = Client::new(stage.server.address);
    let import = stage
        .sender
        .post(&mut client, "/v1/imports", &json!({"source": "old-ledger"}))
        .await;
    let import = import["import_id"].as_str().expect("an import has an id").to_owned();
    let rows = sheet.rows();
    let took = stage.upload(&import, kept, &bytes).await;
    figure("cut off, killed, and uploaded in", seconds(took));
    let parts = stage.read(&import).await["parts"].as_i64().expect("parts are counted");
    let half = |name: &'static str| move |read: &Value| read[name].as_i64().is_some_and(|done| done >= parts / 2);
    let took = stage.phase(&import, "check", "checked", half("checked_parts")).await;
    figure("killed, and checked in", seconds(took));
    check_counts(&stage.read(&import).await, expected, rows);
    check_failed(stage, &import, expected).await;

    let took = stage.phase(&import, "book", "booked", half("booked_parts")).await;
    figure("killed, and booked in", seconds(took));
    let good = u128::try_from(expected.good_rows).unwrap_or_default();
    figure("rows booked a second", good * 1000 / took.as_millis().max(1));
    let read = stage.read(&import).await;
    check_counts(&read, expected, rows);
    assert_eq!(read["documents"]["booked"], expected.good_documents);
    assert_eq!(documents(look, &import, "booked").await, expected.good_documents);
    assert_eq!(documents(look, &import, "faulty").await, expected.faulty_documents);
    let [orders, ordered, accepted, returned] = booked_rows(look, &import).await;
    assert_eq!(
        [ordered, accepted, returned],
        [expected.accepted.0, expected.accepted.0, expected.returned.0]
    );
    figure(
        "orders, their lines, accepted, returned in the database",
        format!("{orders} {ordered} {accepted} {returned}"),
    );
    for measure in ["ordered", "shipped", "accepted"] {
        assert_eq!(stage.measured(measure).await, expected.accepted, "{measure}");
    }
    assert_eq!(stage.measured("returned").await, expected.returned);
    stage.verify("booking");

    let half_undone = |read: &Value| {
        read["documents"]["undone"]
            .as_i64()
            .is_some_and(|done| done >= expected.good_documents / 2)
    };
    let took = stage.phase(&import, "undo", "undone", half_undone).await;
    figure("killed, and taken back in", seconds(took));
    for measure in ["ordered", "shipped", "accepted", "returned"] {
        assert_eq!(stage.measured(measure).await, (0, 0), "{measure}");
    }
    assert_eq!(documents(look, &import, "undone").await, expected.good_documents);
    let again = stage.sender.ask("POST", format!("/v1/imports/{import}/undo"), None);
    let twice = Client::new(stage.server.address).ask(&again).await.expect("an answer comes");
    figure("taken back a second time", format!("{} {}", twice.status, twice.json()["detail"]));
    assert_eq!(twice.status, 409);
    stage.verify("taking back");
}

async fn prove(database: &str, folder: &Folder) {
    let mut stage = Stage::begin(database, folder).await;
    let world = stage.sender.enter(&sheet::names()).await;
    let sheet = Sheet::of(&world);
    let expected = sheet.expected();
    figure("rows, of them at fault", format!("{} {}", sheet.rows(), expected.faulty_rows));
    let look = Look::into(database).await;
    for kept in Kept::ALL {
        all_the_way(&mut stage, &look, kept, &sheet, &expected).await;
    }
    look.close().await;
    stage.note_peak();
    figure("kills", stage.kills);
    figure("peak memory of a server (VmHWM)", format!("{} MiB", stage.peak_mib));
    stage.server.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_hundred_thousand_rows_with_faults_on_sqlite() {
    title("100,000 rows with faults · SQLite");
    let folder = Folder::new("faulty-sqlite");
    let database = format!("sqlite://{}", folder.file("faulty.db").display());
    prove(&database, &folder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_hundred_thousand_rows_with_faults_on_postgres() {
    title("100,000 rows with faults · PostgreSQL");
    let Some(database) = Database::create("faulty").await else { return };
    prove(&database.url, &Folder::new("faulty-postgres")).await;
}
