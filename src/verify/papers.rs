//! Shipments, acceptances, returns and quotes as the texts their entries carry a hash of.

use super::chain::Entry;
use super::content::things;
use super::printed::{Is, among, line, where_set};
use crate::db::{Engine, Params, Snapshot};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use uuid::Uuid;

/// A table of things or of their lines: which column names the thing, the columns of the text in their order, and how
/// the rows of one thing are ordered.
struct Paper {
    table: &'static str,
    key: &'static str,
    order: &'static str,
    columns: &'static [(&'static str, Is)],
    /// What is printed after them, where it is so.
    rare: &'static [(&'static str, &'static str)],
    /// What came later, printed only where its first column is set.
    later: &'static [(&'static str, Is)],
}

const SHIPMENT: [Paper; 2] = [
    Paper {
        table: "shipments",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("shipment_no", Is::Plain),
            ("order_id", Is::Id),
            ("buyer_id", Is::Id),
            ("supplier_id", Is::Id),
            ("replacement", Is::Flag),
            ("dispatched_on", Is::Plain),
            ("import_id", Is::Id),
        ],
        rare: &[],
        later: &[],
    },
    Paper {
        table: "shipment_lines",
        key: "shipment_id",
        order: "no",
        columns: &[
            ("no", Is::Plain),
            ("order_line_id", Is::Id),
            ("place_id", Is::Id),
            ("product_id", Is::Id),
            ("units", Is::Plain),
            ("quantity", Is::Plain),
            ("amount", Is::Plain),
        ],
        rare: &[("again", "|again")],
        later: &[("bound_permille", Is::Plain), ("weight_confirmed", Is::Flag)],
    },
];

const ACCEPTANCE: [Paper; 3] = [
    Paper {
        table: "acceptances",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("acceptance_no", Is::Plain),
            ("kind", Is::Plain),
            ("shipment_id", Is::Id),
            ("order_id", Is::Id),
            ("accepted_on", Is::Plain),
            ("accepted_by", Is::Id),
            ("import_id", Is::Id),
        ],
        rare: &[],
        later: &[],
    },
    Paper {
        table: "acceptance_lines",
        key: "acceptance_id",
        order: "no",
        columns: &[
            ("no", Is::Plain),
            ("order_line_id", Is::Id),
            ("shipment_line_no", Is::Plain),
            ("quantity", Is::Plain),
            ("rejected", Is::Plain),
            ("amount", Is::Plain),
        ],
        rare: &[],
        later: &[("most", Is::Plain)],
    },
    Paper {
        table: "rejections",
        key: "acceptance_id",
        order: "no, reason",
        columns: &[("no", Is::Plain), ("reason", Is::Plain), ("quantity", Is::Plain)],
        rare: &[],
        later: &[],
    },
];

const RETURN: [Paper; 2] = [
    Paper {
        table: "returns",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("return_no", Is::Plain),
            ("order_id", Is::Id),
            ("buyer_id", Is::Id),
            ("supplier_id", Is::Id),
            ("channel", Is::Plain),
            ("fund_source", Is::Plain),
            ("mode", Is::Plain),
            ("town_code", Is::Plain),
            ("department_id", Is::Id),
            ("returned_on", Is::Plain),
            ("import_id", Is::Id),
        ],
        rare: &[],
        later: &[],
    },
    Paper {
        table: "return_lines",
        key: "return_id",
        order: "no",
        columns: &[
            ("no", Is::Plain),
            ("id", Is::Id),
            ("order_line_id", Is::Id),
            ("product_id", Is::Id),
            ("place_id", Is::Id),
            ("category_code", Is::Plain),
            ("origin_code", Is::Plain),
            ("net_weight_grams", Is::Plain),
            ("price", Is::Plain),
            ("own_price", Is::Flag),
            ("origin_unknown", Is::Flag),
            ("quantity", Is::Plain),
            ("units", Is::Plain),
            ("amount", Is::Plain),
            ("reason", Is::Plain),
            ("fate", Is::Plain),
        ],
        rare: &[],
        later: &[("most_units", Is::Plain)],
    },
];

const QUOTE: [Paper; 2] = [
    Paper {
        table: "quotes",
        key: "id",
        order: "id",
        columns: &[
            ("id", Is::Id),
            ("origin", Is::Plain),
            ("inquiry_id", Is::Id),
            ("buyer_id", Is::Id),
            ("supplier_id", Is::Id),
            ("channel", Is::Plain),
            ("goods", Is::Plain),
            ("freight", Is::Plain),
            ("freight_product_id", Is::Id),
            ("total", Is::Plain),
            ("deliver_on", Is::Plain),
            ("valid_until", Is::Plain),
            ("line_count", Is::Plain),
            ("made_by", Is::Id),
        ],
        rare: &[],
        later: &[],
    },
    Paper {
        table: "quote_lines",
        key: "quote_id",
        order: "line_no",
        columns: &[
            ("line_no", Is::Plain),
            ("answers_line", Is::Plain),
            ("product_id", Is::Id),
            ("offer_id", Is::Id),
            ("sku", Is::Plain),
            ("name", Is::Plain),
            ("unit", Is::Plain),
            ("quantity", Is::Plain),
            ("price", Is::Plain),
            ("amount", Is::Plain),
        ],
        rare: &[],
        later: &[],
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
        "SELECT {key} AS of_thing, {line}{later} AS line FROM {} ORDER BY {key}, {order}",
        among(engine, &mut params, (paper.table, paper.key), ids.iter().copied()),
        key = paper.key,
        line = line(engine, paper.columns) + &rare(paper),
        later = where_set(engine, paper.later),
        order = in_bytes(engine, paper.order)
    );
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let of = texts.entry(row.try_get("", "of_thing")?).or_default();
        of.push_str(&row.try_get::<String>("", "line")?);
        of.push('\n');
    }
    Ok(())
}

/// What is printed only where a flag is up, so that texts of before are as they were.
fn rare(paper: &Paper) -> String {
    let printed = |(flag, text): &(&str, &str)| format!(" || CASE WHEN {flag} THEN '{text}' ELSE '' END");
    paper.rare.iter().map(printed).collect()
}

/// Words sort by their bytes, whatever the database's language.
fn in_bytes(engine: Engine, order: &str) -> String {
    match engine {
        Engine::Postgres if order.ends_with("reason") => format!("{order} COLLATE \"C\""),
        Engine::Postgres | Engine::Sqlite => order.to_owned(),
    }
}
