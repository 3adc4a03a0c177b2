//! What the good documents of a chunk become, gathered document by document and written set by set.

use super::book::{move_stock, write_moves};
use super::booker::Booker;
use super::chunk::Placed;
use super::decide::Scales;
use super::document::{Document, Heading, PricedLine, ReturnedLine};
use super::enter;
use super::enter_return::give_back;
use super::store::delivered::DeliveryRows;
use super::store::taken_back;
use super::store::trade::OrderRows;
use crate::journal::Turn;
use crate::stock::Movement;
use entity::{OrderId, OrderLineId};
use sea_orm::DbErr;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows of a chunk, and what of other rows it changes.
#[derive(Debug)]
pub struct Entered {
    orders: OrderRows,
    delivered: DeliveryRows,
    moved: Vec<(i64, Movement)>,
    returned: BTreeMap<OrderLineId, i64>,
    touched: BTreeMap<OrderId, i64>,
}

impl Entered {
    /// With room for so many orders of so many lines.
    pub fn with_room(orders: usize, lines: usize) -> Self {
        Self {
            orders: OrderRows::with_room(orders, lines),
            delivered: DeliveryRows::with_room(orders, lines),
            moved: Vec::new(),
            returned: BTreeMap::new(),
            touched: BTreeMap::new(),
        }
    }

    /// Books a document; gives the id of what it became.
    pub fn book(&mut self, turn: &mut Turn, booker: Booker<'_>, (placed, document): (&Placed, &Document), scales: &Scales) -> Uuid {
        match document {
            Document::Order(heading, days, lines) => enter::order(
                turn,
                booker,
                heading,
                *days,
                (lines, placed.hash),
                (&mut self.orders, &mut self.delivered),
            ),
            Document::Return(heading, lines, charges) => {
                let returned = (!lines.is_empty()).then(|| self.give_back(turn, booker, (heading, lines), scales));
                let charged = (!charges.is_empty()).then(|| self.charge(turn, booker, (heading, charges), placed.hash));
                returned.or(charged).unwrap_or_default()
            }
            Document::Stock(moves) => moves
                .iter()
                .fold(Uuid::nil(), |_, one| move_stock(turn, booker, one, &mut self.moved)),
        }
    }

    fn give_back(&mut self, turn: &mut Turn, booker: Booker<'_>, (heading, lines): (&Heading, &[ReturnedLine]), scales: &Scales) -> Uuid {
        let with_sales: Vec<_> = lines
            .iter()
            .map(|line| (line, line.sale.as_ref().and_then(|key| scales.sales.get(key))))
            .collect();
        for (line, sale) in with_sales.iter().filter_map(|(line, sale)| Some((line, (*sale)?))) {
            *self.returned.entry(sale.line.id).or_default() += line.line.priced.thousandths();
        }
        if let Some(sale) = with_sales.iter().find_map(|(_, sale)| *sale) {
            *self.touched.entry(sale.order_id).or_default() += 1;
        }
        give_back(turn, booker, heading, &with_sales, &mut self.delivered)
    }

    /// What a credit note charges is trade of its own: ordered, sent and accepted on the note's day, at the note's price. It
    /// undoes no return, so that what came back and what is charged for are both told whole, and *net* is the note's sum.
    fn charge(&mut self, turn: &mut Turn, booker: Booker<'_>, (heading, charges): (&Heading, &[PricedLine]), hash: [u8; 32]) -> Uuid {
        let day = (heading.at, heading.at);
        enter::order(turn, booker, heading, day, (charges, hash), (&mut self.orders, &mut self.delivered))
    }

    /// Writes all of it.
    pub async fn write(self, turn: &Turn) -> Result<(), DbErr> {
        let (tx, engine) = (turn.tx(), turn.engine());
        self.orders.write(tx, engine).await?;
        self.delivered.write(tx, engine).await?;
        taken_back::change_returned(tx, engine, self.returned.into_iter()).await?;
        taken_back::touch_orders(tx, engine, self.touched.into_iter()).await?;
        write_moves(turn, &self.moved).await
    }
}
