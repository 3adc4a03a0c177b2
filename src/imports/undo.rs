//! Taking back a chunk of what an import booked: facts are reversed with every dimension, on their own day (T9),
//! things are marked as taken back, stock moves back.

use super::booker::Booker;
use super::store::{self, taken_back};
use crate::catalogue::Goods;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Batch, NewEntry, NewFact, Turn, Who, facts_between};
use crate::stock::{self, Movement};
use entity::tables::stock_movements;
use entity::{
    ImportDocumentState, ImportId, ImportState, Money, MovementId, OrganisationId, PlaceId, ProductId, Quantity, SignedQuantity,
    StockReason,
};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// The use case; a chunk is one request of it.
#[derive(Debug)]
pub struct UndoChunk;

/// The next chunk of an import.
#[derive(Clone, Debug)]
pub struct UndoAsk {
    /// Who takes it back.
    pub who: Who,
    /// The import.
    pub import: ImportId,
    /// How many documents were taken back before.
    pub after: i64,
    /// The most rows.
    pub most: i32,
    /// Goods, by which a movement's supplier is found.
    pub goods: Arc<Goods>,
}

/// What has become of a chunk.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct UndoneChunk {
    /// Documents taken back.
    pub documents: i64,
    /// Whether the import was where the chunk begins.
    pub taken: bool,
}

#[async_trait::async_trait]
impl Batch for UndoChunk {
    type Ask = UndoAsk;
    type Answer = UndoneChunk;

    fn weight(ask: &UndoAsk) -> usize {
        usize::try_from(ask.most).unwrap_or(1)
    }

    async fn run(&self, turn: &mut Turn, asks: &[&UndoAsk]) -> Result<Vec<Result<UndoneChunk, Refusal>>, DbErr> {
        let mut answers = Vec::with_capacity(asks.len());
        let from = turn.next().seq;
        for ask in asks {
            answers.push(undo(turn, ask).await?);
        }
        turn.count_as_imported(from);
        Ok(answers)
    }
}

async fn undo(turn: &mut Turn, ask: &UndoAsk) -> Result<Result<UndoneChunk, Refusal>, DbErr> {
    let nothing = UndoneChunk {
        documents: 0,
        taken: false,
    };
    let import = store::import(turn.tx(), ask.import).await?;
    let Some(mut import) = import.filter(|one| one.state == ImportState::Undoing && one.undone_documents == ask.after) else {
        return Ok(Ok(nothing));
    };
    let (tx, engine) = (turn.tx(), turn.engine());
    let mut documents = taken_back::booked(tx, engine, ask.import, ask.most).await?;
    let ranges = merged(documents.iter().filter_map(|one| Some((one.first_seq?, one.last_seq?))).collect());
    let said = taken_back::said(tx, engine, &ranges).await?;
    let movements = taken_back::movements(tx, engine, &things(&said, "stock.moved")).await?;
    let orders = things(&said, "order.placed");
    // Nothing is written before all that can be refused has been looked at.
    if !orders.is_empty() && taken_back::still_returned(tx, engine, &orders).await? {
        return Ok(Err(Fault::of("import_has_returns").with("returns", 1).into()));
    }
    if let Some(short) = short(turn, &movements, &ask.goods).await? {
        return Ok(Err(short.into()));
    }
    let facts = facts_between(turn, &ranges).await?;
    mark(turn, &said, &orders).await?;
    take_back(turn, ask, &said, &facts);
    move_back(turn, ask, &movements).await?;
    for document in &mut documents {
        document.state = ImportDocumentState::Undone;
    }
    let count = i64::try_from(documents.len()).unwrap_or_default();
    store::documents::settle(turn.tx(), turn.engine(), ImportDocumentState::Booked, &documents).await?;
    store::claims::free(turn.tx(), turn.engine(), &documents).await?;
    import.undone_documents += count;
    if !store::change(turn.tx(), turn.engine(), &import).await? {
        return Err(DbErr::Custom("an import moved under its turn".to_owned()));
    }
    Ok(Ok(UndoneChunk {
        documents: count,
        taken: true,
    }))
}

/// Ranges that follow each other as one: what was booked in one turn is one or two of them, whatever its documents.
fn merged(mut ranges: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    ranges.sort_unstable();
    let mut merged: Vec<(i64, i64)> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some(before) if before.1 + 1 >= first => before.1 = before.1.max(last),
            _ => merged.push((first, last)),
        }
    }
    merged
}

fn things(said: &[taken_back::Said], kind: &str) -> Vec<Uuid> {
    said.iter().filter(|one| one.kind == kind).map(|one| one.thing_id).collect()
}

/// What of stock is too little to be taken back.
async fn short(turn: &Turn, movements: &[stock_movements::Model], goods: &Goods) -> Result<Option<Fault>, DbErr> {
    if movements.is_empty() {
        return Ok(None);
    }
    let mut sums: BTreeMap<(ProductId, PlaceId), i64> = BTreeMap::new();
    for one in movements {
        *sums.entry((one.product_id, one.place_id)).or_default() -= one.quantity.thousandths();
    }
    let products: Vec<ProductId> = sums.keys().map(|(product, _)| *product).collect();
    let lots = stock::lots_of(turn.tx(), turn.engine(), &products).await?;
    let lots: HashMap<_, _> = lots.iter().map(|lot| ((lot.product_id, lot.place_id), lot.available())).collect();
    let left = |key| lots.get(key).copied().unwrap_or(0);
    Ok(sums
        .iter()
        .find(|(key, sum)| **sum < 0 && left(*key) + **sum < 0)
        .map(|(key, sum)| {
            Fault::of("stock_short")
                .with("sku", goods.product(key.0).map_or("", |good| &good.sku))
                .with("asked", Quantity::from_thousandths(-*sum))
                .with("left", Quantity::from_thousandths(left(key)))
        }))
}

/// Marks the rows of what is taken back.
async fn mark(turn: &Turn, said: &[taken_back::Said], orders: &[Uuid]) -> Result<(), DbErr> {
    let (tx, engine, at) = (turn.tx(), turn.engine(), turn.next().at);
    let (shipments, acceptances, returns) = (
        things(said, "shipment.shipped"),
        things(said, "shipment.accepted"),
        things(said, "return.booked"),
    );
    if !returns.is_empty() {
        let given = taken_back::given_back(tx, engine, &returns).await?;
        let deltas = given.into_iter().map(|(line, quantity)| (line, -quantity.thousandths()));
        taken_back::change_returned(tx, engine, deltas).await?;
    }
    let marked = [
        (orders.len(), taken_back::cancel_orders(tx, engine, orders, at).await?),
        (shipments.len(), taken_back::undo_shipments(tx, engine, &shipments, at).await?),
        (acceptances.len(), taken_back::undo_acceptances(tx, engine, &acceptances, at).await?),
        (returns.len(), taken_back::undo_returns(tx, engine, &returns, at).await?),
    ];
    if marked.iter().any(|(wanted, done)| usize::try_from(*done) != Ok(*wanted)) {
        return Err(DbErr::Custom("what is to be taken back is not as it was booked".to_owned()));
    }
    taken_back::clear_positions(tx, engine, orders).await
}

/// One entry for each thing, with the reversed facts of the entry that booked it.
fn take_back(turn: &mut Turn, ask: &UndoAsk, said: &[taken_back::Said], facts: &[((i64, i32), NewFact)]) {
    let mut of_entry: HashMap<i64, Vec<NewFact>> = HashMap::new();
    for (place, fact) in facts {
        of_entry.entry(place.0).or_default().push(reversed(*place, fact));
    }
    for one in said.iter().rev() {
        let (kind, thing, state) = match one.kind.as_str() {
            "order.placed" => ("order.undone", "order", "cancelled"),
            "shipment.shipped" => ("shipment.undone", "shipment", "undone"),
            "shipment.accepted" => ("acceptance.undone", "acceptance", "undone"),
            "return.booked" => ("return.undone", "return", "undone"),
            _ => continue,
        };
        let body: Value = serde_json::from_str(&one.body).unwrap_or_default();
        let party = |name: &str| body[name].as_str().and_then(|id| id.parse::<OrganisationId>().ok());
        let mut entry = NewEntry::new(kind, thing, one.thing_id, ask.who)
            .with("import", ask.import.to_string())
            .with("state", state);
        entry.reason = Some("import_undone");
        (entry.buyer, entry.supplier) = (party("buyer"), party("supplier"));
        entry.facts = of_entry.remove(&one.seq).unwrap_or_default();
        turn.record(entry);
    }
}

/// The same with the other sign, on the same day.
fn reversed(place: (i64, i32), fact: &NewFact) -> NewFact {
    NewFact {
        amount: Money::from_fen(-fact.amount.fen()),
        quantity: Quantity::from_thousandths(-fact.quantity.thousandths()),
        weight_grams: fact.weight_grams.map(|grams| -grams),
        lines: -fact.lines,
        reverses: Some(place),
        ..*fact
    }
}

/// Moves stock back, each movement by its opposite, on the day it is taken back.
async fn move_back(turn: &mut Turn, ask: &UndoAsk, movements: &[stock_movements::Model]) -> Result<(), DbErr> {
    let mut moved: Vec<(i64, Movement)> = Vec::with_capacity(movements.len());
    for one in movements {
        let next = turn.next();
        let booker = Booker {
            who: ask.who,
            import: ask.import,
            document_no: "",
        };
        let movement = Movement {
            id: MovementId::at(next.at),
            product_id: one.product_id,
            place_id: one.place_id,
            quantity: SignedQuantity::from(Quantity::from_thousandths(-one.quantity.thousandths())),
            reason: StockReason::Correction,
            moved_on: one.moved_on,
            recorded_at: next.at,
        };
        let supplier = ask.goods.product(one.product_id).map(|good| good.seller_id);
        turn.record(booker.movement(&movement, supplier));
        moved.push((next.seq, movement));
    }
    super::book::write_moves(turn, &moved).await
}

#[cfg(test)]
mod tests {
    use super::merged;

    #[test]
    fn ranges_that_follow_each_other_are_one() {
        assert_eq!(merged(vec![(9, 12), (1, 4), (5, 8), (20, 20)]), [(1, 12), (20, 20)]);
        assert!(merged(Vec::new()).is_empty());
    }
}
