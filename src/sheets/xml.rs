//! A part of a workbook, event by event. No event is larger, and nothing lies deeper, than a spreadsheet program ever
//! writes: a part that would make the reader keep more is stopped while it is read.

use super::budget::{Budget, MOST_CELL_BYTES};
use crate::http::fault::Fault;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

/// The most bytes of a tag, a text or a comment: four times the longest cell.
const MOST_EVENT_BYTES: usize = 512 << 10;
/// The most elements inside each other; a worksheet has a dozen.
const MOST_DEPTH: usize = 64;

/// Bytes for one event at a time.
struct Metered<'a> {
    inner: BufReader<&'a mut dyn Read>,
    budget: &'a Budget,
    left: usize,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into)
    }
}

impl BufRead for Metered<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            let _ = self.budget.too_large();
            return Err(io::Error::other("an event without an end"));
        }
        if !self.budget.goes_on() {
            return Err(io::Error::other("nobody waits"));
        }
        let left = self.left;
        let there = self.inner.fill_buf()?;
        Ok(there.get(..left).unwrap_or(there))
    }

    fn consume(&mut self, bytes: usize) {
        self.inner.consume(bytes);
        self.left = self.left.saturating_sub(bytes);
    }
}

/// A part being read.
pub(super) struct Xml<'a> {
    reader: Reader<Metered<'a>>,
    buffer: Vec<u8>,
    depth: usize,
    budget: &'a Budget,
}

impl<'a> Xml<'a> {
    pub(super) fn new(part: &'a mut dyn Read, budget: &'a Budget) -> Self {
        let mut reader = Reader::from_reader(Metered {
            inner: BufReader::with_capacity(32 << 10, part),
            budget,
            left: MOST_EVENT_BYTES,
        });
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            depth: 0,
            budget,
        }
    }

    pub(super) fn budget(&self) -> &'a Budget {
        self.budget
    }

    /// The next event; an element without content begins and ends.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().left = MOST_EVENT_BYTES;
        let event = self.reader.read_event_into(&mut self.buffer);
        let event = event.map_err(|_| self.budget.why_stopped())?;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(unreadable()),
            _ => {}
        }
        if self.depth > MOST_DEPTH {
            return Err(self.budget.too_large());
        }
        Ok(event)
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Steps over the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let level = self.depth;
        while self.depth >= level {
            self.next()?;
        }
        Ok(())
    }

    /// Adds the text of the element that has just begun.
    pub(super) fn text_into(&mut self, text: &mut String) -> Result<(), Fault> {
        let (level, budget) = (self.depth, self.budget);
        while self.depth >= level {
            match self.next()? {
                Event::Text(part) => add(text, &part.xml10_content(), budget)?,
                Event::CData(part) => add(text, &part.xml10_content(), budget)?,
                Event::GeneralRef(name) => {
                    let meant = match &*name {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => name.resolve_char_ref().map_err(|_| unreadable())?,
                    };
                    let mut bytes = [0; 4];
                    add(text, meant.ok_or_else(unreadable)?.encode_utf8(&mut bytes), budget)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the text of a string with runs: of each run its text, and nothing of how it is pronounced.
    pub(super) fn rich_text_into(&mut self, text: &mut String) -> Result<(), Fault> {
        let level = self.depth;
        while self.depth >= level {
            let Event::Start(start) = self.next()? else { continue };
            match start.local_name().as_ref() {
                "t" => self.text_into(text)?,
                "rPh" => self.skip()?,
                _ => {}
            }
        }
        Ok(())
    }
}

fn add(text: &mut String, more: &str, budget: &Budget) -> Result<(), Fault> {
    if text.len() + more.len() > MOST_CELL_BYTES {
        return Err(budget.too_large());
    }
    text.push_str(more);
    Ok(())
}

pub(super) fn unreadable() -> Fault {
    Fault::of("sheet_unreadable")
}

/// An attribute by its whole name. Doubled ones are not looked for: among many that would take for ever.
pub(super) fn attribute<'a>(of: &'a BytesStart<'_>, name: &str) -> Result<Option<Cow<'a, str>>, Fault> {
    for found in of.attributes().with_checks(false) {
        let found = found.map_err(|_| unreadable())?;
        if found.key.as_ref() == name {
            return value_of(found.value).map(Some);
        }
    }
    Ok(None)
}

/// An attribute by its name behind a prefix, whatever that is: `r:id`.
pub(super) fn prefixed<'a>(of: &'a BytesStart<'_>, name: &str) -> Result<Option<Cow<'a, str>>, Fault> {
    for found in of.attributes().with_checks(false) {
        let found = found.map_err(|_| unreadable())?;
        if found.key.prefix().is_some() && found.key.local_name().as_ref() == name {
            return value_of(found.value).map(Some);
        }
    }
    Ok(None)
}

fn value_of(value: Cow<'_, str>) -> Result<Cow<'_, str>, Fault> {
    if !value.contains('&') {
        return Ok(value);
    }
    let plain = unescape(&value).map_err(|_| unreadable())?.into_owned();
    Ok(Cow::Owned(plain))
}
