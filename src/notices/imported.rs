//! What parties hear of imports: not of each document, which may be thousands, but once that an import booked trade in
//! their name, or took it back.

use super::telling::{Side, Telling, VARIANT, What};
use crate::db::{Engine, statement};
use crate::journal::Event;
use entity::{Money, NoticeKind, OrganisationId};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::BTreeMap;

/// What an import brought to two parties, what came back taken off.
struct Brought {
    buyer: OrganisationId,
    supplier: OrganisationId,
    documents: i64,
    fen: i64,
}

/// What one party is told of.
#[derive(Default)]
struct Share {
    documents: i64,
    fen: i64,
    others: Vec<OrganisationId>,
}

/// Orders and returns of the import, those that were taken back as well: rows keep the mark of what booked them.
const BROUGHT: &str = "SELECT x.buyer_id, x.supplier_id, COUNT(*) AS documents, CAST(SUM(x.amount) AS bigint) AS amount FROM \
    (SELECT buyer_id, supplier_id, amount FROM orders WHERE import_id = $1 UNION ALL SELECT t.buyer_id, t.supplier_id, \
    (SELECT CAST(-SUM(l.amount) AS bigint) FROM return_lines l WHERE l.return_id = t.id) FROM returns t WHERE t.import_id = $1) x \
    GROUP BY x.buyer_id, x.supplier_id";

/// What is to be told of an entry that an import is booked or taken back; nothing of any other.
pub(super) async fn tellings(db: &impl ConnectionTrait, engine: Engine, event: &Event) -> Result<Vec<Telling>, DbErr> {
    let variant = match event.kind.as_str() {
        "import.booked" => None,
        "import.undone" => Some("undone"),
        _ => return Ok(Vec::new()),
    };
    let mut shares: BTreeMap<(bool, OrganisationId), Share> = BTreeMap::new();
    for one in brought(db, engine, event).await? {
        for (buys, to, other) in [(true, one.buyer, one.supplier), (false, one.supplier, one.buyer)] {
            let share = shares.entry((buys, to)).or_default();
            share.documents += one.documents;
            share.fen += one.fen;
            share.others.push(other);
        }
    }
    let source = source(db, engine, event).await?;
    Ok(shares
        .into_iter()
        .map(|((buys, to), share)| {
            telling(
                event,
                (if buys { Side::Buyer } else { Side::Supplier }, to),
                &share,
                (&source, variant),
            )
        })
        .collect())
}

fn telling(event: &Event, (side, to): (Side, OrganisationId), share: &Share, (source, variant): (&str, Option<&str>)) -> Telling {
    let mut what = What::from([
        ("amount".to_owned(), Money::from_fen(share.fen).to_string()),
        ("documents".to_owned(), share.documents.to_string()),
        ("source".to_owned(), source.to_owned()),
    ]);
    what.extend(variant.map(|variant| (VARIANT.to_owned(), variant.to_owned())));
    Telling {
        cause: format!("entry {} at {}", event.seq, event.at.timestamp_micros()),
        kind: NoticeKind::Imported,
        side,
        to,
        other: match share.others.as_slice() {
            [other] => Some(*other),
            _ => None,
        },
        // Whoever did it is no party to it; a party that has the operator's key as well is told.
        doer: None,
        thing_kind: "import",
        thing_id: event.thing_id,
        what,
        at: event.at,
    }
}

async fn brought(db: &impl ConnectionTrait, engine: Engine, event: &Event) -> Result<Vec<Brought>, DbErr> {
    let rows = db.query_all_raw(statement(engine, BROUGHT, vec![event.thing_id.into()])).await?;
    rows.iter()
        .map(|row| {
            Ok(Brought {
                buyer: row.try_get("", "buyer_id")?,
                supplier: row.try_get("", "supplier_id")?,
                documents: row.try_get("", "documents")?,
                fen: row.try_get("", "amount")?,
            })
        })
        .collect()
}

/// Whose book it was.
async fn source(db: &impl ConnectionTrait, engine: Engine, event: &Event) -> Result<String, DbErr> {
    let sql = "SELECT source FROM imports WHERE id = $1";
    let row = db.query_one_raw(statement(engine, sql, vec![event.thing_id.into()])).await?;
    row.map_or_else(|| Ok(String::new()), |row| row.try_get("", "source"))
}
