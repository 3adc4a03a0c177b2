//! Rows of `address_confirmations`.

use crate::{ConfirmationId, MailState, PersonId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Address that waits to be confirmed, as kept; its code is not.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "address_confirmations")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConfirmationId,
    /// `person_id`: whose letters are to go there
    pub person_id: PersonId,
    /// `address`
    pub address: String,
    /// `asked_at`
    pub asked_at: DateTime<Utc>,
    /// `ended_at`: when it was confirmed, or another address was named
    pub ended_at: Option<DateTime<Utc>>,
    /// `wrong_tries`: codes that were not the one
    pub wrong_tries: i32,
    /// `mail_state`: of the letter with the code
    pub mail_state: MailState,
    /// `mail_due_at`
    pub mail_due_at: Option<DateTime<Utc>>,
    /// `mail_attempts`
    pub mail_attempts: i32,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
