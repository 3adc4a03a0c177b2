//! How the styles of a workbook show a number: as a day, in figures of their own, as it is.

use super::shown::Shown;
use super::xml::{Xml, attribute};
use crate::http::fault::Fault;
use quick_xml::events::Event;
use std::collections::HashMap;
use std::rc::Rc;

/// The most styles and formats a spreadsheet program takes.
const MOST_STYLES: usize = 65_536;
/// The longest format that is looked at; a program writes at most 255 characters.
const MOST_FORMAT_BYTES: usize = 1_024;

/// What a style that is not there shows.
static AS_IT_IS: Shown = Shown::AsItIs;

/// For each style how it shows a number.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<Rc<Shown>>);

impl Styles {
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, Fault> {
        let mut own: HashMap<u32, Rc<Shown>> = HashMap::new();
        let mut styles = Vec::new();
        let mut inside = false;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "cellXfs" => inside = true,
                    "numFmt" => {
                        let id = attribute(&start, "numFmtId")?.and_then(|id| id.parse().ok());
                        let code = attribute(&start, "formatCode")?.unwrap_or_default();
                        let shown = if code.len() <= MOST_FORMAT_BYTES {
                            Shown::by(&code)
                        } else {
                            Shown::AsItIs
                        };
                        own.extend(id.map(|id| (id, Rc::new(shown))));
                    }
                    "xf" if inside => {
                        let id: u32 = attribute(&start, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                        styles.push(own.get(&id).map_or_else(|| Rc::new(Shown::known(id)), Rc::clone));
                    }
                    _ => {}
                },
                Event::End(end) if end.local_name().as_ref() == "cellXfs" => inside = false,
                Event::Eof => return Ok(Self(styles)),
                _ => {}
            }
            if styles.len().max(own.len()) > MOST_STYLES {
                return Err(xml.budget().too_large());
            }
        }
    }

    /// How a cell of this style shows a number; one without a style shows it as it is.
    pub(super) fn of(&self, style: Option<usize>) -> &Shown {
        style.and_then(|style| self.0.get(style)).map_or(&AS_IT_IS, |shown| &**shown)
    }
}
