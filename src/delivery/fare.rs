//! What becomes of freight at an inspection: it follows the goods of its order, be they on its own shipment or on another.

use super::store;
use crate::journal::Turn;
use crate::orders::OpenOrder;
use entity::tables::{shipment_lines, shipments};
use entity::{Money, Quantity, RejectReason};
use sea_orm::DbErr;

/// The number of a line that is on another shipment: freight that waited for goods to come.
pub(crate) const ELSEWHERE: i32 = 0;

/// Whether goods of an order have come without its freight, and whether some are still on their way.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Goods {
    came: bool,
    coming: bool,
}

impl Goods {
    /// What is known before a shipment is inspected. Freight that waited for goods since its own shipment was rejected
    /// whole joins the lines that are looked at. Asks nothing of an order whose freight is settled, or that has none.
    pub(super) async fn of(
        turn: &Turn,
        open: &OpenOrder,
        shipment: &shipments::Model,
        lines: &mut Vec<shipment_lines::Model>,
    ) -> Result<Self, DbErr> {
        let waits = open.lines.iter().find_map(|line| {
            let p = &line.position;
            let rest = p.shipped.thousandths() - p.accepted.thousandths() - p.rejected.thousandths();
            (line.is_freight() && rest > 0).then_some((line, Quantity::from_thousandths(rest)))
        });
        let Some((freight, rest)) = waits else { return Ok(Self::default()) };
        let others = store::under_way_beside(turn.tx(), shipment).await?;
        let carried = store::lines_of(turn.tx(), &others).await?;
        let is_freight = |line: &shipment_lines::Model| line.order_line_id == freight.row.id;
        if !lines.iter().any(is_freight) && !carried.iter().any(is_freight) {
            lines.push(shipment_lines::Model {
                shipment_id: shipment.id,
                no: ELSEWHERE,
                order_line_id: freight.row.id,
                place_id: freight.row.place_id,
                product_id: freight.row.product_id,
                units: rest,
                quantity: rest,
                amount: Money::ZERO,
                again: false,
                bound_permille: None,
                weight_confirmed: false,
            });
        }
        let came = |line: &crate::orders::OpenLine| !line.is_freight() && line.position.net() > Quantity::ZERO;
        Ok(Self {
            came: open.lines.iter().any(came),
            coming: !others.is_empty(),
        })
    }

    /// What of freight is rejected: nothing where goods are accepted, here or before; all of it, for the first of their
    /// reasons, where all were rejected. None where it waits for goods that are still on their way.
    pub(super) fn freight(
        self,
        accepted_here: bool,
        first: Option<RejectReason>,
        freight: Quantity,
    ) -> Option<Vec<(RejectReason, Quantity)>> {
        if self.came || accepted_here {
            return Some(Vec::new());
        }
        if self.coming {
            return None;
        }
        Some(first.map(|reason| (reason, freight)).into_iter().collect())
    }
}
