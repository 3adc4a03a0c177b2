//! Corrects a division, or archives it. What it was called before is kept: totals of that time go on saying so.

use super::add_division::id_of_code;
use super::division::DivisionChange;
use super::party::Division;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::{DivisionCode, Name, shanghai_date};

/// Corrects a division that is at `version`.
///
/// # Errors
/// `forbidden`, `not_found`, `precondition_failed`, or everything wrong with the change.
pub async fn change_division(
    desk: &Desk,
    actor: &Actor,
    code: DivisionCode,
    version: i64,
    change: DivisionChange,
) -> Result<Division, Refusal> {
    may_organise(actor)?;
    let use_case = ChangeDivision {
        who: actor.who(),
        code,
        version,
        change,
    };
    Ok(desk.gate.run(use_case, None).await?.answer)
}

struct ChangeDivision {
    who: Who,
    code: DivisionCode,
    version: i64,
    change: DivisionChange,
}

#[async_trait::async_trait]
impl UseCase for ChangeDivision {
    type Answer = Division;

    async fn run(&self, turn: &mut Turn) -> Result<Division, TurnError> {
        let before = find(turn, &self.code).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        let parent = match &self.change.parent_code {
            Some(code) => store::division(turn.tx(), code.as_str()).await?,
            None => None,
        };
        self.change.faults(&before, parent.as_ref()).finish()?;
        let after = self.change.apply(&before);
        if after == before {
            return Ok(before);
        }
        let renamed = after.name != before.name;
        if renamed {
            store::keep_division_name(turn.tx(), &before, turn.next()).await?;
            store::mark_goods_from(turn.tx(), turn.engine(), &before.code).await?;
        }
        let mut entry = entry("division.changed", &after, self.who)
            .with("renamed", renamed)
            .with("parent_code", after.parent_code.clone());
        entry.note = Some(self.change.reason.to_string());
        write(turn, after, entry).await
    }
}

/// Archives a division that nothing in use names any more.
///
/// # Errors
/// `forbidden`, `not_found`, `still_in_use`.
pub async fn archive_division(
    desk: &Desk,
    actor: &Actor,
    code: DivisionCode,
    reason: Name,
    repeat: Option<Repeat>,
) -> Result<Answered<Division>, Refusal> {
    may_organise(actor)?;
    let use_case = ArchiveDivision {
        who: actor.who(),
        code,
        reason,
    };
    desk.gate.run(use_case, repeat).await
}

struct ArchiveDivision {
    who: Who,
    code: DivisionCode,
    reason: Name,
}

#[async_trait::async_trait]
impl UseCase for ArchiveDivision {
    type Answer = Division;

    async fn run(&self, turn: &mut Turn) -> Result<Division, TurnError> {
        let mut division = find(turn, &self.code).await?;
        if division.archived {
            return Ok(division);
        }
        let today = shanghai_date(turn.next().at);
        let uses = store::uses_of_division(turn.tx(), turn.engine(), &division.code, today).await?;
        uses.check(&division.code)?;
        division.archived = true;
        let mut entry = entry("division.archived", &division, self.who);
        entry.note = Some(self.reason.to_string());
        write(turn, division, entry).await
    }
}

async fn find(turn: &Turn, code: &DivisionCode) -> Result<Division, TurnError> {
    let found = store::division(turn.tx(), code.as_str()).await?;
    Ok(found.ok_or_else(|| Fault::of("not_found"))?)
}

fn entry(kind: &'static str, division: &Division, who: Who) -> NewEntry {
    NewEntry::new(kind, "division", id_of_code(&division.code), who).with("code", division.code.as_str())
}

async fn write(turn: &mut Turn, mut after: Division, entry: NewEntry) -> Result<Division, TurnError> {
    after.version += 1;
    if !store::update_division(turn.tx(), turn.engine(), &after, turn.next()).await? {
        return Err(stale().into());
    }
    turn.record(entry.of_register());
    Ok(after)
}
