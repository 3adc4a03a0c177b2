//! A chunk of an import as it stands in memory: rows of some parts, read into documents.

use super::document::{Around, Document, Group, RowFault, group};
use super::reading::read;
use super::row::Row;
use crate::http::fault::Refusal;
use entity::tables::{import_documents, import_faults, import_parts};
use entity::{ImportId, PlaceId};
use std::collections::{BTreeMap, HashSet};

/// A part with its rows.
#[derive(Clone, Debug)]
pub struct PartRows {
    /// Its number.
    pub no: i32,
    /// The number of its first row, as people count them.
    pub first_row: i64,
    /// The rows.
    pub rows: Vec<Row>,
    /// Its documents, in the order of their first rows.
    pub groups: Vec<Group>,
}

impl PartRows {
    /// From what was kept of it.
    pub fn of(part: &import_parts::Model) -> Result<Self, Refusal> {
        let rows: Vec<Row> = serde_json::from_str(&part.content).map_err(|e| Refusal::broken(format!("a part cannot be read: {e}")))?;
        Ok(Self {
            no: part.no,
            first_row: part.first_row,
            groups: group(&rows),
            rows,
        })
    }

    /// The number of a row, given from 0 in the part, as people count them.
    pub fn number(&self, at: usize) -> i64 {
        let follows = self.first_row + i64::try_from(at).unwrap_or_default();
        self.rows.get(at).and_then(|row| row.row_no).map_or(follows, i64::from)
    }

    /// Places that its rows name.
    pub fn places(&self) -> HashSet<PlaceId> {
        let named = self.rows.iter().filter_map(|row| row.place.as_deref());
        named.filter_map(|text| text.trim().parse().ok()).collect()
    }
}

/// A document with its place in the import.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its row in `import_documents`.
    pub row: import_documents::Model,
    /// As it was read, or what is wrong with it.
    pub read: Result<Document, Vec<RowFault>>,
    /// Hash of its rows.
    pub hash: [u8; 32],
    /// Its own first row, from 0 in its part.
    pub first_place: usize,
}

/// The good documents of some parts, as they are read now.
pub fn documents(parts: &[PartRows], good: &[import_documents::Model], around: &Around) -> Vec<Placed> {
    let by_no: BTreeMap<i32, &PartRows> = parts.iter().map(|part| (part.no, part)).collect();
    good.iter()
        .filter_map(|row| {
            let part = by_no.get(&row.part)?;
            let group = usize::try_from(row.place - 1).ok().and_then(|at| part.groups.get(at))?;
            Some(Placed {
                row: row.clone(),
                read: read(group, &part.rows, around),
                hash: hash_of(group, &part.rows),
                first_place: group.rows.first().copied().unwrap_or(0),
            })
        })
        .collect()
}

fn hash_of(group: &Group, rows: &[Row]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new();
    for row in group.rows.iter().filter_map(|at| rows.get(*at)) {
        for cell in row.cells() {
            hasher.update(cell.as_bytes());
            hasher.update([0]);
        }
        hasher.update([1]);
    }
    hasher.finalize().into()
}

/// Faults of a part as rows; numbered by their row, from 1.
pub fn fault_rows(import_id: ImportId, part: &PartRows, document_no: &str, faults: &[RowFault]) -> Vec<import_faults::Model> {
    let mut in_row: BTreeMap<usize, i32> = BTreeMap::new();
    let short: String = document_no.chars().take(64).collect();
    faults
        .iter()
        .map(|one| {
            let no = in_row.entry(one.row).or_default();
            *no += 1;
            import_faults::Model {
                import_id,
                part: part.no,
                place: i32::try_from(one.row + 1).unwrap_or(i32::MAX),
                no: *no,
                row_no: part.number(one.row),
                document_no: short.clone(),
                column_name: one.column.to_owned(),
                slug: one.fault.slug().to_owned(),
                fault_values: serde_json::to_string(one.fault.values()).unwrap_or_default(),
            }
        })
        .collect()
}

/// How many rows have a fault of their own.
pub fn faulty_rows(faults: &[RowFault]) -> i32 {
    let rows: HashSet<usize> = faults.iter().map(|fault| fault.row).collect();
    i32::try_from(rows.len()).unwrap_or(i32::MAX)
}
