//! Rows of `notices`.

use crate::{MailState, NoticeId, NoticeKind, PersonId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};
use uuid::Uuid;

/// Notice to a person, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// `person_id`
    pub person_id: PersonId,
    /// `cause`: what it came from; one notice for each person
    pub cause: String,
    /// `kind`
    pub kind: NoticeKind,
    /// `thing_kind`
    pub thing_kind: String,
    /// `thing_id`
    pub thing_id: Uuid,
    /// `what`: codes and numbers of which its text is made
    pub what: String,
    /// `in_inbox`
    pub in_inbox: bool,
    /// `mail_state`
    pub mail_state: MailState,
    /// `mail_due_at`
    pub mail_due_at: Option<DateTime<Utc>>,
    /// `mail_attempts`
    pub mail_attempts: i32,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `read_at`
    pub read_at: Option<DateTime<Utc>>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
