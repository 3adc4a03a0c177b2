//! Intakes on the wire.

use super::new_thing::{Made, Thing};
use super::upload::{IntakeOutcome, Uploaded};
use crate::http::language::Language;
use crate::order_tools::ReasonBody;
use chrono::{DateTime, Utc};
use entity::tables::intakes;
use entity::{ImportMode, IntakeId, IntakeKind, OfferId, OrganisationId, PersonId, ProductId, ShortText, SiteId};
use poem_openapi::Object;

/// An intake: what one sheet brought.
#[derive(Clone, Debug, Object)]
#[oai(rename = "Intake")]
pub struct IntakeBody {
    /// Its id.
    pub intake_id: IntakeId,
    /// What it brings.
    pub kind: IntakeKind,
    /// Whether all rows were wanted or the good ones.
    pub mode: ImportMode,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// Who sent it.
    pub person_id: PersonId,
    /// How many rows the sheet has.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub rows: i32,
    /// How many of them are in.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000")))]
    pub rows_in: i64,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When all of it was taken back.
    #[oai(nullable)]
    pub undone_at: Option<DateTime<Utc>>,
    /// Its version.
    pub version: i64,
}

impl IntakeBody {
    pub(super) fn of(intake: intakes::Model, rows_in: i64) -> Self {
        Self {
            intake_id: intake.id,
            kind: intake.kind,
            mode: intake.mode,
            organisation_id: intake.organisation_id,
            person_id: intake.made_by,
            rows: intake.row_count,
            rows_in,
            created_at: intake.created_at,
            undone_at: intake.undone_at,
            version: intake.version,
        }
    }
}

crate::page! {
    /// Intakes, newest first, a page at a time.
    IntakePage of IntakeBody
}

/// What a row has brought.
#[derive(Clone, Debug, Default, Object)]
#[oai(rename = "IntakeEnteredRow")]
pub struct EnteredRowBody {
    /// The row's number as a spreadsheet shows it.
    #[oai(validator(minimum(value = "1"), maximum(value = "1048576")))]
    pub row: u32,
    /// The organisation, of a sheet of organisations.
    #[oai(nullable)]
    pub organisation_id: Option<OrganisationId>,
    /// Its first receiving site, where the row has an address.
    #[oai(nullable)]
    pub site_id: Option<SiteId>,
    /// The product, of a sheet of products.
    #[oai(nullable)]
    pub product_id: Option<ProductId>,
    /// The offer, of a sheet of offers.
    #[oai(nullable)]
    pub offer_id: Option<OfferId>,
}

impl EnteredRowBody {
    fn of(row: u32, made: &[Made]) -> Self {
        let mut body = Self { row, ..Self::default() };
        for one in made {
            match one.thing {
                Thing::Organisation => body.organisation_id = Some(OrganisationId::from_uuid(one.id)),
                Thing::Site => body.site_id = Some(SiteId::from_uuid(one.id)),
                Thing::Product => body.product_id = Some(ProductId::from_uuid(one.id)),
                Thing::Offer => body.offer_id = Some(OfferId::from_uuid(one.id)),
            }
        }
        body
    }
}

/// A row that is not good.
#[derive(Clone, Debug, Object)]
#[oai(rename = "IntakeFailedRow")]
pub struct IntakeFailedRowBody {
    /// Its number as a spreadsheet shows it.
    #[oai(validator(minimum(value = "1"), maximum(value = "1048576")))]
    pub row: u32,
    /// Why: everything that is wrong with it.
    #[oai(validator(max_items = 40))]
    pub reasons: Vec<ReasonBody>,
}

/// What became of a sheet. Rows that are not among the failed ones are good.
#[derive(Clone, Debug, Object)]
#[oai(rename = "IntakeAnswer")]
pub struct IntakeAnswerBody {
    /// What became of it.
    pub outcome: IntakeOutcome,
    /// The intake, by which it is read and taken back; null where nothing was ever entered of this file.
    #[oai(nullable)]
    pub intake_id: Option<IntakeId>,
    /// Which sheet of the workbook was read; null for CSV.
    #[oai(nullable)]
    pub sheet: Option<ShortText>,
    /// The number of the row with the headings.
    #[oai(validator(minimum(value = "1"), maximum(value = "1048576")))]
    pub heading_row: u32,
    /// Headings that are no known column.
    #[oai(validator(max_items = 64))]
    pub ignored_columns: Vec<ShortText>,
    /// How many rows it has that are to bring something.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000")))]
    pub rows: u32,
    /// Numbers of the rows that bring nothing: sums, categories, signatures, notes, the headings once more.
    #[oai(validator(max_items = 2000))]
    pub skipped_rows: Vec<u32>,
    /// Numbers of the rows that are hidden, by a filter or by hand; left out unless `hidden=include`.
    #[oai(validator(max_items = 2000))]
    pub hidden_rows: Vec<u32>,
    /// Numbers of the rows that are good: entered, or could be.
    #[oai(validator(max_items = 2000))]
    pub good_rows: Vec<u32>,
    /// The rows that are not, and why.
    #[oai(validator(max_items = 2000))]
    pub failed_rows: Vec<IntakeFailedRowBody>,
    /// What rows have brought, now or when the same file came before.
    #[oai(validator(max_items = 2000))]
    pub entered_rows: Vec<EnteredRowBody>,
}

/// A text of the file on one line, as far as it goes.
fn shown(text: &str) -> Option<ShortText> {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    line.parse().ok()
}

impl IntakeAnswerBody {
    pub(super) fn of(uploaded: &Uploaded, language: Language) -> Self {
        let failed_rows = uploaded.failed.iter().map(|(row, reasons)| IntakeFailedRowBody {
            row: *row,
            reasons: reasons.iter().map(|reason| ReasonBody::of(reason, language)).collect(),
        });
        let good = uploaded.rows.iter().copied().filter(|row| !uploaded.failed.contains_key(row));
        Self {
            outcome: uploaded.outcome,
            intake_id: uploaded.intake.as_ref().map(|intake| intake.id),
            sheet: uploaded.head.sheet.as_deref().and_then(shown),
            heading_row: uploaded.head.row,
            ignored_columns: uploaded.head.ignored.iter().filter_map(|heading| shown(heading)).collect(),
            rows: u32::try_from(uploaded.rows.len()).unwrap_or(u32::MAX),
            skipped_rows: uploaded.skipped.clone(),
            hidden_rows: uploaded.head.hidden_rows.clone(),
            good_rows: good.collect(),
            failed_rows: failed_rows.collect(),
            entered_rows: uploaded.brought.iter().map(|(row, made)| EnteredRowBody::of(*row, made)).collect(),
        }
    }
}
