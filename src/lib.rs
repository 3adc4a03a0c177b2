//! Yangpin.
pub mod access;
pub mod catalogue;
pub mod db;
pub mod http;
pub mod journal;
pub mod stock;
