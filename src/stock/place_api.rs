//! Places over HTTP: one of them read, corrected and archived.

use super::api::supplier_seen;
use super::body::{PlaceBody, PlaceChangeBody};
use super::change_place::{ArchivePlace, ChangePlace};
use super::queries;
use crate::access::{Actor, may_move_stock};
use crate::catalogue::repeat;
use crate::http::answer::{Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::organisations::api::WhyBody;
use entity::PlaceId;
use poem_openapi::param::{Header, Path};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Where suppliers keep goods.
    Places,
}

/// The operations on one place.
#[derive(Clone, Debug)]
pub struct PlacesApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Places")]
impl PlacesApi {
    /// Read a place
    ///
    /// In use or not, with its version as `ETag`. Suppliers see their own.
    #[oai(path = "/v1/places/:place_id", method = "get", operation_id = "read_place")]
    async fn read(
        &self,
        caller: Caller,
        /// The place.
        place_id: Path<PlaceId>,
    ) -> poem::Result<Versioned<PlaceBody>> {
        let actor = Actor::of(&caller)?;
        let found = queries::place(self.desk.read(), place_id.0).await.map_err(Refusal::from)?;
        let seen = found.filter(|place| supplier_seen(&actor, None).is_none_or(|own| place.supplier_id == own));
        let place = seen.ok_or_else(|| Refusal::fault("not_found"))?;
        let version = place.version;
        Ok(Versioned(place.into(), version))
    }

    /// Correct a place
    ///
    /// One of your own, its name or its town; only the version named by `If-Match`.
    #[oai(path = "/v1/places/:place_id", method = "patch", operation_id = "change_place")]
    async fn change(
        &self,
        caller: Caller,
        /// The place.
        place_id: Path<PlaceId>,
        /// The version the change is meant for.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<PlaceChangeBody>,
    ) -> poem::Result<Versioned<PlaceBody>> {
        let actor = Actor::of(&caller)?;
        may_move_stock(&actor).map_err(Refusal::from)?;
        let change = ChangePlace {
            actor,
            id: place_id.0,
            version: if_match(version.0.as_deref())?,
            name: body.0.name,
            town_code: body.0.town_code,
            reason: body.0.reason,
        };
        let place = self.desk.gate.run(change, None).await?.answer;
        let version = place.version;
        Ok(Versioned(place.into(), version))
    }

    /// Archive a place
    ///
    /// One of your own: nothing may be brought there any more, and lists leave it out. As long as something lies there, or
    /// is held or owed for orders, it is refused, saying of how many products.
    #[oai(path = "/v1/places/:place_id/archive", method = "post", operation_id = "archive_place")]
    async fn archive(
        &self,
        caller: Caller,
        /// The place.
        place_id: Path<PlaceId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<WhyBody>,
    ) -> poem::Result<Made<PlaceBody>> {
        let actor = Actor::of(&caller)?;
        may_move_stock(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/places/{}/archive", place_id.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, &body.0)?;
        let archive = ArchivePlace {
            actor,
            id: place_id.0,
            reason: body.0.reason,
        };
        let archived = self.desk.gate.run(archive, Some(repeat)).await?;
        let version = archived.answer.version;
        Ok(Made::before(&PlaceBody::from(archived.answer))
            .at(format!("/v1/places/{}", place_id.0))
            .version(version)
            .replayed(archived.replayed))
    }
}
