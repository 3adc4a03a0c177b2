//! Renames a department, or archives it. What it was called before is kept: totals of that time go on saying so.

use super::division::DepartmentChange;
use super::party::Department;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::{DepartmentId, Name, shanghai_date};

/// Corrects a department that is at `version`.
///
/// # Errors
/// `forbidden`, `not_found`, `precondition_failed`, or everything wrong with the change.
pub async fn change_department(
    desk: &Desk,
    actor: &Actor,
    id: DepartmentId,
    version: i64,
    change: DepartmentChange,
) -> Result<Department, Refusal> {
    may_organise(actor)?;
    let use_case = ChangeDepartment {
        who: actor.who(),
        id,
        version,
        change,
    };
    Ok(desk.gate.run(use_case, None).await?.answer)
}

struct ChangeDepartment {
    who: Who,
    id: DepartmentId,
    version: i64,
    change: DepartmentChange,
}

#[async_trait::async_trait]
impl UseCase for ChangeDepartment {
    type Answer = Department;

    async fn run(&self, turn: &mut Turn) -> Result<Department, TurnError> {
        let before = find(turn, self.id).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        self.change.faults(&before).finish()?;
        let after = Department {
            name: self.change.name.to_string(),
            ..before.clone()
        };
        if after == before {
            return Ok(before);
        }
        store::keep_department_name(turn.tx(), &before, turn.next()).await?;
        let mut entry = entry("department.changed", &after, self.who).with("renamed", true);
        entry.note = Some(self.change.reason.to_string());
        write(turn, after, entry).await
    }
}

/// Archives a department to which no organisation in use reports any more.
///
/// # Errors
/// `forbidden`, `not_found`, `still_in_use`.
pub async fn archive_department(
    desk: &Desk,
    actor: &Actor,
    id: DepartmentId,
    reason: Name,
    repeat: Option<Repeat>,
) -> Result<Answered<Department>, Refusal> {
    may_organise(actor)?;
    let use_case = ArchiveDepartment {
        who: actor.who(),
        id,
        reason,
    };
    desk.gate.run(use_case, repeat).await
}

struct ArchiveDepartment {
    who: Who,
    id: DepartmentId,
    reason: Name,
}

#[async_trait::async_trait]
impl UseCase for ArchiveDepartment {
    type Answer = Department;

    async fn run(&self, turn: &mut Turn) -> Result<Department, TurnError> {
        let mut department = find(turn, self.id).await?;
        if department.archived {
            return Ok(department);
        }
        let today = shanghai_date(turn.next().at);
        let uses = store::uses_of_department(turn.tx(), turn.engine(), self.id, today).await?;
        uses.check(&department.code)?;
        department.archived = true;
        let mut entry = entry("department.archived", &department, self.who);
        entry.note = Some(self.reason.to_string());
        write(turn, department, entry).await
    }
}

async fn find(turn: &Turn, id: DepartmentId) -> Result<Department, TurnError> {
    let found = store::department(turn.tx(), id).await?;
    Ok(found.ok_or_else(|| Fault::of("not_found"))?)
}

fn entry(kind: &'static str, department: &Department, who: Who) -> NewEntry {
    NewEntry::new(kind, "department", department.id.uuid(), who).with("code", department.code.as_str())
}

async fn write(turn: &mut Turn, mut after: Department, entry: NewEntry) -> Result<Department, TurnError> {
    after.version += 1;
    if !store::update_department(turn.tx(), turn.engine(), &after, turn.next()).await? {
        return Err(stale().into());
    }
    turn.record(entry.of_register());
    Ok(after)
}
