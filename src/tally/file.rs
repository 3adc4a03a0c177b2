//! A total as a file: a row for each group and the total last, every row with all columns.
//!
//! Money stands in yuan, and in 万元 for reports: there each cell is rounded by itself and the total from the exact sum.

use super::body::{GroupBody, SumsBody};
use super::dimension::Dimension;
use super::names::Named;
use super::queries::{Group, Sums, Total};
use super::question::{MOST_FILED, Question};
use crate::http::fault::{Fault, Refusal};
use crate::http::language::Language;
use crate::sheets::{Cell, Export, FileName, Heading, Leaf, Shape, SheetFormat, in_shanghai, whole};
use entity::{SignedQuantity, round_to_wan};
use poem_openapi::types::ToJSON;
use serde_json::Value;

const FILE: FileName = FileName {
    file: "tally",
    zh: "统计",
    en: "Total",
};

/// The file of an answer. What has more groups than a file holds is refused: a part of a total is none.
pub(super) async fn file_of(question: &Question, total: Total, format: SheetFormat, language: Language) -> Result<Export, Refusal> {
    if !total.complete {
        return Err(Fault::of("tally_too_long").parameter("group_by").with("most", MOST_FILED).into());
    }
    let as_of = &total.as_of;
    let header = format!(
        "sequence={}; at={}; epoch={}; hash={}",
        as_of.sequence,
        as_of.at.to_rfc3339(),
        as_of.epoch,
        as_of.hash
    );
    let form = Form {
        by: &question.group_by,
        quantities: question.groups_are_of_one_product(),
        language,
    };
    let leaves = vec![form.table(&total), form.about(question, &total)];
    let file = whole(format, FILE, leaves, || lines(total)).await?;
    Ok(file.with_header("as-of", &header))
}

/// Groups as the total answers them, and the total last.
fn lines(total: Total) -> Vec<Value> {
    let measures = total.measures;
    let sums = SumsBody::of(&measures, &total.total, total.unit).to_json();
    let groups = total
        .groups
        .into_iter()
        .map(|group| ("group", GroupBody::of(&measures, group).to_json()));
    let rows = groups.chain(std::iter::once(("total", sums)));
    rows.map(|(kind, item)| {
        let mut item = item.unwrap_or_default();
        if let Some(members) = item.as_object_mut() {
            members.insert("row".to_owned(), kind.into());
        }
        item
    })
    .collect()
}

/// What decides which columns there are.
struct Form<'q> {
    by: &'q [Dimension],
    quantities: bool,
    language: Language,
}

impl Form<'_> {
    fn table(&self, total: &Total) -> Leaf {
        let mut rows: Vec<Vec<Cell>> = total.groups.iter().map(|group| self.group(group)).collect();
        rows.push(self.last(total));
        Leaf {
            name: FILE.sheet(self.language).to_owned(),
            head: self.head(total),
            rows,
        }
    }

    fn say(&self, zh: &str, en: &str) -> String {
        self.language.choose(zh, en).to_owned()
    }

    fn head(&self, total: &Total) -> Vec<Heading> {
        let mut head = Vec::new();
        for dimension in self.by {
            let (zh, en) = dimension.called();
            let called = self.language.choose(zh, en);
            if is_its_own_name(*dimension) {
                head.push(Heading::of(called, Shape::Text));
            } else {
                head.push(Heading::of(
                    format!("{called}{}", self.language.choose("代码", " code")),
                    Shape::Text,
                ));
                head.push(Heading::of(called, Shape::Text).wide(28));
            }
        }
        if self.by.is_empty() {
            head.push(Heading::of(self.say("范围", "Scope"), Shape::Text));
        }
        for figure in &total.measures {
            let prefix = match total.measures.len() {
                1 => String::new(),
                _ => format!("{} ", self.language.call(*figure)),
            };
            let mut push = |zh: &str, en: &str, shape| head.push(Heading::of(format!("{prefix}{}", self.language.choose(zh, en)), shape));
            push("金额(元)", "Amount (yuan)", Shape::Money);
            push("金额(万元)", "Amount (10,000 yuan)", Shape::Money);
            push("重量(千克)", "Weight (kg)", Shape::Number);
            push("有重量的行数", "Weighed lines", Shape::Number);
            if self.quantities {
                push("数量", "Quantity", Shape::Number);
            }
            push("行数", "Lines", Shape::Number);
        }
        if self.quantities {
            head.push(Heading::of(self.say("单位", "Unit"), Shape::Text).wide(8));
        }
        head
    }

    fn group(&self, group: &Group) -> Vec<Cell> {
        let keys = group.keys.iter().flat_map(|(dimension, named)| key(*dimension, named));
        let mut row: Vec<Cell> = keys.collect();
        self.figures(&mut row, &group.sums, group.unit.as_deref());
        row
    }

    fn last(&self, total: &Total) -> Vec<Cell> {
        let keys: usize = self
            .by
            .iter()
            .map(|dimension| if is_its_own_name(*dimension) { 1 } else { 2 })
            .sum();
        let mut row = vec![Cell::Empty; keys.max(1)];
        if let Some(first) = row.first_mut() {
            *first = Cell::text(self.language.choose("合计", "Total"));
        }
        self.figures(&mut row, &total.total, total.unit.as_deref());
        row
    }

    fn figures(&self, row: &mut Vec<Cell>, sums: &[Sums], unit: Option<&str>) {
        for sums in sums {
            row.push(Cell::number(sums.amount));
            row.push(Cell::number(round_to_wan(sums.amount)));
            row.push(sums.weight.map_or(Cell::Empty, Cell::number));
            row.push(Cell::number(sums.weighed_lines));
            if self.quantities {
                let quantity = sums.quantity.map(SignedQuantity::from);
                row.push(quantity.map_or(Cell::Empty, Cell::number));
            }
            row.push(Cell::number(sums.lines));
        }
        if self.quantities {
            row.push(unit.map_or(Cell::Empty, Cell::text));
        }
    }

    /// What the figures are of and up to where they count, on a sheet of its own.
    fn about(&self, question: &Question, total: &Total) -> Leaf {
        let as_of = &total.as_of;
        let all = || self.say("不限", "all");
        let measures: Vec<&str> = total.measures.iter().map(|figure| self.language.call(*figure)).collect();
        let rows = [
            (self.say("口径", "Measures"), measures.join(self.language.choose("、", ", "))),
            (
                self.say("起始月份", "First month"),
                question.from.map_or_else(all, |month| month.to_string()),
            ),
            (
                self.say("截止月份", "Last month"),
                question.to.map_or_else(all, |month| month.to_string()),
            ),
            (self.say("筛选", "Narrowed to"), self.narrowed(question)),
            (
                self.say("统计截至", "As of"),
                in_shanghai(as_of.at).format("%Y-%m-%d %H:%M:%S").to_string(),
            ),
            (self.say("截至序号", "As of, sequence"), as_of.sequence.to_string()),
            (self.say("账本纪元", "As of, epoch"), as_of.epoch.to_string()),
            (self.say("账本校验值", "As of, hash"), as_of.hash.clone()),
            (
                self.say("说明", "Note"),
                self.say(
                    "万元各格分别四舍五入，合计按精确金额四舍五入，各格相加与合计可能有尾差。",
                    "Each cell of 10,000 yuan is rounded by itself and the total from the exact sum: they may differ in the last place.",
                ),
            ),
        ];
        Leaf {
            name: self.say("说明", "About"),
            head: vec![
                Heading::of(self.say("项目", "What"), Shape::Text).wide(18),
                Heading::of(self.say("内容", "Which"), Shape::Text).wide(80),
            ],
            rows: rows
                .into_iter()
                .map(|(what, which)| vec![Cell::Text(what), Cell::Text(which)])
                .collect(),
        }
    }

    fn narrowed(&self, question: &Question) -> String {
        let only = question.only.iter().chain(&question.scope).map(|(dimension, code)| {
            let (zh, en) = dimension.called();
            format!("{}: {code}", self.language.choose(zh, en))
        });
        let only: Vec<String> = only.collect();
        if only.is_empty() {
            self.say("不限", "all")
        } else {
            only.join("; ")
        }
    }
}

/// Months and days are their own names.
fn is_its_own_name(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Month | Dimension::Day)
}

fn key(dimension: Dimension, named: &Named) -> Vec<Cell> {
    let code = Cell::text(&named.code);
    if is_its_own_name(dimension) {
        vec![code]
    } else {
        vec![code, Cell::text(&named.name)]
    }
}
