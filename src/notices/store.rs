//! All SQL of the room. No inbox is read without saying whose.

use super::wishes::Wishes;
use crate::db::{Engine, Kind, Params, Rows, statement};
use crate::journal::PAIRING;
use chrono::{DateTime, Utc};
use entity::tables::{notice_cursors, notice_preferences, notices, person_mails};
use entity::{CivilDate, ConfirmationId, MailAddress, MailState, NoticeId, PersonId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

const NOTICES: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("person_id", Kind::Id),
    ("cause", Kind::Text),
    ("kind", Kind::Text),
    ("thing_kind", Kind::Text),
    ("thing_id", Kind::Id),
    ("what", Kind::Text),
    ("in_inbox", Kind::Flag),
    ("mail_state", Kind::Text),
    ("mail_due_at", Kind::MaybeInstant),
    ("mail_attempts", Kind::Int),
    ("created_at", Kind::Instant),
];

/// Writes new notices; whoever has heard of a cause does not hear of it again.
pub(super) async fn insert(tx: &DatabaseTransaction, engine: Engine, notices: &[notices::Model]) -> Result<(), DbErr> {
    let mut rows = Rows::new(NOTICES);
    for notice in notices {
        rows.push([
            notice.id.into(),
            notice.person_id.into(),
            notice.cause.as_str().into(),
            notice.kind.as_str().into(),
            notice.thing_kind.as_str().into(),
            notice.thing_id.into(),
            notice.what.as_str().into(),
            notice.in_inbox.into(),
            notice.mail_state.as_str().into(),
            notice.mail_due_at.into(),
            notice.mail_attempts.into(),
            notice.created_at.into(),
        ]);
    }
    rows.write(tx, engine, "notices", "ON CONFLICT (cause, person_id) DO NOTHING")
        .await?;
    Ok(())
}

/// How far the journal has been read, and the day on which endings were looked for last.
pub(super) async fn cursor(db: &impl ConnectionTrait) -> Result<notice_cursors::Model, DbErr> {
    let found = notice_cursors::Entity::find_by_id(PAIRING).one(db).await?;
    found.ok_or_else(|| DbErr::Custom("the cursor of notices is gone".to_owned()))
}

/// Moves the cursor on; whether it was still where it was read.
pub(super) async fn move_cursor(tx: &DatabaseTransaction, engine: Engine, from: i64, to: i64) -> Result<bool, DbErr> {
    let sql = "UPDATE notice_cursors SET seq = $1 WHERE pairing = $2 AND seq = $3";
    let values = vec![to.into(), PAIRING.into(), from.into()];
    Ok(tx.execute_raw(statement(engine, sql, values)).await?.rows_affected() == 1)
}

/// Notes the day on which endings were looked for.
pub(super) async fn note_sweep(tx: &DatabaseTransaction, engine: Engine, day: CivilDate) -> Result<(), DbErr> {
    let sql = "UPDATE notice_cursors SET swept_on = $1 WHERE pairing = $2 AND (swept_on IS NULL OR swept_on < $1)";
    tx.execute_raw(statement(engine, sql, vec![day.into(), PAIRING.into()])).await?;
    Ok(())
}

/// Of a person's inbox, the newest first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// Those read, or those not read; all without it.
    pub(super) unread: Option<bool>,
    /// Older than this one.
    pub(super) before: Option<NoticeId>,
    /// At most so many.
    pub(super) most: u64,
}

/// A page of a person's inbox.
pub(super) async fn inbox(db: &impl ConnectionTrait, person: PersonId, page: Page) -> Result<Vec<notices::Model>, DbErr> {
    use notices::Column as C;
    let mut query = notices::Entity::find().filter(C::PersonId.eq(person)).filter(C::InInbox.eq(true));
    if let Some(before) = page.before {
        query = query.filter(C::Id.lt(before));
    }
    query = match page.unread {
        Some(true) => query.filter(C::ReadAt.is_null()),
        Some(false) => query.filter(C::ReadAt.is_not_null()),
        None => query,
    };
    query.order_by_desc(C::Id).limit(page.most).all(db).await
}

/// How many notices of an inbox are unread, counted up to `most`.
pub(super) async fn unread(db: &impl ConnectionTrait, engine: Engine, person: PersonId, most: i64) -> Result<i64, DbErr> {
    let sql =
        "SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM notices WHERE person_id = $1 AND read_at IS NULL AND in_inbox LIMIT $2) AS few";
    let row = db.query_one_raw(statement(engine, sql, vec![person.into(), most.into()])).await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}

/// Which of these are in a person's inbox.
pub(super) async fn own(db: &impl ConnectionTrait, person: PersonId, ids: &[NoticeId]) -> Result<BTreeSet<NoticeId>, DbErr> {
    use notices::Column as C;
    let found = notices::Entity::find()
        .filter(C::PersonId.eq(person))
        .filter(C::InInbox.eq(true))
        .filter(C::Id.is_in(ids.iter().copied()));
    Ok(found.all(db).await?.into_iter().map(|notice| notice.id).collect())
}

/// Which notices are marked as read.
#[derive(Clone, Debug)]
pub(super) enum Marked {
    /// These.
    These(Vec<NoticeId>),
    /// This one and all older ones, the newest first, at most so many.
    UpTo(NoticeId, i64),
}

/// Marks notices of a person as read; how many were not.
pub(super) async fn mark_read(
    tx: &DatabaseTransaction,
    engine: Engine,
    person: PersonId,
    marked: &Marked,
    at: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let mut params = Params::new(engine);
    let (at, person) = (params.add(at), params.add(person));
    let wanted = match marked {
        Marked::These(ids) => params.list(ids.iter().copied()),
        Marked::UpTo(last, most) => {
            let (last, most) = (params.add(*last), params.add(*most));
            format!(
                "SELECT id FROM notices WHERE person_id = {person} AND id <= {last} AND read_at IS NULL AND in_inbox ORDER BY id DESC LIMIT {most}"
            )
        }
    };
    let sql = format!("UPDATE notices SET read_at = {at} WHERE person_id = {person} AND read_at IS NULL AND in_inbox AND id IN ({wanted})");
    Ok(tx.execute_raw(params.into_statement(&sql)).await?.rows_affected())
}

/// What these people want to hear; those who have said nothing are missing.
pub(super) async fn wishes_of(db: &impl ConnectionTrait, people: &[PersonId]) -> Result<HashMap<PersonId, Wishes>, DbErr> {
    let rows = notice_preferences::Entity::find()
        .filter(notice_preferences::Column::PersonId.is_in(people.iter().copied()))
        .all(db)
        .await?;
    Ok(rows.iter().map(|row| (row.person_id, Wishes::of(row))).collect())
}

/// What one person wants to hear, if it has said.
pub(super) async fn wishes(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<Wishes>, DbErr> {
    Ok(wishes_of(db, &[person]).await?.remove(&person))
}

/// Writes wishes over their version before; whether that version was still there.
pub(super) async fn keep_wishes(tx: &DatabaseTransaction, person: PersonId, wishes: &Wishes) -> Result<bool, DbErr> {
    let row = wishes.row(person).into_active_model().reset_all();
    let done = notice_preferences::Entity::update_many()
        .set(row.clone())
        .filter(notice_preferences::Column::PersonId.eq(person))
        .filter(notice_preferences::Column::Version.eq(wishes.version - 1))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 {
        return Ok(true);
    }
    let first = wishes.is_first_change() && notice_preferences::Entity::find_by_id(person).one(tx).await?.is_none();
    if first {
        notice_preferences::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(first)
}

/// Another version, where what is shown beside a person's wishes has changed.
pub(super) async fn move_version(tx: &DatabaseTransaction, engine: Engine, person: PersonId) -> Result<(), DbErr> {
    let sql = "UPDATE notice_preferences SET version = version + 1 WHERE person_id = $1";
    tx.execute_raw(statement(engine, sql, vec![person.into()])).await?;
    Ok(())
}

/// Where letters to a person go: the address that was confirmed.
pub(super) async fn address(db: &impl ConnectionTrait, person: PersonId) -> Result<Option<MailAddress>, DbErr> {
    let row = person_mails::Entity::find_by_id(person).one(db).await?;
    // An address that is none any more gets no letter.
    Ok(row.and_then(|row| row.address.parse().ok()))
}

/// Sets or clears where letters to a person go.
pub(super) async fn put_address(
    tx: &DatabaseTransaction,
    engine: Engine,
    person: PersonId,
    address: Option<&MailAddress>,
) -> Result<(), DbErr> {
    let Some(address) = address else {
        person_mails::Entity::delete_by_id(person).exec(tx).await?;
        return Ok(());
    };
    let sql = "INSERT INTO person_mails (person_id, address) VALUES ($1, $2) ON CONFLICT (person_id) DO UPDATE SET address = $2";
    tx.execute_raw(statement(engine, sql, vec![person.into(), address.as_str().into()]))
        .await?;
    Ok(())
}

/// The notice whose letter has been due the longest.
pub(super) async fn due(db: &impl ConnectionTrait, engine: Engine, now: DateTime<Utc>) -> Result<Option<notices::Model>, DbErr> {
    let sql = "SELECT * FROM notices WHERE mail_state = 'waiting' AND mail_due_at <= $1 ORDER BY mail_due_at, id LIMIT 1";
    let row = db.query_one_raw(statement(engine, sql, vec![now.into()])).await?;
    row.map(|row| notices::Model::from_query_result(&row, "")).transpose()
}

/// What becomes of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mailing {
    pub(super) state: MailState,
    pub(super) due_at: Option<DateTime<Utc>>,
    pub(super) attempts: i32,
}

/// A row whose letter waits.
#[derive(Clone, Copy, Debug)]
pub(super) enum Waits {
    /// A notice.
    Notice(NoticeId),
    /// An address, for its code.
    Address(ConfirmationId),
}

impl Waits {
    fn row(self) -> (&'static str, Uuid) {
        match self {
            Self::Notice(id) => ("notices", id.uuid()),
            Self::Address(id) => ("address_confirmations", id.uuid()),
        }
    }
}

/// Notes what becomes of a letter that waits after `attempts`; whether nobody else has had it since.
pub(super) async fn note_mailing(
    tx: &DatabaseTransaction,
    engine: Engine,
    waits: Waits,
    attempts: i32,
    after: Mailing,
) -> Result<bool, DbErr> {
    let (table, id) = waits.row();
    let mut params = Params::new(engine);
    let sql = format!(
        "UPDATE {table} SET mail_state = {}, mail_due_at = {}, mail_attempts = {} WHERE id = {} AND mail_state = 'waiting' AND mail_attempts = {}",
        params.add(after.state.as_str()),
        params.add(after.due_at),
        params.add(after.attempts),
        params.add(id),
        params.add(attempts)
    );
    Ok(tx.execute_raw(params.into_statement(&sql)).await?.rows_affected() == 1)
}
