//! The second way: every figure counted again from the trade's rows, and the journal checked against itself.
//!
//! Shares no code with `journal` or `tally`: what one of them gets wrong, this must not get wrong the same way. It
//! reads the tables with SQL of its own (`counted.rs`), hashes with code of its own (`chain.rs`), and names what
//! differs by its place. It owns nothing and changes nothing.

mod anchors;
mod bounds;
mod chain;
mod content;
mod contracts;
mod counted;
mod delivery;
mod imports;
mod orders;
mod papers;
mod printed;
mod quotes;
mod recount;
mod register;
mod rows;
mod stock;

pub use anchors::Anchor;

use crate::db::{Db, Engine, Snapshot};
use sea_orm::DbErr;
use std::fmt;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: table and row.
    pub place: String,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What was counted, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries read.
    pub entries: u64,
    /// Facts read.
    pub facts: u64,
    /// Cells compared: of both sizes, and of what imports brought.
    pub cells: u64,
    /// Sum of all differences between cells and recount, in fen.
    pub difference_fen: i64,
    /// The root of the tree, in hex, as counted.
    pub root: String,
    /// Everything that is wrong, at most [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings there were in all.
    pub found: u64,
    /// What is to be known and is not wrong: rows older than a bound they would not keep to, at most [`MOST_FINDINGS`].
    pub notes: Vec<Finding>,
}

/// More findings are counted but not listed.
pub const MOST_FINDINGS: usize = 1_000;

impl Report {
    fn find(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding {
                place: place.into(),
                what: what.into(),
            });
        }
    }

    fn note(&mut self, place: impl Into<String>, what: impl Into<String>) {
        if self.notes.len() < MOST_FINDINGS {
            self.notes.push(Finding {
                place: place.into(),
                what: what.into(),
            });
        }
    }

    /// Takes over what was found elsewhere.
    fn add(&mut self, other: Self) {
        self.cells += other.cells;
        self.difference_fen += other.difference_fen;
        self.found += other.found;
        let room = MOST_FINDINGS.saturating_sub(self.findings.len());
        self.findings.extend(other.findings.into_iter().take(room));
        self.notes.extend(other.notes);
    }

    /// Whether all is well.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.found == 0 && self.difference_fen == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        if self.found > self.findings.len() as u64 {
            writeln!(f, "… and {} more", self.found - self.findings.len() as u64)?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        writeln!(f, "root {}", self.root)?;
        write!(
            f,
            "entries {} · facts {} · cells {} · findings {} · difference {} fen",
            self.entries, self.facts, self.cells, self.found, self.difference_fen
        )
    }
}

/// Counts everything again, in one snapshot. `progress` hears how many entries are through. Where the engine can show
/// the same moment twice, the chain and the tables are gone through beside each other.
pub async fn verify(db: &Db, progress: impl FnMut(u64, u64)) -> Result<Report, DbErr> {
    verify_at(db, &[], progress).await
}

/// The same, and holds the tree to roots that somebody kept.
pub async fn verify_at(db: &Db, kept: &[Anchor], mut progress: impl FnMut(u64, u64)) -> Result<Report, DbErr> {
    let snapshot = db.snapshot().await?;
    let engine = db.engine();
    let (mut report, mut of_tables) = (Report::default(), Report::default());
    if let Some(beside) = snapshot.beside(db).await? {
        tokio::try_join!(
            chain::check(&snapshot, engine, kept, &mut report, &mut progress),
            tables(&beside, engine, &mut of_tables),
        )?;
        beside.end().await?;
    } else {
        chain::check(&snapshot, engine, kept, &mut report, &mut progress).await?;
        tables(&snapshot, engine, &mut of_tables).await?;
    }
    snapshot.end().await?;
    report.add(of_tables);
    Ok(report)
}

/// All but the chain.
async fn tables(snapshot: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    orders::check(snapshot, engine, report).await?;
    delivery::check(snapshot, engine, report).await?;
    bounds::check(snapshot, engine, report).await?;
    contracts::check(snapshot, engine, report).await?;
    quotes::check(snapshot, engine, report).await?;
    stock::check(snapshot, engine, report).await?;
    imports::check(snapshot, engine, report).await?;
    recount::check(snapshot, engine, report).await
}
