//! Signed heads of the journal over HTTP.

use super::head_body::{JournalKeyBody, SignedHeadBody};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Signer, journal_keys};
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What happened, in order, for those whom it concerns.
    Events,
}

/// The operations for whoever keeps a head.
#[derive(Clone, Debug)]
pub struct HeadApi {
    /// Where it is read.
    pub desk: Desk,
    /// What signs it.
    pub signer: Signer,
}

#[OpenApi(tag = "Tag::Events")]
impl HeadApi {
    /// Read the signed head
    ///
    /// How long the journal is and the root of the tree over it, signed with Ed25519 over the canonical JSON (RFC 8785)
    /// of all fields but the signature. Keep one: when anybody rewrites what is under it, `yangpin verify --at
    /// SIZE=ROOT` and the head of the same size will differ from it. With `size`, the head as it was at that size.
    #[oai(path = "/v1/journal/head", method = "get", operation_id = "get_journal_head")]
    async fn head(
        &self,
        _caller: Caller,
        /// How long the journal was.
        #[oai(validator(minimum(value = "1")))]
        size: Query<Option<i64>>,
    ) -> poem::Result<Json<SignedHeadBody>> {
        Ok(Json(self.signer.head(&self.desk, size.0).await?.into()))
    }

    /// Read the keys of signed heads
    ///
    /// The public keys that have signed heads, oldest first. Keep them apart from this service too.
    #[oai(path = "/v1/journal/keys", method = "get", operation_id = "get_journal_keys")]
    async fn keys(&self, _caller: Caller) -> poem::Result<Json<Vec<JournalKeyBody>>> {
        let keys = journal_keys(self.desk.read(), self.desk.engine()).await.map_err(Refusal::from)?;
        Ok(Json(keys.into_iter().map(JournalKeyBody::from).collect()))
    }
}
