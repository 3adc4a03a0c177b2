//! What entries say of rows by a hash, held against the rows: facts, orders with their lines, movements, notes.

use super::Report;
use super::chain::{Entry, hash};
use super::printed::{Is, among, line};
use crate::db::{Engine, Params, Snapshot};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, TryGetable};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write as _;
use uuid::Uuid;

const FACT: [(&str, Is); 22] = [
    ("no", Is::Plain),
    ("line_id", Is::Id),
    ("measure", Is::Plain),
    ("mode", Is::Plain),
    ("amount", Is::Plain),
    ("quantity", Is::Plain),
    ("weight_grams", Is::Plain),
    ("lines", Is::Plain),
    ("business_date", Is::Plain),
    ("month", Is::Plain),
    ("concerns", Is::Plain),
    ("reverses_seq", Is::Plain),
    ("reverses_no", Is::Plain),
    ("town", Is::Plain),
    ("department", Is::Plain),
    ("channel", Is::Plain),
    ("fund_source", Is::Plain),
    ("category", Is::Plain),
    ("origin", Is::Plain),
    ("buyer", Is::Plain),
    ("product", Is::Plain),
    ("supplier", Is::Plain),
];

const LINE: [(&str, Is); 20] = [
    ("line_no", Is::Plain),
    ("id", Is::Id),
    ("product_id", Is::Id),
    ("offer_id", Is::Id),
    ("place_id", Is::Id),
    ("sku", Is::Plain),
    ("name", Is::Plain),
    ("unit", Is::Plain),
    ("pack", Is::Plain),
    ("net_weight_grams", Is::Plain),
    ("category_code", Is::Plain),
    ("origin_code", Is::Plain),
    ("vat_class", Is::Plain),
    ("line_kind", Is::Plain),
    ("price_unit", Is::Plain),
    ("content", Is::Plain),
    ("tolerance_permille", Is::Plain),
    ("price", Is::Plain),
    ("quantity", Is::Plain),
    ("amount", Is::Plain),
];

/// What follows where no offer gave the price.
const SOURCE: [(&str, Is); 2] = [("price_source", Is::Plain), ("agreement_id", Is::Id)];

/// Holds a range of entries against their rows; a dozen statements for all of them.
pub(super) async fn check(db: &Snapshot, engine: Engine, entries: &[Entry], report: &mut Report) -> Result<(), DbErr> {
    let facts = facts(db, engine, entries, report).await?;
    let orders = orders(db, engine, entries).await?;
    let movements = movements(db, engine, entries).await?;
    let deliveries = super::papers::texts(db, engine, entries).await?;
    let contracts = super::contracts::texts(db, engine, entries).await?;
    let notes = notes(db, engine, entries).await?;
    for entry in entries {
        let said = |name: &str| entry.said.get(name).and_then(Value::as_str);
        let counted = facts.get(&entry.seq).map(|text| hex::encode(hash(&[text.as_bytes()])));
        if said("facts") != counted.as_deref() {
            report.find(format!("facts seq={}", entry.seq), "are not those of the entry");
        }
        let content = match entry.kind.as_str() {
            "order.placed" => Some(("orders", orders.get(&entry.thing))),
            "stock.moved" => Some(("stock_movements", movements.get(&entry.thing))),
            "shipment.shipped" => Some(("shipments", deliveries.get(&entry.thing))),
            "shipment.accepted" | "shipment.surplus" => Some(("acceptances", deliveries.get(&entry.thing))),
            "contract.accepted" => Some(("contracts", contracts.get(&entry.thing))),
            "return.booked" => Some(("returns", deliveries.get(&entry.thing))),
            "quote.kept" | "quote.given" => Some(("quotes", deliveries.get(&entry.thing))),
            _ => None,
        };
        if let Some((table, text)) = content {
            let counted = text.map(|text| hex::encode(hash(&[text.as_bytes()])));
            if counted.is_none() {
                report.find(format!("{table} id={}", entry.thing), format!("is missing (entry {})", entry.seq));
            } else if said("content") != counted.as_deref() {
                let lines = match table {
                    "orders" => " or one of its lines in order_lines",
                    "stock_movements" => "",
                    _ => " or one of its lines",
                };
                report.find(
                    format!("{table} id={}", entry.thing),
                    format!("{lines} is not as entry {} says", entry.seq).trim().to_owned(),
                );
            }
        }
        // An erased note breaks nothing; a changed one does.
        if let Some(counted) = notes.get(&entry.seq)
            && said("note") != Some(counted.as_str())
        {
            report.find(format!("notes seq={}", entry.seq), "is not the note of the entry");
        }
    }
    Ok(())
}

/// A value as the hashed texts write it, `-` for none.
pub(super) fn text<T: TryGetable + ToString>(row: &QueryResult, column: &str) -> Result<String, DbErr> {
    let value: Option<T> = row.try_get("", column)?;
    Ok(value.map_or_else(|| "-".to_owned(), |value| value.to_string()))
}

async fn facts(db: &Snapshot, engine: Engine, entries: &[Entry], report: &mut Report) -> Result<HashMap<i64, String>, DbErr> {
    let (Some(first), Some(last)) = (entries.first(), entries.last()) else {
        return Ok(HashMap::new());
    };
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT seq, {} AS line FROM facts WHERE pairing = 1 AND seq BETWEEN {} AND {} ORDER BY seq, no",
        line(engine, &FACT),
        params.add(first.seq),
        params.add(last.seq)
    );
    let mut texts: HashMap<i64, String> = HashMap::new();
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        report.facts += 1;
        let of = texts.entry(row.try_get("", "seq")?).or_default();
        of.push_str(&row.try_get::<String>("", "line")?);
        of.push('\n');
    }
    Ok(texts)
}

pub(super) fn things<'a>(entries: &'a [Entry], kind: &'a str) -> impl Iterator<Item = Uuid> + 'a {
    entries.iter().filter(move |entry| entry.kind == kind).map(|entry| entry.thing)
}

async fn orders(db: &Snapshot, engine: Engine, entries: &[Entry]) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT a.*, g.external_order_no, g.content_hash, v.name AS site_name, v.address AS site_address, v.town_code AS site_town, \
         v.receiving_hours AS site_hours FROM {} JOIN order_groups g ON g.id = a.group_id \
         LEFT JOIN site_versions v ON v.site_id = a.site_id AND v.version = a.site_version",
        among(engine, &mut params, ("orders", "id"), things(entries, "order.placed"))
    );
    let mut texts = HashMap::new();
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let asked: Vec<u8> = row.try_get("", "content_hash")?;
        let placed_at: DateTime<Utc> = row.try_get("", "placed_at")?;
        let columns = [
            text::<Uuid>(&row, "id")?,
            text::<Uuid>(&row, "group_id")?,
            text::<String>(&row, "external_order_no")?,
            hex::encode(asked),
            text::<String>(&row, "order_no")?,
            text::<Uuid>(&row, "buyer_id")?,
            text::<Uuid>(&row, "supplier_id")?,
            text::<Uuid>(&row, "site_id")?,
            text::<String>(&row, "channel")?,
            text::<String>(&row, "fund_source")?,
            text::<String>(&row, "mode")?,
            text::<String>(&row, "town_code")?,
            text::<Uuid>(&row, "department_id")?,
            text::<String>(&row, "on_short")?,
            text::<NaiveDate>(&row, "deliver_on")?,
            text::<i64>(&row, "amount")?,
            text::<i32>(&row, "line_count")?,
            text::<Uuid>(&row, "placed_by")?,
            placed_at.timestamp_micros().to_string(),
            text::<NaiveDate>(&row, "placed_on")?,
        ];
        let mut order = columns.join("|");
        if let Some(version) = row.try_get::<Option<i64>>("", "site_version")? {
            let _ = write!(order, "|{version}");
            for column in ["site_name", "site_address", "site_town", "site_hours"] {
                let _ = write!(order, "|{}", text::<String>(&row, column)?);
            }
        }
        texts.insert(row.try_get("", "id")?, order + "\n");
    }
    lines(db, engine, entries, &mut texts).await?;
    Ok(texts)
}

async fn lines(db: &Snapshot, engine: Engine, entries: &[Entry], texts: &mut HashMap<Uuid, String>) -> Result<(), DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT order_id, {} || CASE WHEN price_source = 'offer' THEN '' ELSE '|' || {} END AS line FROM {} ORDER BY order_id, line_no",
        line(engine, &LINE),
        line(engine, &SOURCE),
        among(engine, &mut params, ("order_lines", "order_id"), things(entries, "order.placed"))
    );
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let Some(of) = texts.get_mut(&row.try_get::<Uuid>("", "order_id")?) else {
            continue;
        };
        of.push_str(&row.try_get::<String>("", "line")?);
        of.push('\n');
    }
    Ok(())
}

async fn movements(db: &Snapshot, engine: Engine, entries: &[Entry]) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!(
        "SELECT a.* FROM {}",
        among(engine, &mut params, ("stock_movements", "id"), things(entries, "stock.moved"))
    );
    let mut texts = HashMap::new();
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let columns = [
            text::<Uuid>(&row, "id")?,
            text::<Uuid>(&row, "product_id")?,
            text::<Uuid>(&row, "place_id")?,
            thousandths(row.try_get("", "quantity")?),
            text::<String>(&row, "reason")?,
            text::<NaiveDate>(&row, "moved_on")?,
        ];
        texts.insert(row.try_get("", "id")?, columns.join("|"));
    }
    Ok(texts)
}

/// Thousandths as people write them: `98.6`, `-2`.
fn thousandths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let (whole, part) = (value.unsigned_abs() / 1_000, value.unsigned_abs() % 1_000);
    let mut text = format!("{sign}{whole}");
    if part > 0 {
        let _ = write!(text, ".{part:03}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}

async fn notes(db: &Snapshot, engine: Engine, entries: &[Entry]) -> Result<HashMap<i64, String>, DbErr> {
    let mut params = Params::new(engine);
    let seqs = entries
        .iter()
        .filter(|entry| entry.said.get("note").is_some())
        .map(|entry| entry.seq);
    let sql = format!("SELECT seq, salt, text FROM notes WHERE seq IN ({})", params.list(seqs));
    let mut hashes = HashMap::new();
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let (salt, note): (Vec<u8>, String) = (row.try_get("", "salt")?, row.try_get("", "text")?);
        hashes.insert(row.try_get("", "seq")?, hex::encode(hash(&[&salt, note.as_bytes()])));
    }
    Ok(hashes)
}
