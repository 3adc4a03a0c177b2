//! Shipments, acceptances and returns that imports book, as rows: all of a chunk by a handful of statements.

use crate::db::{Engine, Kind, Rows};
use entity::tables::{acceptance_lines, acceptances, return_lines, returns, shipment_lines, shipments};
use sea_orm::{DatabaseTransaction, DbErr};

const SHIPMENTS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("shipment_no", Kind::Text),
    ("order_id", Kind::Id),
    ("buyer_id", Kind::Id),
    ("supplier_id", Kind::Id),
    ("town_code", Kind::Text),
    ("department_id", Kind::MaybeId),
    ("state", Kind::Text),
    ("replacement", Kind::Flag),
    ("dispatched_on", Kind::Date),
    ("recorded_at", Kind::Instant),
    ("arrived_at", Kind::MaybeInstant),
    ("inspected_at", Kind::MaybeInstant),
    ("import_id", Kind::MaybeId),
    ("version", Kind::Big),
];

const SHIPMENT_LINES: &[(&str, Kind)] = &[
    ("shipment_id", Kind::Id),
    ("no", Kind::Int),
    ("order_line_id", Kind::Id),
    ("place_id", Kind::Id),
    ("product_id", Kind::Id),
    ("units", Kind::Big),
    ("quantity", Kind::Big),
    ("amount", Kind::Big),
];

const ACCEPTANCES: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("acceptance_no", Kind::Text),
    ("kind", Kind::Text),
    ("shipment_id", Kind::Id),
    ("order_id", Kind::Id),
    ("buyer_id", Kind::Id),
    ("supplier_id", Kind::Id),
    ("accepted_on", Kind::Date),
    ("accepted_by", Kind::Id),
    ("recorded_at", Kind::Instant),
    ("import_id", Kind::MaybeId),
];

const ACCEPTANCE_LINES: &[(&str, Kind)] = &[
    ("acceptance_id", Kind::Id),
    ("no", Kind::Int),
    ("order_line_id", Kind::Id),
    ("shipment_line_no", Kind::Int),
    ("quantity", Kind::Big),
    ("rejected", Kind::Big),
    ("amount", Kind::Big),
];

const RETURNS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("return_no", Kind::Text),
    ("order_id", Kind::MaybeId),
    ("buyer_id", Kind::Id),
    ("supplier_id", Kind::Id),
    ("channel", Kind::Text),
    ("fund_source", Kind::Text),
    ("mode", Kind::Text),
    ("town_code", Kind::Text),
    ("department_id", Kind::MaybeId),
    ("returned_on", Kind::Date),
    ("recorded_at", Kind::Instant),
    ("import_id", Kind::MaybeId),
];

const RETURN_LINES: &[(&str, Kind)] = &[
    ("return_id", Kind::Id),
    ("no", Kind::Int),
    ("id", Kind::Id),
    ("order_line_id", Kind::MaybeId),
    ("product_id", Kind::Id),
    ("place_id", Kind::Id),
    ("sku", Kind::Text),
    ("name", Kind::Text),
    ("unit", Kind::Text),
    ("category_code", Kind::Text),
    ("origin_code", Kind::Text),
    ("net_weight_grams", Kind::MaybeBig),
    ("price", Kind::Big),
    ("own_price", Kind::Flag),
    ("origin_unknown", Kind::Flag),
    ("quantity", Kind::Big),
    ("units", Kind::Big),
    ("amount", Kind::Big),
    ("reason", Kind::Text),
    ("fate", Kind::Text),
];

/// Shipments, acceptances and returns of a chunk, written set by set.
#[derive(Debug)]
pub(in crate::imports) struct DeliveryRows {
    shipments: Rows,
    shipment_lines: Rows,
    acceptances: Rows,
    acceptance_lines: Rows,
    returns: Rows,
    return_lines: Rows,
}

impl DeliveryRows {
    /// With room for so many orders that were shipped and accepted, of so many lines.
    pub(in crate::imports) fn with_room(orders: usize, lines: usize) -> Self {
        Self {
            shipments: Rows::with_room(SHIPMENTS, orders),
            shipment_lines: Rows::with_room(SHIPMENT_LINES, lines),
            acceptances: Rows::with_room(ACCEPTANCES, orders),
            acceptance_lines: Rows::with_room(ACCEPTANCE_LINES, lines),
            returns: Rows::new(RETURNS),
            return_lines: Rows::new(RETURN_LINES),
        }
    }

    pub(in crate::imports) fn shipment(&mut self, s: &shipments::Model) {
        self.shipments.push([
            s.id.into(),
            s.shipment_no.clone().into(),
            s.order_id.into(),
            s.buyer_id.into(),
            s.supplier_id.into(),
            s.town_code.clone().into(),
            s.department_id.map(entity::DepartmentId::uuid).into(),
            s.state.as_str().into(),
            s.replacement.into(),
            s.dispatched_on.naive().into(),
            s.recorded_at.into(),
            s.arrived_at.into(),
            s.inspected_at.into(),
            s.import_id.map(entity::ImportId::uuid).into(),
            s.version.into(),
        ]);
    }

    pub(in crate::imports) fn shipment_line(&mut self, l: &shipment_lines::Model) {
        self.shipment_lines.push([
            l.shipment_id.into(),
            l.no.into(),
            l.order_line_id.into(),
            l.place_id.into(),
            l.product_id.into(),
            l.units.thousandths().into(),
            l.quantity.thousandths().into(),
            l.amount.fen().into(),
        ]);
    }

    pub(in crate::imports) fn acceptance(&mut self, a: &acceptances::Model) {
        self.acceptances.push([
            a.id.into(),
            a.acceptance_no.clone().into(),
            a.kind.as_str().into(),
            a.shipment_id.into(),
            a.order_id.into(),
            a.buyer_id.into(),
            a.supplier_id.into(),
            a.accepted_on.naive().into(),
            a.accepted_by.into(),
            a.recorded_at.into(),
            a.import_id.map(entity::ImportId::uuid).into(),
        ]);
    }

    pub(in crate::imports) fn acceptance_line(&mut self, l: &acceptance_lines::Model) {
        self.acceptance_lines.push([
            l.acceptance_id.into(),
            l.no.into(),
            l.order_line_id.into(),
            l.shipment_line_no.into(),
            l.quantity.thousandths().into(),
            l.rejected.thousandths().into(),
            l.amount.fen().into(),
        ]);
    }

    pub(in crate::imports) fn give_back(&mut self, r: &returns::Model) {
        self.returns.push([
            r.id.into(),
            r.return_no.clone().into(),
            r.order_id.map(entity::OrderId::uuid).into(),
            r.buyer_id.into(),
            r.supplier_id.into(),
            r.channel.as_str().into(),
            r.fund_source.as_str().into(),
            r.mode.as_str().into(),
            r.town_code.clone().into(),
            r.department_id.map(entity::DepartmentId::uuid).into(),
            r.returned_on.naive().into(),
            r.recorded_at.into(),
            r.import_id.map(entity::ImportId::uuid).into(),
        ]);
    }

    pub(in crate::imports) fn return_line(&mut self, l: &return_lines::Model) {
        self.return_lines.push([
            l.return_id.into(),
            l.no.into(),
            l.id.into(),
            l.order_line_id.map(entity::OrderLineId::uuid).into(),
            l.product_id.into(),
            l.place_id.into(),
            l.sku.clone().into(),
            l.name.clone().into(),
            l.unit.clone().into(),
            l.category_code.clone().into(),
            l.origin_code.clone().into(),
            l.net_weight_grams.map(entity::Grams::grams).into(),
            l.price.ten_thousandths().into(),
            l.own_price.into(),
            l.origin_unknown.into(),
            l.quantity.thousandths().into(),
            l.units.thousandths().into(),
            l.amount.fen().into(),
            l.reason.as_str().into(),
            l.fate.as_str().into(),
        ]);
    }

    pub(in crate::imports) async fn write(self, tx: &DatabaseTransaction, engine: Engine) -> Result<(), DbErr> {
        for (table, rows) in [
            ("shipments", self.shipments),
            ("shipment_lines", self.shipment_lines),
            ("acceptances", self.acceptances),
            ("acceptance_lines", self.acceptance_lines),
            ("returns", self.returns),
            ("return_lines", self.return_lines),
        ] {
            rows.write(tx, engine, table, "").await?;
        }
        Ok(())
    }
}
