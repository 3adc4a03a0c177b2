//! Terms of suppliers over HTTP.

use super::offer_store::kind_of;
use super::set_terms::SetTerms;
use super::terms_body::{TermsBody, TermsChangeBody};
use super::terms_store;
use crate::access::{Actor, Permission};
use crate::http::answer::Versioned;
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Desk;
use entity::{OrganisationId, Role};
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What suppliers ask of every order.
    Terms,
}

/// The operations on terms.
#[derive(Clone, Debug)]
pub struct TermsApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Terms")]
impl TermsApi {
    /// Read a supplier's terms
    ///
    /// The least value of an order (its goods alone), lead days, days of delivery, notice of new prices, and freight; the
    /// usual ones where the supplier has said nothing.
    #[oai(path = "/v1/suppliers/:supplier_id/terms", method = "get", operation_id = "read_terms")]
    async fn read(
        &self,
        caller: Caller,
        /// The supplier.
        supplier_id: Path<OrganisationId>,
    ) -> poem::Result<Versioned<TermsBody>> {
        Actor::of(&caller)?;
        let kind = kind_of(self.desk.read(), supplier_id.0).await.map_err(Refusal::from)?;
        if kind.is_none_or(|kind| kind.role() != Role::Supplier) {
            return Err(Refusal::fault("not_found").into());
        }
        let terms = terms_store::terms(self.desk.read(), supplier_id.0).await.map_err(Refusal::from)?;
        Ok(Versioned(TermsBody::of(supplier_id.0, &terms), terms.version))
    }

    /// Set a supplier's terms
    ///
    /// By the supplier itself or an operator; they bind orders placed from now on. What is left out stays.
    #[oai(path = "/v1/suppliers/:supplier_id/terms", method = "patch", operation_id = "set_terms")]
    async fn set(
        &self,
        caller: Caller,
        /// The supplier.
        supplier_id: Path<OrganisationId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<TermsChangeBody>,
    ) -> poem::Result<Versioned<TermsBody>> {
        let actor = Actor::of(&caller)?;
        actor.must(Permission::Catalogue).map_err(Refusal::from)?;
        let set = SetTerms {
            actor,
            supplier: supplier_id.0,
            version: if_match(version.0.as_deref())?,
            change: body.0.try_into().map_err(|fault: Fault| Refusal::from(fault))?,
        };
        let terms = self.desk.gate.run(set, None).await?.answer;
        Ok(Versioned(TermsBody::of(supplier_id.0, &terms), terms.version))
    }
}
