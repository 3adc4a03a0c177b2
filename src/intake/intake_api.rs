//! Intakes over HTTP: which sheets came, and how one is taken back.

use super::body::{IntakeBody, IntakePage};
use super::store;
use super::undo::{permission, seen, undo};
use crate::access::{Actor, Permission};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use entity::tables::intakes;
use entity::{IntakeId, Role};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Organisations, products and offers by sheet.
    Intakes,
}

/// The operations on intakes.
#[derive(Clone, Debug)]
pub struct IntakesApi {
    /// Where they are carried out.
    pub desk: Desk,
}

/// Whoever may enter by sheet: operators and suppliers.
fn taker(caller: &Caller) -> Result<Actor, Refusal> {
    let actor = Actor::of(caller)?;
    match actor.role {
        Role::Operator | Role::Supplier => Ok(actor),
        Role::Buyer | Role::Retailer | Role::Official | Role::Auditor => {
            Err(Fault::of("forbidden").with("permission", Permission::Catalogue.as_str()).into())
        }
    }
}

impl IntakesApi {
    async fn bodies(&self, rows: Vec<intakes::Model>) -> Result<Vec<IntakeBody>, Refusal> {
        let ids: Vec<IntakeId> = rows.iter().map(|row| row.id).collect();
        let rows_in = store::rows_in(self.desk.read(), self.desk.engine(), &ids).await?;
        let body = |row: intakes::Model| {
            let rows_in = rows_in.get(&row.id).copied().unwrap_or(0);
            IntakeBody::of(row, rows_in)
        };
        Ok(rows.into_iter().map(body).collect())
    }

    async fn body(&self, actor: &Actor, id: IntakeId) -> Result<IntakeBody, Refusal> {
        let intake = seen(actor, store::intake(self.desk.read(), id).await?)?;
        let bodies = self.bodies(vec![intake]).await?;
        bodies.into_iter().next().ok_or_else(|| Refusal::broken("an intake that is lost"))
    }
}

#[OpenApi(tag = "Tag::Intakes")]
impl IntakesApi {
    /// List intakes
    ///
    /// Newest first: those of your own organisation, operators those of all.
    #[oai(path = "/v1/intakes", method = "get", operation_id = "list_intakes")]
    async fn list(
        &self,
        caller: Caller,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<IntakePage>> {
        let actor = taker(&caller)?;
        let owner = (actor.role != Role::Operator).then_some(actor.organisation);
        let before: Option<IntakeId> = cursor.0.map(|cursor| caller.position("intakes", &cursor)).transpose()?;
        let rows = store::intakes(self.desk.read(), owner, before, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("intakes", &last.id))?;
        Ok(Listed((self.bodies(rows).await?, next).into()))
    }

    /// Read an intake
    ///
    /// How many of its rows are in, and whether it was taken back.
    #[oai(path = "/v1/intakes/:intake_id", method = "get", operation_id = "read_intake")]
    async fn read(
        &self,
        caller: Caller,
        /// The intake.
        intake_id: Path<IntakeId>,
    ) -> poem::Result<Versioned<IntakeBody>> {
        let body = self.body(&taker(&caller)?, intake_id.0).await?;
        let version = body.version;
        Ok(Versioned(body, version))
    }

    /// Take an intake back
    ///
    /// Archives the organisations, sites and products it brought and withdraws its offers, as long as nothing uses any of
    /// them; else it is refused, naming the rows and what uses them, and nothing is taken back. A SKU that was taken back
    /// may be listed again by the same seller. Stopped half way, it goes on when it is asked again.
    #[oai(path = "/v1/intakes/:intake_id/undo", method = "post", operation_id = "undo_intake")]
    async fn undo(
        &self,
        caller: Caller,
        /// The intake.
        intake_id: Path<IntakeId>,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
    ) -> poem::Result<Made<IntakeBody>> {
        let actor = taker(&caller)?;
        let before = self.body(&actor, intake_id.0).await?;
        actor.must(permission(before.kind)).map_err(Refusal::from)?;
        let operation = format!("POST /v1/intakes/{}/undo", intake_id.0);
        let repeat = Repeat::of(&caller, key.0.as_deref(), &operation, None)?;
        let undone = undo(&self.desk, &actor, intake_id.0, Some(repeat)).await?;
        let body = self.body(&actor, intake_id.0).await?;
        Ok(Made::before(&body)
            .at(format!("/v1/intakes/{}", intake_id.0))
            .version(body.version)
            .replayed(undone.replayed))
    }
}
