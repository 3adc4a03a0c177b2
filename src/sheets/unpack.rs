//! How large a workbook is when it is unpacked, found by unpacking it: what a file says of itself may be a lie.

use crate::http::fault::Fault;
use std::io::{Cursor, Read, copy, sink};
use zip::ZipArchive;

/// A workbook has a dozen parts.
const MOST_PARTS: usize = 1_000;

/// Refuses what unpacks to more than `limit` bytes, or to a thousand parts.
pub(super) fn check_unpacked(bytes: &[u8], limit: u64) -> Result<(), Fault> {
    let unreadable = |_| Fault::of("sheet_unreadable");
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MOST_PARTS {
        return Err(Fault::of("sheet_unpacks_too_large").with("limit_bytes", limit));
    }
    let mut left = limit;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(unreadable)?;
        let size = copy(&mut part.take(left.saturating_add(1)), &mut sink()).map_err(|_| Fault::of("sheet_unreadable"))?;
        left = left
            .checked_sub(size)
            .ok_or_else(|| Fault::of("sheet_unpacks_too_large").with("limit_bytes", limit))?;
    }
    Ok(())
}
