//! Imports on the wire.

use super::failed::detail_of;
use super::file_body::ImportFileBody;
use super::queries::Counted;
use super::row::Row;
use super::row_body::ImportRowBody;
use super::start::Booking;
use super::told::FileTold;
use crate::http::fault::Fault;
use crate::http::language::Language;
use chrono::{DateTime, Utc};
use entity::tables::import_faults;
use entity::{ExternalNo, FreeText, ImportDocumentState, ImportId, ImportMode, ImportState, PersonId};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// An import to be begun.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewImportBody {
    /// Whose book the documents come from. A document's number names it for ever within its source and kind.
    pub source: ExternalNo,
    /// A word on it; kept beside the journal.
    pub note: Option<FreeText>,
}

impl Example for NewImportBody {
    fn example() -> Self {
        Self {
            source: crate::catalogue::example("old-ledger"),
            note: Some(crate::catalogue::example("2026 年旧台账")),
        }
    }
}

/// A part: rows of whole documents.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ImportPartBody {
    /// The rows.
    #[oai(validator(min_items = 1, max_items = 2000))]
    pub rows: Vec<ImportRowBody>,
}

impl Example for ImportPartBody {
    fn example() -> Self {
        let text = |text: &str| Some(text.to_owned());
        let row = ImportRowBody {
            kind: text("order"),
            document_no: text("536365"),
            at: text("2026-10-01T08:26:00+08:00"),
            buyer: text("12320682468500043J"),
            sku: text("GR02"),
            quantity: text("6"),
            price: text("2.55"),
            ..ImportRowBody::default()
        };
        Self { rows: vec![row] }
    }
}

/// What has become of a part.
#[derive(Clone, Debug, Object)]
pub struct ImportPartAnswer {
    /// Its number.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub no: i32,
    /// How many rows it has.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub rows: i32,
}

/// How an import is to be booked.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct BookImportBody {
    /// What becomes of it where documents are faulty.
    pub mode: ImportMode,
    /// Whether it is booked by the person that began it or uploaded of it: nobody else has looked at it. Left out, another
    /// person must book it.
    pub alone: Option<bool>,
    /// Why nobody else could look at it; with `alone` only, and then needed. Kept beside the journal.
    pub reason: Option<FreeText>,
}

impl TryFrom<BookImportBody> for Booking {
    type Error = Fault;

    fn try_from(body: BookImportBody) -> Result<Self, Fault> {
        let reason = body.reason.filter(|reason| !reason.as_str().trim().is_empty());
        let alone = body.alone.unwrap_or(false);
        match reason {
            None if alone => Err(Fault::of("alone_needs_reason").at("/reason")),
            Some(_) if !alone => Err(Fault::of("reason_without_alone").at("/alone")),
            reason => Ok(Self {
                mode: body.mode,
                alone: reason,
            }),
        }
    }
}

impl Example for BookImportBody {
    fn example() -> Self {
        Self {
            mode: ImportMode::WhatIsGood,
            alone: Some(true),
            reason: Some(crate::catalogue::example("只有一名经办人，已与纸质台账核对")),
        }
    }
}

/// Documents of an import by what has become of them, counted from the rows of the database.
#[derive(Clone, Debug, Object)]
pub struct ImportCountsBody {
    /// Good, not yet booked.
    pub good: i64,
    /// At fault.
    pub faulty: i64,
    /// Booked.
    pub booked: i64,
    /// Taken back.
    pub undone: i64,
}

/// An import as it is now.
#[derive(Clone, Debug, Object)]
pub struct ImportBody {
    /// Its id.
    pub import_id: ImportId,
    /// Whose book the documents come from.
    #[oai(validator(max_length = 64))]
    pub source: String,
    /// How far it has come.
    pub status: ImportState,
    /// How it is booked, once it is.
    #[oai(nullable)]
    pub mode: Option<ImportMode>,
    /// The word on it.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
    /// The person that began it.
    pub created_by: PersonId,
    /// The person that had it booked; null before that, and of imports that were booked before it was kept.
    #[oai(nullable)]
    pub booked_by: Option<PersonId>,
    /// Whether who had it booked had begun it, or uploaded of it: nobody else has looked at it.
    pub alone: bool,
    /// Why nobody else could look at it.
    #[oai(nullable, validator(max_length = 2000))]
    pub alone_reason: Option<String>,
    /// How its file was read; null where rows came in parts, as long as the file has not come whole, and of imports that are older
    /// than this.
    #[oai(nullable)]
    pub file: Option<ImportFileBody>,
    /// Parts that have come.
    pub parts: i32,
    /// Numbers of parts that have not come though a higher one has; at most 200.
    #[oai(validator(max_items = 200))]
    pub missing_parts: Vec<i32>,
    /// Rows that have come.
    pub rows: i64,
    /// The last part that is checked.
    pub checked_parts: i32,
    /// The last part that is booked.
    pub booked_parts: i32,
    /// Rows of documents that are good, booked or taken back.
    pub good_rows: i64,
    /// Rows with a fault of their own.
    pub faulty_rows: i64,
    /// Rows without a fault, of documents with one.
    pub held_back_rows: i64,
    /// Documents.
    pub documents: ImportCountsBody,
    /// Why booking all or nothing was stopped and is taken back.
    #[oai(nullable, validator(max_length = 64))]
    pub stopped_by: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was booked, or taken back.
    #[oai(nullable)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Row version.
    pub version: i64,
}

impl From<Counted> for ImportBody {
    fn from(counted: Counted) -> Self {
        let import = counted.import;
        let of = |state: ImportDocumentState| counted.counts.get(&state).copied().unwrap_or_default();
        let faulty = of(ImportDocumentState::Faulty);
        let good_rows: i64 = [ImportDocumentState::Good, ImportDocumentState::Booked, ImportDocumentState::Undone]
            .into_iter()
            .map(|state| of(state).rows)
            .sum();
        Self {
            import_id: import.id,
            source: import.source,
            status: import.state,
            mode: import.mode,
            note: counted.note,
            created_by: import.created_by,
            booked_by: import.booked_by,
            alone: import.alone,
            alone_reason: counted.alone_reason,
            file: counted.told.map(ImportFileBody::from),
            parts: import.parts,
            missing_parts: counted.missing,
            rows: import.row_count,
            checked_parts: import.checked_through,
            booked_parts: import.booked_through,
            good_rows,
            faulty_rows: faulty.faulty_rows,
            held_back_rows: faulty.rows - faulty.faulty_rows,
            documents: ImportCountsBody {
                good: of(ImportDocumentState::Good).documents,
                faulty: faulty.documents,
                booked: of(ImportDocumentState::Booked).documents,
                undone: of(ImportDocumentState::Undone).documents,
            },
            stopped_by: import.stopped_by,
            created_at: import.created_at,
            ended_at: import.ended_at,
            version: import.version,
        }
    }
}

crate::page! {
    /// Imports, newest first.
    ImportPage of ImportBody
}

/// What is wrong with a row.
#[derive(Clone, Debug, Object)]
pub struct ImportFaultBody {
    /// The part.
    pub part: i32,
    /// The row: as the spreadsheet numbers it for a file, from 1 in its part else.
    pub row: i64,
    /// The document's number.
    #[oai(validator(max_length = 64))]
    pub document_no: String,
    /// The column; empty for the whole row.
    #[oai(validator(max_length = 40))]
    pub column: String,
    /// The column's heading as the file has it; null where rows came in parts, and where the file has no such column.
    #[oai(nullable, validator(max_length = 100))]
    pub heading: Option<String>,
    /// The kind of fault; stable.
    #[oai(validator(max_length = 100))]
    pub problem: String,
    /// The fault in words.
    #[oai(validator(max_length = 2000))]
    pub detail: String,
    /// The row as it came.
    pub cells: ImportRowBody,
}

impl ImportFaultBody {
    /// In the reader's language, with columns called as the file calls them.
    pub fn of((fault, row): (import_faults::Model, Row), told: Option<&FileTold>, language: Language) -> Self {
        Self {
            part: fault.part,
            row: fault.row_no,
            detail: detail_of(&fault, told, language),
            document_no: fault.document_no,
            heading: told.and_then(|told| told.headings.get(&fault.column_name)).cloned(),
            column: fault.column_name,
            problem: fault.slug,
            cells: row.into(),
        }
    }
}

crate::page! {
    /// Faults, in the order of parts and rows.
    ImportFaultPage of ImportFaultBody
}
