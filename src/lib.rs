//! Yangpin 洋品: how Rugao buys from Yang County, with every fen of the figure explained.
//!
//! # The map
//!
//! Rooms are named by the trade, lowest floor first; a room imports only from floors below it, and a test
//! (`tests/api/floors.rs`) holds that order.
//!
//! | floor | room | what it owns |
//! |---|---|---|
//! | ½ | [`addresses`], [`ownership`] | addresses without their secrets; whose what is made is |
//! | 1 | [`telemetry`], [`db`] | the log; the two engines, durability, migrations under a lock, sets of rows |
//! | 1½ | [`secrets`] | the master secret: where it is kept, and the keys made of it |
//! | 2 | [`http`] | what all APIs share, and no word of the trade: problems, callers, idempotency, paging, conditions, limits |
//! | 2½ | [`sheets`] | tables as people keep them: CSV, XLSX, JSON lines, read and written; no word of the trade either |
//! | 3 | [`access`] | the actor, and who may do what, as pure functions |
//! | 4 | [`journal`] | head, gate, turn, entries, facts, cells, Merkle tree: the one order of events |
//! | 5 | [`jobs`] | background work: due, leased, resumed |
//! | 6 | [`organisations`] | divisions, departments, buyers, retailers, suppliers, offices, sites, people, keys |
//! | 6½ | [`pictures`] | pictures by their digest: checked, resized, kept in a folder or a bucket |
//! | 7 | [`catalogue`] | categories, products and their pictures, offers and which of them wins, terms of suppliers, eligibility, search and other words for goods |
//! | 8 | [`stock`] | places, what lies there, every movement |
//! | 8a | [`contracts`] | framework contracts: agreed on by both sides, drawn on by orders |
//! | 8b | [`quotes`] | prices that hold for a while, inquiries (询价) and their answers |
//! | 9 | [`orders`] | placing, answering, closing short, changing, cancelling; how far each line has come |
//! | 9a | [`delivery`] | shipments, acceptances, returns |
//! | 9b | [`imports`] | documents written elsewhere: staged, checked whole, booked in chunks, taken back |
//! | 9½ | [`order_tools`] | ordering again, order sheets, orders as files and on paper |
//! | 9⅝ | [`intake`] | organisations, products and offers by sheet: checked, entered in slices, taken back |
//! | 9¾ | [`lists`] | saved lists: what they cost, trying them, ordering from them |
//! | 10 | [`tally`] | the figure, and the way down to its lines |
//! | 11 | [`partners`] | the event feed, how each kind of entry is told, timelines of orders, who did what, signed heads of the journal |
//! | 11½ | [`notices`] | inboxes of people, what they want to hear, letters |
//! | 12 | [`app`] | plugs the rooms together |
//! | 12½ | [`founding`] | the public divisions and categories that a city begins with |
//! | top | [`demo`], [`backup`], [`moving`], [`config`], [`commands`] | what the program is made of |
//! | beside | [`verify`] | the second way: stands on `db` alone and shares no code with `journal` or `tally` |
//!
//! Each room has the same file words: `mod.rs` (what it owns, what it does not, what it hands out), `api.rs` (HTTP in
//! and out, nothing else), `<thing>.rs` (a thing and its rules, pure), `<verb>.rs` (one use case; it alone asks for a
//! turn), `store.rs` (all SQL of the room), `queries.rs` (reads). Rows and value types live in the crate `entity`, the
//! schema in the crate `migration`.
//!
//! # The way of one order through the house
//!
//! 1. `POST /v1/orders` meets the edge ([`http::edge`]): request id, caller, body limit, one pass over the JSON for
//!    duplicate keys and depth, its shape against the published spec: every fault of shape at once, 400.
//! 2. [`orders::OrdersApi`] takes the caller first, asks [`access`] whether it may order, reads the idempotency key.
//! 3. [`orders::OrderDesk`] **prepares outside the turn**, with parties and goods in memory: channel, fund source,
//!    site, day, each line's offer, step, minimum and amount. Every fault of rule at once, 422.
//! 4. [`journal::Gate`] takes it with up to 63 others into one [`journal::Turn`], which takes the head of the journal
//!    first: `FOR UPDATE` on PostgreSQL, `BEGIN IMMEDIATE` on SQLite.
//! 5. In the turn [`orders::Place`] loads what was answered before and what lies in stock, decides each request alone
//!    in memory, and writes set by set: groups, orders, lines, holds. Prepared work older than the register is
//!    prepared again. Short stock names the line and what is left, 409.
//! 6. The journal writes one entry for each order, a fact *ordered* for each line, both sizes of cells, the kept
//!    answer, and moves the head; commit; only then the answer leaves.
//! 7. [`tally`] sums cells: the order is in the figure at the next request, on every process. [`verify`] comes to the
//!    same fen from the rows of orders and lines.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

pub mod access;
pub mod addresses;
pub mod app;
pub mod backup;
pub mod catalogue;
pub mod commands;
pub mod config;
pub mod contracts;
pub mod db;
pub mod delivery;
pub mod demo;
pub mod founding;
pub mod http;
pub mod imports;
pub mod intake;
pub mod jobs;
pub mod journal;
pub mod lists;
pub mod moving;
pub mod notices;
pub mod order_tools;
pub mod orders;
pub mod organisations;
pub mod ownership;
pub mod partners;
pub mod pictures;
pub mod quotes;
pub mod secrets;
pub mod sheets;
pub mod stock;
pub mod tally;
pub mod telemetry;
pub mod verify;
