//! What ends soon, and who should know: one query for each kind of it.
//!
//! To tell of another kind of thing, add its query to `ENDINGS`: it selects `id`, `party` (the organisation that is
//! told), `number`, `name` and `ends_on`, for ends from `$1` to `$2`, after the id `$3`, at most `$4`, in the order of
//! ids. Its words stand in `notices.toml`, its link in `words.rs`.

use super::telling::{Side, Telling, What};
use crate::db::{Engine, statement};
use chrono::{DateTime, Utc};
use entity::{CivilDate, NoticeKind};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

/// A kind of thing that ends.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) kind: NoticeKind,
    pub(super) thing_kind: &'static str,
    /// Who is told.
    pub(super) side: Side,
    /// So many days before.
    pub(super) days: i64,
    pub(super) sql: &'static str,
}

/// Offers that end and that no other offer of the same goods to the same audience outlives.
const OFFERS: &str = "\
    SELECT o.id, p.seller_id AS party, p.sku AS number, p.name, o.to_date AS ends_on \
    FROM offers o JOIN products p ON p.id = o.product_id \
    WHERE o.to_date BETWEEN $1 AND $2 AND o.to_date >= o.from_date AND o.id > $3 AND p.archived_at IS NULL \
    AND NOT EXISTS (SELECT 1 FROM offers n WHERE n.product_id = o.product_id AND n.id <> o.id \
      AND (n.to_date IS NULL OR n.to_date > o.to_date) \
      AND COALESCE(n.channel, '') = COALESCE(o.channel, '') AND COALESCE(n.kind, '') = COALESCE(o.kind, '') \
      AND (n.buyer_id = o.buyer_id OR (n.buyer_id IS NULL AND o.buyer_id IS NULL))) \
    ORDER BY o.id LIMIT $4";

/// Contracts in force, for the supplier.
const CONTRACTS_SUPPLIER: &str = "\
    SELECT c.id, c.supplier_id AS party, c.contract_no AS number, c.contract_no AS name, c.to_date AS ends_on \
    FROM contracts c WHERE c.state = 'in_force' AND c.to_date BETWEEN $1 AND $2 AND c.id > $3 ORDER BY c.id LIMIT $4";

/// The same, for the buyer who concluded them.
const CONTRACTS_BUYER: &str = "\
    SELECT c.id, c.buyer_id AS party, c.contract_no AS number, c.contract_no AS name, c.to_date AS ends_on \
    FROM contracts c WHERE c.state = 'in_force' AND c.to_date BETWEEN $1 AND $2 AND c.id > $3 ORDER BY c.id LIMIT $4";

/// Quotes by which no order was placed yet; told by their supplier's name, since quotes bear no number.
const QUOTES: &str = "\
    SELECT q.id, q.buyer_id AS party, '' AS number, s.name, q.valid_until AS ends_on \
    FROM quotes q JOIN organisations s ON s.id = q.supplier_id \
    WHERE q.state = 'open' AND q.valid_until BETWEEN $1 AND $2 AND q.id > $3 ORDER BY q.id LIMIT $4";

/// All kinds, in the order in which they are looked through.
pub(super) const ENDINGS: [Ending; 4] = [
    Ending {
        kind: NoticeKind::OfferEnding,
        thing_kind: "offer",
        side: Side::Supplier,
        days: 7,
        sql: OFFERS,
    },
    Ending {
        kind: NoticeKind::ContractEnding,
        thing_kind: "contract",
        side: Side::Supplier,
        days: 30,
        sql: CONTRACTS_SUPPLIER,
    },
    Ending {
        kind: NoticeKind::ContractEnding,
        thing_kind: "contract",
        side: Side::Buyer,
        days: 30,
        sql: CONTRACTS_BUYER,
    },
    Ending {
        kind: NoticeKind::QuoteEnding,
        thing_kind: "quote",
        side: Side::Buyer,
        days: 3,
        sql: QUOTES,
    },
];

/// What of a kind ends soon, after a thing, with the tellings of it.
pub(super) async fn ending(
    db: &impl ConnectionTrait,
    engine: Engine,
    ending: &Ending,
    (today, now): (CivilDate, DateTime<Utc>),
    (after, most): (Uuid, i64),
) -> Result<Vec<Telling>, DbErr> {
    let until = today.checked_add_days(ending.days).unwrap_or(today);
    let values = vec![today.into(), until.into(), after.into(), most.into()];
    let rows = db.query_all_raw(statement(engine, ending.sql, values)).await?;
    rows.iter().map(|row| telling(ending, row, now)).collect()
}

fn telling(ending: &Ending, row: &QueryResult, now: DateTime<Utc>) -> Result<Telling, DbErr> {
    let thing_id: Uuid = row.try_get("", "id")?;
    let ends_on: CivilDate = row.try_get("", "ends_on")?;
    let what = What::from([
        ("name".to_owned(), row.try_get("", "name")?),
        ("number".to_owned(), row.try_get("", "number")?),
        ("day".to_owned(), ends_on.to_string()),
    ]);
    Ok(Telling {
        // Another last day is another ending.
        cause: format!("{} {thing_id} on {ends_on}", ending.kind),
        kind: ending.kind,
        side: ending.side,
        to: row.try_get("", "party")?,
        other: None,
        doer: None,
        thing_kind: ending.thing_kind,
        thing_id,
        what,
        at: now,
    })
}
