//! The order sheet to be filled in: what a buyer may have today, at the buyer's prices, with room for the quantities.

use super::order_sheet::MOST_ROWS;
use crate::catalogue::{Asker, Good, Goods};
use crate::http::fault::{Fault, Refusal};
use crate::http::language::Language;
use crate::organisations::Parties;
use crate::sheets::{Cell, xlsx_bytes};
use entity::{Channel, CivilDate, LineKind, OrganisationId};

/// Headings in Chinese and English. Those of the code, the unit and the quantity are known when the sheet comes back.
const HEADINGS: [(&str, &str); 10] = [
    ("货号", "SKU"),
    ("品名", "Name"),
    ("包装", "Pack"),
    ("单位", "Unit"),
    ("单价(元)", "Price (yuan)"),
    ("计价单位", "Price is for"),
    ("起订量", "Minimum"),
    ("订购倍数", "Step"),
    ("供应商", "Supplier"),
    ("数量", "Quantity"),
];

/// The workbook. `asked` names the buyer, the channel and the category, the last two where one is wanted.
///
/// # Errors
/// `buyer_unknown`; that the buyer may not use the channel.
pub(super) fn template(
    parties: &Parties,
    goods: &Goods,
    (buyer, channel, category): (OrganisationId, Option<Channel>, Option<&str>),
    today: CivilDate,
    language: Language,
) -> Result<Vec<u8>, Refusal> {
    let buyer = parties.organisation(buyer).filter(|party| !party.archived);
    let buyer = buyer.ok_or_else(|| Fault::of("buyer_unknown"))?;
    let asker = Asker {
        buyer: buyer.id,
        kind: buyer.kind,
        channel: buyer.channel(channel)?,
    };
    let wanted = |good: &Good| category.is_none_or(|category| good.category_code == category);
    let mut offered: Vec<&Good> = goods.all().map(|good| &**good).filter(|good| wanted(good)).collect();
    offered.sort_unstable_by(|one, other| (&one.category_code, &one.sku).cmp(&(&other.category_code, &other.sku)));
    let rows = offered
        .into_iter()
        .filter_map(|good| row(good, &asker, parties, today))
        .take(MOST_ROWS);
    let head = HEADINGS.map(|(zh, en)| match language {
        Language::Zh => zh.to_owned(),
        Language::En => en.to_owned(),
    });
    xlsx_bytes(language.choose("订货单", "Order"), head.to_vec(), &rows.collect::<Vec<_>>())
}

/// The row of a good that the buyer may order; its price is that of the least that may be ordered.
fn row(good: &Good, asker: &Asker, parties: &Parties, today: CivilDate) -> Option<Vec<Cell>> {
    if good.archived || good.line_kind == LineKind::Freight || !good.may_go_to(asker.channel) {
        return None;
    }
    let offer = good.offer_that_wins(asker, good.quantity_step, today);
    let offer = offer.or_else(|| good.offer_but_for_quantity(asker, good.quantity_step, today))?;
    let price_unit = good.weighed.as_ref().map_or(&good.unit, |weighed| &weighed.price_unit);
    let supplier = parties.organisation(good.seller_id).map_or("", |party| party.name.as_str());
    Some(vec![
        Cell::text(&good.sku),
        Cell::text(&good.name),
        Cell::text(&good.pack),
        Cell::text(&good.unit),
        Cell::number(offer.price_of(offer.minimum)),
        Cell::text(price_unit),
        Cell::number(offer.minimum),
        Cell::number(good.quantity_step.max(offer.step)),
        Cell::text(supplier),
        Cell::Empty,
    ])
}
