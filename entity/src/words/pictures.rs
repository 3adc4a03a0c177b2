//! Pictures.

closed_enum! {
    /// Kind of a picture, told by its bytes.
    PictureKind {
        /// JPEG
        Jpeg = "jpeg",
        /// PNG
        Png = "png",
        /// WebP
        Webp = "webp",
    }
}

closed_enum! {
    /// Size in which a picture is shown.
    PictureSize {
        /// at most 200 pixels wide, for lists
        Thumb = "thumb",
        /// at most 800 pixels wide
        Medium = "medium",
    }
}
