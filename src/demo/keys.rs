//! Hands out the keys by which a newcomer acts as each kind of user.

use super::data::parse;
use super::goods::Item;
use super::life::whole;
use super::parties::{Member, Parties};
use super::{operator, run, together};
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::lists::{CreateList, ListLine};
use crate::organisations::Party;
use crate::organisations::issue_key::issue_key;
use crate::organisations::key::{Holder, KeyRemit, MAX_DAYS, NewKey};
use crate::organisations::keys::create_for_cli;
use crate::organisations::kind::channels_of;
use entity::{OrganisationKind, RemitKind, Role};
use serde::{Deserialize, Serialize};

/// An API key of each kind of actor; they act at once and for [`MAX_DAYS`] days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoKeys {
    /// Buyer: a school of 白蒲镇 with a canteen.
    pub school_buyer: String,
    /// Buyer: a hospital.
    pub second_buyer: String,
    /// Retailer: a supermarket.
    pub retailer: String,
    /// Supplier: who sells the black rice GR02.
    pub supplier: String,
    /// Official: the whole city.
    pub official: String,
    /// Auditor.
    pub auditor: String,
    /// Operator.
    pub operator: String,
}

/// The goods that the tour of the README orders.
pub(super) const TOUR_SKU: &str = "GR02";

/// Saves for those whose keys are handed out a list of what they order each week.
pub(super) async fn save_lists(desk: &Desk, parties: &Parties, items: &[Item]) -> Result<(), Refusal> {
    let kinds = [OrganisationKind::School, OrganisationKind::Hospital, OrganisationKind::Supermarket];
    let lists = kinds.iter().filter_map(|kind| {
        let member = &parties.of_kind(*kind)?.member;
        let channel = channels_of(*kind).first()?;
        let usual = items.iter().filter(|item| item.channels.contains(channel)).step_by(8).take(6);
        Some(CreateList {
            actor: member.actor.clone(),
            name: "每周常购".to_owned(),
            lines: usual
                .map(|item| ListLine {
                    sku: item.sku.as_str().to_owned(),
                    quantity: whole(5),
                })
                .collect(),
        })
    });
    together(lists.map(|list| run(desk, list))).await?;
    Ok(())
}

pub(super) async fn hand_out(desk: &Desk, parties: &Parties) -> Result<DemoKeys, Refusal> {
    let buyer = |kind: OrganisationKind| {
        let found = parties.of_kind(kind).map(|buyer| &buyer.member);
        found.ok_or_else(|| Refusal::broken(format!("the demo has no {kind}")))
    };
    let supplier = parties.seller_of(TOUR_SKU);
    let supplier = supplier.ok_or_else(|| Refusal::broken("nobody sells the goods of the tour"))?;
    let city = KeyRemit {
        kind: RemitKind::City,
        code: None,
    };
    Ok(DemoKeys {
        school_buyer: for_member(desk, buyer(OrganisationKind::School)?).await?,
        second_buyer: for_member(desk, buyer(OrganisationKind::Hospital)?).await?,
        retailer: for_member(desk, buyer(OrganisationKind::Supermarket)?).await?,
        supplier: for_member(desk, &supplier.member).await?,
        official: for_office(desk, &parties.cooperation_office, Role::Official, Some(city)).await?,
        auditor: for_office(desk, &parties.audit_office, Role::Auditor, None).await?,
        operator: create_for_cli(desk, None, Some(Role::Operator), None, parse("示例运维")?, MAX_DAYS).await?,
    })
}

async fn for_member(desk: &Desk, member: &Member) -> Result<String, Refusal> {
    make(desk, &member.party, member.actor.role, None, Holder::Known(member.actor.person)).await
}

async fn for_office(desk: &Desk, office: &Party, role: Role, remit: Option<KeyRemit>) -> Result<String, Refusal> {
    let holder = Holder::New {
        name: parse("示例人员")?,
        machine: false,
    };
    make(desk, office, role, remit, holder).await
}

async fn make(desk: &Desk, party: &Party, role: Role, remit: Option<KeyRemit>, holder: Holder) -> Result<String, Refusal> {
    let new = NewKey {
        organisation_id: party.id,
        role: Some(role),
        remit,
        name: parse("示例钥匙")?,
        holder,
        permissions: None,
        days: Some(MAX_DAYS),
        requests_per_minute: None,
    };
    let issued = issue_key(desk, &operator(), new, None).await?;
    let secret = issued.secret.ok_or_else(|| Refusal::broken("a key was made without a secret"))?;
    Ok(secret.reveal().to_owned())
}
