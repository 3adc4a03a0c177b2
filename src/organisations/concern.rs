//! Entries about things of one organisation: it sees them in its feed.

use crate::journal::{NewEntry, Turn, WordKind};
use entity::{OrganisationId, Role};
use sea_orm::DbErr;

/// The entry, addressed to the organisation in the role of its kind; offices have no feed of their own.
pub(super) async fn concerning(turn: &mut Turn, mut entry: NewEntry, id: OrganisationId, role: Role) -> Result<NewEntry, DbErr> {
    address(&mut entry, id, role);
    if let Some(word) = word_of(id, role) {
        turn.words(vec![word]).await?;
    }
    Ok(entry)
}

/// Addresses the entry alone, where many are written and their words are asked for together.
pub(super) fn address(entry: &mut NewEntry, id: OrganisationId, role: Role) {
    match role {
        Role::Buyer | Role::Retailer => entry.buyer = Some(id),
        Role::Supplier => entry.supplier = Some(id),
        Role::Official | Role::Auditor | Role::Operator => {}
    }
}

/// The word by which the feed finds what concerns the organisation.
pub(super) fn word_of(id: OrganisationId, role: Role) -> Option<(WordKind, String)> {
    match role {
        Role::Buyer | Role::Retailer => Some((WordKind::Buyer, id.to_string())),
        Role::Supplier => Some((WordKind::Supplier, id.to_string())),
        Role::Official | Role::Auditor | Role::Operator => None,
    }
}
