//! Papers over HTTP.

use super::page::Page;
use super::print_order::order_paper;
use crate::access::{Actor, scope_of};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::{Fault, Refusal};
use crate::orders::OrderDesk;
use crate::organisations::Register;
use entity::OrderId;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// What buyers ask of suppliers.
    Orders,
}

/// The operations that answer with pages to be printed.
#[derive(Clone, Debug)]
pub struct PrintApi {
    /// Where orders are read.
    pub desk: OrderDesk,
    /// Where sites are looked up.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Orders")]
impl PrintApi {
    /// Print an order
    ///
    /// The order as a page for A4 paper (订货单), in Chinese or English, with room to sign.
    #[oai(path = "/v1/orders/:order_id/print", method = "get", operation_id = "print_order")]
    async fn order(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The order.
        order_id: Path<OrderId>,
    ) -> poem::Result<Page> {
        let scope = scope_of(&Actor::of(&caller)?);
        let found = self.desk.read(&scope, order_id.0).await?;
        let found = found.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let parties = self.register.refresh(&self.desk.desk().db).await.map_err(Refusal::from)?;
        let site = found.order.site_id.and_then(|id| parties.site(id));
        let site = site.map(|site| format!("{} {}", site.name, site.address));
        Ok(order_paper(&found, site.as_deref(), context.language).page(context.language))
    }
}
