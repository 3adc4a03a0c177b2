//! A city begun from nothing, and sheets of organisations, products and offers: checked, entered, taken back.

use crate::support::{Answer, Member, TestApp};
use serde_json::{Value, json};
use std::cell::Cell;
use yangpin::founding::seed;

const CSV: &str = "text/csv; charset=UTF-8";

/// Units of the city that is begun: three slices of them.
const UNITS: usize = 120;

fn sheet_of_units() -> String {
    let mut sheet =
        "如皋市单位名录\n单位名称,单位类别,所属镇,无食堂,收货地址,联系人,联系电话\n谢村黑米合作社,合作社,谢村镇,,,,\n".to_owned();
    for number in 1..UNITS {
        // A zone as people call it: 经济技术开发区（城北街道） by what stands in its brackets.
        let town = if number == 2 { "城北街道" } else { "白蒲镇" };
        sheet += &format!("如皋市第{number}小学,学校,{town},否,白蒲镇文峰路{number}号,王师傅,0513-8700{number:04}\n");
    }
    sheet
}

const PRODUCTS: &str = "货号,品名,类别,产地,单位,规格,净重(kg),增值税,渠道,供应商\n\
    GR02,洋县黑米 食堂装,粮食,龙亭镇,袋,25kg,25,9%,全部,谢村黑米合作社\n\
    OI01,菜籽油,食用油,谢村镇,桶,20L,18.4,9%,学校食堂、机关食堂,谢村黑米合作社\n";
const OFFERS: &str = "货号,单价,渠道,开始日期\nGR02,￥205.00元,,2026年11月1日\nOI01,260,学校食堂,2026-11-01\n";

/// Whoever begins the city: each request is counted.
struct Clerk<'a> {
    app: &'a TestApp,
    operator: &'a Member,
    calls: Cell<u32>,
}

impl Clerk<'_> {
    fn counted(&self) {
        self.calls.set(self.calls.get() + 1);
    }

    async fn sheet(&self, of: &str, sheet: &str) -> Value {
        self.counted();
        let answer = upload(self.app, self.operator, of, "all_or_nothing", sheet).await;
        assert_eq!(answer.json["failed_rows"], json!([]), "{}", answer.text());
        answer.body(201)
    }

    async fn key_of(&self, organisation: &Value) -> String {
        self.counted();
        let body = json!({"organisation_id": organisation, "name": "启用", "holder": {"name": "经办人"}});
        let made = self.app.post("/v1/keys").by(self.operator).json(&body).await.body(201);
        made["secret"].as_str().unwrap().to_owned()
    }

    async fn post(&self, secret: &str, path: &str, body: Value) -> Value {
        self.counted();
        self.app.post(path).with_key(secret).json(&body).await.body(201)
    }
}

async fn upload(app: &TestApp, by: &Member, of: &str, mode: &str, sheet: &str) -> Answer {
    let call = app.post(format!("/v1/{of}/sheet?mode={mode}")).by(by).header("content-type", CSV);
    call.raw(sheet.as_bytes()).await
}

/// Failed rows with their kinds of faults.
fn failed(body: &Value) -> Vec<(u64, Vec<String>)> {
    let kinds = |row: &Value| {
        let reasons = row["reasons"].as_array().unwrap().iter();
        reasons.map(|one| one["type"].as_str().unwrap().replace("/problems/", "")).collect()
    };
    let rows = body["failed_rows"].as_array().unwrap().iter();
    rows.map(|row| (row["row"].as_u64().unwrap(), kinds(row))).collect()
}

async fn count(app: &TestApp, table: &str) -> i64 {
    app.number(&format!("SELECT COUNT(*) FROM {table} WHERE archived_at IS NULL")).await
}

both_engines! {
    async fn a_city_begins_from_nothing_in_ten_calls(app) {
        let (entered, again) = {
            let (desk, register) = (&app.app().desk, &app.app().register);
            (seed(desk, register).await.unwrap(), seed(desk, register).await.unwrap())
        };
        assert_eq!((entered.0.entered.len(), entered.1.entered.len()), (34, 17));
        assert_eq!((again.0.entered.len(), again.0.there, again.1.there, again.0.otherwise.len()), (0, 34, 17, 0));
        let operator = app.given().an_operator().await;
        let clerk = Clerk { app: &app, operator: &operator, calls: Cell::new(0) };

        let units = clerk.sheet("organisations", &sheet_of_units()).await;
        assert_eq!((units["heading_row"].as_u64(), units["good_rows"].as_array().unwrap().len()), (Some(2), UNITS));
        let rows = units["entered_rows"].as_array().unwrap();
        let (supplier, school) = (&rows[0]["organisation_id"], &rows[1]["organisation_id"]);
        assert!(rows[0]["site_id"].is_null() && rows[1]["site_id"].is_string());
        let goods = clerk.sheet("products", PRODUCTS).await;
        clerk.sheet("offers", OFFERS).await;
        let (seller, buyer) = (clerk.key_of(supplier).await, clerk.key_of(school).await);
        let place = clerk.post(&seller, "/v1/places", json!({"name": "一号库", "town_code": "610723104"})).await;
        let moved = json!({"product_id": goods["entered_rows"][0]["product_id"], "place_id": place["place_id"], "quantity": "500",
            "reason": "opening", "moved_on": "2026-11-23"});
        clerk.post(&seller, "/v1/stock/movements", json!({"movements": [moved]})).await;
        let order = json!({"deliver_on": "2026-12-01", "lines": [{"sku": "GR02", "quantity": "10"}]});
        let placed = clerk.post(&buyer, "/v1/orders", order).await;
        assert_eq!(placed["orders"][0]["amount"], "2050.00");
        clerk.counted();
        let tally = app.get("/v1/tally?measure=ordered&group_by=town").by(&operator).await.body(200);
        assert_eq!((&tally["total"]["amount"], &tally["groups"][0]["town"]["name"]), (&json!("2050.00"), &json!("白蒲镇")));
        assert!(clerk.calls.get() <= 10, "{} calls", clerk.calls.get());
        println!("{:?}: {} calls from nothing to a first total", app.engine(), clerk.calls.get());
        assert_eq!(count(&app, "sites").await, i64::try_from(UNITS).unwrap() - 1);
    }

    async fn a_sheet_is_checked_entered_and_taken_back(app) {
        app.scene().await;
        let operator = app.given().an_operator().await;
        let before = count(&app, "organisations").await;
        let good = "名称,类别,镇,联系电话\n甲学校,学校,白蒲镇,\n乙医院,hospital,320682105,\n";
        let sheet = format!("{good}丙,什么,白蒲镇,\n丁学校,学校,没有镇,\n,学校,白蒲镇,\n甲学校,学校,白蒲镇,\n戊合作社,合作社,白蒲镇,\n");
        let expected: Vec<(u64, Vec<String>)> = [(4, "intake_cell"), (5, "unknown_division"), (6, "intake_cell_missing"),
            (7, "intake_row_twice"), (8, "division_of_other_side")].map(|(row, kind)| (row, vec![kind.to_owned()])).to_vec();
        let entries = app.entries().await;
        for mode in ["check", "all_or_nothing"] {
            let answer = upload(&app, &operator, "organisations", mode, &sheet).await.body(200);
            assert_eq!((failed(&answer), &answer["good_rows"], &answer["intake_id"]), (expected.clone(), &json!([2, 3]), &Value::Null));
        }
        assert_eq!(app.entries().await, entries, "nothing was written");
        let entered = upload(&app, &operator, "organisations", "what_is_good", &sheet).await.body(201);
        assert_eq!((failed(&entered), &entered["good_rows"]), (expected, &json!([2, 3])));
        assert_eq!(count(&app, "organisations").await, before + 2);
        // Sent again, with whatever key, it enters nothing twice.
        let again = upload(&app, &operator, "organisations", "what_is_good", &sheet).await.body(201);
        assert_eq!((&again["intake_id"], &again["entered_rows"]), (&entered["intake_id"], &entered["entered_rows"]));
        assert_eq!(count(&app, "organisations").await, before + 2);

        let intake = format!("/v1/intakes/{}", entered["intake_id"].as_str().unwrap());
        assert_eq!(app.get(&intake).by(&operator).await.body(200)["rows_in"], 2);
        let key = json!({"organisation_id": entered["entered_rows"][1]["organisation_id"], "name": "启用", "holder": {"name": "李四"}});
        let key = app.post("/v1/keys").by(&operator).json(&key).await.body(201);
        let undo = || app.post(format!("{intake}/undo")).by(&operator);
        let refused = undo().await;
        assert_eq!(refused.problem(409), "intake_used");
        assert_eq!((refused.value_of_fault(0, "row"), refused.value_of_fault(0, "used_by")), ("3", "api_keys"));
        assert_eq!(count(&app, "organisations").await, before + 2, "all of it or nothing");
        app.post(format!("/v1/keys/{}/revoke", key["key"]["key_id"].as_str().unwrap())).by(&operator).await.is(200);
        let undone = undo().await.body(200);
        assert_eq!((&undone["rows_in"], undone["undone_at"].is_string()), (&json!(0), true));
        assert_eq!(count(&app, "organisations").await, before);
        assert_eq!(undo().await.body(200)["undone_at"], undone["undone_at"]);
        // What was taken back can be entered anew.
        let anew = upload(&app, &operator, "organisations", "what_is_good", &sheet).await.body(201);
        assert_ne!(anew["intake_id"], entered["intake_id"]);
        assert_eq!(count(&app, "organisations").await, before + 2);
    }

    async fn a_supplier_enters_and_takes_back_its_own_goods(app) {
        let s = app.scene().await;
        let goods = "货号,品名,类别,产地,单位,增值税,渠道,条码\nNEW1,新米,grain,谢村镇,袋,vat9,学校食堂,\nGR02,黑米,grain,谢村镇,袋,vat9,学校食堂,\n元胡1,元胡,grain,谢村镇,袋,vat9,全部,\n";
        let listed = upload(&app, &s.supplier, "products", "what_is_good", goods).await.body(201);
        assert_eq!(failed(&listed)[0], (3, vec!["sku_taken".to_owned()]));
        assert_eq!(listed["good_rows"], json!([2]));
        let offers = "货号,单价,渠道,采购单位\nNEW1,10.5,学校食堂,\nNEW1,11,学校食堂,\nNONE,1,,\nGR02,1,学校食堂,白蒲中心小学\n";
        let made = upload(&app, &s.supplier, "offers", "what_is_good", offers).await.body(201);
        let kinds: Vec<_> = failed(&made).into_iter().map(|(row, kinds)| (row, kinds[0].clone())).collect();
        assert_eq!(kinds, [(3, "intake_row_twice".to_owned()), (4, "product_unknown".to_owned()), (5, "one_audience".to_owned())]);
        let path = |answer: &Value| format!("/v1/intakes/{}/undo", answer["intake_id"].as_str().unwrap());
        let refused = app.post(path(&listed)).by(&s.supplier).await;
        assert_eq!((refused.problem(409), refused.value_of_fault(0, "used_by")), ("intake_used", "offers"));
        app.post(path(&made)).by(&s.supplier).await.is(200);
        app.post(path(&listed)).by(&s.supplier).await.is(200);
        let offer = made["entered_rows"][0]["offer_id"].as_str().unwrap();
        let offer = app.get(format!("/v1/offers/{offer}")).by(&s.supplier).await.body(200);
        assert_eq!((&offer["from_date"], &offer["to_date"]), (&json!("2026-11-23"), &json!("2026-11-22")), "it never held");
        // Put right, the same SKU is listed again, and is the same product.
        let right = goods.replace("新米", "新黑米");
        let again = upload(&app, &s.supplier, "products", "what_is_good", &right).await.body(201);
        assert_eq!(again["entered_rows"][0]["product_id"], listed["entered_rows"][0]["product_id"]);
        let product = app.get(format!("/v1/products/{}", again["entered_rows"][0]["product_id"].as_str().unwrap()));
        let product = product.by(&s.supplier).await.body(200);
        assert_eq!((&product["name"], &product["archived_at"]), (&json!("新黑米"), &Value::Null));
        let template = app.get("/v1/products/sheet/template").by(&s.supplier).await.is(200);
        assert!(template.bytes.starts_with(b"PK"));
        let other = app.given().a_supplier().await;
        assert_eq!(app.post(path(&listed)).by(&other).await.problem(404), "not_found");
        assert_eq!(upload(&app, &s.school, "products", "check", goods).await.problem(403), "forbidden");
    }
}
