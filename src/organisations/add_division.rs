//! Enters a division.

use super::division::NewDivision;
use super::party::Division;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::fault::Refusal;
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use uuid::Uuid;

/// Enters a division.
///
/// # Errors
/// `forbidden`, or everything wrong with the division.
pub async fn add_division(desk: &Desk, actor: &Actor, new: NewDivision, repeat: Option<Repeat>) -> Result<Answered<Division>, Refusal> {
    may_organise(actor)?;
    let use_case = AddDivision { who: actor.who(), new };
    desk.gate.run(use_case, repeat).await
}

struct AddDivision {
    who: Who,
    new: NewDivision,
}

#[async_trait::async_trait]
impl UseCase for AddDivision {
    type Answer = Division;

    async fn run(&self, turn: &mut Turn) -> Result<Division, TurnError> {
        let new = &self.new;
        let namesake = store::division(turn.tx(), new.code.as_str()).await?;
        let parent = match &new.parent_code {
            Some(code) => store::division(turn.tx(), code.as_str()).await?,
            None => None,
        };
        new.faults(namesake.as_ref(), parent.as_ref()).finish()?;
        let division = Division {
            code: new.code.to_string(),
            name: new.name.to_string(),
            parent_code: new.parent_code.as_ref().map(ToString::to_string),
            role: new.role,
            black_rice_gi_area: new.black_rice_gi_area,
            archived: false,
            version: 1,
        };
        let next = turn.next();
        store::insert_division(turn.tx(), &division, next.seq, next.at).await?;
        // A division is known by its code; the entry's id is made from it, so that the same code always gives it.
        let entry = NewEntry::new("division.created", "division", id_of_code(&division.code), self.who)
            .with("code", division.code.as_str())
            .with("role", division.role.as_str());
        turn.record(entry.of_register());
        Ok(division)
    }
}

/// A division's id in the journal: the code's text in 16 bytes, which hold the longest code there is.
#[must_use]
pub fn id_of_code(code: &str) -> Uuid {
    let mut bytes = [0_u8; 16];
    for (byte, sign) in bytes.iter_mut().zip(code.bytes()) {
        *byte = sign;
    }
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_codes_share_an_id() {
        assert_ne!(id_of_code("610723"), id_of_code("610723001"));
        assert_eq!(id_of_code("ABCDEFGHIJKLMNOP").as_bytes(), b"ABCDEFGHIJKLMNOP");
    }
}
