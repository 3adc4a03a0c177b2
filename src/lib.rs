//! Yangpin.
pub mod access;
pub mod db;
pub mod http;
pub mod journal;
pub mod organisations;
