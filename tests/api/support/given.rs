//! Who is there when a test begins, in the words of the field. Everything comes through use cases, as it would in life.

use super::app::TestApp;
use entity::{DepartmentId, DivisionCode, KeyId, Name, OrganisationId, OrganisationKind, PersonId, RemitKind, Role, SiteId};
use std::collections::HashMap;
use std::future::IntoFuture;
use std::pin::Pin;
use tokio::sync::Mutex;
use yangpin::access::{Actor, Permission};
use yangpin::organisations::add_department::add_department;
use yangpin::organisations::add_division::add_division;
use yangpin::organisations::create_organisation::create_organisation;
use yangpin::organisations::division::{NewDepartment, NewDivision};
use yangpin::organisations::issue_key::issue_key;
use yangpin::organisations::key::{Holder, KeyRemit, NewKey};
use yangpin::organisations::keys::command_line;
use yangpin::organisations::open_site::open_site;
use yangpin::organisations::organisation::NewOrganisation;
use yangpin::organisations::site::NewSite;

const DIVISIONS: &str = include_str!("../../../src/founding/data/divisions.csv");

/// Where buyers are unless told.
pub const HOME_TOWN: &str = "白蒲镇";
/// Where suppliers are unless told.
pub const ORIGIN_TOWN: &str = "谢村镇";

/// What has been entered so far in the world of a test.
#[derive(Default)]
pub struct World {
    divisions: Mutex<Vec<String>>,
    departments: Mutex<HashMap<String, DepartmentId>>,
    pub(super) categories: Mutex<Vec<String>>,
    pub(super) places: Mutex<HashMap<OrganisationId, entity::PlaceId>>,
}

/// Somebody with a key.
#[derive(Clone, Debug)]
pub struct Member {
    /// The organisation.
    pub id: OrganisationId,
    pub name: String,
    /// The API key's secret.
    pub secret: String,
    pub key_id: KeyId,
    pub person: PersonId,
    pub remit: Option<KeyRemit>,
    pub actor: Actor,
}

/// Builders.
#[derive(Clone, Copy)]
pub struct Given<'a>(pub(super) &'a TestApp);

/// A name, as a database of before may hold it too.
pub fn name(text: &str) -> Name {
    Name::kept(text.to_owned()).unwrap()
}

/// A line of the divisions' list, by code or by name.
fn division_row(wanted: &str) -> Vec<&'static str> {
    DIVISIONS
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .find(|row| row[0] == wanted || row[1] == wanted)
        .unwrap_or_else(|| panic!("no division {wanted}"))
}

/// The code of a town.
pub fn code_of(town: &str) -> &'static str {
    division_row(town)[0]
}

impl<'a> Given<'a> {
    pub fn a_school_canteen(self) -> Organisation<'a> {
        self.an_organisation(OrganisationKind::School, "白蒲中心小学")
    }

    pub fn a_government_canteen(self) -> Organisation<'a> {
        self.an_organisation(OrganisationKind::Government, "如皋市机关食堂")
    }

    pub fn a_hospital(self) -> Organisation<'a> {
        self.an_organisation(OrganisationKind::Hospital, "如皋市人民医院")
    }

    pub fn a_supermarket(self) -> Organisation<'a> {
        self.an_organisation(OrganisationKind::Supermarket, "文峰大世界")
    }

    pub fn a_supplier(self) -> Organisation<'a> {
        self.an_organisation(OrganisationKind::Cooperative, "谢村黑米合作社")
            .in_town(ORIGIN_TOWN)
    }

    pub fn an_organisation(self, kind: OrganisationKind, called: &str) -> Organisation<'a> {
        Organisation {
            app: self.0,
            kind,
            called: called.to_owned(),
            town: Some(HOME_TOWN.to_owned()),
            department: None,
            without_canteen: false,
            role: None,
            remit: None,
            days: None,
            permissions: None,
            machine: true,
        }
    }

    fn an_office(self, called: &str, role: Role) -> Organisation<'a> {
        Organisation {
            town: None,
            role: Some(role),
            ..self.an_organisation(OrganisationKind::Office, called)
        }
    }

    pub fn an_operator(self) -> Organisation<'a> {
        self.an_office("平台运维", Role::Operator)
    }

    pub fn an_auditor(self) -> Organisation<'a> {
        self.an_office("如皋市审计局", Role::Auditor)
    }

    pub fn an_official_of_the_city(self) -> Organisation<'a> {
        self.an_office("如皋市协作办", Role::Official).with_remit(RemitKind::City, None)
    }

    pub fn an_official_of_the_county(self) -> Organisation<'a> {
        self.an_office("洋县协作办", Role::Official).with_remit(RemitKind::County, None)
    }

    pub async fn an_official_of_town(self, town: &str) -> Member {
        self.town(town).await;
        let code = code_of(town).to_owned();
        self.an_office("镇政府", Role::Official)
            .with_remit(RemitKind::Town, Some(code))
            .await
    }

    pub async fn an_official_of_department(self, department: &str) -> Member {
        let id = self.department(department).await;
        self.an_office("主管部门", Role::Official)
            .with_remit(RemitKind::Department, Some(id.to_string()))
            .await
    }

    /// The code of a town, entered with what it lies in.
    pub async fn town(self, town: &str) -> DivisionCode {
        let mut entered = self.0.world().divisions.lock().await;
        let row = division_row(town);
        let parent = row[2];
        let mut wanted = Vec::new();
        if row[3].ends_with("town") {
            wanted.push(division_row(parent));
        }
        wanted.push(row.clone());
        for row in wanted {
            if entered.iter().any(|code| code == row[0]) {
                continue;
            }
            let new = NewDivision {
                code: row[0].parse().unwrap(),
                name: name(row[1]),
                parent_code: row[3].ends_with("town").then(|| row[2].parse().unwrap()),
                role: row[3].parse().unwrap(),
                black_rice_gi_area: match row[4] {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                },
            };
            add_division(&self.0.app().desk, &command_line(), new, None).await.unwrap();
            entered.push(row[0].to_owned());
        }
        row[0].parse().unwrap()
    }

    /// The id of a department, entered where it is not there yet.
    pub async fn department(self, called: &str) -> DepartmentId {
        let mut known = self.0.world().departments.lock().await;
        if let Some(id) = known.get(called) {
            return *id;
        }
        let new = NewDepartment {
            code: format!("D{}", known.len() + 1).parse().unwrap(),
            name: name(called),
        };
        let department = add_department(&self.0.app().desk, &command_line(), new, None).await.unwrap().answer;
        known.insert(called.to_owned(), department.id);
        department.id
    }

    /// A site of a member, in the home town.
    pub async fn a_site_of(self, owner: &Member) -> SiteId {
        let new = NewSite {
            organisation_id: owner.id,
            name: name("后门"),
            address: "文峰路 1 号".parse().unwrap(),
            town_code: self.town(HOME_TOWN).await,
            receiving_hours: "6:00–8:00".parse().unwrap(),
            contact: None,
        };
        open_site(&self.0.app().desk, &command_line(), new, None).await.unwrap().answer.id
    }

    /// Another person with a key of a member's organisation.
    pub async fn a_colleague_of(self, member: &Member) -> Member {
        let new = NewKey {
            organisation_id: member.id,
            role: Some(member.actor.role),
            remit: member.remit.clone(),
            name: name("同事的钥匙"),
            holder: Holder::New {
                name: name("王五"),
                machine: false,
            },
            permissions: None,
            days: Some(400),
            requests_per_minute: None,
        };
        issue(self.0, member.name.clone(), new).await
    }

    /// Another key of a member's organisation, made by the machine.
    pub async fn another_key_of(self, member: &Member, permissions: Option<Vec<Permission>>, days: u16) -> Member {
        let new = NewKey {
            organisation_id: member.id,
            role: Some(member.actor.role),
            remit: member.remit.clone(),
            name: name("另一把钥匙"),
            holder: Holder::Known(member.person),
            permissions,
            days: Some(days),
            requests_per_minute: None,
        };
        issue(self.0, member.name.clone(), new).await
    }
}

async fn issue(app: &TestApp, called: String, new: NewKey) -> Member {
    let issued = issue_key(&app.app().desk, &command_line(), new, None).await.unwrap();
    let key = issued.key;
    Member {
        id: key.organisation_id,
        name: called,
        secret: issued.secret.unwrap().reveal().to_owned(),
        key_id: key.id,
        person: key.person_id,
        remit: key.remit.clone(),
        actor: Actor {
            key: key.id,
            person: key.person_id,
            organisation: key.organisation_id,
            role: key.role,
            remit: None,
            permissions: key.permissions.iter().filter_map(|word| Permission::from_word(word)).collect(),
        },
    }
}

/// An organisation to be entered with a key; awaiting it does so.
pub struct Organisation<'a> {
    app: &'a TestApp,
    kind: OrganisationKind,
    called: String,
    town: Option<String>,
    department: Option<String>,
    without_canteen: bool,
    role: Option<Role>,
    remit: Option<KeyRemit>,
    days: Option<u16>,
    permissions: Option<Vec<Permission>>,
    machine: bool,
}

impl Organisation<'_> {
    pub fn called(mut self, name: &str) -> Self {
        self.called = name.to_owned();
        self
    }

    pub fn in_town(mut self, town: &str) -> Self {
        self.town = Some(town.to_owned());
        self
    }

    pub fn under(mut self, department: &str) -> Self {
        self.department = Some(department.to_owned());
        self
    }

    /// A person holds its key, and no machine.
    pub fn by_a_person(mut self) -> Self {
        self.machine = false;
        self
    }

    /// Marked 无食堂.
    pub fn without_a_canteen(mut self) -> Self {
        self.without_canteen = true;
        self
    }

    /// Its key may do only this.
    pub fn that_may_only(mut self, permissions: &[Permission]) -> Self {
        self.permissions = Some(permissions.to_vec());
        self
    }

    /// Its key ends after so many days.
    pub fn for_days(mut self, days: u16) -> Self {
        self.days = Some(days);
        self
    }

    fn with_remit(mut self, kind: RemitKind, code: Option<String>) -> Self {
        self.remit = Some(KeyRemit { kind, code });
        self
    }

    async fn enter(self) -> Member {
        let given = self.app.given();
        let town_code = match &self.town {
            Some(town) => Some(given.town(town).await),
            None => None,
        };
        let department_id = match &self.department {
            Some(department) => Some(given.department(department).await),
            None => None,
        };
        let new = NewOrganisation {
            name: name(&self.called),
            kind: self.kind,
            uscc: None,
            uscc_override: None,
            without_canteen: self.without_canteen,
            from_date: town_code.as_ref().map(|_| "2021-01-01".parse().unwrap()),
            town_code,
            department_id,
        };
        let desk = &self.app.app().desk;
        let party = create_organisation(desk, &command_line(), new, None).await.unwrap().answer;
        let new = NewKey {
            organisation_id: party.id,
            role: self.role,
            remit: self.remit,
            name: name("测试"),
            holder: Holder::New {
                name: name("张三"),
                machine: self.machine,
            },
            permissions: self.permissions,
            days: Some(self.days.unwrap_or(400)),
            requests_per_minute: None,
        };
        issue(self.app, self.called, new).await
    }
}

impl<'a> IntoFuture for Organisation<'a> {
    type Output = Member;
    type IntoFuture = Pin<Box<dyn Future<Output = Member> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.enter())
    }
}
