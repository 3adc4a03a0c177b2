//! Steady load: workers that place orders over kept connections, and settle what they do not know the answer of.

use super::client::{Ask, Client, Reply};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// An order of these goods, so many of each.
pub fn order(lines: &[(&str, u32)]) -> Value {
    let day = chrono::Utc::now().date_naive() + chrono::TimeDelta::days(20);
    let lines: Vec<Value> = lines
        .iter()
        .map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity.to_string()}))
        .collect();
    json!({
        "channel": "school_canteen", "fund_source": "canteen_meals", "deliver_on": day.to_string(), "lines": lines,
    })
}

/// Ids of a placed group, and of its orders.
pub fn placed(answer: &Value) -> (String, Vec<String>) {
    let orders = answer["orders"].as_array().expect("a placed group has orders");
    (
        text(&answer["order_group_id"]),
        orders.iter().map(|order| text(&order["id"])).collect(),
    )
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A request that was settled: its key, the group it placed, and whether its first answer was lost on the way.
#[derive(Clone, Debug)]
pub struct Settled {
    pub ask: Ask,
    pub group: String,
    pub orders: Vec<String>,
    pub was_unknown: bool,
    /// Answered that many microseconds after the load began.
    pub after_us: u128,
}

/// What workers share.
#[derive(Debug)]
pub struct Board {
    pub began: Instant,
    pub stop: AtomicBool,
    pub acknowledged: AtomicU64,
    pub unknown: AtomicU64,
    pub refused_for_now: AtomicU64,
    /// Requests that are on their way or being worked on, by process.
    pub in_flight: [AtomicUsize; 4],
}

impl Board {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            stop: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            unknown: AtomicU64::new(0),
            refused_for_now: AtomicU64::new(0),
            in_flight: Default::default(),
        })
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::SeqCst)
    }

    pub fn in_flight(&self, process: usize) -> usize {
        self.in_flight.get(process).map_or(0, |count| count.load(Ordering::SeqCst))
    }

    /// Asks, counting the request as in flight at its process.
    pub async fn ask(&self, process: usize, client: &mut Client, ask: &Ask) -> std::io::Result<Reply> {
        let flying = self.in_flight.get(process).expect("a process has a place on the board");
        flying.fetch_add(1, Ordering::SeqCst);
        let outcome = client.ask(ask).await;
        flying.fetch_sub(1, Ordering::SeqCst);
        outcome
    }
}

/// A worker: where it asks, and what it orders next.
pub struct Worker<F> {
    pub board: Arc<Board>,
    /// The processes it may ask; the first is its own, the others are asked when that one is gone.
    pub servers: Vec<(usize, SocketAddr)>,
    pub next: F,
}

impl<F: FnMut() -> Ask + Send> Worker<F> {
    /// Orders until told to stop. No request is given up: one whose answer did not come is asked again under its key.
    pub async fn work(mut self) -> Vec<Settled> {
        let mut clients: Vec<(usize, Client)> = self.servers.iter().map(|(at, address)| (*at, Client::new(*address))).collect();
        let mut settled = Vec::new();
        while !self.board.stop.load(Ordering::SeqCst) {
            let ask = (self.next)();
            let (reply, was_unknown) = self.settle(&mut clients, &ask).await;
            let (group, orders) = placed(&reply.expect(201));
            self.board.acknowledged.fetch_add(1, Ordering::SeqCst);
            settled.push(Settled {
                ask,
                group,
                orders,
                was_unknown,
                after_us: self.board.began.elapsed().as_micros(),
            });
        }
        settled
    }

    async fn settle(&self, clients: &mut [(usize, Client)], ask: &Ask) -> (Reply, bool) {
        let mut was_unknown = false;
        for attempt in 0..2_000 {
            let turn = attempt % clients.len();
            let (process, client) = clients.get_mut(turn).expect("a worker has a process to ask");
            match self.board.ask(*process, client, ask).await {
                Ok(reply) if reply.status != 503 && reply.status != 409 => return (reply, was_unknown),
                Ok(_) => {
                    self.board.refused_for_now.fetch_add(1, Ordering::SeqCst);
                }
                // Nobody listens: nothing was asked.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {}
                Err(_) => {
                    if !was_unknown {
                        self.board.unknown.fetch_add(1, Ordering::SeqCst);
                    }
                    was_unknown = true;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} under {:?} was not settled", ask.path, ask.idempotency_key);
    }
}
