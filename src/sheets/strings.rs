//! The texts that cells share: read once, kept once, and only as long as a cell may be.

use super::text::unescaped;
use super::xml::Xml;
use crate::http::fault::Fault;
use quick_xml::events::Event;

/// A text that is longer than a cell may be is not kept; who names it is told.
const TOO_LONG: u32 = u32::MAX;

/// Shared texts by their numbers.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    /// Where each begins and how long it is, in bytes.
    places: Vec<(u32, u32)>,
}

/// What a cell finds that names a text.
pub(super) enum Shared<'a> {
    Text(&'a str),
    TooLong,
    Missing,
}

impl Strings {
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, Fault> {
        let bounds = xml.budget().bounds();
        let mut strings = Self::default();
        let mut one = String::new();
        loop {
            match xml.next()? {
                Event::Start(start) if start.local_name().as_ref() == "si" => {}
                Event::Eof => return Ok(strings),
                _ => continue,
            }
            one.clear();
            xml.rich_text_into(&mut one)?;
            let plain = unescaped(&one);
            let place = if plain.chars().count() > bounds.cell_chars {
                (0, TOO_LONG)
            } else {
                // The sum is held before it grows; what cells take of it is counted again, cell by cell.
                if strings.text.len() + plain.len() > bounds.text_bytes {
                    return Err(xml.budget().too_large());
                }
                let start = u32::try_from(strings.text.len()).unwrap_or(TOO_LONG);
                strings.text.push_str(&plain);
                (start, u32::try_from(plain.len()).unwrap_or(TOO_LONG))
            };
            strings.places.push(place);
            if strings.places.len() > bounds.cells {
                return Err(xml.budget().too_large());
            }
        }
    }

    pub(super) fn get(&self, number: usize) -> Shared<'_> {
        let Some((start, bytes)) = self.places.get(number) else {
            return Shared::Missing;
        };
        if *bytes == TOO_LONG {
            return Shared::TooLong;
        }
        let (start, bytes) = (usize::try_from(*start), usize::try_from(*bytes));
        let (Ok(start), Ok(bytes)) = (start, bytes) else {
            return Shared::Missing;
        };
        self.text.get(start..start + bytes).map_or(Shared::Missing, Shared::Text)
    }
}
