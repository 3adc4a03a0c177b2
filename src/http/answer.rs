//! The shapes of success that all rooms share: one thing with its version, a thing just made, a page.
//!
//! Each documents its headers in the spec, so a handler says what it means and forgets no header.

use std::marker::PhantomData;

use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};
use serde_json::Value;

use super::conditional::etag;
use super::idempotency::REPLAYED_HEADER;

/// One thing and its version: 200 with `ETag`. The edge turns it into 304 where `If-None-Match` says so.
#[derive(Debug)]
pub struct Versioned<T>(pub T, pub i64);

impl<T: ToJSON> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.0).into_response();
        put(&mut response, header::ETAG.as_str(), &etag(self.1));
        response
    }
}

impl<T: ToJSON> ApiResponse for Versioned<T> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![response::<T>(200, vec![etag_header()])],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// A thing just made (201), or found made before by the caller's own number (200), or an earlier answer replayed.
#[derive(Debug)]
pub struct Made<T> {
    status: StatusCode,
    body: Value,
    location: Option<String>,
    version: Option<i64>,
    replayed: bool,
    kind: PhantomData<fn() -> T>,
}

impl<T: ToJSON> Made<T> {
    /// A thing made now.
    #[must_use]
    pub fn now(thing: &T) -> Self {
        Self::stored(StatusCode::CREATED, thing.to_json().unwrap_or_default()).first()
    }

    /// A thing that was there already, as it is.
    #[must_use]
    pub fn before(thing: &T) -> Self {
        Self::stored(StatusCode::OK, thing.to_json().unwrap_or_default()).first()
    }

    /// The answer kept under an idempotency key, replayed as it was.
    #[must_use]
    pub fn stored(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body,
            location: None,
            version: None,
            replayed: true,
            kind: PhantomData,
        }
    }

    fn first(mut self) -> Self {
        self.replayed = false;
        self
    }

    /// Marks the answer as a replay, or not.
    #[must_use]
    pub fn replayed(mut self, replayed: bool) -> Self {
        self.replayed = replayed;
        self
    }

    /// The `Location` of the thing.
    #[must_use]
    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// The `ETag` of the thing.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// What to keep under the idempotency key.
    #[must_use]
    pub fn to_store(&self) -> (StatusCode, &Value) {
        (self.status, &self.body)
    }
}

impl<T: Send> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        let mut response = Response::builder().status(self.status).content_type("application/json").body(body);
        if let Some(location) = &self.location {
            put(&mut response, header::LOCATION.as_str(), location);
        }
        if let Some(version) = self.version {
            put(&mut response, header::ETAG.as_str(), &etag(version));
        }
        if self.replayed {
            put(&mut response, REPLAYED_HEADER, "true");
        }
        response
    }
}

impl<T: ToJSON> ApiResponse for Made<T> {
    fn meta() -> MetaResponses {
        let headers = || {
            vec![
                text_header("Location", "Where the thing is read."),
                etag_header(),
                text_header(
                    REPLAYED_HEADER,
                    "`true` where this is the answer of an earlier request with the same key.",
                ),
            ]
        };
        MetaResponses {
            responses: vec![response::<T>(200, headers()), response::<T>(201, headers())],
        }
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

/// A page that knows the cursor of the next one; `page!` implements it.
pub trait HasNext {
    /// The cursor of the next page.
    fn next(&self) -> Option<&str>;
}

/// A page: 200, with a `Link` to the next one, which the edge writes since it knows the URL.
#[derive(Debug)]
pub struct Listed<P>(pub P);

/// The cursor the edge puts into `Link`.
#[derive(Clone, Debug)]
pub(super) struct NextCursor(pub(super) String);

impl<P: ToJSON + HasNext> IntoResponse for Listed<P> {
    fn into_response(self) -> Response {
        let next = self.0.next().map(|cursor| NextCursor(cursor.to_owned()));
        let mut response = Json(self.0).into_response();
        if let Some(next) = next {
            response.set_data(next);
        }
        response
    }
}

impl<P: ToJSON + HasNext> ApiResponse for Listed<P> {
    fn meta() -> MetaResponses {
        let link = text_header("Link", "The next page, relation `next`; absent on the last page.");
        MetaResponses {
            responses: vec![response::<P>(200, vec![link])],
        }
    }

    fn register(registry: &mut Registry) {
        P::register(registry);
    }
}

/// A page of a feed: like [`Listed`], but a cursor may be refused with 409 and the way back.
#[derive(Debug)]
pub struct Followed<P>(pub P);

impl<P: ToJSON + HasNext> IntoResponse for Followed<P> {
    fn into_response(self) -> Response {
        Listed(self.0).into_response()
    }
}

impl<P: ToJSON + HasNext> ApiResponse for Followed<P> {
    fn meta() -> MetaResponses {
        let mut meta = Listed::<P>::meta();
        meta.responses.push(MetaResponse {
            description: "",
            status: Some(409),
            status_range: None,
            content: Vec::new(),
            headers: Vec::new(),
        });
        meta
    }

    fn register(registry: &mut Registry) {
        P::register(registry);
    }
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

fn response<T: Type>(status: u16, headers: Vec<MetaHeader>) -> MetaResponse {
    MetaResponse {
        description: "",
        status: Some(status),
        status_range: None,
        content: vec![MetaMediaType {
            content_type: Json::<T>::CONTENT_TYPE,
            schema: T::schema_ref(),
        }],
        headers,
    }
}

fn etag_header() -> MetaHeader {
    text_header(
        "ETag",
        "The version of the thing, strong: send it back as `If-Match` to change the thing.",
    )
}

fn text_header(name: &str, description: &str) -> MetaHeader {
    MetaHeader {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        required: false,
        deprecated: false,
        schema: MetaSchemaRef::Inline(Box::new(poem_openapi::registry::MetaSchema::new("string"))),
    }
}
