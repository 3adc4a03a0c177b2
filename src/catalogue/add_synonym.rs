//! Adding another word for goods.

use super::synonym::{MOST_SYNONYMS, Synonym};
use super::synonym_store as store;
use crate::access::{Actor, may_organise};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::SynonymId;

/// An operator adds a synonym, which has been checked.
#[derive(Clone, Debug)]
pub struct AddSynonym {
    /// Who.
    pub actor: Actor,
    /// What is typed, folded.
    pub word: String,
    /// What stands in the name of what is found, folded.
    pub means: String,
}

#[async_trait::async_trait]
impl UseCase for AddSynonym {
    type Answer = Synonym;

    async fn run(&self, turn: &mut Turn) -> Result<Synonym, TurnError> {
        may_organise(&self.actor)?;
        let known = store::in_use(turn.tx()).await?;
        if known.iter().any(|one| one.word == self.word && one.means == self.means) {
            let fault = Fault::of("synonym_taken").at("/word").with("word", &self.word);
            return Err(fault.with("means", &self.means).into());
        }
        if u64::try_from(known.len()).is_ok_and(|known| known >= MOST_SYNONYMS) {
            return Err(Fault::of("too_many_synonyms").with("most", MOST_SYNONYMS).into());
        }
        let created_at = turn.next().at;
        let synonym = Synonym {
            id: SynonymId::at(created_at),
            word: self.word.clone(),
            means: self.means.clone(),
            created_at,
            archived_at: None,
        };
        store::insert(turn.tx(), &synonym).await?;
        store::mark_stale(turn.tx(), turn.engine(), &synonym).await?;
        turn.record(NewEntry::new("synonym.added", "synonym", synonym.id.uuid(), self.actor.who()));
        Ok(synonym)
    }
}
