//! A tiny API for the tests of this room: list, read, make, change, and two ways to break.

use std::sync::Arc;

use async_trait::async_trait;
use poem::http::StatusCode;
use poem::{EndpointExt, IntoEndpoint, Route};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi, OpenApiService, Tags};
use uuid::Uuid;

use super::answer::{Listed, Made, Versioned};
use super::caller::{Caller, Doorman, Keyring, Known};
use super::conditional;
use super::config::HttpConfig;
use super::edge::Edge;
use super::fault::{Fault, Faults, Refusal};
use super::idempotency::IdempotencyKey;
use super::metrics::Metrics;
use super::paging::{Cursor, Limit, cut};
use super::routes::Routes;
use super::seal::CursorSeal;
use super::spec::{About, Tag, publish};
use super::{docs, health::Health};

#[derive(Tags)]
enum Tags_ {
    /// Things of all kinds.
    Things,
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Mood {
    Calm,
    Wild,
}

/// A thing to be made.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NewThing {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 4))]
    pub name: String,
    /// How many.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub count: i32,
    /// How it is.
    pub mood: Mood,
    /// Its parts.
    #[oai(validator(max_items = 3), default)]
    pub parts: Vec<Part>,
    /// A remark.
    #[oai(validator(max_length = 10))]
    pub remark: Option<String>,
}

/// A part of a thing.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct Part {
    /// Which.
    #[oai(validator(pattern = "^[A-Z]{1,3}$"))]
    pub code: String,
}

/// A thing.
#[derive(Debug, Clone, Object)]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// A remark, if there is one.
    #[oai(nullable)]
    pub remark: Option<String>,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// What may be changed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct ThingChange {
    /// The new name.
    #[oai(validator(min_length = 1, max_length = 4))]
    pub name: String,
}

crate::page! {
    /// Things, a page at a time.
    ThingPage of Thing
}

fn thing(name: &str) -> Thing {
    Thing {
        id: Uuid::from_u128(7),
        name: name.to_owned(),
        remark: None,
        parts: Vec::new(),
    }
}

/// The API.
pub struct DemoApi;

#[OpenApi(tag = "Tags_::Things")]
impl DemoApi {
    /// List things
    ///
    /// Things by id, a page at a time.
    #[oai(path = "/v1/things", method = "get", operation_id = "list_things")]
    async fn list(
        &self,
        caller: Caller,
        /// Only things in this mood.
        #[oai(name = "mood")]
        _mood: Query<Option<Mood>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ThingPage>> {
        let after: u128 = cursor.0.map_or(Ok(0), |cursor| caller.position("things", &cursor))?;
        let rows = (after + 1..=5).map(|id| Thing {
            id: Uuid::from_u128(id),
            ..thing("a")
        });
        let rows = rows.take(usize::try_from(limit.0.plus_one()).unwrap()).collect();
        let page = cut(rows, limit.0, |last| caller.cursor("things", &last.id.as_u128()))?;
        Ok(Listed(page.into()))
    }

    /// Read a thing
    ///
    /// With its version as `ETag`.
    #[oai(path = "/v1/things/:thing_id", method = "get", operation_id = "get_thing")]
    async fn get(
        &self,
        caller: Caller,
        /// The thing.
        thing_id: Path<Uuid>,
    ) -> poem::Result<Versioned<Thing>> {
        match thing_id.0.as_u128() {
            7 => Ok(Versioned(thing(&caller.role), 3)),
            13 => panic!("the thirteenth"),
            14 => Err(Refusal::broken("secret cause").into()),
            15 => Err(StatusCode::INTERNAL_SERVER_ERROR.into()),
            16 => std::future::pending().await,
            _ => Err(Refusal::fault("not_found").into()),
        }
    }

    /// Make a thing
    ///
    /// Once for each idempotency key.
    #[oai(path = "/v1/things", method = "post", operation_id = "make_thing")]
    async fn make(
        &self,
        _caller: Caller,
        #[oai(name = "Idempotency-Key")] key: Header<Option<String>>,
        body: Json<NewThing>,
    ) -> poem::Result<Made<Thing>> {
        let key = IdempotencyKey::from_header(key.0.as_deref())?;
        let mut faults = Faults::new();
        faults.check(body.name != "bad", || Fault::of("forbidden").at("/name"));
        faults.check(body.count != 13, || Fault::of("not_found").at("/count"));
        faults.finish()?;
        let thing = thing(&body.name);
        Ok(Made::now(&thing)
            .at(format!("/v1/things/{}", thing.id))
            .version(1)
            .replayed(key.as_str() == "again-1"))
    }

    /// Change a thing
    ///
    /// Only the version named by `If-Match`.
    #[oai(path = "/v1/things/:thing_id", method = "patch", operation_id = "change_thing")]
    async fn change(
        &self,
        _caller: Caller,
        thing_id: Path<Uuid>,
        #[oai(name = "If-Match")] if_match: Header<Option<String>>,
        body: Json<ThingChange>,
    ) -> poem::Result<Versioned<Thing>> {
        let version = conditional::if_match(if_match.0.as_deref())?;
        if version != 3 {
            return Err(Refusal::from(conditional::stale()).into());
        }
        Ok(Versioned(
            Thing {
                id: thing_id.0,
                ..thing(&body.name)
            },
            4,
        ))
    }
}

struct OneKey;

#[async_trait]
impl Keyring for OneKey {
    async fn find(&self, secret: &str) -> Result<Known, Refusal> {
        let requests_per_minute = match secret {
            "good" => 60_000,
            "slow" => 1,
            "old" => return Err(Refusal::fault("key_expired")),
            _ => return Err(Refusal::fault("unauthenticated")),
        };
        let id = Uuid::from_u128(u128::from(requests_per_minute));
        Ok(Known {
            key_id: id,
            person_id: id,
            organisation_id: id,
            role: "tester".to_owned(),
            permissions: Vec::new(),
            remit: None,
            requests_per_minute,
            expires_at: chrono::DateTime::<chrono::Utc>::MAX_UTC,
            as_of: 0,
        })
    }
}

/// The published spec of the demo.
pub fn spec() -> String {
    let service = OpenApiService::new(DemoApi, "Things", "1.0.0");
    let about = About {
        description: "An API about things.".to_owned(),
        contact_name: "Nobody".to_owned(),
        contact_url: "https://example.com".to_owned(),
        license_name: "Apache-2.0".to_owned(),
        license_url: "https://www.apache.org/licenses/LICENSE-2.0".to_owned(),
        tags: vec![Tag {
            name: "Things".to_owned(),
            description: "Things of all kinds.".to_owned(),
        }],
        schemas: Vec::new(),
        extensions: Vec::new(),
    };
    publish(&service.spec(), &about).unwrap()
}

/// The whole demo app.
pub fn app(config: HttpConfig) -> impl IntoEndpoint<Endpoint = impl poem::Endpoint<Output = poem::Response> + 'static> {
    measured(config, Metrics::new().unwrap())
}

/// The same with these metrics.
pub fn measured(
    config: HttpConfig,
    metrics: Metrics,
) -> impl IntoEndpoint<Endpoint = impl poem::Endpoint<Output = poem::Response> + 'static> {
    let spec = hyper::body::Bytes::from(spec());
    let health = Health::new(|| Box::pin(async { Ok(()) }));
    let doorman = Doorman::new(Arc::new(OneKey), CursorSeal::new(&[0; 32], None), config.limits());
    let edge = Edge::new(
        config,
        Routes::from_spec(std::str::from_utf8(&spec).unwrap()).unwrap(),
        doorman,
        metrics,
    );
    Route::new()
        .nest("/health", health.routes())
        .at("/openapi.json", docs::spec(&spec))
        .at("/docs", docs::page(&spec, str::to_owned))
        .nest("/", OpenApiService::new(DemoApi, "Things", "1.0.0"))
        .with(edge)
}
