//! A supplier says what it asks of every order.

use super::offer_store::kind_of;
use super::store;
use super::terms::{Freight, Terms};
use super::terms_store;
use crate::access::{Actor, may_change_catalogue};
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::{LineKind, Money, OrganisationId, Role};

/// What is to change; the rest stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TermsChange {
    /// The least value of an order.
    pub minimum_order: Option<Money>,
    /// Days from the order to the delivery.
    pub lead_days: Option<i32>,
    /// Weekdays of delivery, a bit each.
    pub weekdays: Option<i32>,
    /// Days from the announcement of a price to its first day.
    pub notice_days: Option<i32>,
    /// Freight: inside the price, or a line of its own.
    pub freight: Option<Option<Freight>>,
}

/// The use case.
#[derive(Clone, Debug)]
pub struct SetTerms {
    /// Who.
    pub actor: Actor,
    /// Whose terms.
    pub supplier: OrganisationId,
    /// The version that was read.
    pub version: i64,
    /// What is to change.
    pub change: TermsChange,
}

#[async_trait::async_trait]
impl UseCase for SetTerms {
    type Answer = Terms;

    async fn run(&self, turn: &mut Turn) -> Result<Terms, TurnError> {
        let kind = kind_of(turn.tx(), self.supplier).await?;
        if kind.is_none_or(|kind| kind.role() != Role::Supplier) {
            return Err(Refusal::fault("not_found").into());
        }
        may_change_catalogue(&self.actor, self.supplier)?;
        let before = terms_store::terms(turn.tx(), self.supplier).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        let after = Terms {
            minimum_order: self.change.minimum_order.unwrap_or(before.minimum_order),
            lead_days: self.change.lead_days.unwrap_or(before.lead_days),
            weekdays: self.change.weekdays.unwrap_or(before.weekdays),
            notice_days: self.change.notice_days.unwrap_or(before.notice_days),
            freight: self.change.freight.unwrap_or(before.freight),
            version: before.version + 1,
        };
        if let Some(freight) = &after.freight {
            self.check_freight(turn, freight).await?;
        }
        let recorded = turn.next();
        if !terms_store::keep(turn.tx(), self.supplier, &after, recorded.seq).await? {
            return Err(stale().into());
        }
        let mut entry = NewEntry::new("terms.set", "terms", self.supplier.uuid(), self.actor.who())
            .with("freight_fee", after.freight.map_or(0, |freight| freight.fee.fen()))
            .with("lead_days", after.lead_days)
            .with("minimum_order", after.minimum_order.fen())
            .with("notice_days", after.notice_days)
            .with("version", after.version)
            .with("weekdays", after.weekdays)
            .of_register();
        entry.supplier = Some(self.supplier);
        turn.record(entry);
        Ok(after)
    }
}

impl SetTerms {
    /// The line of freight is of a product of the supplier's own that is nothing but freight.
    async fn check_freight(&self, turn: &Turn, freight: &Freight) -> Result<(), TurnError> {
        let product = store::product(turn.tx(), freight.product).await?;
        let fits = product.is_some_and(|product| {
            product.seller_id == self.supplier && product.line_kind == LineKind::Freight && product.archived_at.is_none()
        });
        if fits {
            Ok(())
        } else {
            Err(Fault::of("no_freight_product").at("/freight/product_id").into())
        }
    }
}
