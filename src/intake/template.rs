//! An empty sheet of each kind, to be filled in.

use super::new_thing::columns;
use crate::http::fault::Refusal;
use crate::sheets::{SheetFormat, disposition, xlsx_bytes};
use entity::IntakeKind;
use poem_openapi::ApiResponse;
use poem_openapi::payload::Binary;

/// A workbook with the headings of a kind of sheet.
#[derive(Debug, ApiResponse)]
pub enum Template {
    /// The workbook.
    #[oai(status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Workbook(
        Binary<Vec<u8>>,
        /// The name of the file.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// The headings of a kind of sheet, in Chinese, as the reader knows them.
fn headings(kind: IntakeKind) -> Vec<String> {
    let heading = |name: &'static str| name.split(' ').next().unwrap_or(name).to_owned();
    columns(kind).iter().map(|column| heading(column.name)).collect()
}

/// What its sheet is called, in Chinese as its headings.
fn sheet_name(kind: IntakeKind) -> &'static str {
    match kind {
        IntakeKind::Organisations => "单位",
        IntakeKind::Products => "产品",
        IntakeKind::Offers => "报价",
    }
}

/// The template of a kind.
pub(super) fn template(kind: IntakeKind) -> Result<Template, Refusal> {
    let bytes = xlsx_bytes(sheet_name(kind), headings(kind), &[])?;
    Ok(Template::Workbook(Binary(bytes), disposition(kind.as_str(), SheetFormat::Xlsx)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheets::folded;

    #[test]
    fn what_a_template_says_is_what_the_reader_looks_for() {
        for kind in IntakeKind::ALL {
            for (heading, column) in headings(*kind).iter().zip(columns(*kind)) {
                assert!(
                    column.headings.contains(&folded(heading).as_str()),
                    "{heading}: {:?}",
                    column.headings
                );
            }
        }
    }

    #[test]
    fn no_heading_means_two_columns() {
        for kind in IntakeKind::ALL {
            let mut all: Vec<&str> = columns(*kind).iter().flat_map(|column| column.headings).copied().collect();
            let many = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), many, "{kind}");
        }
    }
}
