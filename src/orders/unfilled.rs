//! Orders that can no longer be filled: a stocktaking found less than they hold. Pure.

use entity::{CivilDate, OrderId, OrganisationId, Quantity};

/// A line that waits at a place for what it holds there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) order: OrderId,
    pub(super) order_no: String,
    pub(super) line_no: i32,
    pub(super) buyer: OrganisationId,
    pub(super) buyer_name: String,
    pub(super) deliver_on: CivilDate,
    /// Units still to be sent.
    pub(super) open: Quantity,
}

/// A line that cannot be sent whole, and how much of it is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unfilled {
    pub(super) line: Waiting,
    pub(super) missing: Quantity,
}

/// Which lines what lies there does not reach: whoever waits for an earlier day comes first, then whoever ordered first.
/// What is missing of all of them is what is owed.
pub(super) fn unfilled(on_hand: Quantity, mut waiting: Vec<Waiting>) -> Vec<Unfilled> {
    waiting.sort_by_key(|line| (line.deliver_on, line.order, line.line_no));
    let mut left = on_hand.thousandths();
    let mut short = Vec::new();
    for line in waiting {
        let given = line.open.thousandths().min(left);
        left -= given;
        let missing = line.open.thousandths() - given;
        if missing > 0 {
            short.push(Unfilled {
                line,
                missing: Quantity::from_thousandths(missing),
            });
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(day: &str, open: i64) -> Waiting {
        Waiting {
            order: OrderId::new(),
            order_no: day.to_owned(),
            line_no: 1,
            buyer: OrganisationId::new(),
            buyer_name: "白蒲小学".to_owned(),
            deliver_on: day.parse().unwrap(),
            open: Quantity::from_thousandths(open),
        }
    }

    #[test]
    fn the_earliest_day_is_filled_first_and_what_is_missing_is_what_is_owed() {
        let lines = vec![
            waiting("2026-12-03", 4_000),
            waiting("2026-12-01", 5_000),
            waiting("2026-12-02", 3_000),
        ];
        let short = unfilled(Quantity::from_thousandths(6_000), lines);
        let told: Vec<_> = short
            .iter()
            .map(|one| (one.line.order_no.as_str(), one.missing.to_string()))
            .collect();
        assert_eq!(told, [("2026-12-02", "2".to_owned()), ("2026-12-03", "4".to_owned())]);
    }
}
