//! A shipment as it is now, on the wire.

use super::shipments::RejectedBody;
use crate::delivery::queries::{FullAcceptance, FullShipment};
use crate::orders::PartyBody;
use chrono::{DateTime, Utc};
use entity::{AcceptanceId, AcceptanceKind, CivilDate, ImportId, Money, OrderId, OrderLineId, Quantity, ShipmentId, ShipmentState};
use poem_openapi::Object;

/// A line of a shipment.
#[derive(Clone, Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ShipmentLineBody {
    /// From 1, within its shipment.
    pub no: i32,
    /// The order line's number.
    pub line_no: i32,
    /// The order line.
    pub order_line_id: OrderLineId,
    /// SKU.
    #[oai(validator(max_length = 40))]
    pub sku: String,
    /// Name of the goods when ordered.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Unit of `quantity`.
    #[oai(validator(max_length = 20))]
    pub unit: String,
    /// Units sent.
    pub quantity: Quantity,
    /// For weighed goods: the unit of the price.
    #[oai(validator(max_length = 20))]
    pub price_unit: Option<String>,
    /// Sent in price units: what may be accepted.
    pub priced_quantity: Quantity,
    /// What it is worth, tax-inclusive yuan.
    pub amount: Money,
    /// Whether the weight differs much from what is nominally in the units and was said twice.
    pub weight_confirmed: bool,
}

/// A line of an acceptance.
#[derive(Clone, Debug, Object)]
pub struct AcceptanceLineBody {
    /// The line's number in the shipment; 0 for freight of another shipment, which waited for these goods.
    pub no: i32,
    /// Accepted, in price units.
    pub accepted: Quantity,
    /// What it is worth.
    pub amount: Money,
    /// Rejected, by reason.
    #[oai(validator(max_items = 8))]
    pub rejected: Vec<RejectedBody>,
}

/// An acceptance.
#[derive(Clone, Debug, Object)]
pub struct AcceptanceBody {
    /// Id.
    pub id: AcceptanceId,
    /// The number people use.
    #[oai(validator(max_length = 64))]
    pub acceptance_no: String,
    /// The inspection, or what was kept beyond it.
    pub kind: AcceptanceKind,
    /// The day.
    pub accepted_on: CivilDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Its lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<AcceptanceLineBody>,
    /// The buyer's words to it.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
}

impl From<FullAcceptance> for AcceptanceBody {
    fn from(full: FullAcceptance) -> Self {
        let rejected_of = |no: i32| {
            let own = full.rejected.iter().filter(|row| row.no == no);
            own.map(|row| RejectedBody {
                reason: row.reason,
                quantity: row.quantity,
            })
            .collect()
        };
        let line = |row: &entity::tables::acceptance_lines::Model| AcceptanceLineBody {
            no: row.shipment_line_no,
            accepted: row.quantity,
            amount: row.amount,
            rejected: rejected_of(row.no),
        };
        Self {
            id: full.acceptance.id,
            lines: full.lines.iter().map(line).collect(),
            note: full.note,
            acceptance_no: full.acceptance.acceptance_no,
            kind: full.acceptance.kind,
            accepted_on: full.acceptance.accepted_on,
            recorded_at: full.acceptance.recorded_at,
        }
    }
}

/// A shipment with what was accepted of it.
#[derive(Clone, Debug, Object)]
pub struct ShipmentBody {
    /// Id.
    pub id: ShipmentId,
    /// The number people use.
    #[oai(validator(max_length = 64))]
    pub shipment_no: String,
    /// The order.
    pub order_id: OrderId,
    /// The order's number.
    #[oai(validator(max_length = 40))]
    pub order_no: String,
    /// The buyer's own number for the order.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// The import that booked it; null of goods that were shipped here.
    #[oai(nullable)]
    pub import_id: Option<ImportId>,
    /// The buyer.
    pub buyer: PartyBody,
    /// The supplier.
    pub supplier: PartyBody,
    /// State.
    pub status: ShipmentState,
    /// Whether it takes the place of what was rejected or returned.
    pub replacement: bool,
    /// Who carries it.
    #[oai(nullable, validator(max_length = 120))]
    pub carrier: Option<String>,
    /// The vehicle's plate.
    #[oai(nullable, validator(max_length = 20))]
    pub plate: Option<String>,
    /// The day of dispatch.
    pub dispatched_on: CivilDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// When it was at the site.
    #[oai(nullable)]
    pub arrived_at: Option<DateTime<Utc>>,
    /// When it was inspected.
    #[oai(nullable)]
    pub inspected_at: Option<DateTime<Utc>>,
    /// Row version, as in `ETag`.
    #[oai(validator(minimum(value = "1")))]
    pub version: i64,
    /// Its lines.
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<ShipmentLineBody>,
    /// The inspection first, then what was kept beyond it.
    #[oai(validator(max_items = 200))]
    pub acceptances: Vec<AcceptanceBody>,
    /// The supplier's words to it.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
}

impl From<FullShipment> for ShipmentBody {
    fn from(full: FullShipment) -> Self {
        let s = full.shipment;
        let line = |row: &entity::tables::shipment_lines::Model| {
            let goods = full.goods.get(&row.order_line_id)?;
            Some(ShipmentLineBody {
                no: row.no,
                line_no: goods.line_no,
                order_line_id: row.order_line_id,
                sku: goods.sku.clone(),
                name: goods.name.clone(),
                unit: goods.unit.clone(),
                quantity: row.units,
                price_unit: goods.price_unit.clone(),
                priced_quantity: row.quantity,
                amount: row.amount,
                weight_confirmed: row.weight_confirmed,
            })
        };
        Self {
            lines: full.lines.iter().filter_map(line).collect(),
            note: full.note,
            id: s.id,
            shipment_no: s.shipment_no,
            order_id: s.order_id,
            order_no: full.order_no,
            external_order_no: full.external_order_no,
            import_id: s.import_id,
            buyer: PartyBody {
                id: s.buyer_id,
                name: full.buyer_name,
            },
            supplier: PartyBody {
                id: s.supplier_id,
                name: full.supplier_name,
            },
            status: s.state,
            replacement: s.replacement,
            carrier: s.carrier,
            plate: s.plate,
            dispatched_on: s.dispatched_on,
            recorded_at: s.recorded_at,
            arrived_at: s.arrived_at,
            inspected_at: s.inspected_at,
            // A surplus does not move the shipment's own row, but changes what is shown of it.
            version: s.version + i64::try_from(full.acceptances.len()).unwrap_or(0),
            acceptances: full.acceptances.into_iter().map(Into::into).collect(),
        }
    }
}

crate::page! {
    /// Shipments, newest first.
    ShipmentPage of ShipmentBody
}
