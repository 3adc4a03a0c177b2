//! What is told of a file beside its rows: which sheet and which headings were read, and what was left alone.

use crate::sheets::{Head, HiddenRows};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most numbers of rows, and the most headings, that are named one by one.
const MOST_NAMED: usize = 200;
/// The most characters of a heading that are kept.
const MOST_HEADING: usize = 100;

/// Numbers of rows: how many they are, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// How many.
    pub count: u32,
    /// The first of them, as a spreadsheet shows them.
    pub first: Vec<u32>,
}

impl Numbered {
    /// One more.
    pub fn note(&mut self, number: u32) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MOST_NAMED {
            self.first.push(number);
        }
    }
}

impl FromIterator<u32> for Numbered {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut all = Self::default();
        numbers.into_iter().for_each(|number| all.note(number));
        all
    }
}

/// What is told of a file. Of rows that came in parts nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTold {
    /// The sheet of a workbook that was read.
    pub sheet: Option<String>,
    /// The row its headings stand in, as a spreadsheet shows it.
    pub heading_row: u32,
    /// The headings as they were written, by the column they name.
    pub headings: BTreeMap<String, String>,
    /// Headings that name no column; what stands under them is ignored.
    pub ignored: Vec<String>,
    /// Rows that a filter hides.
    pub hidden: Numbered,
    /// Whether hidden rows were taken all the same.
    pub hidden_taken: bool,
    /// Rows that are none of a document: totals, headings that stand again, signatures.
    pub skipped: Numbered,
}

impl FileTold {
    /// What is known when the headings are read. `columns` are their names in the order they were asked for.
    #[must_use]
    pub fn of(head: &Head, columns: &[(&str, &str)], hidden: HiddenRows) -> Self {
        // The end of a line within a heading is none within a sentence.
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let short = |text: &str| text.chars().take(MOST_HEADING).map(plain).collect::<String>();
        let heading = |place: Option<usize>| head.headings.get(place?);
        let named = columns.iter().zip(&head.places);
        Self {
            sheet: head.sheet.as_deref().map(short),
            heading_row: head.row,
            headings: named
                .filter_map(|((name, _), place)| Some(((*name).to_owned(), short(heading(*place)?))))
                .collect(),
            ignored: head.ignored.iter().take(MOST_NAMED).map(|heading| short(heading)).collect(),
            hidden: head.hidden_rows.iter().copied().collect(),
            hidden_taken: hidden == HiddenRows::Include,
            skipped: head.repeated_rows.iter().copied().collect(),
        }
    }

    /// How a column is called where people read of it: as its heading was written, or by its name.
    #[must_use]
    pub fn called<'c>(&'c self, column: &'c str) -> &'c str {
        self.headings.get(column).map_or(column, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_counted_and_the_first_named() {
        let all: Numbered = (1..=1_000).collect();
        assert_eq!((all.count, all.first.len(), all.first.last()), (1_000, 200, Some(&200)));
    }
}
