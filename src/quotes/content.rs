//! The unchanging content of a quote as text, whose hash its first entry carries: a recount holds the rows to it.
//! Columns with `|` between, `-` for none, a newline after each row.

use super::quote::Quote;
use sha2::{Digest, Sha256};
use std::fmt::{Display, Write as _};

fn maybe<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

/// SHA-256 of a quote with its lines.
#[must_use]
pub(super) fn content_hash(quote: &Quote) -> [u8; 32] {
    let q = &quote.row;
    let mut text = format!(
        "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}\n",
        q.id,
        q.origin,
        maybe(q.inquiry_id),
        q.buyer_id,
        q.supplier_id,
        q.channel,
        q.goods.fen(),
        q.freight.fen(),
        maybe(q.freight_product_id),
        q.total.fen(),
        q.deliver_on,
        q.valid_until,
        q.line_count,
        q.made_by
    );
    for l in &quote.lines {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
            l.line_no,
            maybe(l.answers_line),
            l.product_id,
            l.offer_id,
            l.sku,
            l.name,
            l.unit,
            l.quantity.thousandths(),
            l.price.ten_thousandths(),
            l.amount.fen()
        );
    }
    Sha256::digest(text.as_bytes()).into()
}
