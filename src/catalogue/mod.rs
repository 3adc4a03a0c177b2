//! The catalogue: what may be bought, by whom, and at what price.
//!
//! Owns categories, products, offers (a price for a channel, from a day to a day), which goods may go to which
//! channels, and search. Does not own stock, who the sellers are, or what an order froze of a product. Hands out the
//! [`Shelf`]: all goods in memory, brought up to date by what was touched, for work that is prepared outside a turn.

mod add_category;
mod api;
mod archive_product;
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
pub mod pictures;
mod product;
mod product_api;
mod product_body;
pub mod product_list;
pub mod queries;
mod reindex;
pub mod search;
pub mod shelf;
mod store;

pub use add_category::AddCategory;
pub use api::CategoriesApi;
pub(crate) use api::repeat;
pub use archive_product::ArchiveProduct;
pub use category::Category;
pub(crate) use category_body::example;
pub use change_product::ChangeProduct;
pub use claim::Claim;
pub use end_offer::EndOffer;
pub use export_api::ProductExportApi;
pub use good::{Good, Offer};
pub use list_product::ListProduct;
pub use make_offer::MakeOffer;
pub use offer::{NewOffer, OfferRecord};
pub use offer_api::OffersApi;
pub use pictures::ProductPicturesApi;
pub use product::{Change, NewProduct, Product, Traits, Weighed, nominal};
pub use product_api::ProductsApi;
pub use reindex::{reindex, stale_documents};
pub use shelf::{Goods, Shelf};
