//! Thirty-two hands at once, each with random steps and a new key for each request: no line ever goes beyond a bound.
//! With `YANGPIN_STEPS=1000` each kind of step succeeds a thousand times; without it, some.

use crate::support::answer::Answer;
use crate::support::steps::{Scene, order_of};
use crate::support::{TestApp, say_aloud};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeMap;

const HANDS: u64 = 32;
const STEPS: [&str; 7] = ["order", "ship", "accept", "surplus", "return", "confirm", "close"];

/// What the hands know of each other's doings.
#[derive(Default)]
struct Seen {
    orders: Vec<String>,
    sent: Vec<String>,
    inspected: Vec<(String, String)>,
    returned: Vec<String>,
    done: BTreeMap<&'static str, u64>,
    refused: BTreeMap<String, u64>,
}

impl Seen {
    fn any<'a, T>(all: &'a [T], dice: &mut StdRng) -> Option<&'a T> {
        // Mostly of what is new: of what is old all is used up.
        let from = all.len().saturating_sub(if dice.random_bool(0.8) { 24 } else { 400 });
        (from < all.len()).then(|| &all[dice.random_range(from..all.len())])
    }

    fn keep(&mut self, step: &'static str, answer: &Answer) -> bool {
        let well = answer.status < 300;
        if well {
            *self.done.entry(step).or_default() += 1;
        } else {
            let slug = answer.json["type"]
                .as_str()
                .unwrap_or_default()
                .trim_start_matches("/problems/")
                .to_owned();
            assert!(answer.status < 500, "{step}: {}", answer.text());
            *self.refused.entry(format!("{step} {slug}")).or_default() += 1;
        }
        well
    }

    fn least(&self) -> u64 {
        STEPS
            .iter()
            .map(|step| self.done.get(step).copied().unwrap_or_default())
            .min()
            .unwrap()
    }

    /// The step that has succeeded least often, or any.
    fn next(&self, dice: &mut StdRng) -> &'static str {
        let rare = STEPS
            .iter()
            .min_by_key(|step| self.done.get(*step).copied().unwrap_or_default())
            .unwrap();
        if dice.random_bool(0.4) {
            rare
        } else {
            STEPS[dice.random_range(0..STEPS.len())]
        }
    }
}

struct Hand<'a> {
    app: &'a TestApp,
    s: &'a Scene,
    seen: &'a RefCell<Seen>,
    dice: StdRng,
}

impl Hand<'_> {
    async fn work(mut self, steps: u64) {
        // A step that cannot succeed is no reason to go on for ever.
        for _ in 0..steps * 60 {
            if self.seen.borrow().least() >= steps {
                break;
            }
            let step = self.seen.borrow().next(&mut self.dice);
            match step {
                "order" => self.order().await,
                "ship" => self.ship().await,
                "accept" => self.accept().await,
                "surplus" => self.surplus().await,
                "return" => self.give_back().await,
                "confirm" => self.confirm().await,
                _ => self.close().await,
            }
        }
    }

    fn pick<T: Clone>(&mut self, of: fn(&Seen) -> &Vec<T>) -> Option<T> {
        let seen = self.seen.borrow();
        Seen::any(of(&seen), &mut self.dice).cloned()
    }

    async fn order(&mut self) {
        let units = self.dice.random_range(2..12).to_string();
        let boxes = self.dice.random_range(1..5).to_string();
        let order = order_of(&[("GR02", &units), ("BOX5", &boxes)]);
        let answer = self.app.post("/v1/orders").by(&self.s.school).json(&order).await;
        if !self.seen.borrow_mut().keep("order", &answer) {
            return;
        }
        let id = answer.json["orders"][0]["id"].as_str().unwrap().to_owned();
        let mut confirmed = self.app.confirm(&self.s.supplier, &id).await;
        // Who is told that the service is busy asks again.
        while confirmed.status == 503 {
            confirmed = self.app.confirm(&self.s.supplier, &id).await;
        }
        confirmed.is(200);
        self.seen.borrow_mut().orders.push(id);
    }

    async fn ship(&mut self) {
        let Some(order) = self.pick(|seen| &seen.orders) else { return };
        let mut lines = vec![json!({"line_no": 1, "quantity": self.dice.random_range(1..9).to_string()})];
        if self.dice.random_bool(0.6) {
            let boxes = self.dice.random_range(1..4);
            // Within a third either way, and now and then far from it.
            let most = if self.dice.random_bool(0.1) { 20_000 } else { 6_700 };
            let grams = boxes * self.dice.random_range(3_300..most);
            let weighed = format!("{}.{:03}", grams / 1_000, grams % 1_000);
            let mut line = json!({"line_no": 2, "quantity": boxes.to_string(), "weighed": weighed});
            if self.dice.random_bool(0.1) {
                line["weight_confirmed"] = line["weighed"].clone();
            }
            lines.push(line);
        }
        let answer = self.app.ship_as(&self.s.supplier, &order, &json!({ "lines": lines })).await;
        if self.seen.borrow_mut().keep("ship", &answer) {
            self.seen.borrow_mut().sent.push(answer.json["id"].as_str().unwrap().to_owned());
        }
    }

    async fn accept(&mut self) {
        let Some(shipment) = self.pick(|seen| &seen.sent) else { return };
        let read = self.app.get(format!("/v1/shipments/{shipment}")).by(&self.s.school).await.body(200);
        let mut lines = Vec::new();
        for line in read["lines"].as_array().unwrap() {
            let sent: f64 = line["quantity"].as_str().unwrap().parse().unwrap();
            let (rejected, beyond) = (self.dice.random_bool(0.3), self.dice.random_range(0..4));
            let whole = line["no"] == 1;
            let less = if rejected { if whole { 1.0 } else { 0.5 } } else { 0.0 };
            let more = if beyond == 0 && !whole { 0.02 } else { 0.0 };
            let mut told = json!({"no": line["no"], "accepted": format!("{:.3}", (sent - less).max(0.0) * (1.0 + more))});
            if less > 0.0 {
                told["rejected"] = json!([{"reason": "damaged", "quantity": format!("{less:.3}")}]);
            }
            lines.push(told);
        }
        let body = if self.dice.random_bool(0.3) {
            json!({})
        } else {
            json!({ "lines": lines })
        };
        let answer = self.app.accept(&self.s.school, &shipment, &body).await;
        if self.seen.borrow_mut().keep("accept", &answer) {
            let order = read["order_id"].as_str().unwrap().to_owned();
            self.seen.borrow_mut().inspected.push((shipment, order));
        }
    }

    async fn surplus(&mut self) {
        let Some((shipment, _)) = self.pick(|seen| &seen.inspected) else {
            return;
        };
        let quantity = format!("0.{:03}", self.dice.random_range(1..400));
        let body = json!({"note": "多送", "lines": [{"no": 1, "quantity": quantity}]});
        let answer = self
            .app
            .post(format!("/v1/shipments/{shipment}/surplus"))
            .by(&self.s.school)
            .json(&body)
            .await;
        self.seen.borrow_mut().keep("surplus", &answer);
    }

    async fn give_back(&mut self) {
        let Some((_, order)) = self.pick(|seen| &seen.inspected) else {
            return;
        };
        let fate = ["restock", "destroy"][self.dice.random_range(0..2_usize)];
        let line = match self.dice.random_bool(0.7) {
            true => json!({"line_no": 1, "quantity": self.dice.random_range(1..4).to_string(), "reason": "unwanted", "fate": fate}),
            false => json!({"line_no": 2, "quantity": format!("{}.5", self.dice.random_range(0..6)),
                "units": self.dice.random_range(1..3).to_string(), "reason": "unwanted", "fate": fate}),
        };
        let answer = self.app.give_back(&self.s.school, &order, &json!({ "lines": [line] })).await;
        if self.seen.borrow_mut().keep("return", &answer) {
            self.seen.borrow_mut().returned.push(answer.json["id"].as_str().unwrap().to_owned());
        }
    }

    async fn confirm(&mut self) {
        let Some(goods_return) = self.pick(|seen| &seen.returned) else {
            return;
        };
        let body: Value = json!({});
        let answer = self
            .app
            .post(format!("/v1/returns/{goods_return}/confirm"))
            .by(&self.s.supplier)
            .json(&body)
            .await;
        self.seen.borrow_mut().keep("confirm", &answer);
    }

    async fn close(&mut self) {
        let Some(order) = self.pick(|seen| &seen.orders) else { return };
        let units = self.dice.random_range(1..4).to_string();
        let body = json!({"lines": [{"line_no": 1, "quantity": units}]});
        let answer = self
            .app
            .post(format!("/v1/orders/{order}/close-short"))
            .by(&self.s.school)
            .json(&body)
            .await;
        self.seen.borrow_mut().keep("close", &answer);
    }
}

both_engines! {
    async fn no_bound_gives_way_to_many_hands(app) {
        let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(or);
        let (steps, seed) = (number("YANGPIN_STEPS", 12), number("YANGPIN_SEED", 7));
        let s = app.scene().await;
        app.given().a_product("BOX5", &s.supplier).of_category("meat").priced("11.33").weighing("5")
            .weighed_by("kg", "5").with_tolerance(20).with_stock("1000000").await;
        app.given().stock_of(&s.rice, "1000000").await;
        let seen = RefCell::new(Seen::default());
        let hands = (0..HANDS).map(|hand| Hand {
            app: &app,
            s: &s,
            seen: &seen,
            dice: StdRng::seed_from_u64(seed * 1_000 + hand),
        });
        join_all(hands.map(|hand| hand.work(steps))).await;
        let seen = seen.into_inner();
        say_aloud(&format!("seed {seed}: done {:?}, refused {:?}", seen.done, seen.refused));
        assert!(seen.least() >= steps, "{:?}", seen.done);
        app.verify().await;
    }
}
