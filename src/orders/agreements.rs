//! Agreements as orders draw on them: looked up outside the turn, held again and drawn on inside it.
//!
//! A batch in which no request names an agreement makes no statement here.

use super::agreed::{Agreed, Draw};
use super::by_quote::{self, Using};
use super::new_order::Agreement;
use super::placed::PlacedGroup;
use super::prepare::Prepared;
use crate::access::Actor;
use crate::db::Engine;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Turn;
use sea_orm::{ConnectionTrait, DbErr};

/// What is agreed, as it is now; none where there is no such agreement.
pub(super) async fn look_up(db: &impl ConnectionTrait, engine: Engine, by: Agreement) -> Result<Option<Agreed>, DbErr> {
    match by {
        Agreement::Contract(_) => Ok(None),
        Agreement::Quote(id) => by_quote::look_up(db, engine, id).await,
    }
}

/// What is left of the agreements that a batch names, as the batch goes on.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    quotes: Using,
}

impl Drawing {
    /// Reads what is left of the agreements that the requests name.
    pub(super) async fn load(turn: &Turn, prepared: &[Result<Prepared, Refusal>]) -> Result<Self, DbErr> {
        let named = || prepared.iter().flatten().filter_map(|prepared| prepared.draw.as_ref());
        let quotes = Using::load(turn, named().filter_map(|draw| draw.by.quote()).collect()).await?;
        Ok(Self { quotes })
    }

    /// Whether a request may draw so much, after those of the batch that came before it.
    pub(super) fn check(&self, draw: &Draw) -> Result<(), Fault> {
        match draw.by {
            by @ Agreement::Contract(_) => Err(super::agreed::unknown(by)),
            Agreement::Quote(id) => self.quotes.check(id),
        }
    }

    /// The request is decided: it draws so much.
    pub(super) fn take(&mut self, turn: &mut Turn, actor: &Actor, draw: &Draw, placed: &PlacedGroup) {
        match draw.by {
            Agreement::Contract(_) => {}
            Agreement::Quote(id) => {
                self.quotes.take(id, placed.order_group_id);
                self.quotes.record(turn, actor, id, placed);
            }
        }
    }

    /// What memory decided must hold in the rows as well, each by one condition.
    pub(super) async fn write(&self, turn: &Turn) -> Result<(), DbErr> {
        self.quotes.write(turn).await
    }
}
