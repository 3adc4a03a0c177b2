//! Takes a saved list out of use.

use super::saved_list::SavedList;
use super::store;
use crate::access::Actor;
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::ListId;

/// Archives a list of the actor's own organisation: it can still be read.
#[derive(Clone, Debug)]
pub struct ArchiveList {
    /// Who does.
    pub actor: Actor,
    /// Which.
    pub id: ListId,
    /// The version that was read.
    pub version: i64,
}

#[async_trait::async_trait]
impl UseCase for ArchiveList {
    type Answer = SavedList;

    async fn run(&self, turn: &mut Turn) -> Result<SavedList, TurnError> {
        let before = store::list(turn.tx(), self.actor.organisation, self.id).await?;
        let before = before.ok_or_else(|| Fault::of("not_found"))?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.archived_at.is_some() {
            return Ok(before);
        }
        let after = SavedList {
            archived_at: Some(turn.next().at),
            version: before.version + 1,
            ..before
        };
        if !store::replace(turn.tx(), turn.engine(), &after, false).await? {
            return Err(stale().into());
        }
        let mut entry = NewEntry::new("list.archived", "list", self.id.uuid(), self.actor.who());
        entry.buyer = Some(after.buyer_id);
        turn.record(entry);
        Ok(after)
    }
}
