//! Taking back another word for goods.

use super::synonym::Synonym;
use super::synonym_store as store;
use crate::access::{Actor, may_organise};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::SynonymId;

/// An operator takes a synonym back; it may be added anew. Taken back twice it stays as it is.
#[derive(Clone, Debug)]
pub struct TakeBackSynonym {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub id: SynonymId,
}

#[async_trait::async_trait]
impl UseCase for TakeBackSynonym {
    type Answer = Synonym;

    async fn run(&self, turn: &mut Turn) -> Result<Synonym, TurnError> {
        may_organise(&self.actor)?;
        let found = store::synonym(turn.tx(), self.id).await?;
        let mut synonym = found.ok_or_else(|| Fault::of("not_found"))?;
        if synonym.archived_at.is_some() {
            return Ok(synonym);
        }
        synonym.archived_at = Some(turn.next().at);
        store::archive(turn.tx(), turn.engine(), &synonym).await?;
        store::mark_stale(turn.tx(), turn.engine(), &synonym).await?;
        turn.record(NewEntry::new("synonym.taken_back", "synonym", self.id.uuid(), self.actor.who()));
        Ok(synonym)
    }
}
