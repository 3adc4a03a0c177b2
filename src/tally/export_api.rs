//! Totals and their lines as files.

use super::csv;
use super::file::file_of;
use super::filter::prelude::*;
use super::line_body::TallyLineBody;
use super::lines::{CountedLine, lines};
use super::queries::total;
use super::question::{MOST_FILED, MOST_GROUPS};
use crate::http::language::{called, event};
use crate::sheets::{Column, Export, FileName, PAGE, SheetFormat, export, pages};
use poem_openapi::payload::{Attachment, AttachmentType, Response};

const COLUMNS: [Column; 19] = [
    Column::day("business_date", "业务日期", "Business date"),
    Column::word("kind", "事项", "Event", event),
    Column::text("order_no", "订单号", "Order no.").wide(25),
    Column::text("buyer/name", "采购单位", "Buyer").wide(28),
    Column::text("supplier/name", "供应商", "Supplier").wide(28),
    Column::text("town/name", "镇(街道)", "Town").wide(18),
    Column::text("department/name", "主管部门", "Department").wide(18),
    Column::word("channel/code", "渠道", "Channel", called::<Channel>),
    Column::text("line_no", "行号", "Line").wide(6),
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name").wide(28),
    Column::number("quantity", "数量", "Quantity"),
    Column::text("unit", "单位", "Unit").wide(8),
    Column::money("amount", "金额(元)", "Amount (yuan)"),
    Column::number("lines", "计行数", "Lines").wide(8),
    Column::moment("at", "记录时间", "Recorded"),
    Column::code("town/code", "镇(街道)代码", "Town code"),
    Column::id("order_id", "订单编号", "Order id"),
    Column::id("import_id", "导入编号", "Import id"),
];

const LINES_FILE: FileName = FileName {
    file: "tally-lines",
    zh: "统计明细",
    en: "Lines of the total",
};

/// When `tally.csv` was put behind `tally/export` (RFC 9745).
const DEPRECATED_SINCE: &str = "@1795910400";

/// Writes totals as files.
#[derive(Clone, Debug)]
pub struct TallyFileApi {
    /// Where they are read.
    pub desk: Desk,
}

tally_operation! {
    TallyFileApi
    /// Export a total
    ///
    /// The same as *read a total*, as a file: a row for each group and the total last, every row with all columns. Money
    /// stands in yuan and in 万元; each cell of 万元 is rounded by itself and the total from the exact sum, so they may
    /// differ in the last place (尾差). Up to where it counts stands in the header `As-Of`, and in a workbook on a sheet
    /// of its own. JSON lines are the groups as the total answers them, each with `row`: `group`, and `total` on the last.
    #[oai(path = "/v1/tally/export", method = "get", operation_id = "export_tally_total")]
    fn file(self, caller, language, asked) [
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// What is summed; this or `measures` is needed.
        measure: Query<Option<Figure>>,
        /// Several measures, with a comma between: each has columns of its own.
        #[oai(validator(max_length = 80))]
        measures: Query<Option<String>>,
        /// One or two dimensions, with a comma between.
        #[oai(validator(max_length = 60))]
        group_by: Query<Option<String>>,
    ] -> [poem::Result<Export>] {
        let asked = Asked {
            measure: measure.0,
            measures: measures.0,
            group_by: group_by.0,
            limit: Some(MOST_FILED),
            ..asked
        };
        let question = question_of(&caller, asked)?;
        let total = total(&self.desk.db, &question, language).await?;
        Ok(file_of(&question, total, format.0.unwrap_or_default(), language).await?)
    }
}

/// Writes totals in the form of before.
#[derive(Clone, Debug)]
pub struct TallyCsvApi {
    /// Where they are read.
    pub desk: Desk,
}

tally_operation! {
    TallyCsvApi
    /// Download a total as CSV
    ///
    /// Deprecated: *export a total* (`/v1/tally/export`) takes its place, in three formats and with no row that is shorter
    /// than others. One row a group and the total last, then a row that says up to where it counts.
    #[oai(path = "/v1/tally.csv", method = "get", operation_id = "export_tally", deprecated = true)]
    fn csv(self, caller, language, asked) [
        /// What is summed.
        measure: Query<Figure>,
        /// One or two dimensions, with a comma between.
        #[oai(validator(max_length = 60))]
        group_by: Query<Option<String>>,
    ] -> [poem::Result<Response<Attachment<String>>>] {
        let asked = Asked {
            measure: Some(measure.0),
            group_by: group_by.0,
            limit: Some(MOST_GROUPS),
            ..asked
        };
        let question = question_of(&caller, asked)?;
        let table = csv::table(&total(&self.desk.db, &question, language).await?)?;
        let file = Attachment::new(table).attachment_type(AttachmentType::Attachment).filename("tally.csv");
        Ok(Response::new(file)
            .header("Deprecation", DEPRECATED_SINCE)
            .header("Link", "</v1/tally/export>; rel=\"successor-version\""))
    }
}

/// Writes the lines of totals as files.
#[derive(Clone, Debug)]
pub struct TallyExportApi {
    /// Where they are read.
    pub desk: Desk,
}

tally_operation! {
    TallyExportApi
    /// Export the lines of a total
    ///
    /// What a total is made of, with the same filter, as a file written while it is sent. New lines that are recorded
    /// meanwhile are in it too.
    #[oai(path = "/v1/tally/lines/export", method = "get", operation_id = "export_tally_lines")]
    fn lines(self, caller, language, asked) [
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// What is summed.
        measure: Query<Figure>,
        /// Only what imports booked, or only what happened here.
        imported: Query<Option<bool>>,
    ] -> [poem::Result<Export>] {
        let asked = Asked {
            measure: Some(measure.0),
            ..asked
        };
        let question = question_of(&caller, asked)?;
        let (desk, imported) = (self.desk.clone(), imported.0);
        let read = move |after: Option<(i64, i32)>| {
            let (desk, question) = (desk.clone(), question.clone());
            async move { lines(&desk.db, (&question, imported, language), after, PAGE).await }
        };
        let pages = pages(read, |last: &CountedLine| last.place, TallyLineBody::from);
        Ok(export(format.0.unwrap_or_default(), language, LINES_FILE, &COLUMNS, pages).await?)
    }
}
