//! Whether a picture is there to its last byte. Decoders are forgiving and fill in grey what is missing; a picture
//! that was cut off on its way must be sent again instead.

use entity::PictureKind;

/// Whether nothing of these bytes is missing, as far as their frame tells; what is inside the frame the decoder judges.
#[must_use]
pub(super) fn is_whole(kind: PictureKind, bytes: &[u8]) -> bool {
    match kind {
        PictureKind::Jpeg => jpeg_ends(bytes),
        PictureKind::Png => png_ends(bytes),
        PictureKind::Webp => webp_ends(bytes),
    }
}

/// Walks the segments of a JPEG to its end-of-image marker. Markers inside a segment, as those of a small picture kept
/// within, are stepped over.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        // Between segments: to the next marker, over the scan's data, escapes and restarts.
        let Some(rest) = bytes.get(at..) else { return false };
        let Some(next) = rest.windows(2).position(|pair| pair[0] == 0xff && is_marker(pair[1])) else {
            return false;
        };
        let marker = rest[next + 1];
        if marker == 0xd9 {
            return true;
        }
        let Some(length) = rest.get(next + 2..next + 4) else { return false };
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if length < 2 {
            return false;
        }
        at += next + 2 + length;
    }
}

/// Not an escaped 0xff of the data, no restart, no filling.
fn is_marker(byte: u8) -> bool {
    !matches!(byte, 0x00 | 0x01 | 0xd0..=0xd7 | 0xff)
}

/// Walks the chunks of a PNG to the one that ends it.
fn png_ends(bytes: &[u8]) -> bool {
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let Some(end) = usize::try_from(length).ok().and_then(|length| at.checked_add(12 + length)) else {
            return false;
        };
        if &head[4..8] == b"IEND" {
            return end <= bytes.len();
        }
        at = end;
    }
    false
}

/// A WebP says how long it is.
fn webp_ends(bytes: &[u8]) -> bool {
    let Some(length) = bytes.get(4..8) else { return false };
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
    usize::try_from(length).is_ok_and(|length| length <= bytes.len().saturating_sub(8))
}
