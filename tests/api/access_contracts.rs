//! Contracts in the world of the table of access: written by the side that the operation needs.

use crate::access_world::World;
use crate::support::TestApp;
use serde_json::{Value, json};

/// The version an operation's contract has when the actor asks.
pub fn version_read(operation: &str) -> &'static str {
    match operation {
        "withdraw_contract" | "accept_contract" | "refuse_contract" => "\"v2\"",
        "end_contract" | "terminate_contract" => "\"v3\"",
        _ => "\"v1\"",
    }
}

/// A contract that has come as far as the operation needs.
pub async fn contract_of(world: &World, app: &TestApp, operation: &str, actor: &str, target: &str) -> String {
    let (side, buyer) = (world.side(target), world.buyer(actor, target));
    let contract = app.given().a_contract(&side.supplier, buyer).of(&side.goods, "1.00");
    let by_buyer = ["buyer", "retailer"].contains(&actor);
    // Its writer proposes and withdraws, the other side accepts and refuses.
    let contract = match operation {
        "accept_contract" | "refuse_contract" if !by_buyer => contract.written_by_the_buyer(),
        "change_contract" | "propose_contract" | "withdraw_contract" if by_buyer => contract.written_by_the_buyer(),
        _ => contract,
    };
    match operation {
        "change_contract" | "propose_contract" => contract.drafted().await,
        "end_contract" | "terminate_contract" => contract.in_force().await,
        _ => contract.proposed().await,
    }
}

pub fn draft_of(world: &World, number: u32, actor: &str) -> Value {
    let good = json!({"product_id": world.own.goods.id.to_string(), "price": "1.00"});
    let mut body =
        json!({"contract_no": format!("N{number}"), "from_date": "2026-11-23", "to_date": "2027-11-22", "cap": "1.00", "goods": [good]});
    if actor == "supplier" {
        body["buyer_id"] = world.own.buyer.id.to_string().into();
    } else {
        body["supplier_id"] = world.own.supplier.id.to_string().into();
    }
    body
}
