//! What a supplier answers to an inquiry, and the rules it keeps.

use super::inquiry::Inquiry;
use super::quote::LONGEST_ANSWER_DAYS;
use crate::catalogue::{Good, Goods};
use crate::http::fault::{Fault, Faults};
use entity::tables::inquiry_lines;
use entity::{CivilDate, LineKind, Money, OrganisationId, ProductId, Quantity, UnitPrice};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Goods that a supplier offers for a line.
#[derive(Clone, Debug)]
pub struct AnswerLine {
    /// The line of the inquiry.
    pub line_no: i32,
    /// The supplier's product, by SKU.
    pub sku: String,
    /// How much, in the product's unit.
    pub quantity: Quantity,
    /// Price of a unit.
    pub price: UnitPrice,
}

/// A supplier's answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// A line for each line of the inquiry that the supplier can deliver.
    pub lines: Vec<AnswerLine>,
    /// Freight for all of it.
    pub freight: Money,
    /// The supplier's product that the line of freight is of, by SKU.
    pub freight_sku: Option<String>,
    /// The day of delivery.
    pub deliver_on: CivilDate,
    /// The last day on which an order may be placed by it.
    pub valid_until: CivilDate,
    /// A word to the buyer.
    pub note: Option<String>,
}

/// A line that keeps the rules, with its goods and its amount.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The line of the inquiry.
    pub answers_line: i32,
    /// The goods.
    pub good: Arc<Good>,
    /// How much.
    pub quantity: Quantity,
    /// Price of a unit.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
}

/// What an answer comes to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its lines with their goods.
    pub lines: Vec<Priced>,
    /// The product that the line of freight is of; none where there is no freight.
    pub freight_product: Option<ProductId>,
}

/// What an answer comes to, or every rule it breaks.
pub fn check(answer: &Answer, inquiry: &Inquiry, supplier: OrganisationId, goods: &Goods, today: CivilDate) -> Result<Checked, Faults> {
    let mut faults = Faults::new();
    check_days(answer, inquiry, today, &mut faults);
    faults.check((Money::ZERO..=Money::MAX_LINE_AMOUNT).contains(&answer.freight), || {
        Fault::of("freight_out_of_range")
            .at("/freight")
            .with("most", Money::MAX_LINE_AMOUNT)
    });
    faults.check(!answer.lines.is_empty() && answer.lines.len() <= inquiry.lines.len(), || {
        Fault::of("line_count").at("/lines").with("most", inquiry.lines.len())
    });
    let (mut numbers, mut skus) = (BTreeSet::new(), BTreeSet::new());
    let mut priced = Vec::with_capacity(answer.lines.len());
    for (at, line) in answer.lines.iter().enumerate() {
        faults.check(numbers.insert(line.line_no), || {
            Fault::of("inquiry_line_twice")
                .at(format!("/lines/{at}/line_no"))
                .with("line_no", line.line_no)
        });
        faults.check(skus.insert(line.sku.as_str()), || {
            Fault::of("quote_line_twice").at(format!("/lines/{at}/sku")).with("sku", &line.sku)
        });
        let of_line = |fault: Fault| fault.under(&format!("/lines/{at}"));
        priced.extend(faults.take(check_line(line, inquiry, supplier, goods).map_err(of_line)));
    }
    let freight_product = faults.take(freight_product(answer, supplier, goods)).flatten();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Checked {
        lines: priced,
        freight_product,
    })
}

/// Freight is a line of its own on the order, so it is of a product.
fn freight_product(answer: &Answer, supplier: OrganisationId, goods: &Goods) -> Result<Option<ProductId>, Fault> {
    if answer.freight <= Money::ZERO {
        return Ok(None);
    }
    let Some(sku) = answer.freight_sku.as_deref() else {
        let usual = goods.terms(supplier).freight.map(|freight| freight.product);
        return usual
            .map(Some)
            .ok_or_else(|| Fault::of("freight_product_needed").at("/freight_sku"));
    };
    let good = goods.by_sku(sku).filter(|good| !good.archived && good.seller_id == supplier);
    match good {
        Some(good) if good.line_kind == LineKind::Freight => Ok(Some(good.id)),
        Some(_) => Err(Fault::of("freight_product_needed").at("/freight_sku")),
        None => Err(Fault::of("product_unknown").at("/freight_sku").with("sku", sku)),
    }
}

fn check_days(answer: &Answer, inquiry: &Inquiry, today: CivilDate, faults: &mut Faults) {
    let later = |day: CivilDate, days: i64| day.checked_add_days(days).unwrap_or(CivilDate::MAX);
    let (soonest, latest) = (later(inquiry.row.answer_by, 1), later(inquiry.row.answer_by, LONGEST_ANSWER_DAYS));
    faults.check((soonest..=latest).contains(&answer.valid_until), || {
        let fault = Fault::of("quote_valid_until").at("/valid_until");
        fault.with("soonest", soonest).with("latest", latest)
    });
    let (soonest, latest) = (later(today, 1), later(inquiry.row.answer_by, super::inquiry::LATEST_DELIVERY_DAYS));
    faults.check((soonest..=latest).contains(&answer.deliver_on), || {
        let fault = Fault::of("delivery_day").at("/deliver_on");
        fault.with("soonest", soonest).with("latest", latest)
    });
}

fn check_line(line: &AnswerLine, inquiry: &Inquiry, supplier: OrganisationId, goods: &Goods) -> Result<Priced, Fault> {
    let wanted = inquiry.lines.iter().find(|one| one.line_no == line.line_no);
    let wanted = wanted.ok_or_else(|| Fault::of("inquiry_line_unknown").at("/line_no").with("line_no", line.line_no))?;
    let sku = line.sku.as_str();
    // What others sell is as unknown as what nobody does.
    let good = goods.by_sku(sku).filter(|good| !good.archived && good.seller_id == supplier);
    let good = good.ok_or_else(|| Fault::of("product_unknown").at("/sku").with("sku", sku))?;
    let channel = inquiry.row.channel;
    if !good.may_go_to(channel) {
        let fault = Fault::of("product_not_for_channel").at("/sku");
        return Err(fault.with("sku", sku).with("channel", channel));
    }
    if line.quantity <= Quantity::ZERO {
        return Err(Fault::of("quantity_not_positive").at("/quantity"));
    }
    if !line.quantity.is_multiple_of(good.quantity_step) {
        let fault = Fault::of("quantity_step").at("/quantity");
        return Err(fault.with("sku", sku).with("step", good.quantity_step));
    }
    if !covers(good, line.quantity, wanted) {
        let fault = Fault::of("quote_too_little").at("/quantity");
        return Err(fault.with("asked", wanted.quantity).with("unit", &wanted.unit));
    }
    let amount = good.priced(line.quantity).and_then(|priced| line.price.times(priced));
    let amount = amount.ok_or_else(|| {
        let fault = Fault::of("line_amount").at("/quantity");
        fault.with("sku", sku).with("most", Money::MAX_LINE_AMOUNT)
    })?;
    Ok(Priced {
        answers_line: line.line_no,
        good: Arc::clone(good),
        quantity: line.quantity,
        price: line.price,
        amount,
    })
}

/// Grams in a unit of weight; none where the unit is none.
fn grams_in(unit: &str) -> Option<i128> {
    match unit {
        "kg" | "公斤" | "千克" => Some(1_000),
        "斤" | "市斤" => Some(500),
        "g" | "克" => Some(1),
        "担" => Some(50_000),
        "吨" | "t" => Some(1_000_000),
        _ => None,
    }
}

/// Whether so much of a product is at least what is wanted, where the two can be compared: by the same unit, or by
/// weight. Boxes against bottles are for the buyer to judge.
fn covers(good: &Good, quantity: Quantity, wanted: &inquiry_lines::Model) -> bool {
    let weight = good.net_weight_grams.map(i128::from).or_else(|| grams_in(&good.unit));
    is_enough((quantity, &good.unit, weight), (wanted.quantity, &wanted.unit))
}

fn is_enough((offered, unit, grams): (Quantity, &str, Option<i128>), (asked, asked_unit): (Quantity, &str)) -> bool {
    let (offered, asked) = (i128::from(offered.thousandths()), i128::from(asked.thousandths()));
    if unit == asked_unit {
        return offered >= asked;
    }
    match (grams, grams_in(asked_unit)) {
        (Some(net), Some(unit)) => offered * net >= asked * unit,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_enough_by_unit_or_by_weight() {
        let many = |count: i64| Quantity::from_thousandths(count * 1_000);
        for (offered, asked, enough) in [
            ((many(20), "袋", Some(25_000)), (many(500), "kg"), true),
            ((many(19), "袋", Some(25_000)), (many(500), "kg"), false),
            ((many(19), "袋", Some(25_000)), (many(950), "斤"), true),
            ((many(500), "kg", None), (many(500), "kg"), true),
            ((many(499), "kg", None), (many(500), "kg"), false),
            ((many(1), "箱", None), (many(500), "kg"), true),
            ((many(1), "箱", Some(1_000)), (many(500), "瓶"), true),
        ] {
            assert_eq!(is_enough(offered, asked), enough, "{offered:?} {asked:?}");
        }
        assert_eq!(grams_in("担"), Some(50_000));
    }
}
