//! Other words for goods on the wire.

use super::synonym::Synonym;
use chrono::{DateTime, Utc};
use entity::SynonymId;
use poem_openapi::Object;
use poem_openapi::types::Example;

/// Another word for goods: whoever types it also finds what has the other in its name.
#[derive(Clone, Debug, Object)]
pub struct SynonymBody {
    /// Its id.
    pub synonym_id: SynonymId,
    /// What is typed: in small letters, half width.
    #[oai(validator(max_length = 40))]
    pub word: String,
    /// What stands in the name of what is found.
    #[oai(validator(max_length = 40))]
    pub means: String,
    /// Since when it is used.
    pub created_at: DateTime<Utc>,
    /// Since when it is used no more.
    #[oai(nullable)]
    pub archived_at: Option<DateTime<Utc>>,
}

impl From<Synonym> for SynonymBody {
    fn from(synonym: Synonym) -> Self {
        Self {
            synonym_id: synonym.id,
            word: synonym.word,
            means: synonym.means,
            created_at: synonym.created_at,
            archived_at: synonym.archived_at,
        }
    }
}

crate::page! {
    /// Other words for goods, the newest first.
    SynonymPage of SynonymBody
}

/// Another word for goods, to be added.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewSynonymBody {
    /// What is typed: one word of 2 to 40 Chinese characters, or of letters and digits.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub word: String,
    /// What stands in the name of what is to be found: one word of the same kind.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub means: String,
}

impl Example for NewSynonymBody {
    fn example() -> Self {
        Self {
            word: "洋芋".to_owned(),
            means: "土豆".to_owned(),
        }
    }
}
