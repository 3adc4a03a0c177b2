//! Stock as a file.

use super::api::{sees_in_full, supplier_seen};
use super::body::LotBody;
use super::queries::{ListedLot, StockFilter, lots};
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::journal::Desk;
use crate::sheets::{Column, Export, FileName, PAGE, SheetFormat, export, pages};
use entity::{OrganisationId, PlaceId, ProductId};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What lies where.
    Stock,
}

const COLUMNS: [Column; 12] = [
    Column::text("sku", "货号", "SKU"),
    Column::text("name", "品名", "Name").wide(28),
    Column::text("unit", "单位", "Unit").wide(8),
    Column::text("place_name", "仓库", "Place").wide(20),
    Column::text("supplier_name", "供应商", "Supplier").wide(28),
    Column::number("available", "可订", "Available"),
    Column::number("on_hand", "在库", "On hand"),
    Column::number("held", "占用", "Held"),
    Column::number("owed", "欠货", "Owed"),
    Column::id("product_id", "产品编号", "Product id"),
    Column::id("place_id", "仓库编号", "Place id"),
    Column::id("supplier_id", "供应商编号", "Supplier id"),
];

const FILE: FileName = FileName {
    file: "stock",
    zh: "库存",
    en: "Stock",
};

/// The export of stock.
#[derive(Clone, Debug)]
pub struct StockExportApi {
    /// Where it is read.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Stock")]
impl StockExportApi {
    /// Export stock
    ///
    /// The list of stock with the same filter as a file, written while it is sent: as much of it as you may see.
    #[oai(path = "/v1/stock/export", method = "get", operation_id = "export_stock")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn stock(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// Only of this product.
        product_id: Query<Option<ProductId>>,
        /// Only at this place.
        place_id: Query<Option<PlaceId>>,
        /// Only of this supplier.
        supplier_id: Query<Option<OrganisationId>>,
    ) -> poem::Result<Export> {
        let actor = Actor::of(&caller)?;
        let filter = StockFilter {
            supplier: supplier_seen(&actor, supplier_id.0),
            product: product_id.0,
            place: place_id.0,
            reason: None,
        };
        let (desk, in_full) = (self.desk.clone(), sees_in_full(&actor));
        let read = move |after: Option<(ProductId, PlaceId)>| {
            let (desk, filter) = (desk.clone(), filter.clone());
            async move { Ok(lots(desk.read(), desk.engine(), &filter, after, PAGE).await?) }
        };
        let position = |last: &ListedLot| (last.lot.product_id, last.lot.place_id);
        let pages = pages(read, position, move |lot| LotBody::of(lot, in_full));
        Ok(export(format.0.unwrap_or_default(), context.language, FILE, &COLUMNS, pages).await?)
    }
}
