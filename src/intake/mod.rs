//! Intakes: organisations, products and offers as an office has them, in a sheet, so that a city begins in an afternoon.
//!
//! Owns how such a sheet is read, which sheet brought what, and how that is taken back. Does not own what it brings: each
//! row is checked and entered by the very use cases of the rooms that a single request goes through, under the same
//! entries. The way of a sheet: read (`sheets`) → every row by itself → **checked** against what is there, outside of any
//! turn → entered in slices, one turn each, whose commit also says which rows are in. A sheet is known by its content: sent
//! again, with whatever key, it goes on where it was and enters only what is missing. What it brought can be **undone** as
//! long as nothing uses it: things are archived and offers withdrawn, nothing is deleted.
//!
//! Hands out its operations.

mod api;
mod aside;
mod body;
mod cells;
mod enter;
mod intake_api;
mod new_thing;
mod offer_row;
mod organisation_row;
mod product_row;
mod store;
mod template;
mod undo;
mod upload;
mod used;

use crate::journal::Desk;
use crate::organisations::Register;
use api::SheetsApi;
use intake_api::IntakesApi;
use poem_openapi::OpenApi;

/// All operations of the room.
#[must_use]
pub fn all(desk: &Desk, register: &Register) -> impl OpenApi + 'static + use<> {
    (
        SheetsApi {
            desk: desk.clone(),
            register: register.clone(),
        },
        IntakesApi { desk: desk.clone() },
    )
}
