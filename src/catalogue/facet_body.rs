//! Facets on the wire.

use super::facets::{FacetCount, Facets};
use poem_openapi::Object;

/// One value of a facet.
#[derive(Clone, Debug, Object)]
pub struct FacetCountBody {
    /// Its code, id or word: what the filter takes.
    #[oai(validator(max_length = 64))]
    pub code: String,
    /// Its name; what has one in both languages is called in the reader's.
    #[oai(nullable, validator(max_length = 120))]
    pub name: Option<String>,
    /// How many products.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    pub products: i64,
}

/// The facets of a list of products, each counted with the whole filter but its own part.
#[derive(Clone, Debug, Object)]
pub struct FacetsBody {
    /// How many products the whole filter finds.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    pub products: i64,
    /// By category.
    #[oai(validator(max_items = 200))]
    pub categories: Vec<FacetCountBody>,
    /// By the town they come from.
    #[oai(validator(max_items = 200))]
    pub origins: Vec<FacetCountBody>,
    /// By seller.
    #[oai(validator(max_items = 200))]
    pub sellers: Vec<FacetCountBody>,
    /// By channel; a product counts for each of its channels.
    #[oai(validator(max_items = 200))]
    pub channels: Vec<FacetCountBody>,
    /// By claim; a product counts for each of its claims.
    #[oai(validator(max_items = 200))]
    pub claims: Vec<FacetCountBody>,
}

impl From<FacetCount> for FacetCountBody {
    fn from(count: FacetCount) -> Self {
        Self {
            code: count.code,
            name: Some(count.name),
            products: count.products,
        }
    }
}

impl From<Facets> for FacetsBody {
    fn from(facets: Facets) -> Self {
        let all = |counts: Vec<FacetCount>| counts.into_iter().map(Into::into).collect();
        Self {
            products: facets.products,
            categories: all(facets.categories),
            origins: all(facets.origins),
            sellers: all(facets.sellers),
            channels: all(facets.channels),
            claims: all(facets.claims),
        }
    }
}
