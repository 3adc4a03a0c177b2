//! What is asked and told of the keys that a revoked key had made.

use super::{EXAMPLE_ID, example};
use crate::organisations::key::Key;
use crate::organisations::revoke_key::Revoked;
use chrono::{DateTime, Utc};
use entity::{KeyId, OrganisationId, PersonId};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// How a key is revoked.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct RevokeKeyBody {
    /// Whether the keys that it made, and those that they made, are revoked with it.
    #[oai(default = "yes")]
    pub cascade: bool,
}

fn yes() -> bool {
    true
}

impl Example for RevokeKeyBody {
    fn example() -> Self {
        Self { cascade: true }
    }
}

/// A key that was made by another, or by one that it made.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct ChildKeyBody {
    /// Its id.
    pub key_id: KeyId,
    /// By which key it was made.
    #[oai(nullable)]
    pub made_by: Option<KeyId>,
    /// For whom it acts.
    pub organisation_id: OrganisationId,
    /// Who holds it.
    pub person_id: PersonId,
    /// What its secret begins with, to tell keys apart.
    #[oai(validator(max_length = 40))]
    pub prefix: String,
    /// What it is for.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Until when it would be good.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked; null where it is still in force.
    #[oai(nullable)]
    pub revoked_at: Option<DateTime<Utc>>,
}

impl From<&Key> for ChildKeyBody {
    fn from(key: &Key) -> Self {
        Self {
            key_id: key.id,
            made_by: key.made_by,
            organisation_id: key.organisation_id,
            person_id: key.person_id,
            prefix: key.prefix.clone(),
            name: key.name.clone(),
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
        }
    }
}

impl Example for ChildKeyBody {
    fn example() -> Self {
        Self {
            key_id: example(EXAMPLE_ID),
            made_by: Some(example(EXAMPLE_ID)),
            organisation_id: example(EXAMPLE_ID),
            person_id: example(EXAMPLE_ID),
            prefix: "yp_k3v7m2qa".to_owned(),
            name: "订货".to_owned(),
            expires_at: example("2022-03-01T01:00:00Z"),
            revoked_at: Some(example("2021-03-02T01:00:00Z")),
        }
    }
}

/// What came of a key that was revoked: all keys that were in force until then.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct KeyChildrenBody {
    /// How many were revoked with it.
    pub revoked: u64,
    /// How many are still in force.
    pub left: u64,
    /// The first of them, those that were revoked before the others.
    #[oai(validator(max_items = 200))]
    pub keys: Vec<ChildKeyBody>,
}

impl KeyChildrenBody {
    pub(super) fn of(revoked: &Revoked) -> Self {
        Self {
            revoked: revoked.children_revoked,
            left: revoked.children_left,
            keys: revoked.children.iter().map(ChildKeyBody::from).collect(),
        }
    }
}

impl Example for KeyChildrenBody {
    fn example() -> Self {
        Self {
            revoked: 1,
            left: 0,
            keys: vec![ChildKeyBody::example()],
        }
    }
}
