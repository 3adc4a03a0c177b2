//! Facts of a line: the difference of its position before and after.

use super::open_order::OpenOrder;
use super::position::Difference;
use super::prepare::Prepared;
use crate::catalogue::nominal;
use crate::journal::{Dimensions, NewFact, Turn, WordKind};
use entity::tables::{order_lines, orders};
use entity::{CivilDate, Measure, Quantity};

/// The words all facts of a request are told by.
pub(super) fn words_of(prepared: &Prepared) -> Vec<(WordKind, String)> {
    let mut words = vec![
        (WordKind::Town, prepared.town_code.clone()),
        (WordKind::Channel, prepared.channel.to_string()),
        (WordKind::FundSource, prepared.fund_source.to_string()),
        (WordKind::Buyer, prepared.buyer.id.to_string()),
    ];
    words.extend(prepared.department.map(|id| (WordKind::Department, id.to_string())));
    for order in &prepared.orders {
        words.push((WordKind::Supplier, order.supplier.id.to_string()));
        for line in &order.lines {
            words.push((WordKind::Product, line.good.id.to_string()));
            words.push((WordKind::Category, line.good.category_code.clone()));
            words.push((WordKind::Origin, line.good.origin_code.clone()));
        }
    }
    words
}

/// The words the facts of an order are told by.
pub fn words_of_order(open: &OpenOrder) -> Vec<(WordKind, String)> {
    let order = &open.order;
    let mut words = vec![
        (WordKind::Town, order.town_code.clone()),
        (WordKind::Channel, order.channel.to_string()),
        (WordKind::FundSource, order.fund_source.to_string()),
        (WordKind::Buyer, order.buyer_id.to_string()),
        (WordKind::Supplier, order.supplier_id.to_string()),
    ];
    words.extend(order.department_id.map(|id| (WordKind::Department, id.to_string())));
    for line in &open.lines {
        words.push((WordKind::Product, line.row.product_id.to_string()));
        words.push((WordKind::Category, line.row.category_code.clone()));
        words.push((WordKind::Origin, line.row.origin_code.clone()));
    }
    words
}

/// The dimensions of a line's facts: those its order has had since it was placed (T9, T10).
fn dimensions_of(turn: &Turn, order: &orders::Model, line: &order_lines::Model) -> Dimensions {
    Dimensions {
        town: turn.word(WordKind::Town, &order.town_code),
        department: order.department_id.map_or(0, |id| turn.word(WordKind::Department, &id.to_string())),
        channel: turn.word(WordKind::Channel, order.channel.as_str()),
        fund_source: turn.word(WordKind::FundSource, order.fund_source.as_str()),
        buyer: turn.word(WordKind::Buyer, &order.buyer_id.to_string()),
        supplier: turn.word(WordKind::Supplier, &order.supplier_id.to_string()),
        category: turn.word(WordKind::Category, &line.category_code),
        origin: turn.word(WordKind::Origin, &line.origin_code),
        product: turn.word(WordKind::Product, &line.product_id.to_string()),
    }
}

/// The fact of a difference; its words must have been asked for ([`words_of_order`]).
pub fn of_line(turn: &Turn, order: &orders::Model, line: &order_lines::Model, difference: Difference, on: CivilDate) -> NewFact {
    NewFact {
        line: line.id,
        measure: difference.measure,
        mode: order.mode,
        amount: difference.amount,
        quantity: difference.quantity,
        weight_grams: difference.weight_grams,
        lines: difference.lines,
        business_date: on,
        concerns: None,
        reverses: None,
        dimensions: dimensions_of(turn, order, line),
    }
}

/// One fact for each line: from nothing to what is ordered.
pub(super) fn ordered(turn: &Turn, order: &orders::Model, lines: &[order_lines::Model]) -> Vec<NewFact> {
    let fact = |line: &order_lines::Model| {
        let quantity = priced(line);
        let difference = Difference {
            measure: Measure::Ordered,
            amount: line.amount,
            quantity,
            weight_grams: line
                .net_weight_grams
                .and_then(|weight| weight.times(quantity))
                .map(entity::Grams::grams),
            lines: 1,
        };
        of_line(turn, order, line, difference, order.placed_on)
    };
    lines.iter().map(fact).collect()
}

/// What is ordered in the unit the price is for.
pub(super) fn priced(line: &order_lines::Model) -> Quantity {
    let quantity = line.content.and_then(|content| nominal(line.quantity, content));
    quantity.unwrap_or(line.quantity)
}

/// A reversal copies every dimension of the fact it takes back; only its day is new (T9, T20).
pub(super) fn reversed(facts: &[((i64, i32), NewFact)], on: CivilDate) -> Vec<NewFact> {
    facts
        .iter()
        .map(|(place, fact)| NewFact {
            amount: entity::Money::from_fen(-fact.amount.fen()),
            quantity: Quantity::from_thousandths(-fact.quantity.thousandths()),
            weight_grams: fact.weight_grams.map(|grams| -grams),
            lines: -fact.lines,
            business_date: on,
            concerns: None,
            reverses: Some(*place),
            ..*fact
        })
        .collect()
}
