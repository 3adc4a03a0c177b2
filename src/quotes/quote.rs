//! A quote: its states, and how long it may hold.

use entity::tables::{quote_lines, quotes};
use entity::{CivilDate, QuoteState};

/// The most lines of a quote.
pub const MOST_LINES: usize = 200;
/// The last day of a kept quote, days from today.
pub const LONGEST_KEPT_DAYS: i64 = 30;
/// The last day of an answer to an inquiry, days from the last day for answers.
pub const LONGEST_ANSWER_DAYS: i64 = 180;

/// A quote with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The quote.
    pub row: quotes::Model,
    /// Its lines, by their number.
    pub lines: Vec<quote_lines::Model>,
}

/// What can become of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The buyer chooses it among the answers.
    Choose,
    /// The buyer chooses another, or none.
    PassOver,
    /// An order is placed by it.
    Use,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Choose, Self::PassOver, Self::Use];
}

/// The transition table: where an action leads from a state; `None` where it may not be done.
#[must_use]
pub fn next_state(from: QuoteState, action: Action) -> Option<QuoteState> {
    match (from, action) {
        (QuoteState::Given, Action::Choose) => Some(QuoteState::Open),
        (QuoteState::Given, Action::PassOver) => Some(QuoteState::NotChosen),
        (QuoteState::Open, Action::Use) => Some(QuoteState::Used),
        (QuoteState::Given, Action::Use)
        | (QuoteState::Open, Action::Choose | Action::PassOver)
        | (QuoteState::Used | QuoteState::NotChosen, Action::Choose | Action::PassOver | Action::Use) => None,
    }
}

/// Whether prices still hold on a day, which is what *valid* means while a quote is open.
#[must_use]
pub fn holds_on(quote: &quotes::Model, day: CivilDate) -> bool {
    day <= quote.valid_until
}

/// The last day until which an offer promises its price, as seen today: its own last day, or, for one without, as many days
/// as the supplier announces new prices ahead; 30 days at most. A quote that is kept holds the supplier to no more than
/// that: for a longer one the supplier is asked.
#[must_use]
pub fn promised_until(last_day: Option<CivilDate>, notice_days: i32, today: CivilDate) -> CivilDate {
    let later = |days: i64| today.checked_add_days(days).unwrap_or(CivilDate::MAX);
    let promised = last_day.unwrap_or_else(|| later(i64::from(notice_days)));
    promised.min(later(LONGEST_KEPT_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_action_is_decided() {
        let allowed: Vec<_> = QuoteState::ALL
            .iter()
            .flat_map(|state| Action::ALL.map(|action| (*state, action)))
            .filter_map(|(state, action)| next_state(state, action).map(|to| (state.as_str(), action, to.as_str())))
            .collect();
        let expected = [
            ("given", Action::Choose, "open"),
            ("given", Action::PassOver, "not_chosen"),
            ("open", Action::Use, "used"),
        ];
        assert_eq!(allowed, expected);
    }

    #[test]
    fn a_price_is_promised_as_long_as_the_supplier_has_said() {
        let day = |text: &str| text.parse::<CivilDate>().unwrap();
        let today = day("2026-11-23");
        assert_eq!(promised_until(Some(day("2026-11-30")), 7, today), day("2026-11-30"));
        assert_eq!(promised_until(None, 7, today), day("2026-11-30"), "as announced");
        assert_eq!(promised_until(None, 0, today), today);
        assert_eq!(
            promised_until(Some(day("2027-12-31")), 7, today),
            day("2026-12-23"),
            "30 days at most"
        );
        assert_eq!(promised_until(None, 365, today), day("2026-12-23"));
    }
}
