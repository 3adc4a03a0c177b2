//! Keys from the command line of the machine itself, where no key is needed to make the first one.

use super::issue_key::{Owner, is_office_role, issue};
use super::key::{Holder, Key, KeyRemit, NewKey};
use super::revoke_key::{self, Revoked};
use super::store;
use crate::access::{Actor, Permission};
use crate::http::fault::{Fault, Refusal};
use crate::journal::Desk;
use entity::{KeyId, Name, OrganisationId, PersonId, Role};
use uuid::Uuid;

/// The office that runs the service.
const OFFICE: &str = "平台运维";
/// Keys read at a time.
const PAGE: u64 = 200;

/// Who acts from the command line of the machine: an operator without a key, which the journal writes as nil.
#[must_use]
pub fn command_line() -> Actor {
    Actor {
        key: KeyId::from_uuid(Uuid::nil()),
        person: PersonId::from_uuid(Uuid::nil()),
        organisation: OrganisationId::from_uuid(Uuid::nil()),
        role: Role::Operator,
        remit: None,
        permissions: Permission::ALL.to_vec(),
    }
}

/// Makes a key and says its secret, once. Without an organisation the key is for the office that runs the service,
/// which is entered where there is none yet; `days` is 1 to 400.
///
/// # Errors
/// `unknown_organisation` where a role needs one, or everything wrong with the key.
pub async fn create_for_cli(
    desk: &Desk,
    organisation: Option<OrganisationId>,
    role: Option<Role>,
    remit: Option<KeyRemit>,
    name: Name,
    days: u16,
) -> Result<String, Refusal> {
    let owner = match organisation {
        Some(_) => Owner::Named,
        None if is_office_role(role.unwrap_or(Role::Operator)) => Owner::Office(OFFICE.parse().map_err(Refusal::broken)?),
        None => {
            return Err(Fault::of("missing_field")
                .at("/organisation_id")
                .with("name", "organisation")
                .into());
        }
    };
    let role = role.or_else(|| organisation.is_none().then_some(Role::Operator));
    let new = NewKey {
        organisation_id: organisation.unwrap_or(command_line().organisation),
        role,
        remit,
        holder: Holder::New {
            name: name.clone(),
            machine: true,
        },
        name,
        permissions: None,
        days: Some(days),
        requests_per_minute: None,
    };
    let issued = issue(desk, &command_line(), owner, new, None).await?;
    let secret = issued.secret.ok_or_else(|| Refusal::broken("a key was made without a secret"))?;
    Ok(secret.reveal().to_owned())
}

/// All keys, of one organisation or of all, in the order they were made.
///
/// # Errors
/// Only the database's.
pub async fn list_keys(desk: &Desk, owner: Option<OrganisationId>) -> Result<Vec<Key>, Refusal> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|key: &Key| key.id);
        let page = store::keys_of(desk.read(), owner, None, after, PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// Revokes a key named by its id or its prefix, and with `cascade` what came of it.
///
/// # Errors
/// `not_found`.
pub async fn revoke_key(desk: &Desk, id_or_prefix: &str, cascade: bool) -> Result<Revoked, Refusal> {
    let id = match id_or_prefix.parse::<KeyId>() {
        Ok(id) => Some(id),
        Err(_) => store::key_by_prefix(desk.read(), id_or_prefix).await?.map(|key| key.id),
    };
    let id = id.ok_or_else(|| Refusal::fault("not_found"))?;
    Ok(revoke_key::revoke_key(desk, &command_line(), id, cascade, None).await?.answer)
}
