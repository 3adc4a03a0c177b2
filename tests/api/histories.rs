//! Random histories: whatever is placed, answered and taken back, the figure is the sum of what stands.

use crate::support::steps::{order_of, with};
use entity::OrderState;
use proptest::prelude::*;
use rand::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use yangpin::orders::{Action, next_state};

fn action() -> impl Strategy<Value = Action> {
    prop::sample::select(Action::ALL.to_vec())
}

proptest! {
    /// An order that has ended stays ended, and nothing but the table moves it.
    #[test]
    fn an_order_that_has_ended_never_comes_back(actions in prop::collection::vec(action(), 0..12)) {
        let mut state = OrderState::Placed;
        let mut done = 0;
        for action in actions {
            let ended = matches!(state, OrderState::Declined | OrderState::Cancelled | OrderState::Completed);
            match next_state(state, action) {
                Some(next) => {
                    prop_assert!(!ended && next != state);
                    state = next;
                    done += 1;
                }
                None => prop_assert!(ended || state == OrderState::Confirmed || action == Action::Complete),
            }
        }
        prop_assert!(done <= 2, "placed, confirmed, cancelled or completed at most");
    }

    /// Stock is held by exactly the states from which there is a way on.
    #[test]
    fn a_cancel_is_possible_exactly_while_goods_are_held(at in 0..OrderState::ALL.len()) {
        let state = OrderState::ALL[at];
        let over = matches!(state, OrderState::Rejected | OrderState::Declined | OrderState::Completed | OrderState::Cancelled);
        prop_assert_eq!(next_state(state, Action::Cancel).is_some(), !over);
    }
}

struct Placed {
    id: String,
    buyer: usize,
    fen: i64,
    thousandths: i64,
}

fn fen(amount: &Value) -> i64 {
    amount.as_str().unwrap().replace('.', "").parse().unwrap()
}

both_engines! {
    async fn the_figure_of_a_random_history_is_what_a_model_says(app) {
        let given = app.given();
        let supplier = given.a_supplier().await;
        let buyers = [given.a_school_canteen().await, given.a_hospital().in_town("东陈镇").await, given.a_supermarket().in_town("东陈镇").await];
        let goods = given.a_product("EG01", &supplier).priced("12.3456").in_steps_of("0.1").with_stock("100000").await;
        let official = given.an_official_of_the_city().await;
        let mut chance = StdRng::seed_from_u64(7);
        let (mut months, mut by_buyer): (BTreeMap<String, i64>, [i64; 3]) = (BTreeMap::new(), [0; 3]);
        let (mut open, mut held): (Vec<Placed>, i64) = (Vec::new(), 0);
        for _ in 0..60 {
            if chance.random_bool(0.3) {
                app.days_pass(chance.random_range(1..4));
            }
            let month = entity::shanghai_date(app.now()).month().to_string();
            if open.is_empty() || chance.random_bool(0.6) {
                let buyer = chance.random_range(0..3);
                let quantities: Vec<String> = (0..chance.random_range(1..4))
                    .map(|_| format!("{}.{}", chance.random_range(0..50), chance.random_range(1..10))).collect();
                let lines: Vec<(&str, &str)> = quantities.iter().map(|quantity| ("EG01", quantity.as_str())).collect();
                let deliver_on = entity::shanghai_date(app.now()).checked_add_days(3).unwrap().to_string();
                let group = app.place(&buyers[buyer], &with(order_of(&lines), "deliver_on", deliver_on)).await;
                let order = &group["orders"][0];
                let thousandths = quantities.iter().map(|quantity| quantity.replace('.', "").parse::<i64>().unwrap() * 100).sum();
                let placed = Placed { id: order["id"].as_str().unwrap().to_owned(), buyer, fen: fen(&order["amount"]), thousandths };
                *months.entry(month).or_default() += placed.fen;
                by_buyer[buyer] += placed.fen;
                held += placed.thousandths;
                open.push(placed);
                continue;
            }
            let at = chance.random_range(0..open.len());
            match chance.random_range(0..3) {
                0 => drop(app.confirm(&supplier, &open[at].id).await),
                how => {
                    let order = &open[at];
                    let answer = if how == 1 { app.cancel(&buyers[order.buyer], &order.id).await } else { app.decline(&supplier, &order.id).await };
                    // A confirmed order is declined no more; it goes on.
                    if answer.status == 200 {
                        let order = open.swap_remove(at);
                        *months.entry(month).or_default() -= order.fen;
                        by_buyer[order.buyer] -= order.fen;
                        held -= order.thousandths;
                    }
                }
            }
        }
        let by_month = app.ordered(&official, "group_by=month").await;
        let found: BTreeMap<String, i64> = by_month["groups"].as_array().unwrap().iter()
            .map(|group| (group["month"].as_str().unwrap().to_owned(), fen(&group["amount"]))).collect();
        assert_eq!(found, months);
        assert_eq!(fen(&by_month["total"]["amount"]), open.iter().map(|order| order.fen).sum::<i64>());
        for (buyer, expected) in buyers.iter().zip(by_buyer) {
            assert_eq!(fen(&app.ordered(buyer, "").await["total"]["amount"]), expected, "{}", buyer.name);
        }
        assert_eq!(app.held(&goods).await, held);
    }
}
