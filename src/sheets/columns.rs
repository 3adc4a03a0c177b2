//! The columns that a kind of sheet may have, and how a heading is recognised as one of them.

use super::text::half_width;
use entity::is_invisible;
use poem_openapi::Enum;

/// A column that a kind of sheet may have.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// How it is named in problems.
    pub name: &'static str,
    /// All headings it may have, [`folded`]. The first is its own: where another of them stands beside it, the own counts,
    /// unless the column holds figures.
    pub headings: &'static [&'static str],
    /// Whether a sheet without it is refused.
    pub needed: bool,
    /// Whether it holds figures: figures right of it that stand under no heading are then refused, since they may be its own.
    pub figures: bool,
}

/// What to do with rows that are hidden, by a filter or by hand: `skip` (they are left out and told), `include`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HiddenRows {
    /// Left out, and told.
    #[default]
    Skip,
    /// Taken like all others.
    Include,
}

/// What to read of a file.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The columns it may have.
    pub columns: &'static [Wanted],
    /// What to do with hidden rows.
    pub hidden: HiddenRows,
    /// The name of the sheet, where several of a workbook have the columns.
    pub sheet: Option<String>,
}

/// Half width, lower case, without white space, ends of lines, stars, colons and brackets: how headings are compared.
#[must_use]
pub fn folded(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !is_invisible(*c) && !is_ornament(*c) && !is_bracket(*c);
    text.chars().map(half_width).filter(kept).flat_map(char::to_lowercase).collect()
}

/// What people put beside a heading to say that it must be filled in, or where it ends.
fn is_ornament(c: char) -> bool {
    matches!(c, '*' | '★' | '☆' | '※' | '●' | ':')
}

fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '【' | '】' | '〔' | '〕' | '「' | '」' | '《' | '》' | '〖' | '〗'
    )
}

/// A heading and what stands behind it in brackets: `数量（袋）` is 数量, with 袋 beside it.
fn parted(heading: &str) -> Option<(String, String)> {
    let at = heading.find(|c: char| is_bracket(half_width(c)) || half_width(c) == '/')?;
    let (before, beside) = heading.split_at(at);
    let beside: String = beside.chars().map(half_width).filter(|c| !is_bracket(*c)).collect();
    let beside = beside.trim_start_matches('/').trim().to_owned();
    Some((folded(before), beside))
}

/// Which of the columns a heading names, and what stands beside its name.
pub(super) fn column_of(heading: &str, columns: &[Wanted]) -> Option<(usize, Option<String>)> {
    let of = |name: &str| columns.iter().position(|column| column.headings.contains(&name));
    if let Some(column) = of(&folded(heading)) {
        return Some((column, None));
    }
    let (name, beside) = parted(heading)?;
    of(&name).map(|column| (column, Some(beside).filter(|beside| !beside.is_empty())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Wanted] = &[
        Wanted {
            name: "货号",
            headings: &["sku", "货号", "货号sku"],
            needed: true,
            figures: false,
        },
        Wanted {
            name: "数量",
            headings: &["数量", "采购数量"],
            needed: true,
            figures: true,
        },
    ];

    #[test]
    fn a_heading_is_known_however_it_is_dressed() {
        for (heading, column, beside) in [
            ("货号", 0, None),
            (" ＳＫＵ　* ", 0, None),
            ("货号（SKU）", 0, None),
            ("货号(必填)", 0, Some("必填")),
            ("*数 量：", 1, None),
            ("数量\r\n（袋）", 1, Some("袋")),
            ("采购数量【公斤】", 1, Some("公斤")),
            ("数量/袋", 1, Some("袋")),
        ] {
            let found = column_of(heading, COLUMNS);
            assert_eq!(found, Some((column, beside.map(str::to_owned))), "{heading}");
        }
        for strange in ["", "品名", "库存数量", "（数量）小计", "数", "数量单位"] {
            assert_eq!(column_of(strange, COLUMNS), None, "{strange}");
        }
    }
}
