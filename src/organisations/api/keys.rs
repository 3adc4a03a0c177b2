//! Keys over HTTP. A secret leaves once, in the answer to the request that made it.

use super::key_children::{KeyChildrenBody, RevokeKeyBody};
use super::permission_word::PermissionWord;
use super::{EXAMPLE_ID, Tag, example, repeat, window};
use crate::access::{Actor, Permission};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::issue_key::issue_key;
use crate::organisations::key::{Holder, Key, KeyRemit, NewKey, Secret};
use crate::organisations::keyring::StoredKeyring;
use crate::organisations::queries::{self, KeyFilter};
use crate::organisations::revoke_key::revoke_key;
use chrono::{DateTime, Utc};
use entity::{KeyId, Name, OrganisationId, PersonId, RemitKind, Role};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, ToJSON};
use poem_openapi::{Object, OpenApi};

/// How far an official's key sees.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct RemitBody {
    /// How far.
    pub kind: RemitKind,
    /// The department's id or the town's division code; none for the city and the county.
    #[oai(nullable, validator(min_length = 1, max_length = 40))]
    pub code: Option<String>,
}

impl Example for RemitBody {
    fn example() -> Self {
        Self {
            kind: RemitKind::Town,
            code: Some("320682104".to_owned()),
        }
    }
}

impl From<KeyRemit> for RemitBody {
    fn from(remit: KeyRemit) -> Self {
        Self {
            kind: remit.kind,
            code: remit.code,
        }
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct KeyBody {
    /// Its id.
    pub key_id: KeyId,
    /// For whom it acts.
    pub organisation_id: OrganisationId,
    /// Who holds it.
    pub person_id: PersonId,
    /// The holder's name, as far as it is kept.
    #[oai(nullable, validator(max_length = 120))]
    pub holder: Option<String>,
    /// What its secret begins with, to tell keys apart.
    #[oai(validator(max_length = 40))]
    pub prefix: String,
    /// What it is for.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// In which role it acts.
    pub role: Role,
    /// How far an official's key sees.
    #[oai(nullable)]
    pub remit: Option<RemitBody>,
    /// What it may do.
    #[oai(validator(max_items = 20))]
    pub permissions: Vec<PermissionWord>,
    /// Its limit.
    pub requests_per_minute: u32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By which key it was made; null where it was made on the machine itself.
    #[oai(nullable)]
    pub made_by: Option<KeyId>,
    /// Who made it; null where it was made on the machine itself.
    #[oai(nullable)]
    pub made_by_person_id: Option<PersonId>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    #[oai(nullable)]
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was used last, to the minute.
    #[oai(nullable)]
    pub last_used_at: Option<DateTime<Utc>>,
    /// What came of it, in the answer to its revocation.
    #[oai(skip_serializing_if_is_none)]
    pub children: Option<KeyChildrenBody>,
}

impl KeyBody {
    fn new(key: Key, holder: Option<String>) -> Self {
        let permissions = key.permissions.iter().filter_map(|word| Permission::from_word(word));
        Self {
            key_id: key.id,
            organisation_id: key.organisation_id,
            person_id: key.person_id,
            holder,
            prefix: key.prefix,
            name: key.name,
            role: key.role,
            permissions: permissions.map(PermissionWord::from).collect(),
            remit: key.remit.map(RemitBody::from),
            requests_per_minute: key.requests_per_minute,
            created_at: key.created_at,
            made_by: key.made_by,
            made_by_person_id: key.made_by_person,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            last_used_at: key.last_used_at,
            children: None,
        }
    }
}

impl Example for KeyBody {
    fn example() -> Self {
        Self {
            key_id: example(EXAMPLE_ID),
            organisation_id: example(EXAMPLE_ID),
            person_id: example(EXAMPLE_ID),
            holder: Some("食堂订货程序".to_owned()),
            prefix: "yp_k3v7m2qa".to_owned(),
            name: "订货".to_owned(),
            role: Role::Buyer,
            remit: None,
            permissions: vec![PermissionWord::Order],
            requests_per_minute: 600,
            created_at: example("2021-03-01T01:00:00Z"),
            made_by: Some(example(EXAMPLE_ID)),
            made_by_person_id: Some(example(EXAMPLE_ID)),
            expires_at: example("2022-03-01T01:00:00Z"),
            revoked_at: None,
            last_used_at: None,
            children: None,
        }
    }
}

crate::page! {
    /// Keys in the order they were made, a page at a time.
    KeyPage of KeyBody
}

/// A key just made, with its secret.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct IssuedKeyBody {
    /// The key.
    pub key: KeyBody,
    /// The secret to send as Bearer. It is shown once and kept nowhere: null where this answer repeats an earlier
    /// one. Who has lost it revokes the key and makes another.
    #[oai(nullable, validator(max_length = 256))]
    pub secret: Option<String>,
}

impl Example for IssuedKeyBody {
    fn example() -> Self {
        Self {
            key: KeyBody::example(),
            secret: Some("yp_k3v7m2qa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned()),
        }
    }
}

/// Who will hold a key.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct HolderBody {
    /// The name; it stands beside the journal and can be forgotten.
    pub name: Name,
    /// Whether it is a program.
    #[oai(default)]
    pub machine: bool,
}

impl Example for HolderBody {
    fn example() -> Self {
        Self {
            name: example("食堂订货程序"),
            machine: true,
        }
    }
}

/// A key to be made. It is never stronger than the one that makes it.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewKeyBody {
    /// For whom; your own organisation unless told. Others are the operators' to name.
    pub organisation_id: Option<OrganisationId>,
    /// In which role; that of the organisation unless told. An office's keys may be officials', auditors' or
    /// operators', as an operator says.
    pub role: Option<Role>,
    /// How far an official's key sees; an operator says so.
    pub remit: Option<RemitBody>,
    /// What it is for.
    pub name: Name,
    /// A person or machine to be entered as its holder; this or `person_id`.
    pub holder: Option<HolderBody>,
    /// Who holds it, known from another key; this or `holder`.
    pub person_id: Option<PersonId>,
    /// What it may do; all that its role and your own key may, unless told.
    #[oai(validator(max_items = 12))]
    pub permissions: Option<Vec<PermissionWord>>,
    /// How many days it is good; 365 unless told, and no longer than your own key.
    #[oai(validator(minimum(value = "1"), maximum(value = "400")))]
    pub days: Option<u16>,
    /// Its limit; 600 unless told, and no more than your own key's.
    #[oai(validator(minimum(value = "1"), maximum(value = "6000")))]
    pub requests_per_minute: Option<u32>,
}

impl Example for NewKeyBody {
    fn example() -> Self {
        Self {
            organisation_id: None,
            role: None,
            remit: None,
            name: example("订货"),
            holder: Some(HolderBody::example()),
            person_id: None,
            permissions: Some(vec![PermissionWord::Order]),
            days: Some(365),
            requests_per_minute: None,
        }
    }
}

impl NewKeyBody {
    fn into_new(self, own: OrganisationId) -> Result<NewKey, Refusal> {
        let holder = match (self.holder, self.person_id) {
            (Some(holder), None) => Holder::New {
                name: holder.name,
                machine: holder.machine,
            },
            (None, Some(id)) => Holder::Known(id),
            (None, None) => return Err(Fault::of("missing_field").at("/holder").with("name", "holder").into()),
            (Some(_), Some(_)) => return Err(Fault::of("holder_twice").at("/person_id").into()),
        };
        Ok(NewKey {
            organisation_id: self.organisation_id.unwrap_or(own),
            role: self.role,
            remit: self.remit.map(|remit| KeyRemit {
                kind: remit.kind,
                code: remit.code,
            }),
            name: self.name,
            holder,
            permissions: self.permissions.map(|words| words.into_iter().map(Permission::from).collect()),
            days: self.days,
            requests_per_minute: self.requests_per_minute,
        })
    }
}

/// The operations on keys.
#[derive(Clone, Debug)]
pub struct KeysApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// Where revoked keys are forgotten.
    pub keyring: StoredKeyring,
}

impl KeysApi {
    async fn bodies(&self, keys: Vec<Key>) -> Result<Vec<KeyBody>, Refusal> {
        let people: Vec<PersonId> = keys.iter().map(|key| key.person_id).collect();
        let names = queries::holder_names(&self.desk, &people).await?;
        let body = |key: Key| {
            let holder = names.get(&key.person_id).cloned();
            KeyBody::new(key, holder)
        };
        Ok(keys.into_iter().map(body).collect())
    }

    async fn body(&self, key: Key) -> Result<KeyBody, Refusal> {
        let bodies = self.bodies(vec![key]).await?;
        bodies.into_iter().next().ok_or_else(|| Refusal::broken("one key has one body"))
    }
}

#[OpenApi(tag = "Tag::Keys")]
impl KeysApi {
    /// List keys
    ///
    /// Those of your own organisation, never their secrets; operators may name another organisation. With `made_by` only
    /// what one key has made, which an operator sees in all organisations.
    #[oai(path = "/v1/keys", method = "get", operation_id = "list_keys")]
    async fn list(
        &self,
        caller: Caller,
        /// Whose; your own unless told.
        organisation_id: Query<Option<OrganisationId>>,
        /// Only those that this key has made.
        made_by: Query<Option<KeyId>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<KeyPage>> {
        let actor = Actor::of(&caller)?;
        let window = window(&caller, "keys", limit.0, cursor.0)?;
        let filter = KeyFilter {
            owner: organisation_id.0,
            made_by: made_by.0,
        };
        let found = queries::keys(&self.desk, &actor, filter, window).await?;
        let (found, next) = cut(found, limit.0, |last| caller.cursor("keys", &last.id))?;
        Ok(Listed((self.bodies(found).await?, next).into()))
    }

    /// Make a key
    ///
    /// Answers its secret, once. The key is in no way stronger than the one that makes it, and for yourself or for a new
    /// person or machine; only operators make keys for other organisations. Keys of operators and auditors are made on
    /// the machine itself.
    #[oai(path = "/v1/keys", method = "post", operation_id = "create_key")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewKeyBody>,
    ) -> poem::Result<Made<IssuedKeyBody>> {
        let actor = Actor::of(&caller)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/keys", body.0.to_json())?;
        let new = body.0.into_new(actor.organisation)?;
        let issued = issue_key(&self.desk, &actor, new, Some(repeat)).await?;
        let replayed = issued.secret.is_none();
        let body = IssuedKeyBody {
            key: self.body(issued.key).await?,
            secret: issued.secret.as_ref().map(Secret::reveal).map(str::to_owned),
        };
        Ok(Made::now(&body).replayed(replayed))
    }

    /// Revoke a key
    ///
    /// Nothing is written with it any more, and within two seconds nothing is read. What it made, and what that made, is
    /// revoked with it and told in the answer; with `cascade` false it is only told. Revoked keys stay as they are.
    #[oai(path = "/v1/keys/:key_id/revoke", method = "post", operation_id = "revoke_key")]
    async fn revoke(
        &self,
        caller: Caller,
        /// Its id.
        key_id: Path<KeyId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<Option<RevokeKeyBody>>,
    ) -> poem::Result<Made<KeyBody>> {
        let actor = Actor::of(&caller)?;
        let operation = format!("POST /v1/keys/{}/revoke", key_id.0);
        let asked = body.0.as_ref().and_then(ToJSON::to_json);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, asked)?;
        let cascade = body.0.is_none_or(|body| body.cascade);
        let revoked = revoke_key(&self.desk, &actor, key_id.0, cascade, Some(repeat)).await?;
        self.keyring.forget(key_id.0);
        if revoked.answer.children_revoked > 0 {
            self.keyring.forget_all();
        }
        let children = KeyChildrenBody::of(&revoked.answer);
        let mut body = self.body(revoked.answer.key).await?;
        body.children = Some(children);
        Ok(Made::before(&body).replayed(revoked.replayed))
    }
}
