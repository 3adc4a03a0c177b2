//! Categories on the wire.

use super::category::Category;
use entity::Name;
use poem_openapi::Object;
use poem_openapi::types::Example;
use std::str::FromStr;

/// A value of an example in the spec. Tests make every example, so a wrong one never gets further.
pub(crate) fn example<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| unreachable!("{text} is a good example"))
}

/// A category of goods.
#[derive(Clone, Debug, Object)]
pub struct CategoryBody {
    /// Its code.
    #[oai(validator(max_length = 40))]
    pub code: String,
    /// Its Chinese name.
    #[oai(validator(max_length = 120))]
    pub name_zh: String,
    /// Its English name.
    #[oai(validator(max_length = 120))]
    pub name_en: String,
    /// Whether new products may no longer be of it.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

impl From<Category> for CategoryBody {
    fn from(category: Category) -> Self {
        Self {
            code: category.code,
            name_zh: category.name_zh,
            name_en: category.name_en,
            archived: category.archived,
            version: category.version,
        }
    }
}

crate::page! {
    /// Categories, by code.
    CategoryPage of CategoryBody
}

/// A category to be added.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewCategoryBody {
    /// Its code: small letters, digits and hyphens. Never used again.
    #[oai(validator(min_length = 1, max_length = 40, pattern = "^[a-z][a-z0-9-]*$"))]
    pub code: String,
    /// Its Chinese name.
    pub name_zh: Name,
    /// Its English name.
    pub name_en: Name,
}

impl Example for NewCategoryBody {
    fn example() -> Self {
        Self {
            code: "bean".to_owned(),
            name_zh: example("豆制品"),
            name_en: example("Bean products"),
        }
    }
}

/// What to correct of a category, and why; what is left out stays. Its code stays for good.
#[derive(Clone, Debug, Object)]
#[oai(rename = "CategoryChange", deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct CategoryChangeBody {
    /// The new Chinese name; totals of periods that ended before keep the old one.
    pub name_zh: Option<Name>,
    /// The new English name.
    pub name_en: Option<Name>,
    /// Why, in a few words; kept beside the journal.
    pub reason: Name,
}

impl Example for CategoryChangeBody {
    fn example() -> Self {
        Self {
            name_zh: Some(example("食用菌")),
            name_en: None,
            reason: example("与产品目录一致"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::offer_body::{EndOfferBody, NewOfferBody};
    use super::super::product_body::{ArchiveProductBody, NewProductBody, ProductChangeBody};
    use super::*;

    #[test]
    fn every_example_can_be_made() {
        assert_eq!(NewCategoryBody::example().code, "bean");
        assert_eq!(CategoryChangeBody::example().name_en, None);
        assert_eq!(NewProductBody::example().sku.as_str(), "GR02");
        assert!(ProductChangeBody::example().pack.is_some());
        assert!(ArchiveProductBody::example().successor_id.is_some());
        assert_eq!(NewOfferBody::example().to_date, None);
        assert_eq!(EndOfferBody::example().to_date.to_string(), "2026-12-31");
    }
}
