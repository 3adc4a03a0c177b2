//! The answers to an inquiry side by side: by line and in total, the cheapest marked, the same every time.

use super::inquiry::Inquiry;
use super::quote::{Quote, holds_on};
use entity::{CivilDate, Money, QuoteId};

/// An answer as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The quote.
    pub id: QuoteId,
    /// Whether it answers every line.
    pub complete: bool,
    /// Whether it is delivered by the day that was asked for.
    pub in_time: bool,
    /// Whether it still holds.
    pub valid: bool,
    /// Whether no other that is complete and holds costs less, freight included.
    pub cheapest: bool,
}

/// An answer to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineAnswer {
    /// The quote.
    pub id: QuoteId,
    /// The place of its line in it.
    pub at: usize,
    /// Whether no other answer to the line costs less.
    pub cheapest: bool,
}

/// The answers side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// As a whole: complete ones first, then by what they cost, then by who answered first.
    pub quotes: Vec<Compared>,
    /// For each line of the inquiry, by what it costs, then by who answered first.
    pub lines: Vec<(i32, Vec<LineAnswer>)>,
}

/// Puts the answers side by side, as of a day. Of answers that cost the same all are the cheapest.
#[must_use]
pub fn compare(inquiry: &Inquiry, quotes: &[Quote], today: CivilDate) -> Comparison {
    let mut sorted: Vec<&Quote> = quotes.iter().collect();
    let complete = |quote: &Quote| quote.lines.len() == inquiry.lines.len();
    sorted.sort_by_key(|quote| (!complete(quote), quote.row.total, quote.row.id));
    let fit = |quote: &Quote| complete(quote) && holds_on(&quote.row, today);
    let least: Option<Money> = sorted.iter().filter(|quote| fit(quote)).map(|quote| quote.row.total).min();
    let whole = sorted.iter().map(|quote| Compared {
        id: quote.row.id,
        complete: complete(quote),
        in_time: quote.row.deliver_on <= inquiry.row.deliver_by,
        valid: holds_on(&quote.row, today),
        cheapest: fit(quote) && Some(quote.row.total) == least,
    });
    Comparison {
        quotes: whole.collect(),
        lines: inquiry
            .lines
            .iter()
            .map(|line| (line.line_no, of_line(line.line_no, quotes)))
            .collect(),
    }
}

fn of_line(line_no: i32, quotes: &[Quote]) -> Vec<LineAnswer> {
    let mut found: Vec<(Money, QuoteId, usize)> = Vec::new();
    for quote in quotes {
        let at = quote.lines.iter().position(|line| line.answers_line == Some(line_no));
        let line = at.and_then(|at| quote.lines.get(at).map(|line| (line.amount, quote.row.id, at)));
        found.extend(line);
    }
    found.sort_unstable();
    let least = found.first().map(|(amount, ..)| *amount);
    let answer = |(amount, id, at): (Money, QuoteId, usize)| LineAnswer {
        id,
        at,
        cheapest: Some(amount) == least,
    };
    found.into_iter().map(answer).collect()
}
