//! What all rows of a document share: its time, its parties, its channel and its money.

use super::cell::Cells;
use super::document::{Around, Heading};
use super::party::party_of;
use super::row::Row;
use crate::http::fault::Fault;
use crate::organisations::Party;
use crate::organisations::kind::mode_of;
use chrono::{DateTime, Utc};
use entity::{Called, Channel, FundSource, OrganisationId, Role, shanghai_date};
use std::fmt::Display;
use std::str::FromStr;

/// Reads it; a row that says otherwise than the first is at fault.
pub fn read_heading(own: &[(usize, &Row)], seller: Option<OrganisationId>, around: &Around, cells: &mut Cells) -> Option<Heading> {
    let (first, row) = own.first()?;
    check_same(own, cells);
    let at = earliest(own, around, cells);
    cells.at_row(*first);
    let buyer = party_of("buyer", row.buyer.as_deref(), buys, around, cells)?;
    cells.check(buys(buyer.role()), "buyer", || {
        Fault::of("import_party_role").with("role", buyer.role())
    });
    let supplier_id = match row.supplier.as_deref().filter(|text| !text.trim().is_empty()) {
        None => seller?,
        given => {
            let supplier = party_of("supplier", given, sells, around, cells)?;
            cells.check(sells(supplier.role()), "supplier", || {
                Fault::of("import_party_role").with("role", supplier.role())
            });
            supplier.id
        }
    };
    let (channel, fund_source) = read_money(row, buyer, cells)?;
    let at = at?;
    // A document from before the buyer's first membership belongs where the buyer first belonged.
    let membership = buyer.membership_on(shanghai_date(at)).or(buyer.memberships().first());
    cells.check(membership.is_some(), "buyer", || Fault::of("import_buyer_without_town"));
    let membership = membership?;
    Some(Heading {
        at,
        buyer_id: buyer.id,
        supplier_id,
        town_code: membership.town_code.clone(),
        department_id: membership.department_id,
        channel,
        fund_source,
        mode: mode_of(buyer.kind),
    })
}

fn buys(role: Role) -> bool {
    matches!(role, Role::Buyer | Role::Retailer)
}

fn sells(role: Role) -> bool {
    role == Role::Supplier
}

/// Channel and fund source, each one that the buyer may use.
fn read_money(row: &Row, buyer: &Party, cells: &mut Cells) -> Option<(Channel, FundSource)> {
    let channel = read_word(cells, "channel", row.channel.as_deref(), Channel::ALL, |named| buyer.channel(named));
    let named = row.fund_source.as_deref();
    let fund_source = read_word(cells, "fund_source", named, FundSource::ALL, |named| buyer.fund_source(named));
    channel.zip(fund_source)
}

/// The word of a column, or what stands for it where the column is empty.
fn read_word<T: Called + Display + FromStr>(
    cells: &mut Cells,
    column: &'static str,
    text: Option<&str>,
    all: &[T],
    settle: impl FnOnce(Option<T>) -> Result<T, Fault>,
) -> Option<T> {
    let named = match text.filter(|text| !text.trim().is_empty()) {
        Some(_) => Some(cells.word(column, text, None, all)?),
        None => None,
    };
    let is_named = named.is_some();
    match settle(named) {
        Ok(value) => Some(value),
        // Nothing is said and nothing stands for it: the cell is missing.
        Err(_) if !is_named => cells.text(column, None).and(None),
        Err(fault) => {
            cells.check(false, column, || fault);
            None
        }
    }
}

/// The earliest time of its rows, which all lie on one day.
fn earliest(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<DateTime<Utc>> {
    let mut earliest: Option<DateTime<Utc>> = None;
    for (at, row) in own {
        cells.at_row(*at);
        // A row whose own time is wrong tells nothing of the others.
        let Some(time) = cells.instant("at", row.at.as_deref(), None, around.now) else {
            continue;
        };
        let same = earliest.is_none_or(|known| shanghai_date(known) == shanghai_date(time));
        cells.check(same, "at", || Fault::of("import_rows_differ").with("column", "at"));
        earliest = Some(earliest.map_or(time, |known| known.min(time)));
    }
    earliest
}

fn check_same(own: &[(usize, &Row)], cells: &mut Cells) {
    let Some((_, first)) = own.first() else { return };
    for (at, row) in own.iter().skip(1) {
        cells.at_row(*at);
        for (column, one, other) in [
            ("buyer", &row.buyer, &first.buyer),
            ("supplier", &row.supplier, &first.supplier),
            ("channel", &row.channel, &first.channel),
            ("fund_source", &row.fund_source, &first.fund_source),
            ("shipped_at", &row.shipped_at, &first.shipped_at),
            ("accepted_at", &row.accepted_at, &first.accepted_at),
        ] {
            cells.check(one == other, column, || Fault::of("import_rows_differ").with("column", column));
        }
    }
}
