//! Which styles of a workbook show a number as a day.

use super::xml::{Xml, attribute};
use crate::http::fault::Fault;
use quick_xml::events::Event;
use std::collections::HashMap;

/// The most styles and formats a spreadsheet program takes.
const MOST_STYLES: usize = 65_536;
/// The longest format that is looked at; a program writes at most 255 characters.
const MOST_FORMAT_BYTES: usize = 1_024;

/// For each style, whether it shows days.
#[derive(Debug, Default)]
pub(super) struct Styles(Vec<bool>);

impl Styles {
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Self, Fault> {
        let mut own: HashMap<u32, bool> = HashMap::new();
        let mut styles = Vec::new();
        let mut inside = false;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    "cellXfs" => inside = true,
                    "numFmt" => {
                        let id = attribute(&start, "numFmtId")?.and_then(|id| id.parse().ok());
                        let code = attribute(&start, "formatCode")?.unwrap_or_default();
                        own.extend(id.map(|id| (id, code.len() <= MOST_FORMAT_BYTES && shows_days(&code))));
                    }
                    "xf" if inside => {
                        let id: u32 = attribute(&start, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                        styles.push(own.get(&id).copied().unwrap_or_else(|| is_day(id)));
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

    pub(super) fn is_day(&self, style: usize) -> bool {
        self.0.get(style).copied().unwrap_or(false)
    }
}

/// Formats that every program knows by their numbers; those of East Asia among them.
fn is_day(id: u32) -> bool {
    matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a format has a letter of year, month, day, hour, minute or second outside quotes, brackets and escapes.
fn shows_days(code: &str) -> bool {
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => while letters.next().is_some_and(|one| one != '"') {},
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|one| *one != ']').collect();
                // `[h]` counts hours beyond a day; colours and countries stand in brackets as well.
                if !inside.is_empty() && inside.chars().all(|one| matches!(one, 'h' | 'H' | 'm' | 'M' | 's' | 'S')) {
                    return true;
                }
            }
            // What a negative number or a zero looks like says no more.
            ';' => return false,
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::shows_days;

    #[test]
    fn a_format_of_days_is_told_from_one_of_numbers() {
        for day in [
            "yyyy-mm-dd",
            "yyyy\"年\"m\"月\"d\"日\"",
            "[$-804]m\"月\"d\"日\";@",
            "[h]:mm",
            "h:mm AM/PM",
        ] {
            assert!(shows_days(day), "{day}");
        }
        for number in [
            "General",
            "0.00",
            "#,##0.00\"d\"",
            "[Red]0",
            "\\d0",
            "0_d",
            "000000",
            "¥0;[Red]d",
            "\"unclosed",
        ] {
            assert!(!shows_days(number), "{number}");
        }
    }
}
