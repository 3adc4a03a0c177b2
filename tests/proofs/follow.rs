//! Events followed by waiting: what two processes commit reaches a follower on each of them, once and in its order; and
//! what it costs who trades that many wait.

use crate::harness::client::{Ask, Client, Reply};
use crate::harness::load::{Board, Worker, order, placed, text};
use crate::harness::server::Server;
use crate::harness::world::{Good, World};
use crate::harness::{count, dice, figure, title};
use rand::RngExt as _;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Who places orders at the same time, half of them on each process.
const WRITERS: usize = 8;
/// Seconds that a follower waits at most, and events that it takes at once: few, so that pages meet often.
const WAIT_S: u32 = 5;
const AT_ONCE: usize = 50;
/// Who waits while others trade, how many trade, and for how long each is measured.
const CROWD: usize = 500;
const BUYERS: u64 = 16;
const WINDOW: Duration = Duration::from_secs(4);
/// What a crowd is given to stand.
const GATHERING: Duration = Duration::from_millis(1_500);

/// An order whose placing was acknowledged.
struct Placed {
    order: String,
    asked: Instant,
    answered: Instant,
}

/// An event that a follower was told of.
struct Told {
    event_id: String,
    order: String,
    sequence: Option<i64>,
    at: Instant,
}

/// Asks, again where it is told to come later.
async fn patient(client: &mut Client, ask: &Ask) -> Reply {
    loop {
        let reply = client.ask(ask).await.expect("an answer comes");
        if reply.status != 503 {
            return reply;
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// Places orders, one after the other.
async fn place(server: SocketAddr, key: String, goods: Vec<Good>, times: usize, salt: u64) -> Vec<Placed> {
    let (mut client, mut dice, mut all) = (Client::new(server), dice(salt), Vec::new());
    for _ in 0..times {
        let good = goods.get(dice.random_range(0..goods.len())).expect("a good");
        let ask = Ask::post("/v1/orders", &key, &order(&[(good.sku.as_str(), 1)]));
        let asked = Instant::now();
        let reply = patient(&mut client, &ask).await;
        let (_, mut orders) = placed(&reply.expect(201));
        all.push(Placed {
            order: orders.swap_remove(0),
            asked,
            answered: Instant::now(),
        });
    }
    all
}

/// Who follows events with a cursor.
struct Follower {
    client: Client,
    key: String,
    kinds: &'static str,
    cursor: Option<String>,
    told: Vec<Told>,
    answers: usize,
}

impl Follower {
    /// Behind all that has happened so far.
    async fn at_the_end(server: SocketAddr, key: &str, kinds: &'static str) -> Self {
        let mut follower = Self {
            client: Client::new(server),
            key: key.to_owned(),
            kinds,
            cursor: None,
            told: Vec::new(),
            answers: 0,
        };
        while follower.ask(0).await > 0 {}
        follower.told.clear();
        follower.answers = 0;
        follower
    }

    /// Asks once; how many events it was told of.
    async fn ask(&mut self, wait_s: u32) -> usize {
        let cursor = self.cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/v1/events?kinds={}&limit={AT_ONCE}&wait_s={wait_s}{cursor}", self.kinds);
        let ask = Ask::get(path, &self.key);
        let reply = patient(&mut self.client, &ask).await;
        let page = reply.expect(200);
        let (items, at) = (page["items"].as_array().expect("a page has items"), Instant::now());
        self.told.extend(items.iter().map(|event| Told {
            event_id: text(&event["event_id"]),
            order: text(&event["order_id"]),
            sequence: event["sequence"].as_i64(),
            at,
        }));
        self.cursor = Some(text(&page["next"]));
        self.answers += 1;
        items.len()
    }

    /// Until nobody writes any more and there is nothing left.
    async fn follow(mut self, is_over: Arc<AtomicBool>) -> Self {
        loop {
            let last = is_over.load(Ordering::SeqCst);
            if self.ask(if last { 1 } else { WAIT_S }).await == 0 && last {
                return self;
            }
        }
    }

    /// Waits until it is given up.
    async fn wait_forever(mut self) {
        loop {
            self.ask(20).await;
            self.told.clear();
        }
    }
}

/// What one follower was told of, held to what was acknowledged; all must be nothing: missing, twice, strange, out of order.
fn differences(follower: &Follower, placed: &BTreeMap<&str, &Placed>) -> [usize; 4] {
    let orders: Vec<&str> = follower.told.iter().map(|told| told.order.as_str()).collect();
    let distinct: BTreeSet<&str> = orders.iter().copied().collect();
    let missing = placed.keys().filter(|order| !distinct.contains(*order)).count();
    let strange = distinct.iter().filter(|order| !placed.contains_key(*order)).count();
    // What was answered before another was asked for stands before it.
    let (mut latest, mut reversed): (Option<Instant>, usize) = (None, 0);
    for one in orders.iter().filter_map(|order| placed.get(order)) {
        reversed += usize::from(latest.is_some_and(|asked| one.answered < asked));
        latest = latest.max(Some(one.asked));
    }
    let sequences: Vec<i64> = follower.told.iter().filter_map(|told| told.sequence).collect();
    reversed += usize::from(!sequences.is_sorted_by(|one, next| one < next));
    [missing, orders.len() - distinct.len(), strange, reversed]
}

/// Half of the followers heard of an order that long after its buyer had its answer, and the slowest that long.
fn delays(follower: &Follower, placed: &BTreeMap<&str, &Placed>) -> String {
    let delay = |told: &Told| Some(told.at.saturating_duration_since(placed.get(told.order.as_str())?.answered));
    let mut all: Vec<Duration> = follower.told.iter().filter_map(delay).collect();
    all.sort_unstable();
    let middle = all.get(all.len() / 2).copied().unwrap_or_default();
    format!("{} · {} ms", middle.as_millis(), all.last().map_or(0, Duration::as_millis))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn what_two_processes_commit_is_followed_without_a_gap() {
    title("following · PostgreSQL · two processes write, a follower waits on each");
    let Some(world) = World::postgres("follow").await else { return };
    let mut servers = [world.serve("a").await, world.serve("b").await];
    let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
    let goods = world.goods(&addresses, 8, 900_000).await;
    let keys = &world.keys;
    let supplier = Follower::at_the_end(servers[0].address, &keys.supplier, "order.placed").await;
    let auditor = Follower::at_the_end(servers[1].address, &keys.auditor, "order.placed").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let followers = [supplier, auditor].map(|follower| tokio::spawn(follower.follow(Arc::clone(&is_over))));
    let times = count(1_000).div_ceil(WRITERS);
    let writers: Vec<_> = (0..WRITERS)
        .map(|at| {
            let server = servers[at % servers.len()].address;
            tokio::spawn(place(server, keys.school_buyer.clone(), goods.clone(), times, at as u64))
        })
        .collect();
    let (mut all, began) = (Vec::new(), Instant::now());
    for writer in writers {
        all.extend(writer.await.expect("a writer ends well"));
    }
    figure(
        "orders acknowledged by two processes",
        format!("{} in {} ms", all.len(), began.elapsed().as_millis()),
    );
    is_over.store(true, Ordering::SeqCst);
    let placed: BTreeMap<&str, &Placed> = all.iter().map(|one| (one.order.as_str(), one)).collect();
    let mut told = Vec::new();
    for (follower, name) in followers.into_iter().zip(["supplier on a", "auditor on b"]) {
        let follower = follower.await.expect("a follower ends well");
        let [missing, twice, strange, reversed] = differences(&follower, &placed);
        figure(
            &format!("{name}: missing · twice · strange · out of order"),
            format!("{missing} · {twice} · {strange} · {reversed}"),
        );
        figure(
            &format!("{name}: answers · heard after, half and slowest"),
            format!("{} · {}", follower.answers, delays(&follower, &placed)),
        );
        assert_eq!([missing, twice, strange, reversed], [0; 4]);
        told.push(follower.told.into_iter().map(|told| told.event_id).collect::<Vec<_>>());
    }
    assert_eq!(told[0], told[1], "the same events in the same order, whoever follows and wherever");
    servers.iter_mut().for_each(Server::stop);
    figure("verify", world.verify());
}

/// A crowd that waits on a process; it hangs up when dropped.
async fn crowd(server: SocketAddr, key: &str, kinds: &'static str) -> JoinSet<()> {
    let end = Follower::at_the_end(server, key, kinds).await.cursor;
    let mut crowd = JoinSet::new();
    for _ in 0..CROWD {
        let follower = Follower {
            client: Client::new(server),
            key: key.to_owned(),
            kinds,
            cursor: end.clone(),
            told: Vec::new(),
            answers: 0,
        };
        crowd.spawn(follower.wait_forever());
    }
    sleep(GATHERING).await;
    crowd
}

/// Lets a crowd hang up; all of it was there until now.
fn leave(mut crowd: JoinSet<()>) {
    assert!(crowd.try_join_next().is_none(), "one of the crowd has ended");
}

/// Orders a second, now.
async fn rate(board: &Board) -> u64 {
    let (before, began) = (board.acknowledged(), Instant::now());
    sleep(WINDOW).await;
    (board.acknowledged() - before) * 1_000 / u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn middle(mut rates: Vec<u64>) -> u64 {
    rates.sort_unstable();
    rates.get(rates.len() / 2).copied().unwrap_or(0)
}

/// Told and not held to a bound: on a loaded machine the rate moves by more than that by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn what_a_crowd_that_waits_costs_who_trades() {
    title("following · PostgreSQL · 500 wait on the process that takes the orders");
    let Some(world) = World::postgres("crowd").await else { return };
    let mut server = world.serve("a").await;
    let goods = world.goods(&[server.address], 8, 900_000).await;
    let (board, keys) = (Board::new(), &world.keys);
    let workers: Vec<_> = (0..BUYERS)
        .map(|at| {
            let (key, goods, mut dice) = (keys.school_buyer.clone(), goods.clone(), dice(at));
            let next = move || {
                let good = goods.get(dice.random_range(0..goods.len())).expect("a good");
                Ask::post("/v1/orders", &key, &order(&[(good.sku.as_str(), 1)]))
            };
            let worker = Worker {
                board: Arc::clone(&board),
                servers: vec![(0, server.address)],
                next,
            };
            tokio::spawn(worker.work())
        })
        .collect();
    sleep(GATHERING).await;
    let (mut alone, mut idle, mut called) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=count(5) {
        alone.push(rate(&board).await);
        let waiting = crowd(server.address, &keys.supplier, "return.*").await;
        idle.push(rate(&board).await);
        leave(waiting);
        let waiting = crowd(server.address, &keys.supplier, "order.*").await;
        called.push(rate(&board).await);
        leave(waiting);
        sleep(GATHERING).await;
        let last = [&alone, &idle, &called].map(|rates| rates.last().copied().unwrap_or(0).to_string());
        figure(
            &format!("round {round}, orders/s: nobody · none called · all called"),
            last.join(" · "),
        );
    }
    board.stop();
    for worker in workers {
        worker.await.expect("a worker ends well");
    }
    let (alone, idle, called) = (middle(alone), middle(idle), middle(called));
    let part = |rate: u64| format!("{rate} ({} %)", rate * 100 / alone.max(1));
    figure("middle of all, orders/s: nobody waits", alone);
    figure("500 wait for what does not come", part(idle));
    figure("500 wait for each of these orders", part(called));
    server.stop();
    figure("verify", world.verify());
}
