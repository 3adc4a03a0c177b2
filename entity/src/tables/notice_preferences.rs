//! Rows of `notice_preferences`.

use crate::{NoticeLanguage, PersonId};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// What a person wants to hear, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_preferences")]
pub struct Model {
    /// `person_id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// `language`
    pub language: NoticeLanguage,
    /// `not_in_inbox`: kinds, a space between
    pub not_in_inbox: String,
    /// `by_mail`: kinds, a space between
    pub by_mail: String,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
