//! The load: clients over kept connections that place five-line orders until the time is up.

use crate::harness::client::{Ask, Client};
use crate::machine::Watch;
use crate::world::World;
use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Lines of an order.
pub const LINES: usize = 5;
/// Goods a line is chosen from: each line has a stride of its own, so that the five differ and come in order.
pub const STRIDE: usize = 100;
/// The exponent of Zipf's law.
const EXPONENT: f64 = 1.07;
/// What is not counted at the beginning of a run.
pub const WARM_UP: Duration = Duration::from_millis(500);

/// How goods are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Uniform,
    Zipf,
}

impl Choice {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Zipf => "zipf",
        }
    }

    /// Ranks 0 … `STRIDE` − 1, each as often as the law says, in ten thousand slots.
    pub fn slots(self) -> Vec<usize> {
        let weight = |rank: usize| match self {
            Self::Uniform => 1.0,
            Self::Zipf => (rank as f64 + 1.0).powf(-EXPONENT),
        };
        let whole: f64 = (0..STRIDE).map(weight).sum();
        let mut slots = Vec::new();
        let mut reached = 0.0;
        for rank in 0..STRIDE {
            reached += weight(rank) / whole * 10_000.0;
            slots.resize(reached.round() as usize, rank);
        }
        slots
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Orders a second.
    pub rate: f64,
    /// Latencies in microseconds, sorted.
    pub micros: Vec<u64>,
    /// All groups acknowledged, those of the warm-up too.
    pub groups: Vec<String>,
    /// Answers that were not 201, with the first of them.
    pub refused: usize,
    pub first_refusal: Option<String>,
    /// What share of the machine others took, per cent.
    pub foreign: f64,
    /// The share of one processor that a process of ours took, per cent, by name.
    pub shares: Vec<(String, f64)>,
}

impl Outcome {
    pub fn percentile(&self, share: f64) -> f64 {
        let at = (self.micros.len() as f64 * share) as usize;
        self.micros.get(at.min(self.micros.len().saturating_sub(1))).copied().unwrap_or(0) as f64 / 1_000.0
    }
}

/// What a client needs to know.
struct Plan {
    world: Arc<World>,
    slots: Vec<usize>,
    began: Instant,
    time: Duration,
}

/// Lets so many clients order for so long.
pub async fn place(world: &Arc<World>, servers: &[SocketAddr], clients: usize, choice: Choice, time: Duration, watch: Watch) -> Outcome {
    let plan = Arc::new(Plan {
        world: Arc::clone(world),
        slots: choice.slots(),
        began: Instant::now(),
        time: time + WARM_UP,
    });
    let mut tasks = Vec::new();
    for client in 0..clients {
        let (address, plan) = (servers[client % servers.len()], Arc::clone(&plan));
        tasks.push(tokio::spawn(order(plan, address, client as u64)));
    }
    let mut all = Outcome::default();
    for task in tasks {
        let one = task.await.expect("a client ends well");
        all.micros.extend(one.micros);
        all.groups.extend(one.groups);
        all.refused += one.refused;
        all.first_refusal = all.first_refusal.or(one.first_refusal);
    }
    (all.foreign, all.shares) = watch.end();
    all.micros.sort_unstable();
    all.rate = all.micros.len() as f64 / time.as_secs_f64();
    all
}

async fn order(plan: Arc<Plan>, address: SocketAddr, salt: u64) -> Outcome {
    let mut dice = dice(salt);
    let mut client = Client::new(address);
    let mut outcome = Outcome::default();
    while plan.began.elapsed() < plan.time {
        let basket = Basket::draw(&plan.world, &plan.slots, &mut dice);
        let ask = basket.order(&plan.world, &mut dice);
        let asked = Instant::now();
        let reply = client.ask(&ask).await.expect("an answer comes");
        let took = asked.elapsed();
        if reply.status != 201 {
            outcome.refused += 1;
            outcome.first_refusal.get_or_insert_with(|| reply.text());
            continue;
        }
        outcome.groups.push(group_of(&reply.body));
        let since = plan.began.elapsed();
        if since > WARM_UP && since <= plan.time {
            outcome.micros.push(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }
    outcome
}

/// Dice of this process; `salt` tells the clients apart.
pub fn dice(salt: u64) -> StdRng {
    crate::harness::dice(salt ^ u64::from(std::process::id()) << 16)
}

/// What an order asks for.
#[derive(Clone, Debug)]
pub struct Basket {
    /// Who buys: the place among the world's buyers.
    pub buyer: usize,
    /// Goods, by their places among the world's, and how much of each.
    pub lines: Vec<(usize, u32)>,
}

impl Basket {
    /// The next one that comes.
    pub fn draw(world: &World, slots: &[usize], dice: &mut StdRng) -> Self {
        let mut line = |line: usize| {
            let rank = slots[dice.random_range(0..slots.len())];
            (line * STRIDE + rank, dice.random_range(1..=5))
        };
        Self {
            lines: (0..LINES).map(&mut line).collect(),
            buyer: dice.random_range(0..world.buyers.len()),
        }
    }

    /// The request that places it.
    pub fn order(&self, world: &World, dice: &mut StdRng) -> Ask {
        let line = |(good, quantity): &(usize, u32)| json!({"sku": world.skus[*good], "quantity": quantity.to_string()});
        let lines: Vec<Value> = self.lines.iter().map(line).collect();
        // Days over a year ahead. The month of a fact is the day of ordering, which is today's.
        let day = chrono::Utc::now().date_naive() + chrono::TimeDelta::days(dice.random_range(2..=360));
        let body = json!({"channel": "school_canteen", "fund_source": "canteen_meals", "deliver_on": day.to_string(), "lines": lines});
        Ask::post("/v1/orders", &world.buyers[self.buyer], &body)
    }
}

/// The group's id, without reading all of the answer as JSON: the clients share the machine with the service.
fn group_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let at = text.find("\"order_group_id\":\"").expect("an answer names its group") + 18;
    text[at..at + 36].to_owned()
}
