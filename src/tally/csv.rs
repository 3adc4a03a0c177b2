//! A total as the table of before, whose last row is shorter than the others. [`super::file`] took its place.

use super::queries::{Sums, Total};
use crate::http::fault::Refusal;
use crate::sheets::guarded;
use entity::SignedQuantity;

/// Excel takes a file for UTF-8 only when it begins with this.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One row a group, the total last, then what it counts up to.
pub(super) fn table(total: &Total) -> Result<String, Refusal> {
    let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let by: Vec<&str> = total
        .groups
        .first()
        .map(|group| group.keys.iter().map(|(dimension, _)| dimension.as_str()).collect())
        .unwrap_or_default();
    let mut head: Vec<String> = by
        .iter()
        .flat_map(|word| [format!("{word}_code"), format!("{word}_name")])
        .collect();
    head.extend(["amount_yuan", "quantity_kg", "quantity", "weighed_lines", "lines"].map(str::to_owned));
    put(&mut writer, &head)?;
    for group in &total.groups {
        let mut row: Vec<String> = group
            .keys
            .iter()
            .flat_map(|(_, named)| [guarded(&named.code), guarded(&named.name)].map(std::borrow::Cow::into_owned))
            .collect();
        row.extend(figures(&group.sums));
        put(&mut writer, &row)?;
    }
    let mut last = vec![String::new(); by.len() * 2];
    if let Some(first) = last.first_mut() {
        "total".clone_into(first);
    }
    last.extend(figures(&total.total));
    put(&mut writer, &last)?;
    let as_of = &total.as_of;
    put(
        &mut writer,
        &[format!(
            "as_of sequence={} at={} hash={}",
            as_of.sequence,
            as_of.at.to_rfc3339(),
            as_of.hash
        )],
    )?;
    let bytes = writer.into_inner().map_err(Refusal::broken)?;
    Ok(BYTE_ORDER_MARK.to_owned() + &String::from_utf8(bytes).map_err(Refusal::broken)?)
}

fn figures(sums: &[Sums]) -> [String; 5] {
    let sums = sums.first().copied().unwrap_or_default();
    [
        sums.amount.to_string(),
        sums.weight.map(|weight| weight.to_string()).unwrap_or_default(),
        sums.quantity
            .map(|quantity| SignedQuantity::from(quantity).to_string())
            .unwrap_or_default(),
        sums.weighed_lines.to_string(),
        sums.lines.to_string(),
    ]
}

fn put(writer: &mut ::csv::Writer<Vec<u8>>, row: &[String]) -> Result<(), Refusal> {
    writer.write_record(row).map_err(Refusal::broken)
}
