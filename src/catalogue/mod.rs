//! The catalogue: what may be bought, by whom, and at what price.
//!
//! Owns categories, products, offers (a price for somebody, from a day to a day), what suppliers ask of orders, which goods may go to which
//! channels, and search. Does not own stock, who the sellers are, or what an order froze of a product. Hands out the
//! [`Shelf`]: all goods in memory, brought up to date by what was touched, for work that is prepared outside a turn.

mod add_category;
mod agreed_price;
mod announce_price;
mod api;
mod archive_product;
pub mod audience;
mod category;
mod category_body;
mod change_product;
mod claim;
mod earliest;
pub mod eligibility;
mod end_offer;
mod export_api;
mod facet_body;
mod facets;
mod good;
mod list_product;
mod make_offer;
mod offer;
mod offer_api;
mod offer_body;
mod offer_store;
pub mod pictures;
mod price_api;
mod price_body;
pub mod pricing;
mod product;
mod product_api;
mod product_body;
pub mod product_list;
pub mod queries;
mod reindex;
pub mod search;
mod set_terms;
pub mod shelf;
mod store;
pub mod terms;
mod terms_api;
mod terms_body;
mod terms_store;

pub use add_category::{AddCategory, category_id};
pub use agreed_price::{AgreedPrice, AgreedPrices};
pub use announce_price::AnnouncePrice;
pub use api::CategoriesApi;
pub(crate) use api::repeat;
pub use archive_product::ArchiveProduct;
pub use audience::{Asker, Audience};
pub use category::Category;
pub(crate) use category_body::example;
pub use change_product::ChangeProduct;
pub use claim::Claim;
pub use end_offer::EndOffer;
pub use export_api::ProductExportApi;
pub use good::{Good, Offer, Tier};
pub use list_product::ListProduct;
pub use make_offer::MakeOffer;
pub use offer::{NewOffer, OfferRecord};
pub use offer_api::OffersApi;
pub use pictures::ProductPicturesApi;
pub use price_api::{PricesApi, why};
pub use price_body::CandidateBody;
pub use product::{Change, FREIGHT_CATEGORY, NewProduct, Product, Traits, Weighed, nominal};
pub use product_api::ProductsApi;
pub use reindex::{reindex, stale_documents};
pub use set_terms::{SetTerms, TermsChange};
pub use shelf::{Goods, Shelf};
pub use terms::{Freight, MOST_FREIGHT, Terms};
pub use terms_api::TermsApi;
pub use terms_body::{Weekday, days_of};
