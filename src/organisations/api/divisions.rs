//! Divisions over HTTP.

use super::{Tag, WhyBody, example, repeat, window};
use crate::access::Actor;
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::Desk;
use crate::organisations::add_division::add_division;
use crate::organisations::change_division::{archive_division, change_division};
use crate::organisations::division::{DivisionChange, NewDivision};
use crate::organisations::party::Division;
use crate::organisations::queries::{self, DivisionFilter};
use crate::organisations::register::Register;
use entity::{DivisionCode, DivisionRole, Name};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::{Example, MaybeUndefined, ToJSON};
use poem_openapi::{Object, OpenApi};

/// A county, a city or a town of the pairing.
#[derive(Clone, Debug, Object)]
#[oai(example)]
pub struct DivisionBody {
    /// Its code.
    #[oai(validator(max_length = 16))]
    pub code: String,
    /// Its name.
    #[oai(validator(max_length = 120))]
    pub name: String,
    /// The code of the division it lies in.
    #[oai(nullable, validator(max_length = 16))]
    pub parent_code: Option<String>,
    /// What it is to the pairing.
    pub role: DivisionRole,
    /// Whether it lies in the protected area of 洋县黑米; null where nobody has said.
    #[oai(nullable)]
    pub black_rice_gi_area: Option<bool>,
    /// Whether it is used no more.
    pub archived: bool,
    /// Its version.
    pub version: i64,
}

impl From<&Division> for DivisionBody {
    fn from(division: &Division) -> Self {
        Self {
            code: division.code.clone(),
            name: division.name.clone(),
            parent_code: division.parent_code.clone(),
            role: division.role,
            black_rice_gi_area: division.black_rice_gi_area,
            archived: division.archived,
            version: division.version,
        }
    }
}

impl Example for DivisionBody {
    fn example() -> Self {
        Self {
            code: "610723001".to_owned(),
            name: "洋州街道".to_owned(),
            parent_code: Some("610723".to_owned()),
            role: DivisionRole::OriginTown,
            black_rice_gi_area: Some(true),
            archived: false,
            version: 1,
        }
    }
}

crate::page! {
    /// Divisions by their code, a page at a time.
    DivisionPage of DivisionBody
}

/// A division to be entered.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewDivisionBody {
    /// Its code: the official one where there is one. A code is never used again.
    pub code: DivisionCode,
    /// Its name.
    pub name: Name,
    /// The code of the division it lies in; a town needs one.
    pub parent_code: Option<DivisionCode>,
    /// What it is to the pairing.
    pub role: DivisionRole,
    /// Whether it lies in the protected area of 洋县黑米; for towns of the county only.
    pub black_rice_gi_area: Option<bool>,
}

impl Example for NewDivisionBody {
    fn example() -> Self {
        Self {
            code: example("610723001"),
            name: example("洋州街道"),
            parent_code: Some(example("610723")),
            role: DivisionRole::OriginTown,
            black_rice_gi_area: Some(true),
        }
    }
}

impl From<NewDivisionBody> for NewDivision {
    fn from(body: NewDivisionBody) -> Self {
        Self {
            code: body.code,
            name: body.name,
            parent_code: body.parent_code,
            role: body.role,
            black_rice_gi_area: body.black_rice_gi_area,
        }
    }
}

/// What to correct of a division, and why; what is left out stays. Its code and its role stay for good.
#[derive(Clone, Debug, Object)]
#[oai(rename = "DivisionChange", deny_unknown_fields, example)]
pub struct DivisionChangeBody {
    /// The new name; totals of periods that ended before keep the old one.
    #[oai(skip_serializing_if_is_none)]
    pub name: Option<Name>,
    /// The code of the division it really lies in: the county or city of its side.
    #[oai(skip_serializing_if_is_none)]
    pub parent_code: Option<DivisionCode>,
    /// Whether it lies in the protected area of 洋县黑米, for towns of the county only; null where nobody has said.
    #[oai(nullable)]
    pub black_rice_gi_area: MaybeUndefined<bool>,
    /// Why, in a few words; kept beside the journal.
    pub reason: Name,
}

impl Example for DivisionChangeBody {
    fn example() -> Self {
        Self {
            name: Some(example("洋州街道办事处")),
            parent_code: None,
            black_rice_gi_area: MaybeUndefined::Undefined,
            reason: example("按民政部门公布的名称更正"),
        }
    }
}

impl From<DivisionChangeBody> for DivisionChange {
    fn from(body: DivisionChangeBody) -> Self {
        Self {
            name: body.name,
            parent_code: body.parent_code,
            black_rice_gi_area: body.black_rice_gi_area.as_opt_ref().map(|area| area.copied()),
            reason: body.reason,
        }
    }
}

/// The operations on divisions.
#[derive(Clone, Debug)]
pub struct DivisionsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// What is known of who takes part.
    pub register: Register,
}

#[OpenApi(tag = "Tag::Divisions")]
impl DivisionsApi {
    /// List divisions
    ///
    /// Counties, cities and towns of both sides by their code; those in use, unless archived ones are asked for as well.
    #[oai(path = "/v1/divisions", method = "get", operation_id = "list_divisions")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only those that are this to the pairing.
        role: Query<Option<DivisionRole>>,
        /// Only those that lie in this one.
        parent_code: Query<Option<DivisionCode>>,
        /// Archived ones too.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<DivisionPage>> {
        let window = window(&caller, "divisions", limit.0, cursor.0)?;
        let parties = queries::now(&self.desk, &self.register).await?;
        let parent = parent_code.0.as_ref().map(DivisionCode::as_str);
        let filter = DivisionFilter {
            role: role.0,
            parent,
            archived: archived.0.unwrap_or(false),
        };
        let found = queries::divisions(&parties, filter, window);
        let (found, next) = cut(found, limit.0, |last| caller.cursor("divisions", &last.code))?;
        let items: Vec<_> = found.iter().map(|one| DivisionBody::from(one.as_ref())).collect();
        Ok(Listed((items, next).into()))
    }

    /// Read a division
    ///
    /// With its version as `ETag`.
    #[oai(path = "/v1/divisions/:code", method = "get", operation_id = "read_division")]
    async fn read(
        &self,
        _caller: Caller,
        /// Its code.
        code: Path<DivisionCode>,
    ) -> poem::Result<Versioned<DivisionBody>> {
        let parties = queries::now(&self.desk, &self.register).await?;
        let division = parties.division(code.0.as_str()).ok_or_else(|| Refusal::fault("not_found"))?;
        Ok(Versioned(division.as_ref().into(), division.version))
    }

    /// Enter a division
    ///
    /// For operators. A town needs the county or city of its side as parent.
    #[oai(path = "/v1/divisions", method = "post", operation_id = "create_division")]
    async fn create(
        &self,
        caller: Caller,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewDivisionBody>,
    ) -> poem::Result<Made<DivisionBody>> {
        let actor = Actor::of(&caller)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/divisions", body.0.to_json())?;
        let made = add_division(&self.desk, &actor, body.0.into(), Some(repeat)).await?;
        let body = DivisionBody::from(&made.answer);
        Ok(Made::now(&body)
            .at(format!("/v1/divisions/{}", body.code))
            .version(body.version)
            .replayed(made.replayed))
    }

    /// Correct a division
    ///
    /// For operators; only the version named by `If-Match`. What was ordered before stays with it, and a total of a
    /// period that ended before the change goes on naming it as it was called then.
    #[oai(path = "/v1/divisions/:code", method = "patch", operation_id = "change_division")]
    async fn change(
        &self,
        caller: Caller,
        /// Its code.
        code: Path<DivisionCode>,
        /// The version the change is meant for.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<DivisionChangeBody>,
    ) -> poem::Result<Versioned<DivisionBody>> {
        let actor = Actor::of(&caller)?;
        let version = if_match(version.0.as_deref())?;
        let division = change_division(&self.desk, &actor, code.0, version, body.0.into()).await?;
        Ok(Versioned((&division).into(), division.version))
    }

    /// Archive a division
    ///
    /// For operators: nothing may be entered there any more, and lists leave it out; totals keep it. As long as an
    /// organisation, a site, a place, a product or a division in use lies there, it is refused, saying how many do: move
    /// or archive those first.
    #[oai(path = "/v1/divisions/:code/archive", method = "post", operation_id = "archive_division")]
    async fn archive(
        &self,
        caller: Caller,
        /// Its code.
        code: Path<DivisionCode>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<WhyBody>,
    ) -> poem::Result<Made<DivisionBody>> {
        let actor = Actor::of(&caller)?;
        let operation = format!("POST /v1/divisions/{}/archive", code.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, body.0.to_json())?;
        let archived = archive_division(&self.desk, &actor, code.0, body.0.reason, Some(repeat)).await?;
        let body = DivisionBody::from(&archived.answer);
        Ok(Made::before(&body)
            .at(format!("/v1/divisions/{}", body.code))
            .version(body.version)
            .replayed(archived.replayed))
    }
}
