//! The last touches to every answer: its headers, 304 where the caller knows it, its line among the requests in the log
//! of the service, and in the access log where it belongs there.

use std::collections::BTreeMap;

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use poem::{Body, Response};

use super::access_log::{AccessLog, Line, Why};
use super::answer::NextCursor;
use super::conditional::any_tag_is;
use super::context::RequestContext;
use super::paging::next_link;
use super::rate::{Allowance, WINDOW_S};
use super::routes::{Operation, PathEntry};

/// Data may be shown by nobody's page; pages that are meant to be seen bring a policy of their own.
const CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// The role whose every read is kept.
const OFFICIAL: &str = "official";

/// What is remembered of a request when its answer is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange<'e> {
    pub(super) method: &'e Method,
    pub(super) uri: &'e Uri,
    pub(super) context: &'e RequestContext,
    pub(super) if_none_match: Option<&'e str>,
    pub(super) entry: Option<&'e PathEntry>,
    pub(super) operation: Option<&'e Operation>,
    /// The kind of problem that it was answered with.
    pub(super) problem: Option<&'static str>,
    /// Whether a body was announced that nobody has read.
    pub(super) unread: bool,
}

/// No id of ours is longer.
const MOST_ID_BYTES: usize = 64;

impl Exchange<'_> {
    /// The name in metrics: an operation, never a path, whose number has no bound.
    pub(super) fn label(&self) -> &str {
        self.operation.map_or("other", |operation| operation.id.as_str())
    }

    /// Whether the answer may tell a secret: keys are told when they are made.
    pub(super) fn tells_secrets(&self) -> bool {
        self.operation.is_some_and(|operation| operation.id.contains("key"))
    }

    /// The ids in the path, by their names; what can be none of ours is not repeated.
    fn ids(&self) -> BTreeMap<&str, &str> {
        let values = self.entry.map(|entry| entry.path_values(self.uri.path()));
        let is_sane = |id: &str| id.len() <= MOST_ID_BYTES && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let shown = |(name, id)| (name, if is_sane(id) { id } else { "?" });
        values.into_iter().flatten().map(shown).collect()
    }

    /// Leaves a line in the access log where this was a denial, an export or an official's read.
    pub(super) fn note(&self, log: &AccessLog, status: StatusCode) {
        let notes = self.context.notes();
        let caller = notes.caller.as_ref();
        let reads = self.method == Method::GET || self.method == Method::HEAD;
        let why = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Why::Denied,
            _ if self.operation.is_some_and(Operation::is_export) => Why::Export,
            _ if reads && caller.is_some_and(|who| who.role == OFFICIAL) => Why::OfficialRead,
            _ => return,
        };
        log.note(&Line {
            why,
            request_id: &self.context.id,
            address: self.context.address,
            key: caller.map(|who| who.key),
            person: caller.map(|who| who.person),
            organisation: caller.map(|who| who.organisation),
            role: caller.map(|who| who.role.as_str()),
            method: self.method.as_str(),
            operation: self.label(),
            ids: self.ids(),
            status: status.as_u16(),
            problem: self.problem,
        });
    }
}

/// Completes `response` and logs it.
pub(super) fn finish(mut response: Response, exchange: &Exchange<'_>) -> Response {
    if let Some(NextCursor(cursor)) = response.data::<NextCursor>().cloned() {
        put(&mut response, header::LINK, &next_link(exchange.uri, &cursor));
    }
    response = not_modified(response, exchange);
    put(&mut response, HeaderName::from_static("x-request-id"), &exchange.context.id);
    put_default(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put_default(&mut response, header::REFERRER_POLICY, "no-referrer");
    put_default(&mut response, header::CONTENT_SECURITY_POLICY, CSP);
    if exchange.unread {
        // The next request would begin behind a body that may never come.
        put(&mut response, header::CONNECTION, "close");
    }
    if exchange.operation.is_some() {
        put_default(&mut response, header::CACHE_CONTROL, "no-store");
    }
    say_what_is_left(&mut response, &exchange.context.notes().allowances);
    log(&mut response, exchange);
    response
}

/// What the key and its organisation have left of their limits.
fn say_what_is_left(response: &mut Response, allowances: &[Allowance]) {
    if allowances.is_empty() {
        return;
    }
    let list = |one: &dyn Fn(&Allowance) -> String| allowances.iter().map(one).collect::<Vec<_>>().join(", ");
    let policy = list(&|left| format!("\"{}\";q={};w={WINDOW_S}", left.whose, left.quota));
    let state = list(&|left| format!("\"{}\";r={};t={}", left.whose, left.remaining, left.reset_s));
    put(response, HeaderName::from_static("ratelimit-policy"), &policy);
    put(response, HeaderName::from_static("ratelimit"), &state);
}

/// A read whose `ETag` the caller holds already needs no body.
fn not_modified(response: Response, exchange: &Exchange<'_>) -> Response {
    let reads = exchange.method == Method::GET || exchange.method == Method::HEAD;
    let tag = response.header(header::ETAG);
    if !reads || response.status() != StatusCode::OK || !tag.is_some_and(|tag| any_tag_is(exchange.if_none_match, tag)) {
        return response;
    }
    let (parts, _) = response.into_parts();
    let mut bare = Response::from_parts(parts, Body::empty());
    bare.set_status(StatusCode::NOT_MODIFIED);
    bare.headers_mut().remove(header::CONTENT_TYPE);
    bare
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn put_default(response: &mut Response, name: HeaderName, value: &'static str) {
    response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
}

/// One line a request. Neither query values nor bodies: both may hold what a log must not keep.
fn log(response: &mut Response, exchange: &Exchange<'_>) {
    let took = exchange.context.started.elapsed();
    let notes = exchange.context.notes();
    tracing::info!(
        target: "access",
        method = exchange.method.as_str(),
        route = exchange.operation.map_or("-", |operation| operation.pattern.as_str()),
        operation = exchange.label(),
        status = response.status().as_u16(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        bytes = size(response),
        request_id = exchange.context.id,
        caller = notes.caller.map_or_else(|| "-".to_owned(), |who| who.key.to_string()),
        client = exchange.context.address.map_or_else(|| "-".to_owned(), |address| address.to_string()),
        ids = exchange.ids().iter().map(|(name, id)| format!("{name}={id}")).collect::<Vec<_>>().join(" "),
        "answered"
    );
}

/// The size of a body, unknown for streams. poem hides it, hyper's view of the same body has it.
pub(super) fn size(response: &mut Response) -> Option<u64> {
    let mut carrier = Response::default();
    carrier.set_body(response.take_body());
    let body = hyper::Response::from(carrier).into_body();
    let size = hyper::body::Body::size_hint(&body).exact();
    response.set_body(body);
    size
}
