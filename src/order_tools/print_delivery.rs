//! 送货单 and 验收单: a shipment on paper, as it was sent and as it was inspected.

use super::page::Paper;
use super::print_order::{moment, price_of, site_facts, supplier_facts, total_row, word};
use crate::delivery::{ELSEWHERE, FullShipment};
use crate::http::language::Language;
use crate::orders::Letterhead;
use entity::tables::{acceptance_lines, order_lines, shipment_lines};
use entity::{Money, Quantity, RejectReason};

/// The paper that goes with a shipment.
pub(super) fn delivery_paper(found: &FullShipment, head: &Letterhead, language: Language) -> Paper {
    let say = |zh, en| word(language, zh, en);
    let any_weighed = found.goods.values().any(|goods| goods.price_unit.is_some());
    let rows = found.lines.iter().map(|line| {
        let goods = found.goods.get(&line.order_line_id);
        let weighed = goods.and_then(|goods| goods.price_unit.as_ref());
        let mut cells = vec![
            line.no.to_string(),
            goods.map(|goods| goods.sku.clone()).unwrap_or_default(),
            goods.map(|goods| goods.name.clone()).unwrap_or_default(),
            goods.map(|goods| goods.pack.clone()).unwrap_or_default(),
            line.units.to_string(),
            goods.map(|goods| goods.unit.clone()).unwrap_or_default(),
            goods.map(price_of).unwrap_or_default(),
            line.amount.to_string(),
        ];
        if any_weighed {
            cells.insert(6, weighed.map(|unit| format!("{} {unit}", line.quantity)).unwrap_or_default());
        }
        cells
    });
    let mut columns = vec![
        (say("行", "Line"), true),
        (say("货号", "SKU"), false),
        (say("品名", "Name"), false),
        (say("包装", "Pack"), false),
        (say("数量", "Quantity"), true),
        (say("单位", "Unit"), false),
        (say("单价(元)", "Price (yuan)"), true),
        (say("金额(元)", "Amount (yuan)"), true),
    ];
    if any_weighed {
        columns.insert(6, (say("称重", "Weighed"), true));
    }
    Paper {
        title: say("送货单", "Delivery note"),
        facts: facts(found, head, language)
            .into_iter()
            .chain(found.note.clone().map(|note| (say("备注", "Note"), note)))
            .collect(),
        columns,
        rows: rows.collect(),
        total: Some(total_row(found.lines.iter().map(|line| line.amount), language)),
        signatures: vec![
            say("发货人签字 / 日期", "Sender, date"),
            say("送货人签字 / 日期", "Carrier, date"),
            say("收货人签字 / 日期", "Receiver, date"),
        ],
    }
}

/// The record of an inspection; before it, a form to be filled in by hand.
pub(super) fn acceptance_paper(found: &FullShipment, head: &Letterhead, language: Language) -> Paper {
    let say = |zh, en| word(language, zh, en);
    let inspected = standing(found).next().is_some();
    let mut facts = facts(found, head, language);
    for one in standing(found) {
        facts.push((say("验收单号", "Acceptance no."), one.acceptance.acceptance_no.clone()));
        facts.push((say("验收日", "Accepted on"), one.acceptance.accepted_on.to_string()));
    }
    let rows = found.lines.iter().map(|line| {
        let goods = found.goods.get(&line.order_line_id);
        let result = Result::of(found, line);
        let shown = |text: String| if inspected { text } else { String::new() };
        vec![
            line.no.to_string(),
            goods.map(|goods| goods.name.clone()).unwrap_or_default(),
            goods.map(|goods| goods.pack.clone()).unwrap_or_default(),
            goods.map(unit_of).unwrap_or_default(),
            line.quantity.to_string(),
            shown(result.accepted.to_string()),
            shown(result.rejected.to_string()),
            result.reasons(language),
            shown(result.amount.to_string()),
        ]
    });
    let elsewhere = freight_elsewhere(found);
    let amounts = found.lines.iter().map(|line| Result::of(found, line).amount);
    let (name, amount) = total_row(amounts.chain(elsewhere.iter().map(|line| line.amount)), language);
    let total = match inspected {
        true => (name, amount),
        false => (say("合计(元)", "Total (yuan)").to_owned(), String::new()),
    };
    let rows = rows.chain(elsewhere.iter().map(|line| row_elsewhere(found, line, language)));
    Paper {
        title: say("验收单", "Record of acceptance"),
        facts,
        columns: vec![
            (say("行", "Line"), true),
            (say("品名", "Name"), false),
            (say("规格", "Pack"), false),
            (say("单位", "Unit"), false),
            (say("送货", "Sent"), true),
            (say("验收", "Accepted"), true),
            (say("拒收", "Rejected"), true),
            (say("拒收原因", "Reasons"), false),
            (say("金额(元)", "Amount (yuan)"), true),
        ],
        rows: rows.collect(),
        total: Some(total),
        signatures: vec![
            say("验收人签字 / 日期", "First inspector, date"),
            say("第二验收人签字 / 日期", "Second inspector, date"),
            say("送货人签字 / 日期", "Carrier, date"),
        ],
    }
}

fn facts(found: &FullShipment, head: &Letterhead, language: Language) -> Vec<(&'static str, String)> {
    let say = |zh, en| word(language, zh, en);
    let shipment = &found.shipment;
    let mut facts = vec![
        (say("送货单号", "Shipment no."), shipment.shipment_no.clone()),
        (say("订单号", "Order no."), found.order_no.clone()),
        (say("供应商", "Supplier"), found.supplier_name.clone()),
        (say("采购单位", "Buyer"), found.buyer_name.clone()),
        (say("发货日", "Dispatched on"), shipment.dispatched_on.to_string()),
        (say("状态", "State"), language.call(shipment.state).to_owned()),
    ];
    let maybe = [
        (say("承运", "Carrier"), shipment.carrier.clone()),
        (say("车牌", "Plate"), shipment.plate.clone()),
        (say("采购方单号", "Buyer's order no."), head.external_order_no.clone()),
        (say("到货时间", "Arrived"), shipment.arrived_at.map(moment)),
    ];
    facts.extend(maybe.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))));
    if shipment.replacement {
        facts.push((say("补发", "Replacement"), say("是", "yes").to_owned()));
    }
    facts.extend(site_facts(head.site.as_ref(), language));
    facts.extend(supplier_facts(head.supplier.as_ref(), language));
    facts
}

/// The unit in which goods are inspected: of what is weighed, the unit of the scales.
fn unit_of(goods: &order_lines::Model) -> String {
    goods.price_unit.as_ref().unwrap_or(&goods.unit).clone()
}

/// Acceptances that have not been taken back.
fn standing(found: &FullShipment) -> impl Iterator<Item = &crate::delivery::FullAcceptance> {
    found.acceptances.iter().filter(|one| one.acceptance.undone_at.is_none())
}

/// Freight that came with another shipment and waited for these goods.
fn freight_elsewhere(found: &FullShipment) -> Vec<&acceptance_lines::Model> {
    let lines = standing(found).flat_map(|one| &one.lines);
    lines.filter(|line| line.shipment_line_no == ELSEWHERE).collect()
}

fn row_elsewhere(found: &FullShipment, line: &acceptance_lines::Model, language: Language) -> Vec<String> {
    let name = found.goods.get(&line.order_line_id).map(|goods| goods.name.clone());
    vec![
        String::new(),
        name.unwrap_or_default(),
        word(language, "随其他发货", "with another shipment").to_owned(),
        String::new(),
        String::new(),
        line.quantity.to_string(),
        line.rejected.to_string(),
        String::new(),
        line.amount.to_string(),
    ]
}

/// What became of a line of a shipment.
struct Result {
    accepted: Quantity,
    rejected: Quantity,
    amount: Money,
    why: Vec<(RejectReason, Quantity)>,
}

impl Result {
    fn of(found: &FullShipment, sent: &shipment_lines::Model) -> Self {
        let mut result = Self {
            accepted: Quantity::ZERO,
            rejected: Quantity::ZERO,
            amount: Money::ZERO,
            why: Vec::new(),
        };
        for one in standing(found) {
            for line in one.lines.iter().filter(|line| line.shipment_line_no == sent.no) {
                // Each is bounded by what was ordered, so the sums fit.
                result.accepted = result.accepted.checked_add(line.quantity).unwrap_or(result.accepted);
                result.rejected = result.rejected.checked_add(line.rejected).unwrap_or(result.rejected);
                result.amount = result.amount.checked_add(line.amount).unwrap_or(result.amount);
                let why = one.rejected.iter().filter(|rejected| rejected.no == line.no);
                result.why.extend(why.map(|rejected| (rejected.reason, rejected.quantity)));
            }
        }
        result
    }

    fn reasons(&self, language: Language) -> String {
        let words = self
            .why
            .iter()
            .map(|(reason, quantity)| format!("{} {quantity}", language.call(*reason)));
        words.collect::<Vec<_>>().join("; ")
    }
}
