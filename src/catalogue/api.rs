//! Categories over HTTP, and what the three APIs of the catalogue share.

use super::add_category::AddCategory;
use super::category_body::{CategoryBody, CategoryPage, NewCategoryBody};
use super::queries;
use crate::access::{Actor, may_organise};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::fault::Refusal;
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use entity::{OrganisationId, Role};
use poem_openapi::param::{Header, Query};
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
    /// All categories by code, archived ones too.
    #[oai(path = "/v1/categories", method = "get", operation_id = "list_categories")]
    async fn list(
        &self,
        caller: Caller,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<CategoryPage>> {
        let after: Option<String> = cursor.0.map(|cursor| caller.position("categories", &cursor)).transpose()?;
        let rows = queries::categories(self.desk.read(), self.desk.engine(), after.as_deref(), limit.0.plus_one()).await;
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
}
