//! Imports over HTTP, for operators.

use super::body::{
    BookImportBody, ImportBody, ImportFaultBody, ImportFaultPage, ImportPage, ImportPartAnswer, ImportPartBody, NewImportBody,
};
use super::failed::COLUMNS;
use super::import::Action;
use super::queries::{self, FaultPlace};
use super::row::Row;
use super::sheet::asked;
use super::start::{Booking, CreateImport, StartPhase};
use super::store;
use super::told::FileTold;
use super::upload::{put_file, put_part};
use super::work::{ImportWork, Order, is_small};
use crate::access::{Actor, may_import};
use crate::catalogue::repeat;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::jobs::enter_job;
use crate::journal::{Desk, Repeat};
use crate::sheets::{Export, FileName, HiddenRows, SheetFile, SheetFormat, export, pages_of_many};
use entity::tables::import_faults;
use entity::{ImportId, ImportState, ShortText};
use poem::web::Data;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};
use serde_json::{Value, json};
use std::time::Duration;

/// A small import is worked on in its request for so long at most; what is left then goes on in the background.
const AT_ONCE: Duration = Duration::from_secs(10);
/// The highest number of a part.
const MOST_PARTS: i32 = 100_000;

/// The file of failed rows.
const FAILED_FILE: FileName = FileName {
    file: "failed-rows",
    zh: "未通过的行",
    en: "Failed rows",
};

#[derive(Tags)]
enum Tag {
    /// Documents written elsewhere.
    Imports,
}

/// The operations on imports.
#[derive(Clone, Debug)]
pub struct ImportsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What checks, books and takes back.
    pub work: ImportWork,
}

#[OpenApi(tag = "Tag::Imports")]
impl ImportsApi {
    /// Begin an import
    ///
    /// An import takes documents that were written elsewhere, at their own time and their own prices: upload them, have
    /// them checked, book them. For operators.
    #[oai(path = "/v1/imports", method = "post", operation_id = "create_import")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewImportBody>,
    ) -> poem::Result<Made<ImportBody>> {
        let actor = importer(&caller)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/imports", &body.0)?;
        let create = CreateImport {
            who: actor.who(),
            source: body.0.source,
            note: body.0.note,
        };
        let made = self.desk.gate.run(create, Some(repeat)).await?;
        let body = self.body(made.answer).await?;
        let location = format!("/v1/imports/{}", made.answer);
        Ok(Made::now(&body).at(location).version(body.version).replayed(made.replayed))
    }

    /// List imports
    ///
    /// Newest first. For operators.
    #[oai(path = "/v1/imports", method = "get", operation_id = "list_imports")]
    async fn list(
        &self,
        caller: Caller,
        /// Only those that have come so far.
        status: Query<Option<ImportState>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ImportPage>> {
        importer(&caller)?;
        let before: Option<ImportId> = cursor.0.map(|cursor| caller.position("imports", &cursor)).transpose()?;
        let rows = store::list(self.desk.read(), status.0, before, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("imports", &last.id))?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(ImportBody::from(queries::counted(&self.desk, row).await?));
        }
        Ok(Listed((items, next).into()))
    }

    /// Read an import
    ///
    /// How far it has come, with its documents and rows counted. For operators.
    #[oai(path = "/v1/imports/:import_id", method = "get", operation_id = "read_import")]
    async fn read(
        &self,
        caller: Caller,
        /// The import.
        import_id: Path<ImportId>,
    ) -> poem::Result<Versioned<ImportBody>> {
        importer(&caller)?;
        let body = self.body(import_id.0).await?;
        let version = body.version;
        Ok(Versioned(body, version))
    }

    /// Upload a part
    ///
    /// Parts may come in any order, each as often as needed: with the same content it stays as it is, with other content
    /// it is refused. Numbers run from 1 without a gap; whole documents, please. For operators.
    #[oai(path = "/v1/imports/:import_id/parts/:no", method = "put", operation_id = "upload_import_part")]
    async fn upload_part(
        &self,
        caller: Caller,
        /// The import.
        import_id: Path<ImportId>,
        /// The part's number, from 1.
        #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
        no: Path<i32>,
        body: Json<ImportPartBody>,
    ) -> poem::Result<Made<ImportPartAnswer>> {
        let by = importer(&caller)?.person;
        if !(1..=MOST_PARTS).contains(&no.0) {
            return Err(Refusal::fault("not_found").into());
        }
        let rows: Vec<Row> = body.0.rows.into_iter().map(Row::from).collect();
        let put = put_part(&self.desk, (import_id.0, by), no.0, &rows).await?;
        let answer = ImportPartAnswer {
            no: no.0,
            rows: i32::try_from(rows.len()).unwrap_or(i32::MAX),
        };
        Ok(if put.answer.new > 0 {
            Made::now(&answer)
        } else {
            Made::before(&answer)
        })
    }

    /// Upload a file
    ///
    /// One file with all rows: CSV (UTF-8, GBK or GB18030) or a workbook, up to 64 MiB, 1,000,000 rows and 200 columns, with the
    /// columns of a row as headings, in English or Chinese; title rows may stand above them. Other columns are ignored; `file` in
    /// the answer lists them, with the sheet that was read and the rows that were left out: hidden ones, totals, lines for
    /// signatures. Sent again after it was cut off half way, it goes on. For operators.
    #[oai(path = "/v1/imports/:import_id/file", method = "put", operation_id = "upload_import_file")]
    async fn upload_file(
        &self,
        caller: Caller,
        /// The import.
        import_id: Path<ImportId>,
        /// What to do with rows that are hidden in the file, by a filter or by hand; left out, they are skipped and told.
        hidden: Query<Option<HiddenRows>>,
        /// The name of the sheet to read, where several of a workbook have the columns.
        sheet: Query<Option<ShortText>>,
        file: SheetFile,
    ) -> poem::Result<Versioned<ImportBody>> {
        let by = importer(&caller)?.person;
        let asked = asked(hidden.0.unwrap_or_default(), sheet.0.map(|sheet| sheet.to_string()));
        put_file(&self.desk, (import_id.0, by), file.into_bytes(), asked).await?;
        let body = self.body(import_id.0).await?;
        let version = body.version;
        Ok(Versioned(body, version))
    }

    /// Check an import
    ///
    /// Reads everything uploaded and finds all that is wrong with it: at once where it is small, else in the background;
    /// read the import to see how far it is. Asked again while it is checked, it goes on. For operators.
    #[oai(path = "/v1/imports/:import_id/check", method = "post", operation_id = "check_import")]
    async fn check(
        &self,
        caller: Caller,
        /// The import.
        import_id: Path<ImportId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<ImportBody>> {
        self.start(&caller, key.0.as_deref(), (import_id.0, Action::Check, None)).await
    }

    /// Book an import
    ///
    /// Books what was checked in chunks, each wholly or not at all: at once where it is small, else in the background.
    /// Stopped at any moment, it goes on exactly where it was; asked again, it goes on at once. What one person began or
    /// uploaded, another books; where there is nobody else, say `alone` and why. For operators.
    #[oai(path = "/v1/imports/:import_id/book", method = "post", operation_id = "book_import")]
    async fn book(
        &self,
        caller: Caller,
        /// The import.
        import_id: Path<ImportId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<BookImportBody>,
    ) -> poem::Result<Made<ImportBody>> {
        importer(&caller)?;
        let booking = Booking::try_from(body.0).map_err(Refusal::from)?;
        let asked = (import_id.0, Action::Book, Some(booking));
        self.start(&caller, key.0.as_deref(), asked).await
    }

    /// Take an import back
    ///
    /// Takes back everything it has booked, on the days it was booked for: at once where it is small, else in the
    /// background. An import whose goods were returned otherwise cannot be taken back. For operators.
    #[oai(path = "/v1/imports/:import_id/undo", method = "post", operation_id = "undo_import")]
    async fn undo(
        &self,
        caller: Caller,
        /// The import.
        import_id: Path<ImportId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<ImportBody>> {
        self.start(&caller, key.0.as_deref(), (import_id.0, Action::Undo, None)).await
    }

    /// List faults
    ///
    /// Everything wrong with what was uploaded, in the order of parts and rows. For operators.
    #[oai(path = "/v1/imports/:import_id/faults", method = "get", operation_id = "list_import_faults")]
    async fn faults(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The import.
        import_id: Path<ImportId>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ImportFaultPage>> {
        importer(&caller)?;
        let told = self.told(import_id.0).await?;
        let after: Option<FaultPlace> = cursor.0.map(|cursor| caller.position("import_faults", &cursor)).transpose()?;
        let rows = queries::faults(&self.desk, import_id.0, after, limit.0.plus_one()).await?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor("import_faults", &place(last)))?;
        let (told, language) = (told.as_ref(), context.language);
        let items = rows.into_iter().map(|row| ImportFaultBody::of(row, told, language)).collect();
        Ok(Listed((items, next).into()))
    }

    /// Export failed rows
    ///
    /// All rows of the documents that have a fault, each once and as it came, with what is wrong with it: put right, the
    /// file can be imported. For operators.
    #[oai(
        path = "/v1/imports/:import_id/faults/export",
        method = "get",
        operation_id = "export_import_faults"
    )]
    async fn export_faults(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// The import.
        import_id: Path<ImportId>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
    ) -> poem::Result<Export> {
        importer(&caller)?;
        let told = self.told(import_id.0).await?;
        let (desk, id, language) = (self.desk.clone(), import_id.0, context.language);
        let read = move |after: Option<i32>| {
            let desk = desk.clone();
            async move { queries::failed_part(&desk, id, after.unwrap_or(0)).await }
        };
        let pages = pages_of_many(1, read, |part| part.no, move |part| part.told(told.as_ref(), language));
        Ok(export(format.0.unwrap_or_default(), language, FAILED_FILE, &COLUMNS, pages).await?)
    }
}

fn place((fault, _): &(import_faults::Model, Row)) -> FaultPlace {
    (fault.part, fault.place, fault.no)
}

/// What is asked of a booking, by which a repeated request is told from another one.
fn said(booking: &Booking) -> Value {
    let mode = json!(booking.mode.as_str());
    match &booking.alone {
        None => mode,
        Some(reason) => json!([mode, reason.as_str()]),
    }
}

fn importer(caller: &Caller) -> Result<Actor, Refusal> {
    let actor = Actor::of(caller)?;
    may_import(&actor)?;
    Ok(actor)
}

impl ImportsApi {
    async fn body(&self, id: ImportId) -> Result<ImportBody, Refusal> {
        Ok(ImportBody::from(queries::one(&self.desk, id).await?))
    }

    /// What is told of the file of an import that is there.
    async fn told(&self, id: ImportId) -> Result<Option<FileTold>, Refusal> {
        let import = store::import(self.desk.read(), id).await?;
        import.ok_or_else(|| Refusal::fault("not_found"))?;
        Ok(store::told(self.desk.read(), id).await?)
    }

    /// Begins a phase, and works it off where the import is small.
    async fn start(
        &self,
        caller: &Caller,
        key: Option<&str>,
        (import, action, booking): (ImportId, Action, Option<Booking>),
    ) -> poem::Result<Made<ImportBody>> {
        let actor = importer(caller)?;
        let verb = match action {
            Action::Check => "check",
            Action::Book => "book",
            _ => "undo",
        };
        let said = booking.as_ref().map_or(Value::Null, said);
        let repeat = Repeat::of(caller, key, &format!("POST /v1/imports/{import}/{verb}"), Some(said))?;
        let who = actor.who();
        let phase = StartPhase {
            who,
            import,
            action,
            booking,
        };
        let begun = self.desk.gate.run(phase, Some(repeat)).await?;
        let row = store::import(self.desk.read(), import).await.map_err(Refusal::from)?;
        let row = row.ok_or_else(|| Refusal::from(Fault::of("not_found")))?;
        let order = Order::of(import, who);
        let through = is_small(&row) && self.work.advance(&self.desk, order, AT_ONCE).await?;
        if !through && !begun.replayed {
            let progress = serde_json::to_value(order).map_err(Refusal::broken)?;
            enter_job(&self.desk, ImportWork::KIND, progress, self.desk.clock.now()).await?;
        }
        let body = self.body(import).await?;
        Ok(Made::before(&body).version(body.version).replayed(begun.replayed))
    }
}
