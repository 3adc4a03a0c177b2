//! Rows of delivery, gathered for a turn and written a table at a time.

use crate::db::{Engine, Kind, Rows};
use entity::tables::{acceptance_lines, acceptances, rejections, return_lines, returns, shipment_lines, shipments};
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
    ("carrier", Kind::MaybeText),
    ("plate", Kind::MaybeText),
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
    ("again", Kind::Flag),
    ("bound_permille", Kind::MaybeInt),
    ("weight_confirmed", Kind::Flag),
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
    ("most", Kind::MaybeBig),
];

const REJECTIONS: &[(&str, Kind)] = &[
    ("acceptance_id", Kind::Id),
    ("no", Kind::Int),
    ("reason", Kind::Text),
    ("quantity", Kind::Big),
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
    ("state", Kind::Text),
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
    ("most_units", Kind::MaybeBig),
];

/// Rows of a turn: seven statements at most, whatever their number.
#[derive(Debug)]
pub struct NewRows {
    shipments: Rows,
    shipment_lines: Rows,
    acceptances: Rows,
    acceptance_lines: Rows,
    rejections: Rows,
    returns: Rows,
    return_lines: Rows,
}

impl Default for NewRows {
    fn default() -> Self {
        Self::new()
    }
}

impl NewRows {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shipments: Rows::new(SHIPMENTS),
            shipment_lines: Rows::new(SHIPMENT_LINES),
            acceptances: Rows::new(ACCEPTANCES),
            acceptance_lines: Rows::new(ACCEPTANCE_LINES),
            rejections: Rows::new(REJECTIONS),
            returns: Rows::new(RETURNS),
            return_lines: Rows::new(RETURN_LINES),
        }
    }

    /// Adds a row of `shipments`.
    pub fn shipment(&mut self, r: &shipments::Model) {
        self.shipments.push([
            r.id.into(),
            r.shipment_no.clone().into(),
            r.order_id.into(),
            r.buyer_id.into(),
            r.supplier_id.into(),
            r.town_code.clone().into(),
            r.department_id.map(entity::DepartmentId::uuid).into(),
            r.state.as_str().into(),
            r.replacement.into(),
            r.carrier.clone().into(),
            r.plate.clone().into(),
            r.dispatched_on.naive().into(),
            r.recorded_at.into(),
            r.arrived_at.into(),
            r.inspected_at.into(),
            r.import_id.map(entity::ImportId::uuid).into(),
            r.version.into(),
        ]);
    }

    /// Adds a row of `shipment_lines`.
    pub fn shipment_line(&mut self, r: &shipment_lines::Model) {
        self.shipment_lines.push([
            r.shipment_id.into(),
            r.no.into(),
            r.order_line_id.into(),
            r.place_id.into(),
            r.product_id.into(),
            r.units.thousandths().into(),
            r.quantity.thousandths().into(),
            r.amount.fen().into(),
            r.again.into(),
            r.bound_permille.into(),
            r.weight_confirmed.into(),
        ]);
    }

    /// Adds a row of `acceptances`.
    pub fn acceptance(&mut self, r: &acceptances::Model) {
        self.acceptances.push([
            r.id.into(),
            r.acceptance_no.clone().into(),
            r.kind.as_str().into(),
            r.shipment_id.into(),
            r.order_id.into(),
            r.buyer_id.into(),
            r.supplier_id.into(),
            r.accepted_on.naive().into(),
            r.accepted_by.into(),
            r.recorded_at.into(),
            r.import_id.map(entity::ImportId::uuid).into(),
        ]);
    }

    /// Adds a row of `acceptance_lines`.
    pub fn acceptance_line(&mut self, r: &acceptance_lines::Model) {
        self.acceptance_lines.push([
            r.acceptance_id.into(),
            r.no.into(),
            r.order_line_id.into(),
            r.shipment_line_no.into(),
            r.quantity.thousandths().into(),
            r.rejected.thousandths().into(),
            r.amount.fen().into(),
            r.most.map(entity::Quantity::thousandths).into(),
        ]);
    }

    /// Adds a row of `rejections`.
    pub fn rejection(&mut self, r: &rejections::Model) {
        self.rejections.push([
            r.acceptance_id.into(),
            r.no.into(),
            r.reason.as_str().into(),
            r.quantity.thousandths().into(),
        ]);
    }

    /// Adds a row of `returns`.
    pub fn goods_return(&mut self, r: &returns::Model) {
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
            r.state.as_str().into(),
        ]);
    }

    /// Adds a row of `return_lines`.
    pub fn return_line(&mut self, r: &return_lines::Model) {
        self.return_lines.push([
            r.return_id.into(),
            r.no.into(),
            r.id.into(),
            r.order_line_id.map(entity::OrderLineId::uuid).into(),
            r.product_id.into(),
            r.place_id.into(),
            r.sku.clone().into(),
            r.name.clone().into(),
            r.unit.clone().into(),
            r.category_code.clone().into(),
            r.origin_code.clone().into(),
            r.net_weight_grams.map(entity::Grams::grams).into(),
            r.price.ten_thousandths().into(),
            r.own_price.into(),
            r.origin_unknown.into(),
            r.quantity.thousandths().into(),
            r.units.thousandths().into(),
            r.amount.fen().into(),
            r.reason.as_str().into(),
            r.fate.as_str().into(),
            r.most_units.map(entity::Quantity::thousandths).into(),
        ]);
    }

    /// Writes them.
    pub async fn write(self, tx: &DatabaseTransaction, engine: Engine) -> Result<(), DbErr> {
        for (table, rows) in [
            ("shipments", self.shipments),
            ("shipment_lines", self.shipment_lines),
            ("acceptances", self.acceptances),
            ("acceptance_lines", self.acceptance_lines),
            ("rejections", self.rejections),
            ("returns", self.returns),
            ("return_lines", self.return_lines),
        ] {
            rows.write(tx, engine, table, "").await?;
        }
        Ok(())
    }
}
