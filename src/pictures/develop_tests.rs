//! Pictures that are whole, cut short, too large, or none at all.

use super::develop::develop;
use super::picture::{fit, kind_of, media_type_of};
use entity::{PictureKind, PictureSize};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;

fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let part = |value: u32| u8::try_from(value % 251).unwrap();
        Rgb([part(x), part(y), part(x * 3 + y)])
    })
}

fn written(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn slug(bytes: &[u8]) -> &'static str {
    develop(bytes).unwrap_err().faults()[0].slug()
}

fn measures(bytes: &[u8]) -> (u32, u32) {
    let image = image::load_from_memory(bytes).unwrap();
    (image.width(), image.height())
}

#[test]
fn each_kind_comes_out_in_each_size() {
    for (format, kind) in [
        (ImageFormat::Jpeg, PictureKind::Jpeg),
        (ImageFormat::Png, PictureKind::Png),
        (ImageFormat::WebP, PictureKind::Webp),
    ] {
        let developed = develop(&written(photo(1000, 500), format)).unwrap();
        assert_eq!((developed.kind, developed.width, developed.height), (kind, 1000, 500));
        let sizes: Vec<_> = developed.sizes.iter().map(|(size, bytes)| (*size, measures(bytes))).collect();
        assert_eq!(sizes, [(PictureSize::Thumb, (200, 100)), (PictureSize::Medium, (800, 400))]);
        assert!(developed.sizes.iter().all(|(_, bytes)| kind_of(bytes) == Some(PictureKind::Jpeg)));
    }
}

#[test]
fn what_is_transparent_stays_so() {
    let developed = develop(&written(RgbaImage::from_pixel(300, 300, Rgba([9, 9, 9, 0])), ImageFormat::Png)).unwrap();
    for (_, bytes) in developed.sizes {
        assert_eq!(media_type_of(&bytes), Some("image/png"));
        assert_eq!(image::load_from_memory(&bytes).unwrap().into_rgba8().get_pixel(5, 5).0[3], 0);
    }
}

/// The orientation that cameras note: 6 is a quarter turn.
const TURNED: &[u8] = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";

#[test]
fn a_turned_picture_stands_upright_and_says_nothing_beside_its_pixels() {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(TURNED.to_vec()).unwrap();
    DynamicImage::from(photo(400, 100)).write_with_encoder(encoder).unwrap();
    assert!(bytes.windows(4).any(|four| four == b"Exif"));
    let developed = develop(&bytes).unwrap();
    assert_eq!((developed.width, developed.height), (100, 400));
    for (_, bytes) in developed.sizes {
        assert_eq!(measures(&bytes), (100, 400));
        assert!(!bytes.windows(4).any(|four| four == b"Exif"));
    }
}

#[test]
fn what_was_cut_off_is_refused_wherever_it_was_cut() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let bytes = written(photo(64, 64), format);
        assert!(develop(&bytes).is_ok());
        for cut in [bytes.len() - 1, bytes.len() - 2, bytes.len() / 2, 40] {
            let slug = slug(&bytes[..cut]);
            assert_eq!(slug, "picture_cut_short", "{format:?} cut at {cut} of {}", bytes.len());
        }
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    for bytes in [
        &b"GIF89a"[..],
        b"<svg onload=alert(1)>",
        b"MZ",
        b"PK\x03\x04",
        b"",
        b"hello",
        b"<html>",
    ] {
        assert_eq!(slug(bytes), "picture_kind");
    }
    // The frame of a PNG, and rubbish in it.
    let mut damaged = written(photo(64, 64), ImageFormat::Png);
    let middle = damaged.len() / 2;
    damaged[middle..middle + 20].fill(0xaa);
    assert_eq!(slug(&damaged), "picture_unreadable");
}

#[test]
fn a_bomb_is_not_unfolded() {
    // A PNG that says it is 50,000 by 50,000: ten gigabytes of pixels in a few bytes.
    assert_eq!(slug(&png_that_says(50_000, 50_000)), "picture_size");
    assert_eq!(slug(&png_that_says(20_000, 20_000)), "picture_too_large");
    // A WebP that says the most it can, 16,383 by 16,383.
    let mut webp = written(photo(1, 1), ImageFormat::WebP);
    let at = webp.windows(4).position(|four| four == b"VP8L").unwrap() + 9;
    webp[at..at + 4].copy_from_slice(&0x0fff_bffe_u32.to_le_bytes());
    assert_eq!(slug(&webp), "picture_too_large");
    // Just above the bound, and real.
    let mut large = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut large);
    encoder
        .write_image(&vec![0; 8_000 * 5_001], 8_000, 5_001, image::ExtendedColorType::L8)
        .unwrap();
    assert!(large.len() < 200_000, "{}", large.len());
    assert_eq!(slug(&large), "picture_too_large");
}

/// A PNG of one pixel that says it is larger.
fn png_that_says(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = written(photo(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = checksum(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

#[test]
fn a_picture_has_two_sides_that_can_be_written() {
    // More than a JPEG can say, in few pixels.
    for (width, height) in [(1, 66_000), (66_000, 1), (1, 20_001), (20_001, 1_000)] {
        assert_eq!(slug(&png_that_says(width, height)), "picture_size", "{width} × {height}");
    }
    assert_eq!(slug(&written(photo(1, 66_000), ImageFormat::Png)), "picture_size");
    for (width, height) in [(1, 20_000), (20_000, 1), (1, 1)] {
        let developed = develop(&written(photo(width, height), ImageFormat::Png)).unwrap();
        for (size, bytes) in developed.sizes {
            assert_eq!(measures(&bytes), fit(width, height, size), "{width} × {height}");
        }
    }
}

/// The sum at the end of a chunk of a PNG.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
        }
    }
    !sum
}
