//! A person says what it wants to hear, in which language, and where letters go.

use super::store;
use super::wishes::{NewWishes, Wishes};
use crate::http::conditional::stale;
use crate::journal::{Turn, TurnError, UseCase};
use crate::organisations::queries::is_machine;
use entity::PersonId;

/// The use case. No entry: wishes are not trade, and an address is personal.
pub(super) struct SetWishes {
    pub(super) person: PersonId,
    /// The version that was read.
    pub(super) version: i64,
    pub(super) new: NewWishes,
}

#[async_trait::async_trait]
impl UseCase for SetWishes {
    type Answer = Wishes;

    async fn run(&self, turn: &mut Turn) -> Result<Wishes, TurnError> {
        let (tx, engine) = (turn.tx(), turn.engine());
        let machine = is_machine(tx, self.person).await?;
        let before = store::wishes(tx, self.person).await?.unwrap_or_else(|| Wishes::usual(machine));
        if before.version != self.version {
            return Err(stale().into());
        }
        let after = self.new.instead_of(&before, machine);
        if !store::keep_wishes(tx, self.person, &after).await? {
            return Err(stale().into());
        }
        store::put_address(tx, engine, self.person, self.new.address.as_ref()).await?;
        Ok(after)
    }
}
