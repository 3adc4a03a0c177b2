//! 订货单: an order on paper.

use super::capitals::in_capitals;
use super::page::Paper;
use crate::http::language::Language;
use crate::orders::{Letterhead, LineWorth, OrderSite, OrderWithLines};
use chrono::{DateTime, FixedOffset, Utc};
use entity::Money;
use entity::tables::order_lines;

/// One of two words, by language.
pub(super) fn word(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The paper of an order.
pub(super) fn order_paper(found: &OrderWithLines, head: &Letterhead, language: Language) -> Paper {
    let worth = found.worth();
    let weighed = found.lines.iter().any(|line| line.price_unit.is_some());
    let say = |zh, en| word(language, zh, en);
    let rows = found.lines.iter().zip(&worth).map(|(line, worth)| row(line, worth, weighed));
    Paper {
        title: say("订货单", "Order"),
        facts: facts(found, head, &worth, language),
        columns: columns(weighed, language),
        rows: rows.collect(),
        total: Some(total_row(worth.iter().map(|line| line.agreed.amount), language)),
        signatures: vec![
            say("采购人签字 / 日期", "Buyer, date"),
            say("供应商签字 / 日期", "Supplier, date"),
            say("收货人签字 / 日期", "Receiver, date"),
        ],
    }
}

fn facts(found: &OrderWithLines, head: &Letterhead, worth: &[LineWorth], language: Language) -> Vec<(&'static str, String)> {
    let order = &found.order;
    let agreed = total(worth.iter().map(|line| line.agreed.amount));
    let say = |zh, en| word(language, zh, en);
    let mut facts = vec![
        (say("订单号", "Order no."), order.order_no.clone()),
        (
            say("采购方单号", "Buyer's order no."),
            head.external_order_no.clone().unwrap_or_default(),
        ),
        (say("状态", "State"), language.call(order.state).to_owned()),
        (say("采购单位", "Buyer"), found.buyer_name.clone()),
        (say("供应商", "Supplier"), found.supplier_name.clone()),
        (say("下单时间", "Placed"), moment(order.placed_at)),
        (
            say("送货日", "Delivery day"),
            order.agreed_deliver_on.unwrap_or(order.deliver_on).to_string(),
        ),
        (say("渠道", "Channel"), language.call(order.channel).to_owned()),
        (say("资金来源", "Fund source"), language.call(order.fund_source).to_owned()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts.extend(site_facts(head.site.as_ref(), language));
    facts.extend(supplier_facts(head.supplier.as_ref(), language));
    if let Some(note) = found.note.as_ref().filter(|note| !note.is_empty()) {
        facts.push((say("备注", "Note"), note.clone()));
    }
    if agreed != order.amount.to_string() {
        facts.push((say("下单时合计(元)", "Total as placed (yuan)"), order.amount.to_string()));
    }
    facts
}

/// Of goods that are weighed the price is for another unit than the one that is ordered in: both are named.
fn columns(weighed: bool, language: Language) -> Vec<(&'static str, bool)> {
    let say = |zh, en| word(language, zh, en);
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
    if weighed {
        columns.insert(6, (say("计价数量(标称)", "Priced quantity (nominal)"), true));
    }
    columns
}

/// What is agreed now: whoever signs signs for that.
fn row(line: &order_lines::Model, worth: &LineWorth, weighed: bool) -> Vec<String> {
    let mut cells = vec![
        line.line_no.to_string(),
        line.sku.clone(),
        line.name.clone(),
        line.pack.clone(),
        worth.agreed.units.unwrap_or(worth.agreed.quantity).to_string(),
        line.unit.clone(),
        price_of(line),
        worth.agreed.amount.to_string(),
    ];
    if weighed {
        let unit = line.price_unit.as_ref();
        cells.insert(6, unit.map(|unit| format!("{} {unit}", worth.agreed.quantity)).unwrap_or_default());
    }
    cells
}

/// The price, with the unit it is for where that is not the unit ordered in.
pub(super) fn price_of(line: &order_lines::Model) -> String {
    let unit = line.price_unit.as_ref();
    unit.map_or_else(|| line.price.to_string(), |unit| format!("{} / {unit}", line.price))
}

/// Where it goes, when, and whom to call there.
pub(super) fn site_facts(site: Option<&OrderSite>, language: Language) -> Vec<(&'static str, String)> {
    let say = |zh, en| word(language, zh, en);
    let Some(site) = site else { return Vec::new() };
    let mut facts = vec![(say("收货点", "Site"), format!("{} {}", site.name, site.address))];
    if !site.receiving_hours.is_empty() {
        facts.push((say("收货时间", "Receiving hours"), site.receiving_hours.clone()));
    }
    if let Some(contact) = &site.contact {
        facts.push((say("收货联系人", "Contact"), format!("{} {}", contact.name, contact.phone)));
    }
    if !site.as_placed {
        let as_today = say(
            "今日登记的信息，下单时未留存",
            "as registered today; not kept when the order was placed",
        );
        facts.push((say("收货点说明", "About the site"), as_today.to_owned()));
    }
    facts
}

/// Where the supplier is, and whom to call there.
pub(super) fn supplier_facts(site: Option<&OrderSite>, language: Language) -> Vec<(&'static str, String)> {
    let say = |zh, en| word(language, zh, en);
    let Some(site) = site else { return Vec::new() };
    let mut facts = vec![(say("供应商地址", "Supplier's address"), site.address.clone())];
    if let Some(contact) = &site.contact {
        let call = format!("{} {}", contact.name, contact.phone);
        facts.push((say("供应商电话", "Supplier's telephone"), call));
    }
    facts
}

/// The last row: the sum, in Chinese also written out, as papers that are signed have it.
pub(super) fn total_row(amounts: impl Iterator<Item = Money>, language: Language) -> (String, String) {
    let sum = Money::checked_total(amounts);
    let name = match (language, sum) {
        (Language::Zh, Some(sum)) => format!("合计(元)　大写：{}", in_capitals(sum)),
        (Language::Zh, None) => "合计(元)".to_owned(),
        (Language::En, _) => "Total (yuan)".to_owned(),
    };
    (name, sum.map(|sum| sum.to_string()).unwrap_or_default())
}

/// The sum of amounts, as printed. Each is bounded, and so is their number: it fits.
pub(super) fn total(amounts: impl Iterator<Item = Money>) -> String {
    Money::checked_total(amounts).map(|total| total.to_string()).unwrap_or_default()
}

/// Shanghai time, to the minute.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    let shanghai = FixedOffset::east_opt(8 * 3600).map(|offset| at.with_timezone(&offset));
    shanghai.map_or_else(|| at.to_rfc3339(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}
