//! Divisions, departments, categories, places and intakes that an operation may change or end without harm to others.

use super::World;
use crate::support::TestApp;
use crate::support::given::name;
use entity::DivisionRole;
use serde_json::{Value, json};
use yangpin::catalogue::AddCategory;
use yangpin::organisations::add_department::add_department;
use yangpin::organisations::add_division::add_division;
use yangpin::organisations::division::{NewDepartment, NewDivision};
use yangpin::organisations::keys::command_line;
use yangpin::stock::AddPlace;

/// Operations about one of these.
pub(super) const MASTER: [&str; 12] = [
    "change_division",
    "archive_division",
    "change_department",
    "archive_department",
    "read_category",
    "change_category",
    "archive_category",
    "read_place",
    "change_place",
    "archive_place",
    "read_intake",
    "undo_intake",
];

/// The sheet that is sent to an operation that takes one.
pub(super) fn sheet_for(operation: &str) -> Option<&'static str> {
    match operation {
        "upload_order_sheet" => Some("sku,quantity\nOWN,1\n"),
        "upload_organisation_sheet" => Some("单位名称,单位类别,所属镇\n新学校,学校,320682105\n"),
        "upload_product_sheet" => Some("货号,品名,类别,产地,单位,增值税,渠道\nS1,新米,grain,610723104,袋,vat9,学校食堂\n"),
        "upload_offer_sheet" => Some("货号,单价\nOWN,1.00\n"),
        _ => None,
    }
}

/// What is sent to an operation about one of these.
pub(super) fn body_for(operation: &str) -> Option<Value> {
    match operation {
        "change_category" => Some(json!({"name_zh": "新名", "reason": "更正"})),
        "change_division" | "change_department" | "change_place" => Some(json!({"name": "新名", "reason": "更正"})),
        operation if operation.starts_with("archive_") => Some(json!({"reason": "撤并"})),
        _ => None,
    }
}

impl World {
    /// One that nothing uses.
    pub(super) async fn master_thing(&self, app: &TestApp, operation: &str, target: &str) -> String {
        let (desk, number) = (&app.app().desk, self.fresh());
        match operation.rsplit('_').next().unwrap() {
            "division" => {
                let new = NewDivision {
                    code: format!("M{number}").parse().unwrap(),
                    name: name("新镇"),
                    parent_code: Some("320682".parse().unwrap()),
                    role: DivisionRole::BuyerTown,
                    black_rice_gi_area: None,
                };
                add_division(desk, &command_line(), new, None).await.unwrap().answer.code
            }
            "department" => {
                let new = NewDepartment {
                    code: format!("M{number}").parse().unwrap(),
                    name: name("新部门"),
                };
                add_department(desk, &command_line(), new, None)
                    .await
                    .unwrap()
                    .answer
                    .id
                    .to_string()
            }
            "category" => {
                let add = AddCategory {
                    actor: command_line(),
                    code: format!("m{number}"),
                    name_zh: name("新类"),
                    name_en: name("New kind"),
                };
                desk.gate.run(add, None).await.unwrap().answer.code
            }
            "place" => {
                let add = AddPlace {
                    actor: self.side(target).supplier.actor.clone(),
                    name: name("空库"),
                    town_code: app.given().town("谢村镇").await,
                };
                desk.gate.run(add, None).await.unwrap().answer.id.to_string()
            }
            _ => self.intake(app, number, target).await,
        }
    }

    /// A product that the side's supplier lists by sheet.
    async fn intake(&self, app: &TestApp, number: u32, target: &str) -> String {
        let sheet = format!("货号,品名,类别,产地,单位,增值税,渠道\nI{number},新米,grain,610723104,袋,vat9,学校食堂\n");
        let call = app.post("/v1/products/sheet?mode=what_is_good").by(&self.side(target).supplier);
        let answer = call.header("content-type", "text/csv").raw(sheet.as_bytes()).await.body(201);
        answer["intake_id"].as_str().unwrap().to_owned()
    }
}
