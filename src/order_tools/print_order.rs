//! 订货单: an order on paper.

use super::page::Paper;
use crate::http::language::Language;
use crate::orders::OrderWithLines;
use chrono::{DateTime, FixedOffset, Utc};
use entity::{Channel, FundSource, OrderState};

/// One of two words, by language.
pub(super) fn word(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The paper of an order; `site` is where it goes.
pub(super) fn order_paper(found: &OrderWithLines, site: Option<&str>, language: Language) -> Paper {
    let order = &found.order;
    let say = |zh, en| word(language, zh, en);
    let mut facts = vec![
        (say("订单号", "Order no."), order.order_no.clone()),
        (say("状态", "State"), state(order.state, language)),
        (say("采购单位", "Buyer"), found.buyer_name.clone()),
        (say("供应商", "Supplier"), found.supplier_name.clone()),
        (say("下单时间", "Placed"), moment(order.placed_at)),
        (say("送货日", "Delivery day"), order.deliver_on.to_string()),
        (say("渠道", "Channel"), channel(order.channel, language)),
        (say("资金来源", "Fund source"), fund_source(order.fund_source, language)),
    ];
    if let Some(site) = site {
        facts.push((say("收货点", "Site"), site.to_owned()));
    }
    if let Some(note) = found.note.as_ref().filter(|note| !note.is_empty()) {
        facts.push((say("备注", "Note"), note.clone()));
    }
    let rows = found.lines.iter().map(|line| {
        vec![
            line.line_no.to_string(),
            line.sku.clone(),
            line.name.clone(),
            line.pack.clone(),
            line.quantity.to_string(),
            line.unit.clone(),
            line.price.to_string(),
            line.amount.to_string(),
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
        total: Some((say("合计(元)", "Total (yuan)"), order.amount.to_string())),
        signatures: vec![
            say("采购人签字 / 日期", "Buyer, date"),
            say("供应商签字 / 日期", "Supplier, date"),
            say("收货人签字 / 日期", "Receiver, date"),
        ],
    }
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
