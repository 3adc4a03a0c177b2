//! Orders and their lines as files.

use crate::access::{Actor, scope_of};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::orders::{OrderBody, OrderDesk, OrderFilter, OrderWithLines};
use crate::sheets::{Column, Export, PAGE, SheetFormat, export, pages, pages_of_many};
use entity::{Channel, CivilDate, FundSource, ImportId, OrderId, OrderState, OrganisationId};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};
use serde_json::{Value, json};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

const ORDERS: [Column; 16] = [
    Column::text("order_no", "订单号", "Order no."),
    Column::text("status", "状态", "State"),
    Column::text("placed_at", "下单时间", "Placed"),
    Column::text("deliver_on", "送货日", "Delivery day"),
    Column::text("buyer/name", "采购单位", "Buyer"),
    Column::text("supplier/name", "供应商", "Supplier"),
    Column::text("channel", "渠道", "Channel"),
    Column::text("fund_source", "资金来源", "Fund source"),
    Column::text("mode", "方式", "Mode"),
    Column::text("town_code", "镇(街道)代码", "Town"),
    Column::number("amount", "金额(元)", "Amount (yuan)"),
    Column::text("decided_at", "答复时间", "Answered"),
    Column::text("ended_at", "结束时间", "Ended"),
    Column::text("ended_reason", "结束原因", "Reason of the end"),
    Column::text("id", "订单编号", "Order id"),
    Column::text("import_id", "导入编号", "Import id"),
];

const LINES: [Column; 16] = [
    Column::text("order_no", "订单号", "Order no."),
    Column::text("status", "状态", "State"),
    Column::text("placed_at", "下单时间", "Placed"),
    Column::text("deliver_on", "送货日", "Delivery day"),
    Column::text("buyer/name", "采购单位", "Buyer"),
    Column::text("supplier/name", "供应商", "Supplier"),
    Column::text("channel", "渠道", "Channel"),
    Column::text("fund_source", "资金来源", "Fund source"),
    Column::text("line_no", "行号", "Line"),
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name"),
    Column::number("quantity", "数量", "Quantity"),
    Column::text("unit", "单位", "Unit"),
    Column::number("price", "单价(元)", "Price (yuan)"),
    Column::number("amount", "金额(元)", "Amount (yuan)"),
    Column::text("import_id", "导入编号", "Import id"),
];

/// Orders of a page that is read for an export of lines: each may have 2,000.
const ORDERS_OF_LINES: u64 = 50;

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
        let read = move |before: Option<OrderId>| {
            let (desk, scope, filter) = (desk.clone(), scope.clone(), filter.clone());
            async move { desk.list(&scope, &filter, before, PAGE).await }
        };
        let pages = pages(read, |last: &OrderWithLines| last.order.id, OrderBody::from);
        Ok(export(format.0.unwrap_or_default(), context.language, "orders", &ORDERS, pages).await?)
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
        let read = move |before: Option<OrderId>| {
            let (desk, scope, filter) = (desk.clone(), scope.clone(), filter.clone());
            async move { desk.list(&scope, &filter, before, ORDERS_OF_LINES).await }
        };
        let pages = pages_of_many(ORDERS_OF_LINES, read, |last: &OrderWithLines| last.order.id, items);
        Ok(export(format.0.unwrap_or_default(), context.language, "order-lines", &LINES, pages).await?)
    }
}

/// The lines of an order, each with what it shares with the others.
fn items(found: OrderWithLines) -> Vec<Value> {
    let order = OrderBody::from(found);
    let shared = json!({
        "order_id": order.id.to_json(),
        "order_no": order.order_no,
        "status": order.status.as_str(),
        "placed_at": order.placed_at.to_json(),
        "deliver_on": order.deliver_on.to_json(),
        "buyer": order.buyer.to_json(),
        "supplier": order.supplier.to_json(),
        "channel": order.channel.as_str(),
        "fund_source": order.fund_source.as_str(),
        "import_id": order.import_id.to_json(),
    });
    let line = |line: Value| {
        let mut item = shared.clone();
        if let (Some(members), Value::Object(line)) = (item.as_object_mut(), line) {
            // A line's own id would hide the order's, so that one is called by its full name.
            members.extend(line.into_iter().map(|(name, value)| match name.as_str() {
                "id" => ("line_id".to_owned(), value),
                _ => (name, value),
            }));
        }
        item
    };
    order.lines.iter().filter_map(ToJSON::to_json).map(line).collect()
}
