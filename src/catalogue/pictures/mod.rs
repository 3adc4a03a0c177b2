//! Pictures of products: which ones, in which order, and what they show. The bytes belong to the room `pictures`.

mod add;
mod api;
mod arrange;
mod body;
mod store;

pub use add::AddPicture;
pub use api::ProductPicturesApi;
pub use arrange::{ArrangePictures, Arranged};
pub use body::PictureBody;
pub(super) use store::shown_of;

use crate::pictures::Picture;
use entity::ShortText;
use serde::{Deserialize, Serialize};

/// The most pictures a product shows.
pub const MOST_PICTURES: usize = 12;

/// A picture as a product shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The picture.
    pub picture: Picture,
    /// What it shows, in Chinese.
    pub alt: ShortText,
}
