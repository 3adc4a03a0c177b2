//! The unchanging content of shipments, acceptances and returns as text, whose hash their entry carries: a recount
//! holds the rows to it. Columns with `|` between, `-` for none, a newline after each row.

use entity::tables::{acceptance_lines, acceptances, rejections, return_lines, returns, shipment_lines, shipments};
use sha2::{Digest, Sha256};
use std::fmt::{Display, Write as _};

fn maybe<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// Ends a line, with the bound that held where there was one.
fn end_with(text: &mut String, bound: Option<entity::Quantity>) {
    // Writing to a string cannot fail.
    let _ = match bound {
        Some(bound) => writeln!(text, "|{}", bound.thousandths()),
        None => writeln!(text),
    };
}

/// SHA-256 of a text.
#[must_use]
pub fn hash_of(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// A shipment with its lines.
#[must_use]
pub fn shipment_text(s: &shipments::Model, lines: &[shipment_lines::Model]) -> String {
    let mut text = format!(
        "{}|{}|{}|{}|{}|{}|{}|{}\n",
        s.id,
        s.shipment_no,
        s.order_id,
        s.buyer_id,
        s.supplier_id,
        i32::from(s.replacement),
        s.dispatched_on,
        maybe(s.import_id)
    );
    for l in lines {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{}|{}|{}|{}|{}|{}|{}",
            l.no,
            l.order_line_id,
            l.place_id,
            l.product_id,
            l.units.thousandths(),
            l.quantity.thousandths(),
            l.amount.fen()
        );
        // Said only where it is so, so that hashes of before still hold.
        if l.again {
            text.push_str("|again");
        }
        if let Some(bound) = l.bound_permille {
            let _ = write!(text, "|{bound}|{}", i32::from(l.weight_confirmed));
        }
        text.push('\n');
    }
    text
}

/// An acceptance with its lines and what was rejected.
#[must_use]
pub fn acceptance_text(a: &acceptances::Model, lines: &[acceptance_lines::Model], rejected: &[rejections::Model]) -> String {
    let mut text = format!(
        "{}|{}|{}|{}|{}|{}|{}|{}\n",
        a.id,
        a.acceptance_no,
        a.kind,
        a.shipment_id,
        a.order_id,
        a.accepted_on,
        a.accepted_by,
        maybe(a.import_id)
    );
    for l in lines {
        let _ = write!(
            text,
            "{}|{}|{}|{}|{}|{}",
            l.no,
            l.order_line_id,
            l.shipment_line_no,
            l.quantity.thousandths(),
            l.rejected.thousandths(),
            l.amount.fen()
        );
        end_with(&mut text, l.most);
    }
    for r in rejected {
        let _ = writeln!(text, "{}|{}|{}", r.no, r.reason, r.quantity.thousandths());
    }
    text
}

/// A return with its lines.
#[must_use]
pub fn return_text(r: &returns::Model, lines: &[return_lines::Model]) -> String {
    let mut text = format!(
        "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n",
        r.id,
        r.return_no,
        maybe(r.order_id),
        r.buyer_id,
        r.supplier_id,
        r.channel,
        r.fund_source,
        r.mode,
        r.town_code,
        maybe(r.department_id),
        r.returned_on,
        maybe(r.import_id)
    );
    for l in lines {
        let _ = write!(
            text,
            "{}|{}|{}|{}|{}|{}|{}|{}|",
            l.no,
            l.id,
            maybe(l.order_line_id),
            l.product_id,
            l.place_id,
            l.category_code,
            l.origin_code,
            maybe(l.net_weight_grams.map(entity::Grams::grams))
        );
        let _ = write!(
            text,
            "{}|{}|{}|{}|{}|{}|{}|{}",
            l.price.ten_thousandths(),
            i32::from(l.own_price),
            i32::from(l.origin_unknown),
            l.quantity.thousandths(),
            l.units.thousandths(),
            l.amount.fen(),
            l.reason,
            l.fate
        );
        end_with(&mut text, l.most_units);
    }
    text
}
