//! A small world for a proof: the demo's, made by the binary itself, with goods of the proof's own.

use super::client::{Ask, Client};
use super::load::text;
use super::look::Look;
use super::postgres::Database;
use super::server::{Server, binary, free_address, run, said, signal};
use super::{Folder, figure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Days of trade: what proofs recount again and again should not be a whole year.
const DEMO_DAYS: &str = "30";
/// Longer than the demo world may take, by far.
const DEMO_LIMIT: Duration = Duration::from_secs(120);

/// The keys of the demo world that proofs use.
#[derive(Debug, Deserialize)]
pub struct Keys {
    pub school_buyer: String,
    pub supplier: String,
    pub auditor: String,
}

/// A product of the proof's own.
#[derive(Clone, Debug)]
pub struct Good {
    pub sku: String,
    pub id: String,
}

/// A database with a demo world in it.
#[derive(Debug)]
pub struct World {
    pub database: String,
    pub keys: Keys,
    pub folder: Folder,
    /// Dropped, with the database, at the end.
    _postgres: Option<Database>,
}

impl World {
    /// On SQLite.
    pub async fn sqlite(purpose: &str) -> Self {
        let folder = Folder::new(&format!("{purpose}-sqlite"));
        let (database, keys) = demo(folder.path(), None).await;
        Self {
            database,
            keys,
            folder,
            _postgres: None,
        }
    }

    /// On PostgreSQL, or nothing where no server answers.
    pub async fn postgres(purpose: &str) -> Option<Self> {
        let postgres = Database::create(purpose).await?;
        let folder = Folder::new(&format!("{purpose}-postgres"));
        let (database, keys) = demo(folder.path(), Some(&postgres.url)).await;
        Some(Self {
            database,
            keys,
            folder,
            _postgres: Some(postgres),
        })
    }

    /// In the first database of a cluster of the proof's own.
    pub async fn in_cluster(purpose: &str, url: &str) -> Self {
        let folder = Folder::new(&format!("{purpose}-cluster"));
        let (database, keys) = demo(folder.path(), Some(url)).await;
        Self {
            database,
            keys,
            folder,
            _postgres: None,
        }
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.file(&format!("{name}.log"))
    }

    /// Starts a process that serves this world.
    pub async fn serve(&self, name: &str) -> Server {
        Server::start(&self.database, &self.log(name)).await
    }

    /// The proof's own session.
    pub async fn look(&self) -> Look {
        Look::into(&self.database).await
    }

    /// `yangpin verify`, which must find nothing; its last line.
    pub fn verify(&self) -> String {
        verify(&self.database)
    }

    /// Lists products with so much stock, sold to school canteens.
    pub async fn goods(&self, servers: &[SocketAddr], number: usize, stock: u64) -> Vec<Good> {
        let mut client = Client::new(*servers.first().expect("there is a server"));
        let place = self.place(&mut client).await;
        let batch: u32 = rand::random();
        let today = shanghai_today();
        let mut goods = Vec::new();
        let mut movements = Vec::new();
        for at in 0..number {
            let sku = format!("P{batch:08X}-{at}");
            let product = json!({
                "sku": sku, "name": format!("证明用黑米 {at}"), "category_code": "grain", "origin_code": "610723103", "unit": "袋", "pack": "25kg",
                "net_weight_kg": "25", "shelf_life_days": 365, "vat_class": "vat9", "channels": ["school_canteen"],
            });
            let id = text(&self.post(&mut client, "/v1/products", &product).await["product_id"]);
            let price = format!("{}.{:02}", 3 + at % 40, at % 100);
            let offer = json!({"product_id": id, "channel": "school_canteen", "price": price, "from_date": today});
            self.post(&mut client, "/v1/offers", &offer).await;
            movements.push(json!({
                "product_id": id, "place_id": place, "quantity": stock.to_string(), "reason": "receipt", "moved_on": today,
            }));
            goods.push(Good { sku, id });
        }
        self.post(&mut client, "/v1/stock/movements", &json!({ "movements": movements }))
            .await;
        goods
    }

    async fn place(&self, client: &mut Client) -> String {
        let places = client
            .ask(&Ask::get("/v1/places", &self.keys.supplier))
            .await
            .expect("an answer comes")
            .expect(200);
        text(&places["items"][0]["place_id"])
    }

    async fn post(&self, client: &mut Client, path: &str, body: &Value) -> Value {
        let reply = client
            .ask(&Ask::post(path, &self.keys.supplier, body))
            .await
            .expect("an answer comes");
        reply.expect(201)
    }

    /// What may still be ordered of these goods.
    pub async fn left(&self, servers: &[SocketAddr], goods: &[Good]) -> BTreeMap<String, i64> {
        let mut client = Client::new(*servers.last().expect("there is a server"));
        let mut left = BTreeMap::new();
        for good in goods {
            let path = format!("/v1/stock?product_id={}", good.id);
            let stock = client
                .ask(&Ask::get(path, &self.keys.supplier))
                .await
                .expect("an answer comes")
                .expect(200);
            let available = text(&stock["items"][0]["available"]);
            left.insert(good.sku.clone(), available.parse().expect("whole units are left"));
        }
        left
    }
}

/// `yangpin verify` on a database, which must find nothing; its last line.
pub fn verify(database: &str) -> String {
    let output = run(&["verify", "--database", database]);
    let report = said(&output);
    assert!(output.status.success(), "verify found something:\n{report}");
    report.lines().last().unwrap_or_default().to_owned()
}

/// Today where the trade is.
pub fn shanghai_today() -> String {
    (chrono::Utc::now() + chrono::TimeDelta::hours(8)).date_naive().to_string()
}

#[derive(Deserialize)]
struct DemoFile {
    database_url: String,
    keys: Keys,
}

/// Has `yangpin demo` make its world, and stops it again.
async fn demo(dir: &Path, database: Option<&str>) -> (String, Keys) {
    let began = Instant::now();
    let address = free_address();
    let mut command = Command::new(binary());
    command
        .arg("demo")
        .arg("--data")
        .arg(dir)
        .args(["--listen", &address.to_string(), "--days", DEMO_DAYS, "--metrics-listen", ""])
        .arg("--access-log")
        .arg(dir.join("access"));
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary can be started");
    let ask = Ask::get("/health/ready", "none");
    while !matches!(Client::new(address).ask(&ask).await, Ok(reply) if reply.status == 200) {
        let ended = child.try_wait().expect("a child of ours can be asked");
        assert!(ended.is_none(), "`yangpin demo` ended with {ended:?}");
        assert!(began.elapsed() < DEMO_LIMIT, "`yangpin demo` was not ready in {DEMO_LIMIT:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = began.elapsed();
    signal(child.id(), "TERM");
    child.wait().expect("a stopped child ends");
    let file = std::fs::read_to_string(dir.join("demo.json")).expect("the demo writes its keys");
    let file: DemoFile = serde_json::from_str(&file).expect("the demo's keys can be read");
    figure("the demo world was ready in", format!("{} ms", took.as_millis()));
    // What is kept of a server's address has no password.
    (database.map_or(file.database_url, str::to_owned), file.keys)
}
