//! What a label may claim: organic, or a protected geographical indication.

use entity::Called;
use poem_openapi::Enum;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A claim on the label of a product.
///
/// `organic`: certified organic (有机). `gi`: geographical indication (地理标志); for black rice only from towns inside
/// its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum, Serialize, Deserialize)]
#[oai(rename = "ProductClaim", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// Certified organic.
    Organic,
    /// Geographical indication.
    Gi,
}

impl Claim {
    /// The word in the column, in JSON and in the URL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organic => "organic",
            Self::Gi => "gi",
        }
    }
}

impl Called for Claim {
    fn zh(self) -> &'static str {
        match self {
            Self::Organic => "有机",
            Self::Gi => "地理标志",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Organic => "organic",
            Self::Gi => "geographical indication",
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Claim {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "organic" => Ok(Self::Organic),
            "gi" => Ok(Self::Gi),
            _ => Err(()),
        }
    }
}
