//! Codes and names for the numbers that cells are told by.

use super::dimension::Dimension;
use super::queries::{Group, Row};
use crate::db::{Engine, Params};
use crate::journal::WordKind;
use entity::{Channel, FundSource, Month};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A code and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// A division's code, an SKU, an id, or the word of a closed list.
    pub code: String,
    /// What people call it.
    pub name: String,
}

/// Names the rows of an answer; a look-up for each dimension, whatever the number of rows.
pub(super) async fn name_groups(db: &impl ConnectionTrait, engine: Engine, by: &[Dimension], rows: Vec<Row>) -> Result<Vec<Group>, DbErr> {
    let mut names: Vec<HashMap<i32, Named>> = Vec::with_capacity(by.len());
    for (at, dimension) in by.iter().enumerate() {
        let ids: BTreeSet<i32> = rows.iter().filter_map(|(ids, _)| ids.get(at).copied()).collect();
        names.push(names_of(db, engine, *dimension, &ids).await?);
    }
    let key = |at: usize, id: i32| names.get(at).and_then(|of| of.get(&id)).cloned().unwrap_or_else(|| unassigned(id));
    Ok(rows
        .into_iter()
        .map(|(ids, sums)| Group {
            keys: by
                .iter()
                .copied()
                .zip(ids.iter().enumerate().map(|(at, id)| key(at, *id)))
                .collect(),
            sums,
        })
        .collect())
}

fn unassigned(id: i32) -> Named {
    if id == 0 {
        Named {
            code: "unassigned".to_owned(),
            name: "未分配".to_owned(),
        }
    } else {
        Named {
            code: id.to_string(),
            name: String::new(),
        }
    }
}

async fn names_of(
    db: &impl ConnectionTrait,
    engine: Engine,
    dimension: Dimension,
    ids: &BTreeSet<i32>,
) -> Result<HashMap<i32, Named>, DbErr> {
    let Some(kind) = dimension.words() else {
        return Ok(ids.iter().map(|id| (*id, numbered(dimension, *id))).collect());
    };
    let mut names = HashMap::new();
    // A list of parameters is bounded on SQLite.
    let ids: Vec<i32> = ids.iter().copied().filter(|id| *id > 0).collect();
    for part in ids.chunks(10_000) {
        let words = words_of(db, engine, kind, part).await?;
        let called = called(db, engine, kind, words.values()).await?;
        for (id, word) in words {
            let named = called.get(&word).cloned().unwrap_or_else(|| of_closed_list(kind, &word));
            names.insert(id, named);
        }
    }
    Ok(names)
}

fn numbered(dimension: Dimension, id: i32) -> Named {
    if dimension == Dimension::Month {
        let month = Month::from_yyyymm(id).map(|month| month.to_string()).unwrap_or_default();
        return Named {
            code: month.clone(),
            name: month,
        };
    }
    if dimension == Dimension::Day {
        let day = format!("{:04}-{:02}-{:02}", id / 10_000, id / 100 % 100, id % 100);
        return Named {
            code: day.clone(),
            name: day,
        };
    }
    let (code, name) = if id == 1 {
        ("purchase", "采购")
    } else {
        ("assisted_sale", "帮助销售")
    };
    Named {
        code: code.to_owned(),
        name: name.to_owned(),
    }
}

async fn words_of(db: &impl ConnectionTrait, engine: Engine, kind: WordKind, ids: &[i32]) -> Result<HashMap<i32, String>, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT id, word FROM dimensions WHERE kind = {} AND id IN ({})",
        params.add(kind.as_str()),
        params.list(ids.iter().copied())
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "word")?)))
        .collect()
}

/// Names of things by their words, where the word is a code or an id of a table.
async fn called(
    db: &impl ConnectionTrait,
    engine: Engine,
    kind: WordKind,
    words: impl Iterator<Item = &String>,
) -> Result<HashMap<String, Named>, DbErr> {
    let words: Vec<&String> = words.collect();
    let by_id = |table: &str, code: &str| format!("SELECT id, {code} AS code, name FROM {table} WHERE id IN ");
    let by_code = |table: &str, name: &str| format!("SELECT code, {name} AS name FROM {table} WHERE code IN ");
    let (sql, ids) = match kind {
        WordKind::Town | WordKind::Origin => (by_code("divisions", "name"), false),
        WordKind::Category => (by_code("categories", "name_zh"), false),
        WordKind::Department => (by_id("departments", "code"), true),
        WordKind::Buyer | WordKind::Supplier => (by_id("organisations", "''"), true),
        WordKind::Product => (by_id("products", "sku"), true),
        WordKind::Channel | WordKind::FundSource => return Ok(HashMap::new()),
    };
    let mut params = Params::new(engine);
    let marks = if ids {
        params.list(words.iter().filter_map(|word| Uuid::parse_str(word).ok()))
    } else {
        params.list(words.iter().map(|word| (*word).clone()))
    };
    let rows = db.query_all_raw(params.into_statement(&format!("{sql}({marks})"))).await?;
    rows.iter()
        .map(|row| {
            let (code, name): (String, String) = (row.try_get("", "code")?, row.try_get("", "name")?);
            if !ids {
                return Ok((code.clone(), Named { code, name }));
            }
            let word = row.try_get::<Uuid>("", "id")?.to_string();
            let code = if code.is_empty() { word.clone() } else { code };
            Ok((word, Named { code, name }))
        })
        .collect()
}

fn of_closed_list(kind: WordKind, word: &str) -> Named {
    let name = match kind {
        WordKind::Channel => word.parse().map(channel_name).ok(),
        WordKind::FundSource => word.parse().map(fund_source_name).ok(),
        _ => None,
    };
    Named {
        code: word.to_owned(),
        name: name.unwrap_or(word).to_owned(),
    }
}

fn channel_name(channel: Channel) -> &'static str {
    match channel {
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
    }
}

fn fund_source_name(source: FundSource) -> &'static str {
    match source {
        FundSource::CanteenMeals => "伙食补助",
        FundSource::StudentNutrition => "学生营养餐",
        FundSource::OfficialReception => "公务接待",
        FundSource::UnionFund => "工会经费",
        FundSource::WelfareFund => "福利费",
        FundSource::TradingStock => "经营采购",
        FundSource::Personal => "个人",
    }
}
