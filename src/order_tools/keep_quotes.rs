//! Keeping a dry run as quotes: one for each supplier, at its standing prices.

use crate::access::Actor;
use crate::catalogue::Goods;
use crate::journal::{Turn, TurnError, UseCase};
use crate::orders::{NewOrder, Prepared, PreparedLine, PreparedOrder, Trial, prepare};
use crate::quotes::quote::promised_until;
use crate::quotes::{Kept, KeptLine, keep};
use entity::{CivilDate, LineKind, OfferId, QuoteId, shanghai_date};
use uuid::Uuid;

/// A buyer keeps what a dry run said.
#[derive(Clone, Debug)]
pub struct KeepQuotes {
    /// Who keeps it.
    pub actor: Actor,
    /// What was asked.
    pub asked: NewOrder,
    /// What it would be.
    pub trial: Trial,
    /// The last day on which an order may be placed; as long as the prices are promised, if none.
    pub valid_until: Option<CivilDate>,
}

#[async_trait::async_trait]
impl UseCase for KeepQuotes {
    type Answer = Vec<QuoteId>;

    async fn run(&self, turn: &mut Turn) -> Result<Vec<QuoteId>, TurnError> {
        let today = shanghai_date(turn.next().at);
        let seq = turn.register_seq();
        let Trial {
            prepared, parties, goods, ..
        } = &self.trial;
        if prepared.seq >= seq {
            let kept = self.kept(prepared, goods, today);
            return keep(turn, &self.actor, &kept).await;
        }
        // A price or a party has changed since the dry run: what is kept is what holds now.
        let parties = parties.advanced(turn.tx(), turn.engine(), seq).await?;
        let goods = goods.advanced(turn.tx(), turn.engine(), seq).await?;
        let prepared = prepare(&self.asked, self.actor.organisation, (&parties, &goods), None, today)?;
        let kept = self.kept(&prepared, &goods, today);
        keep(turn, &self.actor, &kept).await
    }
}

impl KeepQuotes {
    fn kept(&self, prepared: &Prepared, goods: &Goods, today: CivilDate) -> Vec<Kept> {
        let of_supplier = |order: &PreparedOrder| {
            let notice_days = goods.terms(order.supplier.id).notice_days;
            let (freight, goods): (Vec<_>, Vec<_>) = order.lines.iter().partition(|line| line.good.line_kind == LineKind::Freight);
            let lines: Vec<KeptLine> = goods.into_iter().map(|line| kept_line(line, notice_days, today)).collect();
            let promised = lines.iter().map(|line| line.promised_until).min().unwrap_or(today);
            Kept {
                town_code: prepared.town_code.clone(),
                department_id: prepared.department,
                supplier_id: order.supplier.id,
                channel: prepared.channel,
                deliver_on: self.asked.deliver_on,
                valid_until: self.valid_until.unwrap_or(promised),
                // An order has one line of freight at most.
                freight: freight.first().map(|line| (line.good.id, line.amount)),
                lines,
            }
        };
        prepared.orders.iter().map(of_supplier).collect()
    }
}

fn kept_line(line: &PreparedLine, notice_days: i32, today: CivilDate) -> KeptLine {
    let last_day = line.offer.as_ref().and_then(|offer| offer.to);
    KeptLine {
        asked_at: line.asked_at,
        product_id: line.good.id,
        offer_id: line.offer.as_ref().map_or(OfferId::from_uuid(Uuid::nil()), |offer| offer.id),
        sku: line.good.sku.clone(),
        name: line.good.name.clone(),
        unit: line.good.unit.clone(),
        quantity: line.quantity,
        price: line.price,
        amount: line.amount,
        promised_until: promised_until(last_day, notice_days, today),
    }
}
