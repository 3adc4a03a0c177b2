use super::*;
use serde_json::{Value, json};

const BUYER: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b171";
const SUPPLIER: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b172";
const DOER: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b173";
const SHIPMENT: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b174";

fn event(kind: &str, thing_kind: &str, what: &Value) -> Event {
    let body =
        json!({"buyer": BUYER, "supplier": SUPPLIER, "who": {"person": DOER, "organisation": BUYER}, "what": what, "reason": "other"});
    Event {
        seq: 7,
        kind: kind.to_owned(),
        thing_kind: thing_kind.to_owned(),
        thing_id: Uuid::nil(),
        at: "2026-11-23T02:00:00Z".parse().unwrap(),
        body: body.to_string(),
        leaf: [0; 32],
    }
}

/// To whom, as what, and by which text.
fn told(kind: &str, thing_kind: &str, what: &Value) -> Vec<String> {
    let told = tellings(&event(kind, thing_kind, what));
    let line = |one: &Telling| {
        let to = if one.to.to_string() == BUYER { "buyer" } else { "supplier" };
        let variant = one.what.get(VARIANT).map(|variant| format!(" {variant}")).unwrap_or_default();
        format!("{to} {}{variant}", one.kind)
    };
    told.iter().map(line).collect()
}

/// Kind of the entry and of its thing, what it says, and who is told.
type Case = (&'static str, &'static str, Value, &'static str);

fn check(cases: &[Case]) {
    for (kind, thing, what, expected) in cases {
        assert_eq!(told(kind, thing, what).join(", "), *expected, "{kind} {what}");
    }
}

#[test]
fn each_side_hears_what_the_other_did_with_an_order() {
    let short = |lines: u8, on_short: &str| json!({"short": lines, "on_short": on_short});
    check(&[
        ("order.placed", "order", json!({}), "supplier order_placed"),
        ("order.confirmed", "order", json!({}), "buyer order_confirmed"),
        ("order.declined", "order", json!({}), "buyer order_declined"),
        ("order.cancelled", "order", json!({}), "supplier order_cancelled"),
        ("order.answered", "order", short(0, "close"), "buyer order_answered"),
        ("order.answered", "order", short(2, "close"), "buyer order_short"),
        ("order.answered", "order", short(2, "backorder"), "buyer order_short kept"),
        (
            "order.short_closed",
            "order",
            json!({"cause": "buyer"}),
            "supplier order_short given_up",
        ),
        (
            "order.short_closed",
            "order",
            json!({"cause": "supplier"}),
            "buyer order_short given_up",
        ),
        ("order.change_proposed", "order", json!({}), "supplier change_proposed"),
        ("order.change_withdrawn", "order", json!({}), "supplier change_proposed withdrawn"),
        ("order.change_agreed", "order", json!({}), "buyer change_agreed"),
        ("order.change_refused", "order", json!({}), "buyer change_refused"),
        (
            "order.completed",
            "order",
            json!({}),
            "supplier order_completed, buyer order_completed",
        ),
    ]);
}

#[test]
fn each_side_hears_what_the_other_did_with_the_goods() {
    let inspected = |state: &str| json!({"shipment": SHIPMENT, "state": state});
    check(&[
        ("shipment.shipped", "shipment", json!({"replacement": false}), "buyer shipped"),
        (
            "shipment.shipped",
            "shipment",
            json!({"replacement": true}),
            "buyer shipped replacement",
        ),
        ("shipment.arrived", "shipment", json!({}), "buyer to_accept"),
        ("shipment.accepted", "acceptance", inspected("accepted"), "supplier accepted"),
        (
            "shipment.accepted",
            "acceptance",
            inspected("partly_accepted"),
            "supplier accepted partly",
        ),
        (
            "shipment.accepted",
            "acceptance",
            inspected("rejected"),
            "supplier accepted rejected",
        ),
        ("shipment.surplus", "acceptance", inspected("accepted"), "supplier surplus"),
        ("return.booked", "return", json!({}), "supplier returned"),
    ]);
}

#[test]
fn each_side_hears_what_the_other_did_before_an_order() {
    let of = json!({"inquiry": SHIPMENT});
    check(&[
        ("contract.proposed", "contract", json!({}), "supplier contract_proposed"),
        ("contract.withdrawn", "contract", json!({}), "supplier contract_proposed withdrawn"),
        ("contract.accepted", "contract", json!({}), "supplier contract_answered"),
        ("contract.refused", "contract", json!({}), "supplier contract_answered refused"),
        ("contract.terminated", "contract", json!({}), "supplier contract_terminated"),
        ("contract.drafted", "contract", json!({}), ""),
        ("inquiry.invited", "inquiry", json!({}), "supplier inquiry_received"),
        ("inquiry.declined", "inquiry", json!({}), "buyer inquiry_answered declined"),
        ("quote.given", "quote", of.clone(), "buyer inquiry_answered"),
        ("quote.chosen", "quote", of.clone(), "supplier quote_decided"),
        ("quote.not_chosen", "quote", of, "supplier quote_decided not_chosen"),
    ]);
    let given = tellings(&event("quote.given", "quote", &json!({"inquiry": SHIPMENT})));
    assert_eq!((given[0].thing_kind, given[0].thing_id.to_string().as_str()), ("inquiry", SHIPMENT));
}

#[test]
fn most_entries_concern_nobody_and_imports_none() {
    for (kind, thing) in [
        ("stock.moved", "movement"),
        ("offer.made", "offer"),
        ("order.undone", "order"),
        ("order.placed", "else"),
    ] {
        assert_eq!(told(kind, thing, &json!({})), [""; 0], "{kind}");
    }
    assert_eq!(told("order.placed", "order", &json!({"import": BUYER})), [""; 0]);
    let broken = Event {
        body: "{".to_owned(),
        ..event("order.placed", "order", &json!({}))
    };
    assert_eq!(tellings(&broken), []);
}

#[test]
fn a_telling_names_its_thing_its_doer_and_its_values() {
    let what = json!({"amount": 205_000, "order_no": "YP1", "lines": 3, "channel": "school_canteen"});
    let one = tellings(&event("order.placed", "order", &what)).remove(0);
    let values: Vec<(&str, &str)> = one.what.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        values,
        [("amount", "2050.00"), ("lines", "3"), ("order_no", "YP1"), ("reason", "other")]
    );
    assert_eq!(
        (one.doer.unwrap().to_string(), one.other.unwrap().to_string()),
        (DOER.to_owned(), BUYER.to_owned())
    );
    let accepted = tellings(&event("shipment.accepted", "acceptance", &json!({"shipment": SHIPMENT}))).remove(0);
    assert_eq!(
        (accepted.thing_kind, accepted.thing_id.to_string()),
        ("shipment", SHIPMENT.to_owned())
    );
}

#[test]
fn a_cause_is_of_one_history_only() {
    let first = event("order.placed", "order", &json!({}));
    let again = Event {
        at: "2026-11-24T02:00:00Z".parse().unwrap(),
        ..first.clone()
    };
    assert_eq!(tellings(&first)[0].cause, tellings(&first)[0].cause);
    assert_ne!(tellings(&first)[0].cause, tellings(&again)[0].cause);
}
