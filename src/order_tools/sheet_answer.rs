//! The answer to an order sheet: as JSON, or as the file of its failed rows, whichever the caller accepts.

use super::order_sheet::COLUMNS;
use super::repeat_body::ReasonBody;
use super::sheet_body::OrderSheetBody;
use super::upload::{SheetOutcome, Uploaded};
use crate::http::fault::Refusal;
use crate::http::idempotency::REPLAYED_HEADER;
use crate::http::language::Language;
use crate::sheets::{Cell, SheetFormat, csv_bytes, disposition, xlsx_bytes};
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaHeader, MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::{ToJSON, Type};

/// The answer.
#[derive(Debug)]
pub struct SheetAnswer(Response);

impl SheetAnswer {
    /// In the form that the `Accept` header asks for; JSON unless it names one of the files.
    pub(super) fn of(uploaded: &Uploaded, accept: Option<&str>, language: Language) -> Result<Self, Refusal> {
        let file = match SheetFormat::accepted(accept) {
            Some(SheetFormat::Csv) => Some((SheetFormat::Csv, csv_bytes(&head(uploaded, language), &rows(uploaded, language))?)),
            Some(SheetFormat::Xlsx) => {
                let name = language.choose("未通过的行", "Failed rows");
                let bytes = xlsx_bytes(name, head(uploaded, language), &rows(uploaded, language))?;
                Some((SheetFormat::Xlsx, bytes))
            }
            Some(SheetFormat::Jsonl) | None => None,
        };
        let status = match uploaded.outcome {
            SheetOutcome::Placed => StatusCode::CREATED,
            SheetOutcome::Checked | SheetOutcome::NothingPlaced => StatusCode::OK,
        };
        let mut response = match file {
            Some((format, bytes)) => {
                let mut response = Response::builder().content_type(format.content_type()).body(bytes);
                put(&mut response, header::CONTENT_DISPOSITION, &disposition("failed-rows", format));
                response
            }
            None => Response::builder()
                .content_type("application/json")
                .body(OrderSheetBody::of(uploaded, language).to_json_string()),
        };
        response.set_status(status);
        put(&mut response, header::VARY, "Accept, Accept-Language");
        if let Some(group) = &uploaded.group {
            put(
                &mut response,
                header::LOCATION,
                &format!("/v1/order-groups/{}", group.order_group_id),
            );
        }
        if uploaded.replayed {
            put(&mut response, HeaderName::from_static("idempotent-replayed"), "true");
        }
        Ok(Self(response))
    }
}

/// The sheet's own headings, and one for the reason.
fn head(uploaded: &Uploaded, language: Language) -> Vec<String> {
    let reason = match language {
        Language::Zh => "原因",
        Language::En => "Reason",
    };
    let read = &uploaded.table.head;
    let mut head = read.headings.clone();
    // Of headings in two rows one row is made, by names that are known when the file comes back, with what stood beside
    // them: it may be the unit.
    let known = read.places.iter().zip(&read.notes).zip(&COLUMNS);
    for ((place, note), column) in known.filter(|_| read.rows > 1) {
        if let Some(heading) = place.and_then(|place| head.get_mut(place)) {
            let note = note.as_ref().map_or_else(String::new, |note| format!("（{note}）"));
            *heading = format!("{}{note}", column.name);
        }
    }
    head.push(reason.to_owned());
    head
}

/// The failed rows as they were, each with its reasons behind it: mended, the file can be sent again.
fn rows(uploaded: &Uploaded, language: Language) -> Vec<Vec<Cell>> {
    let width = uploaded.table.head.headings.len();
    let failed = uploaded.failed.iter().map(|failed| {
        let cells = uploaded
            .table
            .rows
            .get(failed.at)
            .map(|row| row.cells.as_slice())
            .unwrap_or_default();
        let mut row: Vec<Cell> = cells.iter().take(width).map(Cell::text).collect();
        row.resize(width, Cell::Empty);
        let reasons = failed.reasons.iter().map(|reason| ReasonBody::of(reason, language).detail);
        row.push(Cell::text(reasons.collect::<Vec<_>>().join(" ")));
        row
    });
    failed.collect()
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

impl IntoResponse for SheetAnswer {
    fn into_response(self) -> Response {
        self.0
    }
}

impl ApiResponse for SheetAnswer {
    fn meta() -> MetaResponses {
        let text = |name: &str, description: &str| MetaHeader {
            name: name.to_owned(),
            description: Some(description.to_owned()),
            required: false,
            deprecated: false,
            schema: MetaSchemaRef::Inline(Box::new(MetaSchema::new("string"))),
        };
        let answer = |status: u16, description: &'static str| {
            let file = |format: SheetFormat| MetaMediaType {
                content_type: format.media_type(),
                schema: MetaSchemaRef::Inline(Box::new(match format {
                    SheetFormat::Csv | SheetFormat::Jsonl => MetaSchema::new("string"),
                    SheetFormat::Xlsx => MetaSchema::new_with_format("string", "binary"),
                })),
            };
            let json = MetaMediaType {
                content_type: Json::<OrderSheetBody>::CONTENT_TYPE,
                schema: OrderSheetBody::schema_ref(),
            };
            MetaResponse {
                description,
                status: Some(status),
                status_range: None,
                content: vec![json, file(SheetFormat::Csv), file(SheetFormat::Xlsx)],
                headers: vec![
                    text("Location", "Where what was placed is read."),
                    text("Content-Disposition", "The name of the file of failed rows."),
                    text(
                        REPLAYED_HEADER,
                        "`true` where this is the answer of an earlier request with the same key.",
                    ),
                ],
            }
        };
        MetaResponses {
            responses: vec![
                answer(
                    200,
                    "Checked, or nothing placed: what is good and what is not, or the file of the failed rows.",
                ),
                answer(201, "Placed: what is good and what is not, or the file of the failed rows."),
            ],
        }
    }

    fn register(registry: &mut Registry) {
        OrderSheetBody::register(registry);
    }
}
