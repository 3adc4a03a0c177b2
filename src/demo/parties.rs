//! Founds the organisations of the world, their places and who acts for them.

use super::data::{self, BuyerRow, SupplierRow, credit_code, parse};
use super::{operator, together};
use crate::access::{Actor, Permission};
use crate::founding;
use crate::http::fault::Refusal;
use crate::journal::Desk;
use crate::organisations::add_department::add_department;
use crate::organisations::change_organisation::change_organisation;
use crate::organisations::create_organisation::create_organisation;
use crate::organisations::division::NewDepartment;
use crate::organisations::issue_key::issue_key;
use crate::organisations::key::{Holder, NewKey};
use crate::organisations::open_site::open_site;
use crate::organisations::organisation::{NewOrganisation, OrganisationChange};
use crate::organisations::site::{Contact, NewSite};
use crate::organisations::{Parties as KnownParties, Party};
use entity::{CivilDate, DepartmentId, OrganisationKind};
use std::collections::BTreeMap;

/// An organisation and who acts for it.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) party: Party,
    pub(super) actor: Actor,
}

/// A buyer: who orders, and somebody else who takes in and inspects.
#[derive(Clone, Debug)]
pub(super) struct Buyer {
    pub(super) member: Member,
    pub(super) receiver: Actor,
}

/// A supplier and the SKUs it sells.
#[derive(Clone, Debug)]
pub(super) struct Seller {
    pub(super) member: Member,
    pub(super) town_code: String,
    pub(super) skus: Vec<String>,
}

/// Who takes part.
#[derive(Clone, Debug)]
pub(super) struct Parties {
    pub(super) buyers: Vec<Buyer>,
    pub(super) sellers: Vec<Seller>,
    /// The office that owns the figure.
    pub(super) cooperation_office: Party,
    /// The office that checks it.
    pub(super) audit_office: Party,
}

impl Parties {
    /// The first buyer of a kind: the one whose key is handed out.
    pub(super) fn of_kind(&self, kind: OrganisationKind) -> Option<&Buyer> {
        self.buyers.iter().find(|buyer| buyer.member.party.kind == kind)
    }

    /// Who sells a product.
    pub(super) fn seller_of(&self, sku: &str) -> Option<&Seller> {
        self.sellers.iter().find(|seller| seller.skus.iter().any(|own| own == sku))
    }
}

/// Enters everybody; they belong to their towns from `since`, and act for `days`.
pub(super) async fn found(desk: &Desk, since: CivilDate, days: u16) -> Result<Parties, Refusal> {
    founding::divisions(desk, &KnownParties::default()).await?;
    let departments = enter_departments(desk).await?;
    let buyers = together(data::buyers()?.into_iter().enumerate().map(|(number, row)| {
        let department = departments.get(&row.department).copied();
        found_buyer(desk, row, number, department, (since, days))
    }))
    .await?;
    let sellers = together(
        data::suppliers()?
            .into_iter()
            .enumerate()
            .map(|(at, row)| found_seller(desk, row, 900 + at, (since, days))),
    )
    .await?;
    Ok(Parties {
        buyers,
        sellers,
        cooperation_office: found_office(desk, "对口协作办公室（示例）").await?,
        audit_office: found_office(desk, "审计局（示例）").await?,
    })
}

async fn enter_departments(desk: &Desk) -> Result<BTreeMap<String, DepartmentId>, Refusal> {
    let rows = data::departments()?;
    let entered = together(rows.into_iter().map(async |row| {
        let new = NewDepartment {
            code: parse(&row.code)?,
            name: parse(&row.name)?,
        };
        Ok((row.code, add_department(desk, &operator(), new, None).await?.answer.id))
    }))
    .await?;
    Ok(entered.into_iter().collect())
}

async fn found_buyer(
    desk: &Desk,
    row: BuyerRow,
    number: usize,
    department_id: Option<DepartmentId>,
    (since, days): (CivilDate, u16),
) -> Result<Buyer, Refusal> {
    let kind: OrganisationKind = parse(&row.kind)?;
    let new = NewOrganisation {
        name: parse(&row.name)?,
        kind,
        uscc: Some(credit_code(kind, "320682", number)?),
        uscc_override: None,
        without_canteen: row.without_canteen == "yes",
        town_code: Some(parse(&row.town_code)?),
        department_id,
        from_date: Some(since),
    };
    let party = create_organisation(desk, &operator(), new, None).await?.answer;
    let party = with_site(
        desk,
        party,
        (&format!("{}收货点", row.name), &row.town_code, "收货值班员（示例）"),
        number,
    )
    .await?;
    let actor = actor_for(desk, &party, "采购员（示例）", days).await?;
    let receiver = actor_for(desk, &party, "验收员（示例）", days).await?;
    Ok(Buyer {
        member: Member { party, actor },
        receiver,
    })
}

/// Opens a site and makes it the usual one: where a buyer's goods go unless told, where a supplier is.
async fn with_site(desk: &Desk, party: Party, (site, town, who): (&str, &str, &str), number: usize) -> Result<Party, Refusal> {
    let contact = Contact {
        name: parse(who)?,
        phone: format!("000-0000-{number:04}"),
    };
    let site = NewSite {
        organisation_id: party.id,
        name: parse(site)?,
        address: parse(&format!("示例路{}号", number + 1))?,
        town_code: parse(town)?,
        receiving_hours: parse("工作日 06:30–10:00")?,
        contact: Some(contact),
    };
    let site = open_site(desk, &operator(), site, None).await?.answer;
    let change = OrganisationChange {
        default_site_id: Some(Some(site.id)),
        ..OrganisationChange::default()
    };
    change_organisation(desk, &operator(), party.id, party.version, change).await
}

async fn found_seller(desk: &Desk, row: SupplierRow, number: usize, (since, days): (CivilDate, u16)) -> Result<Seller, Refusal> {
    let kind: OrganisationKind = parse(&row.kind)?;
    let new = NewOrganisation {
        name: parse(&row.name)?,
        kind,
        uscc: Some(credit_code(kind, "610723", number)?),
        uscc_override: None,
        without_canteen: false,
        town_code: Some(parse(&row.town_code)?),
        department_id: None,
        from_date: Some(since),
    };
    let party = create_organisation(desk, &operator(), new, None).await?.answer;
    let place = (row.name.as_str(), row.town_code.as_str(), "销售值班员（示例）");
    let party = with_site(desk, party, place, number).await?;
    let actor = actor_for(desk, &party, "销售员（示例）", days).await?;
    Ok(Seller {
        member: Member { party, actor },
        town_code: row.town_code,
        skus: row.skus.split_whitespace().map(str::to_owned).collect(),
    })
}

async fn found_office(desk: &Desk, name: &str) -> Result<Party, Refusal> {
    let new = NewOrganisation::office(parse(name)?);
    Ok(create_organisation(desk, &operator(), new, None).await?.answer)
}

/// Somebody who acts for the organisation until today, by a key whose secret nobody keeps.
async fn actor_for(desk: &Desk, party: &Party, name: &str, days: u16) -> Result<Actor, Refusal> {
    let new = NewKey {
        organisation_id: party.id,
        role: None,
        remit: None,
        name: parse("示例数据")?,
        holder: Holder::New {
            name: parse(name)?,
            machine: false,
        },
        permissions: None,
        days: Some(days),
        requests_per_minute: None,
    };
    let key = issue_key(desk, &operator(), new, None).await?.key;
    Ok(Actor {
        key: key.id,
        person: key.person_id,
        organisation: key.organisation_id,
        role: key.role,
        remit: None,
        permissions: Permission::of_role(key.role).to_vec(),
    })
}
