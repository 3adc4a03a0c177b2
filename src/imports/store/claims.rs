//! Which document holds its number between its parties, from whichever book it came.

use super::super::claim::Claim;
use crate::db::{Engine, Kind, Rows, looked_up, statement};
use entity::ImportId;
use entity::tables::import_documents;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::collections::HashMap;

/// The import that holds a number, and the book it brought.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Holder {
    pub(in crate::imports) import_id: ImportId,
    pub(in crate::imports) source: String,
}

/// Holders by what they hold.
pub(in crate::imports) type Held = HashMap<Claim, Holder>;

const WANTED: &[(&str, Kind)] = &[
    ("kind", Kind::Text),
    ("supplier_id", Kind::Id),
    ("buyer_id", Kind::Id),
    ("document_no", Kind::Text),
];

/// Who holds these: the first, where the same document was booked several times before numbers were held.
pub(in crate::imports) async fn held(
    db: &impl ConnectionTrait,
    engine: Engine,
    claims: impl Iterator<Item = Claim>,
) -> Result<Held, DbErr> {
    let mut wanted = Rows::new(WANTED);
    for claim in claims {
        wanted.push([
            claim.kind.as_str().into(),
            claim.supplier.into(),
            claim.buyer.into(),
            claim.document_no.into(),
        ]);
    }
    let mut held = Held::new();
    for (from, values) in wanted.sources(engine) {
        let fits = "t.kind = r.kind AND t.supplier_id = r.supplier_id AND t.buyer_id = r.buyer_id AND t.document_no = r.document_no";
        let sql = format!(
            "SELECT t.kind, t.supplier_id, t.buyer_id, t.document_no, t.import_id, (SELECT i.source FROM imports i WHERE i.id = t.import_id) \
             AS source FROM {} ORDER BY t.twin DESC",
            looked_up(engine, &from, "import_claims", fits)
        );
        for row in db.query_all_raw(statement(engine, &sql, values)).await? {
            let claim = Claim {
                kind: row.try_get("", "kind")?,
                supplier: row.try_get("", "supplier_id")?,
                buyer: row.try_get("", "buyer_id")?,
                document_no: row.try_get("", "document_no")?,
            };
            let holder = Holder {
                import_id: row.try_get("", "import_id")?,
                source: row.try_get("", "source")?,
            };
            held.insert(claim, holder);
        }
    }
    Ok(held)
}

const CLAIMS: &[(&str, Kind)] = &[
    ("import_id", Kind::Id),
    ("part", Kind::Int),
    ("place", Kind::Int),
    ("supplier_id", Kind::Id),
    ("buyer_id", Kind::Id),
    ("kind", Kind::Text),
    ("document_no", Kind::Text),
];

/// Holds numbers for documents that are booked; one that is held already is refused by the table itself.
pub(in crate::imports) async fn hold(
    tx: &DatabaseTransaction,
    engine: Engine,
    all: &[(&import_documents::Model, Claim)],
) -> Result<(), DbErr> {
    let mut rows = Rows::new(CLAIMS);
    for (document, claim) in all {
        rows.push([
            document.import_id.into(),
            document.part.into(),
            document.place.into(),
            claim.supplier.into(),
            claim.buyer.into(),
            claim.kind.as_str().into(),
            claim.document_no.clone().into(),
        ]);
    }
    rows.write(tx, engine, "import_claims", "").await?;
    Ok(())
}

const FREED: &[(&str, Kind)] = &[("import_id", Kind::Id), ("part", Kind::Int), ("place", Kind::Int)];

/// Lets go of the numbers of documents that are taken back.
pub(in crate::imports) async fn free(tx: &DatabaseTransaction, engine: Engine, all: &[import_documents::Model]) -> Result<(), DbErr> {
    let mut rows = Rows::new(FREED);
    for one in all {
        rows.push([one.import_id.into(), one.part.into(), one.place.into()]);
    }
    for (source, values) in rows.sources(engine) {
        let sql =
            format!("DELETE FROM import_claims WHERE (import_id, part, place) IN (SELECT r.import_id, r.part, r.place FROM {source})");
        tx.execute_raw(statement(engine, &sql, values)).await?;
    }
    Ok(())
}
