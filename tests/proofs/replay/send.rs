//! Sending the year: parties and goods, then documents, as an operator.

use super::super::harness::client::{Ask, Client, JSON, Reply};
use super::super::harness::server::Server;
use super::super::harness::{dice, fresh_key};
use super::data::{Document, parts, without_sales};
use rand::RngExt as _;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;
/// Documents of a client are booked in imports of so many parts.
const PARTS_AN_IMPORT: usize = 4;

/// What there is to trade with.
#[derive(Debug, Default)]
pub struct Names {
    pub countries: BTreeSet<String>,
    /// Customer and country; no customer is the anonymous buyer of the country.
    pub buyers: BTreeSet<(String, String)>,
    pub skus: BTreeSet<String>,
}

/// What was entered: ids by name.
#[derive(Debug, Default)]
pub struct World {
    pub buyers: HashMap<(String, String), String>,
    pub place: String,
}

/// Who sends. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sender {
    pub address: SocketAddr,
    key: String,
    twice: Arc<AtomicU64>,
    early: Arc<AtomicU64>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn count(many: usize) -> u64 {
    u64::try_from(many).unwrap_or(u64::MAX)
}

impl Sender {
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self {
            address,
            key: key.to_owned(),
            twice: Arc::default(),
            early: Arc::default(),
        }
    }

    pub fn twice(&self) -> u64 {
        self.twice.load(Ordering::SeqCst)
    }

    /// Return documents that came before their sale.
    pub fn early(&self) -> u64 {
        self.early.load(Ordering::SeqCst)
    }

    /// Asks until an answer comes, under one key: a connection that breaks, or a server that says *later*, is no answer.
    pub async fn settle(&self, client: &mut Client, ask: &Ask) -> Reply {
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

    pub fn ask(&self, method: &'static str, path: impl Into<String>, body: Option<&Value>) -> Ask {
        Ask {
            method,
            path: path.into(),
            key: self.key.clone(),
            idempotency_key: (method == "POST").then(fresh_key),
            content_type: JSON,
            body: body.map(|body| body.to_string().into_bytes()),
        }
    }

    pub async fn post(&self, client: &mut Client, path: &str, body: &Value) -> Value {
        let reply = self.settle(client, &self.ask("POST", path, Some(body))).await;
        assert!([200, 201].contains(&reply.status), "{path}: {}", reply.text());
        reply.json()
    }

    pub async fn get(&self, path: &str) -> Value {
        let mut client = Client::new(self.address);
        self.settle(&mut client, &self.ask("GET", path, None)).await.expect(200)
    }

    /// All things of a list, page by page, each given to `each`.
    pub async fn pages(&self, path: &str, mut each: impl FnMut(&Value)) {
        let mut client = Client::new(self.address);
        let mut next = path.to_owned();
        loop {
            let page = self.settle(&mut client, &self.ask("GET", next, None)).await.expect(200);
            page["items"].as_array().expect("a page has items").iter().for_each(&mut each);
            let Some(cursor) = page["next"].as_str() else { return };
            next = format!("{path}&cursor={cursor}");
        }
    }

    /// Towns, the supplier with its place, buyers and goods.
    pub async fn enter(&self, names: &Names) -> World {
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
        for (at, country) in names.countries.iter().enumerate() {
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
        let towns: Vec<&String> = names.countries.iter().collect();
        let buyers = names.buyers.iter().map(|(customer, country)| {
            let at = towns.iter().position(|name| *name == country).expect("a buyer's country is known");
            let name = format!("{} · {country}", if customer.is_empty() { "ANONYMOUS" } else { customer });
            let body = json!({"name": name, "kind": "wholesale_market", "town_code": town(at), "from_date": "2010-01-01"});
            ((customer.clone(), country.clone()), "/v1/organisations", body)
        });
        let made = self.many(buyers.collect()).await;
        let goods = names.skus.iter().map(|sku| {
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
        self.book_parts(&mut client, &parts(documents), "all_or_nothing", false).await
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

    async fn book_parts(&self, client: &mut Client, parts: &[Vec<Value>], mode: &str, twice: bool) -> String {
        let import = self.ask("POST", "/v1/imports", Some(&json!({"source": "online-retail"})));
        let import = self.twice_perhaps(client, &import, twice).await.expect(201);
        let import = text(&import["import_id"]);
        for (no, rows) in (1..).zip(parts) {
            let put = self.ask("PUT", format!("/v1/imports/{import}/parts/{no}"), Some(&json!({"rows": rows})));
            let reply = self.twice_perhaps(client, &put, twice).await;
            assert!([200, 201].contains(&reply.status), "{}", reply.text());
        }
        self.phase(client, &import, "check", None, "checked").await;
        self.phase(client, &import, "book", Some(&alone(mode)), "booked").await;
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
    pub async fn phase(&self, client: &mut Client, import: &str, phase: &str, body: Option<&Value>, end: &str) {
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

    /// Returns of an import that name a sale which has not come; no other fault may be.
    async fn too_early(&self, import: &str) -> BTreeSet<String> {
        let mut early = BTreeSet::new();
        let path = format!("/v1/imports/{import}/faults?limit=200");
        let note = |fault: &Value| {
            assert_eq!(fault["problem"], "import_sale_unknown", "{fault}");
            early.insert(text(&fault["document_no"]));
        };
        self.pages(&path, note).await;
        early
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
                    let import = sender.book_parts(&mut client, &parts, "what_is_good", true).await;
                    let early = sender.too_early(&import).await;
                    if early.is_empty() {
                        continue;
                    }
                    // Whose sale is not on file yet comes without it.
                    let rows = parts.iter().flat_map(|part| without_sales(part, &early)).collect();
                    sender.early.fetch_add(count(early.len()), Ordering::SeqCst);
                    sender.book_parts(&mut client, &[rows], "all_or_nothing", true).await;
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("a client ends well");
        }
    }
}

/// A proof has one operator, who books what it has sent.
pub fn alone(mode: &str) -> Value {
    json!({"mode": mode, "alone": true, "reason": "one operator sends and books the year"})
}

fn town(at: usize) -> String {
    format!("OR-{:02}", at + 1)
}

/// Kills the server more than once a minute, at a moment of chance, and starts another on the same address; how often.
pub async fn kill_each_while(server: &mut Server, database: &str, log: &Path, work: impl Future<Output = ()>) -> u32 {
    let mut kills = 0;
    let mut dice = dice(9);
    tokio::pin!(work);
    loop {
        let pause = Duration::from_millis(dice.random_range(20_000..35_000));
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
