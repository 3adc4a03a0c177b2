//! What a person wants to hear, over HTTP.

use super::api::Tag;
use super::preferences_body::{NewNoticePreferencesBody, NoticePreferencesBody};
use super::set_wishes::SetWishes;
use super::store;
use super::wishes::{NewWishes, Wishes};
use crate::access::{Actor, may_keep_inbox};
use crate::http::answer::Versioned;
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::organisations::queries::is_machine;
use entity::{MailAddress, PersonId};
use poem_openapi::OpenApi;
use poem_openapi::param::Header;
use poem_openapi::payload::Json;
use sea_orm::DbErr;

/// The operations on what one wants to hear: the holder's of the key, and nobody else's.
#[derive(Clone, Debug)]
pub struct PreferencesApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Notices")]
impl PreferencesApi {
    /// Read what you want to hear
    ///
    /// For each kind whether it goes into your inbox and by letter, and where letters go. Who has said nothing finds
    /// all kinds in the inbox and gets no letter; a machine gets neither.
    #[oai(path = "/v1/notices/preferences", method = "get", operation_id = "read_notice_preferences")]
    async fn read(&self, caller: Caller) -> poem::Result<Versioned<NoticePreferencesBody>> {
        let actor = Actor::of(&caller)?;
        let (wishes, address) = self.said_by(actor.person).await.map_err(Refusal::from)?;
        Ok(Versioned(NoticePreferencesBody::of(&wishes, address), wishes.version))
    }

    /// Say what you want to hear
    ///
    /// All of it, in place of what you said before; it holds for what happens from now on. Letters are sent where the
    /// service has a mail server.
    #[oai(path = "/v1/notices/preferences", method = "put", operation_id = "set_notice_preferences")]
    async fn set(
        &self,
        caller: Caller,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<NewNoticePreferencesBody>,
    ) -> poem::Result<Versioned<NoticePreferencesBody>> {
        let actor = Actor::of(&caller)?;
        may_keep_inbox(&actor).map_err(Refusal::from)?;
        let version = if_match(version.0.as_deref())?;
        let new = NewWishes::from(body.0);
        new.faults().finish()?;
        let address = new.address.clone();
        let person = actor.person;
        let wishes = self.desk.gate.run(SetWishes { person, version, new }, None).await?.answer;
        Ok(Versioned(NoticePreferencesBody::of(&wishes, address), wishes.version))
    }
}

impl PreferencesApi {
    /// Both as of one moment, so that the version is of what is shown.
    async fn said_by(&self, person: PersonId) -> Result<(Wishes, Option<MailAddress>), DbErr> {
        let snapshot = self.desk.db.snapshot().await?;
        let wishes = match store::wishes(&snapshot, person).await? {
            Some(wishes) => wishes,
            None => Wishes::usual(is_machine(&snapshot, person).await?),
        };
        let address = store::address(&snapshot, person).await?;
        snapshot.end().await?;
        Ok((wishes, address))
    }
}
