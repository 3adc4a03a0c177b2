//! The earliest day of delivery of each seller's goods: one place to ask, so that terms of suppliers have one place to
//! be plugged in.

use crate::db::Params;
use entity::{CivilDate, OrganisationId};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::BTreeMap;

/// From how many days after today on goods are delivered where a seller has said nothing.
const USUAL_DAYS: i64 = 1;

/// The earliest day of each seller, as of one day.
#[derive(Clone, Debug)]
pub(super) struct Earliest {
    today: CivilDate,
    /// Days from today of those sellers for whom it is not the usual.
    unusual: BTreeMap<OrganisationId, i64>,
}

impl Earliest {
    /// As of `today`. **Terms of suppliers (lead days, delivery weekdays) belong in here**: a seller whose earliest day
    /// is not tomorrow goes into `unusual`.
    pub(super) async fn read(_db: &impl ConnectionTrait, today: CivilDate) -> Result<Self, DbErr> {
        Ok(Self {
            today,
            unusual: BTreeMap::new(),
        })
    }

    /// The earliest day of a seller.
    pub(super) fn of(&self, seller: OrganisationId) -> CivilDate {
        let days = self.unusual.get(&seller).copied().unwrap_or(USUAL_DAYS);
        self.today.checked_add_days(days).unwrap_or(CivilDate::MAX)
    }

    /// Days from today of the seller in `column`, as SQL.
    pub(super) fn days_sql(&self, params: &mut Params, column: &str) -> String {
        if self.unusual.is_empty() {
            return USUAL_DAYS.to_string();
        }
        let cases: String = self
            .unusual
            .iter()
            .map(|(seller, days)| format!(" WHEN {} THEN {days}", params.add(*seller)))
            .collect();
        format!("CASE {column}{cases} ELSE {USUAL_DAYS} END")
    }
}
