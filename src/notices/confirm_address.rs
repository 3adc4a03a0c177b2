//! A person confirms the address that letters are to go to, with the code that was sent there.

use super::code::{AddressState, Codes, MOST_TRIES};
use super::{store, waiting};
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase};
use entity::PersonId;
use serde::{Deserialize, Serialize};

/// The use case. No entry: an address is personal.
pub(super) struct ConfirmAddress {
    pub(super) person: PersonId,
    pub(super) code: String,
    pub(super) codes: Codes,
}

/// What has become of it. A wrong code is no refusal: it counts, so it has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Confirmed {
    /// Letters go there from now on.
    Yes,
    /// It was not the code; how many tries are left.
    Wrong(i32),
    /// The code does not hold any more, whether or not it was this one.
    Over,
    /// No address waits.
    NoneWaits,
}

impl Confirmed {
    /// What is answered where it is not confirmed.
    pub(super) fn fault(self) -> Option<Fault> {
        match self {
            Self::Yes => None,
            Self::Wrong(left) => Some(Fault::of("address_code_wrong").at("/code").with("left", left)),
            Self::Over => Some(Fault::of("address_code_over").with("most", MOST_TRIES)),
            Self::NoneWaits => Some(Fault::of("no_address_waits")),
        }
    }
}

#[async_trait::async_trait]
impl UseCase for ConfirmAddress {
    type Answer = Confirmed;

    async fn run(&self, turn: &mut Turn) -> Result<Confirmed, TurnError> {
        let now = turn.next().at;
        let (tx, engine) = (turn.tx(), turn.engine());
        let Some(waits) = waiting::of(tx, self.person).await? else {
            return Ok(Confirmed::NoneWaits);
        };
        // An address that is none any more cannot be confirmed.
        let Some(address) = waits
            .address
            .parse()
            .ok()
            .filter(|_| AddressState::of(&waits, now) == AddressState::Waiting)
        else {
            return Ok(Confirmed::Over);
        };
        if !self.codes.fits(waits.id, &waits.address, &self.code) {
            waiting::note_wrong(tx, engine, waits.id).await?;
            let left = MOST_TRIES - waits.wrong_tries - 1;
            if left == 0 {
                store::move_version(tx, engine, self.person).await?;
            }
            return Ok(Confirmed::Wrong(left));
        }
        waiting::end(tx, engine, self.person, now).await?;
        store::put_address(tx, engine, self.person, Some(&address)).await?;
        store::move_version(tx, engine, self.person).await?;
        Ok(Confirmed::Yes)
    }
}
