//! API keys: what a secret looks like, and how strong a key may be.
//!
//! A secret has 256 random bits, so its plain SHA-256 is kept and looked up: nobody tries out that many, and a slow
//! hash would only slow down every request.

use crate::access::{Actor, Permission};
use crate::http::fault::{Fault, Faults};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use entity::{KeyId, Name, OrganisationId, OrganisationKind, PersonId, RemitKind, Role};
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The longest life of a key, days: a school year with its holidays.
pub const MAX_DAYS: u16 = 400;
/// The life of a key unless told, days.
pub const DEFAULT_DAYS: u16 = 365;
/// The most requests a minute of one key.
pub const MAX_RATE: u32 = 6_000;
/// The requests a minute of a key unless told.
pub const DEFAULT_RATE: u32 = 600;
/// The most keys of one organisation that are neither revoked nor expired.
pub const MAX_KEYS: u64 = 200;

/// Which words of permission there are: raised when words are added, so that keys of before are found.
pub const WORDS: i32 = 2;

const PREFIX_BYTES: usize = 5;
const SECRET_BYTES: usize = 32;
/// `yp_`, 8 characters, `_`, 43 characters.
const SECRET_CHARS: usize = 55;
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// A secret just made. It is shown once and kept nowhere; only its hash is.
#[derive(Clone)]
pub struct Secret {
    text: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret").field("prefix", &self.prefix()).finish_non_exhaustive()
    }
}

impl Secret {
    /// A new one: `yp_`, 8 characters by which people tell keys apart, `_`, 256 random bits as base64url.
    #[must_use]
    pub fn random() -> Self {
        let (mut told, mut hidden) = ([0_u8; PREFIX_BYTES], [0_u8; SECRET_BYTES]);
        rand::rng().fill_bytes(&mut told);
        rand::rng().fill_bytes(&mut hidden);
        Self {
            text: format!("yp_{}_{}", base32(told), URL_SAFE_NO_PAD.encode(hidden)),
        }
    }

    /// The whole secret.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What people tell it by: `yp_` and 8 characters.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.text.get(..11).unwrap_or_default()
    }

    /// What is kept.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        hash_of(&self.text)
    }
}

/// The hash by which a secret is found.
#[must_use]
pub fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether a text may be one of our secrets at all; others are not looked up.
#[must_use]
pub fn is_plausible(secret: &str) -> bool {
    secret.len() == SECRET_CHARS && secret.starts_with("yp_")
}

/// 40 bits as 8 characters without case and without signs that are easily mistaken.
fn base32(bytes: [u8; PREFIX_BYTES]) -> String {
    let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..8)
        .rev()
        .map(|place| char::from(BASE32[usize::try_from(bits >> (5 * place) & 31).unwrap_or_default()]))
        .collect()
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// For whom it acts.
    pub organisation_id: OrganisationId,
    /// Who holds it.
    pub person_id: PersonId,
    /// What people tell it by.
    pub prefix: String,
    /// What it is for.
    pub name: String,
    /// In which role it acts.
    pub role: Role,
    /// How far an official's key sees.
    pub remit: Option<KeyRemit>,
    /// What it may do, as words.
    pub permissions: Vec<String>,
    /// Its limit.
    pub requests_per_minute: u32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By which key it was made; none where the machine itself made it.
    #[serde(default)]
    pub made_by: Option<KeyId>,
    /// Who made it; nobody where the machine itself made it.
    #[serde(default)]
    pub made_by_person: Option<PersonId>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl Key {
    /// Why the key is not good at an instant; nothing if it is.
    #[must_use]
    pub fn flaw(&self, now: DateTime<Utc>) -> Option<&'static str> {
        if self.revoked_at.is_some() {
            Some("key_revoked")
        } else if self.expires_at <= now {
            Some("key_expired")
        } else {
            None
        }
    }
}

/// How far an official's key sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRemit {
    /// How far.
    pub kind: RemitKind,
    /// The department's id or the town's division code; none for the city and the county.
    pub code: Option<String>,
}

/// Who will hold a key.
#[derive(Clone, Debug)]
pub enum Holder {
    /// Somebody known already.
    Known(PersonId),
    /// A person or machine to be entered; the name is personal data.
    New {
        /// The name.
        name: Name,
        /// Whether it is a program.
        machine: bool,
    },
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// For whom.
    pub organisation_id: OrganisationId,
    /// In which role; that of the organisation or the maker unless told.
    pub role: Option<Role>,
    /// How far an official's key sees.
    pub remit: Option<KeyRemit>,
    /// What it is for.
    pub name: Name,
    /// Who will hold it.
    pub holder: Holder,
    /// What it may do; all that its role and its maker may, unless told.
    pub permissions: Option<Vec<Permission>>,
    /// How long it is good, 1 to [`MAX_DAYS`] days.
    pub days: Option<u16>,
    /// Its limit, 1 to [`MAX_RATE`].
    pub requests_per_minute: Option<u32>,
}

/// How strong a key is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strength {
    /// In which role it acts.
    pub role: Role,
    /// How far it sees.
    pub remit: Option<KeyRemit>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// Its limit.
    pub requests_per_minute: u32,
}

/// What is known where a key is made.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// Who makes it.
    pub maker: &'a Actor,
    /// The maker's own key; none for the command line on the machine itself.
    pub maker_key: Option<&'a Key>,
    /// The kind of organisation it is for.
    pub kind: OrganisationKind,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Making<'_> {
    /// Who sees or runs all is let in by somebody who stands at the machine, and not by a key that may be stolen.
    pub fn check_place(self, new: &NewKey) -> Result<(), Fault> {
        let role = self.wanted_role(new);
        if self.maker_key.is_some() && matches!(role, Role::Auditor | Role::Operator) {
            return Err(Fault::of("made_on_the_machine").at("/role").with("role", role));
        }
        Ok(())
    }

    /// How strong the key will be, or everything wrong with what is asked for. No key is stronger than its maker.
    pub fn strength(self, new: &NewKey) -> Result<Strength, Vec<Fault>> {
        let mut faults = Faults::new();
        let role = self.role(new, &mut faults);
        let remit = self.remit(new, role, &mut faults);
        let permissions = self.permissions(new, role, &mut faults);
        let expires_at = self.expiry(new, &mut faults);
        let requests_per_minute = self.rate(new, &mut faults);
        if !faults.is_empty() {
            return Err(faults.into_vec());
        }
        Ok(Strength {
            role,
            remit,
            permissions,
            expires_at,
            requests_per_minute,
        })
    }

    /// Operators provision others; everybody else makes more of the same.
    fn is_operator(self) -> bool {
        self.maker.role == Role::Operator
    }

    fn wanted_role(self, new: &NewKey) -> Role {
        let own = if self.is_operator() { self.kind.role() } else { self.maker.role };
        new.role.unwrap_or(own)
    }

    fn role(self, new: &NewKey, faults: &mut Faults) -> Role {
        let role = self.wanted_role(new);
        let fits = match self.kind.role() {
            // An office's keys act as officials, auditors or operators, as an operator says.
            Role::Official => matches!(role, Role::Official | Role::Auditor | Role::Operator),
            of_kind => role == of_kind,
        };
        faults.check(fits && (self.is_operator() || role == self.maker.role), || {
            Fault::of("role_unfit").at("/role").with("role", role)
        });
        role
    }

    fn remit(self, new: &NewKey, role: Role, faults: &mut Faults) -> Option<KeyRemit> {
        if !self.is_operator() {
            let own = self.maker_key.and_then(|key| key.remit.clone());
            faults.check(new.remit.is_none() || new.remit == own, || {
                Fault::of("key_too_strong").at("/remit").with("what", "remit")
            });
            return own;
        }
        let official = role == Role::Official;
        faults.check(official == new.remit.is_some(), || {
            Fault::of("remit_unfit").at("/remit").with("role", role)
        });
        if let Some(remit) = &new.remit {
            let narrow = matches!(remit.kind, RemitKind::Department | RemitKind::Town);
            faults.check(narrow == remit.code.is_some(), || {
                Fault::of("remit_code_unfit").at("/remit/code").with("kind", remit.kind)
            });
        }
        new.remit.clone()
    }

    /// What the maker's role could hold, the maker must hold to give it. What it never holds, operators give who may
    /// change organisations: a narrower key of theirs makes no key that orders or sells.
    fn may_give(self, permission: Permission) -> bool {
        let foreign = self.is_operator() && !Permission::of_role(Role::Operator).contains(&permission);
        let needed = if foreign { Permission::Organise } else { permission };
        self.maker.permissions.contains(&needed)
    }

    fn permissions(self, new: &NewKey, role: Role, faults: &mut Faults) -> Vec<Permission> {
        let of_role = Permission::of_role(role);
        let Some(wanted) = &new.permissions else {
            return of_role.iter().copied().filter(|permission| self.may_give(*permission)).collect();
        };
        for (at, permission) in wanted.iter().enumerate() {
            let fits = of_role.contains(permission) && self.may_give(*permission);
            faults.check(fits, || {
                Fault::of("key_too_strong")
                    .at(format!("/permissions/{at}"))
                    .with("what", permission.as_str())
            });
        }
        let mut kept: Vec<Permission> = wanted.clone();
        kept.sort_unstable();
        kept.dedup();
        kept
    }

    fn expiry(self, new: &NewKey, faults: &mut Faults) -> DateTime<Utc> {
        let days = new.days.unwrap_or(DEFAULT_DAYS);
        faults.check((1..=MAX_DAYS).contains(&days), || {
            Fault::of("invalid_field")
                .at("/days")
                .with("expected", format!("a whole number from 1 to {MAX_DAYS}"))
        });
        let wanted = self.now + TimeDelta::days(i64::from(days));
        let Some(own) = self.maker_key.map(|key| key.expires_at) else {
            return wanted;
        };
        faults.check(new.days.is_none() || wanted <= own, || {
            Fault::of("key_outlives_maker").at("/days").with("latest", own.to_rfc3339())
        });
        wanted.min(own)
    }

    fn rate(self, new: &NewKey, faults: &mut Faults) -> u32 {
        let rate = new.requests_per_minute.unwrap_or(DEFAULT_RATE);
        faults.check((1..=MAX_RATE).contains(&rate), || {
            Fault::of("invalid_field")
                .at("/requests_per_minute")
                .with("expected", format!("a whole number from 1 to {MAX_RATE}"))
        });
        let Some(own) = self.maker_key.map(|key| key.requests_per_minute) else {
            return rate;
        };
        faults.check(new.requests_per_minute.is_none() || rate <= own, || {
            Fault::of("key_too_strong")
                .at("/requests_per_minute")
                .with("what", "requests_per_minute")
        });
        rate.min(own)
    }
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
