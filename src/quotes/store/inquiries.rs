//! SQL of inquiries, their lines, and the suppliers that were asked.

use crate::access::Scope;
use crate::quotes::inquiry::Inquiry;
use chrono::{DateTime, Utc};
use entity::tables::{inquiries, inquiry_lines, inquiry_suppliers};
use entity::{CivilDate, DepartmentId, InquiryId, InquiryState, InvitationState, OrganisationId, QuoteId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use std::collections::HashMap;

/// Writes a new inquiry.
pub(in crate::quotes) async fn insert(tx: &DatabaseTransaction, inquiry: &Inquiry) -> Result<(), DbErr> {
    let row = inquiry.row.clone().into_active_model().reset_all();
    inquiries::Entity::insert(row).exec_without_returning(tx).await?;
    let lines = inquiry.lines.iter().map(|line| line.clone().into_active_model().reset_all());
    inquiry_lines::Entity::insert_many(lines).exec_without_returning(tx).await?;
    let asked = inquiry.asked.iter().map(|one| one.clone().into_active_model().reset_all());
    inquiry_suppliers::Entity::insert_many(asked).exec_without_returning(tx).await?;
    Ok(())
}

fn visible(scope: &Scope) -> Condition {
    use inquiries::Column as C;
    match scope {
        Scope::All => Condition::all(),
        Scope::Buyer(id) => Condition::all().add(C::BuyerId.eq(*id)),
        Scope::Supplier(id) => {
            let asked = inquiry_suppliers::Entity::find()
                .select_only()
                .column(inquiry_suppliers::Column::InquiryId)
                .filter(inquiry_suppliers::Column::SupplierId.eq(*id));
            Condition::all().add(C::Id.in_subquery(asked.into_query()))
        }
        Scope::Town(code) => Condition::all().add(C::TownCode.eq(code.clone())),
        Scope::Department(id) => match id.parse::<DepartmentId>() {
            Ok(id) => Condition::all().add(C::DepartmentId.eq(id)),
            // A remit that names no department sees nothing.
            Err(_) => Condition::all().add(C::Id.is_null()),
        },
    }
}

/// An inquiry that the scope shows.
pub(in crate::quotes) async fn find(db: &impl ConnectionTrait, scope: &Scope, id: InquiryId) -> Result<Option<Inquiry>, DbErr> {
    let row = inquiries::Entity::find_by_id(id).filter(visible(scope)).one(db).await?;
    Ok(whole(db, row.into_iter().collect()).await?.pop())
}

/// A page of inquiries that the scope shows, newest first.
pub(in crate::quotes) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    state: Option<InquiryState>,
    before: Option<InquiryId>,
    limit: u64,
) -> Result<Vec<Inquiry>, DbErr> {
    let narrowed = Condition::all()
        .add_option(state.map(|state| inquiries::Column::State.eq(state)))
        .add_option(before.map(|id| inquiries::Column::Id.lt(id)));
    let rows = inquiries::Entity::find()
        .filter(visible(scope))
        .filter(narrowed)
        .order_by_desc(inquiries::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    whole(db, rows).await
}

async fn whole(db: &impl ConnectionTrait, rows: Vec<inquiries::Model>) -> Result<Vec<Inquiry>, DbErr> {
    let ids: Vec<InquiryId> = rows.iter().map(|row| row.id).collect();
    let mut lines: HashMap<InquiryId, Vec<inquiry_lines::Model>> = HashMap::new();
    let found = inquiry_lines::Entity::find()
        .filter(inquiry_lines::Column::InquiryId.is_in(ids.iter().copied()))
        .order_by_asc(inquiry_lines::Column::LineNo);
    for line in found.all(db).await? {
        lines.entry(line.inquiry_id).or_default().push(line);
    }
    let mut asked: HashMap<InquiryId, Vec<inquiry_suppliers::Model>> = HashMap::new();
    let found = inquiry_suppliers::Entity::find()
        .filter(inquiry_suppliers::Column::InquiryId.is_in(ids))
        .order_by_asc(inquiry_suppliers::Column::SupplierId);
    for one in found.all(db).await? {
        asked.entry(one.inquiry_id).or_default().push(one);
    }
    let inquiry = |row: inquiries::Model| Inquiry {
        lines: lines.remove(&row.id).unwrap_or_default(),
        asked: asked.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(inquiry).collect())
}

/// Compare-and-set of what a supplier has said; false where it had said something before.
pub(in crate::quotes) async fn say(
    tx: &DatabaseTransaction,
    id: InquiryId,
    supplier: OrganisationId,
    to: InvitationState,
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use inquiry_suppliers::Column as C;
    let done = inquiry_suppliers::Entity::update_many()
        .col_expr(C::State, to.as_str().into())
        .col_expr(C::Reason, reason.map(str::to_owned).into())
        .col_expr(C::AnsweredAt, at.into())
        .filter(C::InquiryId.eq(id))
        .filter(C::SupplierId.eq(supplier))
        .filter(C::State.eq(InvitationState::Invited))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Compare-and-set of the state of an open inquiry; false where it had ended before.
pub(in crate::quotes) async fn end(
    tx: &DatabaseTransaction,
    row: &inquiries::Model,
    to: InquiryState,
    chosen: Option<QuoteId>,
    (at, on): (DateTime<Utc>, CivilDate),
) -> Result<bool, DbErr> {
    use inquiries::Column as C;
    let done = inquiries::Entity::update_many()
        .col_expr(C::State, to.as_str().into())
        .col_expr(C::ChosenQuoteId, chosen.map(QuoteId::uuid).into())
        .col_expr(C::EndedAt, at.into())
        .col_expr(C::EndedOn, on.naive().into())
        .col_expr(C::Version, (row.version + 1).into())
        .filter(C::Id.eq(row.id))
        .filter(C::State.eq(InquiryState::Open))
        .filter(C::Version.eq(row.version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
