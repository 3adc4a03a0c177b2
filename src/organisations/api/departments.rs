//! Departments over HTTP.

use super::{EXAMPLE_ID, Tag, WhyBody, example, repeat, window};
use crate::access::Actor;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::add_department::add_department;
use crate::organisations::change_department::{archive_department, change_department};
use crate::organisations::division::{DepartmentChange, NewDepartment};
use crate::organisations::party::Department;
use crate::organisations::queries;
use crate::organisations::register::Register;
use entity::{DepartmentId, ExternalNo, Name};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, ToJSON};
use poem_openapi::{Object, OpenApi};

/// A department (主管部门) that organisations report to.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct DepartmentBody {
    /// Its id.
    pub department_id: DepartmentId,
    /// Its code.
    #[oai(validator(max_length = 40))]
    pub code: String,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// Whether it is used no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

impl From<&Department> for DepartmentBody {
    fn from(department: &Department) -> Self {
        Self {
            department_id: department.id,
            code: department.code.clone(),
            name: department.name.clone(),
            archived: department.archived,
            version: department.version,
        }
    }
}

impl Example for DepartmentBody {
    fn example() -> Self {
        Self {
            department_id: example(EXAMPLE_ID),
            code: "JYJ".to_owned(),
            name: "如皋市教育局".to_owned(),
            archived: false,
            version: 1,
        }
    }
}

crate::page! {
    /// Departments in the order they were entered, a page at a time.
    DepartmentPage of DepartmentBody
}

/// A department to be entered.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct NewDepartmentBody {
    /// Its code, at most 40 characters. A code is never used again.
    #[oai(validator(max_length = 40))]
    pub code: ExternalNo,
    /// Its name.
    pub name: Name,
}

impl Example for NewDepartmentBody {
    fn example() -> Self {
        Self {
            code: example("JYJ"),
            name: example("如皋市教育局"),
        }
    }
}

impl From<NewDepartmentBody> for NewDepartment {
    fn from(body: NewDepartmentBody) -> Self {
        Self {
            code: body.code,
            name: body.name,
        }
    }
}

/// What to correct of a department, and why.
#[derive(Clone, Debug, Object)]
#[oai(rename = "DepartmentChange", deny_unknown_fields, example)]
pub struct DepartmentChangeBody {
    /// The new name; totals of periods that ended before keep the old one.
    pub name: Name,
    /// Why, in a few words; kept beside the journal.
    pub reason: Name,
}

impl Example for DepartmentChangeBody {
    fn example() -> Self {
        Self {
            name: example("如皋市教育体育局"),
            reason: example("机构改革更名"),
        }
    }
}

impl From<DepartmentChangeBody> for DepartmentChange {
    fn from(body: DepartmentChangeBody) -> Self {
        Self {
            name: body.name,
            reason: body.reason,
        }
    }
}

/// The operations on departments.
#[derive(Clone, Debug)]
pub struct DepartmentsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Departments")]
impl DepartmentsApi {
    /// List departments
    ///
    /// In the order they were entered; those in use, unless archived ones are asked for as well.
    #[oai(path = "/v1/departments", method = "get", operation_id = "list_departments")]
    async fn list(
        &self,
        caller: Caller,
        /// Archived ones too.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<DepartmentPage>> {
        let window = window(&caller, "departments", limit.0, cursor.0)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let found = queries::departments(&parties, archived.0.unwrap_or(false), window);
        let (found, next) = cut(found, limit.0, |last| caller.cursor("departments", &last.id))?;
        let items: Vec<_> = found.iter().map(|one| DepartmentBody::from(one.as_ref())).collect();
        Ok(Listed((items, next).into()))
    }

    /// Read a department
    ///
    /// With its version as `ETag`.
    #[oai(path = "/v1/departments/:department_id", method = "get", operation_id = "read_department")]
    async fn read(
        &self,
        _caller: Caller,
        /// Its id.
        department_id: Path<DepartmentId>,
    ) -> poem::Result<Versioned<DepartmentBody>> {
        let parties = queries::now(&self.desk, &self.register).await?;
        let department = parties.department(department_id.0).ok_or_else(|| Refusal::fault("not_found"))?;
        Ok(Versioned(department.as_ref().into(), department.version))
    }

    /// Enter a department
    ///
    /// For operators.
    #[oai(path = "/v1/departments", method = "post", operation_id = "create_department")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewDepartmentBody>,
    ) -> poem::Result<Made<DepartmentBody>> {
        let actor = Actor::of(&caller)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/departments", body.0.to_json())?;
        let made = add_department(&self.desk, &actor, body.0.into(), Some(repeat)).await?;
        let body = DepartmentBody::from(&made.answer);
        Ok(Made::now(&body)
            .at(format!("/v1/departments/{}", body.department_id))
            .version(body.version)
            .replayed(made.replayed))
    }

    /// Rename a department
    ///
    /// For operators; only the version named by `If-Match`. What was ordered before stays with it, and a total of a
    /// period that ended before the change goes on naming it as it was called then.
    #[oai(path = "/v1/departments/:department_id", method = "patch", operation_id = "change_department")]
    async fn change(
        &self,
        caller: Caller,
        /// Its id.
        department_id: Path<DepartmentId>,
        /// The version the change is meant for.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<DepartmentChangeBody>,
    ) -> poem::Result<Versioned<DepartmentBody>> {
        let actor = Actor::of(&caller)?;
        let version = if_match(version.0.as_deref())?;
        let department = change_department(&self.desk, &actor, department_id.0, version, body.0.into()).await?;
        Ok(Versioned((&department).into(), department.version))
    }

    /// Archive a department
    ///
    /// For operators: no organisation may be entered under it any more, and lists leave it out; totals keep it. As long as
    /// an organisation in use reports to it, it is refused, saying how many do.
    #[oai(
        path = "/v1/departments/:department_id/archive",
        method = "post",
        operation_id = "archive_department"
    )]
    async fn archive(
        &self,
        caller: Caller,
        /// Its id.
        department_id: Path<DepartmentId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<WhyBody>,
    ) -> poem::Result<Made<DepartmentBody>> {
        let actor = Actor::of(&caller)?;
        let operation = format!("POST /v1/departments/{}/archive", department_id.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let archived = archive_department(&self.desk, &actor, department_id.0, body.0.reason, Some(repeat)).await?;
        let body = DepartmentBody::from(&archived.answer);
        Ok(Made::before(&body)
            .at(format!("/v1/departments/{}", body.department_id))
            .version(body.version)
            .replayed(archived.replayed))
    }
}
