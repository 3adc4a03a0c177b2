//! Tests of the whole service, in process, over the real app. Every behaviour runs on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::float_arithmetic,
    missing_docs,
    reason = "tests may panic, and their names say what they are"
)]

#[macro_use]
mod support;

mod access;
mod access_contracts;
mod access_world;
mod answering;
mod beginning;
mod bounds;
mod bringing_office_files;
mod canary;
mod changing;
mod confirming_addresses;
mod contract_numbers;
mod contracts;
mod correcting;
mod counting;
mod delivering;
mod doings;
mod engines;
mod events;
mod exporting;
mod floors;
mod following;
mod freight;
mod generating;
mod hashed;
mod heads;
mod histories;
mod hostile;
mod hostile_sheets;
mod imported;
mod importing;
mod inquiring;
mod integrating;
mod keys;
mod letters;
mod limits;
mod lists;
mod metering;
mod moving;
mod notices;
mod notices_before_orders;
mod openapi;
mod order_ends;
mod order_forms;
mod order_sites;
mod order_words;
mod ordering_again;
mod owing;
mod pictures;
mod placing;
mod pricing;
mod quoting;
mod racing;
mod releasing;
mod repeating;
mod revoking;
mod schema;
mod searching;
mod secrets;
mod silence;
mod sockets;
mod tally;
mod together;
mod totalling;
mod unseen;
mod watching;
mod wording;
mod writing;
