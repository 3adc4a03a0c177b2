//! Saved lists over HTTP.

use super::archive_list::ArchiveList;
use super::body::{ListChangeBody, NewListBody, OrderListBody, SavedListBody, SavedListPage, TriedListBody, lines_of};
use super::change_list::ChangeList;
use super::create_list::CreateList;
use super::pricing::Pricing;
use super::saved_list::{ListChange, ListLine, SavedList, faults_of};
use super::store;
use crate::access::{Actor, may_order, may_see_lists};
use crate::catalogue::Shelf;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::context::Context;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use crate::order_tools::{OrderedBody, SkippedBody, wants_what_is_good};
use crate::orders::{Agreement, NewLine, NewOrder, OrderDesk, Source, TrialBody};
use crate::organisations::Register;
use entity::{ListId, Name, OnShort, shanghai_date};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What a buyer orders again and again.
    Lists,
}

/// The operations on saved lists.
#[derive(Clone, Debug)]
pub struct ListsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// Where orders are carried out.
    pub orders: OrderDesk,
    /// What is on sale.
    pub shelf: Shelf,
    /// Organisations in memory.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Lists")]
impl ListsApi {
    /// List saved lists
    ///
    /// Your own, the newest first.
    #[oai(path = "/v1/lists", method = "get", operation_id = "list_saved_lists")]
    async fn list(
        &self,
        caller: Caller,
        /// Those out of use instead of those in use.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<SavedListPage>> {
        let actor = Actor::of(&caller)?;
        may_see_lists(&actor).map_err(Refusal::from)?;
        let before: Option<ListId> = cursor.0.map(|cursor| caller.position("saved lists", &cursor)).transpose()?;
        let archived = archived.0.unwrap_or(false);
        let rows = store::lists(self.desk.read(), actor.organisation, archived, before, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("saved lists", &last.id))?;
        let pricing = self.pricing(&actor).await?;
        let bodies = rows.into_iter().map(|list| SavedListBody::of(list, &pricing));
        Ok(Listed((bodies.collect(), next).into()))
    }

    /// Read a saved list
    ///
    /// One of your own, with its version as `ETag`.
    #[oai(path = "/v1/lists/:list_id", method = "get", operation_id = "read_saved_list")]
    async fn read(
        &self,
        caller: Caller,
        /// The list.
        list_id: Path<ListId>,
    ) -> poem::Result<Versioned<SavedListBody>> {
        let actor = Actor::of(&caller)?;
        may_see_lists(&actor).map_err(Refusal::from)?;
        let list = self.own(&actor, list_id.0).await?;
        let version = list.version;
        Ok(Versioned(self.body(&actor, list).await?, version))
    }

    /// Save a list
    ///
    /// SKUs of products on sale and the quantities you usually order. All faults are answered at once.
    #[oai(path = "/v1/lists", method = "post", operation_id = "create_saved_list")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewListBody>,
    ) -> poem::Result<Made<SavedListBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/lists", body.0.to_json())?;
        let lines = lines_of(body.0.lines);
        self.check(&lines).await?;
        let name = Name::into_string(body.0.name);
        let create = CreateList {
            actor: actor.clone(),
            name,
            lines,
        };
        let made = self.desk.gate.run(create, Some(repeat)).await?;
        let (location, version) = (format!("/v1/lists/{}", made.answer.id), made.answer.version);
        let body = Made::now(&self.body(&actor, made.answer).await?);
        Ok(body.at(location).version(version).replayed(made.replayed))
    }

    /// Change a saved list
    ///
    /// What is left out stays; lines are given whole.
    #[oai(path = "/v1/lists/:list_id", method = "patch", operation_id = "change_saved_list")]
    async fn change(
        &self,
        caller: Caller,
        /// The list.
        list_id: Path<ListId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<ListChangeBody>,
    ) -> poem::Result<Versioned<SavedListBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let version = if_match(version.0.as_deref())?;
        let change = ListChange::from(body.0);
        if let Some(lines) = &change.lines {
            self.check(lines).await?;
        }
        let id = list_id.0;
        let change = ChangeList {
            actor: actor.clone(),
            id,
            version,
            change,
        };
        let list = self.desk.gate.run(change, None).await?.answer;
        let version = list.version;
        Ok(Versioned(self.body(&actor, list).await?, version))
    }

    /// Archive a saved list
    ///
    /// It is no longer listed; it can still be read.
    #[oai(path = "/v1/lists/:list_id/archive", method = "post", operation_id = "archive_saved_list")]
    async fn archive(
        &self,
        caller: Caller,
        /// The list.
        list_id: Path<ListId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
    ) -> poem::Result<Versioned<SavedListBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let version = if_match(version.0.as_deref())?;
        let id = list_id.0;
        let archive = ArchiveList {
            actor: actor.clone(),
            id,
            version,
        };
        let list = self.desk.gate.run(archive, None).await?.answer;
        let version = list.version;
        Ok(Versioned(self.body(&actor, list).await?, version))
    }

    /// Try a saved list
    ///
    /// Says what ordering from it would come to: the orders, freight and days of delivery, of which lines there is not
    /// enough, and, with `skip_unavailable`, which lines would be left out and why; or every rule that stands against it.
    /// Nothing is written or held.
    #[oai(path = "/v1/lists/:list_id/dry-run", method = "post", operation_id = "try_saved_list")]
    async fn try_order(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The list.
        list_id: Path<ListId>,
        body: Json<OrderListBody>,
    ) -> poem::Result<Json<TriedListBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let list = self.own(&actor, list_id.0).await?;
        let skip = body.0.skip_unavailable.unwrap_or(false);
        let mut asked = asked(list, body.0)?;
        let mut skipped = Vec::new();
        if skip {
            let available = self.orders.available(&actor, &asked).await?;
            skipped = available.skipped.iter().map(|one| SkippedBody::of(one, context.language)).collect();
            if available.prepared.is_none() {
                return Ok(Json(TriedListBody { order: None, skipped }));
            }
            asked = available.asked;
        }
        let trial = self.orders.trial(&actor, &asked).await?;
        let order = Some(TrialBody::of(&trial, false));
        Ok(Json(TriedListBody { order, skipped }))
    }

    /// Order from a saved list
    ///
    /// Places all its lines at today's prices. Lines that cannot be had are named all at once, or left out and answered
    /// with their reasons. In a problem, `/lines/0` is the first line of the list.
    #[oai(path = "/v1/lists/:list_id/orders", method = "post", operation_id = "order_saved_list")]
    async fn order(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The list.
        list_id: Path<ListId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<OrderListBody>,
    ) -> poem::Result<Made<OrderedBody>> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/lists/{}/orders", list_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let list = self.own(&actor, list_id.0).await?;
        let skip = wants_what_is_good(body.0.mode, body.0.skip_unavailable);
        let asked = asked(list, body.0)?;
        let placed = if skip {
            self.orders.place_available(actor, asked, Source::default(), Some(repeat)).await?
        } else {
            self.orders.place(actor, asked, Some(repeat)).await?
        };
        let found = placed.answer.found;
        let body = OrderedBody::of(placed.answer, context.language);
        let made = if found { Made::before(&body) } else { Made::now(&body) };
        Ok(made
            .at(format!("/v1/order-groups/{}", body.group.order_group_id))
            .replayed(placed.replayed))
    }
}

impl ListsApi {
    async fn own(&self, actor: &Actor, id: ListId) -> Result<SavedList, Refusal> {
        let list = store::list(self.desk.read(), actor.organisation, id).await?;
        list.ok_or_else(|| Fault::of("not_found").into())
    }

    /// What the actor's lists are priced by, as of now.
    async fn pricing(&self, actor: &Actor) -> Result<Pricing, Refusal> {
        let parties = self.register.refresh(&self.desk.db).await?;
        let goods = self.shelf.refresh(&self.desk.db).await?;
        Ok(Pricing::of(actor, &parties, goods, shanghai_date(self.desk.clock.now())))
    }

    async fn body(&self, actor: &Actor, list: SavedList) -> Result<SavedListBody, Refusal> {
        Ok(SavedListBody::of(list, &self.pricing(actor).await?))
    }

    async fn check(&self, lines: &[ListLine]) -> Result<(), Refusal> {
        let goods = self.shelf.refresh(&self.desk.db).await?;
        faults_of(lines, |sku| goods.by_sku(sku).is_some_and(|good| !good.archived)).finish()
    }
}

/// The request that asks for the lines of a list.
fn asked(list: SavedList, body: OrderListBody) -> Result<NewOrder, Refusal> {
    let lines = list.lines.into_iter().map(|line| {
        let sku = line.sku.parse().map_err(|_| Refusal::broken("a list has a SKU that is none"))?;
        Ok(NewLine {
            sku,
            quantity: line.quantity,
        })
    });
    Ok(NewOrder {
        external_order_no: body.external_order_no,
        channel: body.channel,
        fund_source: body.fund_source,
        site: body.site_id,
        on_short: OnShort::Close,
        by: body.contract_id.map(Agreement::Contract),
        deliver_on: body.deliver_on,
        note: body.note,
        lines: lines.collect::<Result<_, Refusal>>()?,
    })
}
