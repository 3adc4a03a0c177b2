//! What all APIs share, and no word of the trade.
//!
//! A request meets these in order: [`serve`] (the socket, its limits and [`places`], a graceful stop), [`edge`] (request id, caller,
//! body limits, JSON and schema checks, time limit, panics, problems, headers, log and metrics), then a room's
//! handler, which takes a [`caller::Caller`] and answers with the shapes of [`answer`] or a [`fault::Refusal`].
//!
//! Owned here: problems and their words (`problems.toml`), the published spec ([`spec`]), API key checks as a
//! protocol ([`caller::Keyring`] is implemented elsewhere), limits of requests and exports, the client's address and
//! the access log, the wire forms of idempotency, conditions and paging.
//! Not owned: sessions of the pages, storage of keys and of idempotent answers, any rule about goods or money.

pub mod access_log;
pub mod address;
pub mod answer;
pub mod asking;
pub mod body;
pub mod caller;
mod codes;
pub mod conditional;
pub mod config;
pub mod context;
#[cfg(test)]
pub(crate) mod demo;
pub mod docs;
pub mod edge;
pub mod elsewhere;
pub mod expected;
pub mod explain;
pub mod exports;
pub mod fault;
mod finish;
pub mod framework;
pub mod front;
pub mod health;
mod held;
pub mod html;
pub mod idempotency;
pub mod json;
pub mod language;
pub mod metrics;
mod packing;
pub mod paging;
pub mod params;
pub mod places;
pub mod problem;
pub mod rate;
pub mod routes;
pub mod seal;
pub mod serve;
pub mod settings;
pub mod shape;
pub mod spec;
pub mod wire;
