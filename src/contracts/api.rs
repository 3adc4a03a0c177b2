//! Framework contracts over HTTP.

use super::body::{ContractBody, ContractChangeBody, ContractPage, NewContractBody, TerminateContractBody};
use super::change::ChangeContract;
use super::contract::{Action, Contract, Terms, buyers_of, faults_of};
use super::draft::DraftContract;
use super::step::StepContract;
use super::store::{self, ContractFilter};
use crate::access::{Actor, may_agree, scope_of};
use crate::catalogue::{Goods, Shelf};
use crate::http::answer::{Listed, Made, Versioned};
use crate::http::caller::Caller;
use crate::http::conditional::if_match;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use crate::organisations::{Parties, Register};
use entity::{CivilDate, ContractId, ContractState, OrganisationId, ProductId, Role, TerminationReason, shanghai_date};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};
use std::sync::Arc;

#[derive(Tags)]
enum Tag {
    /// What a supplier and its buyers have agreed on for a time.
    Contracts,
}

/// The operations on contracts.
#[derive(Clone, Debug)]
pub struct ContractsApi {
    /// Where they are carried out.
    pub desk: Desk,
    /// Organisations in memory.
    pub register: Register,
    /// Goods in memory.
    pub shelf: Shelf,
}

#[OpenApi(tag = "Tag::Contracts")]
impl ContractsApi {
    /// List contracts
    ///
    /// Those you may see, the newest first: suppliers and buyers those they are party to, officials those of buyers in
    /// their remit. What the other side is still writing is not shown.
    #[oai(path = "/v1/contracts", method = "get", operation_id = "list_contracts")]
    #[allow(clippy::too_many_arguments, reason = "each filter is a parameter of the operation")]
    async fn list(
        &self,
        caller: Caller,
        /// Only in this state.
        status: Query<Option<ContractState>>,
        /// Only with this supplier.
        supplier_id: Query<Option<OrganisationId>>,
        /// Only those by which this buyer may order.
        buyer_id: Query<Option<OrganisationId>>,
        /// Only those of this product.
        product_id: Query<Option<ProductId>>,
        /// Only with this number.
        #[oai(validator(max_length = 64))]
        contract_no: Query<Option<String>>,
        /// Only those in force by which orders may be placed on this day.
        open_on: Query<Option<CivilDate>>,
        /// Only those in force whose last day is this one or before.
        ending_by: Query<Option<CivilDate>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<ContractPage>> {
        let scope = scope_of(&Actor::of(&caller)?);
        let filter = ContractFilter {
            state: status.0,
            supplier: supplier_id.0,
            buyer: buyer_id.0,
            product: product_id.0,
            contract_no: contract_no.0,
            open_on: open_on.0,
            ending_by: ending_by.0,
        };
        let before: Option<ContractId> = cursor.0.map(|cursor| caller.position("contracts", &cursor)).transpose()?;
        let rows = store::list(self.desk.read(), &scope, &filter, before, limit.0.plus_one()).await;
        let (rows, next) = cut(rows.map_err(Refusal::from)?, limit.0, |last| caller.cursor("contracts", &last.id))?;
        let around = self.around().await?;
        Ok(Listed((rows.into_iter().map(|row| around.body(row)).collect(), next).into()))
    }

    /// Read a contract
    ///
    /// As it is now, with its version as `ETag`; every order that draws on it makes a new one.
    #[oai(path = "/v1/contracts/:contract_id", method = "get", operation_id = "read_contract")]
    async fn read(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
    ) -> poem::Result<Versioned<ContractBody>> {
        let contract = self.visible(&Actor::of(&caller)?, contract_id.0).await?;
        let version = contract.version;
        Ok(Versioned(self.around().await?.body(contract), version))
    }

    /// Write a contract
    ///
    /// By the supplier or by the buyer who will sign. All faults are answered at once.
    #[oai(path = "/v1/contracts", method = "post", operation_id = "draft_contract")]
    async fn draft(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<NewContractBody>,
    ) -> poem::Result<Made<ContractBody>> {
        let actor = Actor::of(&caller)?;
        may_agree(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/contracts", body.0.to_json())?;
        let (supplier, buyer) = sides(&actor, &body.0)?;
        let contract_no = body.0.contract_no.as_str().to_owned();
        let around = self.around().await?;
        let terms = body.0.terms();
        around.check(&terms, (supplier, buyer))?;
        let draft = DraftContract {
            actor,
            contract_no,
            supplier,
            buyer,
            buyers: buyers_of(&terms, buyer, &around.parties, around.today),
            terms,
        };
        let made = self.desk.gate.run(draft, Some(repeat)).await?;
        let (location, version) = (format!("/v1/contracts/{}", made.answer.id), made.answer.version);
        let body = Made::now(&around.body(made.answer));
        Ok(body.at(location).version(version).replayed(made.replayed))
    }

    /// Change a contract
    ///
    /// By the side that writes it, before it is proposed. What is left out stays.
    #[oai(path = "/v1/contracts/:contract_id", method = "patch", operation_id = "change_contract")]
    async fn change(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<ContractChangeBody>,
    ) -> poem::Result<Versioned<ContractBody>> {
        let actor = Actor::of(&caller)?;
        may_agree(&actor).map_err(Refusal::from)?;
        let version = if_match(version.0.as_deref())?;
        let before = self.visible(&actor, contract_id.0).await?;
        let around = self.around().await?;
        let contract_no = body.0.contract_no.as_ref().map_or(before.contract_no, |no| no.as_str().to_owned());
        let terms = body.0.over(before.terms);
        around.check(&terms, (before.supplier_id, before.buyer_id))?;
        let change = ChangeContract {
            actor,
            id: contract_id.0,
            version,
            contract_no,
            buyers: buyers_of(&terms, before.buyer_id, &around.parties, around.today),
            terms,
        };
        let after = self.desk.gate.run(change, None).await?.answer;
        let version = after.version;
        Ok(Versioned(around.body(after), version))
    }

    /// Propose a contract
    ///
    /// The side that wrote it puts it before the other.
    #[oai(path = "/v1/contracts/:contract_id/propose", method = "post", operation_id = "propose_contract")]
    async fn propose(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
    ) -> poem::Result<Made<ContractBody>> {
        self.step(&caller, contract_id.0, Action::Propose, (key.0, version.0), None).await
    }

    /// Withdraw a contract
    ///
    /// The side that wrote it takes the proposal back to write on.
    #[oai(path = "/v1/contracts/:contract_id/withdraw", method = "post", operation_id = "withdraw_contract")]
    async fn withdraw(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
    ) -> poem::Result<Made<ContractBody>> {
        self.step(&caller, contract_id.0, Action::Withdraw, (key.0, version.0), None).await
    }

    /// Accept a contract
    ///
    /// The other side agrees to what it has read: from now on orders may be placed by it, within its days.
    #[oai(path = "/v1/contracts/:contract_id/accept", method = "post", operation_id = "accept_contract")]
    async fn accept(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
    ) -> poem::Result<Made<ContractBody>> {
        self.step(&caller, contract_id.0, Action::Accept, (key.0, version.0), None).await
    }

    /// Refuse a contract
    ///
    /// The other side does not agree.
    #[oai(path = "/v1/contracts/:contract_id/refuse", method = "post", operation_id = "refuse_contract")]
    async fn refuse(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
    ) -> poem::Result<Made<ContractBody>> {
        self.step(&caller, contract_id.0, Action::Refuse, (key.0, version.0), None).await
    }

    /// End a contract
    ///
    /// Either side closes it after its last day. Orders placed by it stand.
    #[oai(path = "/v1/contracts/:contract_id/end", method = "post", operation_id = "end_contract")]
    async fn end(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
    ) -> poem::Result<Made<ContractBody>> {
        self.step(&caller, contract_id.0, Action::End, (key.0, version.0), None).await
    }

    /// Terminate a contract
    ///
    /// Either side gives it up before its last day, and says why. Orders placed by it stand.
    #[oai(
        path = "/v1/contracts/:contract_id/terminate",
        method = "post",
        operation_id = "terminate_contract"
    )]
    async fn terminate(
        &self,
        caller: Caller,
        /// The contract.
        contract_id: Path<ContractId>,
        /// A key of your own for this request.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        /// The `ETag` that was read.
        #[oai(name = "If-Match")]
        version: Header<Option<String>>,
        body: Json<TerminateContractBody>,
    ) -> poem::Result<Made<ContractBody>> {
        self.step(&caller, contract_id.0, Action::Terminate, (key.0, version.0), Some(body.0))
            .await
    }
}

/// What contracts are held against and told by.
struct Around {
    parties: Arc<Parties>,
    goods: Arc<Goods>,
    today: CivilDate,
}

impl Around {
    fn body(&self, contract: Contract) -> ContractBody {
        ContractBody::of(contract, &self.parties, &self.goods, self.today)
    }

    fn check(&self, terms: &Terms, sides: (OrganisationId, OrganisationId)) -> Result<(), Refusal> {
        faults_of(terms, sides, &self.parties, &self.goods, self.today).finish()
    }
}

impl ContractsApi {
    async fn around(&self) -> Result<Around, Refusal> {
        Ok(Around {
            parties: self.register.refresh(&self.desk.db).await?,
            goods: self.shelf.refresh(&self.desk.db).await?,
            today: shanghai_date(self.desk.clock.now()),
        })
    }

    async fn visible(&self, actor: &Actor, id: ContractId) -> Result<Contract, Refusal> {
        let found = store::read(self.desk.read(), &scope_of(actor), id).await?;
        found.ok_or_else(|| Fault::of("not_found").into())
    }

    async fn step(
        &self,
        caller: &Caller,
        id: ContractId,
        action: Action,
        (key, version): (Option<String>, Option<String>),
        why: Option<TerminateContractBody>,
    ) -> poem::Result<Made<ContractBody>> {
        let actor = Actor::of(caller)?;
        may_agree(&actor).map_err(Refusal::from)?;
        let operation = format!("POST /v1/contracts/{id}/{}", action.words().0);
        let repeat = Repeat::of(caller, key.as_deref(), &operation, why.as_ref().and_then(ToJSON::to_json))?;
        let reason: Option<TerminationReason> = why.as_ref().map(|why| why.reason);
        let step = StepContract {
            actor,
            id,
            version: if_match(version.as_deref())?,
            action,
            reason,
            note: why.and_then(|why| why.note).map(|note| note.as_str().to_owned()),
        };
        let done = self.desk.gate.run(step, Some(repeat)).await?;
        let version = done.answer.version;
        let body = self.around().await?.body(done.answer);
        Ok(Made::before(&body).version(version).replayed(done.replayed))
    }
}

/// Supplier and signing buyer: the writer is one of them, and names the other.
fn sides(actor: &Actor, body: &NewContractBody) -> Result<(OrganisationId, OrganisationId), Refusal> {
    let own = actor.organisation;
    let (own_said, other, pointer) = match actor.role {
        Role::Supplier => (body.supplier_id, body.buyer_id, "/buyer_id"),
        _ => (body.buyer_id, body.supplier_id, "/supplier_id"),
    };
    let other = other.filter(|_| own_said.is_none_or(|said| said == own));
    let other = other.ok_or_else(|| Fault::of("other_side_needed").at(pointer))?;
    Ok(match actor.role {
        Role::Supplier => (own, other),
        _ => (other, own),
    })
}
