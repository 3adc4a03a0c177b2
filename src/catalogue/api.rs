//! Categories over HTTP, and what the three APIs of the catalogue share.

use super::add_category::AddCategory;
use super::category_body::{CategoryBody, CategoryChangeBody, CategoryPage, NewCategoryBody};
use super::change_category::{ArchiveCategory, ChangeCategory};
use super::queries;
use crate::access::{Actor, may_organise};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use crate::organisations::Register;
use crate::organisations::api::WhyBody;
use entity::{Channel, OrganisationId, Role};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Kinds of goods.
    Categories,
}

/// The key of a request that makes or moves something, with the hash of what it asks for.
pub(crate) fn repeat(caller: &Caller, key: Option<&str>, operation: &str, body: &impl ToJSON) -> Result<Repeat, Refusal> {
    Repeat::of(caller, key, operation, body.to_json())
}

/// Whose offers somebody may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeenBy {
    /// All.
    #[default]
    Everything,
    /// A supplier: its own and not its competitors'.
    Supplier(OrganisationId),
    /// A buyer, or who looks on: those for all, a channel or a kind, and what is for the buyer alone.
    Buyer(OrganisationId),
}

/// Whose offers the actor may see.
pub(super) fn visible_offers(actor: &Actor) -> SeenBy {
    match actor.role {
        Role::Supplier => SeenBy::Supplier(actor.organisation),
        _ if actor.sees_all() => SeenBy::Everything,
        _ => SeenBy::Buyer(actor.organisation),
    }
}

/// The channel whose prices a buyer is shown where it asks for none: the default of those it may use. A buyer made by
/// another process is looked for once more.
pub(super) async fn own_channel(desk: &Desk, register: &Register, actor: &Actor) -> Result<Option<Channel>, Refusal> {
    if !matches!(actor.role, Role::Buyer | Role::Retailer) {
        return Ok(None);
    }
    let known = register.current();
    let parties = if known.organisation(actor.organisation).is_some() {
        known
    } else {
        register.refresh(&desk.db).await?
    };
    let buyer = parties.organisation(actor.organisation);
    Ok(buyer.and_then(|buyer| buyer.channels().first().copied()))
}

/// The operations on categories.
#[derive(Clone, Debug)]
pub struct CategoriesApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Categories")]
impl CategoriesApi {
    /// List categories
    ///
    /// By code; those in use, unless archived ones are asked for as well.
    #[oai(path = "/v1/categories", method = "get", operation_id = "list_categories")]
    async fn list(
        &self,
        caller: Caller,
        /// Archived ones too.
        archived: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<CategoryPage>> {
        let after: Option<String> = cursor.0.map(|cursor| caller.position("categories", &cursor)).transpose()?;
        let (db, archived) = (self.desk.read(), archived.0.unwrap_or(false));
        let rows = queries::categories(db, self.desk.engine(), archived, after.as_deref(), limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| {
            caller.cursor("categories", &last.code)
        })?;
        Ok(Listed((rows.into_iter().map(CategoryBody::from).collect(), next).into()))
    }

    /// Add a category
    ///
    /// For operators. The code is never used again.
    #[oai(path = "/v1/categories", method = "post", operation_id = "add_category")]
    async fn add(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewCategoryBody>,
    ) -> poem::Result<Made<CategoryBody>> {
        let actor = Actor::of(&caller)?;
        may_organise(&actor).map_err(Refusal::from)?;
        let repeat = repeat(&caller, key.0.as_deref(), "POST /v1/categories", &body.0)?;
        let add = AddCategory {
            actor,
            code: body.0.code,
            name_zh: body.0.name_zh,
            name_en: body.0.name_en,
        };
        let added = self.desk.gate.run(add, Some(repeat)).await?;
        Ok(Made::now(&CategoryBody::from(added.answer)).replayed(added.replayed))
    }

    /// Read a category
    ///
    /// In use or not, with its version as `ETag`.
    #[oai(path = "/v1/categories/:code", method = "get", operation_id = "read_category")]
    async fn read(
        &self,
        caller: Caller,
        /// Its code.
        #[oai(validator(max_length = 40))]
        code: Path<String>,
    ) -> poem::Result<Versioned<CategoryBody>> {
        Actor::of(&caller)?;
        let found = queries::category(self.desk.read(), &code.0).await.map_err(Refusal::from)?;
        let category = found.ok_or_else(|| Refusal::fault("not_found"))?;
        let version = category.version;
        Ok(Versioned(category.into(), version))
    }

    /// Rename a category
    ///
    /// For operators; only the version named by `If-Match`. A total of a period that ended before the change goes on
    /// naming it as it was called then.
    #[oai(path = "/v1/categories/:code", method = "patch", operation_id = "change_category")]
    async fn change(
        &self,
        caller: Caller,
        /// Its code.
        #[oai(validator(max_length = 40))]
        code: Path<String>,
        /// The version the change is meant for.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<CategoryChangeBody>,
    ) -> poem::Result<Versioned<CategoryBody>> {
        let actor = Actor::of(&caller)?;
        may_organise(&actor).map_err(Refusal::from)?;
        let change = ChangeCategory {
            actor,
            code: code.0,
            version: if_match(version.0.as_deref())?,
            name_zh: body.0.name_zh,
            name_en: body.0.name_en,
            reason: body.0.reason,
        };
        let category = self.desk.gate.run(change, None).await?.answer;
        let version = category.version;
        Ok(Versioned(category.into(), version))
    }

    /// Archive a category
    ///
    /// For operators: no product may be listed in it any more, and lists leave it out; totals keep it. As long as a
    /// product of it is on sale, it is refused, saying how many are.
    #[oai(path = "/v1/categories/:code/archive", method = "post", operation_id = "archive_category")]
    async fn archive(
        &self,
        caller: Caller,
        /// Its code.
        #[oai(validator(max_length = 40))]
        code: Path<String>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<WhyBody>,
    ) -> poem::Result<Made<CategoryBody>> {
        let actor = Actor::of(&caller)?;
        may_organise(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/categories/{}/archive", code.0);
        let repeat = repeat(&caller, key.0.as_deref(), &operation, &body.0)?;
        let archive = ArchiveCategory {
            actor,
            code: code.0,
            reason: body.0.reason,
        };
        let archived = self.desk.gate.run(archive, Some(repeat)).await?;
        let version = archived.answer.version;
        let body = CategoryBody::from(archived.answer);
        Ok(Made::before(&body)
            .at(format!("/v1/categories/{}", body.code))
            .version(version)
            .replayed(archived.replayed))
    }
}
