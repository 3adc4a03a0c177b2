//! Booking a chunk of an import: load, decide each document alone in memory, write set by set.

use super::booker::{Booker, words_of, words_of_sale};
use super::chunk::{PartRows, Placed, documents, fault_rows, faulty_rows};
use super::claim::{Claim, TWICE};
use super::decide::Scales;
use super::document::{Around, Document, Move, RowFault};
use super::entered::Entered;
use super::import::{Action, next_state};
use super::store::{self, claims};
use crate::http::fault::Refusal;
use crate::journal::{Batch, NewEntry, Turn, Who};
use crate::stock::{self, Movement};
use entity::tables::import_documents;
use entity::{ImportDocumentState, ImportId, ImportMode, ImportRowKind, ImportState, MovementId, PlaceId, ProductId};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// The use case; a chunk is one request of it.
#[derive(Debug)]
pub struct BookChunk;

/// A chunk, prepared outside the turn.
#[derive(Debug)]
pub struct BookAsk {
    /// Who books.
    pub who: Who,
    /// The import.
    pub import: ImportId,
    /// The part after which the chunk begins.
    pub after: i32,
    /// Its parts.
    pub parts: Vec<PartRows>,
    /// Its good documents.
    pub good: Vec<import_documents::Model>,
    /// The same, read.
    pub placed: Vec<Placed>,
    /// What they were read against.
    pub around: Around,
}

impl BookAsk {
    /// The part that ends it.
    pub fn through(&self) -> i32 {
        self.parts.last().map_or(self.after, |part| part.no)
    }
}

/// What has become of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookedChunk {
    /// Documents booked.
    pub documents: i64,
    /// Whether the import was where the chunk begins; if not, somebody else is further.
    pub taken: bool,
}

#[async_trait::async_trait]
impl Batch for BookChunk {
    type Ask = BookAsk;
    type Answer = BookedChunk;

    fn weight(ask: &BookAsk) -> usize {
        ask.parts.iter().map(|part| part.rows.len()).sum()
    }

    async fn run(&self, turn: &mut Turn, asks: &[&BookAsk]) -> Result<Vec<Result<BookedChunk, Refusal>>, DbErr> {
        let mut answers = Vec::with_capacity(asks.len());
        let from = turn.next().seq;
        for ask in asks {
            answers.push(Ok(book(turn, ask).await?));
        }
        turn.count_as_imported(from);
        Ok(answers)
    }
}

async fn book(turn: &mut Turn, ask: &BookAsk) -> Result<BookedChunk, DbErr> {
    let nothing = BookedChunk {
        documents: 0,
        taken: false,
    };
    let Some(mut import) = store::import(turn.tx(), ask.import).await? else {
        return Ok(nothing);
    };
    if import.state != ImportState::Booking || import.booked_through != ask.after {
        return Ok(nothing);
    }
    let fresh = up_to_date(turn, ask).await?;
    let placed = fresh.as_deref().unwrap_or(&ask.placed);
    let mut scales = load(turn, &import.source, import.id, placed).await?;
    let mut settled = Vec::with_capacity(placed.len());
    let mut stopped_by = None;
    // Sales before returns, which may name one of the same chunk.
    for returns in [false, true] {
        let due: Vec<&Placed> = placed.iter().filter(|one| is_return(one) == returns).collect();
        if returns {
            load_sales(turn, &import.source, &due, &mut scales).await?;
        }
        scales.held = claims::held(turn.tx(), turn.engine(), due.iter().flat_map(|one| scales.claims(one))).await?;
        let decided: Vec<(&Placed, Vec<RowFault>)> = due.into_iter().map(|one| (one, scales.decide(one))).collect();
        stopped_by = stopped_by.or_else(|| stop_for(&decided));
        let mut phase = Vec::with_capacity(decided.len());
        note_faults(turn, &ask.parts, &decided, &mut phase).await?;
        enter_all(turn, ask, &decided, &scales, &mut phase).await?;
        store::documents::settle(turn.tx(), turn.engine(), ImportDocumentState::Good, &phase).await?;
        settled.extend(phase);
    }
    import.booked_through = ask.through();
    if stopped_by.is_some() && import.mode == Some(ImportMode::AllOrNothing) {
        // A document that was good when it was checked is so no more: all is taken back.
        import.state = next_state(import.state, Action::Undo).unwrap_or(ImportState::Undoing);
        import.stopped_by = stopped_by.map(str::to_owned);
        turn.record(NewEntry::new("import.undoing", "import", import.id.uuid(), ask.who).with("state", import.state.as_str()));
    }
    if !store::change(turn.tx(), turn.engine(), &import).await? {
        return Err(DbErr::Custom("an import moved under its turn".to_owned()));
    }
    let booked = settled.iter().filter(|one| one.state == ImportDocumentState::Booked).count();
    Ok(BookedChunk {
        documents: i64::try_from(booked).unwrap_or_default(),
        taken: true,
    })
}

/// Why all or nothing is not booked, if any of these documents has a fault: it stands in the books already, or is bad.
fn stop_for(decided: &[(&Placed, Vec<RowFault>)]) -> Option<&'static str> {
    let mut faults = decided.iter().flat_map(|(_, faults)| faults).peekable();
    faults.peek()?;
    let twice = faults.any(|one| one.fault.slug() == TWICE);
    Some(if twice { TWICE } else { "import_has_faults" })
}

fn is_return(placed: &Placed) -> bool {
    placed.row.kind == ImportRowKind::Return
}

/// Sales that the returns of a chunk came back from.
async fn load_sales(turn: &mut Turn, source: &str, returns: &[&Placed], scales: &mut Scales) -> Result<(), DbErr> {
    let mut numbers: HashSet<String> = HashSet::new();
    for one in returns {
        if let Ok(Document::Return(_, lines, _)) = &one.read {
            numbers.extend(lines.iter().filter_map(|line| Some(line.sale.as_ref()?.0.clone())));
        }
    }
    if numbers.is_empty() {
        return Ok(());
    }
    scales.sales = store::documents::sales(turn.tx(), turn.engine(), source, &numbers).await?;
    // Dimensions of what was sold may be other words than today's.
    let sold = scales.sales.values().flat_map(words_of_sale).collect();
    turn.words(sold).await
}

/// What was read before the register moved on is read again, inside the turn, against what has come since.
async fn up_to_date(turn: &Turn, ask: &BookAsk) -> Result<Option<Vec<Placed>>, DbErr> {
    let seq = turn.register_seq();
    if ask.around.parties.seq >= seq && ask.around.goods.seq >= seq {
        return Ok(None);
    }
    let (tx, engine) = (turn.tx(), turn.engine());
    let places: HashSet<PlaceId> = ask.parts.iter().flat_map(PartRows::places).collect();
    let parties = Arc::new(ask.around.parties.advanced(tx, engine, seq).await?);
    let goods = Arc::new(ask.around.goods.advanced(tx, engine, seq).await?);
    let owners = stock::store::owners_of(tx, engine, places).await?;
    let around = Around::of(parties, goods, owners, ask.around.now);
    Ok(Some(documents(&ask.parts, &ask.good, &around)))
}

async fn load(turn: &mut Turn, source: &str, import: ImportId, placed: &[Placed]) -> Result<Scales, DbErr> {
    let mut words = Vec::new();
    let mut products: Vec<ProductId> = Vec::new();
    for document in placed.iter().filter_map(|one| one.read.as_ref().ok()) {
        match document {
            Document::Order(heading, _, lines) => {
                words.extend(words_of(heading, lines.iter().map(|line| line.good.as_ref())));
            }
            Document::Return(heading, lines, charges) => {
                let returned = lines.iter().map(|line| &line.line).chain(charges);
                words.extend(words_of(heading, returned.map(|line| line.good.as_ref())));
            }
            Document::Stock(moves) => products.extend(moves.iter().map(|one| one.good.id)),
        }
    }
    turn.words(words).await?;
    let (tx, engine) = (turn.tx(), turn.engine());
    let numbers = placed.iter().map(|one| (one.row.kind, one.row.document_no.clone()));
    let mut scales = Scales {
        standing: store::documents::standing(tx, engine, (source, import), numbers).await?,
        ..Scales::default()
    };
    if !products.is_empty() {
        scales.weigh(&stock::lots_of(tx, engine, &products).await?);
    }
    Ok(scales)
}

async fn note_faults(
    turn: &Turn,
    parts: &[PartRows],
    decided: &[(&Placed, Vec<RowFault>)],
    settled: &mut Vec<import_documents::Model>,
) -> Result<(), DbErr> {
    let mut rows = Vec::new();
    for (placed, faults) in decided.iter().filter(|(_, faults)| !faults.is_empty()) {
        let row = &placed.row;
        let part = parts.iter().filter(|part| part.no == row.part);
        rows.extend(part.flat_map(|part| fault_rows(row.import_id, part, &row.document_no, faults)));
        settled.push(import_documents::Model {
            state: ImportDocumentState::Faulty,
            faulty_rows: faulty_rows(faults),
            ..row.clone()
        });
    }
    store::documents::insert_faults(turn.tx(), turn.engine(), &rows).await
}

/// Writes all good documents of the chunk, set by set.
async fn enter_all(
    turn: &mut Turn,
    ask: &BookAsk,
    decided: &[(&Placed, Vec<RowFault>)],
    scales: &Scales,
    settled: &mut Vec<import_documents::Model>,
) -> Result<(), DbErr> {
    let lines = decided.iter().map(|(placed, _)| lines_of(placed)).sum();
    let mut entered = Entered::with_room(decided.len(), lines);
    let mut held: Vec<(&import_documents::Model, Claim)> = Vec::with_capacity(decided.len());
    for (placed, _) in decided.iter().filter(|(_, faults)| faults.is_empty()) {
        let Ok(document) = &placed.read else { continue };
        let booker = Booker {
            who: ask.who,
            import: ask.import,
            document_no: &placed.row.document_no,
        };
        let first = turn.next().seq;
        let thing = entered.book(turn, booker, (placed, document), scales);
        held.extend(scales.claims(placed).into_iter().map(|claim| (&placed.row, claim)));
        settled.push(import_documents::Model {
            state: ImportDocumentState::Booked,
            thing_id: Some(thing),
            first_seq: Some(first),
            last_seq: Some(turn.next().seq - 1),
            ..placed.row.clone()
        });
    }
    claims::hold(turn.tx(), turn.engine(), &held).await?;
    entered.write(turn).await
}

fn lines_of(placed: &Placed) -> usize {
    match &placed.read {
        Ok(Document::Order(_, _, lines) | Document::Return(_, _, lines)) => lines.len(),
        Ok(Document::Stock(_)) | Err(_) => 0,
    }
}

/// Records a movement of an import; also its opposite, when it is taken back.
pub fn move_stock(turn: &mut Turn, booker: Booker<'_>, one: &Move, moved: &mut Vec<(i64, Movement)>) -> Uuid {
    let next = turn.next();
    let movement = Movement {
        id: MovementId::at(next.at),
        product_id: one.good.id,
        place_id: one.place_id,
        quantity: one.quantity,
        reason: one.reason,
        moved_on: one.on,
        recorded_at: next.at,
    };
    turn.record(booker.movement(&movement, Some(one.good.seller_id)));
    let id = movement.id.uuid();
    moved.push((next.seq, movement));
    id
}

/// Writes movements and what they make of stock.
pub async fn write_moves(turn: &Turn, moved: &[(i64, Movement)]) -> Result<(), DbErr> {
    let mut sums: BTreeMap<(ProductId, PlaceId), stock::Sum> = BTreeMap::new();
    for (_, movement) in moved {
        let sum = sums.entry((movement.product_id, movement.place_id)).or_default();
        sum.add(movement.quantity.quantity().thousandths(), movement.reason);
    }
    let (tx, engine) = (turn.tx(), turn.engine());
    let changed = stock::store::change_on_hand(tx, engine, &sums).await?;
    if usize::try_from(changed) != Ok(sums.len()) {
        return Err(DbErr::Custom("stock moved under a turn".to_owned()));
    }
    stock::store::insert_movements(tx, engine, moved).await
}
