//! What shelves owe to orders, over HTTP.

use super::body::PartyBody;
use super::desk::OrderDesk;
use super::store::owed::{self, OwingLot};
use super::unfilled::{Unfilled, Waiting, unfilled};
use crate::access::{Actor, only};
use crate::http::answer::Listed;
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use entity::{CivilDate, OrderId, OrganisationId, PlaceId, ProductId, Quantity, Role};
use poem_openapi::param::Query;
use poem_openapi::{Object, OpenApi, Tags};

/// Orders named of one lot.
const MOST_ORDERS: usize = 200;

#[derive(Tags)]
enum Tag {
    /// What lies there, and what made it so.
    Stock,
}

/// A line of an order that can no longer be sent whole.
#[derive(Clone, Debug, Object)]
pub struct UnfilledBody {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    #[oai(validator(max_length = 40))]
    pub order_no: String,
    /// The line.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub line_no: i32,
    /// Who waits for it.
    pub buyer: PartyBody,
    /// The day of delivery, as agreed last.
    pub deliver_on: CivilDate,
    /// Units still to be sent.
    pub open: Quantity,
    /// Of these, units that are not there.
    pub missing: Quantity,
}

impl From<Unfilled> for UnfilledBody {
    fn from(short: Unfilled) -> Self {
        let line = short.line;
        Self {
            order_id: line.order,
            order_no: line.order_no,
            line_no: line.line_no,
            buyer: PartyBody {
                id: line.buyer,
                name: line.buyer_name,
            },
            deliver_on: line.deliver_on,
            open: line.open,
            missing: short.missing,
        }
    }
}

/// A shelf on which a stocktaking found less than orders hold.
#[derive(Clone, Debug, Object)]
pub struct OwedBody {
    /// The product.
    pub product_id: ProductId,
    /// Its SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Where it should lie.
    pub place_id: PlaceId,
    /// Whose it is.
    pub supplier_id: OrganisationId,
    /// What lies there.
    pub on_hand: Quantity,
    /// What orders hold.
    pub held: Quantity,
    /// The difference.
    pub owed: Quantity,
    /// The lines that can no longer be sent whole: who waits for an earlier day is served first. At most 200.
    #[oai(validator(max_items = 200))]
    pub orders: Vec<UnfilledBody>,
}

impl OwedBody {
    fn of(lot: OwingLot, waiting: Vec<Waiting>) -> Self {
        let short = unfilled(lot.on_hand, waiting);
        Self {
            product_id: lot.product,
            sku: lot.sku,
            name: lot.name,
            place_id: lot.place,
            supplier_id: lot.supplier,
            on_hand: lot.on_hand,
            held: lot.held,
            owed: lot.owed,
            orders: short.into_iter().take(MOST_ORDERS).map(Into::into).collect(),
        }
    }
}

crate::page! {
    /// Shelves that owe goods to orders, a page at a time.
    OwedPage of OwedBody
}

/// The operation on what is owed.
#[derive(Clone, Debug)]
pub struct OwedApi {
    /// Where it is read.
    pub desk: OrderDesk,
}

#[OpenApi(tag = "Tag::Stock")]
impl OwedApi {
    /// List owed stock
    ///
    /// Where a stocktaking found less than orders hold, and which of them can no longer be filled: close them short,
    /// agree on a change, or bring new goods. Suppliers see their own; who sees everything, all.
    #[oai(path = "/v1/stock/owed", method = "get", operation_id = "list_owed_stock")]
    async fn list(
        &self,
        caller: Caller,
        /// Only of this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<OwedPage>> {
        let actor = Actor::of(&caller)?;
        let supplier = match actor.role {
            Role::Supplier => Some(actor.organisation),
            _ if actor.sees_all() => supplier_id.0,
            _ => return Err(Refusal::from(only(&[Role::Supplier, Role::Official, Role::Auditor, Role::Operator])).into()),
        };
        let after: Option<(ProductId, PlaceId)> = cursor.0.map(|cursor| caller.position("owed", &cursor)).transpose()?;
        let (lots, mut waiting) = self.read(supplier, after, limit.0).await?;
        let (lots, next) = cut(lots, limit.0, |last| caller.cursor("owed", &(last.product, last.place)))?;
        let body = |lot: OwingLot| {
            let waiting = waiting.remove(&(lot.product, lot.place)).unwrap_or_default();
            OwedBody::of(lot, waiting)
        };
        Ok(Listed((lots.into_iter().map(body).collect::<Vec<_>>(), next).into()))
    }
}

type WaitingByLot = std::collections::HashMap<(ProductId, PlaceId), Vec<Waiting>>;

impl OwedApi {
    async fn read(
        &self,
        supplier: Option<OrganisationId>,
        after: Option<(ProductId, PlaceId)>,
        limit: Limit,
    ) -> Result<(Vec<OwingLot>, WaitingByLot), Refusal> {
        let desk = self.desk.desk();
        let snapshot = desk.db.snapshot().await?;
        let lots = owed::lots(&snapshot, desk.engine(), supplier, after, limit.plus_one()).await?;
        let waiting = if lots.is_empty() {
            WaitingByLot::new()
        } else {
            owed::waiting(&snapshot, desk.engine(), &lots).await?
        };
        Ok((lots, waiting))
    }
}
