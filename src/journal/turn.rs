//! The turn: one writing transaction that has taken the head.

use super::cell;
use super::content;
use super::entry::NewEntry;
use super::head::{self, Head};
use super::store;
use super::words::{TurnWords, WordKind, Words};
use crate::db::{Db, Engine, Hold, Writes};
use crate::http::fault::{Fault, Refusal};
use chrono::{DateTime, Duration, Utc};
use sea_orm::{DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait};

/// A turn takes the head within this time: as long as a connection and the head are waited for, and a moment.
const TAKE_LIMIT: std::time::Duration = std::time::Duration::from_secs(6);

/// Why a use case wrote nothing.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// A rule says no; the others of the batch go on.
    #[error("refused")]
    Refused(Refusal),
    /// The database says no; the whole batch is tried again.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl From<Refusal> for TurnError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for TurnError {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault.into())
    }
}

/// Number and time an entry will have once the turn is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Number.
    pub seq: i64,
    /// Time.
    pub at: DateTime<Utc>,
}

/// What a turn takes for granted instead of asking the database, each a way saved while others wait for the head. Where
/// it was wrong, a guard or a key of the tables stops what the turn writes: nothing is written, and it is tried again
/// with nothing taken for granted.
#[derive(Debug, Default)]
pub(super) struct Granted {
    /// The head is where this process left it. Only on SQLite, where hardly anybody else moves it.
    pub(super) head: Option<Head>,
    /// The words that were all at this head still are.
    pub(super) words: bool,
    /// No request has been answered before.
    pub(super) keys: bool,
}

/// A writing transaction that has taken the head of its journal.
#[derive(Debug)]
pub struct Turn {
    engine: Engine,
    /// How its answers are waited for.
    hold: Hold,
    tx: DatabaseTransaction,
    head: Head,
    /// Whether anything was taken for granted.
    trusts: bool,
    /// Whether no request is taken to have been answered before.
    keys_are_new: bool,
    now: DateTime<Utc>,
    entries: Vec<(Recorded, NewEntry)>,
    words: TurnWords,
    writes: Writes,
}

/// What a committed turn leaves behind.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) tx: DatabaseTransaction,
    pub(super) words: TurnWords,
    pub(super) head: Head,
    /// Number and leaf of the last entry: by these a turn whose commit got no answer is found again.
    pub(super) last: Option<(i64, super::Hash)>,
}

impl Turn {
    /// Takes the head, and reads it unless it is granted.
    pub(super) async fn begin(db: &Db, words: Words, now: DateTime<Utc>, granted: Granted) -> Result<Self, DbErr> {
        let options = TransactionOptions {
            // A deferred SQLite transaction that reads before it writes fails when another writer came between.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            isolation_level: None,
            access_mode: None,
        };
        let hold = db.write().hold();
        let trusts = granted.head.is_some() || granted.words || granted.keys;
        let taking = async {
            let tx = hold.open().begin_with_options(options).await?;
            let head = match granted.head {
                Some(head) => head,
                None => head::read(&tx, db.engine(), true).await?,
            };
            Ok((tx, head))
        };
        let taken = hold.within(TAKE_LIMIT, taking).await;
        if matches!(taken, Err(DbErr::ConnectionAcquire(_))) {
            // Nobody else has it: it was cut while it was given back.
            hold.give_up();
        }
        let (tx, head) = taken?;
        Ok(Self {
            engine: db.engine(),
            hold,
            tx,
            trusts,
            keys_are_new: granted.keys,
            now,
            entries: Vec::new(),
            words: TurnWords::new(words, &head, granted.words),
            writes: Writes::new(db.engine()),
            head,
        })
    }

    /// How its answers are waited for.
    pub(super) fn hold(&self) -> Hold {
        self.hold.clone()
    }

    /// Whether anything was taken for granted.
    pub(super) fn trusts(&self) -> bool {
        self.trusts
    }

    /// Whether no request is taken to have been answered before.
    pub(super) fn keys_are_new(&self) -> bool {
        self.keys_are_new
    }

    /// When the turn began.
    pub(super) fn begun_at(&self) -> DateTime<Utc> {
        self.now
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The transaction, for the stores of the rooms.
    #[must_use]
    pub fn tx(&self) -> &DatabaseTransaction {
        &self.tx
    }

    /// What is written at the end, all together; until then the turn itself does not see it.
    pub fn writes(&mut self) -> &mut Writes {
        &mut self.writes
    }

    /// Writes what was gathered, for what comes next to see.
    pub(super) async fn flush(&mut self) -> Result<(), DbErr> {
        self.writes.run(&self.tx).await
    }

    /// The number of the register that the turn found.
    pub(super) fn found_register_seq(&self) -> i64 {
        self.head.register_seq
    }

    /// Whether what the turn has done so far shuts keys.
    pub(super) fn shuts_keys(&self) -> bool {
        self.entries.iter().any(|(_, entry)| entry.shuts_keys)
    }

    /// What was looked up at this number or later still holds.
    #[must_use]
    pub fn register_seq(&self) -> i64 {
        self.entries
            .iter()
            .rev()
            .find(|(_, entry)| entry.in_register)
            .map_or(self.head.register_seq, |(recorded, _)| recorded.seq)
    }

    /// Number and time the next entry will have. Times never go back: the head's last time plus 1 µs at least.
    #[must_use]
    pub fn next(&self) -> Recorded {
        let last = self.entries.last().map_or(
            Recorded {
                seq: self.head.seq,
                at: self.head.last_at,
            },
            |(recorded, _)| *recorded,
        );
        Recorded {
            seq: last.seq + 1,
            at: self.now.max(last.at + Duration::microseconds(1)),
        }
    }

    /// Says what happened. It is numbered at once and written at the end of the turn.
    pub fn record(&mut self, entry: NewEntry) -> Recorded {
        let recorded = self.next();
        self.entries.push((recorded, entry));
        recorded
    }

    /// Adds the facts of all entries from this number on to the cells of what imports brought. Once for what a use case
    /// has recorded: what is gathered is written together, and no cell may stand in it twice.
    pub fn count_as_imported(&mut self, from: i64) {
        let since = self.entries.iter().filter(|(recorded, _)| recorded.seq >= from);
        cell::add_imported(&mut self.writes, since.flat_map(|(_, entry)| &entry.facts));
    }

    /// The numbers of words, which get one where they have none.
    pub async fn words(&mut self, words: Vec<(WordKind, String)>) -> Result<(), DbErr> {
        self.words.ensure((&self.tx, self.engine), &mut self.writes, words).await
    }

    /// The number of a word that [`Turn::words`] was asked for; 0, *unassigned*, for any other.
    #[must_use]
    pub fn word(&self, kind: WordKind, word: &str) -> i32 {
        self.words.get(kind, word).unwrap_or(0)
    }

    /// Begins a savepoint: what follows can be taken back alone.
    pub(super) async fn enter(&mut self) -> Result<Savepoint, DbErr> {
        self.flush().await?;
        self.words.stand();
        let inner = self.tx.begin().await?;
        Ok(Savepoint {
            outer: std::mem::replace(&mut self.tx, inner),
            entries: self.entries.len(),
        })
    }

    /// Ends a savepoint, keeping or taking back.
    pub(super) async fn leave(&mut self, savepoint: Savepoint, keep: bool) -> Result<(), DbErr> {
        if keep {
            self.flush().await?;
            let inner = std::mem::replace(&mut self.tx, savepoint.outer);
            return inner.commit().await;
        }
        let inner = std::mem::replace(&mut self.tx, savepoint.outer);
        self.writes.clear();
        self.entries.truncate(savepoint.entries);
        self.words.forget();
        inner.rollback().await
    }

    /// Writes entries, facts and cells and moves the head; the commit is the caller's.
    pub(super) async fn finish(mut self) -> Result<Finished, DbErr> {
        let was = self.head.seq;
        let mut entries = std::mem::take(&mut self.entries);
        let mut last = None;
        let things = content::things_of(&entries);
        if !things.is_empty() {
            // What is hashed is what stands in the tables, and not what somebody meant to write.
            self.flush().await?;
            content::say_rows(&self.tx, self.engine, things, &mut entries).await?;
        }
        if !entries.is_empty() {
            let parties = entries.iter().flat_map(|(_, entry)| parties_of(entry)).collect();
            self.words.ensure((&self.tx, self.engine), &mut self.writes, parties).await?;
            last = store::write(&mut self.writes, &mut self.head, &self.words, entries)?;
            self.head.write(&mut self.writes, was);
        }
        self.flush().await?;
        Ok(Finished {
            tx: self.tx,
            words: self.words,
            head: self.head,
            last,
        })
    }
}

/// Whoever an entry concerns has a word, by which the feed finds it.
fn parties_of(entry: &NewEntry) -> impl Iterator<Item = (WordKind, String)> + use<> {
    let buyer = entry.buyer.map(|id| (WordKind::Buyer, id.to_string()));
    let supplier = entry.supplier.map(|id| (WordKind::Supplier, id.to_string()));
    buyer.into_iter().chain(supplier)
}

/// Where to go back to.
#[derive(Debug)]
pub(super) struct Savepoint {
    outer: DatabaseTransaction,
    entries: usize,
}
