//! The second way: every figure counted again from the trade's rows, and the journal checked against itself.
//!
//! Shares no code with `journal` or `tally`: what one of them gets wrong, this must not get wrong the same way. It
//! reads the tables with SQL of its own (`recount.rs`), hashes with code of its own (`chain.rs`), and names what
//! differs by its place. It owns nothing and changes nothing.

mod chain;
mod content;
mod contracts;
mod delivery;
mod orders;
mod papers;
mod printed;
mod quotes;
mod recount;
mod rows;
mod stock;

use crate::db::Db;
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
    /// Cells compared, of both sizes.
    pub cells: u64,
    /// Sum of all differences between cells and recount, in fen.
    pub difference_fen: i64,
    /// The root of the tree, in hex, as counted.
    pub root: String,
    /// Everything that is wrong, at most [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings there were in all.
    pub found: u64,
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
        writeln!(f, "root {}", self.root)?;
        write!(
            f,
            "entries {} · facts {} · cells {} · findings {} · difference {} fen",
            self.entries, self.facts, self.cells, self.found, self.difference_fen
        )
    }
}

/// Counts everything again, in one snapshot. `progress` hears how many entries are through.
pub async fn verify(db: &Db, mut progress: impl FnMut(u64, u64)) -> Result<Report, DbErr> {
    let snapshot = db.snapshot().await?;
    let engine = db.engine();
    let mut report = Report::default();
    chain::check(&snapshot, engine, &mut report, &mut progress).await?;
    orders::check(&snapshot, engine, &mut report).await?;
    delivery::check(&snapshot, engine, &mut report).await?;
    contracts::check(&snapshot, engine, &mut report).await?;
    quotes::check(&snapshot, engine, &mut report).await?;
    stock::check(&snapshot, engine, &mut report).await?;
    recount::check(&snapshot, engine, &mut report).await?;
    snapshot.end().await?;
    Ok(report)
}
