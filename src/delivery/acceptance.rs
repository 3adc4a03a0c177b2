//! The rules of inspecting a line: what is accepted and what is rejected must be all that was sent, within the goods'
//! tolerance. Pure.

use crate::http::fault::Fault;
use crate::orders::position::Terms;
use chrono::{DateTime, Utc};
use entity::{AcceptanceId, Quantity, RejectReason, ShipmentState};

/// What an inspection says of a line of a shipment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Accepted, in price units.
    pub accepted: Quantity,
    /// Rejected, in price units, by reason.
    pub rejected: Vec<(RejectReason, Quantity)>,
}

impl Inspected {
    /// Rejected in all.
    #[must_use]
    pub fn rejected_in_all(&self) -> Quantity {
        let sum = self
            .rejected
            .iter()
            .map(|(_, quantity)| quantity.thousandths())
            .fold(0_i64, i64::saturating_add);
        Quantity::from_thousandths(sum)
    }
}

/// Holds an inspection against what was sent: what is told of, or all that is not rejected where nothing is told of.
pub fn inspect(
    terms: &Terms,
    sent: Quantity,
    accepted: Option<Quantity>,
    rejected: &[(RejectReason, Quantity)],
) -> Result<Inspected, Fault> {
    for (at, (reason, quantity)) in rejected.iter().enumerate() {
        if *quantity <= Quantity::ZERO {
            return Err(Fault::of("quantity_not_positive").at(format!("/rejected/{at}/quantity")));
        }
        if rejected.iter().take(at).any(|(other, _)| other == reason) {
            return Err(Fault::of("reason_twice")
                .at(format!("/rejected/{at}/reason"))
                .with("reason", reason));
        }
    }
    let mut inspected = Inspected {
        accepted: Quantity::ZERO,
        rejected: rejected.to_vec(),
    };
    let gone = inspected.rejected_in_all();
    let rest = Quantity::from_thousandths(sent.thousandths() - gone.thousandths());
    inspected.accepted = accepted.unwrap_or(rest.max(Quantity::ZERO));
    let total = Quantity::from_thousandths(inspected.accepted.thousandths().saturating_add(gone.thousandths()));
    let (least, most) = (terms.least_of(sent), terms.most_of(sent));
    if total > most {
        return Err(Fault::of("above_tolerance")
            .at("/accepted")
            .with("told", total)
            .with("most", most)
            .with("sent", sent));
    }
    if total < least {
        let missing = Quantity::from_thousandths(sent.thousandths() - total.thousandths());
        return Err(Fault::of("inspection_incomplete")
            .at("/accepted")
            .with("missing", missing)
            .with("sent", sent));
    }
    Ok(inspected)
}

/// What an inspection makes of a shipment.
#[must_use]
pub fn outcome(lines: &[Inspected]) -> super::shipment::ShipmentAction {
    use super::shipment::ShipmentAction as A;
    let none_rejected = lines.iter().all(|line| line.rejected.is_empty());
    let none_accepted = lines.iter().all(|line| line.accepted == Quantity::ZERO);
    match (none_rejected, none_accepted) {
        (_, true) => A::RejectAll,
        (true, false) => A::AcceptAll,
        (false, false) => A::AcceptPart,
    }
}

/// Whether a shipment has been inspected.
#[must_use]
pub fn is_inspected(state: ShipmentState) -> bool {
    matches!(
        state,
        ShipmentState::Accepted | ShipmentState::PartlyAccepted | ShipmentState::Rejected
    )
}

/// The number people use.
#[must_use]
pub fn acceptance_no(id: AcceptanceId, at: DateTime<Utc>) -> String {
    format!("A{}", crate::orders::order_no(entity::OrderId::from_uuid(id.uuid()), at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use entity::UnitPrice;

    fn terms(tolerance_permille: i32) -> Terms {
        Terms {
            units: Quantity::from_thousandths(10_000),
            price: UnitPrice::from_ten_thousandths(10_000).unwrap(),
            content: None,
            grams: None,
            tolerance_permille,
        }
    }

    fn q(thousandths: i64) -> Quantity {
        Quantity::from_thousandths(thousandths)
    }

    fn slug(tolerance: i32, accepted: Option<i64>, rejected: &[(RejectReason, Quantity)]) -> Option<&'static str> {
        let told = inspect(&terms(tolerance), q(10_000), accepted.map(q), rejected);
        told.err().map(|fault| fault.slug())
    }

    #[test]
    fn all_that_was_sent_must_be_accounted_for() {
        let short = [(RejectReason::Short, q(400))];
        assert_eq!(slug(0, None, &[]), None);
        assert_eq!(slug(0, Some(10_000), &[]), None);
        assert_eq!(slug(0, Some(9_999), &[]), Some("inspection_incomplete"));
        assert_eq!(slug(0, Some(9_600), &short), None);
        assert_eq!(slug(0, Some(9_601), &short), Some("above_tolerance"));
        assert_eq!(slug(20, Some(9_801), &[]), None, "the scales differ by less than the tolerance");
        assert_eq!(slug(20, Some(9_799), &[]), Some("inspection_incomplete"));
        assert_eq!(slug(20, Some(10_200), &[]), None);
        assert_eq!(slug(20, Some(10_201), &[]), Some("above_tolerance"));
        let twice = [(RejectReason::Short, q(1)), (RejectReason::Short, q(1))];
        assert_eq!(slug(0, None, &twice), Some("reason_twice"));
        assert_eq!(slug(0, None, &[(RejectReason::Mouldy, q(0))]), Some("quantity_not_positive"));
        assert_eq!(slug(0, None, &[(RejectReason::Mouldy, q(10_001))]), Some("above_tolerance"));
    }
}
