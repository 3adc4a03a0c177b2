//! An import from its file to its end: the CSV, its upload, its check, its booking.

use crate::harness::client::{Ask, Client, JSON};
use crate::harness::fresh_key;
use crate::harness::server::{run, said};
use crate::machine::Watch;
use crate::orders::{Basket, Choice, LINES, dice};
use crate::world::{World, price};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// How often it is asked how far the import is; each question counts its documents.
const PAUSE: Duration = Duration::from_millis(25);
/// No phase takes longer.
const LIMIT: Duration = Duration::from_secs(300);

/// What a run came to, in seconds.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    pub uploaded: f64,
    pub checked: f64,
    pub booked: f64,
    /// Of booking, until chunks were first seen to be booked: the wait for the job, and those chunks.
    pub first: f64,
    /// The share of lines that was booked after them.
    pub rest: f64,
    /// What share of the machine others took, per cent.
    pub foreign: f64,
}

impl Imported {
    pub fn whole(&self) -> f64 {
        self.uploaded + self.checked + self.booked
    }

    /// Lines a second once the job was at it; NaN where all were booked when it was first asked.
    pub fn steady(&self, lines: f64) -> f64 {
        if self.rest > 0.0 {
            lines * self.rest / (self.booked - self.first)
        } else {
            f64::NAN
        }
    }
}

/// The key of an operator, made on the machine itself.
pub fn operator_key(database: &str) -> String {
    let made = run(&["key", "--database", database, "create", "--role", "operator"]);
    assert!(made.status.success(), "{}", said(&made));
    String::from_utf8_lossy(&made.stdout).trim().to_owned()
}

/// So many orders of five lines as a file, made out a minute ago, each good at its price.
pub fn file(world: &World, orders: usize) -> Vec<u8> {
    let (slots, mut dice) = (Choice::Zipf.slots(), dice(0));
    let at = (chrono::Utc::now() - chrono::TimeDelta::minutes(1)).to_rfc3339();
    let mut text = String::from("kind,document_no,at,buyer,sku,quantity,price\r\n");
    for no in 1..=orders {
        let basket = Basket::draw(world, &slots, &mut dice);
        let buyer = &world.buyer_ids[basket.buyer];
        for (good, quantity) in basket.lines {
            let (sku, price) = (&world.skus[good], price(good));
            text.push_str(&format!("order,D{no:06},{at},{buyer},{sku},{quantity},{price}\r\n"));
        }
    }
    text.into_bytes()
}

/// An import under way.
struct Way {
    client: Client,
    key: String,
    path: String,
}

impl Way {
    async fn ask(&mut self, method: &'static str, rest: &str, (content_type, body): (&'static str, Option<Vec<u8>>)) -> Value {
        let ask = Ask {
            method,
            path: format!("{}{rest}", self.path),
            key: self.key.clone(),
            idempotency_key: (method == "POST").then(fresh_key),
            content_type,
            body,
        };
        let reply = self.client.ask(&ask).await.expect("an answer comes");
        assert!([200, 201].contains(&reply.status), "{method} {}: {}", ask.path, reply.text());
        reply.json()
    }

    /// Has a phase done; the import at its end and the seconds until then, and as it was when parts were first seen to
    /// be done.
    async fn phase(&mut self, phase: &str, body: Option<Value>, (counter, end): (&str, &str)) -> [(Value, f64); 2] {
        let (began, mut first) = (Instant::now(), None);
        let body = body.map(|body| body.to_string().into_bytes());
        let mut now = self.ask("POST", &format!("/{phase}"), (JSON, body)).await;
        loop {
            let since = began.elapsed();
            if now[counter].as_i64().is_some_and(|done| done > 0) {
                first.get_or_insert_with(|| (now.clone(), since.as_secs_f64()));
            }
            if now["status"] == end {
                let end = (now, since.as_secs_f64());
                return [first.unwrap_or_else(|| end.clone()), end];
            }
            assert!(since < LIMIT, "{phase} does not end: {now}");
            tokio::time::sleep(PAUSE).await;
            now = self.ask("GET", "", (JSON, None)).await;
        }
    }
}

/// Uploads, checks and books a file of so many good orders.
pub async fn import(address: SocketAddr, key: &str, file: Vec<u8>, orders: usize, watch: Watch) -> Imported {
    let mut way = Way {
        client: Client::new(address),
        key: key.to_owned(),
        path: "/v1/imports".to_owned(),
    };
    let source = json!({"source": "old-ledger"}).to_string().into_bytes();
    let made = way.ask("POST", "", (JSON, Some(source))).await;
    way.path = format!("/v1/imports/{}", made["import_id"].as_str().expect("an import has an id"));
    let mut imported = Imported::default();

    let began = Instant::now();
    let there = way.ask("PUT", "/file", ("text/csv", Some(file))).await;
    imported.uploaded = began.elapsed().as_secs_f64();
    assert_eq!(there["rows"], orders * LINES, "each line is a row");

    let [_, (there, took)] = way.phase("check", None, ("checked_parts", "checked")).await;
    imported.checked = took;
    assert_eq!(there["good_rows"], orders * LINES, "all rows are good: {there}");

    let mode = json!({"mode": "all_or_nothing", "alone": true, "reason": "the load has one operator"});
    let [(half, first), (there, took)] = way.phase("book", Some(mode), ("booked_parts", "booked")).await;
    (imported.first, imported.booked) = (first, took);
    let parts = |import: &Value| import["booked_parts"].as_f64().unwrap_or(f64::NAN);
    imported.rest = 1.0 - parts(&half) / parts(&there);
    assert_eq!(there["documents"]["booked"], orders, "all documents are booked: {there}");
    (imported.foreign, _) = watch.end();
    imported
}
