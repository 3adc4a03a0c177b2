//! Organisations as a file.

use super::Tag;
use super::organisation_body::OrganisationBody;
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::journal::Desk;
use crate::organisations::party::Party;
use crate::organisations::queries::{self, OrganisationFilter, Window};
use crate::organisations::register::Register;
use crate::sheets::{Column, Export, PAGE, SheetFormat, export, pages};
use entity::{DivisionCode, OrganisationId, OrganisationKind};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use std::sync::Arc;

const COLUMNS: [Column; 8] = [
    Column::text("name", "单位名称", "Name"),
    Column::text("kind", "单位类别", "Kind"),
    Column::text("uscc", "统一社会信用代码", "Credit code"),
    Column::text("memberships/last/town_code", "所属镇(街道)代码", "Town"),
    Column::text("memberships/last/department_id", "主管部门编号", "Department id"),
    Column::text("without_canteen", "无食堂", "Without canteen"),
    Column::text("archived_at", "停用时间", "Archived"),
    Column::text("organisation_id", "单位编号", "Organisation id"),
];

/// The export of organisations.
#[derive(Clone, Debug)]
pub struct OrganisationExportApi {
    /// Where it is read.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Organisations")]
impl OrganisationExportApi {
    /// Export organisations
    ///
    /// The list of organisations with the same filter as a file: as many of them as you may see.
    #[oai(path = "/v1/organisations/export", method = "get", operation_id = "export_organisations")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn organisations(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Format of the file; CSV, if left out.
        format: Query<Option<SheetFormat>>,
        /// Only of this kind.
        kind: Query<Option<OrganisationKind>>,
        /// Only those that belong to this town today.
        town_code: Query<Option<DivisionCode>>,
        /// Only those whose name or credit code holds this text.
        #[oai(validator(min_length = 1, max_length = 40))]
        q: Query<Option<String>>,
        /// Archived ones too.
        archived: Query<Option<bool>>,
    ) -> poem::Result<Export> {
        let actor = Actor::of(&caller)?;
        let filter = OrganisationFilter {
            kind: kind.0,
            town_code: town_code.0.map(DivisionCode::into_string),
            q: q.0,
            archived: archived.0.unwrap_or(false),
        };
        let parties = queries::now(&self.desk, &self.register).await?;
        let today = self.desk.clock.today();
        let read = move |after: Option<OrganisationId>| {
            let window = Window { after, most: PAGE };
            let page = queries::organisations(&parties, &actor, &filter, today, window);
            async move { Ok(page) }
        };
        let item = |party: Arc<Party>| OrganisationBody::from(party.as_ref());
        let pages = pages(read, |last: &Arc<Party>| last.id, item);
        Ok(export(format.0.unwrap_or_default(), context.language, "organisations", &COLUMNS, pages).await?)
    }
}
