//! Makes a saved list.

use super::saved_list::{ListLine, MOST_LISTS, SavedList};
use super::store;
use crate::access::Actor;
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::ListId;

/// Makes a list of the actor's own organisation; its lines have been checked.
#[derive(Clone, Debug)]
pub struct CreateList {
    /// Who makes it.
    pub actor: Actor,
    /// Its name.
    pub name: String,
    /// Its lines.
    pub lines: Vec<ListLine>,
}

#[async_trait::async_trait]
impl UseCase for CreateList {
    type Answer = SavedList;

    async fn run(&self, turn: &mut Turn) -> Result<SavedList, TurnError> {
        let buyer_id = self.actor.organisation;
        if store::in_use(turn.tx(), buyer_id).await? >= MOST_LISTS {
            return Err(Fault::of("too_many_lists").with("most", MOST_LISTS).into());
        }
        let created_at = turn.next().at;
        let list = SavedList {
            id: ListId::at(created_at),
            buyer_id,
            name: self.name.clone(),
            lines: self.lines.clone(),
            version: 1,
            created_at,
            archived_at: None,
        };
        store::insert(turn.tx(), turn.engine(), &list).await?;
        let mut entry = NewEntry::new("list.created", "list", list.id.uuid(), self.actor.who()).with("lines", list.lines.len());
        entry.buyer = Some(buyer_id);
        turn.record(entry);
        Ok(list)
    }
}
