//! Sheets of organisations, products and offers over HTTP.

use super::body::IntakeAnswerBody;
use super::new_thing::columns;
use super::template::{Template, template};
use super::undo::permission;
use super::upload::{IntakeMode, IntakeOutcome, Sheet, upload};
use crate::access::Actor;
use crate::http::answer::Made;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::Refusal;
use crate::http::language::Language;
use crate::journal::{Desk, Repeat};
use crate::organisations::Register;
use crate::sheets::{Asked, Bounds, Door, HiddenRows, SheetFile};
use entity::IntakeKind;
use poem::web::Data;
use poem_openapi::param::{Header, Query};
use poem_openapi::{OpenApi, Tags};
use serde_json::json;
use sha2::{Digest, Sha256};

/// What such a sheet may be at most: 2,000 rows, 4 MiB. One is read at a time.
static DOOR: Door = Door::new(
    Bounds {
        bytes: 4 << 20,
        rows: 2_000,
        columns: 64,
        cell_chars: 2_000,
        unpacked_bytes: 32 << 20,
        cells: 130_000,
        text_bytes: 8 << 20,
    },
    1,
);

#[derive(Tags)]
enum Tag {
    /// Organisations, products and offers by sheet.
    Intakes,
}

/// The operations on sheets.
#[derive(Clone, Debug)]
pub struct SheetsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
}

/// How a sheet is to be taken.
struct Wish {
    kind: IntakeKind,
    mode: IntakeMode,
    sheet: Option<String>,
    hidden: Option<HiddenRows>,
}

impl SheetsApi {
    async fn take(
        &self,
        caller: &Caller,
        language: Language,
        key: Option<&str>,
        wish: Wish,
        file: SheetFile,
    ) -> poem::Result<Made<IntakeAnswerBody>> {
        let actor = Actor::of(caller)?;
        actor.must(permission(wish.kind)).map_err(Refusal::from)?;
        let bytes = file.into_bytes();
        let hash = Sha256::digest(&bytes).to_vec();
        let operation = format!("POST /v1/{}/sheet", wish.kind);
        let intention = json!({"mode": format!("{:?}", wish.mode), "file": hex::encode(&hash)});
        let repeat = Repeat::of(caller, key, &operation, Some(intention))?;
        let asked = Asked {
            columns: columns(wish.kind),
            hidden: wish.hidden.unwrap_or_default(),
            sheet: wish.sheet,
        };
        let sheet = Sheet {
            kind: wish.kind,
            mode: wish.mode,
            table: DOOR.table(bytes, asked).await?,
            hash,
        };
        let uploaded = upload(&self.desk, &self.register, &actor, sheet, repeat).await?;
        let body = IntakeAnswerBody::of(&uploaded, language);
        let made = match uploaded.outcome {
            IntakeOutcome::Entered => Made::now(&body),
            IntakeOutcome::Checked | IntakeOutcome::NothingEntered => Made::before(&body),
        };
        let made = match body.intake_id {
            Some(id) => made.at(format!("/v1/intakes/{id}")),
            None => made,
        };
        Ok(made.replayed(uploaded.replayed))
    }
}

#[OpenApi(tag = "Tag::Intakes")]
impl SheetsApi {
    /// Enter organisations by sheet
    ///
    /// For operators. CSV or a workbook of at most 2,000 rows with the columns 单位名称, 单位类别, 所属镇 and, where there
    /// are any, 统一社会信用代码, 主管部门, 无食堂, 归属起始日, 收货地址, 联系人, 联系电话, 收货时间: towns and departments
    /// by code or name, kinds by word. A row with an address also enters the first site, to which goods go. Checked, or
    /// entered whole, or what is good of it, by the rules of a single organisation; the answer names the good rows and all
    /// that is wrong with the others. The same file sent again goes on where it was and enters only what is missing.
    #[oai(path = "/v1/organisations/sheet", method = "post", operation_id = "upload_organisation_sheet")]
    #[allow(clippy::too_many_arguments, reason = "each value is a parameter of the operation")]
    async fn organisations(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// A key of your own for this request; asked again with it, the same file goes on.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// What to do with it.
        mode: Query<IntakeMode>,
        /// Name of the sheet to read, where several of a workbook have the columns.
        #[oai(validator(min_length = 1, max_length = 100))]
        sheet: Query<Option<String>>,
        /// What to do with rows that a filter hides; left out, they are not taken.
        hidden: Query<Option<HiddenRows>>,
        file: SheetFile,
    ) -> poem::Result<Made<IntakeAnswerBody>> {
        let wish = Wish {
            kind: IntakeKind::Organisations,
            mode: mode.0,
            sheet: sheet.0,
            hidden: hidden.0,
        };
        self.take(&caller, context.language, key.0.as_deref(), wish, file).await
    }

    /// List products by sheet
    ///
    /// Suppliers list their own, operators those of the supplier in the column 供应商. CSV or a workbook of at most 2,000
    /// rows with the columns 货号, 品名, 类别, 产地, 单位, 增值税, 渠道 (全部 for all that the goods may go to) and, where
    /// there are any, 规格, 净重, 保质期, 商品条码, 订货步长, 计价单位, 每单位含量, 短溢装, 标识, 说明. Checked, or entered
    /// whole, or what is good of it, by the rules of a single product. The same file sent again goes on where it was.
    #[oai(path = "/v1/products/sheet", method = "post", operation_id = "upload_product_sheet")]
    #[allow(clippy::too_many_arguments, reason = "each value is a parameter of the operation")]
    async fn products(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// A key of your own for this request; asked again with it, the same file goes on.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// What to do with it.
        mode: Query<IntakeMode>,
        /// Name of the sheet to read, where several of a workbook have the columns.
        #[oai(validator(min_length = 1, max_length = 100))]
        sheet: Query<Option<String>>,
        /// What to do with rows that a filter hides; left out, they are not taken.
        hidden: Query<Option<HiddenRows>>,
        file: SheetFile,
    ) -> poem::Result<Made<IntakeAnswerBody>> {
        let wish = Wish {
            kind: IntakeKind::Products,
            mode: mode.0,
            sheet: sheet.0,
            hidden: hidden.0,
        };
        self.take(&caller, context.language, key.0.as_deref(), wish, file).await
    }

    /// Make offers by sheet
    ///
    /// Suppliers offer their own products, operators those of all. CSV or a workbook of at most 2,000 rows with the columns
    /// 货号, 单价 and, where there are any, one of 渠道, 单位类别 and 采购单位 (none of them: for everybody), 起订量, 步长,
    /// 开始日期 (today, if left out) and 截止日期. Checked, or made whole, or what is good of it, by the rules of a single
    /// offer. The same file sent again goes on where it was.
    #[oai(path = "/v1/offers/sheet", method = "post", operation_id = "upload_offer_sheet")]
    #[allow(clippy::too_many_arguments, reason = "each value is a parameter of the operation")]
    async fn offers(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// A key of your own for this request; asked again with it, the same file goes on.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// What to do with it.
        mode: Query<IntakeMode>,
        /// Name of the sheet to read, where several of a workbook have the columns.
        #[oai(validator(min_length = 1, max_length = 100))]
        sheet: Query<Option<String>>,
        /// What to do with rows that a filter hides; left out, they are not taken.
        hidden: Query<Option<HiddenRows>>,
        file: SheetFile,
    ) -> poem::Result<Made<IntakeAnswerBody>> {
        let wish = Wish {
            kind: IntakeKind::Offers,
            mode: mode.0,
            sheet: sheet.0,
            hidden: hidden.0,
        };
        self.take(&caller, context.language, key.0.as_deref(), wish, file).await
    }

    /// Get an empty sheet of organisations
    ///
    /// A workbook with the headings that `POST /v1/organisations/sheet` reads.
    #[oai(
        path = "/v1/organisations/sheet/template",
        method = "get",
        operation_id = "read_organisation_template"
    )]
    async fn organisation_template(&self, caller: Caller) -> poem::Result<Template> {
        Actor::of(&caller)?;
        Ok(template(IntakeKind::Organisations)?)
    }

    /// Get an empty sheet of products
    ///
    /// A workbook with the headings that `POST /v1/products/sheet` reads.
    #[oai(path = "/v1/products/sheet/template", method = "get", operation_id = "read_product_template")]
    async fn product_template(&self, caller: Caller) -> poem::Result<Template> {
        Actor::of(&caller)?;
        Ok(template(IntakeKind::Products)?)
    }

    /// Get an empty sheet of offers
    ///
    /// A workbook with the headings that `POST /v1/offers/sheet` reads.
    #[oai(path = "/v1/offers/sheet/template", method = "get", operation_id = "read_offer_template")]
    async fn offer_template(&self, caller: Caller) -> poem::Result<Template> {
        Actor::of(&caller)?;
        Ok(template(IntakeKind::Offers)?)
    }
}
