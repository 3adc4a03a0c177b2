//! Ordering by a quote: looked up outside the turn, held again and used up inside it, once.

use super::agreed::{Agreed, AgreedFreight, AgreedGood, AsQuoted, unknown};
use super::new_order::Agreement;
use super::placed::PlacedGroup;
use crate::access::Actor;
use crate::db::Engine;
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn};
use crate::quotes::Quote;
use crate::quotes::quote::{Action, holds_on, next_state};
use crate::quotes::store::quotes::{self as store, UsedUp};
use chrono::{DateTime, Utc};
use entity::tables::quotes;
use entity::{CivilDate, OrderGroupId, QuoteId, QuoteOrigin, QuoteState, shanghai_date};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::BTreeMap;

/// What a quote agrees, if there is one.
pub(super) async fn look_up(db: &impl ConnectionTrait, engine: Engine, id: QuoteId) -> Result<Option<Agreed>, DbErr> {
    Ok(store::by_id(db, engine, id).await?.map(|quote| agreed(&quote)))
}

fn agreed(quote: &Quote) -> Agreed {
    let row = &quote.row;
    let good = |line: &entity::tables::quote_lines::Model| AgreedGood {
        price: line.price,
        least: None,
        step: None,
        fixed: Some(line.quantity),
        left: Some(line.quantity),
    };
    Agreed {
        by: Agreement::Quote(row.id),
        supplier: row.supplier_id,
        buyers: vec![row.buyer_id],
        closed: closed(row.state),
        from: shanghai_date(row.made_at),
        to: row.valid_until,
        goods: quote.lines.iter().map(|line| (line.product_id, good(line))).collect(),
        freight: freight(row),
        left: None,
        as_quoted: Some(AsQuoted {
            channel: row.channel,
            promised_on: (row.origin == QuoteOrigin::Answer).then_some(row.deliver_on),
            amounts: quote.lines.iter().map(|line| (line.product_id, line.amount)).collect(),
        }),
    }
}

/// A quote says what its freight is, also where there is none.
fn freight(row: &quotes::Model) -> AgreedFreight {
    match row.freight_product_id {
        Some(product) => AgreedFreight::Fee { product, fee: row.freight },
        None => AgreedFreight::Inside,
    }
}

/// The word of a state in which nobody may order by a quote.
fn closed(state: QuoteState) -> Option<&'static str> {
    next_state(state, Action::Use).is_none().then(|| state.as_str())
}

/// The quotes that a batch names, as the batch goes on: each is used up by the first request that is decided.
#[derive(Debug, Default)]
pub(super) struct Using {
    named: BTreeMap<QuoteId, quotes::Model>,
    used: Vec<UsedUp>,
    day: Option<(DateTime<Utc>, CivilDate)>,
}

impl Using {
    /// Reads the quotes that requests name; no statement where none does.
    pub(super) async fn load(turn: &Turn, named: Vec<QuoteId>) -> Result<Self, DbErr> {
        if named.is_empty() {
            return Ok(Self::default());
        }
        let at = turn.next().at;
        let rows = store::rows(turn.tx(), &named).await?;
        Ok(Self {
            named: rows.into_iter().map(|row| (row.id, row)).collect(),
            used: Vec::new(),
            day: Some((at, shanghai_date(at))),
        })
    }

    /// Whether a request may use the quote up, after those of the batch that came before it.
    pub(super) fn check(&self, id: QuoteId) -> Result<(), Fault> {
        let by = Agreement::Quote(id);
        let (Some(row), Some((_, today))) = (self.named.get(&id), self.day) else {
            return Err(unknown(by));
        };
        if let Some(state) = closed(row.state) {
            return Err(Fault::of("agreement_closed").at(by.pointer()).with("state", state));
        }
        if !holds_on(row, today) {
            let fault = Fault::of("agreement_days").at(by.pointer());
            return Err(fault.with("from", shanghai_date(row.made_at)).with("to", row.valid_until));
        }
        Ok(())
    }

    /// The request is decided: it uses the quote up.
    pub(super) fn take(&mut self, id: QuoteId, group: OrderGroupId) {
        let (Some(row), Some((at, on))) = (self.named.get_mut(&id), self.day) else {
            return;
        };
        row.state = QuoteState::Used;
        self.used.push(UsedUp { quote: id, group, at, on });
    }

    /// What memory decided must hold in the rows as well, each by one condition.
    pub(super) async fn write(&self, turn: &Turn) -> Result<(), DbErr> {
        if self.used.is_empty() {
            return Ok(());
        }
        let used = store::use_up(turn.tx(), turn.engine(), &self.used).await?;
        if usize::try_from(used) == Ok(self.used.len()) {
            Ok(())
        } else {
            Err(DbErr::Custom("a quote was used up under a turn".to_owned()))
        }
    }

    /// Says that a quote was used up, and by what.
    pub(super) fn record(&self, turn: &mut Turn, actor: &Actor, id: QuoteId, placed: &PlacedGroup) {
        let Some(row) = self.named.get(&id) else { return };
        let mut entry = NewEntry::new("quote.used", "quote", id.uuid(), actor.who())
            .with("group", placed.order_group_id.to_string())
            .with("state", QuoteState::Used.as_str())
            .with("total", row.total.fen());
        entry.buyer = Some(row.buyer_id);
        entry.supplier = Some(row.supplier_id);
        turn.record(entry);
    }
}
