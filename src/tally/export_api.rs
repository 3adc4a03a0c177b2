//! The lines of a total as a file.

use super::api::{Only, question};
use super::body::TallyLineBody;
use super::lines::{CountedLine, lines};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::journal::Desk;
use crate::sheets::{Column, Export, PAGE, SheetFormat, export, pages};
use entity::{Channel, DepartmentId, DivisionCode, Figure, FundSource, Mode, Month, OrganisationId, ProductId};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// The figure.
    Tally,
}

const COLUMNS: [Column; 12] = [
    Column::text("business_date", "业务日期", "Business date"),
    Column::text("kind", "事项", "Event"),
    Column::text("order_no", "订单号", "Order no."),
    Column::text("line_no", "行号", "Line"),
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name"),
    Column::number("quantity", "数量", "Quantity"),
    Column::text("unit", "单位", "Unit"),
    Column::number("amount", "金额(元)", "Amount (yuan)"),
    Column::text("at", "记录时间", "Recorded"),
    Column::text("order_id", "订单编号", "Order id"),
    Column::text("import_id", "导入编号", "Import id"),
];

/// The export of the lines of a total.
#[derive(Clone, Debug)]
pub struct TallyExportApi {
    /// Where it is read.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Tally")]
impl TallyExportApi {
    /// Export the lines of a total
    ///
    /// What a total is made of, with the same filter, as a file written while it is sent. New lines that are recorded
    /// meanwhile are in it too.
    #[oai(path = "/v1/tally/lines/export", method = "get", operation_id = "export_tally_lines")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn lines(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// What is summed.
        measure: Query<Figure>,
        /// First month, `YYYY-MM`.
        from: Query<Option<Month>>,
        /// Last month.
        to: Query<Option<Month>>,
        /// Only this mode.
        mode: Query<Option<Mode>>,
        /// Only buyers of this town, by division code.
        town: Query<Option<DivisionCode>>,
        /// Only buyers of this department.
        department: Query<Option<DepartmentId>>,
        /// Only this channel.
        channel: Query<Option<Channel>>,
        /// Only this fund source.
        fund_source: Query<Option<FundSource>>,
        /// Only goods of this category.
        #[oai(validator(max_length = 40))]
        category: Query<Option<String>>,
        /// Only goods from this town, by division code.
        origin: Query<Option<DivisionCode>>,
        /// Only this buyer.
        buyer: Query<Option<OrganisationId>>,
        /// Only this product.
        product: Query<Option<ProductId>>,
        /// Only this supplier.
        supplier: Query<Option<OrganisationId>>,
        /// Only what imports booked, or only what happened here.
        imported: Query<Option<bool>>,
    ) -> poem::Result<Export> {
        let only = Only {
            mode: mode.0,
            town: town.0,
            department: department.0,
            channel: channel.0,
            fund_source: fund_source.0,
            category: category.0,
            origin: origin.0,
            buyer: buyer.0,
            product: product.0,
            supplier: supplier.0,
        };
        let question = question!(caller, measure.0, from.0, to.0, None, None, only);
        let (desk, imported) = (self.desk.clone(), imported.0);
        let read = move |after: Option<(i64, i32)>| {
            let (desk, question) = (desk.clone(), question.clone());
            async move { lines(&desk.db, (&question, imported), after, PAGE).await }
        };
        let pages = pages(read, |last: &CountedLine| last.place, TallyLineBody::from);
        Ok(export(format.0.unwrap_or_default(), context.language, "tally-lines", &COLUMNS, pages).await?)
    }
}
