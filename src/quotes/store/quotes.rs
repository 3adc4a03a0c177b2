//! SQL of quotes and their lines.

use crate::access::Scope;
use crate::db::{Engine, Kind, Params, Rows, statement};
use crate::quotes::quote::Quote;
use chrono::{DateTime, Utc};
use entity::tables::{quote_lines, quotes};
use entity::{CivilDate, DepartmentId, InquiryId, OrderGroupId, OrganisationId, QuoteId, QuoteState};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder,
};
use std::collections::HashMap;

/// Writes a new quote.
pub(in crate::quotes) async fn insert(tx: &DatabaseTransaction, quote: &Quote) -> Result<(), DbErr> {
    let row = quote.row.clone().into_active_model().reset_all();
    quotes::Entity::insert(row).exec_without_returning(tx).await?;
    let lines = quote.lines.iter().map(|line| line.clone().into_active_model().reset_all());
    quote_lines::Entity::insert_many(lines).exec_without_returning(tx).await?;
    Ok(())
}

/// What a list of quotes is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuoteFilter {
    /// In this state.
    pub state: Option<QuoteState>,
    /// That answer this inquiry.
    pub inquiry: Option<InquiryId>,
    /// Of this supplier.
    pub supplier: Option<OrganisationId>,
    /// Whose last day is this or later.
    pub ends_from: Option<CivilDate>,
    /// Whose last day is this or earlier.
    pub ends_to: Option<CivilDate>,
}

/// What the scope shows of `q`. Answers that are still sealed only their supplier sees, whoever else asks.
fn visible(scope: &Scope, today: CivilDate, params: &mut Params) -> String {
    let own = match scope {
        Scope::Supplier(id) => return format!("q.supplier_id = {}", params.add(*id)),
        Scope::All => "true".to_owned(),
        Scope::Buyer(id) => format!("q.buyer_id = {}", params.add(*id)),
        Scope::Town(code) => format!("q.town_code = {}", params.add(code.clone())),
        Scope::Department(id) => match id.parse::<DepartmentId>() {
            Ok(id) => format!("q.department_id = {}", params.add(id)),
            // A remit that names no department sees nothing.
            Err(_) => "false".to_owned(),
        },
    };
    let today = params.add(today.naive());
    format!(
        "{own} AND (q.inquiry_id IS NULL OR EXISTS (SELECT 1 FROM inquiries i WHERE i.id = q.inquiry_id \
         AND (COALESCE(i.ended_on, {today}) > i.answer_by OR (i.open_when_answered AND NOT EXISTS \
         (SELECT 1 FROM inquiry_suppliers s WHERE s.inquiry_id = i.id AND s.state = 'invited')))))"
    )
}

fn narrowed(filter: &QuoteFilter, before: Option<QuoteId>, params: &mut Params) -> String {
    let mut all = vec!["true".to_owned()];
    all.extend(filter.state.map(|state| format!("q.state = {}", params.add(state.as_str()))));
    all.extend(filter.inquiry.map(|id| format!("q.inquiry_id = {}", params.add(id))));
    all.extend(filter.supplier.map(|id| format!("q.supplier_id = {}", params.add(id))));
    all.extend(filter.ends_from.map(|day| format!("q.valid_until >= {}", params.add(day.naive()))));
    all.extend(filter.ends_to.map(|day| format!("q.valid_until <= {}", params.add(day.naive()))));
    all.extend(before.map(|id| format!("q.id < {}", params.add(id))));
    all.join(" AND ")
}

/// A page of quotes that the scope shows, newest first.
pub(in crate::quotes) async fn list(
    db: &impl ConnectionTrait,
    engine: Engine,
    (scope, today): (&Scope, CivilDate),
    filter: &QuoteFilter,
    before: Option<QuoteId>,
    limit: u64,
) -> Result<Vec<Quote>, DbErr> {
    let mut params = Params::new(engine);
    let shown = visible(scope, today, &mut params);
    let narrowed = narrowed(filter, before, &mut params);
    let sql = format!("SELECT q.* FROM quotes q WHERE {shown} AND {narrowed} ORDER BY q.id DESC LIMIT {limit}");
    read(db, params.into_statement(&sql)).await
}

/// A quote that the scope shows.
pub async fn find(
    db: &impl ConnectionTrait,
    engine: Engine,
    (scope, today): (&Scope, CivilDate),
    id: QuoteId,
) -> Result<Option<Quote>, DbErr> {
    let mut params = Params::new(engine);
    let shown = visible(scope, today, &mut params);
    let sql = format!("SELECT q.* FROM quotes q WHERE {shown} AND q.id = {}", params.add(id));
    Ok(read(db, params.into_statement(&sql)).await?.pop())
}

/// A quote, whosesoever: for placing an order by it, which asks who may.
pub async fn by_id(db: &impl ConnectionTrait, engine: Engine, id: QuoteId) -> Result<Option<Quote>, DbErr> {
    let mut params = Params::new(engine);
    let sql = format!("SELECT q.* FROM quotes q WHERE q.id = {}", params.add(id));
    Ok(read(db, params.into_statement(&sql)).await?.pop())
}

/// The rows of quotes, without their lines: one statement.
pub async fn rows(db: &impl ConnectionTrait, ids: &[QuoteId]) -> Result<Vec<quotes::Model>, DbErr> {
    let named = quotes::Entity::find().filter(quotes::Column::Id.is_in(ids.iter().copied()));
    named.all(db).await
}

/// All answers to an inquiry, sealed or not, in the order they were given: for the use cases, which know whether they are.
pub(in crate::quotes) async fn of_inquiry(db: &impl ConnectionTrait, id: InquiryId) -> Result<Vec<Quote>, DbErr> {
    let rows = quotes::Entity::find()
        .filter(quotes::Column::InquiryId.eq(id))
        .order_by_asc(quotes::Column::Id);
    with_lines(db, rows.all(db).await?).await
}

async fn read(db: &impl ConnectionTrait, statement: sea_orm::Statement) -> Result<Vec<Quote>, DbErr> {
    let rows = db.query_all_raw(statement).await?;
    let rows = rows
        .iter()
        .map(|row| quotes::Model::from_query_result(row, ""))
        .collect::<Result<_, _>>()?;
    with_lines(db, rows).await
}

async fn with_lines(db: &impl ConnectionTrait, rows: Vec<quotes::Model>) -> Result<Vec<Quote>, DbErr> {
    let mut lines: HashMap<QuoteId, Vec<quote_lines::Model>> = HashMap::new();
    let found = quote_lines::Entity::find()
        .filter(quote_lines::Column::QuoteId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(quote_lines::Column::LineNo);
    for line in found.all(db).await? {
        lines.entry(line.quote_id).or_default().push(line);
    }
    let quote = |row: quotes::Model| Quote {
        lines: lines.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(quote).collect())
}

/// Compare-and-set of the state; false where it was no longer the one that was read.
pub(in crate::quotes) async fn step(tx: &DatabaseTransaction, row: &quotes::Model, to: QuoteState) -> Result<bool, DbErr> {
    let done = quotes::Entity::update_many()
        .col_expr(quotes::Column::State, to.as_str().into())
        .col_expr(quotes::Column::Version, (row.version + 1).into())
        .filter(quotes::Column::Id.eq(row.id))
        .filter(quotes::Column::State.eq(row.state))
        .filter(quotes::Column::Version.eq(row.version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// An order placed by a quote.
#[derive(Clone, Copy, Debug)]
pub struct UsedUp {
    /// The quote.
    pub quote: QuoteId,
    /// What was placed by it.
    pub group: OrderGroupId,
    /// When.
    pub at: DateTime<Utc>,
    /// On which day.
    pub on: CivilDate,
}

const USED: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("order_group_id", Kind::Id),
    ("used_at", Kind::Instant),
    ("used_on", Kind::Date),
];

/// Uses quotes up, each once, while it is open and still holds: one statement; the number of those that were.
pub async fn use_up(tx: &DatabaseTransaction, engine: Engine, used: &[UsedUp]) -> Result<u64, DbErr> {
    let mut rows = Rows::new(USED);
    for one in used {
        rows.push([one.quote.into(), one.group.into(), one.at.into(), one.on.naive().into()]);
    }
    let mut taken = 0;
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "UPDATE quotes SET state = 'used', order_group_id = r.order_group_id, used_at = r.used_at, version = quotes.version + 1 \
             FROM {source} WHERE quotes.id = r.id AND quotes.state = 'open' AND quotes.valid_until >= r.used_on"
        );
        taken += tx.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
    }
    Ok(taken)
}
