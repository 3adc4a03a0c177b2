//! Facts *ordered*: the position of a line before and after.

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

/// One fact for each line: from nothing to what is ordered.
pub(super) fn ordered(turn: &Turn, order: &orders::Model, lines: &[order_lines::Model]) -> Vec<NewFact> {
    let of_order = Dimensions {
        town: turn.word(WordKind::Town, &order.town_code),
        department: order.department_id.map_or(0, |id| turn.word(WordKind::Department, &id.to_string())),
        channel: turn.word(WordKind::Channel, order.channel.as_str()),
        fund_source: turn.word(WordKind::FundSource, order.fund_source.as_str()),
        buyer: turn.word(WordKind::Buyer, &order.buyer_id.to_string()),
        supplier: turn.word(WordKind::Supplier, &order.supplier_id.to_string()),
        ..Dimensions::default()
    };
    lines
        .iter()
        .map(|line| NewFact {
            line: line.id,
            measure: Measure::Ordered,
            mode: order.mode,
            amount: line.amount,
            quantity: priced(line),
            weight_grams: line
                .net_weight_grams
                .and_then(|weight| weight.times(priced(line)))
                .map(entity::Grams::grams),
            lines: 1,
            business_date: order.placed_on,
            concerns: None,
            reverses: None,
            dimensions: Dimensions {
                category: turn.word(WordKind::Category, &line.category_code),
                origin: turn.word(WordKind::Origin, &line.origin_code),
                product: turn.word(WordKind::Product, &line.product_id.to_string()),
                ..of_order
            },
        })
        .collect()
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
