//! Rows, facts and entry of a return that is booked.

use super::booker::{Booker, dimensions_of, fact, priced_weight, with_goods};
use super::document::{Heading, ReturnedLine};
use super::store::delivered::DeliveryRows;
use super::store::documents::Sale;
use crate::delivery::{hash_of, return_text};
use crate::journal::{NewFact, Turn};
use crate::orders::order_no;
use entity::tables::{return_lines, returns};
use entity::{Measure, OrderId, OrderLineId, PlaceId, Quantity, ReturnId, ReturnLineId, ReturnState};
use uuid::Uuid;

/// Books a return, each line with the sale it came with, where that is known; gives its id.
pub fn give_back(
    turn: &mut Turn,
    booker: Booker<'_>,
    heading: &Heading,
    lines: &[(&ReturnedLine, Option<&Sale>)],
    rows: &mut DeliveryRows,
) -> Uuid {
    let recorded_at = turn.next().at;
    let id = ReturnId::at(recorded_at);
    let first_sale = lines.iter().find_map(|(_, sale)| *sale);
    // A return of one order belongs to it whole: facts keep the dimensions that order had.
    let heading = &first_sale.map_or_else(|| heading.clone(), |sale| as_sold(heading, sale));
    let row = returns::Model {
        id,
        return_no: format!("R{}", order_no(OrderId::from_uuid(id.uuid()), heading.at)),
        order_id: first_sale.map(|sale| sale.order_id),
        buyer_id: heading.buyer_id,
        supplier_id: heading.supplier_id,
        channel: heading.channel,
        fund_source: heading.fund_source,
        mode: heading.mode,
        town_code: heading.town_code.clone(),
        department_id: heading.department_id,
        returned_on: heading.on(),
        recorded_at,
        import_id: Some(booker.import),
        undone_at: None,
        // Documents of another book tell of what has long been there.
        state: ReturnState::Confirmed,
        confirmed_at: None,
        confirmed_by: None,
    };
    let of_document = dimensions_of(turn, heading);
    let mut facts: Vec<NewFact> = Vec::with_capacity(lines.len());
    let mut written = Vec::with_capacity(lines.len());
    for (no, (line, sale)) in (1..).zip(lines) {
        let line_row = line_row(id, no, line, *sale);
        let dimensions = with_goods(
            turn,
            of_document,
            (&line_row.product_id.to_string(), &line_row.category_code, &line_row.origin_code),
        );
        let about = line_row.order_line_id.unwrap_or_else(|| OrderLineId::from_uuid(line_row.id.uuid()));
        facts.push(NewFact {
            measure: Measure::Returned,
            ..fact(heading, about, &line.line, dimensions)
        });
        rows.return_line(&line_row);
        written.push(line_row);
    }
    rows.give_back(&row);
    let parties = (row.buyer_id, row.supplier_id);
    let mut entry = booker
        .entry("return.booked", ("return", id.uuid()), parties)
        .with("lines", i64::try_from(lines.len()).unwrap_or_default())
        .with("order", row.order_id.map(|id| id.to_string()))
        .with("return_no", row.return_no.clone());
    entry.content = Some(hash_of(&return_text(&row, &written)));
    entry.facts = facts;
    turn.record(entry);
    id.uuid()
}

fn as_sold(heading: &Heading, sale: &Sale) -> Heading {
    Heading {
        at: heading.at,
        buyer_id: sale.order.buyer_id,
        supplier_id: sale.order.supplier_id,
        town_code: sale.order.town_code.clone(),
        department_id: sale.order.department_id,
        channel: sale.order.channel,
        fund_source: sale.order.fund_source,
        mode: sale.order.mode,
    }
}

fn line_row(return_id: ReturnId, no: i32, returned: &ReturnedLine, sale: Option<&Sale>) -> return_lines::Model {
    let (line, good) = (&returned.line, &returned.line.good);
    return_lines::Model {
        return_id,
        no,
        id: ReturnLineId::new(),
        order_line_id: sale.map(|sale| sale.line.id),
        product_id: good.id,
        place_id: PlaceId::from_uuid(Uuid::nil()),
        sku: good.sku.clone(),
        name: good.name.clone(),
        unit: good.unit.clone(),
        category_code: sale.map_or(&good.category_code, |sale| &sale.line.category_code).clone(),
        origin_code: sale.map_or(&good.origin_code, |sale| &sale.line.origin_code).clone(),
        net_weight_grams: priced_weight(good),
        price: line.price,
        own_price: true,
        origin_unknown: sale.is_none(),
        quantity: line.priced,
        units: Quantity::ZERO,
        amount: line.amount,
        reason: returned.reason,
        fate: returned.fate,
        most_units: None,
    }
}
