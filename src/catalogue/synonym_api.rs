//! Other words for goods over HTTP.

use super::add_synonym::AddSynonym;
use super::api::repeat;
use super::reindex::ask_to_reindex;
use super::synonym::checked;
use super::synonym_body::{NewSynonymBody, SynonymBody, SynonymPage};
use super::synonym_store;
use super::take_back_synonym::TakeBackSynonym;
use crate::access::{Actor, may_organise};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use entity::SynonymId;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What is sold.
    Products,
}

/// The operations on synonyms.
#[derive(Clone, Debug)]
pub struct SynonymsApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Products")]
impl SynonymsApi {
    /// List other words for goods
    ///
    /// For operators: by which words goods are found that are called otherwise, the newest first.
    #[oai(path = "/v1/synonyms", method = "get", operation_id = "list_synonyms")]
    async fn list(
        &self,
        caller: Caller,
        /// Those that were taken back instead of those in use.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<SynonymPage>> {
        let actor = Actor::of(&caller)?;
        may_organise(&actor).map_err(Refusal::from)?;
        let before: Option<SynonymId> = cursor.0.map(|cursor| caller.position("synonyms", &cursor)).transpose()?;
        let archived = archived.0.unwrap_or(false);
        let rows = synonym_store::list(self.desk.read(), archived, before, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("synonyms", &last.id))?;
        Ok(Listed((rows.into_iter().map(SynonymBody::from).collect(), next).into()))
    }

    /// Add another word for goods
    ///
    /// For operators: whoever types `word` also finds what has `means` in its name; for the other way round add another.
    /// What is typed matches as a whole, in Chinese or as it is spelled. Search follows within moments.
    #[oai(path = "/v1/synonyms", method = "post", operation_id = "add_synonym")]
    async fn add(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewSynonymBody>,
    ) -> poem::Result<Made<SynonymBody>> {
        let actor = Actor::of(&caller)?;
        may_organise(&actor).map_err(Refusal::from)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/synonyms", &body.0)?;
        let (word, means) = checked(&body.0.word, &body.0.means).map_err(|faults| Refusal::Faults(faults.into_vec()))?;
        let added = self.desk.gate.run(AddSynonym { actor, word, means }, Some(repeat)).await?;
        if !added.replayed {
            ask_to_reindex(&self.desk).await;
        }
        Ok(Made::now(&SynonymBody::from(added.answer)).replayed(added.replayed))
    }

    /// Take back another word for goods
    ///
    /// For operators. It finds nothing any more; taken back twice it stays as it is.
    #[oai(path = "/v1/synonyms/:synonym_id/archive", method = "post", operation_id = "archive_synonym")]
    async fn archive(
        &self,
        caller: Caller,
        /// The synonym.
        synonym_id: Path<SynonymId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<SynonymBody>> {
        let actor = Actor::of(&caller)?;
        may_organise(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/synonyms/{}/archive", synonym_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, None)?;
        let taken = TakeBackSynonym { actor, id: synonym_id.0 };
        let taken = self.desk.gate.run(taken, Some(repeat)).await?;
        if !taken.replayed {
            ask_to_reindex(&self.desk).await;
        }
        Ok(Made::before(&SynonymBody::from(taken.answer)).replayed(taken.replayed))
    }
}
