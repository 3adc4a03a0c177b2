//! An order's own axis: its states, what moves it between them, and its number.

use chrono::{DateTime, Utc};
use entity::{OrderId, OrderState, shanghai_date};

/// What can be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The supplier says yes.
    Confirm,
    /// The supplier says no.
    Decline,
    /// The buyer takes it back; only while nothing is shipped.
    Cancel,
    /// Nothing is left to be sent, and all that was sent is inspected.
    Complete,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Confirm, Self::Decline, Self::Cancel, Self::Complete];
}

/// The transition table: where an action leads from a state; `None` where it may not be done.
#[must_use]
pub fn next_state(from: OrderState, action: Action) -> Option<OrderState> {
    match (from, action) {
        (OrderState::Placed, Action::Confirm) => Some(OrderState::Confirmed),
        (OrderState::Placed, Action::Decline) => Some(OrderState::Declined),
        (OrderState::Confirmed, Action::Complete) => Some(OrderState::Completed),
        (
            OrderState::Draft
            | OrderState::Submitted
            | OrderState::PendingApproval
            | OrderState::Approved
            | OrderState::ReturnedForChange
            | OrderState::Placed
            | OrderState::Confirmed,
            Action::Cancel,
        ) => Some(OrderState::Cancelled),
        (
            OrderState::Draft
            | OrderState::Submitted
            | OrderState::PendingApproval
            | OrderState::Approved
            | OrderState::ReturnedForChange
            | OrderState::Confirmed,
            Action::Confirm | Action::Decline,
        )
        | (
            OrderState::Draft
            | OrderState::Submitted
            | OrderState::PendingApproval
            | OrderState::Approved
            | OrderState::ReturnedForChange
            | OrderState::Placed,
            Action::Complete,
        )
        | (
            OrderState::Rejected | OrderState::Declined | OrderState::Completed | OrderState::Cancelled,
            Action::Confirm | Action::Decline | Action::Cancel | Action::Complete,
        ) => None,
    }
}

/// Letters that are not mistaken for digits when an order's number is read out.
const LETTERS: [u8; 24] = *b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The number people use: the day it was placed and twelve letters from the id. No counter row: a counter is a row
/// that every order waits for.
#[must_use]
pub fn order_no(id: OrderId, placed_at: DateTime<Utc>) -> String {
    let mut number = shanghai_date(placed_at).to_string().replace('-', "");
    // The id's last 74 bits are random; its first ones are the clock, which the date has said already.
    let mut random = id.uuid().as_u128() & ((1 << 62) - 1);
    for place in 0..12 {
        if place % 4 == 0 {
            number.push('-');
        }
        let letter = usize::try_from(random % 24)
            .ok()
            .and_then(|at| LETTERS.get(at))
            .copied()
            .unwrap_or(b'Z');
        number.push(char::from(letter));
        random /= 24;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_action_is_decided() {
        let allowed: Vec<_> = OrderState::ALL
            .iter()
            .flat_map(|state| Action::ALL.map(|action| (*state, action)))
            .filter_map(|(state, action)| next_state(state, action).map(|to| (state.as_str(), action, to.as_str())))
            .collect();
        assert_eq!(allowed.len(), 10, "{allowed:?}");
        assert!(allowed.contains(&("placed", Action::Confirm, "confirmed")));
        assert!(allowed.contains(&("confirmed", Action::Cancel, "cancelled")));
        assert!(
            !allowed
                .iter()
                .any(|(from, ..)| ["declined", "cancelled", "completed", "rejected"].contains(from))
        );
    }

    #[test]
    fn numbers_begin_with_the_day_in_shanghai() {
        let late: DateTime<Utc> = "2026-11-23T16:30:00Z".parse().unwrap();
        let number = order_no(OrderId::at(late), late);
        assert!(number.starts_with("20261124-"), "{number}");
        assert_eq!(number.len(), 23);
    }

    #[test]
    fn numbers_of_one_moment_differ() {
        let now: DateTime<Utc> = "2026-11-23T08:00:00Z".parse().unwrap();
        let numbers: std::collections::HashSet<_> = (0..10_000).map(|_| order_no(OrderId::at(now), now)).collect();
        assert_eq!(numbers.len(), 10_000);
    }
}
