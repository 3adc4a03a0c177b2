//! Organisations by sheet: a row is an organisation and, where it has an address, its first receiving site, which becomes
//! the one where goods go.

use super::cells::Cells;
use super::new_thing::{Around, Made, Thing};
use crate::access::Actor;
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError, UseCase as _};
use crate::organisations::Parties;
use crate::organisations::change_organisation::ChangeOrganisation;
use crate::organisations::create_organisation::{self, CreateOrganisation};
use crate::organisations::open_site::{self, OpenSite};
use crate::organisations::organisation::{NewOrganisation, OrganisationChange};
use crate::organisations::site::{Contact, NewSite};
use crate::sheets::{Head, SheetRow, Wanted, folded};
use entity::{DepartmentId, DivisionCode, OrganisationId, OrganisationKind, SiteId};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

const fn column(name: &'static str, headings: &'static [&'static str], needed: bool) -> Wanted {
    Wanted {
        name,
        headings,
        needed,
        figures: false,
    }
}

/// The columns, in the order of the numbers below.
pub(super) static COLUMNS: [Wanted; 12] = [
    column("单位名称 name", &["单位名称", "name", "名称", "单位", "企业名称", "学校名称"], true),
    column(
        "单位类别 kind",
        &["单位类别", "kind", "类别", "单位类型", "类型", "单位性质", "性质"],
        true,
    ),
    column(
        "统一社会信用代码 uscc",
        &["统一社会信用代码", "uscc", "社会信用代码", "信用代码", "统一代码"],
        false,
    ),
    column("校验码说明 uscc_override", &["校验码说明", "uscc_override", "信用代码说明"], false),
    column(
        "所属镇 town_code",
        &[
            "所属镇",
            "town_code",
            "town",
            "所属镇街道",
            "镇",
            "街道",
            "镇街道",
            "乡镇",
            "所在镇",
            "所在乡镇",
            "所属镇代码",
        ],
        true,
    ),
    column(
        "主管部门 department",
        &["主管部门", "department", "department_code", "主管单位", "部门"],
        false,
    ),
    column("无食堂 without_canteen", &["无食堂", "without_canteen", "是否无食堂"], false),
    column("归属起始日 from_date", &["归属起始日", "from_date", "起始日期", "自何日起"], false),
    column("收货地址 address", &["收货地址", "address", "地址", "送货地址", "详细地址"], false),
    column(
        "联系人 contact_name",
        &["联系人", "contact_name", "contact", "收货人", "联系人姓名"],
        false,
    ),
    column(
        "联系电话 contact_phone",
        &["联系电话", "contact_phone", "phone", "电话", "手机", "联系方式"],
        false,
    ),
    column("收货时间 receiving_hours", &["收货时间", "receiving_hours", "收货时段"], false),
];
const NAME: usize = 0;
const KIND: usize = 1;
const USCC: usize = 2;
const USCC_OVERRIDE: usize = 3;
const TOWN: usize = 4;
const DEPARTMENT: usize = 5;
const WITHOUT_CANTEEN: usize = 6;
const FROM_DATE: usize = 7;
const ADDRESS: usize = 8;
const CONTACT_NAME: usize = 9;
const CONTACT_PHONE: usize = 10;
const HOURS: usize = 11;

/// A row of the sheet.
#[derive(Clone, Debug)]
pub(super) struct OrganisationRow {
    pub(super) new: NewOrganisation,
    pub(super) site: Option<NewSite>,
}

/// Reads a row; all its faults at once.
pub(super) fn read(head: &Head, row: &SheetRow, around: &Around) -> Result<OrganisationRow, Vec<Fault>> {
    let mut cells = Cells::of(head, row, &COLUMNS);
    let name = cells.parsed(NAME, "1 to 120 characters");
    let name = cells.needed(NAME, name);
    let kind = cells.word(KIND, OrganisationKind::ALL);
    let kind = cells.needed(KIND, kind);
    let uscc = cells.code(USCC, "18 characters");
    let uscc_override = cells.parsed(USCC_OVERRIDE, "1 to 120 characters");
    let town_code = town(&mut cells, TOWN, around);
    // An office may do without; the rules say so of all others.
    let department_id = department(&mut cells, around);
    let without_canteen = cells.flag(WITHOUT_CANTEEN).unwrap_or(false);
    let from_date = cells.day(FROM_DATE);
    let site = site(&mut cells, town_code.clone());
    let new = name.zip(kind).map(|(name, kind)| NewOrganisation {
        name,
        kind,
        uscc,
        uscc_override,
        without_canteen,
        town_code,
        department_id,
        from_date,
    });
    cells.finish(new.map(|new| OrganisationRow { new, site }))
}

/// A division in use by its code or its name, whole or without what is in its brackets, or by that: 如皋's zones are called
/// 经济技术开发区（城北街道）.
pub(super) fn town(cells: &mut Cells<'_>, at: usize, around: &Around) -> Option<DivisionCode> {
    let text = cells.text(at)?;
    let wanted = folded(text);
    let fits = around
        .parties
        .divisions()
        .filter(|one| !one.archived && (folded(&one.code) == wanted || is_called(&one.name, &wanted)));
    let none = Fault::of("unknown_division").with("code", text);
    let found = cells.one_of(at, text, fits, none)?;
    found.code.parse().ok()
}

fn is_called(name: &str, wanted: &str) -> bool {
    folded(name) == wanted
        || name
            .split(['（', '）', '(', ')'])
            .any(|part| !part.is_empty() && folded(part) == wanted)
}

fn department(cells: &mut Cells<'_>, around: &Around) -> Option<DepartmentId> {
    let text = cells.text(DEPARTMENT)?;
    let wanted = folded(text);
    let fits = around
        .parties
        .departments()
        .filter(|one| !one.archived && (folded(&one.code) == wanted || folded(&one.name) == wanted || one.id.to_string() == text));
    let none = Fault::of("unknown_department").with("id", text);
    cells.one_of(DEPARTMENT, text, fits, none).map(|one| one.id)
}

/// An organisation's first site, where the row says where it is.
fn site(cells: &mut Cells<'_>, town_code: Option<DivisionCode>) -> Option<NewSite> {
    cells.text(ADDRESS)?;
    let address = cells.parsed(ADDRESS, "1 to 200 characters");
    let receiving_hours = cells.parsed(HOURS, "at most 200 characters").unwrap_or_default();
    let contact = contact(cells);
    Some(NewSite {
        // It is told when the organisation is there.
        organisation_id: OrganisationId::from_uuid(Uuid::nil()),
        name: "收货点".parse().ok()?,
        address: address?,
        town_code: town_code?,
        receiving_hours,
        contact,
    })
}

fn contact(cells: &mut Cells<'_>) -> Option<Contact> {
    let (name, phone) = (cells.text(CONTACT_NAME), cells.text(CONTACT_PHONE));
    if name.is_none() && phone.is_none() {
        return None;
    }
    let name = cells.parsed(CONTACT_NAME, "1 to 120 characters");
    let name = cells.needed(CONTACT_NAME, name);
    let number = |phone: &&str| (3..=40).contains(&phone.len()) && phone.chars().all(|c| c.is_ascii_digit() || "+() -".contains(c));
    if let Some(found) = phone.filter(|phone| !number(phone)) {
        cells.unreadable(CONTACT_PHONE, found, "a number");
    }
    let phone = cells.needed(CONTACT_PHONE, phone);
    Some(Contact {
        name: name?,
        phone: phone?.to_owned(),
    })
}

/// Everything wrong with it by what the register knows.
pub(super) fn faults_by(parties: &Parties, row: &OrganisationRow) -> Vec<Fault> {
    let mut faults = create_organisation::faults_by(parties, &row.new);
    if let Some(site) = &row.site {
        faults.absorb("/site", open_site::faults_by(parties, site));
    }
    faults.into_vec()
}

/// Everything wrong with it as things are now.
async fn faults_now(db: &impl ConnectionTrait, row: &OrganisationRow) -> Result<Vec<Fault>, DbErr> {
    let mut faults = create_organisation::faults_now(db, &row.new).await?;
    if let Some(site) = &row.site {
        faults.absorb("/site", open_site::faults_of_place(db, site).await?);
    }
    Ok(faults.into_vec())
}

/// Enters the organisation, its site, and that goods go there.
pub(super) async fn enter(turn: &mut Turn, actor: &Actor, row: &OrganisationRow) -> Result<Vec<Made>, TurnError> {
    // Before the first of its use cases writes, so that none is left half way.
    let faults = faults_now(turn.tx(), row).await?;
    if !faults.is_empty() {
        return Err(TurnError::Refused(faults.into()));
    }
    let who = actor.who();
    let new = row.new.clone();
    let party = CreateOrganisation { who, new }.run(turn).await?;
    let mut made = vec![Made::of(Thing::Organisation, party.id.uuid())];
    if let Some(site) = &row.site {
        let new = NewSite {
            organisation_id: party.id,
            ..site.clone()
        };
        let site = OpenSite { who, new }.run(turn).await?;
        usual(actor, party.id, site.id).run(turn).await?;
        made.push(Made::of(Thing::Site, site.id.uuid()));
    }
    Ok(made)
}

/// That goods go to the first site unless an order says otherwise.
fn usual(actor: &Actor, id: OrganisationId, site: SiteId) -> ChangeOrganisation {
    ChangeOrganisation {
        actor: actor.clone(),
        id,
        version: 1,
        change: OrganisationChange {
            default_site_id: Some(Some(site)),
            ..OrganisationChange::default()
        },
    }
}

/// By what two rows of a sheet are the same organisation.
pub(super) fn keys(row: &OrganisationRow) -> Vec<(&'static str, String)> {
    let new = &row.new;
    let town = new.town_code.as_ref().map_or("", DivisionCode::as_str);
    let mut keys = vec![("name", format!("{} {} {town}", new.name, new.kind))];
    keys.extend(new.uscc.as_ref().map(|uscc| ("uscc", uscc.as_str().to_owned())));
    keys
}
