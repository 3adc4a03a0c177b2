//! All SQL of the orders. What is read is read within a [`Scope`]: there is no way to ask for orders without one.

use crate::access::Scope;
use crate::db::{Engine, Kind, Rows, Writes, statement};
use crate::orders::placed::PlacedGroup;
use entity::tables::{order_groups, order_lines, orders};
use entity::{Channel, CivilDate, FundSource, ImportId, OrderGroupId, OrderId, OrderState, OrganisationId};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

pub(in crate::orders) mod changes;
pub(in crate::orders) mod closes;
pub(in crate::orders) mod owed;
pub(in crate::orders) mod positions;
pub(in crate::orders) mod sites;

const GROUPS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("buyer_id", Kind::Id),
    ("external_order_no", Kind::MaybeText),
    ("content_hash", Kind::Bytes),
    ("orders", Kind::Int),
    ("placed_at", Kind::Instant),
];

const ORDERS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("group_id", Kind::Id),
    ("order_no", Kind::Text),
    ("buyer_id", Kind::Id),
    ("supplier_id", Kind::Id),
    ("site_id", Kind::MaybeId),
    ("channel", Kind::Text),
    ("fund_source", Kind::Text),
    ("mode", Kind::Text),
    ("town_code", Kind::Text),
    ("department_id", Kind::MaybeId),
    ("deliver_on", Kind::Date),
    ("state", Kind::Text),
    ("amount", Kind::Big),
    ("line_count", Kind::Int),
    ("placed_by", Kind::Id),
    ("placed_at", Kind::Instant),
    ("placed_on", Kind::Date),
    ("version", Kind::Big),
    ("on_short", Kind::Text),
    ("import_id", Kind::MaybeId),
    ("site_version", Kind::MaybeBig),
];

const LINES: &[(&str, Kind)] = &[
    ("order_id", Kind::Id),
    ("line_no", Kind::Int),
    ("id", Kind::Id),
    ("product_id", Kind::Id),
    ("offer_id", Kind::Id),
    ("place_id", Kind::Id),
    ("sku", Kind::Text),
    ("name", Kind::Text),
    ("unit", Kind::Text),
    ("pack", Kind::Text),
    ("net_weight_grams", Kind::MaybeBig),
    ("category_code", Kind::Text),
    ("origin_code", Kind::Text),
    ("vat_class", Kind::Text),
    ("line_kind", Kind::Text),
    ("price", Kind::Big),
    ("quantity", Kind::Big),
    ("amount", Kind::Big),
    ("price_unit", Kind::MaybeText),
    ("content", Kind::MaybeBig),
    ("tolerance_permille", Kind::Int),
    ("price_source", Kind::Text),
    ("agreement_id", Kind::MaybeId),
];

/// Rows of a batch, written set by set, whatever their number.
#[derive(Debug)]
pub(in crate::orders) struct NewRows {
    groups: Rows,
    orders: Rows,
    lines: Rows,
}

impl NewRows {
    pub(in crate::orders) fn new() -> Self {
        Self {
            groups: Rows::new(GROUPS),
            orders: Rows::new(ORDERS),
            lines: Rows::new(LINES),
        }
    }

    pub(in crate::orders) fn group(&mut self, g: order_groups::Model) {
        self.groups.push([
            g.id.into(),
            g.buyer_id.into(),
            g.external_order_no.into(),
            g.content_hash.into(),
            g.orders.into(),
            g.placed_at.into(),
        ]);
    }

    pub(in crate::orders) fn order(&mut self, o: &orders::Model) {
        self.orders.push([
            o.id.into(),
            o.group_id.into(),
            o.order_no.clone().into(),
            o.buyer_id.into(),
            o.supplier_id.into(),
            o.site_id.map(entity::SiteId::uuid).into(),
            o.channel.as_str().into(),
            o.fund_source.as_str().into(),
            o.mode.as_str().into(),
            o.town_code.clone().into(),
            o.department_id.map(entity::DepartmentId::uuid).into(),
            o.deliver_on.naive().into(),
            o.state.as_str().into(),
            o.amount.fen().into(),
            o.line_count.into(),
            o.placed_by.into(),
            o.placed_at.into(),
            o.placed_on.naive().into(),
            o.version.into(),
            o.on_short.as_str().into(),
            o.import_id.map(entity::ImportId::uuid).into(),
            o.site_version.into(),
        ]);
    }

    pub(in crate::orders) fn line(&mut self, l: &order_lines::Model) {
        self.lines.push([
            l.order_id.into(),
            l.line_no.into(),
            l.id.into(),
            l.product_id.into(),
            l.offer_id.into(),
            l.place_id.into(),
            l.sku.clone().into(),
            l.name.clone().into(),
            l.unit.clone().into(),
            l.pack.clone().into(),
            l.net_weight_grams.map(entity::Grams::grams).into(),
            l.category_code.clone().into(),
            l.origin_code.clone().into(),
            l.vat_class.as_str().into(),
            l.line_kind.as_str().into(),
            l.price.ten_thousandths().into(),
            l.quantity.thousandths().into(),
            l.amount.fen().into(),
            l.price_unit.clone().into(),
            l.content.map(entity::Quantity::thousandths).into(),
            l.tolerance_permille.into(),
            l.price_source.as_str().into(),
            l.agreement_id.into(),
        ]);
    }

    pub(in crate::orders) fn write(self, writes: &mut Writes) {
        for (table, rows) in [("order_groups", self.groups), ("orders", self.orders), ("order_lines", self.lines)] {
            writes.insert(table, rows, "");
        }
    }
}

/// A group found by the buyer's own number.
#[derive(Clone, Debug)]
pub(in crate::orders) struct Named {
    pub(in crate::orders) id: OrderGroupId,
    pub(in crate::orders) content_hash: Vec<u8>,
    /// The answer itself, where it was placed in this very batch.
    pub(in crate::orders) placed: Option<PlacedGroup>,
}

const NAMES: &[(&str, Kind)] = &[("buyer_id", Kind::Id), ("external_order_no", Kind::Text)];

/// Groups that these buyers have placed under these numbers: one statement.
pub(in crate::orders) async fn named(
    tx: &DatabaseTransaction,
    engine: Engine,
    names: &[(OrganisationId, &str)],
) -> Result<HashMap<(OrganisationId, String), Named>, DbErr> {
    let mut wanted = Rows::new(NAMES);
    for (buyer, number) in names {
        wanted.push([(*buyer).into(), (*number).into()]);
    }
    let mut found = HashMap::new();
    for (source, values) in wanted.sources(engine) {
        let sql = format!(
            "SELECT g.id, g.buyer_id, g.external_order_no, g.content_hash FROM {source} \
             JOIN order_groups g ON g.buyer_id = r.buyer_id AND g.external_order_no = r.external_order_no"
        );
        for row in tx.query_all_raw(statement(engine, &sql, values)).await? {
            let named = Named {
                id: row.try_get("", "id")?,
                content_hash: row.try_get("", "content_hash")?,
                placed: None,
            };
            found.insert((row.try_get("", "buyer_id")?, row.try_get("", "external_order_no")?), named);
        }
    }
    Ok(found)
}

fn visible(scope: &Scope) -> Condition {
    match scope {
        Scope::All => Condition::all(),
        Scope::Buyer(id) => Condition::all().add(orders::Column::BuyerId.eq(*id)),
        Scope::Supplier(id) => Condition::all().add(orders::Column::SupplierId.eq(*id)),
        Scope::Town(code) => Condition::all().add(orders::Column::TownCode.eq(code.clone())),
        Scope::Department(id) => match id.parse::<entity::DepartmentId>() {
            Ok(id) => Condition::all().add(orders::Column::DepartmentId.eq(id)),
            // A remit that names no department sees nothing.
            Err(_) => Condition::all().add(orders::Column::Id.is_null()),
        },
    }
}

/// One order, if the scope shows it.
pub(in crate::orders) async fn find(db: &impl ConnectionTrait, scope: &Scope, id: OrderId) -> Result<Option<orders::Model>, DbErr> {
    orders::Entity::find_by_id(id).filter(visible(scope)).one(db).await
}

/// Orders by id, those that the scope shows.
pub(in crate::orders) async fn find_many(db: &impl ConnectionTrait, scope: &Scope, ids: &[OrderId]) -> Result<Vec<orders::Model>, DbErr> {
    orders::Entity::find()
        .filter(orders::Column::Id.is_in(ids.iter().copied()))
        .filter(visible(scope))
        .all(db)
        .await
}

/// The orders of a group, if the scope shows them.
pub(in crate::orders) async fn of_group(
    db: &impl ConnectionTrait,
    scope: &Scope,
    group: OrderGroupId,
) -> Result<Vec<orders::Model>, DbErr> {
    orders::Entity::find()
        .filter(orders::Column::GroupId.eq(group))
        .filter(visible(scope))
        .order_by_asc(orders::Column::Id)
        .all(db)
        .await
}

/// A group's own row.
pub(in crate::orders) async fn group(db: &impl ConnectionTrait, id: OrderGroupId) -> Result<Option<order_groups::Model>, DbErr> {
    order_groups::Entity::find_by_id(id).one(db).await
}

/// The buyers' own numbers of these groups, where they have one.
pub(in crate::orders) async fn external_numbers(
    db: &impl ConnectionTrait,
    groups: impl Iterator<Item = OrderGroupId>,
) -> Result<HashMap<OrderGroupId, String>, DbErr> {
    let found: Vec<(OrderGroupId, Option<String>)> = order_groups::Entity::find()
        .select_only()
        .columns([order_groups::Column::Id, order_groups::Column::ExternalOrderNo])
        .filter(order_groups::Column::Id.is_in(groups))
        .into_tuple()
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(id, number)| Some((id, number?))).collect())
}

/// The lines of these orders, in their order.
pub(in crate::orders) async fn lines_of(db: &impl ConnectionTrait, of: &[OrderId]) -> Result<Vec<order_lines::Model>, DbErr> {
    order_lines::Entity::find()
        .filter(order_lines::Column::OrderId.is_in(of.iter().copied()))
        .order_by_asc(order_lines::Column::OrderId)
        .order_by_asc(order_lines::Column::LineNo)
        .all(db)
        .await
}

/// What a list of orders is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// In this state.
    pub state: Option<OrderState>,
    /// For this channel.
    pub channel: Option<Channel>,
    /// From this fund source.
    pub fund_source: Option<FundSource>,
    /// With this supplier.
    pub supplier: Option<OrganisationId>,
    /// Of this buyer.
    pub buyer: Option<OrganisationId>,
    /// Placed on this day or later.
    pub placed_from: Option<CivilDate>,
    /// Placed on this day or earlier.
    pub placed_to: Option<CivilDate>,
    /// To be delivered on this day or later.
    pub deliver_from: Option<CivilDate>,
    /// To be delivered on this day or earlier.
    pub deliver_to: Option<CivilDate>,
    /// With this number.
    pub order_no: Option<String>,
    /// Of the group with this number of a buyer's own.
    pub external_order_no: Option<String>,
    /// Booked by this import.
    pub import: Option<ImportId>,
}

impl OrderFilter {
    fn condition(&self) -> Condition {
        use orders::Column as C;
        let mut all = Condition::all()
            .add_option(self.state.map(|v| C::State.eq(v)))
            .add_option(self.channel.map(|v| C::Channel.eq(v)))
            .add_option(self.fund_source.map(|v| C::FundSource.eq(v)))
            .add_option(self.supplier.map(|v| C::SupplierId.eq(v)))
            .add_option(self.buyer.map(|v| C::BuyerId.eq(v)))
            .add_option(self.placed_from.map(|v| C::PlacedOn.gte(v)))
            .add_option(self.placed_to.map(|v| C::PlacedOn.lte(v)))
            .add_option(self.deliver_from.map(|v| C::DeliverOn.gte(v)))
            .add_option(self.deliver_to.map(|v| C::DeliverOn.lte(v)))
            .add_option(self.import.map(|v| C::ImportId.eq(v)))
            .add_option(self.order_no.clone().map(|v| C::OrderNo.eq(v)));
        if let Some(number) = &self.external_order_no {
            let groups = order_groups::Entity::find()
                .select_only()
                .column(order_groups::Column::Id)
                .filter(order_groups::Column::ExternalOrderNo.eq(number.clone()));
            all = all.add(C::GroupId.in_subquery(sea_orm::QueryTrait::into_query(groups)));
        }
        all
    }
}

/// A page of orders, newest first.
pub(in crate::orders) async fn list(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &OrderFilter,
    before: Option<OrderId>,
    limit: u64,
) -> Result<Vec<orders::Model>, DbErr> {
    orders::Entity::find()
        .filter(visible(scope))
        .filter(filter.condition())
        .filter(Condition::all().add_option(before.map(|id| orders::Column::Id.lt(id))))
        .order_by_desc(orders::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
