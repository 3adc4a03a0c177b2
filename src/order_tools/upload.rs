//! What becomes of an order sheet: it is checked, or placed whole, or what is good of it is placed.

use super::order_sheet::{OrderSheet, PassedOver};
use crate::access::Actor;
use crate::http::fault::{Fault, Refusal};
use crate::journal::Repeat;
use crate::orders::{Available, NewOrder, OrderDesk, PlacedGroup, Skipped, Source};
use crate::sheets::Table;
use entity::Money;
use poem_openapi::Enum;

/// What to do with a sheet: `check` (nothing is written), `all_or_nothing`, `what_is_good` (place what can be had, leave out
/// the rest); `good_rows` is an older word for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SheetMode {
    /// Nothing is written.
    Check,
    /// All rows or none.
    AllOrNothing,
    /// What can be had.
    WhatIsGood,
    /// The same, as it was called before.
    GoodRows,
}

impl SheetMode {
    /// The word under which a request is remembered: whoever repeats it in the newer word means the same.
    pub(super) fn remembered(self) -> &'static str {
        match self {
            Self::Check => "Check",
            Self::AllOrNothing => "AllOrNothing",
            Self::WhatIsGood | Self::GoodRows => "GoodRows",
        }
    }
}

/// What became of a sheet: `checked`, `placed`, or `nothing_placed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SheetOutcome {
    /// Nothing was to be written.
    Checked,
    /// Orders were placed.
    Placed,
    /// Nothing was placed: some rows could not be had and all were wanted, or none could be had.
    NothingPlaced,
}

/// What the rows of a sheet were taken for, by their places among them.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Rows that ask for something that is understood.
    pub(super) wanted: Vec<usize>,
    /// Rows of goods that are not wanted.
    pub(super) unwanted: Vec<usize>,
    /// Rows that are no order of anything.
    pub(super) passed: Vec<(usize, PassedOver)>,
}

/// A sheet that has been dealt with.
#[derive(Clone, Debug)]
pub(super) struct Uploaded {
    /// The sheet as it was read.
    pub(super) table: Table,
    /// What its rows were taken for.
    pub(super) told: Told,
    /// What became of it.
    pub(super) outcome: SheetOutcome,
    /// Rows that could not be had, by their places among the rows.
    pub(super) failed: Vec<Skipped>,
    /// What was placed.
    pub(super) group: Option<PlacedGroup>,
    /// The sum of what was placed or could be.
    pub(super) amount: Money,
    /// Whether this is the answer to an earlier request.
    pub(super) replayed: bool,
}

/// Deals with a sheet. `asked` has everything but the lines.
pub(super) async fn upload(
    desk: &OrderDesk,
    actor: Actor,
    table: Table,
    asked: NewOrder,
    mode: SheetMode,
    repeat: Repeat,
) -> Result<Uploaded, Refusal> {
    let goods = desk.goods().await?;
    let sheet = OrderSheet::of(&table, &goods)?;
    let told = Told {
        wanted: sheet.rows.clone(),
        unwanted: sheet.unwanted,
        passed: sheet.passed,
    };
    let asked = NewOrder {
        lines: sheet.lines,
        ..asked
    };
    let source = Source {
        places: sheet.rows,
        left_out: sheet.unreadable,
    };
    let placed = match mode {
        SheetMode::Check => None,
        // Nobody wants anything.
        SheetMode::AllOrNothing | SheetMode::WhatIsGood | SheetMode::GoodRows if asked.lines.is_empty() => None,
        // Rows that cannot be read are as much a reason to place nothing as rows that cannot be had.
        SheetMode::AllOrNothing if !source.left_out.is_empty() => None,
        SheetMode::AllOrNothing => Some(desk.place(actor.clone(), asked.clone(), Some(repeat)).await),
        SheetMode::WhatIsGood | SheetMode::GoodRows => Some(
            desk.place_available(actor.clone(), asked.clone(), source.clone(), Some(repeat))
                .await,
        ),
    };
    match placed {
        Some(Ok(placed)) => Ok(Uploaded {
            table,
            told,
            outcome: SheetOutcome::Placed,
            failed: placed.answer.skipped.clone(),
            amount: total(placed.answer.orders.iter().map(|order| order.amount)),
            replayed: placed.replayed,
            group: Some(placed.answer),
        }),
        Some(Err(Refusal::Faults(faults))) if !faults.iter().all(about_a_line) => Err(Refusal::Faults(faults)),
        Some(Err(refusal @ (Refusal::Unavailable { .. } | Refusal::Broken(_)))) => Err(refusal),
        Some(Err(Refusal::Faults(_))) | None => {
            let available = desk.available(&actor, &asked).await?;
            Ok(nothing_placed((table, told), mode, &source, available))
        }
    }
}

fn about_a_line(fault: &Fault) -> bool {
    fault.pointer().starts_with("/lines/")
}

fn nothing_placed((table, told): (Table, Told), mode: SheetMode, source: &Source, available: Available) -> Uploaded {
    let mut failed = source.left_out.clone();
    failed.extend(available.skipped.into_iter().map(|one| source.placed(one)));
    failed.sort_by_key(|one| one.at);
    let orders = available.prepared.iter().flat_map(|prepared| &prepared.orders);
    Uploaded {
        table,
        told,
        outcome: match mode {
            SheetMode::Check => SheetOutcome::Checked,
            SheetMode::AllOrNothing | SheetMode::WhatIsGood | SheetMode::GoodRows => SheetOutcome::NothingPlaced,
        },
        failed,
        amount: total(orders.map(|order| order.amount)),
        group: None,
        replayed: false,
    }
}

/// 2,000 lines of at most 10^11 fen fit 64 bits with room to spare.
fn total(amounts: impl Iterator<Item = Money>) -> Money {
    Money::checked_total(amounts).unwrap_or(Money::ZERO)
}
