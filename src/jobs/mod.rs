//! Jobs: one table of background work, and the runner that carries it out.
//!
//! Owns the table `jobs`: what is to be done, when, who has it leased, how far it is. Does not own what a job is
//! about: rooms above implement [`Job`] and hand it to the [`Runner`]; two standing jobs that need no other room live
//! here, [`PurgeRepeats`] and [`RetentionSweep`].
//!
//! What is not trade does not enter the journal, so jobs record no entries; but they write through the gate, where
//! everybody writes, so that SQLite keeps its one writer.
//!
//! A step may be done twice (a process may die between the step and the note of its progress), so every step must be
//! one that may.

mod api;
mod cancel;
mod claim;
mod enter;
mod finish;
mod job;
mod purge;
mod retention;
mod run;
mod store;

#[cfg(test)]
mod run_tests;

pub use api::JobsApi;
pub use cancel::cancel_job;
pub use enter::enter_job;
pub use job::{Job, LEASE, MOST_ATTEMPTS, Step, back_off};
pub use purge::PurgeRepeats;
pub use retention::RetentionSweep;
pub use run::{Runner, Running};
