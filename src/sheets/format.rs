//! The formats a sheet is written in.

use poem_openapi::Enum;

/// Format of a file: `csv` (UTF-8 with its mark, for spreadsheets), `xlsx`, `jsonl` (one JSON object a line, for
/// programs).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SheetFormat {
    /// Comma-separated.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
    /// JSON lines.
    Jsonl,
}

impl SheetFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Jsonl];

    /// Its media type, without parameters.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jsonl => "application/jsonl",
        }
    }

    /// Its `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx | Self::Jsonl => self.media_type(),
        }
    }

    /// How its files' names end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
        }
    }

    /// The format that an `Accept` header asks for by name; none where it asks for none of them.
    #[must_use]
    pub fn accepted(accept: Option<&str>) -> Option<Self> {
        let asked = accept.unwrap_or_default().split(',');
        asked.filter_map(|range| range.split(';').next()).find_map(|range| {
            Self::ALL
                .into_iter()
                .find(|one| range.trim().eq_ignore_ascii_case(one.media_type()))
        })
    }
}

/// The `Content-Disposition` of a file to be saved; `name` is ours, of plain letters.
#[must_use]
pub fn disposition(name: &str, format: SheetFormat) -> String {
    format!("attachment; filename=\"{name}.{}\"", format.extension())
}
