//! Departments over HTTP.

use super::{EXAMPLE_ID, Tag, example, repeat, window};
use crate::access::Actor;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::add_department::add_department;
use crate::organisations::division::NewDepartment;
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
    /// All of them in the order they were entered, archived ones too.
    #[oai(path = "/v1/departments", method = "get", operation_id = "list_departments")]
    async fn list(
        &self,
        caller: Caller,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<DepartmentPage>> {
        let window = window(&caller, "departments", limit.0, cursor.0)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let found = queries::departments(&parties, window);
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
}
