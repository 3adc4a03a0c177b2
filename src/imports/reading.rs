//! Reading a document: its rows held against parties and goods, and everything that is wrong with them. Pure.

use super::cell::Cells;
use super::document::{Around, Document, Group, Move, PricedLine, ReturnedLine, RowFault, number_of};
use super::heading::read_heading;
use super::kind::RowKind;
use super::row::Row;
use crate::catalogue::Good;
use crate::http::fault::Fault;
use entity::{ImportRowKind, Money, PlaceId, Quantity, ReturnFate, ReturnReason, StockReason, shanghai_date};
use std::sync::Arc;

/// Reads a document, or says everything that is wrong with it.
///
/// # Errors
/// The faults of its rows.
pub fn read(group: &Group, rows: &[Row], around: &Around) -> Result<Document, Vec<RowFault>> {
    let own: Vec<(usize, &Row)> = group.rows.iter().filter_map(|at| Some((*at, rows.get(*at)?))).collect();
    let mut cells = Cells::new(group.rows.first().copied().unwrap_or(0));
    cells.number(&group.document_no);
    let document = match group.kind {
        Some(ImportRowKind::Order) => read_order(&own, around, &mut cells),
        Some(ImportRowKind::Return) => read_return(&own, around, &mut cells),
        Some(ImportRowKind::Stock) => read_stock(&own, around, &mut cells),
        None => {
            let found = own.first().and_then(|(_, row)| row.kind.as_deref()).unwrap_or_default();
            cells.wrong("kind", found.trim(), format!("one of: {}", RowKind::expected()));
            None
        }
    };
    match (document, cells.into_faults()) {
        (Some(document), faults) if faults.is_empty() => Ok(document),
        (_, faults) => Err(faults),
    }
}

fn read_order(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<Document> {
    let lines: Vec<Option<PricedLine>> = own.iter().map(|(at, row)| read_line(*at, row, around, cells)).collect();
    let seller = lines.iter().flatten().next().map(|line| line.good.seller_id);
    let heading = read_heading(own, seller, around, cells)?;
    let (first, row) = own.first()?;
    cells.at_row(*first);
    let shipped = cells.instant("shipped_at", row.shipped_at.as_deref(), Some(heading.at), around.now)?;
    let accepted = cells.instant("accepted_at", row.accepted_at.as_deref(), Some(shipped), around.now)?;
    cells.check(heading.at <= shipped && shipped <= accepted, "accepted_at", || {
        Fault::of("import_days_order")
    });
    let lines: Option<Vec<PricedLine>> = lines.into_iter().collect();
    Some(Document::Order(heading, (shipped, accepted), lines?))
}

fn read_return(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<Document> {
    let (mut lines, mut charges) = (Vec::with_capacity(own.len()), Vec::new());
    for (at, row) in own {
        let line = read_line(*at, row, around, cells);
        if row.kind.as_deref().and_then(RowKind::of) == Some(RowKind::Charge) {
            charges.push(line);
        } else {
            lines.push(read_returned(*at, row, line, cells));
        }
    }
    let returned = lines.iter().flatten().map(|line| &line.line);
    let seller = returned.chain(charges.iter().flatten()).next().map(|line| line.good.seller_id);
    let heading = read_heading(own, seller, around, cells)?;
    let lines: Option<Vec<ReturnedLine>> = lines.into_iter().collect();
    let charges: Option<Vec<PricedLine>> = charges.into_iter().collect();
    Some(Document::Return(heading, lines?, charges?))
}

/// What came back by a row, and what it came with.
fn read_returned(at: usize, row: &Row, line: Option<PricedLine>, cells: &mut Cells) -> Option<ReturnedLine> {
    let reason = cells.word("reason", row.reason.as_deref(), Some(ReturnReason::Other), ReturnReason::ALL);
    let fate = cells.word("fate", row.fate.as_deref(), Some(ReturnFate::Destroy), ReturnFate::ALL);
    let number = number_of(row.sale_document_no.as_deref());
    let sale = if number.is_empty() {
        Some(None)
    } else {
        let line = cells.line_number("sale_line", row.sale_line.as_deref());
        line.map(|line| Some((number.into_owned(), line)))
    };
    Some(ReturnedLine {
        line: line?,
        reason: reason?,
        fate: fate?,
        sale: sale?,
        row: at,
    })
}

fn read_stock(own: &[(usize, &Row)], around: &Around, cells: &mut Cells) -> Option<Document> {
    let mut moves = Vec::with_capacity(own.len());
    for (at, row) in own {
        cells.at_row(*at);
        let good = good_of(row, around, cells);
        let quantity = cells.movement(row.quantity.as_deref());
        let place = cells.parsed::<PlaceId>("place", row.place.as_deref(), "an id that this API gave");
        let reason = cells.word("reason", row.reason.as_deref(), None, StockReason::ALL);
        let day = cells.instant("at", row.at.as_deref(), None, around.now);
        let (Some(good), Some(quantity), Some(place_id), Some(reason), Some(day)) = (good, quantity, place, reason, day) else {
            continue;
        };
        let Some(quantity) = quantity.in_unit(&good.unit, "quantity", cells) else {
            continue;
        };
        cells.check(around.places.get(&place_id) == Some(&good.seller_id), "place", || {
            Fault::of("unknown_place").with("place_id", place_id)
        });
        let thousandths = quantity.quantity().thousandths();
        let most = Quantity::MAX_INPUT;
        cells.check(
            thousandths != 0 && thousandths.unsigned_abs() <= most.thousandths().unsigned_abs(),
            "quantity",
            || Fault::of("quantity_out_of_range").with("most", most),
        );
        cells.check(thousandths == 0 || fits_sign(reason, thousandths), "quantity", || {
            let expected = if thousandths > 0 { "a number below 0" } else { "a number above 0" };
            Fault::of("wrong_sign").with("reason", reason).with("expected", expected)
        });
        moves.push(Move {
            good,
            place_id,
            quantity,
            reason,
            on: shanghai_date(day),
            row: *at,
        });
    }
    (moves.len() == own.len()).then_some(Document::Stock(moves))
}

fn fits_sign(reason: StockReason, thousandths: i64) -> bool {
    match reason {
        StockReason::Receipt | StockReason::Opening => thousandths > 0,
        StockReason::Sample | StockReason::Breakage => thousandths < 0,
        StockReason::Correction | StockReason::Count => true,
    }
}

fn good_of(row: &Row, around: &Around, cells: &mut Cells) -> Option<Arc<Good>> {
    let sku = cells.code("sku", row.sku.as_deref())?;
    let good = around.goods.by_sku(&sku);
    cells.check(good.is_some(), "sku", || match around.similar(&sku).as_slice() {
        [] => Fault::of("product_unknown").with("sku", &sku),
        like => Fault::of("product_unknown_similar")
            .with("sku", &sku)
            .with("similar", like.join("、")),
    });
    good.map(Arc::clone)
}

fn read_line(at: usize, row: &Row, around: &Around, cells: &mut Cells) -> Option<PricedLine> {
    cells.at_row(at);
    let good = good_of(row, around, cells);
    let quantity = cells.quantity(row.quantity.as_deref());
    let price = cells.price(row.price.as_deref());
    let quantity = quantity.filter(|quantity| {
        let some = quantity.value.thousandths() > 0;
        cells.check(some, "quantity", || Fault::of("quantity_not_positive"));
        some
    });
    let (good, quantity, price) = (good?, quantity?, price?);
    let quantity = quantity.in_unit(&good.unit, "quantity", cells);
    let priced_in = good.weighed.as_ref().map_or(&good.unit, |weighed| &weighed.price_unit);
    let price = price.in_unit(priced_in, "price", cells);
    let (quantity, price) = (quantity?, price?);
    let priced = good.priced(quantity);
    let amount = priced.and_then(|priced| price.times(priced));
    cells.check(amount.is_some(), "quantity", || {
        let fault = Fault::of("line_amount").with("sku", &good.sku);
        fault.with("most", Money::MAX_LINE_AMOUNT)
    });
    Some(PricedLine {
        priced: priced?,
        amount: amount?,
        good,
        quantity,
        price,
    })
}
