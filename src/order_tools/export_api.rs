//! Orders and their lines as files.

use crate::access::{Actor, Scope, scope_of};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::language::{Language, called};
use crate::orders::{OrderBody, OrderDesk, OrderFilter, OrderWithLines};
use crate::organisations::Parties;
use crate::sheets::{Column, Export, FileName, Pages, SheetFormat, export, pages_by_weight, told};
use entity::{
    CancelReason, Channel, CivilDate, DeclineReason, EventReason, FundSource, ImportId, LineKind, Mode, OrderId, OrderState, OrganisationId,
};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};
use serde_json::{Map, Value};
use std::sync::Arc;

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

const ORDERS: [Column; 20] = [
    Column::text("order_no", "订单号", "Order no.").wide(25),
    Column::text("external_order_no", "采购方单号", "Buyer's no.").wide(20),
    Column::word("status", "状态", "State", called::<OrderState>).wide(10),
    Column::moment("placed_at", "下单时间", "Placed"),
    Column::day("deliver_on", "送货日", "Delivery day"),
    Column::text("buyer/name", "采购单位", "Buyer").wide(28),
    Column::text("supplier/name", "供应商", "Supplier").wide(28),
    Column::word("channel", "渠道", "Channel", called::<Channel>),
    Column::word("fund_source", "资金来源", "Fund source", called::<FundSource>),
    Column::word("mode", "方式", "Mode", called::<Mode>).wide(10),
    Column::text("town_name", "镇(街道)", "Town").wide(18),
    Column::money("amount", "金额(元)", "Amount (yuan)"),
    Column::money("agreed/amount", "现约定金额(元)", "Agreed now (yuan)"),
    Column::money("standing/amount", "验收净额(元)", "Standing (yuan)"),
    Column::moment("decided_at", "答复时间", "Answered"),
    Column::moment("ended_at", "结束时间", "Ended"),
    Column::word("ended_reason", "结束原因", "Reason of the end", ended).wide(20),
    Column::code("town_code", "镇(街道)代码", "Town code"),
    Column::id("id", "订单编号", "Order id"),
    Column::id("import_id", "导入编号", "Import id"),
];

const LINES: [Column; 21] = [
    Column::text("order_no", "订单号", "Order no.").wide(25),
    Column::text("external_order_no", "采购方单号", "Buyer's no.").wide(20),
    Column::word("status", "状态", "State", called::<OrderState>).wide(10),
    Column::moment("placed_at", "下单时间", "Placed"),
    Column::day("deliver_on", "送货日", "Delivery day"),
    Column::text("buyer/name", "采购单位", "Buyer").wide(28),
    Column::text("supplier/name", "供应商", "Supplier").wide(28),
    Column::text("town_name", "镇(街道)", "Town").wide(18),
    Column::word("channel", "渠道", "Channel", called::<Channel>),
    Column::word("fund_source", "资金来源", "Fund source", called::<FundSource>),
    Column::text("line_no", "行号", "Line").wide(6),
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name").wide(28),
    Column::word("line_kind", "行类别", "Kind of line", called::<LineKind>).wide(8),
    Column::number("quantity", "数量", "Quantity"),
    Column::text("unit", "单位", "Unit").wide(8),
    Column::price("price", "单价(元)", "Price (yuan)"),
    Column::money("amount", "金额(元)", "Amount (yuan)"),
    Column::money("agreed/amount", "现约定金额(元)", "Agreed now (yuan)"),
    Column::money("standing/amount", "验收净额(元)", "Standing (yuan)"),
    Column::id("import_id", "导入编号", "Import id"),
];

const ORDERS_FILE: FileName = FileName {
    file: "orders",
    zh: "订单",
    en: "Orders",
};
const LINES_FILE: FileName = FileName {
    file: "order-lines",
    zh: "订单明细",
    en: "Order lines",
};

/// What a line shares with the others of its order.
const SHARED: [&str; 13] = [
    "order_no",
    "external_order_no",
    "status",
    "placed_at",
    "deliver_on",
    "buyer",
    "supplier",
    "channel",
    "fund_source",
    "mode",
    "town_code",
    "import_id",
    "order_group_id",
];

/// Why an order ended: its buyer's reason, its supplier's, or that of the import that brought it.
fn ended(reason: &str, language: Language) -> Option<&'static str> {
    let by_buyer = language.call_word::<CancelReason>(reason);
    let by_a_party = by_buyer.or_else(|| language.call_word::<DeclineReason>(reason));
    by_a_party.or_else(|| {
        let undone = reason == EventReason::ImportUndone.as_str();
        undone.then(|| language.choose("导入已撤回", "its import was taken back"))
    })
}

/// The exports of orders.
#[derive(Clone, Debug)]
pub struct OrderExportApi {
    /// Where orders are read.
    pub desk: OrderDesk,
}

/// The filter of both operations, as it comes from the query; this writes it down once.
macro_rules! filter {
    ($($field:ident: $value:expr),+ $(,)?) => {
        OrderFilter { $($field: $value.0),+ }
    };
}

#[OpenApi(tag = "Tag::Orders")]
impl OrderExportApi {
    /// Export orders
    ///
    /// The list of orders with the same filter as a file, however long, written while it is sent. A connection that
    /// breaks off means that the file is not whole.
    #[oai(path = "/v1/orders/export", method = "get", operation_id = "export_orders")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn orders(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// Only in this state.
        status: Query<Option<OrderState>>,
        /// Only for this channel.
        channel: Query<Option<Channel>>,
        /// Only from this fund source.
        fund_source: Query<Option<FundSource>>,
        /// Only of this buyer.
        buyer_id: Query<Option<OrganisationId>>,
        /// Only with this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Placed on this day or later.
        placed_from: Query<Option<CivilDate>>,
        /// Placed on this day or earlier.
        placed_to: Query<Option<CivilDate>>,
        /// To be delivered on this day or later.
        deliver_from: Query<Option<CivilDate>>,
        /// To be delivered on this day or earlier.
        deliver_to: Query<Option<CivilDate>>,
        /// Only the order with this number.
        #[oai(validator(max_length = 40))]
        order_no: Query<Option<String>>,
        /// Only orders of the group that a buyer has given this number.
        #[oai(validator(max_length = 64))]
        external_order_no: Query<Option<String>>,
        /// Only what this import has booked.
        import_id: Query<Option<ImportId>>,
    ) -> poem::Result<Export> {
        let filter = filter! {
            state: status, channel: channel, fund_source: fund_source, supplier: supplier_id, buyer: buyer_id,
            placed_from: placed_from, placed_to: placed_to, deliver_from: deliver_from, deliver_to: deliver_to,
            order_no: order_no, external_order_no: external_order_no, import: import_id,
        };
        let scope = scope_of(&Actor::of(&caller)?);
        let desk = self.desk.clone();
        let format = format.0.unwrap_or_default();
        let pages = orders_of(&desk, scope, filter, move |found| vec![whole(found, format)]);
        let pages = told(format, pages, with_town(desk.parties().await?));
        Ok(export(format, context.language, ORDERS_FILE, &ORDERS, pages).await?)
    }

    /// Export order lines
    ///
    /// The lines of the orders that the same filter lists, as a file: one row a line, the order's own values beside it.
    #[oai(path = "/v1/orders/lines/export", method = "get", operation_id = "export_order_lines")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn lines(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// Only in this state.
        status: Query<Option<OrderState>>,
        /// Only for this channel.
        channel: Query<Option<Channel>>,
        /// Only from this fund source.
        fund_source: Query<Option<FundSource>>,
        /// Only of this buyer.
        buyer_id: Query<Option<OrganisationId>>,
        /// Only with this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Placed on this day or later.
        placed_from: Query<Option<CivilDate>>,
        /// Placed on this day or earlier.
        placed_to: Query<Option<CivilDate>>,
        /// To be delivered on this day or later.
        deliver_from: Query<Option<CivilDate>>,
        /// To be delivered on this day or earlier.
        deliver_to: Query<Option<CivilDate>>,
        /// Only the order with this number.
        #[oai(validator(max_length = 40))]
        order_no: Query<Option<String>>,
        /// Only orders of the group that a buyer has given this number.
        #[oai(validator(max_length = 64))]
        external_order_no: Query<Option<String>>,
        /// Only what this import has booked.
        import_id: Query<Option<ImportId>>,
    ) -> poem::Result<Export> {
        let filter = filter! {
            state: status, channel: channel, fund_source: fund_source, supplier: supplier_id, buyer: buyer_id,
            placed_from: placed_from, placed_to: placed_to, deliver_from: deliver_from, deliver_to: deliver_to,
            order_no: order_no, external_order_no: external_order_no, import: import_id,
        };
        let scope = scope_of(&Actor::of(&caller)?);
        let desk = self.desk.clone();
        let format = format.0.unwrap_or_default();
        let pages = told(format, orders_of(&desk, scope, filter, lines), with_town(desk.parties().await?));
        Ok(export(format, context.language, LINES_FILE, &LINES, pages).await?)
    }
}

/// Orders that the filter lists, as many at a time as their lines allow.
fn orders_of(
    desk: &OrderDesk,
    scope: Scope,
    filter: OrderFilter,
    items: impl Fn(OrderWithLines) -> Vec<Value> + Send + Sync + 'static,
) -> Pages {
    let desk = desk.clone();
    let read = move |before: Option<OrderId>, most: u64| {
        let (desk, scope, filter) = (desk.clone(), scope.clone(), filter.clone());
        async move { desk.list(&scope, &filter, before, most).await }
    };
    let weight = |found: &OrderWithLines| 1 + u64::try_from(found.lines.len()).unwrap_or_default();
    pages_by_weight(read, |last: &OrderWithLines| last.order.id, weight, items)
}

/// An order as it is listed; for people without its lines, which have a file of their own.
fn whole(found: OrderWithLines, format: SheetFormat) -> Value {
    let mut order = OrderBody::from(found);
    if format != SheetFormat::Jsonl {
        order.lines.clear();
    }
    order.to_json().unwrap_or_default()
}

/// The lines of an order, each with what it shares with the others.
fn lines(found: OrderWithLines) -> Vec<Value> {
    let mut order = OrderBody::from(found);
    let lines = std::mem::take(&mut order.lines);
    let order = order.to_json().unwrap_or_default();
    let shared = SHARED
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), order.get(*name)?.clone())));
    let mut shared: Map<String, Value> = shared.collect();
    shared.insert("order_id".to_owned(), order.get("id").cloned().unwrap_or_default());
    let line = |line: Value| {
        let mut item = shared.clone();
        if let Value::Object(line) = line {
            // A line's own id would hide the order's, so that one is called by its full name.
            item.extend(line.into_iter().map(|(name, value)| match name.as_str() {
                "id" => ("line_id".to_owned(), value),
                _ => (name, value),
            }));
        }
        Value::Object(item)
    };
    lines.iter().filter_map(ToJSON::to_json).map(line).collect()
}

/// Names the town of an item.
fn with_town(parties: Arc<Parties>) -> impl Fn(&mut Value) + Send + Sync + 'static {
    move |item| {
        let town = item
            .get("town_code")
            .and_then(Value::as_str)
            .and_then(|code| parties.division(code));
        let name = town.map(|town| Value::from(town.name.as_str()));
        if let (Some(name), Some(members)) = (name, item.as_object_mut()) {
            members.insert("town_name".to_owned(), name);
        }
    }
}
