//! 订货单: an order on paper.

use super::page::Paper;
use crate::http::language::Language;
use crate::orders::{OrderSite, OrderWithLines};
use chrono::{DateTime, FixedOffset, Utc};
use entity::{Channel, FundSource, Money, OrderState};

/// One of two words, by language.
pub(super) fn word(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The paper of an order.
pub(super) fn order_paper(found: &OrderWithLines, language: Language) -> Paper {
    let (order, worth) = (&found.order, found.worth());
    let agreed = total(worth.iter().map(|line| line.agreed.amount));
    let say = |zh, en| word(language, zh, en);
    let mut facts = vec![
        (say("订单号", "Order no."), order.order_no.clone()),
        (say("状态", "State"), state(order.state, language)),
        (say("采购单位", "Buyer"), found.buyer_name.clone()),
        (say("供应商", "Supplier"), found.supplier_name.clone()),
        (say("下单时间", "Placed"), moment(order.placed_at)),
        (
            say("送货日", "Delivery day"),
            order.agreed_deliver_on.unwrap_or(order.deliver_on).to_string(),
        ),
        (say("渠道", "Channel"), channel(order.channel, language)),
        (say("资金来源", "Fund source"), fund_source(order.fund_source, language)),
    ];
    facts.extend(site_facts(found.site.as_ref(), language));
    if let Some(note) = found.note.as_ref().filter(|note| !note.is_empty()) {
        facts.push((say("备注", "Note"), note.clone()));
    }
    if agreed != order.amount.to_string() {
        facts.push((say("下单时合计(元)", "Total as placed (yuan)"), order.amount.to_string()));
    }
    // What is agreed now: whoever signs signs for that.
    let rows = found.lines.iter().zip(&worth).map(|(line, worth)| {
        vec![
            line.line_no.to_string(),
            line.sku.clone(),
            line.name.clone(),
            line.pack.clone(),
            worth.agreed.units.unwrap_or(worth.agreed.quantity).to_string(),
            line.unit.clone(),
            line.price.to_string(),
            worth.agreed.amount.to_string(),
        ]
    });
    Paper {
        title: say("订货单", "Order"),
        facts,
        columns: vec![
            (say("行", "Line"), true),
            (say("货号", "SKU"), false),
            (say("品名", "Name"), false),
            (say("包装", "Pack"), false),
            (say("数量", "Quantity"), true),
            (say("单位", "Unit"), false),
            (say("单价(元)", "Price (yuan)"), true),
            (say("金额(元)", "Amount (yuan)"), true),
        ],
        rows: rows.collect(),
        total: Some((say("合计(元)", "Total (yuan)"), agreed)),
        signatures: vec![
            say("采购人签字 / 日期", "Buyer, date"),
            say("供应商签字 / 日期", "Supplier, date"),
            say("收货人签字 / 日期", "Receiver, date"),
        ],
    }
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

/// The sum of amounts, as printed. Each is bounded, and so is their number: it fits.
pub(super) fn total(amounts: impl Iterator<Item = Money>) -> String {
    Money::checked_total(amounts).map(|total| total.to_string()).unwrap_or_default()
}

/// Shanghai time, to the minute.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    let shanghai = FixedOffset::east_opt(8 * 3600).map(|offset| at.with_timezone(&offset));
    shanghai.map_or_else(|| at.to_rfc3339(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}

/// A word of a closed list without its underscores: how it is said in English.
fn spoken(word: &str) -> String {
    word.replace('_', " ")
}

fn state(state: OrderState, language: Language) -> String {
    let zh = match state {
        OrderState::Draft => "草稿",
        OrderState::Submitted => "已提交",
        OrderState::PendingApproval => "待审批",
        OrderState::Approved => "已批准",
        OrderState::ReturnedForChange => "退回修改",
        OrderState::Rejected => "未批准",
        OrderState::Placed => "已下单",
        OrderState::Confirmed => "已确认",
        OrderState::Declined => "已谢绝",
        OrderState::Completed => "已完成",
        OrderState::Cancelled => "已取消",
    };
    in_words(zh, state.as_str(), language)
}

fn channel(channel: Channel, language: Language) -> String {
    let zh = match channel {
        Channel::GovernmentCanteen => "机关食堂",
        Channel::SchoolCanteen => "学校食堂",
        Channel::HospitalCanteen => "医院食堂",
        Channel::EnterpriseCanteen => "企事业食堂",
        Channel::UnionWelfare => "工会福利",
        Channel::Supermarket => "商超",
        Channel::Market => "农贸/批发市场",
        Channel::Community => "社区",
        Channel::Hall => "专馆",
        Channel::Zone => "专区",
        Channel::Counter => "专柜",
        Channel::Online => "电商",
        Channel::Fair => "展销会",
    };
    in_words(zh, channel.as_str(), language)
}

fn fund_source(source: FundSource, language: Language) -> String {
    let zh = match source {
        FundSource::CanteenMeals => "伙食补助",
        FundSource::StudentNutrition => "学生营养餐",
        FundSource::OfficialReception => "公务接待",
        FundSource::UnionFund => "工会经费",
        FundSource::WelfareFund => "福利费",
        FundSource::TradingStock => "经营采购",
        FundSource::Personal => "个人",
    };
    in_words(zh, source.as_str(), language)
}

pub(super) fn in_words(zh: &str, word: &str, language: Language) -> String {
    match language {
        Language::Zh => zh.to_owned(),
        Language::En => spoken(word),
    }
}
