//! The parts of a workbook, unpacked within bounds: how large it is when it is unpacked is found by unpacking it, since
//! what a file says of itself may be a lie.

use super::budget::Budget;
use super::xml::{Xml, unreadable};
use crate::http::fault::Fault;
use std::collections::HashMap;
use std::io::{Cursor, Read};
use zip::ZipReadOptions;
use zip::read::{Config, ZipFileEntry};
use zip::unstable::read::ZipIterable;

/// A workbook has a dozen parts.
pub(super) const MOST_PARTS: usize = 1_000;
/// Bytes unpacked at a time.
const PIECE_BYTES: usize = 64 << 10;

/// The parts of a workbook by their names.
pub(super) struct Parts<'a> {
    bytes: &'a [u8],
    entries: HashMap<String, ZipFileEntry<'static>>,
    /// The same once more: a sheet is looked at before it is known which is read.
    to_look_at: HashMap<String, ZipFileEntry<'static>>,
    budget: &'a Budget,
}

impl<'a> Parts<'a> {
    /// Opens a workbook. Refuses what unpacks to more than its bound, has a thousand parts, or is damaged in any.
    ///
    /// The directory is gone through entry by entry: room is never made for as many as it says there are.
    pub(super) fn open(bytes: &'a [u8], budget: &'a Budget) -> Result<Self, Fault> {
        let limit = budget.bounds().unpacked_bytes;
        let too_much = || Fault::of("sheet_unpacks_too_large").with("limit_bytes", limit);
        let mut archive = ZipIterable::try_new(Cursor::new(bytes), Config::default()).map_err(|_| unreadable())?;
        if archive.len() > MOST_PARTS {
            return Err(too_much());
        }
        let mut left = limit;
        for entry in archive.files().map_err(|_| unreadable())? {
            let size = unpacked(bytes, entry.map_err(|_| unreadable())?, left, budget)?;
            left = left.checked_sub(size).ok_or_else(too_much)?;
        }
        let mut named = || {
            let mut entries = HashMap::new();
            for entry in archive.files().map_err(|_| unreadable())? {
                let entry = entry.map_err(|_| unreadable())?;
                let name = entry.name().map_err(|_| unreadable())?.into_owned();
                entries.insert(key_of(&name), entry);
            }
            Ok::<_, Fault>(entries)
        };
        let (entries, to_look_at) = (named()?, named()?);
        Ok(Self {
            bytes,
            entries,
            to_look_at,
            budget,
        })
    }

    /// Whether there is such a part.
    pub(super) fn has(&self, name: &str) -> bool {
        self.to_look_at.contains_key(&key_of(name))
    }

    /// What reading them may take.
    pub(super) fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// Looks at the beginning of a part that may be read later, within a budget of its own.
    pub(super) fn look<T>(
        &mut self,
        name: &str,
        budget: &Budget,
        work: impl FnOnce(&mut Xml<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let entry = self.to_look_at.remove(&key_of(name));
        entry.map(|entry| read_entry(self.bytes, entry, budget, work)).transpose()
    }

    /// Reads a part, once; none where there is no such part.
    pub(super) fn read<T>(&mut self, name: &str, work: impl FnOnce(&mut Xml<'_>) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
        let entry = self.entries.remove(&key_of(name));
        entry.map(|entry| read_entry(self.bytes, entry, self.budget, work)).transpose()
    }
}

fn read_entry<T>(
    bytes: &[u8],
    entry: ZipFileEntry<'static>,
    budget: &Budget,
    work: impl FnOnce(&mut Xml<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut place = Cursor::new(bytes);
    let part = entry.with_reader(&mut place, ZipReadOptions::default());
    let mut part = part.map_err(|_| unreadable())?;
    work(&mut Xml::new(&mut part, budget))
}

/// How many bytes an entry unpacks to; one more than `most` where there are more.
fn unpacked(bytes: &[u8], entry: ZipFileEntry<'static>, most: u64, budget: &Budget) -> Result<u64, Fault> {
    let mut place = Cursor::new(bytes);
    let part = entry.with_reader(&mut place, ZipReadOptions::default());
    let mut part = part.map_err(|_| unreadable())?.take(most.saturating_add(1));
    let mut piece = vec![0; PIECE_BYTES];
    let mut size: u64 = 0;
    loop {
        let read = part.read(&mut piece).map_err(|_| unreadable())?;
        if read == 0 || !budget.goes_on() {
            return Ok(size);
        }
        size = size.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
    }
}

/// Programs do not agree on letters and slashes.
fn key_of(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_lowercase()
}
