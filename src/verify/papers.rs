//! Shipments, acceptances, returns and quotes as the texts their entries carry a hash of.

use super::chain::Entry;
use super::content::{text, things};
use crate::db::{Engine, Params, Snapshot};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use std::collections::HashMap;
use uuid::Uuid;

/// The kind of a column in a hashed text.
#[derive(Clone, Copy)]
enum Is {
    Id,
    Text,
    Big,
    Int,
    Flag,
    Date,
}

/// A table of things or of their lines: which column names the thing, the columns of the text in their order, and how
/// the rows of one thing are ordered.
struct Paper {
    table: &'static str,
    key: &'static str,
    order: &'static str,
    columns: &'static [(&'static str, Is)],
}

const SHIPMENT: [Paper; 2] = [
    Paper {
        table: "shipments",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("shipment_no", Is::Text),
            ("order_id", Is::Id),
            ("buyer_id", Is::Id),
            ("supplier_id", Is::Id),
            ("replacement", Is::Flag),
            ("dispatched_on", Is::Date),
            ("import_id", Is::Id),
        ],
    },
    Paper {
        table: "shipment_lines",
        key: "shipment_id",
        order: "no",
        columns: &[
            ("no", Is::Int),
            ("order_line_id", Is::Id),
            ("place_id", Is::Id),
            ("product_id", Is::Id),
            ("units", Is::Big),
            ("quantity", Is::Big),
            ("amount", Is::Big),
        ],
    },
];

const ACCEPTANCE: [Paper; 3] = [
    Paper {
        table: "acceptances",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("acceptance_no", Is::Text),
            ("kind", Is::Text),
            ("shipment_id", Is::Id),
            ("order_id", Is::Id),
            ("accepted_on", Is::Date),
            ("accepted_by", Is::Id),
            ("import_id", Is::Id),
        ],
    },
    Paper {
        table: "acceptance_lines",
        key: "acceptance_id",
        order: "no",
        columns: &[
            ("no", Is::Int),
            ("order_line_id", Is::Id),
            ("shipment_line_no", Is::Int),
            ("quantity", Is::Big),
            ("rejected", Is::Big),
            ("amount", Is::Big),
        ],
    },
    Paper {
        table: "rejections",
        key: "acceptance_id",
        order: "no, reason",
        columns: &[("no", Is::Int), ("reason", Is::Text), ("quantity", Is::Big)],
    },
];

const RETURN: [Paper; 2] = [
    Paper {
        table: "returns",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("return_no", Is::Text),
            ("order_id", Is::Id),
            ("buyer_id", Is::Id),
            ("supplier_id", Is::Id),
            ("channel", Is::Text),
            ("fund_source", Is::Text),
            ("mode", Is::Text),
            ("town_code", Is::Text),
            ("department_id", Is::Id),
            ("returned_on", Is::Date),
            ("import_id", Is::Id),
        ],
    },
    Paper {
        table: "return_lines",
        key: "return_id",
        order: "no",
        columns: &[
            ("no", Is::Int),
            ("id", Is::Id),
            ("order_line_id", Is::Id),
            ("product_id", Is::Id),
            ("place_id", Is::Id),
            ("category_code", Is::Text),
            ("origin_code", Is::Text),
            ("net_weight_grams", Is::Big),
            ("price", Is::Big),
            ("own_price", Is::Flag),
            ("origin_unknown", Is::Flag),
            ("quantity", Is::Big),
            ("units", Is::Big),
            ("amount", Is::Big),
            ("reason", Is::Text),
            ("fate", Is::Text),
        ],
    },
];

const QUOTE: [Paper; 2] = [
    Paper {
        table: "quotes",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("origin", Is::Text),
            ("inquiry_id", Is::Id),
            ("buyer_id", Is::Id),
            ("supplier_id", Is::Id),
            ("channel", Is::Text),
            ("goods", Is::Big),
            ("freight", Is::Big),
            ("freight_product_id", Is::Id),
            ("total", Is::Big),
            ("deliver_on", Is::Date),
            ("valid_until", Is::Date),
            ("line_count", Is::Int),
            ("made_by", Is::Id),
        ],
    },
    Paper {
        table: "quote_lines",
        key: "quote_id",
        order: "line_no",
        columns: &[
            ("line_no", Is::Int),
            ("answers_line", Is::Int),
            ("product_id", Is::Id),
            ("offer_id", Is::Id),
            ("sku", Is::Text),
            ("name", Is::Text),
            ("unit", Is::Text),
            ("quantity", Is::Big),
            ("price", Is::Big),
            ("amount", Is::Big),
        ],
    },
];

/// The texts of all that these entries say was sent, accepted, returned or quoted.
pub(super) async fn texts(db: &Snapshot, engine: Engine, entries: &[Entry]) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut texts = HashMap::new();
    let kinds: [(&[&str], &[Paper]); 4] = [
        (&["shipment.shipped"], &SHIPMENT),
        (&["shipment.accepted", "shipment.surplus"], &ACCEPTANCE),
        (&["return.booked"], &RETURN),
        (&["quote.kept", "quote.given"], &QUOTE),
    ];
    for (kinds, papers) in kinds {
        let ids: Vec<Uuid> = kinds.iter().flat_map(|kind| things(entries, kind)).collect();
        if ids.is_empty() {
            continue;
        }
        for paper in papers {
            read(db, engine, paper, &ids, &mut texts).await?;
        }
    }
    Ok(texts)
}

async fn read(db: &Snapshot, engine: Engine, paper: &Paper, ids: &[Uuid], texts: &mut HashMap<Uuid, String>) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT {key} AS of_thing, x.* FROM {table} x WHERE {key} IN ({}) ORDER BY {key}, {order}",
        params.list(ids.iter().copied()),
        key = paper.key,
        table = paper.table,
        order = in_bytes(engine, paper.order)
    );
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let columns = paper
            .columns
            .iter()
            .map(|(column, is)| printed(&row, column, *is))
            .collect::<Result<Vec<_>, _>>()?;
        let of = texts.entry(row.try_get("", "of_thing")?).or_default();
        of.push_str(&columns.join("|"));
        of.push('\n');
    }
    Ok(())
}

/// Words sort by their bytes, whatever the database's language.
fn in_bytes(engine: Engine, order: &str) -> String {
    match engine {
        Engine::Postgres if order.ends_with("reason") => format!("{order} COLLATE \"C\""),
        Engine::Postgres | Engine::Sqlite => order.to_owned(),
    }
}

fn printed(row: &QueryResult, column: &str, is: Is) -> Result<String, DbErr> {
    match is {
        Is::Id => text::<Uuid>(row, column),
        Is::Text => text::<String>(row, column),
        Is::Big => text::<i64>(row, column),
        Is::Int => text::<i32>(row, column),
        Is::Flag => Ok(i32::from(row.try_get::<bool>("", column)?).to_string()),
        Is::Date => text::<NaiveDate>(row, column),
    }
}
