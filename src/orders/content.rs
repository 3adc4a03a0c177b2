//! The unchanging content of an order as one text, whose hash its first entry carries: an auditor's recount holds the
//! rows to it, so that no line can be edited afterwards without being named.

use crate::organisations::Site;
use entity::PriceSource;
use entity::tables::{order_groups, order_lines, orders};
use sha2::{Digest, Sha256};
use std::fmt::{Display, Write as _};

/// SHA-256 over the columns that never change: the order's on the first line, then a line for each of its lines;
/// `|` between, `-` for none.
pub fn content_hash(group: &order_groups::Model, order: &orders::Model, site: Option<&Site>, lines: &[order_lines::Model]) -> [u8; 32] {
    let mut text = String::with_capacity(256 + lines.len() * 320);
    let o = order;
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "{}|{}|{}|{}|",
        o.id,
        o.group_id,
        maybe(group.external_order_no.as_deref()),
        hex::encode(&group.content_hash)
    );
    let _ = write!(text, "{}|{}|{}|{}|", o.order_no, o.buyer_id, o.supplier_id, maybe(o.site_id));
    let _ = write!(
        text,
        "{}|{}|{}|{}|{}|",
        o.channel,
        o.fund_source,
        o.mode,
        o.town_code,
        maybe(o.department_id)
    );
    let _ = write!(text, "{}|", o.on_short);
    let _ = write!(
        text,
        "{}|{}|{}|{}|{}|{}",
        o.deliver_on,
        o.amount.fen(),
        o.line_count,
        o.placed_by,
        o.placed_at.timestamp_micros(),
        o.placed_on
    );
    // The site as it was, where the order names it so: hashes of orders of before still hold.
    if let Some((site, version)) = site.zip(o.site_version) {
        let _ = write!(
            text,
            "|{version}|{}|{}|{}|{}",
            site.name, site.address, site.town_code, site.receiving_hours
        );
    }
    text.push('\n');
    lines.iter().for_each(|line| write_line(&mut text, line));
    Sha256::digest(text.as_bytes()).into()
}

/// A line for a line of the order.
fn write_line(text: &mut String, l: &order_lines::Model) {
    let grams = maybe(l.net_weight_grams.map(entity::Grams::grams));
    let _ = write!(
        text,
        "{}|{}|{}|{}|{}|{}|{}|{}|",
        l.line_no, l.id, l.product_id, l.offer_id, l.place_id, l.sku, l.name, l.unit
    );
    let _ = write!(
        text,
        "{}|{}|{}|{}|{}|{}|",
        l.pack, grams, l.category_code, l.origin_code, l.vat_class, l.line_kind
    );
    let _ = write!(
        text,
        "{}|{}|{}|",
        maybe(l.price_unit.as_deref()),
        maybe(l.content.map(entity::Quantity::thousandths)),
        l.tolerance_permille
    );
    let _ = write!(
        text,
        "{}|{}|{}",
        l.price.ten_thousandths(),
        l.quantity.thousandths(),
        l.amount.fen()
    );
    // Said only where it is not the usual, so that hashes of before still hold.
    if l.price_source != PriceSource::Offer {
        let _ = write!(text, "|{}|{}", l.price_source, maybe(l.agreement_id));
    }
    text.push('\n');
}

fn maybe<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
