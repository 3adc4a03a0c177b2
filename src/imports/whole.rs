//! Cells made whole: what stands beside a heading, or is so for a workbook, is put into each cell, so that a row means the
//! same wherever it goes, as into the file of failed rows and back.

use super::row::COLUMNS;
use crate::sheets::{Figure, Head, figure, moment, money, unit_beside};

/// Columns of days.
const DAYS: [&str; 3] = ["at", "shipped_at", "accepted_at"];

/// What the cells of each column lack.
#[derive(Clone, Debug, Default)]
pub struct Lacking(Vec<Option<Lack>>);

/// What the cells of a column lack.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lack {
    /// The unit of a quantity: 数量(袋).
    Unit(String),
    /// The unit that a price is for: 单价(元/袋).
    PerUnit(String),
    /// That their days count from 1904.
    From1904,
}

impl Lacking {
    /// By the head of a file, whose columns are those of an import in their order.
    #[must_use]
    pub fn of(head: &Head) -> Self {
        let lack = |((name, _), note): (&(&str, &str), &Option<String>)| match (*name, note.as_deref()) {
            ("quantity", Some(note)) => unit_beside(note, figure).map(Lack::Unit),
            ("price", Some(note)) => unit_beside(note, money).map(Lack::PerUnit),
            (name, _) => (head.days_from_1904 && DAYS.contains(&name)).then_some(Lack::From1904),
        };
        Self(COLUMNS.iter().zip(&head.notes).map(lack).collect())
    }

    /// A cell of a column, made whole.
    #[must_use]
    pub fn whole(&self, column: usize, text: String) -> String {
        let is_bare = |found: Option<Figure>| found.is_some_and(|found| found.unit.is_none());
        match self.0.get(column).and_then(Option::as_ref) {
            Some(Lack::Unit(unit)) if is_bare(figure(&text)) => format!("{text}{unit}"),
            Some(Lack::PerUnit(unit)) if is_bare(money(&text)) => format!("{text}/{unit}"),
            Some(Lack::From1904) => match moment(&text, true) {
                // Typed out, a day is the same whatever days count from.
                Some(there) if moment(&text, false) != Some(there) => match there {
                    (day, None) => day.to_string(),
                    (day, Some(time)) => format!("{day} {time}"),
                },
                _ => text,
            },
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacking(name: &str, lack: Option<Lack>) -> (Lacking, usize) {
        let at = COLUMNS.iter().position(|(column, _)| *column == name).unwrap();
        let mut all = vec![None; COLUMNS.len()];
        all[at] = lack;
        (Lacking(all), at)
    }

    #[test]
    fn what_stands_beside_a_heading_is_a_unit_or_a_remark() {
        assert_eq!(unit_beside("袋", figure).as_deref(), Some("袋"));
        assert_eq!(unit_beside("元/袋", money).as_deref(), Some("袋"));
        assert_eq!(unit_beside("不含税", money).as_deref(), Some("不含税"));
        assert_eq!(unit_beside("必填", figure), None);
        for remark in ["元", "含税", "必填"] {
            assert_eq!(unit_beside(remark, money), None, "{remark}");
        }
    }

    #[test]
    fn cells_say_what_was_said_beside_them() {
        let (units, quantity) = lacking("quantity", Some(Lack::Unit("箱".to_owned())));
        for (typed, whole) in [("10", "10箱"), ("1,000", "1,000箱"), ("10袋", "10袋"), ("x", "x")] {
            assert_eq!(units.whole(quantity, typed.to_owned()), whole);
        }
        let (prices, price) = lacking("price", Some(Lack::PerUnit("箱".to_owned())));
        assert_eq!(prices.whole(price, "￥2.50元".to_owned()), "￥2.50元/箱");
        let (days, at) = lacking("at", Some(Lack::From1904));
        assert_eq!(days.whole(at, "44481".to_owned()), "2025-10-13");
        assert_eq!(days.whole(at, "2025年10月13日".to_owned()), "2025年10月13日");
        assert_eq!(days.whole(quantity, "44481".to_owned()), "44481");
    }
}
