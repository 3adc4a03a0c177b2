//! Rows of `inquiries`.

use crate::{Channel, CivilDate, DepartmentId, InquiryId, InquiryState, OrganisationId, PersonId, QuoteId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

/// Inquiry, as kept.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inquiries")]
pub struct Model {
    /// `id`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InquiryId,
    /// `buyer_id`
    pub buyer_id: OrganisationId,
    /// `town_code`
    pub town_code: String,
    /// `department_id`
    pub department_id: Option<DepartmentId>,
    /// `channel`
    pub channel: Channel,
    /// `state`
    pub state: InquiryState,
    /// `deliver_by`
    pub deliver_by: CivilDate,
    /// `answer_by`
    pub answer_by: CivilDate,
    /// `open_when_answered`
    pub open_when_answered: bool,
    /// `chosen_quote_id`
    pub chosen_quote_id: Option<QuoteId>,
    /// `asked_by`
    pub asked_by: PersonId,
    /// `created_at`
    pub created_at: DateTime<Utc>,
    /// `ended_at`
    pub ended_at: Option<DateTime<Utc>>,
    /// `ended_on`
    pub ended_on: Option<CivilDate>,
    /// `version`
    pub version: i64,
}

/// No relation is declared: joins are written where they are needed, in a room's store.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
