//! A set of rows as the parameters of one statement.
//!
//! Hot paths write set by set: whatever the size of a batch, one statement writes all its order lines. PostgreSQL
//! takes a column as an array (`unnest`); SQLite takes the rows as a `VALUES` list. The list is padded with empty
//! rows to a few fixed lengths, so that the engine prepares a handful of statements and not one for each length.

use super::{Engine, statement};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectionTrait, DbErr, Value};

/// The kind of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 16 bits.
    Small,
    /// 32 bits.
    Int,
    /// 64 bits.
    Big,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// UUID.
    Id,
    /// Civil date.
    Date,
    /// Instant.
    Instant,
    /// True or false.
    Flag,
    /// Instant, may be absent.
    MaybeInstant,
    /// 64 bits, may be absent.
    MaybeBig,
    /// 32 bits, may be absent.
    MaybeInt,
    /// Text, may be absent.
    MaybeText,
    /// UUID, may be absent.
    MaybeId,
    /// Civil date, may be absent.
    MaybeDate,
}

/// Rows with named columns, kept row by row.
#[derive(Clone, Debug)]
pub struct Rows {
    columns: &'static [(&'static str, Kind)],
    values: Vec<Value>,
}

/// Lengths a `VALUES` list is padded to.
const LENGTHS: [usize; 15] = [1, 2, 3, 5, 8, 16, 32, 64, 96, 128, 192, 320, 512, 1024, 2048];
/// So many rows are padded rather than written by two statements; empty rows cost the engine as well.
const MOST_PADDED: usize = 128;
/// SQLite takes at most 32,766 parameters in a statement.
const MOST_PARAMETERS: usize = 32_000;

impl Rows {
    /// An empty set. The first column may not be one that may be absent: padding is told by it.
    #[must_use]
    pub fn new(columns: &'static [(&'static str, Kind)]) -> Self {
        Self {
            columns,
            values: Vec::new(),
        }
    }

    /// An empty set with room for so many rows: a large one is otherwise moved each time it has grown to twice its size.
    #[must_use]
    pub fn with_room(columns: &'static [(&'static str, Kind)], rows: usize) -> Self {
        Self {
            columns,
            values: Vec::with_capacity(rows * columns.len()),
        }
    }

    /// Adds a row; values in the order of the columns.
    pub fn push<const N: usize>(&mut self, row: [Value; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.values.extend(row);
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.columns.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The parts a statement can take, each with its parameters: one part, but for SQLite and thousands of rows. The
    /// values are moved and not copied: of a batch there are tens of thousands.
    #[must_use]
    pub fn sources(self, engine: Engine) -> Vec<(String, Vec<Value>)> {
        if self.is_empty() {
            return Vec::new();
        }
        match engine {
            Engine::Postgres => vec![self.into_arrays()],
            Engine::Sqlite => self.into_lists(),
        }
    }

    /// `INSERT INTO table (columns) SELECT … FROM the rows` and what follows, part by part.
    #[must_use]
    pub fn insert(self, engine: Engine, table: &str, then: &str) -> Vec<(String, Vec<Value>)> {
        let names = self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        // SQLite wants the WHERE so that ON CONFLICT is not read as a join's ON.
        self.sources(engine)
            .into_iter()
            .map(|(source, values)| {
                (
                    format!("INSERT INTO {table} ({names}) SELECT {names} FROM {source} WHERE true {then}"),
                    values,
                )
            })
            .collect()
    }

    /// Inserts them at once, part by part where one statement cannot take them; how many rows that has changed.
    ///
    /// # Errors
    /// The database's.
    pub async fn write(self, db: &impl ConnectionTrait, engine: Engine, table: &str, then: &str) -> Result<u64, DbErr> {
        let mut changed = 0;
        for (sql, values) in self.insert(engine, table, then) {
            changed += db.execute_raw(statement(engine, &sql, values)).await?.rows_affected();
        }
        Ok(changed)
    }

    fn into_lists(self) -> Vec<(String, Vec<Value>)> {
        let width = self.columns.len();
        let most = MOST_PARAMETERS / width;
        let mut values = self.values.into_iter();
        let mut lists = Vec::with_capacity(values.len().div_ceil(most * width));
        while values.len() > 0 {
            let (rows, length) = part_of(values.len() / width, most);
            let mut list = Vec::with_capacity(length * width);
            list.extend(values.by_ref().take(rows * width));
            for _ in rows..length {
                list.extend(self.columns.iter().map(|(_, kind)| kind.absent()));
            }
            lists.push((source_of_lists(self.columns, length), list));
        }
        lists
    }

    fn into_arrays(self) -> (String, Vec<Value>) {
        let width = self.columns.len();
        let rows = self.len();
        let mut arrays: Vec<Vec<Value>> = self.columns.iter().map(|_| Vec::with_capacity(rows)).collect();
        let stand_ins: Vec<_> = self.columns.iter().map(|(_, kind)| (kind.absent(), kind.stand_in())).collect();
        let mut values = self.values.into_iter();
        while values.len() >= width {
            for (array, (absent, stand_in)) in arrays.iter_mut().zip(&stand_ins) {
                array.extend(values.next().map(|value| match stand_in {
                    Some((stand_in, _)) if value == *absent => stand_in.clone(),
                    _ => value,
                }));
            }
        }
        let mut binds = Vec::with_capacity(width);
        let mut casts = Vec::with_capacity(width);
        let mut names = Vec::with_capacity(width);
        let mut reads = Vec::with_capacity(width);
        for (at, ((name, kind), array)) in self.columns.iter().zip(arrays).enumerate() {
            binds.push(Value::Array(kind.array(), Some(Box::new(array))));
            casts.push(format!("${}::{}[]", at + 1, kind.postgres()));
            names.push(*name);
            reads.push(kind.read(name));
        }
        (
            format!(
                "(SELECT {} FROM unnest({}) AS u({})) AS r",
                reads.join(", "),
                casts.join(", "),
                names.join(", ")
            ),
            binds,
        )
    }
}

/// What to select from, and where, for the rows of `table`, called `t`, that fit a row of a source, called `r`: looked up
/// by an index for each, whatever the engine thinks. It knows little: SQLite would go through the table for each row, and
/// of a table that has grown since it was analysed PostgreSQL believes that half of an index leaves next to nothing.
#[must_use]
pub fn looked_up(engine: Engine, source: &str, table: &str, fits: &str) -> String {
    match engine {
        Engine::Sqlite => format!("{source} CROSS JOIN {table} t WHERE {fits}"),
        Engine::Postgres => format!("{source} CROSS JOIN LATERAL (SELECT * FROM {table} t WHERE {fits} OFFSET 0) t"),
    }
}

/// How many of these rows the next statement takes, and the length of its list.
fn part_of(rows: usize, most: usize) -> (usize, usize) {
    if rows <= MOST_PADDED.min(most) {
        return (
            rows,
            LENGTHS.iter().copied().find(|length| *length >= rows).unwrap_or(rows).min(most),
        );
    }
    let length = LENGTHS.iter().copied().rfind(|length| *length <= rows).unwrap_or(rows);
    let length = if rows >= most { most } else { length };
    (length, length)
}

/// A `VALUES` list of so many rows, without those that only fill it up.
fn source_of_lists(columns: &[(&str, Kind)], rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns.len()].join(","));
    let list = vec![row; rows].join(",");
    let names: Vec<_> = (1..).zip(columns).map(|(at, (name, _))| format!("column{at} AS {name}")).collect();
    let names = names.join(", ");
    format!("(SELECT {names} FROM (VALUES {list}) WHERE column1 IS NOT NULL) AS r")
}

impl Kind {
    fn postgres(self) -> &'static str {
        match self {
            Self::Small => "smallint",
            Self::Int | Self::MaybeInt => "integer",
            Self::Big | Self::MaybeBig => "bigint",
            Self::Text | Self::MaybeText => "text",
            Self::Bytes => "bytea",
            Self::Id | Self::MaybeId => "uuid",
            Self::Date | Self::MaybeDate => "date",
            Self::Instant | Self::MaybeInstant => "timestamptz",
            Self::Flag => "boolean",
        }
    }

    fn array(self) -> ArrayType {
        match self {
            Self::Small => ArrayType::SmallInt,
            Self::Int | Self::MaybeInt => ArrayType::Int,
            Self::Big | Self::MaybeBig => ArrayType::BigInt,
            Self::Text | Self::MaybeText => ArrayType::String,
            Self::Bytes => ArrayType::Bytes,
            Self::Id | Self::MaybeId => ArrayType::Uuid,
            Self::Date | Self::MaybeDate => ArrayType::ChronoDate,
            Self::Instant | Self::MaybeInstant => ArrayType::ChronoDateTimeUtc,
            Self::Flag => ArrayType::Bool,
        }
    }

    /// sea-query binds arrays without NULL, so an absent value travels as one that cannot occur.
    fn stand_in(self) -> Option<(Value, String)> {
        match self {
            Self::MaybeBig => Some((i64::MIN.into(), format!("({})", i64::MIN))),
            Self::MaybeInt => Some((i32::MIN.into(), format!("({})", i32::MIN))),
            Self::MaybeText => Some(("\u{1}".into(), "E'\\x01'".to_owned())),
            Self::MaybeId => Some((uuid::Uuid::nil().into(), format!("'{}'", uuid::Uuid::nil()))),
            Self::MaybeDate => Some((NaiveDate::default().into(), "'1970-01-01'".to_owned())),
            Self::MaybeInstant => Some((DateTime::UNIX_EPOCH.into(), "'1970-01-01 00:00:00+00'".to_owned())),
            Self::Small | Self::Int | Self::Big | Self::Text | Self::Bytes | Self::Id | Self::Date | Self::Instant | Self::Flag => None,
        }
    }

    fn read(self, name: &str) -> String {
        match self.stand_in() {
            Some((_, text)) => format!("NULLIF({name}, {text}::{}) AS {name}", self.postgres()),
            None => name.to_owned(),
        }
    }

    fn absent(self) -> Value {
        match self {
            Self::Small => Value::from(None::<i16>),
            Self::Int | Self::MaybeInt => Value::from(None::<i32>),
            Self::Big | Self::MaybeBig => Value::from(None::<i64>),
            Self::Text | Self::MaybeText => Value::from(None::<String>),
            Self::Bytes => Value::from(None::<Vec<u8>>),
            Self::Id | Self::MaybeId => Value::from(None::<uuid::Uuid>),
            Self::Date | Self::MaybeDate => Value::from(None::<NaiveDate>),
            Self::Instant | Self::MaybeInstant => Value::from(None::<DateTime<Utc>>),
            Self::Flag => Value::from(None::<bool>),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[(&str, Kind)] = &[("a", Kind::Big), ("b", Kind::MaybeText)];

    fn lengths(rows: usize, most: usize) -> Vec<(usize, usize)> {
        let (mut left, mut all) = (rows, Vec::new());
        while left > 0 {
            let part = part_of(left, most);
            left -= part.0;
            all.push(part);
        }
        all
    }

    #[test]
    fn few_rows_are_padded_and_many_are_parted() {
        assert_eq!(lengths(1, 1_333), [(1, 1)]);
        assert_eq!(lengths(4, 1_333), [(4, 5)]);
        assert_eq!(lengths(128, 1_333), [(128, 128)]);
        assert_eq!(lengths(129, 1_333), [(128, 128), (1, 1)]);
        assert_eq!(lengths(400, 1_333), [(320, 320), (80, 96)]);
        assert_eq!(
            lengths(6_000, 1_333),
            [(1_333, 1_333); 4]
                .into_iter()
                .chain([(512, 512), (128, 128), (28, 32)])
                .collect::<Vec<_>>()
        );
        assert_eq!(lengths(5, 2), [(2, 2), (2, 2), (1, 1)]);
    }

    #[test]
    fn no_row_is_lost_or_padded_into_another() {
        let mut rows = Rows::with_room(TWO, 300);
        for at in 0..300_i64 {
            rows.push([at.into(), at.to_string().into()]);
        }
        let parts = rows.sources(Engine::Sqlite);
        let firsts: Vec<Value> = parts.iter().flat_map(|(_, values)| values.iter().step_by(2).cloned()).collect();
        let (told, padded): (Vec<_>, Vec<_>) = firsts.into_iter().partition(|value| *value != Kind::Big.absent());
        assert_eq!(told, (0..300_i64).map(Value::from).collect::<Vec<_>>());
        assert_eq!(padded.len() + 300, parts.iter().map(|(_, values)| values.len() / 2).sum::<usize>());
        for (sql, values) in parts {
            assert_eq!(sql.matches("(?,?)").count() * 2, values.len());
        }
    }
}
