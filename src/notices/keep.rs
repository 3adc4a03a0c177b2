//! Writes notices together with how far it has come, in one turn.

use super::store;
use crate::journal::{Turn, TurnError, UseCase};
use entity::CivilDate;
use entity::tables::notices;

/// How far it has come.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// Through the journal, from one number to another.
    Journal(i64, i64),
    /// A part of what ends soon.
    Part,
    /// All that ends soon, on this day.
    Day(CivilDate),
}

/// The use case; whether it was not done already. No entry: notices are not trade.
pub(super) struct Keep {
    pub(super) way: Way,
    pub(super) notices: Vec<notices::Model>,
}

#[async_trait::async_trait]
impl UseCase for Keep {
    type Answer = bool;

    async fn run(&self, turn: &mut Turn) -> Result<bool, TurnError> {
        match self.way {
            // Of several that read the same entries, the first moves the cursor and the others write nothing.
            Way::Journal(from, to) => {
                if !store::move_cursor(turn.tx(), turn.engine(), from, to).await? {
                    return Ok(false);
                }
            }
            Way::Part => {}
            Way::Day(day) => store::note_sweep(turn.tx(), turn.engine(), day).await?,
        }
        store::insert(turn.tx(), turn.engine(), &self.notices).await?;
        Ok(true)
    }
}
