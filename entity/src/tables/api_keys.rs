//! Rows of `api_keys`.

use crate::{KeyId, OrganisationId, PersonId, RemitKind, Role};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// API key, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: KeyId,
    /// `person_id`
    pub person_id: PersonId,
    /// `organisation_id`
    pub organisation_id: OrganisationId,
    /// `prefix`
    pub prefix: String,
    /// `hash`
    pub hash: Vec<u8>,
    /// `name`
    pub name: String,
    /// `role`
    pub role: Role,
    /// `remit_kind`
    pub remit_kind: Option<RemitKind>,
    /// `remit_code`
    pub remit_code: Option<String>,
    /// `permissions`
    pub permissions: String,
    /// `requests_per_minute`
    pub requests_per_minute: i32,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `created_by`
    pub created_by: Option<PersonId>,
    /// `expires_at`
    pub expires_at: DateTime<Utc>,
    /// `revoked_at`
    pub revoked_at: Option<DateTime<Utc>>,
    /// `last_used_at`
    pub last_used_at: Option<DateTime<Utc>>,
    /// `words`
    pub words: i32,
    /// `made_by`
    pub made_by: Option<KeyId>,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
