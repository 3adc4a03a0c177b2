//! Places, stock and movements over HTTP.

use super::add_place::AddPlace;
use super::body::{LotBody, LotPage, MovementBody, MovementPage, MovementsBody, NewMovementsBody, NewPlaceBody, PlaceBody, PlacePage};
use super::move_stock::MoveStock;
use super::queries::{self, StockFilter};
use crate::access::{Actor, may_move_stock, only};
use crate::catalogue::repeat;
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use entity::{OrganisationId, PlaceId, ProductId, Role, StockReason};
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Where suppliers keep goods.
    Places,
    /// What lies there, and what made it so.
    Stock,
}

/// A supplier sees what is its own, whatever it asks for; others see what they ask for.
pub(super) fn supplier_seen(actor: &Actor, asked: Option<OrganisationId>) -> Option<OrganisationId> {
    if actor.role == Role::Supplier {
        Some(actor.organisation)
    } else {
        asked
    }
}

/// Whether the actor sees what is on hand and held, and not only what may still be ordered.
pub(super) fn sees_in_full(actor: &Actor) -> bool {
    match actor.role {
        Role::Supplier | Role::Official | Role::Auditor | Role::Operator => true,
        Role::Buyer | Role::Retailer => false,
    }
}

/// The operations on places, stock and movements.
#[derive(Clone, Debug)]
pub struct StockApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi]
impl StockApi {
    /// List places
    ///
    /// Oldest first; those in use, unless archived ones are asked for as well. Suppliers see their own.
    #[oai(path = "/v1/places", method = "get", operation_id = "list_places", tag = "Tag::Places")]
    async fn list_places(
        &self,
        caller: Caller,
        /// Only of this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Archived ones too.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<PlacePage>> {
        let supplier = supplier_seen(&Actor::of(&caller)?, supplier_id.0);
        let after: Option<PlaceId> = cursor.0.map(|cursor| caller.position("places", &cursor)).transpose()?;
        let which = (supplier, archived.0.unwrap_or(false));
        let rows = queries::places(self.desk.read(), self.desk.engine(), which, after, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("places", &last.id))?;
        Ok(Listed((rows.into_iter().map(PlaceBody::from).collect(), next).into()))
    }

    /// Add a place
    ///
    /// Suppliers add their own.
    #[oai(path = "/v1/places", method = "post", operation_id = "add_place", tag = "Tag::Places")]
    async fn add_place(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewPlaceBody>,
    ) -> poem::Result<Made<PlaceBody>> {
        let actor = Actor::of(&caller)?;
        may_move_stock(&actor).map_err(Refusal::from)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/places", &body.0)?;
        let add = AddPlace {
            actor,
            name: body.0.name,
            town_code: body.0.town_code,
        };
        let added = self.desk.gate.run(add, Some(repeat)).await?;
        Ok(Made::now(&PlaceBody::from(added.answer)).replayed(added.replayed))
    }

    /// List stock
    ///
    /// What lies at which place, by product. Suppliers see their own; buyers and retailers see what may still be
    /// ordered, not what is on hand and held.
    #[oai(path = "/v1/stock", method = "get", operation_id = "list_stock", tag = "Tag::Stock")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list_stock(
        &self,
        caller: Caller,
        /// Only of this product.
        product_id: Query<Option<ProductId>>,
        /// Only at this place.
        place_id: Query<Option<PlaceId>>,
        /// Only of this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<LotPage>> {
        let actor = Actor::of(&caller)?;
        let filter = StockFilter {
            supplier: supplier_seen(&actor, supplier_id.0),
            product: product_id.0,
            place: place_id.0,
            reason: None,
        };
        let after: Option<(ProductId, PlaceId)> = cursor.0.map(|cursor| caller.position("stock", &cursor)).transpose()?;
        let rows = queries::lots(self.desk.read(), self.desk.engine(), &filter, after, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| {
            caller.cursor("stock", &(last.lot.product_id, last.lot.place_id))
        })?;
        let in_full = sees_in_full(&actor);
        Ok(Listed(
            (rows.into_iter().map(|row| LotBody::of(row, in_full)).collect(), next).into(),
        ))
    }

    /// Record movements
    ///
    /// One to 500 movements of your own stock, all or none. What is held for orders stays: a movement that would take
    /// it is refused, saying what is there and what is held. Only a count may find less than is held: the difference
    /// is owed, and the orders that can no longer be filled are listed. All faults are answered at once.
    #[oai(
        path = "/v1/stock/movements",
        method = "post",
        operation_id = "record_movements",
        tag = "Tag::Stock"
    )]
    async fn record_movements(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewMovementsBody>,
    ) -> poem::Result<Made<MovementsBody>> {
        let actor = Actor::of(&caller)?;
        may_move_stock(&actor).map_err(Refusal::from)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/stock/movements", &body.0)?;
        let movements = body.0.into();
        let moved = self.desk.gate.run(MoveStock { actor, movements }, Some(repeat)).await?;
        let movements = moved.answer.into_iter().map(MovementBody::from).collect();
        Ok(Made::now(&MovementsBody { movements }).replayed(moved.replayed))
    }

    /// List movements
    ///
    /// Latest first. Suppliers see their own, officials, auditors and operators all.
    #[oai(path = "/v1/stock/movements", method = "get", operation_id = "list_movements", tag = "Tag::Stock")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list_movements(
        &self,
        caller: Caller,
        /// Only of this product.
        product_id: Query<Option<ProductId>>,
        /// Only at this place.
        place_id: Query<Option<PlaceId>>,
        /// Only of this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Only for this reason.
        reason: Query<Option<StockReason>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<MovementPage>> {
        let actor = Actor::of(&caller)?;
        if !sees_in_full(&actor) {
            return Err(Refusal::from(only(&[Role::Supplier, Role::Official, Role::Auditor, Role::Operator])).into());
        }
        let filter = StockFilter {
            supplier: supplier_seen(&actor, supplier_id.0),
            product: product_id.0,
            place: place_id.0,
            reason: reason.0,
        };
        let before: Option<i64> = cursor.0.map(|cursor| caller.position("movements", &cursor)).transpose()?;
        let rows = queries::movements(self.desk.read(), self.desk.engine(), &filter, before, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("movements", &last.0))?;
        let items = rows.into_iter().map(|(_, movement)| MovementBody::from(movement)).collect();
        Ok(Listed((items, next).into()))
    }
}
