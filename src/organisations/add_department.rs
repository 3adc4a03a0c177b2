//! Enters a department.

use super::division::NewDepartment;
use super::party::Department;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::fault::Refusal;
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase, Who};
use entity::DepartmentId;

/// Enters a department.
///
/// # Errors
/// `forbidden`, or everything wrong with the department.
pub async fn add_department(
    desk: &Desk,
    actor: &Actor,
    new: NewDepartment,
    repeat: Option<Repeat>,
) -> Result<Answered<Department>, Refusal> {
    may_organise(actor)?;
    let use_case = AddDepartment { who: actor.who(), new };
    desk.gate.run(use_case, repeat).await
}

struct AddDepartment {
    who: Who,
    new: NewDepartment,
}

#[async_trait::async_trait]
impl UseCase for AddDepartment {
    type Answer = Department;

    async fn run(&self, turn: &mut Turn) -> Result<Department, TurnError> {
        let taken = store::department_code_taken(turn.tx(), self.new.code.as_str()).await?;
        self.new.faults(taken).finish()?;
        let next = turn.next();
        let department = Department {
            id: DepartmentId::at(next.at),
            code: self.new.code.to_string(),
            name: self.new.name.to_string(),
            archived: false,
            version: 1,
        };
        store::insert_department(turn.tx(), &department, next.seq, next.at).await?;
        let entry =
            NewEntry::new("department.created", "department", department.id.uuid(), self.who).with("code", department.code.as_str());
        turn.record(entry.of_register());
        Ok(department)
    }
}
