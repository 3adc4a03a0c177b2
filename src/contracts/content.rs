//! What two sides have agreed on as one text, whose hash the entry of the agreement carries: no term can be edited
//! afterwards without being named by a recount.

use super::contract::Contract;
use crate::journal::Hash;
use entity::{Money, Quantity};
use sha2::{Digest, Sha256};
use std::fmt::{Display, Write as _};

/// SHA-256 over the columns that never change once it is in force: its own on the first line, then its buyers, then its
/// goods; `|` between, `-` for none.
pub(super) fn content_hash(contract: &Contract) -> Hash {
    let (c, t) = (contract, &contract.terms);
    let mut text = String::with_capacity(256 + t.goods.len() * 128);
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
        c.id,
        c.contract_no,
        c.supplier_id,
        c.buyer_id,
        c.drafted_by,
        t.from,
        t.to,
        t.cap.fen(),
        t.freight,
        maybe(t.freight_fee.map(|(product, _)| product)),
        maybe(t.freight_fee.map(|(_, fee)| fee).map(Money::fen)),
    );
    for buyer in &c.buyers {
        let _ = writeln!(text, "{}|{}|{}", buyer.id, buyer.town_code, maybe(buyer.department));
    }
    for (no, good) in (1..).zip(&t.goods) {
        let units = |quantity: Option<Quantity>| maybe(quantity.map(Quantity::thousandths));
        let _ = writeln!(
            text,
            "{no}|{}|{}|{}|{}|{}",
            good.product,
            good.price.ten_thousandths(),
            units(good.least),
            units(good.step),
            units(good.most)
        );
    }
    Sha256::digest(text.as_bytes()).into()
}

fn maybe<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
