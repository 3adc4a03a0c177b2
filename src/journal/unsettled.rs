//! A commit that got no answer: it may have been written, or not.

use super::gate::Given;
use super::head::PAIRING;
use super::merkle::Hash;
use super::turn::Turn;
use crate::db::statement;
use sea_orm::{ConnectionTrait, DbErr};

/// What would have been answered, and the entry by which it is found.
pub(super) struct Unsettled {
    pub(super) seq: i64,
    pub(super) leaf: Hash,
    pub(super) answers: Vec<Given>,
}

impl Unsettled {
    /// Whether it was written. The head is this turn's now, so the session that was to write it has ended.
    pub(super) async fn is_written(&self, turn: &Turn) -> Result<bool, DbErr> {
        let found = turn
            .tx()
            .query_one_raw(statement(
                turn.engine(),
                "SELECT seq FROM entries WHERE pairing = $1 AND seq = $2 AND leaf = $3",
                vec![PAIRING.into(), self.seq.into(), self.leaf.to_vec().into()],
            ))
            .await?;
        Ok(found.is_some())
    }
}
