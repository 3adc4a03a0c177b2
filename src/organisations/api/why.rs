//! Why something is archived.

use super::example;
use entity::Name;
use poem_openapi::Object;
use poem_openapi::types::Example;

/// Why something is archived; kept beside the journal.
#[derive(Clone, Debug, Object)]
#[oai(rename = "ArchiveReason", deny_unknown_fields, example)]
pub struct WhyBody {
    /// In a few words, 1 to 120 characters.
    pub reason: Name,
}

impl Example for WhyBody {
    fn example() -> Self {
        Self {
            reason: example("区划调整，并入白蒲镇"),
        }
    }
}
