//! Where orders are carried out: prepares outside the turn, asks the gate, reads.

use super::agreed::Agreed;
use super::agreements;
use super::decide::Shelves;
use super::new_order::NewOrder;
use super::place::{Place, PlaceAsk};
use super::placed::{PlacedGroup, Skipped};
use super::prepare::{Prepared, prepare};
use super::queries::{self, OrderWithLines};
use super::site::Letterhead;
use super::store::changes::{self, Document, NotedChange};
use super::store::{self, OrderFilter, sites};
use super::trial::Trial;
use crate::access::{Actor, Scope};
use crate::catalogue::{Goods, Shelf};
use crate::db::Snapshot;
use crate::http::fault::Refusal;
use crate::journal::{Answered, Desk, Event, Gate, Noted, Repeat, events_of, notes_of};
use crate::organisations::{Parties, Register};
use crate::stock;
use chrono::{DateTime, Utc};
use entity::{OrderChangeId, OrderGroupId, OrderId, OrganisationId, ProductId, SiteId, shanghai_date};
use std::collections::HashMap;
use std::sync::Arc;

/// What was prepared, or why it was refused, and with what.
type LookedUp = (Result<Prepared, Refusal>, Arc<Parties>, Arc<Goods>, Option<Arc<Agreed>>);

/// What happened to an order, and what was said with it, by the numbers of entries.
pub type History = (Vec<Event>, HashMap<i64, String>);

/// Desk, register and shelf.
#[derive(Clone, Debug)]
pub struct OrderDesk {
    desk: Desk,
    register: Register,
    shelf: Shelf,
    place: Arc<Place>,
}

impl OrderDesk {
    /// Over what the app has opened.
    #[must_use]
    pub fn new(desk: Desk, register: Register, shelf: Shelf) -> Self {
        Self {
            desk,
            register,
            shelf,
            place: Arc::new(Place),
        }
    }

    /// Database, gate and clock.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Who takes part, as of now.
    ///
    /// # Errors
    /// The database's.
    pub async fn parties(&self) -> Result<Arc<Parties>, Refusal> {
        Ok(self.register.refresh(&self.desk.db).await?)
    }

    /// The way to write.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.desk.gate
    }

    /// The goods as they are now.
    pub async fn goods(&self) -> Result<Arc<Goods>, Refusal> {
        Ok(self.shelf.refresh(&self.desk.db).await?)
    }

    /// Places orders for the actor's own organisation.
    pub async fn place(&self, actor: Actor, asked: NewOrder, repeat: Option<Repeat>) -> Result<Answered<PlacedGroup>, Refusal> {
        self.place_without(actor, asked, Vec::new(), repeat).await
    }

    /// The same, where some of what was wanted is left out: that is answered and kept with the group.
    pub(super) async fn place_without(
        &self,
        actor: Actor,
        asked: NewOrder,
        skipped: Vec<Skipped>,
        repeat: Option<Repeat>,
    ) -> Result<Answered<PlacedGroup>, Refusal> {
        let now = self.desk.clock.now();
        let (prepared, parties, goods, agreed) = self.look_up(&actor, &asked, now).await?;
        let ask = PlaceAsk {
            actor,
            asked,
            prepared,
            now,
            parties,
            goods,
            agreed,
            skipped,
        };
        self.desk.gate.ask(&self.place, ask, repeat).await
    }

    /// Prepares with what this process knows; a refusal is held back until it is sure that nothing newer says
    /// otherwise.
    async fn look_up(&self, actor: &Actor, asked: &NewOrder, now: DateTime<Utc>) -> Result<LookedUp, Refusal> {
        let today = shanghai_date(now);
        let agreed = self.agreed(asked).await?;
        let by = agreed.as_deref();
        let (parties, goods) = (self.register.current(), self.shelf.current());
        if let Ok(prepared) = prepare(asked, actor.organisation, (&parties, &goods), by, today) {
            return Ok((Ok(prepared), parties, goods, agreed));
        }
        let (parties, goods) = (
            self.register.refresh(&self.desk.db).await?,
            self.shelf.refresh(&self.desk.db).await?,
        );
        let prepared = prepare(asked, actor.organisation, (&parties, &goods), by, today);
        Ok((prepared, parties, goods, agreed))
    }

    /// The agreement that a request names, if it names one; a request that names none asks nothing here.
    async fn agreed(&self, asked: &NewOrder) -> Result<Option<Arc<Agreed>>, Refusal> {
        let Some(by) = asked.by else { return Ok(None) };
        let agreed = agreements::look_up(self.desk.read(), self.desk.engine(), by).await?;
        Ok(agreed.map(Arc::new))
    }

    /// What an order would be, and what of it is short; or every rule it breaks.
    pub async fn trial(&self, actor: &Actor, asked: &NewOrder) -> Result<Trial, Refusal> {
        let (parties, goods) = (
            self.register.refresh(&self.desk.db).await?,
            self.shelf.refresh(&self.desk.db).await?,
        );
        let agreed = self.agreed(asked).await?;
        let today = shanghai_date(self.desk.clock.now());
        let prepared = prepare(asked, actor.organisation, (&parties, &goods), agreed.as_deref(), today)?;
        let products: Vec<ProductId> = prepared
            .orders
            .iter()
            .flat_map(|order| &order.lines)
            .map(|line| line.good.id)
            .collect();
        let lots = stock::lots_of(self.desk.read(), self.desk.engine(), &products).await?;
        let short = Shelves::new(&lots).try_hold(&prepared).err().unwrap_or_default();
        Ok(Trial {
            prepared,
            short,
            parties,
            goods,
            today,
        })
    }

    /// Whether a site of a buyer's earlier order is used no more.
    ///
    /// # Errors
    /// The database's.
    pub async fn site_is_gone(&self, buyer: OrganisationId, site: SiteId) -> Result<bool, Refusal> {
        // What this process knew a moment ago may be a site that was archived since.
        let parties = self.register.refresh(&self.desk.db).await?;
        let used = parties
            .site(site)
            .is_some_and(|site| site.organisation_id == buyer && !site.archived);
        Ok(!used)
    }

    /// A page of orders that the scope shows, newest first, before one.
    pub async fn list(
        &self,
        scope: &Scope,
        filter: &OrderFilter,
        before: Option<OrderId>,
        limit: u64,
    ) -> Result<Vec<OrderWithLines>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let orders = store::list(&snapshot, scope, filter, before, limit).await?;
        Ok(queries::with_lines(&snapshot, orders).await?)
    }

    /// One order, if the scope shows it.
    pub async fn read(&self, scope: &Scope, id: OrderId) -> Result<Option<OrderWithLines>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let Some(order) = store::find(&snapshot, scope, id).await? else {
            return Ok(None);
        };
        let mut found = queries::with_lines(&snapshot, vec![order]).await?.pop();
        if let Some(found) = &mut found {
            let notes = notes_of(&snapshot, self.desk.engine(), &[id.uuid()]).await?;
            let beside = |kind: &str| notes.iter().find(|one| one.event.kind == kind).map(|one| one.text.clone());
            found.note = beside("order.placed");
            found.ended_note = beside("order.cancelled");
            found.site = sites::of_order(&snapshot, scope, &found.order).await?;
        }
        Ok(found)
    }

    /// What stands at the head of an order's papers; nothing of one that the scope does not show.
    pub async fn letterhead(&self, scope: &Scope, id: OrderId) -> Result<Letterhead, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let Some(order) = store::find(&snapshot, scope, id).await? else {
            return Ok(Letterhead::default());
        };
        let group = store::group(&snapshot, order.group_id).await?;
        Ok(Letterhead {
            external_order_no: group.and_then(|group| group.external_order_no),
            site: sites::of_order(&snapshot, scope, &order).await?,
            supplier: sites::of_supplier(&snapshot, scope, &order).await?,
        })
    }

    pub(super) async fn change(&self, scope: &Scope, id: OrderChangeId) -> Result<Option<NotedChange>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        let Some(document) = changes::find(&snapshot, scope, id).await? else {
            return Ok(None);
        };
        let notes = self.notes_of_changes(&snapshot, document.0.order_id).await?;
        let note = notes.get(&id).cloned();
        Ok(Some((document, note)))
    }

    pub(super) async fn changes(&self, scope: &Scope, order: OrderId) -> Result<Option<Vec<NotedChange>>, Refusal> {
        let snapshot = self.desk.db.snapshot().await?;
        if store::find(&snapshot, scope, order).await?.is_none() {
            return Ok(None);
        }
        let notes = self.notes_of_changes(&snapshot, order).await?;
        let documents = changes::of_order(&snapshot, order).await?;
        let noted = |document: Document| {
            let note = notes.get(&document.0.id).cloned();
            (document, note)
        };
        Ok(Some(documents.into_iter().map(noted).collect()))
    }

    /// What was said of the changes of an order: it stands beside entries of the order.
    async fn notes_of_changes(&self, snapshot: &Snapshot, order: OrderId) -> Result<HashMap<OrderChangeId, String>, Refusal> {
        let notes = notes_of(snapshot, self.desk.engine(), &[order.uuid()]).await?;
        let of_change = |one: Noted| Some((one.event.what().get("change")?.parse().ok()?, one.text));
        Ok(notes
            .into_iter()
            .filter(|one| one.event.kind == "order.change_proposed")
            .filter_map(of_change)
            .collect())
    }

    pub(super) async fn group(&self, scope: &Scope, id: OrderGroupId) -> Result<Option<PlacedGroup>, Refusal> {
        Ok(queries::placed_group(&self.desk.db.snapshot().await?, scope, id).await?)
    }

    /// What happened to an order, if the scope shows it, and what was said with it, by the numbers of entries.
    ///
    /// # Errors
    /// Only the database's.
    pub async fn timeline(&self, snapshot: &Snapshot, scope: &Scope, id: OrderId) -> Result<Option<History>, Refusal> {
        if store::find(snapshot, scope, id).await?.is_none() {
            return Ok(None);
        }
        let things = store::positions::things_of(snapshot, self.desk.engine(), id).await?;
        let events = events_of(snapshot, self.desk.engine(), &things).await?;
        let notes = notes_of(snapshot, self.desk.engine(), &things).await?;
        Ok(Some((events, notes.into_iter().map(|one| (one.event.seq, one.text)).collect())))
    }
}
