//! An order sheet (订货表): what each of its rows asks for, which ask for nothing, and what is wrong with the others.

use super::row_faults;
use crate::catalogue::{Good, Goods, headings, similar};
use crate::http::fault::Fault;
use crate::orders::{NewLine, Reason, Skipped};
use crate::sheets::{Bounds, Door, Figure, Head, SheetRow, Table, Wanted, code, figure, is_no_value, is_total, same_unit};
use entity::{Quantity, Sku};
use poem_openapi::Enum;

/// The most rows under the headings: the goods of a buyer's whole list, most of them not wanted this time.
pub(super) const MOST_ROWS: usize = 5_000;
/// The most rows that ask for something: as many as an order has lines.
pub(super) const MOST_WANTED: usize = 2_000;
/// The most codes for which similar ones are looked for.
const MOST_SIMILAR: usize = 100;

/// What an order sheet may be at most: 2 MiB. Two are read at a time.
pub(super) static DOOR: Door = Door::new(
    Bounds {
        bytes: 2 << 20,
        rows: MOST_ROWS,
        columns: 64,
        cell_chars: 400,
        unpacked_bytes: 32 << 20,
        cells: 130_000,
        text_bytes: 8 << 20,
    },
    2,
);

/// The columns of an order sheet, by their places in [`COLUMNS`].
const SKU: usize = 0;
const QUANTITY: usize = 1;
const UNIT: usize = 2;
/// What is read of an order sheet; all else in it is left alone.
pub(super) static COLUMNS: [Wanted; 3] = [
    Wanted {
        name: "货号 SKU",
        headings: headings::SKU,
        needed: true,
        figures: false,
    },
    Wanted {
        name: "数量 quantity",
        headings: headings::QUANTITY,
        needed: true,
        figures: true,
    },
    Wanted {
        name: "单位 unit",
        headings: &["单位", "unit", "计量单位", "订货单位", "单位unit"],
        needed: false,
        figures: false,
    },
];
/// Words for what goods are counted and weighed in.
const UNITS: [&str; 49] = [
    "袋", "箱", "桶", "瓶", "盒", "罐", "包", "件", "个", "斤", "市斤", "公斤", "千克", "kg", "克", "g", "吨", "t", "升", "l", "毫升",
    "ml", "只", "条", "筐", "捆", "板", "提", "份", "枚", "头", "尾", "把", "串", "听", "支", "套", "卷", "双", "张", "块", "盘", "篮",
    "扎", "坛", "壶", "根", "颗", "棵",
];
/// What people write where they want none.
const NOTHING: [&str; 8] = ["", "-", "--", "—", "——", "/", "无", "不要"];
/// What stands where people sign, and what is said in words of a whole sheet.
const SIGNED: [&str; 14] = [
    "签",
    "盖章",
    "审核",
    "制表",
    "经办",
    "负责人",
    "验收",
    "日期",
    "采购人",
    "联系人",
    "电话",
    "备注",
    "说明",
    "注",
];

/// Why a row was passed over: it is the sum of others (`total`), or words of the sheet and no order (`words`): a category,
/// a signature, a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PassedOver {
    /// 合计.
    Total,
    /// A category, a signature, a note.
    Words,
}

/// The rows of a sheet as far as they can be asked for. Rows are told by their places among those of the table, from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct OrderSheet {
    /// The lines to ask for.
    pub(super) lines: Vec<NewLine>,
    /// For each of them its row.
    pub(super) rows: Vec<usize>,
    /// Rows that ask for something that cannot be understood.
    pub(super) unreadable: Vec<Skipped>,
    /// Rows of goods that are not wanted.
    pub(super) unwanted: Vec<usize>,
    /// Rows that are no order of anything.
    pub(super) passed: Vec<(usize, PassedOver)>,
}

/// What a row says.
enum Said {
    Line(NewLine),
    Wrong(Vec<Fault>),
    Unwanted,
    Passed(PassedOver),
}

impl OrderSheet {
    /// From a table, with the goods that are on sale.
    ///
    /// # Errors
    /// `sheet_empty` without a row, `sheet_too_long` where more is asked for than an order holds.
    pub(super) fn of(table: &Table, goods: &Goods) -> Result<Self, Fault> {
        if table.rows.is_empty() && table.head.hidden_rows.is_empty() {
            return Err(Fault::of("sheet_empty"));
        }
        let mut rows = Rows {
            head: &table.head,
            goods,
            units: units_of(&table.head),
            similar_left: MOST_SIMILAR,
        };
        let mut sheet = Self::default();
        for (at, row) in table.rows.iter().enumerate() {
            match rows.read(row) {
                Said::Line(line) => {
                    sheet.lines.push(line);
                    sheet.rows.push(at);
                }
                Said::Wrong(faults) => sheet.unreadable.push(Skipped {
                    at,
                    sku: table.head.cell(row, SKU).to_owned(),
                    quantity: table.head.cell(row, QUANTITY).to_owned(),
                    reasons: faults.iter().map(Reason::from).collect(),
                }),
                Said::Unwanted => sheet.unwanted.push(at),
                Said::Passed(why) => sheet.passed.push((at, why)),
            }
        }
        if sheet.lines.len() + sheet.unreadable.len() > MOST_WANTED {
            return Err(Fault::of("sheet_too_long").with("limit", MOST_WANTED));
        }
        Ok(sheet)
    }
}

/// Units in the heading of the quantity: `数量(袋)`, `数量（袋/桶）`. Other words beside it are none.
fn units_of(head: &Head) -> Vec<String> {
    let note = head.notes.get(QUANTITY).and_then(Option::as_deref).unwrap_or_default();
    let note = note.trim_start_matches("单位").trim_start_matches([':', '：']);
    let parts: Vec<String> = note
        .split(['/', '、', ',', '，', '或'])
        .map(|part| part.trim().to_owned())
        .collect();
    if parts.iter().all(|part| is_unit(part)) {
        parts
    } else {
        Vec::new()
    }
}

fn is_unit(text: &str) -> bool {
    UNITS.iter().any(|unit| same_unit(unit, text))
}

/// What rows are read with.
struct Rows<'s> {
    head: &'s Head,
    goods: &'s Goods,
    /// What the heading of the quantity says that it is in; one of them, where there are several.
    units: Vec<String>,
    similar_left: usize,
}

impl Rows<'_> {
    fn read(&mut self, row: &SheetRow) -> Said {
        let quantity = self.head.cell(row, QUANTITY);
        let code = code(self.head.cell(row, SKU));
        let good = self.goods.by_sku(&code).filter(|good| !good.archived).cloned();
        if good.is_none()
            && let Some(why) = passed_over(row, &code, quantity)
        {
            return Said::Passed(why);
        }
        if is_nothing(quantity) {
            return Said::Unwanted;
        }
        let sku = if good.is_some() {
            code.parse::<Sku>().map_err(|_| row_faults::of_sku(&code))
        } else {
            self.unknown(&code)
        };
        let quantity = self.quantity(row, quantity, good.as_deref());
        match (sku, quantity) {
            (Ok(sku), Ok(quantity)) => Said::Line(NewLine { sku, quantity }),
            (sku, quantity) => Said::Wrong(sku.err().into_iter().chain(quantity.err()).collect()),
        }
    }

    /// A code that no good on sale has. Where there are similar ones they are named; else placing says that it is unknown.
    fn unknown(&mut self, code: &str) -> Result<Sku, Fault> {
        let read = code.parse::<Sku>().map_err(|_| row_faults::of_sku(code));
        if code.is_empty() || is_no_value(code) || self.similar_left == 0 {
            return read;
        }
        self.similar_left -= 1;
        match similar(code, self.goods).as_slice() {
            [] => read,
            like => {
                let fault = Fault::of("product_unknown_similar").with("sku", code);
                Err(fault.with("similar", like.join("、")))
            }
        }
    }

    /// What stands in the column of units; without one, what stands right of the quantity under no heading of its own.
    fn unit_beside<'r>(&self, row: &'r SheetRow) -> &'r str {
        let places = &self.head.places;
        match (places.get(UNIT).copied().flatten(), places.get(QUANTITY).copied().flatten()) {
            (None, Some(quantity)) if self.head.headings.get(quantity + 1).is_none_or(String::is_empty) => row.cell(quantity + 1),
            _ => self.head.cell(row, UNIT),
        }
    }

    /// How much, in the unit of the good: a unit that stands in the row or in the heading must be that one.
    fn quantity(&self, row: &SheetRow, typed: &str, good: Option<&Good>) -> Result<Quantity, Fault> {
        let Figure { number, unit } = figure(typed).ok_or_else(|| row_faults::of_quantity(typed, None))?;
        let quantity: Quantity = number.parse().map_err(|_| row_faults::of_quantity(typed, Some(&number)))?;
        let Some(good) = good else { return Ok(quantity) };
        let beside = code(self.unit_beside(row));
        let own: Vec<String> = unit.into_iter().chain(Some(beside).filter(|unit| is_unit(unit))).collect();
        let other = if own.is_empty() {
            let fits = self.units.is_empty() || self.units.iter().any(|unit| same_unit(unit, &good.unit));
            (!fits).then(|| self.units.join("/"))
        } else {
            own.into_iter().find(|unit| !same_unit(unit, &good.unit))
        };
        match other {
            None => Ok(quantity),
            Some(other) => {
                let fault = Fault::of("row_unit").with("found", other);
                Err(fault.with("sku", &good.sku).with("unit", &good.unit))
            }
        }
    }
}

/// Whether a row with no code of ours is no order of anything.
fn passed_over(row: &SheetRow, code: &str, quantity: &str) -> Option<PassedOver> {
    if is_total(code) || (code.is_empty() && row.cells.iter().any(|cell| is_total(cell))) {
        return Some(PassedOver::Total);
    }
    if code.parse::<Sku>().is_ok() {
        return None;
    }
    // Who writes a name where the code belongs, and much beside the quantity, wants something.
    let is_said = is_said(code) || (code.is_empty() && is_said(quantity));
    let is_words = is_nothing(quantity) || (figure(quantity).is_none() && is_said);
    is_words.then_some(PassedOver::Words)
}

fn is_nothing(quantity: &str) -> bool {
    let plain = code(quantity);
    NOTHING.contains(&plain.as_str()) || figure(&plain).is_some_and(|figure| figure.number == "0")
}

/// Words that stand where people sign or explain.
fn is_said(text: &str) -> bool {
    text.contains([':', '：']) || SIGNED.iter().any(|word| text.contains(word))
}

#[cfg(test)]
#[path = "order_sheet_tests.rs"]
mod tests;
