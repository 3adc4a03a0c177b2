//! Makes the sizes of a picture: decodes it within bounds, turns it upright, resizes it, writes it anew. What the
//! picture said beside its pixels (where it was taken, by which camera, its comment) is left behind.

use super::picture::{MOST_PIXELS, MOST_SIDE, fit, kind_of};
use super::whole::is_whole;
use crate::http::fault::{Fault, Refusal};
use entity::{PictureKind, PictureSize};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, ImageResult, Limits};
use std::io::Cursor;

/// The most bytes a decoder may take at once; a picture of the most pixels with the widest colours fits.
const MOST_DECODED_BYTES: u64 = 400 << 20;
/// Quality of a JPEG of ours, 1 to 100.
const JPEG_QUALITY: u8 = 85;

/// A picture in all its sizes.
#[derive(Debug)]
pub(super) struct Developed {
    pub(super) kind: PictureKind,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) sizes: Vec<(PictureSize, Vec<u8>)>,
}

/// Makes all sizes of a picture. Takes a while: not for a thread that serves requests.
///
/// # Errors
/// `picture_kind`, `picture_cut_short`, `picture_size`, `picture_too_large` or `picture_unreadable`.
pub(super) fn develop(bytes: &[u8]) -> Result<Developed, Refusal> {
    let kind = kind_of(bytes).ok_or_else(|| Refusal::fault("picture_kind"))?;
    if !is_whole(kind, bytes) {
        return Err(Refusal::fault("picture_cut_short"));
    }
    let image = decode(kind, bytes)?;
    let (width, height) = (image.width(), image.height());
    let image = in_eight_bits(image);
    let mut sizes = Vec::new();
    for size in PictureSize::ALL {
        let (across, down) = fit(width, height, *size);
        let smaller = if (across, down) == (width, height) {
            image.clone()
        } else {
            image.resize_exact(across, down, FilterType::Triangle)
        };
        sizes.push((*size, encode(&smaller).map_err(Refusal::broken)?));
    }
    Ok(Developed {
        kind,
        width,
        height,
        sizes,
    })
}

/// Looks at the measures before a pixel is decoded: a few bytes may unfold to gigabytes.
fn decode(kind: PictureKind, bytes: &[u8]) -> Result<DynamicImage, Refusal> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format_of(kind));
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refusal_of)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(Refusal::fault("picture_unreadable"));
    }
    if width > MOST_SIDE || height > MOST_SIDE {
        let fault = Fault::of("picture_size").with("limit", MOST_SIDE);
        return Err(fault.with("width", width).with("height", height).into());
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(too_large());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(refusal_of)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn too_large() -> Refusal {
    Fault::of("picture_too_large").with("limit", MOST_PIXELS).into()
}

fn refusal_of(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => too_large(),
        _ => Refusal::fault("picture_unreadable"),
    }
}

fn format_of(kind: PictureKind) -> ImageFormat {
    match kind {
        PictureKind::Jpeg => ImageFormat::Jpeg,
        PictureKind::Png => ImageFormat::Png,
        PictureKind::Webp => ImageFormat::WebP,
    }
}

/// Screens show eight bits a colour; a picture without transparency needs no fourth.
fn in_eight_bits(image: DynamicImage) -> DynamicImage {
    if image.color().has_alpha() {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    }
}

/// What is transparent becomes a PNG, all else a JPEG.
fn encode(image: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    if image.color().has_alpha() {
        image.write_with_encoder(PngEncoder::new(&mut bytes))?;
    } else {
        image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    }
    Ok(bytes)
}
