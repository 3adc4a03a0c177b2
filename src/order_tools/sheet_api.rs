//! Order sheets over HTTP.

use super::order_sheet::{COLUMNS, DOOR};
use super::sheet_answer::SheetAnswer;
use super::template::template;
use super::upload::{SheetMode, upload};
use crate::access::{Actor, may_order};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::Refusal;
use crate::journal::Repeat;
use crate::orders::{Agreement, NewOrder, OrderDesk};
use crate::sheets::{Asked, HiddenRows, SheetFile, SheetFormat, disposition};
use entity::{Channel, CivilDate, ContractId, ExternalNo, FundSource, OnShort, SiteId, shanghai_date};
use poem::http::{HeaderMap, header};
use poem::web::Data;
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::Binary;
use poem_openapi::{ApiResponse, OpenApi, Tags};
use serde_json::json;
use sha2::{Digest, Sha256};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The order sheet to be filled in.
#[derive(Debug, ApiResponse)]
enum TemplateFile {
    /// A workbook with the goods and prices of the day.
    #[oai(status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Workbook(
        Binary<Vec<u8>>,
        /// The name of the file.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

/// The operations on order sheets.
#[derive(Clone, Debug)]
pub struct OrderSheetApi {
    /// Where orders are carried out.
    pub desk: OrderDesk,
}

#[OpenApi(tag = "Tag::Orders")]
impl OrderSheetApi {
    /// Order by a sheet
    ///
    /// A CSV file (UTF-8, GBK or GB18030) or a workbook (XLSX) of at most 5,000 rows, 2,000 of which ask for something, and
    /// 2 MiB, with the columns 货号 SKU and 数量 quantity by these or other usual names; others are left alone. Checks it, or
    /// places it whole, or places what is good. Titles may stand above the headings. Of a workbook the sheet is read that
    /// people see; where several have the columns, `sheet` names one. Rows without a quantity are not wanted; sums,
    /// categories and signatures are passed over; a unit behind a quantity, in its heading or in a column 单位 must be the
    /// good's own. The answer says which sheet and which headings were read, and names the good rows, the failed ones with
    /// all their reasons, and all others, by the numbers that a spreadsheet shows; with `Accept: text/csv` or the type of a
    /// workbook it is the file of the failed rows instead, a reason in its last column: asked again with the same key and
    /// file, that file can be had for as long as keys are kept.
    #[oai(path = "/v1/orders/sheet", method = "post", operation_id = "upload_order_sheet")]
    #[allow(clippy::too_many_arguments, reason = "each value is a parameter of the operation")]
    async fn upload(
        &self,
        caller: Caller,
        context: Data<&Context>,
        headers: &HeaderMap,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// What to do with it.
        mode: Query<SheetMode>,
        /// The day of delivery, from tomorrow to 400 days ahead.
        deliver_on: Query<CivilDate>,
        /// The channel; left out, the buyer's default.
        channel: Query<Option<Channel>>,
        /// The fund source; left out, the buyer's default.
        fund_source: Query<Option<FundSource>>,
        /// The receiving site; left out, the buyer's default site.
        site_id: Query<Option<SiteId>>,
        /// A framework contract to draw on; left out, the prices of the day.
        contract_id: Query<Option<ContractId>>,
        /// The buyer's own number of the order group.
        external_order_no: Query<Option<ExternalNo>>,
        /// What to do with hidden rows; left out, they are left out and told.
        hidden: Query<Option<HiddenRows>>,
        /// The name of the sheet to read, where several of a workbook have the columns.
        #[oai(validator(min_length = 1, max_length = 64))]
        sheet: Query<Option<String>>,
        file: SheetFile,
    ) -> poem::Result<SheetAnswer> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let bytes = file.into_bytes();
        let asked = NewOrder {
            external_order_no: external_order_no.0,
            channel: channel.0,
            fund_source: fund_source.0,
            site: site_id.0,
            on_short: OnShort::Close,
            by: contract_id.0.map(Agreement::Contract),
            deliver_on: deliver_on.0,
            note: None,
            lines: Vec::new(),
        };
        let mode = mode.0;
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let mut intention = json!({
            "mode": mode.remembered(),
            "asked": hex::encode(asked.content_hash()),
            "external_order_no": asked.external_order_no.as_ref().map(ExternalNo::as_str),
            "file": hex::encode(Sha256::digest(&bytes)),
        });
        // Only where they are set: what was sent before there were any is the same request still.
        if let (Some(HiddenRows::Include), Some(members)) = (hidden.0, intention.as_object_mut()) {
            members.insert("hidden".to_owned(), json!("include"));
        }
        if let (Some(sheet), Some(members)) = (&sheet.0, intention.as_object_mut()) {
            members.insert("sheet".to_owned(), json!(sheet));
        }
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/orders/sheet", Some(intention))?;
        let reading = Asked {
            columns: &COLUMNS,
            hidden: hidden.0.unwrap_or_default(),
            sheet: sheet.0,
        };
        let table = DOOR.table(bytes, reading).await?;
        let uploaded = upload(&self.desk, actor, table, asked, mode, repeat).await?;
        Ok(SheetAnswer::of(&uploaded, accept, context.language)?)
    }

    /// Get an order sheet to fill in
    ///
    /// A workbook (XLSX) with the goods that the buyer's channel may have today, at the buyer's prices, one a row, by
    /// category and SKU; at most 5,000, which `category` narrows. Quantities are filled in where something is wanted, all
    /// else is left as it is, and the file is sent to `POST /v1/orders/sheet`.
    #[oai(path = "/v1/orders/sheet/template", method = "get", operation_id = "get_order_sheet_template")]
    async fn template(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The channel; left out, the buyer's default.
        channel: Query<Option<Channel>>,
        /// Only goods of this category.
        #[oai(validator(max_length = 40))]
        category: Query<Option<String>>,
    ) -> poem::Result<TemplateFile> {
        let actor = Actor::of(&caller)?;
        may_order(&actor).map_err(Refusal::from)?;
        let (parties, goods) = (self.desk.parties().await?, self.desk.goods().await?);
        let today = shanghai_date(self.desk.desk().clock.now());
        let asked = (actor.organisation, channel.0, category.0.as_deref());
        let file = template(&parties, &goods, asked, today, context.language)?;
        let name = format!("order-sheet-{today}");
        Ok(TemplateFile::Workbook(Binary(file), disposition(&name, SheetFormat::Xlsx)))
    }
}
