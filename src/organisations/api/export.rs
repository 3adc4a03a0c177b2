//! Organisations as a file.

use super::Tag;
use super::organisation_body::OrganisationBody;
use crate::access::Actor;
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::language::called;
use crate::journal::Desk;
use crate::organisations::party::Party;
use crate::organisations::queries::{self, OrganisationFilter, Window};
use crate::organisations::register::{Parties, Register};
use crate::sheets::{Column, Export, FileName, PAGE, SheetFormat, export, pages, told};
use entity::{DivisionCode, OrganisationId, OrganisationKind};
use poem::web::Data;
use poem_openapi::OpenApi;
use poem_openapi::param::Query;
use serde_json::Value;
use std::sync::Arc;

const COLUMNS: [Column; 11] = [
    Column::text("name", "单位名称", "Name").wide(28),
    Column::word("kind", "单位类别", "Kind", called::<OrganisationKind>),
    Column::text("uscc", "统一社会信用代码", "Credit code").wide(22),
    Column::text("town_name", "所属镇(街道)", "Town").wide(18),
    Column::text("department_name", "主管部门", "Department").wide(20),
    Column::text("without_canteen", "无食堂", "Without canteen").wide(8),
    Column::moment("archived_at", "停用时间", "Archived"),
    Column::code("memberships/last/town_code", "所属镇(街道)代码", "Town code"),
    Column::code("department_code", "主管部门代码", "Department code"),
    Column::id("memberships/last/department_id", "主管部门编号", "Department id"),
    Column::id("organisation_id", "单位编号", "Organisation id"),
];

const FILE: FileName = FileName {
    file: "organisations",
    zh: "单位",
    en: "Organisations",
};

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
        let names = names(Arc::clone(&parties));
        let today = self.desk.clock.today();
        let read = move |after: Option<OrganisationId>| {
            let window = Window { after, most: PAGE };
            let page = queries::organisations(&parties, &actor, &filter, today, window);
            async move { Ok(page) }
        };
        let item = |party: Arc<Party>| OrganisationBody::from(party.as_ref());
        let pages = pages(read, |last: &Arc<Party>| last.id, item);
        let format = format.0.unwrap_or_default();
        Ok(export(format, context.language, FILE, &COLUMNS, told(format, pages, names)).await?)
    }
}

/// Names the town and the department that an item belongs to.
fn names(parties: Arc<Parties>) -> impl Fn(&mut Value) + Send + Sync + 'static {
    move |item| {
        let last = item.get("memberships").and_then(Value::as_array).and_then(|all| all.last());
        let text = |name: &str| last.and_then(|last| last.get(name)).and_then(Value::as_str);
        let town = text("town_code").and_then(|code| parties.division(code));
        let department = text("department_id")
            .and_then(|id| id.parse().ok())
            .and_then(|id| parties.department(id));
        let town_name = town.map(|town| town.name.clone());
        let (name, code) = department.map(|one| (one.name.clone(), one.code.clone())).unzip();
        let Some(members) = item.as_object_mut() else { return };
        for (member, value) in [("town_name", town_name), ("department_name", name), ("department_code", code)] {
            members.insert(member.to_owned(), value.into());
        }
    }
}
