//! Sending the year: parties and goods, then documents, as an operator.

use super::super::harness::client::{Ask, Client, Reply};
use super::super::harness::server::Server;
use super::super::harness::{dice, fresh_key};
use super::data::{Document, World, Year, parts};
use rand::RngExt as _;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;
/// Documents of a client are booked in imports of so many parts.
const PARTS_AN_IMPORT: usize = 4;

/// Who sends. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    address: SocketAddr,
    key: String,
    twice: Arc<AtomicU64>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Sender {
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self {
            address,
            key: key.to_owned(),
            twice: Arc::default(),
        }
    }

    pub fn twice(&self) -> u64 {
        self.twice.load(Ordering::SeqCst)
    }

    /// Asks until an answer comes, under one key: a connection that breaks, or a server that says *later*, is no answer.
    async fn settle(&self, client: &mut Client, ask: &Ask) -> Reply {
        let give_up = Instant::now() + Duration::from_secs(120);
        loop {
            if let Ok(reply) = client.ask(ask).await
                && ![409, 503].contains(&reply.status)
            {
                return reply;
            } else if let Ok(reply) = client.ask(ask).await
                && reply.status == 409
                && !reply.text().contains("request_in_progress")
            {
                return reply;
            }
            assert!(Instant::now() < give_up, "no answer to {} {}", ask.method, ask.path);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn ask(&self, method: &'static str, path: impl Into<String>, body: Option<&Value>) -> Ask {
        Ask {
            method,
            path: path.into(),
            key: self.key.clone(),
            idempotency_key: (method == "POST").then(fresh_key),
            body: body.map(ToString::to_string),
        }
    }

    async fn post(&self, client: &mut Client, path: &str, body: &Value) -> Value {
        let reply = self.settle(client, &self.ask("POST", path, Some(body))).await;
        assert!([200, 201].contains(&reply.status), "{path}: {}", reply.text());
        reply.json()
    }

    pub async fn get(&self, path: &str) -> Value {
        let mut client = Client::new(self.address);
        self.settle(&mut client, &self.ask("GET", path, None)).await.expect(200)
    }

    /// Towns, the supplier with its place, buyers and goods.
    pub async fn enter(&self, year: &Year) -> World {
        let mut client = Client::new(self.address);
        let mut division = async |code: &str, name: &str, parent: Option<&str>, role: &str| {
            let mut body = json!({"code": code, "name": name, "role": role});
            if let Some(parent) = parent {
                body["parent_code"] = json!(parent);
            }
            self.post(&mut client, "/v1/divisions", &body).await;
        };
        division("610723", "洋县", None, "origin_county").await;
        division("610723104", "谢村镇", Some("610723"), "origin_town").await;
        division("320682", "如皋市", None, "buyer_city").await;
        for (at, country) in year.countries.iter().enumerate() {
            division(&town(at), country, Some("320682"), "buyer_town").await;
        }
        let category = json!({"code": "goods", "name_zh": "百货", "name_en": "Goods"});
        self.post(&mut client, "/v1/categories", &category).await;
        let supplier = json!({"name": "批发商", "kind": "trading_agent", "town_code": "610723104"});
        let supplier = text(&self.post(&mut client, "/v1/organisations", &supplier).await["organisation_id"]);
        let key = json!({"organisation_id": supplier, "name": "仓库", "holder": {"name": "仓库", "machine": true}});
        let secret = text(&self.post(&mut client, "/v1/keys", &key).await["secret"]);
        let keeper = Self {
            key: secret,
            ..self.clone()
        };
        let place = json!({"name": "一号库", "town_code": "610723104"});
        let place = text(&keeper.post(&mut client, "/v1/places", &place).await["place_id"]);
        let towns: Vec<&String> = year.countries.iter().collect();
        let buyers = year.buyers.iter().map(|(customer, country)| {
            let at = towns.iter().position(|name| *name == country).expect("a buyer's country is known");
            let name = format!("{} · {country}", if customer.is_empty() { "ANONYMOUS" } else { customer });
            let body = json!({"name": name, "kind": "wholesale_market", "town_code": town(at), "from_date": "2010-01-01"});
            ((customer.clone(), country.clone()), "/v1/organisations", body)
        });
        let made = self.many(buyers.collect()).await;
        let goods = year.skus.iter().map(|sku| {
            let body = json!({"sku": sku, "name": sku, "category_code": "goods", "origin_code": "610723104", "unit": "件",
                "vat_class": "vat13", "channels": ["market"], "seller_id": supplier});
            (sku.clone(), "/v1/products", body)
        });
        self.many(goods.collect()).await;
        World {
            buyers: made
                .into_iter()
                .map(|(name, made)| (name, text(&made["organisation_id"])))
                .collect(),
            place,
        }
    }

    /// Makes many things at once over a few connections.
    async fn many<K: Send + 'static>(&self, bodies: VecDeque<(K, &'static str, Value)>) -> Vec<(K, Value)> {
        let (waiting, made) = (Arc::new(Mutex::new(bodies)), Arc::new(Mutex::new(Vec::new())));
        let workers = (0..16).map(|_| {
            let (sender, waiting, made) = (self.clone(), Arc::clone(&waiting), Arc::clone(&made));
            tokio::spawn(async move {
                let mut client = Client::new(sender.address);
                loop {
                    let next = waiting.lock().unwrap().pop_front();
                    let Some((name, path, body)) = next else { return };
                    let answer = sender.post(&mut client, path, &body).await;
                    made.lock().unwrap().push((name, answer));
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("a worker ends well");
        }
        std::mem::take(&mut *made.lock().unwrap())
    }

    /// Books documents as one import; gives its id.
    pub async fn book(&self, documents: &[Document]) -> String {
        let mut client = Client::new(self.address);
        self.book_parts(&mut client, &parts(documents), false).await
    }

    /// Books the year: the opening stock first, then everything as one import.
    pub async fn book_all(&self, documents: &[Document]) {
        let (opening, rest): (Vec<_>, Vec<_>) = documents.iter().cloned().partition(Document::is_opening);
        self.book(&opening).await;
        self.book(&rest).await;
    }

    /// Takes an import back.
    pub async fn undo(&self, import: &str) {
        let mut client = Client::new(self.address);
        self.phase(&mut client, import, "undo", None, "undone").await;
    }

    async fn book_parts(&self, client: &mut Client, parts: &[Vec<Value>], twice: bool) -> String {
        let import = self.ask("POST", "/v1/imports", Some(&json!({"source": "online-retail"})));
        let import = self.twice_perhaps(client, &import, twice).await.expect(201);
        let import = text(&import["import_id"]);
        for (no, rows) in (1..).zip(parts) {
            let put = self.ask("PUT", format!("/v1/imports/{import}/parts/{no}"), Some(&json!({"rows": rows})));
            let reply = self.twice_perhaps(client, &put, twice).await;
            assert!([200, 201].contains(&reply.status), "{}", reply.text());
        }
        self.phase(client, &import, "check", None, "checked").await;
        let mode = json!({"mode": "all_or_nothing"});
        self.phase(client, &import, "book", Some(&mode), "booked").await;
        import
    }

    /// A fifth of all requests is sent twice under one key; the second is answered as the first.
    async fn twice_perhaps(&self, client: &mut Client, ask: &Ask, perhaps: bool) -> Reply {
        let first = self.settle(client, ask).await;
        if perhaps && rand::rng().random_ratio(1, 5) {
            self.twice.fetch_add(1, Ordering::SeqCst);
            let second = self.settle(client, ask).await;
            assert!(second.status < 300, "{}", second.text());
        }
        first
    }

    /// Has a phase done and waits for its end; where nothing moves for a while, it is asked for again.
    async fn phase(&self, client: &mut Client, import: &str, phase: &str, body: Option<&Value>, end: &str) {
        let path = format!("/v1/imports/{import}/{phase}");
        let begin = |sender: &Self| sender.ask("POST", path.clone(), body);
        let mut reply = self.settle(client, &begin(self)).await;
        let (mut version, mut moved) = (Value::Null, Instant::now());
        loop {
            let now = reply.json();
            if now["status"] == end {
                return;
            }
            assert!(reply.status == 200, "{phase}: {}", reply.text());
            if now["version"] != version {
                (version, moved) = (now["version"].clone(), Instant::now());
            } else if moved.elapsed() > Duration::from_secs(3) {
                self.settle(client, &begin(self)).await;
                moved = Instant::now();
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            reply = self.settle(client, &self.ask("GET", format!("/v1/imports/{import}"), None)).await;
        }
    }

    /// Sends documents over eight clients, each its own imports.
    pub async fn shuffled(&self, documents: Vec<Document>) {
        let parts: Vec<Vec<Value>> = parts(&documents);
        let lots: VecDeque<Vec<Vec<Value>>> = parts.chunks(PARTS_AN_IMPORT).map(<[_]>::to_vec).collect();
        let waiting = Arc::new(Mutex::new(lots));
        let workers = (0..CLIENTS).map(|_| {
            let (sender, waiting) = (self.clone(), Arc::clone(&waiting));
            tokio::spawn(async move {
                let mut client = Client::new(sender.address);
                loop {
                    let next = waiting.lock().unwrap().pop_front();
                    let Some(parts) = next else { return };
                    sender.book_parts(&mut client, &parts, true).await;
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("a client ends well");
        }
    }
}

fn town(at: usize) -> String {
    format!("OR-{:02}", at + 1)
}

/// Kills the server each minute, at a moment of chance, and starts another on the same address; how often.
pub async fn kill_each_minute(server: &mut Server, database: &str, log: &Path, work: impl Future<Output = ()>) -> u32 {
    let mut kills = 0;
    let mut dice = dice(9);
    tokio::pin!(work);
    loop {
        let pause = Duration::from_millis(dice.random_range(50_000..60_000));
        match tokio::time::timeout(pause, &mut work).await {
            Ok(()) => return kills,
            Err(_) => {
                server.kill();
                kills += 1;
                let mut next = Server::spawn(database, server.address, log);
                next.ready().await;
                *server = next;
            }
        }
    }
}
