//! Organisations over HTTP.

use super::organisation_body::{
    ArchiveOrganisationBody, NewMembershipBody, NewOrganisationBody, OrganisationBody, OrganisationChangeBody, OrganisationPage,
};
use super::{Tag, repeat, window};
use crate::access::Actor;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Answered, Desk};
use crate::organisations::archive_organisation::archive_organisation;
use crate::organisations::change_organisation::change_organisation;
use crate::organisations::create_organisation::create_organisation;
use crate::organisations::keyring::StoredKeyring;
use crate::organisations::move_organisation::move_organisation;
use crate::organisations::party::Party;
use crate::organisations::queries::{self, OrganisationFilter};
use crate::organisations::register::Register;
use entity::{DivisionCode, OrganisationId, OrganisationKind};
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;

/// The operations on organisations.
#[derive(Clone, Debug)]
pub struct OrganisationsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
    /// Where keys of archived organisations are forgotten.
    pub keyring: StoredKeyring,
}

fn changed(answered: &Answered<Party>) -> Made<OrganisationBody> {
    let body = OrganisationBody::from(&answered.answer);
    Made::before(&body)
        .at(format!("/v1/organisations/{}", body.organisation_id))
        .version(body.version)
        .replayed(answered.replayed)
}

#[OpenApi(tag = "Tag::Organisations")]
impl OrganisationsApi {
    /// List organisations
    ///
    /// All see the suppliers and themselves; officials those of their remit; auditors and operators all.
    #[oai(path = "/v1/organisations", method = "get", operation_id = "list_organisations")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only of this kind.
        kind: Query<Option<OrganisationKind>>,
        /// Only those that belong to this town today.
        town_code: Query<Option<DivisionCode>>,
        /// Only those whose name or credit code holds this text.
        #[oai(validator(min_length = 1, max_length = 40))]
        q: Query<Option<String>>,
        /// Archived ones too.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<OrganisationPage>> {
        let actor = Actor::of(&caller)?;
        let filter = OrganisationFilter {
            kind: kind.0,
            town_code: town_code.0.map(DivisionCode::into_string),
            q: q.0,
            archived: archived.0.unwrap_or(false),
        };
        let window = window(&caller, "organisations", limit.0, cursor.0)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let found = queries::organisations(&parties, &actor, &filter, self.desk.clock.today(), window);
        let (found, next) = cut(found, limit.0, |last| caller.cursor("organisations", &last.id))?;
        let items: Vec<_> = found.iter().map(|one| OrganisationBody::from(one.as_ref())).collect();
        Ok(Listed((items, next).into()))
    }

    /// Read an organisation
    ///
    /// With its version as `ETag`.
    #[oai(path = "/v1/organisations/:organisation_id", method = "get", operation_id = "read_organisation")]
    async fn read(
        &self,
        caller: Caller,
        /// Its id.
        organisation_id: Path<OrganisationId>,
    ) -> poem::Result<Versioned<OrganisationBody>> {
        let actor = Actor::of(&caller)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let party = queries::organisation(&parties, &actor, organisation_id.0, self.desk.clock.today())?;
        Ok(Versioned(party.as_ref().into(), party.version))
    }

    /// Enter an organisation
    ///
    /// For operators. Every fault is answered at once; a wrong check digit of the credit code passes with a reason in
    /// `uscc_override`.
    #[oai(path = "/v1/organisations", method = "post", operation_id = "create_organisation")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewOrganisationBody>,
    ) -> poem::Result<Made<OrganisationBody>> {
        let actor = Actor::of(&caller)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/organisations", body.0.to_json())?;
        let made = create_organisation(&self.desk, &actor, body.0.into(), Some(repeat)).await?;
        let body = OrganisationBody::from(&made.answer);
        Ok(Made::now(&body)
            .at(format!("/v1/organisations/{}", body.organisation_id))
            .version(body.version)
            .replayed(made.replayed))
    }

    /// Change an organisation
    ///
    /// Only the version named by `If-Match`. The name and the canteen are the operators' to change; the default site
    /// also the organisation's own.
    #[oai(
        path = "/v1/organisations/:organisation_id",
        method = "patch",
        operation_id = "change_organisation"
    )]
    async fn change(
        &self,
        caller: Caller,
        /// Its id.
        organisation_id: Path<OrganisationId>,
        /// The version the change is meant for.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<OrganisationChangeBody>,
    ) -> poem::Result<Versioned<OrganisationBody>> {
        let actor = Actor::of(&caller)?;
        let version = if_match(version.0.as_deref())?;
        let party = change_organisation(&self.desk, &actor, organisation_id.0, version, body.0.into()).await?;
        Ok(Versioned((&party).into(), party.version))
    }

    /// Move an organisation
    ///
    /// For operators: another town or department from a day on. What was recorded before keeps what it had.
    #[oai(
        path = "/v1/organisations/:organisation_id/memberships",
        method = "post",
        operation_id = "move_organisation"
    )]
    async fn move_to(
        &self,
        caller: Caller,
        /// Its id.
        organisation_id: Path<OrganisationId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewMembershipBody>,
    ) -> poem::Result<Made<OrganisationBody>> {
        let actor = Actor::of(&caller)?;
        let operation = format!("POST /v1/organisations/{}/memberships", organisation_id.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let moved = move_organisation(&self.desk, &actor, organisation_id.0, body.0.into(), Some(repeat)).await?;
        Ok(changed(&moved))
    }

    /// Archive an organisation
    ///
    /// For operators: it takes part no more and its keys open nothing. Nothing of it is deleted.
    #[oai(
        path = "/v1/organisations/:organisation_id/archive",
        method = "post",
        operation_id = "archive_organisation"
    )]
    async fn archive(
        &self,
        caller: Caller,
        /// Its id.
        organisation_id: Path<OrganisationId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<ArchiveOrganisationBody>,
    ) -> poem::Result<Made<OrganisationBody>> {
        let actor = Actor::of(&caller)?;
        let operation = format!("POST /v1/organisations/{}/archive", organisation_id.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let successor = body.0.successor_id;
        let archived = archive_organisation(&self.desk, &actor, organisation_id.0, successor, Some(repeat)).await?;
        self.keyring.forget_all();
        Ok(changed(&archived))
    }
}
