//! The room over HTTP: in and out, nothing else. One file for each noun.

mod departments;
mod divisions;
mod export;
mod key_children;
mod keys;
mod me;
mod organisation_body;
mod organisations;
mod permission_word;
mod sites;
mod why;

pub use departments::DepartmentsApi;
pub use divisions::DivisionsApi;
pub use export::OrganisationExportApi;
pub use keys::KeysApi;
pub use me::MeApi;
pub use organisations::OrganisationsApi;
pub use sites::SitesApi;
pub(crate) use why::WhyBody;

use super::keyring::StoredKeyring;
use super::queries::Window;
use super::register::Register;
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit};
use crate::journal::{Desk, Repeat};
use poem_openapi::{OpenApi, Tags};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::str::FromStr;

/// The groups of this room's operations.
#[derive(Tags)]
enum Tag {
    /// Counties, cities and towns of both sides.
    Divisions,
    /// Departments that organisations report to.
    Departments,
    /// Buyers, retailers, suppliers and offices.
    Organisations,
    /// Where goods are received.
    Sites,
    /// Keys that open this API.
    Keys,
}

/// All operations of the room.
#[must_use]
pub fn all(desk: &Desk, register: &Register, keyring: &StoredKeyring) -> impl OpenApi + 'static + use<> {
    let (desk, register, keyring) = (|| desk.clone(), || register.clone(), || keyring.clone());
    (
        MeApi {
            desk: desk(),
            register: register(),
        },
        DivisionsApi {
            desk: desk(),
            register: register(),
        },
        DepartmentsApi {
            desk: desk(),
            register: register(),
        },
        OrganisationsApi {
            desk: desk(),
            register: register(),
            keyring: keyring(),
        },
        OrganisationExportApi {
            desk: desk(),
            register: register(),
        },
        SitesApi {
            desk: desk(),
            register: register(),
        },
        KeysApi {
            desk: desk(),
            keyring: keyring(),
        },
    )
}

/// The key of a repeated request: `operation` is its method and path, with the ids in it.
fn repeat(caller: &Caller, key: Option<&str>, operation: &str, body: Option<Value>) -> Result<Repeat, Refusal> {
    Repeat::of(caller, key, operation, body)
}

/// The window of the list `kind` that a request asks for.
fn window<K: DeserializeOwned>(caller: &Caller, kind: &str, limit: Limit, cursor: Option<Cursor>) -> Result<Window<K>, Refusal> {
    let after = cursor.map(|cursor| caller.position(kind, &cursor)).transpose()?;
    let most = limit.plus_one();
    Ok(Window { after, most })
}

/// A value of an example; a test makes all of them.
fn example<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| unreachable!("{text} is no example"))
}

/// The id of examples.
const EXAMPLE_ID: &str = "01933f2e-7c00-7a3b-9c41-5d2e8f60b174";

#[cfg(test)]
mod tests {
    use super::*;
    use poem_openapi::types::{Example, ParseFromJSON, ToJSON};

    fn check<B: Example + ToJSON + ParseFromJSON>() {
        let made = B::example().to_json();
        let read = B::parse_from_json(made.clone()).map(|body| body.to_json());
        assert_eq!(read.ok(), Some(made));
    }

    #[test]
    fn every_example_can_be_sent() {
        check::<divisions::NewDivisionBody>();
        check::<divisions::DivisionChangeBody>();
        check::<departments::NewDepartmentBody>();
        check::<departments::DepartmentChangeBody>();
        check::<WhyBody>();
        check::<organisation_body::NewOrganisationBody>();
        check::<organisation_body::OrganisationChangeBody>();
        check::<organisation_body::NewMembershipBody>();
        check::<organisation_body::ArchiveOrganisationBody>();
        check::<sites::NewSiteBody>();
        check::<keys::NewKeyBody>();
        check::<me::MeBody>();
        check::<keys::IssuedKeyBody>();
        check::<sites::SiteBody>();
    }
}
