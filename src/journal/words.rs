//! The words facts are told by, as small numbers: a town, a buyer, a channel each has one row in `dimensions`.
//!
//! A number once given never changes, so what a process has learned it keeps. Numbers are given in their order, by
//! whoever has the head: what others have given meanwhile are the rows above the highest number that is known here, and
//! one look-up brings them all. Words given in a turn are learned for good only after the commit.

use super::head::Head;
use crate::db::{Engine, Kind, Rows, Writes, statement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// What a word is a word for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordKind {
    /// A division's code, as the buyer's town.
    Town,
    /// A department's id.
    Department,
    /// A channel.
    Channel,
    /// A fund source.
    FundSource,
    /// A category's code.
    Category,
    /// A division's code, as the goods' origin.
    Origin,
    /// A buying organisation's id.
    Buyer,
    /// A product's id.
    Product,
    /// A supplying organisation's id.
    Supplier,
}

impl WordKind {
    /// The name in the table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Town => "town",
            Self::Department => "department",
            Self::Channel => "channel",
            Self::FundSource => "fund_source",
            Self::Category => "category",
            Self::Origin => "origin",
            Self::Buyer => "buyer",
            Self::Product => "product",
            Self::Supplier => "supplier",
        }
    }

    /// The kind of this name.
    fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

const ALL: [WordKind; 9] = [
    WordKind::Town,
    WordKind::Department,
    WordKind::Channel,
    WordKind::FundSource,
    WordKind::Category,
    WordKind::Origin,
    WordKind::Buyer,
    WordKind::Product,
    WordKind::Supplier,
];

const WORDS: &[(&str, Kind)] = &[("id", Kind::Int), ("kind", Kind::Text), ("word", Kind::Text)];

#[derive(Debug, Default)]
struct Known {
    words: HashMap<WordKind, HashMap<String, i32>>,
    /// All words up to this number are known.
    top: i32,
    /// The epoch they are of: what a lost entry gave may be given otherwise in the next one.
    epoch: Option<Uuid>,
    /// The entry after which there were no others. A word that was given without an entry is met as a conflict.
    complete_at: Option<i64>,
}

/// All words this process has learned.
#[derive(Clone, Debug, Default)]
pub struct Words(Arc<RwLock<Known>>);

impl Words {
    /// The number of a word, if learned.
    #[must_use]
    pub fn get(&self, kind: WordKind, word: &str) -> Option<i32> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.words.get(&kind).and_then(|of_kind| of_kind.get(word)).copied()
    }

    /// The highest number known in this epoch, and whether these are all words at this head. In another epoch, and where
    /// nothing is to be trusted, nothing is known any more: a server that came back without its last turns may have
    /// given the same numbers otherwise.
    fn known_at(&self, head: &Head, trusting: bool) -> (i32, bool) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !trusting || known.epoch != Some(head.epoch) {
            *known = Known {
                epoch: Some(head.epoch),
                ..Known::default()
            };
        }
        (known.top, known.complete_at == Some(head.seq))
    }
}

/// Words of one turn: those learned, and those found or given since it began.
#[derive(Debug)]
pub(super) struct TurnWords {
    learned: Words,
    /// Up to this number they are in the database whatever becomes of a savepoint.
    standing: i32,
    fresh: HashMap<(WordKind, String), i32>,
    /// The highest number learned, found or given.
    top: i32,
    /// Whether there are no others. The head is taken, so nobody else gives numbers until the turn ends.
    complete: bool,
}

impl TurnWords {
    /// Of a turn that has taken this head; `trusting`, the words that were all at it are taken to be all still.
    pub(super) fn new(learned: Words, head: &Head, trusting: bool) -> Self {
        let (top, complete) = learned.known_at(head, trusting);
        Self {
            learned,
            standing: top,
            fresh: HashMap::new(),
            top,
            complete,
        }
    }

    pub(super) fn get(&self, kind: WordKind, word: &str) -> Option<i32> {
        self.learned
            .get(kind, word)
            .or_else(|| self.fresh.get(&(kind, word.to_owned())).copied())
    }

    /// Makes sure that every word has a number. New ones are written with all else that the turn writes.
    pub(super) async fn ensure(
        &mut self,
        (tx, engine): (&DatabaseTransaction, Engine),
        writes: &mut Writes,
        mut words: Vec<(WordKind, String)>,
    ) -> Result<(), DbErr> {
        words.retain(|(kind, word)| self.get(*kind, word).is_none());
        if words.is_empty() {
            return Ok(());
        }
        if !self.complete {
            self.catch_up(tx, engine).await?;
            words.retain(|word| !self.fresh.contains_key(word));
        }
        words.sort_unstable();
        words.dedup();
        let mut rows = Rows::new(WORDS);
        for (kind, word) in words {
            self.top += 1;
            rows.push([self.top.into(), kind.as_str().into(), word.clone().into()]);
            self.fresh.insert((kind, word), self.top);
        }
        writes.insert("dimensions", rows, "");
        Ok(())
    }

    /// Reads what others have given.
    async fn catch_up(&mut self, tx: &DatabaseTransaction, engine: Engine) -> Result<(), DbErr> {
        let sql = "SELECT id, kind, word FROM dimensions WHERE id > $1";
        for row in tx.query_all_raw(statement(engine, sql, vec![self.top.into()])).await? {
            let (id, kind): (i32, String) = (row.try_get("", "id")?, row.try_get("", "kind")?);
            if let Some(kind) = WordKind::named(&kind) {
                self.fresh.insert((kind, row.try_get("", "word")?), id);
            }
            self.top = self.top.max(id);
        }
        self.standing = self.top;
        self.complete = true;
        Ok(())
    }

    /// A savepoint begins: what was given before it has been written.
    pub(super) fn stand(&mut self) {
        self.standing = self.top;
    }

    /// Forgets what was given inside a savepoint that was rolled back.
    pub(super) fn forget(&mut self) {
        self.fresh.retain(|_, id| *id <= self.standing);
        self.top = self.standing;
    }

    /// After the commit, which left the head at `seq`: learned for good.
    pub(super) fn keep(self, seq: i64) {
        let mut known = self.learned.0.write().unwrap_or_else(PoisonError::into_inner);
        for ((kind, word), id) in self.fresh {
            known.words.entry(kind).or_default().insert(word, id);
        }
        known.top = self.top;
        if self.complete {
            known.complete_at = Some(seq);
        }
    }
}
