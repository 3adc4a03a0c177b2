//! The words facts are told by, as small numbers: a town, a buyer, a channel each has one row in `dimensions`.
//!
//! A number once given never changes, so what a process has learned it keeps. Words given in a turn are learned for
//! good only after the commit.

use crate::db::{Engine, Params, statement};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

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
}

type Known = HashMap<WordKind, HashMap<String, i32>>;

/// All words this process has learned.
#[derive(Clone, Debug, Default)]
pub struct Words(Arc<RwLock<Known>>);

impl Words {
    /// The number of a word, if learned.
    #[must_use]
    pub fn get(&self, kind: WordKind, word: &str) -> Option<i32> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&kind).and_then(|of_kind| of_kind.get(word)).copied()
    }

    fn learn(&self, words: impl IntoIterator<Item = (WordKind, String, i32)>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (kind, word, id) in words {
            known.entry(kind).or_default().insert(word, id);
        }
    }
}

/// Words of one turn: those learned, and those found or given since it began.
#[derive(Debug)]
pub(super) struct TurnWords {
    learned: Words,
    fresh: HashMap<(WordKind, String), i32>,
}

impl TurnWords {
    pub(super) fn new(learned: Words) -> Self {
        Self {
            learned,
            fresh: HashMap::new(),
        }
    }

    pub(super) fn get(&self, kind: WordKind, word: &str) -> Option<i32> {
        self.learned
            .get(kind, word)
            .or_else(|| self.fresh.get(&(kind, word.to_owned())).copied())
    }

    /// Makes sure that every word has a number; one look-up and one insert for all that are new.
    pub(super) async fn ensure(&mut self, tx: &DatabaseTransaction, engine: Engine, words: Vec<(WordKind, String)>) -> Result<(), DbErr> {
        let mut missing: Vec<(WordKind, String)> = words.into_iter().filter(|(kind, word)| self.get(*kind, word).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        // Bounded, so that a first import of thousands of words still fits the engine's limit on parameters.
        for part in missing.chunks(1_000) {
            self.find(tx, engine, part).await?;
            self.give(tx, engine, part).await?;
        }
        Ok(())
    }

    async fn find(&mut self, tx: &DatabaseTransaction, engine: Engine, words: &[(WordKind, String)]) -> Result<(), DbErr> {
        let mut params = Params::new(engine);
        let marks = params.list(words.iter().map(|(_, word)| word.clone()));
        let sql = format!("SELECT id, kind, word FROM dimensions WHERE word IN ({marks})");
        for row in tx.query_all_raw(params.into_statement(&sql)).await? {
            let (kind, word): (String, String) = (row.try_get("", "kind")?, row.try_get("", "word")?);
            if let Some((kind, word)) = words.iter().find(|(k, w)| k.as_str() == kind && *w == word) {
                self.fresh.insert((*kind, word.clone()), row.try_get("", "id")?);
            }
        }
        Ok(())
    }

    async fn give(&mut self, tx: &DatabaseTransaction, engine: Engine, words: &[(WordKind, String)]) -> Result<(), DbErr> {
        let new: Vec<&(WordKind, String)> = words.iter().filter(|word| !self.fresh.contains_key(*word)).collect();
        if new.is_empty() {
            return Ok(());
        }
        // The head is taken, so nobody else gives numbers now.
        let top = tx
            .query_one_raw(statement(engine, "SELECT COALESCE(MAX(id), 0) AS top FROM dimensions", Vec::new()))
            .await?;
        let mut id: i32 = top.map(|row| row.try_get("", "top")).transpose()?.unwrap_or(0);
        let mut params = Params::new(engine);
        let mut rows = Vec::new();
        for (kind, word) in new {
            id += 1;
            rows.push(format!(
                "({}, {}, {})",
                params.add(id),
                params.add(kind.as_str()),
                params.add(word.clone())
            ));
            self.fresh.insert((*kind, word.clone()), id);
        }
        let sql = format!("INSERT INTO dimensions (id, kind, word) VALUES {}", rows.join(", "));
        tx.execute_raw(params.into_statement(&sql)).await?;
        Ok(())
    }

    /// Forgets what was given inside a savepoint that was rolled back.
    pub(super) fn forget(&mut self) {
        self.fresh.clear();
    }

    /// After the commit: learned for good.
    pub(super) fn keep(self) {
        self.learned
            .learn(self.fresh.into_iter().map(|((kind, word), id)| (kind, word, id)));
    }
}
