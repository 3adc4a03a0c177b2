//! A person says what it wants to hear, in which language, and where letters go.

use super::code::{AddressState, HOLDS, MOST_SENT};
use super::wishes::{NewWishes, Wishes};
use super::{store, waiting};
use crate::http::conditional::stale;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use crate::organisations::queries::is_machine;
use entity::{MailAddress, PersonId};

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
        let tx = turn.tx();
        let machine = is_machine(tx, self.person).await?;
        let before = store::wishes(tx, self.person).await?.unwrap_or_else(|| Wishes::usual(machine));
        if before.version != self.version {
            return Err(stale().into());
        }
        let after = self.new.instead_of(&before, machine);
        if !store::keep_wishes(tx, self.person, &after).await? {
            return Err(stale().into());
        }
        match &self.new.address {
            Some(address) => self.name_address(turn, address).await?,
            None => self.forget_address(turn).await?,
        }
        Ok(after)
    }
}

impl SetWishes {
    async fn forget_address(&self, turn: &mut Turn) -> Result<(), TurnError> {
        let now = turn.next().at;
        let (tx, engine) = (turn.tx(), turn.engine());
        waiting::end(tx, engine, self.person, now).await?;
        store::put_address(tx, engine, self.person, None).await?;
        Ok(())
    }

    /// A new address waits until it is confirmed, and letters go on to the one of before. Naming what waits already
    /// sends nothing again while its code holds; naming the one of before takes a new one back.
    async fn name_address(&self, turn: &mut Turn, address: &MailAddress) -> Result<(), TurnError> {
        let now = turn.next().at;
        let (tx, engine) = (turn.tx(), turn.engine());
        let in_force = store::address(tx, self.person).await?.as_ref() == Some(address);
        let waits = waiting::of(tx, self.person).await?;
        let holds = |waits: &&_| AddressState::of(waits, now) == AddressState::Waiting;
        if !in_force && waits.as_ref().filter(holds).is_some_and(|waits| waits.address == address.as_str()) {
            return Ok(());
        }
        waiting::end(tx, engine, self.person, now).await?;
        if in_force {
            return Ok(());
        }
        if waiting::asked_since(tx, self.person, now - HOLDS).await? >= MOST_SENT {
            let fault = Fault::of("address_codes_too_many").at("/mail_address");
            return Err(fault.with("most", MOST_SENT).into());
        }
        waiting::begin(tx, self.person, address, now).await?;
        Ok(())
    }
}
