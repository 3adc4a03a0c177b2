//! Exports: any list as a file, written page by page while it is being sent.
//!
//! Pages are read one at a time, when the client has taken what came before: memory is bounded by a page, and nothing
//! on the database lives longer than the reading of one. So a file is not one moment's picture: keyset pages give each row
//! once, as it was when its page was read. A failure on the way breaks the connection off, so that no half file is taken
//! for a whole one.

use super::cell::{Cell, Heading};
use super::column::Column;
use super::format::{SheetFormat, disposition};
use super::write_csv::{BYTE_ORDER_MARK, csv_rows, json_lines};
use super::write_xlsx::Book;
use crate::http::fault::Refusal;
use crate::http::language::Language;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use poem::http::{HeaderName, HeaderValue, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read};

/// Items of a list as they are answered, a page at a time.
pub type Pages = BoxStream<'static, Result<Vec<Value>, Refusal>>;
/// Items of a page that is read for an export.
pub const PAGE: u64 = 2_000;
/// Bytes of a workbook sent at a time.
const PIECE_BYTES: usize = 64 << 10;

/// A file that is written while it is sent.
#[derive(Debug)]
pub struct Export(Response);

/// What a file is called on disk, and its sheet in either language.
#[derive(Clone, Copy, Debug)]
pub struct FileName {
    /// The file, in plain letters and without its ending.
    pub file: &'static str,
    /// The sheet in Chinese.
    pub zh: &'static str,
    /// The sheet in English.
    pub en: &'static str,
}

impl FileName {
    /// What its sheet is called.
    #[must_use]
    pub fn sheet(&self, language: Language) -> &'static str {
        language.choose(self.zh, self.en)
    }
}

impl From<&'static str> for FileName {
    fn from(file: &'static str) -> Self {
        Self { file, zh: file, en: file }
    }
}

/// The file of these columns and pages. The first page is read before anything is sent, so that a refusal can be one.
///
/// # Errors
/// What reading the first page says.
pub async fn export(
    format: SheetFormat,
    language: Language,
    name: impl Into<FileName>,
    columns: &'static [Column],
    mut pages: Pages,
) -> Result<Export, Refusal> {
    let name = name.into();
    let first = pages.try_next().await?.unwrap_or_default();
    let pages = stream::once(async { Ok(first) }).chain(pages).boxed();
    let head: Vec<Heading> = columns.iter().map(|column| column.head(language)).collect();
    let body = match format {
        SheetFormat::Csv => {
            let head: Vec<Cell> = head.into_iter().map(|heading| Cell::Text(heading.text)).collect();
            let mut beginning = BYTE_ORDER_MARK.as_bytes().to_vec();
            beginning.extend(csv_rows(std::iter::once(head.as_slice()))?);
            let rows = pages.and_then(move |items| async move {
                let rows = rows_of(columns, &items, language);
                csv_rows(rows.iter().map(Vec::as_slice))
            });
            body_of(stream::once(async { Ok(beginning) }).chain(rows))
        }
        SheetFormat::Jsonl => body_of(pages.map_ok(|items| json_lines(&items))),
        SheetFormat::Xlsx => body_of(workbook(Book::new(name.sheet(language), head)?, columns, pages, language)),
    };
    Ok(Export::of(format, name, body))
}

/// A workbook can only be sent when its last row is known: until then it grows in a temporary file.
fn workbook(
    mut book: Book,
    columns: &'static [Column],
    mut pages: Pages,
    language: Language,
) -> impl Stream<Item = Result<Vec<u8>, Refusal>> + Send {
    let written = async move {
        let mut page = pages.try_next().await?;
        while let Some(items) = page {
            // Nothing is sent yet: the next page is read while this one is written.
            let writing = blocking(move || book.write(&rows_of(columns, &items, language)).map(|()| book));
            let (written, next) = tokio::join!(writing, pages.try_next());
            (book, page) = (written?, next?);
        }
        Ok::<_, Refusal>(pieces(blocking(move || book.finish()).await?))
    };
    stream::once(written).try_flatten()
}

fn rows_of(columns: &[Column], items: &[Value], language: Language) -> Vec<Vec<Cell>> {
    items
        .iter()
        .map(|item| columns.iter().map(|column| column.cell(item, language)).collect())
        .collect()
}

pub(super) fn pieces(file: File) -> impl Stream<Item = Result<Vec<u8>, Refusal>> + Send {
    stream::try_unfold(file, |mut file| async {
        let (piece, file) = blocking(move || {
            let mut piece = vec![0; PIECE_BYTES];
            let size = file.read(&mut piece).map_err(Refusal::broken)?;
            piece.truncate(size);
            Ok((piece, file))
        })
        .await?;
        Ok((!piece.is_empty()).then_some((piece, file)))
    })
}

pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(Refusal::broken)?
}

pub(super) fn body_of(pieces: impl Stream<Item = Result<Vec<u8>, Refusal>> + Send + 'static) -> Body {
    Body::from_bytes_stream(pieces.map_err(|refusal| {
        tracing::error!(cause = %refusal, "an export was broken off");
        io::Error::other("broken off")
    }))
}

impl Export {
    pub(super) fn of(format: SheetFormat, name: FileName, body: Body) -> Self {
        let mut response = Response::builder().content_type(format.content_type()).body(body);
        if let Ok(value) = HeaderValue::try_from(disposition(name.file, format)) {
            response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
        Self(response)
    }

    /// The same with a header more; `value` is ours, of plain letters.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers_mut().insert(HeaderName::from_static(name), value);
        }
        self
    }
}

impl IntoResponse for Export {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for Export {
    fn meta() -> MetaResponses {
        let content = SheetFormat::ALL.map(|format| MetaMediaType {
            content_type: format.media_type(),
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new_with_format("string", "binary"))),
        });
        let name = MetaHeader {
            name: "Content-Disposition".to_owned(),
            description: Some("The name of the file.".to_owned()),
            required: true,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
        };
        MetaResponses {
            responses: vec![MetaResponse {
                description: "The file, written while it is sent.",
                status: Some(200),
                status_range: None,
                content: content.into(),
                headers: vec![name],
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}

#[cfg(test)]
#[path = "export_tests.rs"]
mod tests;
