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

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use entity::tables::{inquiries, inquiry_lines, quote_lines, quotes};
    use entity::{
        Channel, InquiryId, InquiryState, OfferId, OrganisationId, PersonId, ProductId, Quantity, QuoteOrigin, QuoteState, UnitPrice,
    };

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn an_inquiry(lines: i32) -> Inquiry {
        let id = InquiryId::new();
        let line = |line_no| inquiry_lines::Model {
            inquiry_id: id,
            line_no,
            wanted: "米".to_owned(),
            category_code: None,
            quantity: Quantity::ONE,
            unit: "kg".to_owned(),
            spec: None,
        };
        let row = inquiries::Model {
            id,
            buyer_id: OrganisationId::new(),
            town_code: "320682105".to_owned(),
            department_id: None,
            channel: Channel::SchoolCanteen,
            state: InquiryState::Open,
            deliver_by: day("2026-12-20"),
            answer_by: day("2026-12-01"),
            open_when_answered: false,
            chosen_quote_id: None,
            asked_by: PersonId::new(),
            created_at: DateTime::UNIX_EPOCH,
            ended_at: None,
            ended_on: None,
            version: 1,
        };
        Inquiry {
            row,
            lines: (1..=lines).map(line).collect(),
            asked: Vec::new(),
        }
    }

    /// A quote of these amounts in yuan, by line; its freight, and its last day.
    fn a_quote(amounts: &[(i32, i64)], freight: i64, valid_until: &str) -> Quote {
        let id = QuoteId::new();
        let yuan = |yuan: i64| Money::from_fen(yuan * 100);
        let goods: i64 = amounts.iter().map(|(_, amount)| amount).sum();
        let line = |(no, (line_no, amount)): (i32, &(i32, i64))| quote_lines::Model {
            quote_id: id,
            line_no: no,
            answers_line: Some(*line_no),
            product_id: ProductId::new(),
            offer_id: OfferId::new(),
            sku: "GR01".to_owned(),
            name: "米".to_owned(),
            unit: "kg".to_owned(),
            quantity: Quantity::ONE,
            price: UnitPrice::ZERO,
            amount: yuan(*amount),
        };
        let lines: Vec<_> = (1..).zip(amounts).map(line).collect();
        let row = quotes::Model {
            id,
            origin: QuoteOrigin::Answer,
            inquiry_id: None,
            buyer_id: OrganisationId::new(),
            town_code: "320682105".to_owned(),
            department_id: None,
            supplier_id: OrganisationId::new(),
            channel: Channel::SchoolCanteen,
            state: QuoteState::Given,
            goods: yuan(goods),
            freight: yuan(freight),
            freight_product_id: None,
            total: yuan(goods + freight),
            deliver_on: day("2026-12-20"),
            valid_until: day(valid_until),
            line_count: 1,
            made_by: PersonId::new(),
            made_at: DateTime::UNIX_EPOCH,
            used_at: None,
            order_group_id: None,
            version: 1,
        };
        Quote { row, lines }
    }

    #[test]
    fn the_cheapest_is_complete_and_still_holds_freight_included() {
        let inquiry = an_inquiry(2);
        let all = [
            a_quote(&[(1, 10)], 0, "2026-12-31"),
            a_quote(&[(1, 10), (2, 20)], 5, "2026-12-31"),
            a_quote(&[(1, 11), (2, 23)], 0, "2026-12-31"),
            a_quote(&[(1, 9), (2, 20)], 0, "2026-12-02"),
            a_quote(&[(1, 20), (2, 15)], 0, "2026-12-31"),
        ];
        for turns in 0..all.len() {
            let mut quotes = all.to_vec();
            quotes.rotate_left(turns);
            let found = compare(&inquiry, &quotes, day("2026-12-03"));
            let at = |id: QuoteId| all.iter().position(|quote| quote.row.id == id).unwrap();
            let order: Vec<(usize, bool)> = found.quotes.iter().map(|one| (at(one.id), one.cheapest)).collect();
            assert_eq!(
                order,
                [(3, false), (2, true), (1, false), (4, false), (0, false)],
                "the same in any order"
            );
            let first: Vec<(usize, bool)> = found.lines[0].1.iter().map(|one| (at(one.id), one.cheapest)).collect();
            assert_eq!(first, [(3, true), (0, false), (1, false), (2, false), (4, false)]);
            assert_eq!(found.lines[1].1.len(), 4, "what a quote leaves out is not compared");
        }
    }

    #[test]
    fn of_equal_ones_each_is_the_cheapest() {
        let inquiry = an_inquiry(1);
        let quotes = [
            a_quote(&[(1, 10)], 2, "2026-12-31"),
            a_quote(&[(1, 12)], 0, "2026-12-31"),
            a_quote(&[(1, 13)], 0, "2026-12-31"),
        ];
        let found = compare(&inquiry, &quotes, day("2026-12-03"));
        let cheapest: Vec<bool> = found.quotes.iter().map(|one| one.cheapest).collect();
        assert_eq!(cheapest, [true, true, false]);
    }
}
