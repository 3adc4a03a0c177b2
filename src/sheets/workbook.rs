//! Which part of a workbook is the sheet that people look at, and which parts explain it.

use super::budget::Budget;
use super::unpack::{MOST_PARTS, Parts};
use super::xml::{Xml, attribute, prefixed, unreadable};
use crate::http::fault::Fault;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// The parts that are read.
#[derive(Debug)]
pub(super) struct Workbook {
    pub(super) sheet: String,
    pub(super) styles: Option<String>,
    pub(super) strings: Option<String>,
    /// Whether its days are counted from 1904.
    pub(super) from_1904: bool,
}

/// Where a part names another: its kind, and its place in the archive.
struct Relation {
    kind: String,
    path: String,
}

/// A sheet as the workbook lists it.
struct Listed {
    id: String,
    shown: bool,
}

impl Workbook {
    /// Finds the first worksheet that is shown; sheets that are charts only are none.
    pub(super) fn find(parts: &mut Parts<'_>) -> Result<Self, Fault> {
        let top = parts.read("_rels/.rels", |xml| relations(xml, ""))?.unwrap_or_default();
        let main = top.into_values().find(|one| one.is("officeDocument"));
        let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |one| one.path);
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let beside = join(folder, &format!("_rels/{file}.rels"));
        let relations = parts.read(&beside, |xml| relations(xml, folder))?.ok_or_else(unreadable)?;
        let (sheets, from_1904) = parts.read(&main, listed)?.ok_or_else(unreadable)?;
        let shown = sheets.iter().filter(|sheet| sheet.shown);
        let mut worksheets = shown.filter_map(|sheet| relations.get(&sheet.id)).filter(|one| one.is("worksheet"));
        let sheet = worksheets.next().ok_or_else(|| Fault::of("sheet_empty"))?.path.clone();
        let of_kind = |kind| relations.values().find(|one| one.is(kind)).map(|one| one.path.clone());
        Ok(Self {
            sheet,
            styles: of_kind("styles"),
            strings: of_kind("sharedStrings"),
            from_1904,
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

fn listed(xml: &mut Xml<'_>) -> Result<(Vec<Listed>, bool), Fault> {
    let (mut sheets, mut from_1904) = (Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "workbookPr" => {
                let word = attribute(&start, "date1904")?;
                from_1904 = word.is_some_and(|word| word == "1" || word == "true");
            }
            Event::Start(start) if start.local_name().as_ref() == "sheet" => {
                let id = prefixed(&start, "id")?.unwrap_or_default().into_owned();
                let state = attribute(&start, "state")?;
                let shown = state.is_none_or(|state| state == "visible");
                sheets.push(Listed { id, shown });
                within(sheets.len(), xml.budget())?;
            }
            Event::End(end) if end.local_name().as_ref() == "sheets" => return Ok((sheets, from_1904)),
            Event::Eof => return Ok((sheets, from_1904)),
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
