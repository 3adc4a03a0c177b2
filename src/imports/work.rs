//! The work of imports, chunk by chunk: as a job in the background, or at once for small ones. A chunk is
//! booked only where the import says that it is there, so it may be killed at any moment, and be worked on twice.

use super::book::{BookAsk, BookChunk};
use super::check::{Finish, NoteFindings, Read, findings, read_all};
use super::chunk::{PartRows, documents};
use super::document::Around;
use super::import::Action;
use super::row::MOST_ROWS;
use super::store;
use super::undo::{UndoAsk, UndoChunk};
use crate::catalogue::Shelf;
use crate::http::asking::{Asking, asking};
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, Who, is_turned_away};
use crate::organisations::Register;
use crate::organisations::queries::key_expires_at;
use crate::stock;
use entity::tables::imports;
use entity::{ImportDocumentState, ImportId, ImportState, KeyId, PlaceId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A step of the job takes so long at most, and one chunk.
const STEP: Duration = Duration::from_secs(5);
/// How long to wait when the gate is busy.
const PAUSE: Duration = Duration::from_millis(100);
/// No number of the register: as of then no key was found good.
const NEVER: i64 = -1;
/// The most rows of a chunk: what a turn takes.
const CHUNK: i32 = 2_000;

/// What works on imports. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ImportWork {
    register: Register,
    shelf: Shelf,
    book: Arc<BookChunk>,
    undo: Arc<UndoChunk>,
}

/// What a job keeps: which import, and in whose name.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Order {
    /// The import.
    pub import: ImportId,
    /// Organisation, person and key that asked for it.
    pub who: [uuid::Uuid; 3],
}

impl Order {
    /// In the name of.
    #[must_use]
    pub fn of(import: ImportId, who: Who) -> Self {
        Self {
            import,
            who: [who.organisation, who.person, who.key],
        }
    }

    fn who(&self) -> Who {
        let [organisation, person, key] = self.who;
        Who { key, organisation, person }
    }

    /// The key in whose name it is; none where the machine itself asked. It was let in long ago, so each turn looks at it.
    async fn asking(&self, desk: &Desk) -> Result<Option<Asking>, Refusal> {
        let key = self.who().key;
        let expires_at = key_expires_at(desk.read(), KeyId::from_uuid(key)).await?;
        Ok(expires_at.map(|expires_at| Asking {
            key,
            expires_at,
            as_of: NEVER,
        }))
    }
}

impl ImportWork {
    /// The kind of its jobs.
    pub const KIND: &'static str = "import";

    /// Over what the app has opened.
    #[must_use]
    pub fn new(register: Register, shelf: Shelf) -> Self {
        Self {
            register,
            shelf,
            book: Arc::new(BookChunk),
            undo: Arc::new(UndoChunk),
        }
    }

    /// Works on an import until nothing is to be done now, or until `limit`; whether it is through.
    ///
    /// # Errors
    /// The database's, and what stands against taking it back.
    pub async fn advance(&self, desk: &Desk, order: Order, limit: Duration) -> Result<bool, Refusal> {
        let until = Instant::now() + limit;
        loop {
            let import = store::import(desk.read(), order.import).await?;
            let Some(import) = import else { return Ok(true) };
            let done = match import.state {
                ImportState::Checking => self.check(desk, &import, order).await,
                ImportState::Booking => self.book(desk, &import, order, until).await,
                ImportState::Undoing => self.undo(desk, &import, order).await,
                ImportState::Open | ImportState::Checked | ImportState::Booked | ImportState::Undone => return Ok(true),
            };
            match done {
                Ok(()) => {}
                // The gate was busy, or slow: what it has done meanwhile is seen when the import is read again.
                Err(Refusal::Unavailable { .. }) => tokio::time::sleep(PAUSE).await,
                Err(refusal) => return Err(refusal),
            }
            if Instant::now() >= until {
                return Ok(false);
            }
        }
    }

    async fn finish(&self, desk: &Desk, order: Order, action: Action) -> Result<(), Refusal> {
        let finish = Finish {
            who: order.who(),
            import: order.import,
            action,
        };
        desk.gate.run(finish, None).await.map(|_| ())
    }

    async fn around(&self, desk: &Desk, parts: &[PartRows]) -> Result<Around, Refusal> {
        let places: HashSet<PlaceId> = parts.iter().flat_map(PartRows::places).collect();
        let parties = self.register.refresh(&desk.db).await?;
        let goods = self.shelf.refresh(&desk.db).await?;
        let owners = stock::store::owners_of(desk.read(), desk.engine(), places).await?;
        Ok(Around::of(parties, goods, owners, desk.clock.now()))
    }

    async fn check(&self, desk: &Desk, import: &imports::Model, order: Order) -> Result<(), Refusal> {
        let parts = store::parts_after(desk.read(), import.id, import.checked_through, CHUNK).await?;
        let Some(through) = parts.last().map(|part| part.no) else {
            return self.finish(desk, order, Action::FinishCheck).await;
        };
        let parts: Vec<PartRows> = parts.iter().map(PartRows::of).collect::<Result<_, _>>()?;
        let around = self.around(desk, &parts).await?;
        let numbers = parts.iter().flat_map(|part| &part.groups);
        let numbers = numbers.filter_map(|group| Some((group.kind?, group.document_no.clone())));
        let standing = store::documents::standing(desk.read(), desk.engine(), (&import.source, import.id), numbers).await?;
        let read = read_all(&parts, &around);
        let held = store::claims::held(desk.read(), desk.engine(), read.iter().flat_map(Read::claims)).await?;
        let note = NoteFindings {
            import: import.id,
            after: import.checked_through,
            through,
            findings: findings(import, read, (&standing, &held)),
        };
        desk.gate.run(note, None).await.map(|_| ())
    }

    /// Books chunk after chunk. While one is written, the next is read and looked up: what stands in it is the same
    /// before and after, and what the register has learned meanwhile is asked for again inside its turn.
    async fn book(&self, desk: &Desk, import: &imports::Model, order: Order, until: Instant) -> Result<(), Refusal> {
        let mut next = self.chunk(desk, import.id, order, import.booked_through).await?;
        if next.is_none() {
            return self.finish(desk, order, Action::FinishBook).await;
        }
        while let Some(ask) = next {
            let through = ask.through();
            let booking = desk.gate.ask(&self.book, ask, None);
            let (booked, read) = tokio::join!(booking, self.chunk(desk, import.id, order, through));
            if !booked?.answer.taken || Instant::now() >= until {
                return Ok(());
            }
            next = read?;
        }
        Ok(())
    }

    /// The chunk after a part, ready to be booked.
    async fn chunk(&self, desk: &Desk, import: ImportId, order: Order, after: i32) -> Result<Option<BookAsk>, Refusal> {
        let parts = store::parts_after(desk.read(), import, after, CHUNK).await?;
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
            return Ok(None);
        };
        let range = (first.no, last.no);
        let good = store::documents::of_parts(desk.read(), import, range, ImportDocumentState::Good).await?;
        let parts: Vec<PartRows> = parts.iter().map(PartRows::of).collect::<Result<_, _>>()?;
        let around = self.around(desk, &parts).await?;
        Ok(Some(BookAsk {
            who: order.who(),
            import,
            after,
            placed: documents(&parts, &good, &around),
            good,
            parts,
            around,
        }))
    }

    async fn undo(&self, desk: &Desk, import: &imports::Model, order: Order) -> Result<(), Refusal> {
        let ask = UndoAsk {
            who: order.who(),
            import: import.id,
            after: import.undone_documents,
            most: CHUNK,
            goods: self.shelf.refresh(&desk.db).await?,
        };
        let done = desk.gate.ask(&self.undo, ask, None).await?.answer;
        if done.taken && done.documents == 0 {
            return self.finish(desk, order, Action::FinishUndo).await;
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Job for ImportWork {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn every(&self) -> Option<Duration> {
        None
    }

    /// In the name of the key that asked for it: once that is revoked, nothing more is written with it. Whoever asks for
    /// the same phase again goes on from where it stopped, with a key of their own.
    async fn step(&self, desk: &Desk, progress: &Value) -> Result<Step, Refusal> {
        let order: Order = serde_json::from_value(progress.clone()).map_err(|e| Refusal::broken(format!("a job of no import: {e}")))?;
        let advance = self.advance(desk, order, STEP);
        let through = match order.asking(desk).await? {
            Some(key) => asking(key, advance).await,
            None => advance.await,
        };
        match through {
            Ok(true) => Ok(Step::Done),
            Ok(false) => Ok(Step::More {
                progress: progress.clone(),
            }),
            Err(refusal) if is_turned_away(&refusal) => Ok(Step::GivenUp { why: refusal.to_string() }),
            Err(refusal) => Err(refusal),
        }
    }
}

/// A small import is worked on at once.
#[must_use]
pub fn is_small(import: &imports::Model) -> bool {
    import.row_count <= i64::try_from(MOST_ROWS).unwrap_or(i64::MAX)
}
