//! The journal: one order of events for everything that changes the trade.
//!
//! Owns the head, its epochs, heads that were signed and the keys that signed them, entries, facts, both sizes of cells, the words facts are told by, notes beside the
//! journal, and the keys of repeated requests. Does not own any thing of the trade: rooms above write their rows
//! inside a [`Turn`] and say what happened with [`Turn::record`].
//!
//! Hands out the [`Gate`], the only way to write. A turn takes the head first, works, writes entries with gap-free
//! numbers, facts and cells, moves the head and commits; answers leave after the commit. So the order of numbers is
//! the order of commits, and a total read anywhere is exact at once.

mod admission;
mod cell;
mod content;
mod desk;
mod doings;
mod entry;
mod fact;
mod feed;
mod gate;
mod head;
mod keeper;
mod merkle;
mod meters;
mod noting;
mod repeat;
mod roots;
mod signed;
mod store;
mod turn;
mod unsettled;
mod words;

pub use admission::{admit_again, is_turned_away};
pub use desk::Desk;
pub use doings::{Doing, DoingsFilter, doings};
pub use entry::{NewEntry, Thing, Who};
pub use fact::{Dimensions, NewFact, measure_code, mode_code};
pub use feed::{
    Event, FeedAsk, FeedFilter, News, Noted, Position, events, events_of, events_of_kinds, news, note_at, note_of, notes_at, notes_of,
    position_at,
};
pub use gate::{Answered, Batch, Gate, GateOptions, UseCase};
pub use head::{FOLD, FORMAT, Head, PAIRING, begin_epoch, begin_journal, read as read_head};
pub use merkle::{Frontier, Hash, leaf_hash};
pub use meters::Meters;
pub use noting::note_some;
pub use repeat::Repeat;
pub use signed::{JournalKey, SignedHead, Signer, journal_keys};
pub use store::{facts_between, facts_of, purge_repeats};
pub use turn::{Recorded, Turn, TurnError};
pub use words::{WordKind, Words};
