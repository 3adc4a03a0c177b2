//! Order sheets over HTTP.

use super::order_sheet::DOOR;
use super::sheet_answer::SheetAnswer;
use super::upload::{SheetMode, upload};
use crate::access::{Actor, may_order};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::Refusal;
use crate::journal::Repeat;
use crate::orders::{Agreement, NewOrder, OrderDesk};
use entity::{Channel, CivilDate, ContractId, ExternalNo, FundSource, OnShort, SiteId};
use poem::http::{HeaderMap, header};
use poem::web::Data;
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::Binary;
use poem_openapi::{ApiRequest, OpenApi, Tags};
use serde_json::json;
use sha2::{Digest, Sha256};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// A file, of whatever type a browser takes it for; what it is, is told by its content.
#[derive(Debug, ApiRequest)]
enum SheetFile {
    /// CSV.
    #[oai(content_type = "text/csv")]
    Csv(Binary<Vec<u8>>),
    /// A workbook.
    #[oai(content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Xlsx(Binary<Vec<u8>>),
    /// What some browsers call CSV.
    #[oai(content_type = "application/vnd.ms-excel")]
    Excel(Binary<Vec<u8>>),
    /// Any file.
    #[oai(content_type = "application/octet-stream")]
    Any(Binary<Vec<u8>>),
}

impl SheetFile {
    fn into_bytes(self) -> Vec<u8> {
        let (Self::Csv(file) | Self::Xlsx(file) | Self::Excel(file) | Self::Any(file)) = self;
        file.0
    }
}

/// The operation on order sheets.
#[derive(Clone, Debug)]
pub struct OrderSheetApi {
    /// Where orders are carried out.
    pub desk: OrderDesk,
}

#[OpenApi(tag = "Tag::Orders")]
impl OrderSheetApi {
    /// Order by a sheet
    ///
    /// A CSV file (UTF-8, GBK or GB18030) or a workbook (XLSX) of at most 2,000 rows and 2 MiB with the columns 货号 SKU and
    /// 数量 quantity; others are left alone. Checks it, or places it whole, or places what is good. The answer names the
    /// good rows and the failed ones with all their reasons; with `Accept: text/csv` or the type of a workbook it is the
    /// file of the failed rows instead, a reason in its last column: asked again with the same key and file, that file
    /// can be had for as long as keys are kept.
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
        let intention = json!({
            "mode": format!("{mode:?}"),
            "asked": hex::encode(asked.content_hash()),
            "external_order_no": asked.external_order_no.as_ref().map(ExternalNo::as_str),
            "file": hex::encode(Sha256::digest(&bytes)),
        });
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/orders/sheet", Some(intention))?;
        let table = DOOR.table(bytes).await?;
        let uploaded = upload(&self.desk, actor, table, asked, mode, repeat).await?;
        Ok(SheetAnswer::of(&uploaded, accept, context.language)?)
    }
}
