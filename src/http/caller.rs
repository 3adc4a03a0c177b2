//! Who calls: the Bearer key of a request, found through a [`Keyring`] that the app plugs in.
//!
//! The edge lets callers in before it reads a byte of the body; a handler takes its [`Caller`] as the **first**
//! argument, so that even without the edge strangers get 401 and not a remark on their parameters.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use poem::Request;
use poem::http::{HeaderMap, StatusCode, header};
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::context::{Context, RequestContext};
use super::fault::{Fault, Refusal};
use super::paging::Cursor;
use super::problem;
use super::rate::{RateBounds, RateLimits};
use super::seal::CursorSeal;

/// No key of ours is longer; what is longer is not looked up.
const MAX_SECRET_BYTES: usize = 256;

/// What is known of a key that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The key.
    pub key_id: Uuid,
    /// Who made or holds it.
    pub person_id: Uuid,
    /// For whom it acts.
    pub organisation_id: Uuid,
    /// The role of the organisation.
    pub role: String,
    /// What the key may do.
    pub permissions: Vec<String>,
    /// The kind and the id of what an official may see, if narrowed.
    pub remit: Option<(String, String)>,
    /// Its limit.
    pub requests_per_minute: u32,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// At which number of the register it was found good.
    pub as_of: i64,
}

/// Finds keys. Implemented by the room that owns them.
#[async_trait]
pub trait Keyring: Send + Sync + 'static {
    /// What is known of `secret`.
    ///
    /// # Errors
    /// `unauthenticated` for an unknown key, `key_expired`, `key_revoked`; or the keyring's own failure.
    async fn find(&self, secret: &str) -> Result<Known, Refusal>;
}

/// The keyring and the limits: all it takes to let a request in.
#[derive(Clone)]
pub struct Doorman {
    keyring: Arc<dyn Keyring>,
    limits: Option<Arc<RateLimits>>,
    seal: CursorSeal,
}

impl fmt::Debug for Doorman {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Doorman")
            .field("limits", &self.limits.is_some())
            .finish_non_exhaustive()
    }
}

impl Doorman {
    /// A doorman who asks `keyring`, and counts requests where there are limits; cursors of those let in are under `seal`.
    #[must_use]
    pub fn new(keyring: Arc<dyn Keyring>, seal: CursorSeal, limits: Option<RateBounds>) -> Self {
        Self {
            keyring,
            seal,
            limits: limits.map(|bounds| Arc::new(RateLimits::new(bounds))),
        }
    }

    /// The seal of cursors.
    pub(super) fn seal(&self) -> CursorSeal {
        self.seal.clone()
    }

    /// Lets a request in, or says why not.
    ///
    /// # Errors
    /// What the keyring says, `unauthenticated` without a Bearer key, `rate_limited`.
    pub async fn admit(&self, headers: &HeaderMap, context: &RequestContext) -> Result<Known, Refusal> {
        let known = match self.known(headers).await {
            Ok(known) => known,
            Err(refusal) => return Err(self.counted(refusal, context)),
        };
        context.note_caller(&known);
        if let Some(limits) = &self.limits {
            let (allowances, result) = limits.take(&known);
            context.note_allowances(allowances);
            result?;
        }
        Ok(known)
    }

    async fn known(&self, headers: &HeaderMap) -> Result<Known, Refusal> {
        let secret = bearer(headers).ok_or_else(|| Refusal::fault("unauthenticated"))?;
        self.keyring.find(secret).await
    }

    /// A 401 counts for the address that gets it; after too many of them it is told to wait instead.
    fn counted(&self, refusal: Refusal, context: &RequestContext) -> Refusal {
        let (Some(limits), Some(address)) = (&self.limits, context.address) else {
            return refusal;
        };
        if problem::status_of(&refusal) != StatusCode::UNAUTHORIZED {
            return refusal;
        }
        limits.take_wrong(address).map_or_else(Refusal::from, |()| refusal)
    }
}

/// The secret of a Bearer `Authorization` header; two such headers are none.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (all.next()?.to_str().ok()?, all.next()) else {
        return None;
    };
    let (scheme, secret) = value.split_once(' ')?;
    let secret = secret.trim();
    let fits = !secret.is_empty() && secret.len() <= MAX_SECRET_BYTES;
    (scheme.eq_ignore_ascii_case("bearer") && fits).then_some(secret)
}

/// An API key, sent as `Authorization: Bearer <key>`.
#[derive(Debug, SecurityScheme)]
#[oai(rename = "ApiKey", ty = "bearer", bearer_format = "yp_…", checker = "check")]
pub struct Caller(Admitted);

/// Who was let in, and the seal of the cursors given to them.
#[derive(Clone, Debug)]
struct Admitted {
    known: Known,
    seal: CursorSeal,
}

impl Caller {
    /// The caller without the HTTP around it.
    #[must_use]
    pub fn into_known(self) -> Known {
        self.0.known
    }

    /// The text of a cursor for the list `list`, sorted as its name says, that resumes after `position`: good for this
    /// caller's organisation alone.
    ///
    /// # Errors
    /// Only where `position` cannot be written.
    pub fn cursor<T: Serialize>(&self, list: &str, position: &T) -> Result<String, Refusal> {
        Cursor::seal(&self.0.seal, list, self.organisation_id, position)
    }

    /// The position in a cursor that this caller's organisation was given for this list.
    ///
    /// # Errors
    /// `cursor_invalid` for any other.
    pub fn position<T: DeserializeOwned>(&self, list: &str, cursor: &Cursor) -> Result<T, Refusal> {
        cursor.open(&self.0.seal, list, self.organisation_id)
    }

    /// The position in a cursor of before there was a seal, while such are taken. Anybody can make one.
    ///
    /// # Errors
    /// `cursor_invalid` for any other, and for all of them once their time is over.
    pub fn old_position<T: DeserializeOwned>(&self, list: &str, cursor: &Cursor, now: DateTime<Utc>) -> Result<T, Refusal> {
        if self.0.seal.takes_old(now) {
            cursor.unsealed(list)
        } else {
            Err(Fault::of("cursor_invalid").parameter("cursor").into())
        }
    }
}

impl Deref for Caller {
    type Target = Known;

    fn deref(&self) -> &Known {
        &self.0.known
    }
}

/// Whom the edge has let in; without an edge, asks the doorman in the request's data.
async fn check(request: &Request, _bearer: Bearer) -> poem::Result<Admitted> {
    if let (Some(known), Some(seal)) = (request.data::<Known>(), request.data::<CursorSeal>()) {
        let (known, seal) = (known.clone(), seal.clone());
        return Ok(Admitted { known, seal });
    }
    let (Some(doorman), Some(context)) = (request.data::<Doorman>(), request.data::<Context>()) else {
        return Err(Refusal::fault("unauthenticated").into());
    };
    let known = doorman.admit(request.headers(), context).await?;
    let seal = doorman.seal();
    Ok(Admitted { known, seal })
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::HeaderValue;

    #[test]
    fn reads_one_bearer_key() {
        let mut headers = HeaderMap::new();
        assert_eq!(bearer(&headers), None);
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer yp_abc"));
        assert_eq!(bearer(&headers), Some("yp_abc"));
        headers.append(header::AUTHORIZATION, HeaderValue::from_static("Bearer yp_abd"));
        assert_eq!(bearer(&headers), None);
        for other in ["Basic eXA6eA==", "Bearer ", "Bearer", "yp_abc"] {
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(other));
            assert_eq!(bearer(&headers), None, "{other}");
        }
    }
}
