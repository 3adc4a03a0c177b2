//! Which sheets of a workbook people can see, which one they see first, and which parts explain them.

use super::budget::Budget;
use super::unpack::{MOST_PARTS, Parts};
use super::xml::{Xml, attribute, prefixed, unreadable};
use crate::http::fault::Fault;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// The most characters of a sheet's name; programs take 31.
const MOST_NAME_CHARS: usize = 64;

/// The parts that are read.
#[derive(Debug)]
pub(super) struct Workbook {
    /// The worksheets that are shown, in their order.
    pub(super) sheets: Vec<Sheet>,
    /// Which of them is in view when the workbook is opened.
    pub(super) in_view: usize,
    pub(super) styles: Option<String>,
    pub(super) strings: Option<String>,
    /// Whether its days are counted from 1904.
    pub(super) from_1904: bool,
    /// Whether its formulas are to be calculated by who opens it.
    pub(super) to_be_calculated: bool,
}

/// A worksheet that is shown.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) path: String,
}

/// Where a part names another: its kind, and its place in the archive.
struct Relation {
    kind: String,
    path: String,
}

/// A sheet as the workbook lists it.
struct Listed {
    id: String,
    name: String,
    shown: bool,
}

/// What a workbook says of its sheets.
#[derive(Default)]
struct Contents {
    sheets: Vec<Listed>,
    /// The place of the sheet in view among all.
    in_view: usize,
    from_1904: bool,
    to_be_calculated: bool,
}

impl Workbook {
    /// Finds the worksheets that are shown; sheets that are charts only are none.
    pub(super) fn find(parts: &mut Parts<'_>) -> Result<Self, Fault> {
        let top = parts.read("_rels/.rels", |xml| relations(xml, ""))?.unwrap_or_default();
        let main = top.into_values().find(|one| one.is("officeDocument"));
        let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |one| one.path);
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let beside = join(folder, &format!("_rels/{file}.rels"));
        let relations = parts.read(&beside, |xml| relations(xml, folder))?.ok_or_else(unreadable)?;
        let contents = parts.read(&main, contents)?.ok_or_else(unreadable)?;
        let (mut sheets, mut in_view) = (Vec::new(), 0);
        for (at, listed) in contents.sheets.into_iter().enumerate().filter(|(_, listed)| listed.shown) {
            let Some(part) = relations.get(&listed.id).filter(|one| one.is("worksheet")) else {
                continue;
            };
            if at == contents.in_view {
                in_view = sheets.len();
            }
            sheets.push(Sheet {
                name: listed.name,
                path: part.path.clone(),
            });
        }
        if sheets.is_empty() {
            return Err(Fault::of("sheet_empty"));
        }
        let of_kind = |kind| relations.values().find(|one| one.is(kind)).map(|one| one.path.clone());
        Ok(Self {
            sheets,
            in_view,
            styles: of_kind("styles"),
            strings: of_kind("sharedStrings"),
            from_1904: contents.from_1904,
            to_be_calculated: contents.to_be_calculated,
        })
    }
}

impl Relation {
    /// Kinds are addresses; two standards differ in all but the last word.
    fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }
}

fn relations(xml: &mut Xml<'_>, folder: &str) -> Result<BTreeMap<String, Relation>, Fault> {
    let mut found = BTreeMap::new();
    loop {
        let relation = match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "Relationship" => {
                let id = attribute(&start, "Id")?.unwrap_or_default().into_owned();
                let kind = attribute(&start, "Type")?.unwrap_or_default().into_owned();
                let target = attribute(&start, "Target")?.unwrap_or_default();
                let path = join(folder, &target);
                (id, Relation { kind, path })
            }
            Event::Eof => return Ok(found),
            _ => continue,
        };
        found.insert(relation.0, relation.1);
        within(found.len(), xml.budget())?;
    }
}

fn contents(xml: &mut Xml<'_>) -> Result<Contents, Fault> {
    let mut found = Contents::default();
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "workbookPr" => {
                let word = attribute(&start, "date1904")?;
                found.from_1904 = word.is_some_and(|word| word == "1" || word == "true");
            }
            Event::Start(start) if start.local_name().as_ref() == "workbookView" => {
                let place = attribute(&start, "activeTab")?.and_then(|place| place.trim().parse().ok());
                found.in_view = place.unwrap_or(0);
            }
            Event::Start(start) if start.local_name().as_ref() == "sheet" => {
                let id = prefixed(&start, "id")?.unwrap_or_default().into_owned();
                let name = attribute(&start, "name")?
                    .unwrap_or_default()
                    .chars()
                    .take(MOST_NAME_CHARS)
                    .collect();
                let state = attribute(&start, "state")?;
                let shown = state.is_none_or(|state| state == "visible");
                found.sheets.push(Listed { id, name, shown });
                within(found.sheets.len(), xml.budget())?;
            }
            Event::Start(start) if start.local_name().as_ref() == "calcPr" => {
                let word = attribute(&start, "fullCalcOnLoad")?;
                found.to_be_calculated = word.is_some_and(|word| word == "1" || word == "true");
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// There is no more to name than there may be parts.
fn within(count: usize, budget: &Budget) -> Result<(), Fault> {
    if count > MOST_PARTS { Err(budget.too_large()) } else { Ok(()) }
}

/// A path in the archive as a part in `folder` writes it.
fn join(folder: &str, target: &str) -> String {
    let (base, rest) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut way: Vec<&str> = Vec::new();
    for step in base.split('/').chain(rest.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                way.pop();
            }
            step => way.push(step),
        }
    }
    way.join("/")
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn parts_name_each_other_in_every_way() {
        for target in ["worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml", "./a/../worksheets/sheet1.xml"] {
            assert_eq!(join("xl", target), "xl/worksheets/sheet1.xml", "{target}");
        }
        assert_eq!(join("", "../../xl/workbook.xml"), "xl/workbook.xml");
    }
}
