//! The long proofs: the real binary, as child processes on loopback, under faults. Each prints its figures.
//!
//! `cargo test --release --test proofs -- --ignored --nocapture --test-threads=1` runs them all; with
//! `YANGPIN_PROOF_PERCENT=5` each does five per cent of its work, with `YANGPIN_PROOF_SEED=7` the dice fall otherwise,
//! and `YANGPIN_PROOF_BINARY` names another build to be proved. PostgreSQL is found as the other tests find it, by
//! `YANGPIN_TEST_POSTGRES`; where none answers, what needs it is skipped and says so.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a proof that cannot go on says why and stops")]

mod backup;
mod corrupt;
mod flush;
mod follow;
mod hangup;
mod harness;
mod hostile_sheets;
mod kill;
mod large_import;
mod outages;
mod oversell;
mod own_writes;
mod replay;
mod revoked;
mod soak;
mod spoil;
mod stall;
mod startup;
