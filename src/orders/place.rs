//! Placing orders: the hot path. Up to 64 requests become one set of rows.
//!
//! load (groups of the same name, stock) → decide each alone in memory → rows → write set by set.

use super::agreed::{Agreed, Draw};
use super::agreements::Drawing;
use super::content::content_hash;
use super::decide::Shelves;
use super::facts;
use super::freight::is_freight;
use super::new_order::{Agreement, NewOrder};
use super::order::order_no;
use super::placed::{PlacedGroup, PlacedLine, PlacedOrder, Skipped};
use super::prepare::{Prepared, PreparedOrder, prepare};
use super::price_line::PreparedLine;
use super::queries;
use super::store::{self, Named, NewRows};
use crate::access::{Actor, Scope};
use crate::catalogue::{Good, Goods};
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Batch, NewEntry, Turn};
use crate::organisations::Parties;
use crate::stock;
use chrono::{DateTime, Utc};
use entity::tables::{order_groups, order_lines, orders};
use entity::{Grams, OfferId, OrderGroupId, OrderId, OrderLineId, OrderState, OrganisationId, PlaceId, ProductId, shanghai_date};
use sea_orm::DbErr;
use std::collections::HashMap;
use uuid::Uuid;

/// The use case; its requests are written in batches.
#[derive(Debug)]
pub struct Place;

/// One request, prepared outside the turn.
#[derive(Clone, Debug)]
pub struct PlaceAsk {
    /// Who asks; orders are of the actor's own organisation.
    pub actor: Actor,
    /// For what.
    pub asked: NewOrder,
    /// Looked up and priced; or refused, which stands unless the request was answered before: offers end and days
    /// pass, but the buyer's own number names its group for ever.
    pub prepared: Result<Prepared, Refusal>,
    /// The moment it was prepared for.
    pub now: DateTime<Utc>,
    /// Parties and goods it was prepared with, to bring up to date when the register has moved on.
    pub parties: std::sync::Arc<Parties>,
    /// See `parties`.
    pub goods: std::sync::Arc<Goods>,
    /// The agreement it names, as it was looked up. What is left of it is held again inside the turn.
    pub agreed: Option<std::sync::Arc<Agreed>>,
    /// What was left out before, to be answered with the group.
    pub skipped: Vec<Skipped>,
}

type Decision = Result<PlacedGroup, Refusal>;

#[async_trait::async_trait]
impl Batch for Place {
    type Ask = PlaceAsk;
    type Answer = PlacedGroup;

    fn weight(ask: &PlaceAsk) -> usize {
        if ask.prepared.is_ok() { ask.asked.lines.len() } else { 1 }
    }

    async fn run(&self, turn: &mut Turn, asks: &[&PlaceAsk]) -> Result<Vec<Decision>, DbErr> {
        let prepared = up_to_date(turn, asks).await?;
        let mut named = load_named(turn, asks).await?;
        let mut shelves = load_shelves(turn, &prepared).await?;
        let mut drawing = Drawing::load(turn, &prepared).await?;
        let words = prepared.iter().flatten().flat_map(facts::words_of).collect();
        turn.words(words).await?;
        let mut rows = NewRows::new();
        let mut decisions = Vec::with_capacity(asks.len());
        for (ask, prepared) in asks.iter().zip(&prepared) {
            decisions.push(match earlier(turn, ask, &named).await? {
                Some(decision) => decision,
                None => decide(turn, ask, prepared, (&mut shelves, &mut drawing), &mut rows, &mut named),
            });
        }
        rows.write(turn.writes());
        hold(turn, &shelves);
        drawing.write(turn).await?;
        Ok(decisions)
    }
}

/// What was prepared before the register moved on is prepared again, inside the turn, with what has come since.
async fn up_to_date(turn: &Turn, asks: &[&PlaceAsk]) -> Result<Vec<Result<Prepared, Refusal>>, DbErr> {
    let seq = turn.register_seq();
    let mut fresh: Option<(Parties, Goods)> = None;
    let mut all = Vec::with_capacity(asks.len());
    for ask in asks {
        if ask.prepared.as_ref().map_or(true, |prepared| prepared.seq >= seq) {
            all.push(ask.prepared.clone());
            continue;
        }
        let (parties, goods) = match fresh.take() {
            Some(known) => known,
            None => (
                ask.parties.advanced(turn.tx(), turn.engine(), seq).await?,
                ask.goods.advanced(turn.tx(), turn.engine(), seq).await?,
            ),
        };
        all.push(prepare(
            &ask.asked,
            ask.actor.organisation,
            (&parties, &goods),
            ask.agreed.as_deref(),
            shanghai_date(ask.now),
        ));
        fresh = Some((parties, goods));
    }
    Ok(all)
}

type NamedGroups = HashMap<(OrganisationId, String), Named>;

async fn load_named(turn: &Turn, asks: &[&PlaceAsk]) -> Result<NamedGroups, DbErr> {
    let names: Vec<_> = asks
        .iter()
        .filter_map(|ask| Some((ask.actor.organisation, ask.asked.external_order_no.as_ref()?.as_str())))
        .collect();
    if names.is_empty() {
        Ok(NamedGroups::new())
    } else {
        store::named(turn.tx(), turn.engine(), &names).await
    }
}

async fn load_shelves(turn: &Turn, prepared: &[Result<Prepared, Refusal>]) -> Result<Shelves, DbErr> {
    let lines = prepared.iter().flatten().flat_map(|p| &p.orders).flat_map(|order| &order.lines);
    let mut products: Vec<ProductId> = lines.filter(|line| !is_freight(line)).map(|line| line.good.id).collect();
    products.sort_unstable();
    products.dedup();
    if products.is_empty() {
        return Ok(Shelves::default());
    }
    Ok(Shelves::new(&stock::lots_of(turn.tx(), turn.engine(), &products).await?))
}

/// The buyer's own number names the group for ever: same content, the group as it is; other content, 409 naming it.
async fn earlier(turn: &Turn, ask: &PlaceAsk, named: &NamedGroups) -> Result<Option<Decision>, DbErr> {
    let Some(number) = &ask.asked.external_order_no else {
        return Ok(None);
    };
    let Some(group) = named.get(&(ask.actor.organisation, number.as_str().to_owned())) else {
        return Ok(None);
    };
    if group.content_hash != ask.asked.content_hash() {
        let fault = Fault::of("external_order_no_taken")
            .at("/external_order_no")
            .with("number", number.as_str())
            .with("group", group.id);
        return Ok(Some(Err(fault.into())));
    }
    // Placed by an earlier request of this very batch: its rows are written at the batch's end.
    if let Some(placed) = &group.placed {
        return Ok(Some(Ok(PlacedGroup {
            found: true,
            ..placed.clone()
        })));
    }
    let found = queries::placed_group(turn.tx(), &Scope::Buyer(ask.actor.organisation), group.id).await?;
    Ok(Some(found.ok_or_else(|| Refusal::broken("a named group has no orders"))))
}

fn decide(
    turn: &mut Turn,
    ask: &PlaceAsk,
    prepared: &Result<Prepared, Refusal>,
    (shelves, drawing): (&mut Shelves, &mut Drawing),
    rows: &mut NewRows,
    named: &mut NamedGroups,
) -> Decision {
    let prepared = prepared.as_ref().map_err(Clone::clone)?;
    if let Some(draw) = &prepared.draw {
        drawing.check(prepared, draw)?;
    }
    let places = shelves.hold(prepared)?;
    let placed = enter(turn, ask, prepared, &places, rows);
    if let Some(draw) = &prepared.draw {
        drawing.take(turn, &ask.actor, draw, &placed);
    }
    if let Some(number) = &ask.asked.external_order_no {
        let content_hash = ask.asked.content_hash().to_vec();
        let group = Named {
            id: placed.order_group_id,
            content_hash,
            placed: Some(placed.clone()),
        };
        named.insert((ask.actor.organisation, number.as_str().to_owned()), group);
    }
    Ok(placed)
}

/// Rows and entries of one request that is decided.
fn enter(turn: &mut Turn, ask: &PlaceAsk, prepared: &Prepared, places: &[PlaceId], rows: &mut NewRows) -> PlacedGroup {
    let placed_at = turn.next().at;
    let group = order_groups::Model {
        id: OrderGroupId::at(placed_at),
        buyer_id: prepared.buyer.id,
        external_order_no: ask.asked.external_order_no.as_ref().map(|number| number.as_str().to_owned()),
        content_hash: ask.asked.content_hash().to_vec(),
        orders: count(prepared.orders.len()),
        placed_at,
    };
    let mut answer = PlacedGroup {
        order_group_id: group.id,
        external_order_no: group.external_order_no.clone(),
        orders: Vec::new(),
        found: false,
        skipped: ask.skipped.clone(),
    };
    let mut places = places.iter();
    for part in &prepared.orders {
        let order = order_row(turn, ask, prepared, part, answer.order_group_id);
        let lines: Vec<_> = (1..)
            .zip(&part.lines)
            .zip(places.by_ref())
            .map(|((no, line), place)| line_row(order.id, no, (line, prepared.draw.as_ref()), *place))
            .collect();
        record(turn, (ask, prepared), &group, &order, &lines);
        rows.order(&order);
        lines.iter().for_each(|line| rows.line(line));
        answer.orders.push(placed_order(&order, &part.supplier.name, &lines));
    }
    rows.group(group);
    answer
}

fn order_row(turn: &Turn, ask: &PlaceAsk, prepared: &Prepared, part: &PreparedOrder, group_id: OrderGroupId) -> orders::Model {
    let placed_at = turn.next().at;
    let id = OrderId::at(placed_at);
    orders::Model {
        id,
        group_id,
        order_no: order_no(id, placed_at),
        buyer_id: prepared.buyer.id,
        supplier_id: part.supplier.id,
        site_id: prepared.site.as_ref().map(|site| site.id),
        site_version: prepared.site.as_ref().map(|site| site.version),
        channel: prepared.channel,
        fund_source: prepared.fund_source,
        mode: prepared.mode,
        town_code: prepared.town_code.clone(),
        department_id: prepared.department,
        deliver_on: ask.asked.deliver_on,
        state: OrderState::Placed,
        amount: part.amount,
        line_count: count(part.lines.len()),
        placed_by: ask.actor.person,
        placed_at,
        placed_on: shanghai_date(placed_at),
        decided_at: None,
        ended_at: None,
        ended_on: None,
        ended_reason: None,
        on_short: ask.asked.on_short,
        agreed_deliver_on: None,
        import_id: None,
        version: 1,
    }
}

fn line_row(order_id: OrderId, line_no: i32, (line, draw): (&PreparedLine, Option<&Draw>), place_id: PlaceId) -> order_lines::Model {
    let good = &line.good;
    let agreement = draw.map(|draw| draw.by).filter(|by| by.source() == line.source);
    order_lines::Model {
        order_id,
        line_no,
        id: OrderLineId::new(),
        product_id: good.id,
        offer_id: line.offer.as_ref().map_or(OfferId::from_uuid(Uuid::nil()), |offer| offer.id),
        place_id,
        sku: good.sku.clone(),
        name: good.name.clone(),
        unit: good.unit.clone(),
        pack: good.pack.clone(),
        net_weight_grams: priced_weight(good),
        category_code: good.category_code.clone(),
        origin_code: good.origin_code.clone(),
        vat_class: good.vat_class,
        line_kind: good.line_kind,
        price: line.price,
        quantity: line.quantity,
        amount: line.amount,
        price_unit: good.weighed.as_ref().map(|weighed| weighed.price_unit.clone()),
        content: good.weighed.as_ref().map(|weighed| weighed.content),
        tolerance_permille: good.tolerance_permille,
        price_source: line.source,
        agreement_id: agreement.map(Agreement::uuid),
    }
}

/// Grams of one unit that the price is for.
fn priced_weight(good: &Good) -> Option<Grams> {
    let grams = good.net_weight_grams?;
    Grams::from_grams(match &good.weighed {
        None => grams,
        Some(weighed) => (grams * 1_000 + weighed.content.thousandths() / 2) / weighed.content.thousandths(),
    })
}

fn record(
    turn: &mut Turn,
    (ask, prepared): (&PlaceAsk, &Prepared),
    group: &order_groups::Model,
    order: &orders::Model,
    lines: &[order_lines::Model],
) {
    let mut entry = NewEntry::new("order.placed", "order", order.id.uuid(), ask.actor.who())
        .with("amount", order.amount.fen())
        .with("channel", order.channel.as_str())
        .with("deliver_on", order.deliver_on.to_string())
        .with("fund_source", order.fund_source.as_str())
        .with("group", order.group_id.to_string())
        .with("lines", order.line_count)
        .with("order_no", order.order_no.clone())
        .with("state", order.state.as_str());
    entry.buyer = Some(order.buyer_id);
    entry.supplier = Some(order.supplier_id);
    entry.content = Some(content_hash(group, order, prepared.site.as_deref(), lines));
    entry.note = ask
        .asked
        .note
        .as_ref()
        .map(|note| note.as_str().to_owned())
        .filter(|note| !note.is_empty());
    entry.facts = facts::ordered(turn, order, lines);
    turn.record(entry);
}

/// The guard against overselling: what memory decided must hold in the rows as well, each by one condition; where it
/// does not, the turn fails at its end.
fn hold(turn: &mut Turn, shelves: &Shelves) {
    let engine = turn.engine();
    stock::change_holds(turn.writes(), engine, shelves.deltas());
}

pub(super) fn placed_order(order: &orders::Model, supplier_name: &str, lines: &[order_lines::Model]) -> PlacedOrder {
    PlacedOrder {
        id: order.id,
        order_no: order.order_no.clone(),
        supplier_id: order.supplier_id,
        supplier_name: supplier_name.to_owned(),
        state: order.state,
        channel: order.channel,
        fund_source: order.fund_source,
        deliver_on: order.deliver_on,
        amount: order.amount,
        agreed: None,
        standing: None,
        version: order.version,
        lines: lines.iter().map(PlacedLine::of).collect(),
    }
}

/// A request has at most 2,000 lines.
fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
