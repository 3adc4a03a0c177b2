//! What becomes of a sheet: it is checked, or entered whole, or what is good of it is entered.

use super::aside::is_aside;
use super::enter::{EnterSlice, OpenIntake, Refused};
use super::new_thing::{Around, Made, NewThing, columns, read, twins};
use super::store;
use super::undo::undo;
use crate::access::Actor;
use crate::catalogue::queries::categories;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Desk, Repeat};
use crate::orders::Reason;
use crate::organisations::Register;
use crate::sheets::{Head, Table};
use entity::tables::intakes;
use entity::{ImportMode, IntakeKind};
use poem_openapi::Enum;
use std::collections::BTreeMap;
use std::time::Duration;

/// Rows entered in a turn: others wait for it.
const SLICE: usize = 100;
/// A slice waits for its turn so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// More categories than any city has.
const MOST_CATEGORIES: u64 = 1_000;

/// What to do with a sheet: `check` (nothing is written), `all_or_nothing`, `what_is_good` (enter the good rows, leave out
/// the rest).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum IntakeMode {
    /// Nothing is written.
    Check,
    /// All rows or none.
    AllOrNothing,
    /// The good rows.
    WhatIsGood,
}

/// What became of a sheet: `checked`, `entered`, or `nothing_entered`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum IntakeOutcome {
    /// Nothing was to be written.
    Checked,
    /// Rows were entered, now or when the same file came before.
    Entered,
    /// Nothing was entered: some rows are not good and all were wanted, or none is good.
    NothingEntered,
}

/// A sheet that came in.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) kind: IntakeKind,
    pub(super) mode: IntakeMode,
    pub(super) table: Table,
    /// SHA-256 of the file.
    pub(super) hash: Vec<u8>,
}

/// A sheet that has been dealt with.
#[derive(Clone, Debug)]
pub(super) struct Uploaded {
    pub(super) head: Head,
    /// Numbers of all rows that are to bring something.
    pub(super) rows: Vec<u32>,
    /// Numbers of the rows that bring nothing: sums, categories, signatures.
    pub(super) skipped: Vec<u32>,
    pub(super) outcome: IntakeOutcome,
    /// Rows that are not good, by their numbers.
    pub(super) failed: BTreeMap<u32, Vec<Reason>>,
    /// What rows have brought.
    pub(super) brought: BTreeMap<u32, Vec<Made>>,
    pub(super) intake: Option<intakes::Model>,
    pub(super) replayed: bool,
}

/// Rows checked: the good ones, and what is wrong with the others.
struct Checked {
    good: Vec<(u32, NewThing)>,
    failed: BTreeMap<u32, Vec<Reason>>,
}

/// Deals with a sheet.
pub(super) async fn upload(desk: &Desk, register: &Register, actor: &Actor, mut sheet: Sheet, repeat: Repeat) -> Result<Uploaded, Refusal> {
    let skipped = set_aside(&mut sheet);
    if sheet.table.rows.is_empty() {
        let all_hidden = skipped.is_empty() && !sheet.table.head.hidden_rows.is_empty();
        return Err(Refusal::fault(if all_hidden { "sheet_all_hidden" } else { "sheet_empty" }));
    }
    let parties = register.refresh(&desk.db).await?;
    let categories = categories(desk.read(), desk.engine(), false, None, MOST_CATEGORIES).await?;
    let around = Around::new(parties, categories, actor.clone(), desk.clock.today());
    let before = store::intake_of_file(desk.read(), actor.organisation, sheet.kind, &sheet.hash).await?;
    let mut uploaded = Uploaded {
        head: sheet.table.head.clone(),
        rows: sheet.table.rows.iter().map(|row| row.number).collect(),
        skipped,
        outcome: IntakeOutcome::Checked,
        failed: BTreeMap::new(),
        brought: brought(desk, before.as_ref()).await?,
        intake: before,
        replayed: false,
    };
    let checked = check(desk, &sheet, &around, &uploaded.brought).await?;
    uploaded.failed = checked.failed;
    let mode = match sheet.mode {
        IntakeMode::Check => return Ok(uploaded),
        IntakeMode::AllOrNothing => ImportMode::AllOrNothing,
        IntakeMode::WhatIsGood => ImportMode::WhatIsGood,
    };
    let refused = mode == ImportMode::AllOrNothing && !uploaded.failed.is_empty();
    if refused || (checked.good.is_empty() && uploaded.brought.is_empty()) {
        uploaded.outcome = IntakeOutcome::NothingEntered;
        return Ok(uploaded);
    }
    enter(desk, actor, (&sheet, mode), checked.good, (uploaded, repeat)).await
}

/// Takes the rows out that bring nothing, and answers their numbers.
fn set_aside(sheet: &mut Sheet) -> Vec<u32> {
    let (kind, Table { head, rows }) = (sheet.kind, &mut sheet.table);
    let mut skipped = head.repeated_rows.clone();
    rows.retain(|row| {
        let aside = is_aside(kind, head, row, columns(kind));
        if aside {
            skipped.push(row.number);
        }
        !aside
    });
    skipped.sort_unstable();
    skipped
}

/// What an intake has brought that stands, by rows.
async fn brought(desk: &Desk, intake: Option<&intakes::Model>) -> Result<BTreeMap<u32, Vec<Made>>, Refusal> {
    let mut by_row: BTreeMap<u32, Vec<Made>> = BTreeMap::new();
    if let Some(intake) = intake {
        for one in store::things(desk.read(), intake.id).await? {
            if !one.taken_back {
                by_row.entry(one.row).or_default().push(one.made);
            }
        }
    }
    Ok(by_row)
}

/// Checks all rows that are not in yet, by themselves, against each other and against what is there; in no turn.
async fn check(desk: &Desk, sheet: &Sheet, around: &Around, is_in: &BTreeMap<u32, Vec<Made>>) -> Result<Checked, Refusal> {
    let mut checked = Checked {
        good: Vec::new(),
        failed: BTreeMap::new(),
    };
    let mut fail = |row: u32, faults: &[Fault]| {
        let reasons: &mut Vec<Reason> = checked.failed.entry(row).or_default();
        reasons.extend(faults.iter().map(Reason::from));
    };
    let mut readable = Vec::new();
    for (row, read) in read(sheet.kind, &sheet.table, around) {
        match read {
            Err(_) if is_in.contains_key(&row) => {}
            Err(faults) => fail(row, &faults),
            Ok(thing) => readable.push((row, thing)),
        }
    }
    // What is in already is good, and the first of its twins.
    let rows: Vec<(u32, &NewThing)> = readable.iter().map(|(row, thing)| (*row, thing)).collect();
    for (row, fault) in twins(&rows) {
        if !is_in.contains_key(&row) {
            fail(row, &[fault]);
        }
    }
    readable.retain(|(row, _)| !is_in.contains_key(row));
    for (row, thing) in &readable {
        let faults = thing.faults_before(desk.read(), around).await?;
        if !faults.is_empty() {
            fail(*row, &faults);
        }
    }
    readable.retain(|(row, _)| !checked.failed.contains_key(row));
    checked.good = readable;
    Ok(checked)
}

/// Enters the good rows, slice by slice. A sheet that is wanted whole was checked whole; where something came between,
/// what was entered of it is taken back.
async fn enter(
    desk: &Desk,
    actor: &Actor,
    (sheet, mode): (&Sheet, ImportMode),
    good: Vec<(u32, NewThing)>,
    (mut uploaded, repeat): (Uploaded, Repeat),
) -> Result<Uploaded, Refusal> {
    let gate = desk.gate.with_patience(PATIENCE);
    let open = OpenIntake {
        actor: actor.clone(),
        kind: sheet.kind,
        mode,
        file_hash: sheet.hash.clone(),
        rows: uploaded.rows.len(),
    };
    let opened = gate.run(open, Some(repeat)).await?;
    uploaded.replayed = opened.replayed;
    let whole = mode == ImportMode::AllOrNothing;
    for rows in good.chunks(SLICE) {
        let slice = EnterSlice {
            actor: actor.clone(),
            intake: opened.answer,
            rows: rows.to_vec(),
            whole,
        };
        match gate.run(slice, None).await {
            Ok(done) => uploaded
                .failed
                .extend(done.answer.into_iter().map(|Refused { row, reasons }| (row, reasons))),
            Err(Refusal::Faults(faults)) if whole && faults.iter().all(|fault| row_of(fault).is_some()) => {
                undo(desk, actor, opened.answer, None).await?;
                for fault in &faults {
                    let row = row_of(fault).unwrap_or_default();
                    uploaded.failed.entry(row).or_default().push(Reason::from(fault));
                }
                uploaded.outcome = IntakeOutcome::NothingEntered;
                uploaded.brought.clear();
                return Ok(uploaded);
            }
            Err(other) => return Err(other),
        }
    }
    uploaded.intake = store::intake(desk.read(), opened.answer).await?;
    uploaded.brought = brought(desk, uploaded.intake.as_ref()).await?;
    uploaded.outcome = if uploaded.brought.is_empty() {
        IntakeOutcome::NothingEntered
    } else {
        IntakeOutcome::Entered
    };
    Ok(uploaded)
}

/// The row that a fault of a slice is about.
fn row_of(fault: &Fault) -> Option<u32> {
    fault.pointer().strip_prefix("/rows/")?.split('/').next()?.parse().ok()
}
