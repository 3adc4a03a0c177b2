//! A place where a supplier keeps goods.

use entity::{Name, OrganisationId, PlaceId};
use serde::{Deserialize, Serialize};

/// A place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// Whose it is.
    pub supplier_id: OrganisationId,
    /// Its name.
    pub name: Name,
    /// The town it lies in.
    pub town_code: String,
    /// Whether it is no longer used.
    pub archived: bool,
    /// Version of its row.
    pub version: i64,
}
