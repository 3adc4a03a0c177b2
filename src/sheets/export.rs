//! Exports: any list as a file, written page by page while it is being sent.
//!
//! Pages are read one at a time, when the client has taken what came before: memory is bounded by a page, and nothing
//! on the database lives longer than the reading of one. So a file is not one moment's picture: keyset pages give each row
//! once, as it was when its page was read. A failure on the way breaks the connection off, so that no half file is taken
//! for a whole one.

use super::cell::{Cell, Column};
use super::format::{SheetFormat, disposition};
use super::write_csv::{BYTE_ORDER_MARK, csv_rows, json_lines};
use super::write_xlsx::Book;
use crate::http::fault::Refusal;
use crate::http::language::Language;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use poem::http::{HeaderValue, header};
use poem::{Body, IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::ToJSON;
use serde_json::Value;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read};
use std::sync::Arc;

/// Items of a list as they are answered, a page at a time.
pub type Pages = BoxStream<'static, Result<Vec<Value>, Refusal>>;
/// Items of a page that is read for an export.
pub const PAGE: u64 = 500;
/// Bytes of a workbook sent at a time.
const PIECE_BYTES: usize = 64 << 10;

/// A file that is written while it is sent.
#[derive(Debug)]
pub struct Export(Response);

/// Pages from a reader that gets the position after which to go on, and answers with at most [`PAGE`] rows after it. A
/// shorter page is the last. `position` tells where a page ended, `item` makes of a row what the list answers with.
pub fn pages<P, T, B, R, F>(
    read: R,
    position: impl Fn(&T) -> P + Send + Sync + 'static,
    item: impl Fn(T) -> B + Send + Sync + 'static,
) -> Pages
where
    P: Send + 'static,
    T: Send + 'static,
    B: ToJSON,
    R: Fn(Option<P>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, Refusal>> + Send + 'static,
{
    pages_of_many(PAGE, read, position, move |row| vec![item(row).to_json().unwrap_or_default()])
}

/// The same where a row makes several items, and a page holds `most` rows.
pub fn pages_of_many<P, T, R, F>(
    most: u64,
    read: R,
    position: impl Fn(&T) -> P + Send + Sync + 'static,
    items: impl Fn(T) -> Vec<Value> + Send + Sync + 'static,
) -> Pages
where
    P: Send + 'static,
    T: Send + 'static,
    R: Fn(Option<P>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Vec<T>, Refusal>> + Send + 'static,
{
    let parts = Arc::new((read, position, items));
    let begin: Option<Option<P>> = Some(None);
    stream::try_unfold(begin, move |after| {
        let parts = Arc::clone(&parts);
        async move {
            let Some(after) = after else { return Ok(None) };
            let (read, position, items) = &*parts;
            let rows = read(after).await?;
            let full = u64::try_from(rows.len()).is_ok_and(|rows| rows >= most);
            let next = rows.last().filter(|_| full).map(|last| Some(position(last)));
            Ok(Some((rows.into_iter().flat_map(items).collect(), next)))
        }
    })
    .boxed()
}

/// The file of these columns and pages. The first page is read before anything is sent, so that a refusal can be one.
///
/// # Errors
/// What reading the first page says.
pub async fn export(
    format: SheetFormat,
    language: Language,
    name: &str,
    columns: &'static [Column],
    mut pages: Pages,
) -> Result<Export, Refusal> {
    let first = pages.try_next().await?.unwrap_or_default();
    let pages = stream::once(async { Ok(first) }).chain(pages).boxed();
    let head: Vec<String> = columns.iter().map(|column| column.heading(language).to_owned()).collect();
    let body = match format {
        SheetFormat::Csv => {
            let head: Vec<Cell> = head.into_iter().map(Cell::Text).collect();
            let mut beginning = BYTE_ORDER_MARK.as_bytes().to_vec();
            beginning.extend(csv_rows(std::iter::once(head.as_slice()))?);
            let rows = pages.and_then(async move |items| csv_rows(rows_of(columns, &items).iter().map(Vec::as_slice)));
            body_of(stream::once(async { Ok(beginning) }).chain(rows))
        }
        SheetFormat::Jsonl => body_of(pages.map_ok(|items| json_lines(&items))),
        SheetFormat::Xlsx => body_of(workbook(head, columns, pages)),
    };
    let mut response = Response::builder().content_type(format.content_type()).body(body);
    if let Ok(value) = HeaderValue::try_from(disposition(name, format)) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(Export(response))
}

/// A workbook can only be sent when its last row is known: until then it grows in a temporary file.
fn workbook(head: Vec<String>, columns: &'static [Column], mut pages: Pages) -> impl Stream<Item = Result<Vec<u8>, Refusal>> + Send {
    let written = async move {
        let mut book = blocking(move || Book::new(head)).await?;
        while let Some(items) = pages.try_next().await? {
            let rows = rows_of(columns, &items);
            book = blocking(move || book.write(&rows).map(|()| book)).await?;
        }
        Ok::<_, Refusal>(pieces(blocking(move || book.finish()).await?))
    };
    stream::once(written).try_flatten()
}

fn rows_of(columns: &[Column], items: &[Value]) -> Vec<Vec<Cell>> {
    items
        .iter()
        .map(|item| columns.iter().map(|column| column.cell(item)).collect())
        .collect()
}

fn pieces(file: File) -> impl Stream<Item = Result<Vec<u8>, Refusal>> + Send {
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

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(Refusal::broken)?
}

fn body_of(pieces: impl Stream<Item = Result<Vec<u8>, Refusal>> + Send + 'static) -> Body {
    Body::from_bytes_stream(pieces.map_err(|refusal| {
        tracing::error!(cause = %refusal, "an export was broken off");
        io::Error::other("broken off")
    }))
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
