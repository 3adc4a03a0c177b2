//! Orders that imports book, as rows: all of a chunk by a handful of statements.

use crate::db::{Engine, Kind, Rows};
use entity::tables::{line_positions, order_groups, order_lines, orders};
use sea_orm::{DatabaseTransaction, DbErr};

const GROUPS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("buyer_id", Kind::Id),
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
    ("decided_at", Kind::MaybeInstant),
    ("ended_at", Kind::MaybeInstant),
    ("ended_on", Kind::MaybeDate),
    ("version", Kind::Big),
    ("on_short", Kind::Text),
    ("import_id", Kind::MaybeId),
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

const POSITIONS: &[(&str, Kind)] = &[
    ("line_id", Kind::Id),
    ("order_id", Kind::Id),
    ("confirmed_units", Kind::MaybeBig),
    ("closed_units", Kind::Big),
    ("shipped_units", Kind::Big),
    ("replaced_units", Kind::Big),
    ("shipped", Kind::Big),
    ("accepted", Kind::Big),
    ("rejected", Kind::Big),
    ("surplus", Kind::Big),
    ("returned", Kind::Big),
    ("at_price", Kind::Big),
    ("version", Kind::Big),
];

/// Orders of a chunk, written set by set.
#[derive(Debug)]
pub(in crate::imports) struct OrderRows {
    groups: Rows,
    orders: Rows,
    lines: Rows,
    positions: Rows,
}

impl OrderRows {
    pub(in crate::imports) fn with_room(orders: usize, lines: usize) -> Self {
        Self {
            groups: Rows::with_room(GROUPS, orders),
            orders: Rows::with_room(ORDERS, orders),
            lines: Rows::with_room(LINES, lines),
            positions: Rows::with_room(POSITIONS, lines),
        }
    }

    pub(in crate::imports) fn group(&mut self, g: &order_groups::Model) {
        self.groups.push([
            g.id.into(),
            g.buyer_id.into(),
            g.content_hash.clone().into(),
            g.orders.into(),
            g.placed_at.into(),
        ]);
    }

    pub(in crate::imports) fn order(&mut self, o: &orders::Model) {
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
            o.decided_at.into(),
            o.ended_at.into(),
            o.ended_on.map(|day| day.naive()).into(),
            o.version.into(),
            o.on_short.as_str().into(),
            o.import_id.map(entity::ImportId::uuid).into(),
        ]);
    }

    pub(in crate::imports) fn line(&mut self, l: &order_lines::Model) {
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

    pub(in crate::imports) fn position(&mut self, p: &line_positions::Model) {
        self.positions.push([
            p.line_id.into(),
            p.order_id.into(),
            p.confirmed_units.map(entity::Quantity::thousandths).into(),
            p.closed_units.thousandths().into(),
            p.shipped_units.thousandths().into(),
            p.replaced_units.thousandths().into(),
            p.shipped.thousandths().into(),
            p.accepted.thousandths().into(),
            p.rejected.thousandths().into(),
            p.surplus.thousandths().into(),
            p.returned.thousandths().into(),
            p.at_price.thousandths().into(),
            p.version.into(),
        ]);
    }

    pub(in crate::imports) async fn write(self, tx: &DatabaseTransaction, engine: Engine) -> Result<(), DbErr> {
        for (table, rows) in [
            ("order_groups", self.groups),
            ("orders", self.orders),
            ("order_lines", self.lines),
            ("line_positions", self.positions),
        ] {
            rows.write(tx, engine, table, "").await?;
        }
        Ok(())
    }
}
