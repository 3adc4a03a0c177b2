//! Entries about things of one organisation: it sees them in its feed.

use crate::journal::{NewEntry, Turn, WordKind};
use entity::{OrganisationId, Role};
use sea_orm::DbErr;

/// The entry, addressed to the organisation in the role of its kind; offices have no feed of their own.
pub(super) async fn concerning(turn: &mut Turn, mut entry: NewEntry, id: OrganisationId, role: Role) -> Result<NewEntry, DbErr> {
    let word = match role {
        Role::Buyer | Role::Retailer => {
            entry.buyer = Some(id);
            WordKind::Buyer
        }
        Role::Supplier => {
            entry.supplier = Some(id);
            WordKind::Supplier
        }
        Role::Official | Role::Auditor | Role::Operator => return Ok(entry),
    };
    turn.words(vec![(word, id.to_string())]).await?;
    Ok(entry)
}
