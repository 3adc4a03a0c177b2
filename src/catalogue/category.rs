//! A category of goods.

use serde::{Deserialize, Serialize};

/// A category; its code is never used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
    /// Whether new products may no longer be of it.
    pub archived: bool,
    /// Version of its row.
    pub version: i64,
}
