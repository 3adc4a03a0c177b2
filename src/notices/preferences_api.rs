//! What a person wants to hear, over HTTP.

use super::api::Tag;
use super::code::Codes;
use super::confirm_address::ConfirmAddress;
use super::preferences_body::{ConfirmAddressBody, NewNoticePreferencesBody, NoticePreferencesBody, Preferences};
use super::set_wishes::SetWishes;
use super::wishes::{NewWishes, Wishes};
use super::{store, waiting};
use crate::access::{Actor, may_keep_inbox};
use crate::http::answer::{Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Repeat};
use crate::organisations::queries::is_machine;
use entity::PersonId;
use poem_openapi::OpenApi;
use poem_openapi::param::Header;
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;

/// The operations on what one wants to hear: the holder's of the key, and nobody else's.
#[derive(Clone, Debug)]
pub struct PreferencesApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What knows the codes of addresses.
    pub codes: Codes,
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
        Ok(self.said_by(actor.person).await?)
    }

    /// Say what you want to hear
    ///
    /// All of it, in place of what you said before; it holds for what happens from now on. Letters are sent where the
    /// service has a mail server, and only to an address that was confirmed: a new one is sent a code, and until that is
    /// given at `POST /v1/notices/address/confirm`, letters go where they went. Naming the address in force takes a new
    /// one back.
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
        let person = actor.person;
        self.desk.gate.run(SetWishes { person, version, new }, None).await?;
        Ok(self.said_by(person).await?)
    }

    /// Confirm an address
    ///
    /// With the code that was sent there. It holds for 24 hours and five tries; name the address again for another one.
    #[oai(path = "/v1/notices/address/confirm", method = "post", operation_id = "confirm_mail_address")]
    async fn confirm(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<ConfirmAddressBody>,
    ) -> poem::Result<Made<NoticePreferencesBody>> {
        let actor = Actor::of(&caller)?;
        may_keep_inbox(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/notices/address/confirm", body.0.to_json())?;
        let confirm = ConfirmAddress {
            person: actor.person,
            code: body.0.code,
            codes: self.codes.clone(),
        };
        let done = self.desk.gate.run(confirm, Some(repeat)).await?;
        if let Some(fault) = done.answer.fault() {
            return Err(Refusal::from(fault).into());
        }
        let Versioned(said, version) = self.said_by(actor.person).await?;
        Ok(Made::before(&said).version(version).replayed(done.replayed))
    }
}

impl PreferencesApi {
    /// All as of one moment, so that the version is of what is shown.
    async fn said_by(&self, person: PersonId) -> Result<Versioned<NoticePreferencesBody>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let wishes = match store::wishes(&snapshot, person).await? {
            Some(wishes) => wishes,
            None => Wishes::usual(is_machine(&snapshot, person).await?),
        };
        let said = Preferences {
            wishes,
            address: store::address(&snapshot, person).await?,
            waits: waiting::of(&snapshot, person).await?,
        };
        snapshot.end().await?;
        let body = NoticePreferencesBody::of(&said, self.desk.clock.now());
        Ok(Versioned(body, said.wishes.version))
    }
}
