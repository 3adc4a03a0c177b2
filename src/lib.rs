//! Yangpin 洋品: how Rugao buys from Yang County, with every fen of the figure explained.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

pub mod access;
pub mod app;
pub mod backup;
pub mod catalogue;
pub mod commands;
pub mod config;
pub mod db;
pub mod demo;
pub mod http;
pub mod jobs;
pub mod journal;
pub mod orders;
pub mod organisations;
pub mod partners;
pub mod stock;
pub mod tally;
pub mod telemetry;
pub mod verify;
