//! Agreements as orders draw on them: looked up outside the turn, held again and drawn on inside it.
//!
//! A batch in which no request names an agreement makes no statement here.

use super::agreed::{Agreed, Draw};
use super::new_order::Agreement;
use super::prepare::Prepared;
use crate::db::Engine;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Turn;
use entity::OrderGroupId;
use sea_orm::{ConnectionTrait, DbErr};

/// What is agreed, as it is now; none where there is no such agreement.
pub(super) async fn look_up(_db: &impl ConnectionTrait, _engine: Engine, by: Agreement) -> Result<Option<Agreed>, DbErr> {
    match by {
        Agreement::Contract(_) | Agreement::Quote(_) => Ok(None),
    }
}

/// What is left of the agreements that a batch names, as the batch goes on.
#[derive(Debug, Default)]
pub(super) struct Drawing {}

impl Drawing {
    /// Reads what is left of the agreements that the requests name.
    pub(super) async fn load(_turn: &Turn, prepared: &[Result<Prepared, Refusal>]) -> Result<Self, DbErr> {
        let _named = prepared.iter().flatten().filter_map(|prepared| prepared.draw.as_ref());
        Ok(Self::default())
    }

    /// Whether a request may draw so much, after those of the batch that came before it.
    pub(super) fn check(&self, draw: &Draw) -> Result<(), Fault> {
        match draw.by {
            by @ (Agreement::Contract(_) | Agreement::Quote(_)) => Err(super::agreed::unknown(by)),
        }
    }

    /// The request is decided: it draws so much.
    pub(super) fn take(&mut self, draw: &Draw, _group: OrderGroupId) {
        match draw.by {
            Agreement::Contract(_) | Agreement::Quote(_) => {}
        }
    }

    /// What memory decided must hold in the rows as well, each by one condition.
    pub(super) async fn write(&self, _turn: &Turn) -> Result<(), DbErr> {
        Ok(())
    }
}
