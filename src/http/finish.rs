//! The last touches to every answer: its headers, 304 where the caller knows it, and the line in the access log.

use poem::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use poem::{Body, Response};

use super::answer::NextCursor;
use super::conditional::any_tag_is;
use super::context::RequestContext;
use super::paging::next_link;
use super::rate::WINDOW_S;
use super::routes::Operation;

/// Data may be shown by nobody's page; pages that are meant to be seen bring a policy of their own.
const CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// What is remembered of a request when its answer is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange<'e> {
    pub(super) method: &'e Method,
    pub(super) uri: &'e Uri,
    pub(super) context: &'e RequestContext,
    pub(super) if_none_match: Option<&'e str>,
    pub(super) operation: Option<&'e Operation>,
}

impl Exchange<'_> {
    /// The name in metrics: an operation, never a path, whose number has no bound.
    pub(super) fn label(&self) -> &str {
        self.operation.map_or("other", |operation| operation.id.as_str())
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
    if exchange.operation.is_some() {
        put_default(&mut response, header::CACHE_CONTROL, "no-store");
    }
    if let Some(left) = exchange.context.notes().allowance {
        let policy = format!("\"key\";q={};w={WINDOW_S}", left.quota);
        let state = format!("\"key\";r={};t={}", left.remaining, left.reset_s);
        put(&mut response, HeaderName::from_static("ratelimit-policy"), &policy);
        put(&mut response, HeaderName::from_static("ratelimit"), &state);
    }
    log(&mut response, exchange);
    response
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
    tracing::info!(
        target: "access",
        method = exchange.method.as_str(),
        route = exchange.operation.map_or("-", |operation| operation.pattern.as_str()),
        operation = exchange.label(),
        status = response.status().as_u16(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        bytes = size(response),
        request_id = exchange.context.id,
        caller = exchange.context.notes().caller.as_deref().unwrap_or("-"),
        "answered"
    );
}

/// The size of a body, unknown for streams. poem hides it, hyper's view of the same body has it.
fn size(response: &mut Response) -> Option<u64> {
    let mut carrier = Response::default();
    carrier.set_body(response.take_body());
    let body = hyper::Response::from(carrier).into_body();
    let size = hyper::body::Body::size_hint(&body).exact();
    response.set_body(body);
    size
}
