//! What is known about one request from its first byte: its id, its language, its caller once known.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use poem::Request;
use uuid::Uuid;

use super::address::asked_from;
use super::caller::Known;
use super::language::Language;
use super::rate::Allowance;

/// The context as it travels in the request's data.
pub type Context = Arc<RequestContext>;

/// One request, as the log, the problems and the handlers see it.
#[derive(Debug)]
pub struct RequestContext {
    /// The caller's `X-Request-Id` where it is sane, else our own.
    pub id: String,
    /// The language of problems.
    pub language: Language,
    /// When the head of the request had been read.
    pub started: Instant,
    /// Who asks, as far as that can be believed; none where the request came over no socket.
    pub address: Option<IpAddr>,
    notes: Mutex<Notes>,
}

/// What later steps leave for the edge, which writes headers and the log line.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    pub(super) caller: Option<Who>,
    pub(super) allowances: Vec<Allowance>,
}

/// Whose key was shown, by ids: never a secret and never a person's name.
#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) key: Uuid,
    pub(super) person: Uuid,
    pub(super) organisation: Uuid,
    pub(super) role: String,
}

impl RequestContext {
    pub(super) fn of(request: &Request, proxies: &[IpAddr]) -> Self {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let id = match text("x-request-id") {
            Some(id) if is_sane(id) => id.to_owned(),
            _ => Uuid::now_v7().to_string(),
        };
        Self {
            id,
            language: Language::negotiate(text("accept-language")),
            started: Instant::now(),
            address: asked_from(request, proxies),
            notes: Mutex::default(),
        }
    }

    /// Names the caller for the logs.
    pub(super) fn note_caller(&self, known: &Known) {
        let who = Who {
            key: known.key_id,
            person: known.person_id,
            organisation: known.organisation_id,
            role: known.role.clone(),
        };
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).caller = Some(who);
    }

    pub(super) fn note_allowances(&self, allowances: Vec<Allowance>) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).allowances = allowances;
    }

    pub(super) fn notes(&self) -> Notes {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An id from outside goes into logs and answers, so only what can do no harm there is taken over.
fn is_sane(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_over_only_sane_ids() {
        assert!(is_sane("a1b2-c3d4_E5"));
        for id in ["short", "with space here", "line\nbreak1", &"x".repeat(65), "汉字汉字汉字"] {
            assert!(!is_sane(id), "{id:?}");
        }
    }
}
