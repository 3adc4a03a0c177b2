use super::*;
use crate::sheets::pages;
use poem_openapi::types::ToJSON;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const COLUMNS: [Column; 2] = [Column::text("name", "名", "Name"), Column::number("amount", "元", "Yuan")];

static DOOR: crate::sheets::Door = crate::sheets::Door::new(
    crate::sheets::Bounds {
        bytes: 1 << 20,
        rows: 5_000,
        columns: 9,
        cell_chars: 99,
        unpacked_bytes: 9 << 20,
        cells: 20_000,
        text_bytes: 1 << 20,
    },
    1,
);

/// All of it.
fn whatever() -> crate::sheets::Asked {
    crate::sheets::Asked {
        columns: &[],
        hidden: crate::sheets::HiddenRows::Skip,
        sheet: None,
    }
}

/// So many items, and how many pages of them have been read.
fn items(of: u64, broken_after: u64) -> (Pages, Arc<AtomicU64>) {
    let read = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&read);
    let reader = move |after: Option<u64>| {
        counted.fetch_add(1, Ordering::SeqCst);
        let from = after.unwrap_or(0);
        async move {
            if from >= broken_after {
                return Err(Refusal::broken("the database has gone"));
            }
            Ok((from + 1..=of.min(from + PAGE)).collect())
        }
    };
    let item = |no: u64| Row(json!({"name": format!("={no}"), "amount": format!("{no}.50")}));
    (pages(reader, |last: &u64| *last, item), read)
}

/// Stands for a body of a room.
#[derive(Debug)]
struct Row(Value);

impl poem_openapi::types::Type for Row {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> std::borrow::Cow<'static, str> {
        "Row".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new("object")))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for Row {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.clone())
    }
}

async fn file(format: SheetFormat, pages: Pages) -> Response {
    export(format, Language::En, "things", &COLUMNS, pages)
        .await
        .unwrap()
        .into_response()
}

#[tokio::test]
async fn every_item_is_in_the_file_however_many_pages_there_are() {
    for of in [0, 1, PAGE, 2 * PAGE + 250] {
        let text = file(SheetFormat::Csv, items(of, u64::MAX).0)
            .await
            .into_body()
            .into_string()
            .await
            .unwrap();
        assert_eq!(text.lines().count(), usize::try_from(of + 1).unwrap());
        assert!(of == 0 || text.ends_with(&format!("'={of},{of}.50\r\n")), "{of}");
        let text = file(SheetFormat::Jsonl, items(of, u64::MAX).0)
            .await
            .into_body()
            .into_string()
            .await
            .unwrap();
        assert_eq!(text.lines().count(), usize::try_from(of).unwrap());
        let bytes = file(SheetFormat::Xlsx, items(of, u64::MAX).0)
            .await
            .into_body()
            .into_vec()
            .await
            .unwrap();
        let table = DOOR.table(bytes, whatever()).await;
        let rows = table.map(|table| table.rows.len()).unwrap_or_default();
        assert_eq!(rows, usize::try_from(of).unwrap());
    }
}

#[tokio::test]
async fn a_page_is_read_when_the_one_before_has_been_taken() {
    let (pages, read) = items(10 * PAGE, u64::MAX);
    let mut body = file(SheetFormat::Jsonl, pages).await.into_body().into_bytes_stream();
    assert_eq!(read.load(Ordering::SeqCst), 1, "the first, so that a refusal can be one");
    for taken in 1..=3 {
        body.try_next().await.unwrap().unwrap();
        assert_eq!(read.load(Ordering::SeqCst), taken.max(1));
    }
}

#[tokio::test]
async fn what_breaks_on_the_way_breaks_the_file_off() {
    let (none, _) = items(10, 0);
    assert!(export(SheetFormat::Csv, Language::En, "things", &COLUMNS, none).await.is_err());
    for format in SheetFormat::ALL {
        let (pages, _) = items(10 * PAGE, 2 * PAGE);
        assert!(file(format, pages).await.into_body().into_vec().await.is_err(), "{format:?}");
    }
}
