//! Documents of imports and what is wrong with them.

use super::super::claim::TWICE;
use crate::db::{Engine, Kind, Params, Rows, looked_up, statement};
use crate::http::fault::Fault;
use entity::tables::{import_documents, import_faults};
use entity::{ImportDocumentState, ImportId, ImportRowKind, OrderId};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

const DOCUMENTS: &[(&str, Kind)] = &[
    ("import_id", Kind::Id),
    ("part", Kind::Int),
    ("place", Kind::Int),
    ("source", Kind::Text),
    ("kind", Kind::Text),
    ("document_no", Kind::Text),
    ("state", Kind::Text),
    ("row_count", Kind::Int),
    ("faulty_rows", Kind::Int),
];

/// Writes documents just checked.
pub(in crate::imports) async fn insert(tx: &DatabaseTransaction, engine: Engine, all: &[import_documents::Model]) -> Result<(), DbErr> {
    let mut rows = Rows::new(DOCUMENTS);
    for one in all {
        rows.push([
            one.import_id.into(),
            one.part.into(),
            one.place.into(),
            one.source.clone().into(),
            one.kind.as_str().into(),
            one.document_no.clone().into(),
            one.state.as_str().into(),
            one.row_count.into(),
            one.faulty_rows.into(),
        ]);
    }
    rows.write(tx, engine, "import_documents", "").await?;
    Ok(())
}

const FAULTS: &[(&str, Kind)] = &[
    ("import_id", Kind::Id),
    ("part", Kind::Int),
    ("place", Kind::Int),
    ("no", Kind::Int),
    ("row_no", Kind::Big),
    ("document_no", Kind::Text),
    ("column_name", Kind::Text),
    ("slug", Kind::Text),
    ("fault_values", Kind::Text),
];

/// Writes faults.
pub(in crate::imports) async fn insert_faults(tx: &DatabaseTransaction, engine: Engine, all: &[import_faults::Model]) -> Result<(), DbErr> {
    let mut rows = Rows::new(FAULTS);
    for one in all {
        rows.push([
            one.import_id.into(),
            one.part.into(),
            one.place.into(),
            one.no.into(),
            one.row_no.into(),
            one.document_no.clone().into(),
            one.column_name.clone().into(),
            one.slug.clone().into(),
            one.fault_values.clone().into(),
        ]);
    }
    rows.write(tx, engine, "import_faults", "").await?;
    Ok(())
}

const NUMBERS: &[(&str, Kind)] = &[("kind", Kind::Text), ("document_no", Kind::Text)];

/// A document that stands under a number already.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Standing {
    pub(in crate::imports) import_id: ImportId,
    pub(in crate::imports) booked: bool,
}

/// What stands under these numbers of a source: booked by any import, or met before in this one.
pub(in crate::imports) async fn standing(
    db: &impl ConnectionTrait,
    engine: Engine,
    (source, import): (&str, ImportId),
    numbers: impl Iterator<Item = (ImportRowKind, String)>,
) -> Result<HashMap<(ImportRowKind, String), Standing>, DbErr> {
    let mut wanted = Rows::new(NUMBERS);
    for (kind, number) in numbers {
        wanted.push([kind.as_str().into(), number.into()]);
    }
    let mut found = HashMap::new();
    for (from, mut values) in wanted.sources(engine) {
        let at = values.len();
        values.push(source.into());
        values.push(import.into());
        let (source_mark, import_mark) = marks(engine, at);
        let fits = format!(
            "t.source = {source_mark} AND t.kind = r.kind AND t.document_no = r.document_no \
             AND (t.state = 'booked' OR t.import_id = {import_mark})"
        );
        let sql = format!(
            "SELECT t.kind, t.document_no, t.import_id, t.state FROM {}",
            looked_up(engine, &from, "import_documents", &fits)
        );
        for row in db.query_all_raw(statement(engine, &sql, values)).await? {
            let state: ImportDocumentState = row.try_get("", "state")?;
            let standing = Standing {
                import_id: row.try_get("", "import_id")?,
                booked: state == ImportDocumentState::Booked,
            };
            found.insert((row.try_get("", "kind")?, row.try_get("", "document_no")?), standing);
        }
    }
    Ok(found)
}

/// The marks of two parameters after those of a set of rows: SQLite's rows use unnumbered ones.
fn marks(engine: Engine, at: usize) -> (String, String) {
    match engine {
        Engine::Sqlite => ("?".to_owned(), "?".to_owned()),
        Engine::Postgres => (format!("${}", at + 1), format!("${}", at + 2)),
    }
}

/// How many documents and rows are in a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub(in crate::imports) struct Count {
    pub(in crate::imports) documents: i64,
    pub(in crate::imports) rows: i64,
    pub(in crate::imports) faulty_rows: i64,
}

/// Documents and rows of an import by state, counted from the rows themselves.
pub(in crate::imports) async fn counts(
    db: &impl ConnectionTrait,
    engine: Engine,
    id: ImportId,
) -> Result<HashMap<ImportDocumentState, Count>, DbErr> {
    let sql = "SELECT state, COUNT(*) AS documents, CAST(SUM(row_count) AS bigint) AS rows, CAST(SUM(faulty_rows) AS bigint) AS faulty_rows \
        FROM import_documents WHERE import_id = $1 GROUP BY state";
    let mut counts = HashMap::new();
    for row in db.query_all_raw(statement(engine, sql, vec![id.into()])).await? {
        counts.insert(row.try_get("", "state")?, Count::from_query_result(&row, "")?);
    }
    Ok(counts)
}

/// The documents of these parts that are in a state.
pub(in crate::imports) async fn of_parts(
    db: &impl ConnectionTrait,
    id: ImportId,
    (from, to): (i32, i32),
    state: ImportDocumentState,
) -> Result<Vec<import_documents::Model>, DbErr> {
    import_documents::Entity::find()
        .filter(import_documents::Column::ImportId.eq(id))
        .filter(import_documents::Column::Part.between(from, to))
        .filter(import_documents::Column::State.eq(state))
        .order_by_asc(import_documents::Column::Part)
        .order_by_asc(import_documents::Column::Place)
        .all(db)
        .await
}

const BOOKED: &[(&str, Kind)] = &[
    ("import_id", Kind::Id),
    ("part", Kind::Int),
    ("place", Kind::Int),
    ("state", Kind::Text),
    ("thing_id", Kind::MaybeId),
    ("first_seq", Kind::MaybeBig),
    ("last_seq", Kind::MaybeBig),
    ("faulty_rows", Kind::Int),
];

/// Notes what has become of documents that were good.
pub(in crate::imports) async fn settle(
    tx: &DatabaseTransaction,
    engine: Engine,
    from: ImportDocumentState,
    all: &[import_documents::Model],
) -> Result<(), DbErr> {
    let mut rows = Rows::new(BOOKED);
    for one in all {
        rows.push([
            one.import_id.into(),
            one.part.into(),
            one.place.into(),
            one.state.as_str().into(),
            one.thing_id.into(),
            one.first_seq.into(),
            one.last_seq.into(),
            one.faulty_rows.into(),
        ]);
    }
    let mut changed = 0;
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "UPDATE import_documents SET state = r.state, thing_id = r.thing_id, first_seq = r.first_seq, last_seq = r.last_seq, \
             faulty_rows = r.faulty_rows FROM {source} WHERE import_documents.import_id = r.import_id AND import_documents.part = r.part \
             AND import_documents.place = r.place AND import_documents.state = '{from}'"
        );
        changed += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    if usize::try_from(changed) == Ok(all.len()) {
        Ok(())
    } else {
        Err(DbErr::Custom("a document of an import moved under its turn".to_owned()))
    }
}

/// A page of faults, in the order of parts and rows.
pub(in crate::imports) async fn faults(
    db: &impl ConnectionTrait,
    id: ImportId,
    after: Option<(i32, i32, i32)>,
    limit: u64,
) -> Result<Vec<import_faults::Model>, DbErr> {
    use import_faults::Column as C;
    let after = after.map(|(part, place, no)| {
        Condition::any()
            .add(C::Part.gt(part))
            .add(Condition::all().add(C::Part.eq(part)).add(C::Place.gt(place)))
            .add(Condition::all().add(C::Part.eq(part)).add(C::Place.eq(place)).add(C::No.gt(no)))
    });
    import_faults::Entity::find()
        .filter(C::ImportId.eq(id))
        .filter(Condition::all().add_option(after))
        .order_by_asc(C::Part)
        .order_by_asc(C::Place)
        .order_by_asc(C::No)
        .limit(limit)
        .all(db)
        .await
}

/// All faults of a part, in the order of its rows.
pub(in crate::imports) async fn faults_of_part(
    db: &impl ConnectionTrait,
    id: ImportId,
    part: i32,
) -> Result<Vec<import_faults::Model>, DbErr> {
    use import_faults::Column as C;
    import_faults::Entity::find()
        .filter(C::ImportId.eq(id))
        .filter(C::Part.eq(part))
        .order_by_asc(C::Place)
        .order_by_asc(C::No)
        .all(db)
        .await
}

/// The first fault of an import that says that a document stands in the books already, under whichever source.
pub(in crate::imports) async fn twice(db: &impl ConnectionTrait, id: ImportId) -> Result<Option<Fault>, DbErr> {
    use import_faults::Column as C;
    let found = import_faults::Entity::find()
        .filter(C::ImportId.eq(id))
        .filter(C::Slug.eq(TWICE))
        .order_by_asc(C::Part)
        .order_by_asc(C::Place)
        .order_by_asc(C::No)
        .one(db)
        .await?;
    Ok(found.map(|found| {
        let values: BTreeMap<String, String> = serde_json::from_str(&found.fault_values).unwrap_or_default();
        ["document_no", "import_id", "source"]
            .into_iter()
            .fold(Fault::of(TWICE), |fault, name| {
                fault.with(name, values.get(name).map_or("", String::as_str))
            })
    }))
}

/// The next part after this one that has a document at fault.
pub(in crate::imports) async fn next_faulty_part(
    db: &impl ConnectionTrait,
    engine: Engine,
    id: ImportId,
    after: i32,
) -> Result<Option<i32>, DbErr> {
    let sql = "SELECT MIN(part) AS part FROM import_documents WHERE import_id = $1 AND part > $2 AND state = 'faulty'";
    let row = db.query_one_raw(statement(engine, sql, vec![id.into(), after.into()])).await?;
    Ok(row.map(|row| row.try_get("", "part")).transpose()?.flatten())
}

/// An order line that returned goods came with.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Sale {
    pub(in crate::imports) order_id: OrderId,
    pub(in crate::imports) line: entity::tables::order_lines::Model,
    pub(in crate::imports) order: entity::tables::orders::Model,
    pub(in crate::imports) position: entity::tables::line_positions::Model,
}

/// The sales of these numbers of a source, by number and line.
pub(in crate::imports) async fn sales(
    db: &impl ConnectionTrait,
    engine: Engine,
    source: &str,
    numbers: &HashSet<String>,
) -> Result<HashMap<(String, i32), Sale>, DbErr> {
    use entity::tables::{line_positions, order_lines, orders};
    let mut orders_of: HashMap<OrderId, String> = HashMap::new();
    let all: Vec<&String> = numbers.iter().collect();
    for part in all.chunks(1_000) {
        let mut params = Params::new(engine);
        let source = params.add(source);
        let marks = params.list(part.iter().map(|number| (*number).clone()));
        let sql = format!(
            "SELECT document_no, thing_id FROM import_documents WHERE source = {source} AND kind = 'order' AND state = 'booked' \
             AND document_no IN ({marks})"
        );
        for row in db.query_all_raw(params.into_statement(&sql)).await? {
            let id: Option<Uuid> = row.try_get("", "thing_id")?;
            orders_of.insert(OrderId::from_uuid(id.unwrap_or_default()), row.try_get("", "document_no")?);
        }
    }
    let mut found = HashMap::new();
    if orders_of.is_empty() {
        return Ok(found);
    }
    let ids = || orders_of.keys().copied();
    let orders = orders::Entity::find().filter(orders::Column::Id.is_in(ids())).all(db).await?;
    let orders: HashMap<OrderId, orders::Model> = orders.into_iter().map(|order| (order.id, order)).collect();
    let positions = line_positions::Entity::find()
        .filter(line_positions::Column::OrderId.is_in(ids()))
        .all(db)
        .await?;
    let mut positions: HashMap<_, _> = positions.into_iter().map(|position| (position.line_id, position)).collect();
    for line in order_lines::Entity::find()
        .filter(order_lines::Column::OrderId.is_in(ids()))
        .all(db)
        .await?
    {
        let (Some(number), Some(order)) = (orders_of.get(&line.order_id), orders.get(&line.order_id)) else {
            continue;
        };
        if let Some(position) = positions.remove(&line.id) {
            let sale = Sale {
                order_id: line.order_id,
                order: order.clone(),
                position,
                line: line.clone(),
            };
            found.insert((number.clone(), line.line_no), sale);
        }
    }
    Ok(found)
}
