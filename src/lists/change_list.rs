//! Changes a saved list.

use super::saved_list::{ListChange, SavedList};
use super::store;
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::ListId;

/// Changes a list of the actor's own organisation; new lines have been checked.
#[derive(Clone, Debug)]
pub struct ChangeList {
    /// Who changes it.
    pub actor: Actor,
    /// Which.
    pub id: ListId,
    /// The version the change is meant for.
    pub version: i64,
    /// What changes.
    pub change: ListChange,
}

#[async_trait::async_trait]
impl UseCase for ChangeList {
    type Answer = SavedList;

    async fn run(&self, turn: &mut Turn) -> Result<SavedList, TurnError> {
        let before = store::list(turn.tx(), self.actor.organisation, self.id).await?;
        let before = before.ok_or_else(|| Fault::of("not_found"))?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.archived_at.is_some() {
            return Err(Fault::of("list_archived").into());
        }
        let after = SavedList {
            name: self.change.name.clone().unwrap_or_else(|| before.name.clone()),
            lines: self.change.lines.clone().unwrap_or_else(|| before.lines.clone()),
            ..before.clone()
        };
        if after == before {
            return Ok(before);
        }
        let relined = after.lines != before.lines;
        let after = SavedList {
            version: before.version + 1,
            ..after
        };
        if !store::replace(turn.tx(), turn.engine(), &after, relined).await? {
            return Err(stale().into());
        }
        let mut entry = NewEntry::new("list.changed", "list", self.id.uuid(), self.actor.who())
            .with("lines", after.lines.len())
            .with("relined", relined)
            .with("renamed", after.name != before.name);
        entry.buyer = Some(after.buyer_id);
        turn.record(entry);
        Ok(after)
    }
}
