//! A trade one by one: orders of five lines, each placed, confirmed by the supplier, shipped and accepted, every step a
//! request of its own by one client over one kept connection.

use crate::harness::client::{Ask, Client};
use crate::machine::Watch;
use crate::orders::{Basket, Choice, WARM_UP, dice};
use crate::table::median;
use crate::world::World;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What is asked for of every order.
pub const STEPS: [&str; 4] = ["placed", "confirmed", "shipped", "accepted"];

/// What a run came to.
#[derive(Clone, Debug, Default)]
pub struct Traded {
    /// Orders a second that came to their end.
    pub rate: f64,
    /// All orders brought to their end, those of the warm-up too.
    pub orders: usize,
    /// The middle of what each step took, milliseconds.
    pub steps: [f64; 4],
    /// What share of the machine others took, per cent.
    pub foreign: f64,
}

/// Brings orders to their end one after the other until the time is up.
pub async fn trade(world: &World, address: SocketAddr, time: Duration, watch: Watch) -> Traded {
    let (slots, mut dice, mut client) = (Choice::Zipf.slots(), dice(0), Client::new(address));
    let (mut traded, mut took, mut counted) = (Traded::default(), [const { Vec::new() }; 4], 0_u32);
    let began = Instant::now();
    while began.elapsed() < time + WARM_UP {
        let basket = Basket::draw(world, &slots, &mut dice);
        let steps = one(world, &mut client, &basket, basket.order(world, &mut dice)).await;
        traded.orders += 1;
        let since = began.elapsed();
        if since > WARM_UP && since <= time + WARM_UP {
            counted += 1;
            took.iter_mut().zip(steps).for_each(|(all, one)| all.push(one));
        }
    }
    (traded.foreign, _) = watch.end();
    traded.rate = f64::from(counted) / time.as_secs_f64();
    traded.steps = took.map(|all| median(&all));
    traded
}

/// One order to its end; milliseconds of each step.
async fn one(world: &World, client: &mut Client, basket: &Basket, order: Ask) -> [f64; 4] {
    let (buyer, seller) = (&order.key, &world.seller);
    let (group, placed) = step(client, &order, 201).await;
    let order = id(&group["orders"][0]);
    let confirm = Ask {
        body: None,
        ..Ask::post(format!("/v1/orders/{order}/confirm"), seller, &Value::Null)
    };
    let (_, confirmed) = step(client, &confirm, 200).await;
    let lines = (1..).zip(&basket.lines);
    let lines: Vec<Value> = lines
        .map(|(no, (_, quantity)): (u32, _)| json!({"line_no": no, "quantity": quantity.to_string()}))
        .collect();
    let ship = Ask::post(format!("/v1/orders/{order}/shipments"), seller, &json!({ "lines": lines }));
    let (shipment, shipped) = step(client, &ship, 201).await;
    let accept = Ask::post(format!("/v1/shipments/{}/accept", id(&shipment)), buyer, &json!({}));
    let (_, accepted) = step(client, &accept, 200).await;
    [placed, confirmed, shipped, accepted]
}

async fn step(client: &mut Client, ask: &Ask, status: u16) -> (Value, f64) {
    let began = Instant::now();
    let reply = client.ask(ask).await.expect("an answer comes");
    let took = began.elapsed().as_secs_f64() * 1_000.0;
    (reply.expect(status), took)
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("what was made has an id")
}
