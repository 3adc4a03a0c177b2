//! A shipment's own axis, and its number.

use chrono::{DateTime, Utc};
use entity::{ShipmentId, ShipmentState};

/// What can be done to a shipment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShipmentAction {
    /// It is at the site.
    Arrive,
    /// It is inspected: all of it accepted.
    AcceptAll,
    /// It is inspected: part of it accepted.
    AcceptPart,
    /// It is inspected: nothing of it accepted.
    RejectAll,
    /// The import that booked it is undone.
    Undo,
}

impl ShipmentAction {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Arrive, Self::AcceptAll, Self::AcceptPart, Self::RejectAll, Self::Undo];
}

/// The transition table: where an action leads from a state; `None` where it may not be done.
#[must_use]
pub fn next_state(from: ShipmentState, action: ShipmentAction) -> Option<ShipmentState> {
    use ShipmentAction as A;
    use ShipmentState as S;
    match (from, action) {
        (S::Shipped, A::Arrive) => Some(S::Arrived),
        (S::Shipped | S::Arrived, A::AcceptAll) => Some(S::Accepted),
        (S::Shipped | S::Arrived, A::AcceptPart) => Some(S::PartlyAccepted),
        (S::Shipped | S::Arrived, A::RejectAll) => Some(S::Rejected),
        (S::Planned | S::Shipped | S::Arrived | S::Accepted | S::PartlyAccepted | S::Rejected, A::Undo) => Some(S::Undone),
        (S::Planned | S::Arrived | S::Accepted | S::PartlyAccepted | S::Rejected | S::Undone, A::Arrive)
        | (S::Planned | S::Accepted | S::PartlyAccepted | S::Rejected | S::Undone, A::AcceptAll | A::AcceptPart | A::RejectAll)
        | (S::Undone, A::Undo) => None,
    }
}

/// The number people use: of the order number's form, with a letter for what it is before it.
#[must_use]
pub fn shipment_no(id: ShipmentId, at: DateTime<Utc>) -> String {
    format!("S{}", crate::orders::order_no(entity::OrderId::from_uuid(id.uuid()), at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_action_is_decided() {
        let allowed = ShipmentState::ALL
            .iter()
            .flat_map(|state| ShipmentAction::ALL.map(|action| next_state(*state, action)))
            .flatten()
            .count();
        assert_eq!(allowed, 13);
        assert_eq!(
            next_state(ShipmentState::Shipped, ShipmentAction::AcceptPart),
            Some(ShipmentState::PartlyAccepted)
        );
        assert_eq!(next_state(ShipmentState::Accepted, ShipmentAction::AcceptAll), None);
    }
}
