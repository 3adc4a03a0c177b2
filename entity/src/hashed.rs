//! What is hashed of what: every column of every table has its place here, and a test holds the table to the schema.
//!
//! An entry carries, as `rows` among what it says, a hash of the rows of its thing as its turn left them. Of a thing the
//! last such hash holds. The journal writes by this table and `verify` reads by it; neither shares a line of code with
//! the other. The text that is hashed has a line for each row, `table {"column":value,…}`, columns by name, those
//! without a value left out, the lines sorted and joined by line feeds: a column that comes later changes no text of
//! before as long as it has no value.

use std::sync::LazyLock;

const TABLE: &str = include_str!("hashed.csv");

/// How a value is read and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// UUID: a string with hyphens.
    Id,
    /// Text: a string.
    Text,
    /// 16 bits: a number.
    Small,
    /// 32 bits: a number.
    Int,
    /// 64 bits: a number.
    Big,
    /// True or false.
    Flag,
    /// Civil date: a string, `2026-11-01`.
    Date,
    /// Instant: a number, microseconds since 1970.
    Instant,
    /// Bytes: a string of lower hexadecimal digits.
    Bytes,
}

/// Where a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Names the thing that the row belongs to.
    Key,
    /// Hashed with the rows of the thing.
    Rows,
    /// Hashed as part of the text of an entry of its own, or of the entry itself.
    Text,
    /// Not hashed: `verify` counts it again or holds it to something that is.
    Derived,
    /// Neither, for a reason.
    Free,
}

/// A column and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How it is read.
    pub is: Is,
    /// Where it stands.
    pub place: Place,
    /// The kind of the thing, or of the entries, that hash it.
    pub of: &'static str,
    /// Why it is not hashed; of a key, `own` where the row is the thing itself, or by which table it leads there.
    pub why: &'static str,
}

/// A table with rows of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The kind of the thing.
    pub thing: &'static str,
    /// Whether its row is the thing itself.
    pub own: bool,
    /// The column that names the thing, and how it is read.
    pub key: (&'static str, Is),
    /// Where the key leads to another table: that table, and its column that names the thing.
    pub via: Option<(&'static str, &'static str)>,
    /// The hashed columns, by name.
    pub columns: Vec<(&'static str, Is)>,
}

/// All columns.
pub fn columns() -> &'static [Column] {
    static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| TABLE.lines().skip(1).filter_map(column).collect());
    &COLUMNS
}

/// Tables with rows that are hashed; a thing's own before the others of it.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let mut tables: Vec<_> = columns().iter().filter(|one| one.place == Place::Key).map(table).collect();
        tables.sort_by_key(|table| (table.thing, !table.own, table.name));
        tables
    });
    &TABLES
}

/// The tables with rows of a kind of thing; none for a kind without.
pub fn tables_of(thing: &str) -> impl Iterator<Item = &'static Table> {
    tables().iter().filter(move |table| table.thing == thing)
}

/// The kinds of things that have rows, each once.
pub fn things() -> Vec<&'static str> {
    let mut things: Vec<_> = tables().iter().map(|table| table.thing).collect();
    things.sort_unstable();
    things.dedup();
    things
}

fn column(line: &'static str) -> Option<Column> {
    let mut parts = line.splitn(6, ',');
    let mut next = || parts.next();
    let (table, name, is, place) = (next()?, next()?, next()?, next()?);
    let (of, why) = (next()?, next()?);
    let is = match is {
        "id" => Is::Id,
        "text" => Is::Text,
        "small" => Is::Small,
        "int" => Is::Int,
        "big" => Is::Big,
        "flag" => Is::Flag,
        "date" => Is::Date,
        "instant" => Is::Instant,
        "bytes" => Is::Bytes,
        _ => return None,
    };
    let place = match place {
        "key" => Place::Key,
        "rows" => Place::Rows,
        "text" => Place::Text,
        "derived" => Place::Derived,
        "free" => Place::Free,
        _ => return None,
    };
    Some(Column {
        table,
        name,
        is,
        place,
        of,
        why,
    })
}

fn table(key: &Column) -> Table {
    let mut hashed: Vec<_> = columns()
        .iter()
        .filter(|one| one.table == key.table && one.place == Place::Rows)
        .map(|one| (one.name, one.is))
        .collect();
    hashed.sort_unstable_by_key(|(name, _)| *name);
    Table {
        name: key.table,
        thing: key.of,
        own: key.why == "own",
        key: (key.name, key.is),
        via: key.why.strip_prefix("via ").and_then(|path| path.split_once('.')),
        columns: hashed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        assert_eq!(columns().len(), TABLE.lines().count() - 1);
    }

    #[test]
    fn every_place_is_said_whole() {
        for one in columns() {
            let (of, why) = (!one.of.is_empty(), !one.why.is_empty());
            let whole = match one.place {
                Place::Key | Place::Rows => of,
                Place::Text => of || why,
                Place::Derived | Place::Free => why,
            };
            assert!(whole, "{}.{}", one.table, one.name);
        }
    }

    #[test]
    fn rows_belong_to_the_thing_their_key_names() {
        for one in columns().iter().filter(|one| one.place == Place::Rows) {
            let key = columns().iter().find(|key| key.table == one.table && key.place == Place::Key);
            assert_eq!(key.map(|key| key.of), Some(one.of), "{}.{}", one.table, one.name);
        }
    }

    #[test]
    fn every_thing_has_one_table_of_its_own() {
        for thing in things() {
            assert_eq!(tables_of(thing).filter(|table| table.own).count(), 1, "{thing}");
            assert!(tables_of(thing).next().is_some_and(|table| table.own), "{thing}");
        }
    }
}
