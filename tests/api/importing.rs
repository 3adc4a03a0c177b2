//! Imports: documents written elsewhere, uploaded in parts or as a file, checked whole, booked, taken back.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::given_goods::Goods;
use crate::support::steps::{Scene, order_of};
use poem::http::Method;
use serde_json::{Value, json};

/// Cells over those of a row.
fn with(mut row: Value, cells: Value) -> Value {
    for (name, value) in cells.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

fn order(number: &str, buyer: &Member, goods: &Goods, (quantity, price): (&str, &str)) -> Value {
    json!({"kind": "order", "document_no": number, "at": "2026-10-05T08:26:00+08:00", "buyer": buyer.id.to_string(),
        "sku": goods.sku, "quantity": quantity, "price": price})
}

fn given_back(number: &str, buyer: &Member, goods: &Goods, (quantity, price): (&str, &str)) -> Value {
    with(
        order(number, buyer, goods, (quantity, price)),
        json!({"kind": "return", "at": "2026-11-02 09:00"}),
    )
}

struct Office {
    scene: Scene,
    operator: Member,
    /// Who books what the operator brings.
    second: Member,
}

async fn office(app: &TestApp) -> Office {
    let scene = app.scene().await;
    let operator = app.given().an_operator().await;
    let second = app.given().a_colleague_of(&operator).await;
    Office { scene, operator, second }
}

impl Office {
    async fn measured(&self, app: &TestApp, measure: &str) -> (String, i64) {
        let path = format!("/v1/tally?measure={measure}");
        let total = app.get(path).by(&self.operator).await.body(200)["total"].clone();
        (total["amount"].as_str().unwrap().to_owned(), total["lines"].as_i64().unwrap())
    }

    async fn checked(&self, app: &TestApp, rows: &Value) -> (String, Value) {
        let id = app.an_import(&self.operator, "旧台账").await;
        app.part(&self.operator, &id, 1, rows).await.is(201);
        let checked = app.phase(&self.operator, &id, "check").await.body(200);
        (id, checked)
    }

    async fn booked(&self, app: &TestApp, rows: &Value) -> String {
        let (id, checked) = self.checked(app, rows).await;
        assert_eq!(checked["documents"]["faulty"], 0, "{}", self.faults(app, &id).await);
        let booked = app.book_import(&self.second, &id, "all_or_nothing").await.body(200);
        assert_eq!(booked["status"], "booked", "{booked}");
        id
    }

    async fn faults(&self, app: &TestApp, id: &str) -> Value {
        let path = format!("/v1/imports/{id}/faults?limit=200");
        app.get(path).by(&self.operator).await.body(200)["items"].clone()
    }

    async fn fault_words(&self, app: &TestApp, id: &str) -> Vec<String> {
        let faults = self.faults(app, id).await;
        let word = |fault: &Value| {
            let text = |name: &str| fault[name].as_str().unwrap().to_owned();
            format!("{} {} {}", fault["row"], text("column"), text("problem")).replace("  ", " ")
        };
        faults.as_array().unwrap().iter().map(word).collect()
    }
}

both_engines! {
    async fn a_document_is_in_the_figure_on_its_own_day_at_its_own_price(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let rows = json!([order("536365", school, rice, ("6", "2.555")), order("536365", school, rice, ("6", "2.555")),
            given_back("C1", school, rice, ("2", "2.00"))]);
        o.booked(&app, &rows).await;
        for measure in ["ordered", "shipped", "accepted"] {
            assert_eq!(o.measured(&app, measure).await, ("30.66".to_owned(), 2), "{measure}");
        }
        assert_eq!(o.measured(&app, "returned").await, ("4.00".to_owned(), 1));
        let months = app.get("/v1/tally?measure=accepted&group_by=month").by(&o.operator).await.body(200);
        assert_eq!(months["groups"][0]["month"], "2026-10");
        let listed = app.get("/v1/orders").by(school).await.body(200);
        assert_eq!((&listed["items"][0]["status"], &listed["items"][0]["amount"]), (&json!("completed"), &json!("30.66")));
        assert_eq!(app.held(rice).await, 0);
    }

    async fn what_was_booked_is_taken_back_once_and_may_come_again(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let place = app.given().store_of(&o.scene.supplier).await.to_string();
        let stock = json!({"kind": "stock", "document_no": "S1", "at": "2026-10-01", "sku": "GR02", "quantity": "5", "place": place, "reason": "count"});
        let rows = json!([order("1", school, rice, ("6", "2.55")), given_back("C1", school, rice, ("2", "2.55")), stock]);
        let id = o.booked(&app, &rows).await;
        let on_hand = "SELECT on_hand FROM stock";
        assert_eq!(app.number(on_hand).await, 105_000);
        let again = app.an_import(&o.operator, "旧台账").await;
        app.part(&o.operator, &again, 1, &rows).await.is(201);
        app.phase(&o.operator, &again, "check").await.is(200);
        let words = o.fault_words(&app, &again).await;
        assert_eq!(words, ["1 document_no import_document_taken", "2 document_no import_document_taken", "3 document_no import_document_taken"]);
        assert_eq!(app.book_import(&o.second, &again, "what_is_good").await.problem(409), "import_nothing_good");

        let undone = app.phase(&o.operator, &id, "undo").await.body(200);
        assert_eq!((&undone["status"], &undone["documents"]["undone"]), (&json!("undone"), &json!(3)));
        for measure in ["ordered", "shipped", "accepted", "returned"] {
            assert_eq!(o.measured(&app, measure).await, ("0.00".to_owned(), 0), "{measure}");
        }
        assert_eq!(app.number(on_hand).await, 100_000);
        let twice = app.phase(&o.operator, &id, "undo").await;
        assert_eq!((twice.problem(409), twice.value_of_fault(0, "state")), ("import_state", "undone"));
        assert_eq!(app.read_order(school, &first_order(&app, school).await).await.body(200)["ended_reason"], "import_undone");
        app.verify().await;
        o.booked(&app, &rows).await;
        assert_eq!(o.measured(&app, "accepted").await, ("15.30".to_owned(), 1));
    }

    async fn parts_come_in_any_order_each_as_often_as_needed(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let id = app.an_import(&o.operator, "旧台账").await;
        let part = |number: &str| json!([order(number, school, rice, ("1", "1.00"))]);
        assert_eq!(app.phase(&o.operator, &id, "check").await.problem(409), "import_empty");
        app.part(&o.operator, &id, 3, &part("3")).await.is(201);
        app.part(&o.operator, &id, 1, &part("1")).await.is(201);
        app.part(&o.operator, &id, 1, &part("1")).await.is(200);
        assert_eq!(app.part(&o.operator, &id, 1, &part("9")).await.problem(409), "import_part_taken");
        let missing = app.phase(&o.operator, &id, "check").await;
        assert_eq!((missing.problem(409), missing.value_of_fault(0, "missing")), ("import_parts_missing", "2"));
        let read = app.get(format!("/v1/imports/{id}")).by(&o.operator).await.body(200);
        assert_eq!((&read["missing_parts"], &read["rows"]), (&json!([2]), &json!(2)));
        app.part(&o.operator, &id, 2, &part("2")).await.is(201);
        let key = "one-check";
        let checked = app.post(format!("/v1/imports/{id}/check")).by(&o.operator).idempotency_key(key).await;
        assert_eq!(checked.clone().body(200)["documents"]["good"], 3);
        assert!(app.post(format!("/v1/imports/{id}/check")).by(&o.operator).idempotency_key(key).await.is_replay());
        app.part(&o.operator, &id, 2, &part("2")).await.is(200);
        assert_eq!(app.part(&o.operator, &id, 4, &part("4")).await.problem(409), "import_state");
        app.book_import(&o.second, &id, "all_or_nothing").await.is(200);
        assert_eq!(o.measured(&app, "accepted").await, ("3.00".to_owned(), 3));
    }

    async fn every_fault_of_every_row_is_told_and_the_good_may_be_booked(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let good = |number: &str| order(number, school, rice, ("1", "1.00"));
        let rows = json!([
            good("1"),
            with(good("2"), json!({"sku": "NONE", "quantity": "0", "price": "-1"})),
            good("2"),
            with(good("3"), json!({"at": "2027-01-01"})),
            with(good("4"), json!({"buyer": o.scene.supplier.id.to_string(), "channel": "online"})),
            with(good("5"), json!({"kind": "gift"})),
            {"document_no": "6"},
            with(good("7"), json!({"channel": "hall", "at": "gestern"})),
            good("8"),
            with(good("8"), json!({"fund_source": "union_fund"})),
            with(good("9"), json!({"shipped_at": "2026-10-07", "accepted_at": "2026-10-06"})),
        ]);
        let (id, checked) = o.checked(&app, &rows).await;
        assert_eq!(o.fault_words(&app, &id).await, [
            "2 sku product_unknown", "2 price import_cell_wrong", "2 quantity quantity_not_positive",
            "4 at import_in_future",
            "5 buyer import_party_role", "5 channel channel_not_allowed", "5 fund_source import_cell_missing",
            "6 kind import_cell_wrong", "7 kind import_cell_wrong",
            "8 at import_cell_wrong", "8 channel channel_not_allowed",
            "10 fund_source import_rows_differ", "11 accepted_at import_days_order",
        ]);
        assert_eq!(
            (&checked["good_rows"], &checked["faulty_rows"], &checked["held_back_rows"]),
            (&json!(1), &json!(8), &json!(2))
        );
        let all = app.book_import(&o.second, &id, "all_or_nothing").await;
        assert_eq!((all.problem(409), all.value_of_fault(0, "faulty")), ("import_has_faults", "8"));
        let booked = app.book_import(&o.second, &id, "what_is_good").await.body(200);
        assert_eq!((&booked["status"], &booked["documents"]["booked"]), (&json!("booked"), &json!(1)));
        assert_eq!(o.measured(&app, "accepted").await, ("1.00".to_owned(), 1));
        let file = app.get(format!("/v1/imports/{id}/faults/export")).by(&o.operator).await.is(200).text();
        // The headings, and every row of the eight documents at fault, once each.
        assert_eq!(file.lines().count(), 11, "{file}");
        assert!(file.contains("NONE") && file.contains("No product with the SKU NONE"), "{file}");
    }

    async fn every_row_of_a_document_is_read_though_others_are_at_fault(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let row = |at: &str, quantity: &str| with(order("1", school, rice, (quantity, "1.00")), json!({"at": at}));
        let mut rows = vec![row("2037-01-01", "1"), row("gestern", "1"), row("2026-10-05", "1"), row("2026-10-06", "1"), row("morgen", "0")];
        rows.extend((0..120).map(|_| row("2026-10-05", "0")));
        let (id, checked) = o.checked(&app, &json!(rows)).await;
        // A time that is wrong is no measure for other rows, and however many rows are wrong, all are told.
        assert_eq!(o.fault_words(&app, &id).await[..5], [
            "1 at import_in_future", "2 at import_cell_wrong", "4 at import_rows_differ",
            "5 quantity quantity_not_positive", "5 at import_cell_wrong",
        ]);
        assert_eq!((&checked["faulty_rows"], &checked["held_back_rows"]), (&json!(124), &json!(1)));
    }

    async fn failed_rows_put_right_come_in_as_whole_documents(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let rows = json!([
            order("1", school, rice, ("1", "1.00")),
            order("2", school, rice, ("2", "1.00")),
            with(order("2", school, rice, ("3", "-1")), json!({"sku": "NONE"})),
        ]);
        let (id, _) = o.checked(&app, &rows).await;
        app.book_import(&o.second, &id, "what_is_good").await.is(200);
        let file = app.get(format!("/v1/imports/{id}/faults/export")).by(&o.operator).await.is(200).text();
        let put_right = file.replace("NONE", "GR02").replace("-1,", "1.00,").replace("'", "");
        let again = app.an_import(&o.operator, "旧台账").await;
        let path = format!("/v1/imports/{again}/file");
        let put = app.call(Method::PUT, path).by(&o.operator).header("content-type", "text/csv").raw(put_right.into_bytes()).await;
        assert_eq!(put.body(200)["rows"], 2, "{file}");
        let checked = app.phase(&o.operator, &again, "check").await.body(200);
        assert_eq!(checked["documents"]["good"], 1, "{}", o.faults(&app, &again).await);
        app.book_import(&o.second, &again, "all_or_nothing").await.is(200);
        assert_eq!(o.measured(&app, "accepted").await, ("6.00".to_owned(), 3));
        app.verify().await;
    }

    async fn a_return_names_its_sale_and_never_exceeds_it(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let back = |number: &str, quantity: &str, line: &str| with(
            given_back(number, school, rice, (quantity, "1.50")), json!({"sale_document_no": "S", "sale_line": line, "reason": "damaged"}));
        let rows = json!([back("R1", "4", "1"), order("S", school, rice, ("6", "2.00"))]);
        let first = o.booked(&app, &rows).await;
        assert_eq!(o.measured(&app, "returned").await, ("6.00".to_owned(), 1));
        let second = json!([back("R2", "1", "1"), back("R3", "2", "1"), back("R4", "1", "2"), back("R5", "1", "1")]);
        let (id, _) = o.checked(&app, &second).await;
        let booked = app.book_import(&o.second, &id, "what_is_good").await.body(200);
        assert_eq!((&booked["documents"]["booked"], &booked["documents"]["faulty"]), (&json!(2), &json!(2)));
        assert_eq!(o.fault_words(&app, &id).await, ["2 quantity import_return_above_accepted", "3 sale_document_no import_sale_unknown"]);
        let refused = app.phase(&o.operator, &first, "undo").await;
        assert_eq!((refused.problem(409), refused.value_of_fault(0, "returns")), ("import_has_returns", "2"));
        assert_eq!(app.phase(&o.operator, &id, "undo").await.body(200)["status"], "undone");
        assert_eq!(app.phase(&o.operator, &first, "undo").await.body(200)["status"], "undone");
        assert_eq!(o.measured(&app, "returned").await, ("0.00".to_owned(), 0));
    }

    async fn all_or_nothing_is_taken_back_when_a_document_turns_bad_after_its_check(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let place = app.given().store_of(&o.scene.supplier).await.to_string();
        let short = json!({"kind": "stock", "document_no": "S1", "at": "2026-10-01", "sku": "GR02", "quantity": "-101", "place": place, "reason": "breakage"});
        let (id, checked) = o.checked(&app, &json!([order("1", school, rice, ("6", "2.55")), short])).await;
        assert_eq!(checked["documents"]["faulty"], 0);
        let ended = app.book_import(&o.second, &id, "all_or_nothing").await.body(200);
        assert_eq!((&ended["status"], &ended["stopped_by"]), (&json!("undone"), &json!("import_has_faults")));
        assert_eq!(o.fault_words(&app, &id).await, ["2 quantity stock_short"]);
        assert_eq!(o.measured(&app, "accepted").await, ("0.00".to_owned(), 0));
    }

    async fn files_are_read_as_people_save_them(app) {
        let o = office(&app).await;
        let buyer = o.scene.school.id;
        let text = format!("类型,单据号,时间,采购单位,货号,数量,单价\r\norder,甲1,2026/10/5 08:26,{buyer},GR02,6,2.55\r\nreturn,甲2,2026-10-06,{buyer},GR02,1,2.55\r\n");
        let (gbk, _, _) = encoding_rs::GBK.encode(&text);
        let file = |bytes: Vec<u8>| {
            let app = &app;
            let operator = &o.operator;
            async move {
                let id = app.an_import(operator, "旧台账").await;
                let path = format!("/v1/imports/{id}/file");
                let put = app.call(Method::PUT, path).by(operator).header("content-type", "text/csv").raw(bytes).await;
                (id, put)
            }
        };
        let bom = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        for (bytes, sheet) in [(gbk.to_vec(), "gbk"), (bom, "bom"), (workbook(&buyer.to_string()), "xlsx")] {
            let (id, put) = file(bytes.clone()).await;
            assert_eq!(put.body(200)["rows"], 2, "{sheet}");
            let path = format!("/v1/imports/{id}/file");
            app.call(Method::PUT, path).by(&o.operator).header("content-type", "text/csv").raw(bytes).await.is(200);
            let checked = app.phase(&o.operator, &id, "check").await.body(200);
            assert_eq!(checked["documents"]["good"], 2, "{sheet}: {}", o.faults(&app, &id).await);
            app.book_import(&o.second, &id, "all_or_nothing").await.is(200);
            assert_eq!(o.measured(&app, "accepted").await, ("15.30".to_owned(), 1), "{sheet}");
            let days = app.number("SELECT COUNT(*) FROM facts WHERE business_date = '2026-10-05' AND reverses_seq IS NULL AND measure = 3").await;
            assert!(days >= 1, "{sheet}");
            app.phase(&o.operator, &id, "undo").await.is(200);
        }
        let (_, wrong) = file(b"InvoiceNo,StockCode,Quantity\n1,2,3\n".to_vec()).await;
        assert_eq!(wrong.problem(422), "import_columns");
        assert_eq!(wrong.value_of_fault(0, "missing"), "类型 kind, 单据号 document_no, 时间 at");
        assert_eq!(wrong.value_of_fault(0, "found"), "InvoiceNo, StockCode, Quantity");
        assert!(wrong.value_of_fault(0, "expected").starts_with("类型 kind, 单据号 document_no, 时间 at"));
    }

    async fn a_large_import_goes_on_in_the_background_from_where_it_was(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        let id = app.an_import(&o.operator, "旧台账").await;
        for part in 1..=5 {
            let rows: Vec<Value> = (0..900).map(|no| order(&format!("{part}-{}", no / 3), school, rice, ("1", "1.00"))).collect();
            app.part(&o.operator, &id, part, &json!(rows)).await.is(201);
        }
        let runner = app.app().runner();
        assert_eq!(app.phase(&o.operator, &id, "check").await.body(200)["status"], "checking");
        runner.work_off().await.unwrap();
        assert_eq!(app.book_import(&o.second, &id, "all_or_nothing").await.body(200)["status"], "booking");
        // Asked again it is a second job at the same import: nothing is booked twice.
        app.book_import(&o.second, &id, "all_or_nothing").await.is(200);
        let other = app.another_process().await;
        let (one, two) = tokio::join!(runner.work_off(), async { other.app().runner().work_off().await });
        one.unwrap();
        two.unwrap();
        let read = app.get(format!("/v1/imports/{id}")).by(&o.operator).await.body(200);
        assert_eq!((&read["status"], &read["documents"]["booked"], &read["booked_parts"]), (&json!("booked"), &json!(1500), &json!(5)));
        assert_eq!(o.measured(&app, "accepted").await, ("4500.00".to_owned(), 4500));
        app.verify().await;
        app.phase(&o.operator, &id, "undo").await.is(200);
        runner.work_off().await.unwrap();
        assert_eq!(o.measured(&app, "accepted").await, ("0.00".to_owned(), 0));
        other.close().await;
    }

    async fn a_living_order_is_nothing_an_import_touches(app) {
        let o = office(&app).await;
        let (school, rice) = (&o.scene.school, &o.scene.rice);
        app.place_one(school, &order_of(&[("GR02", "7")])).await;
        let id = o.booked(&app, &json!([order("1", school, rice, ("3", "1.00"))])).await;
        assert_eq!(app.held(rice).await, 7_000);
        app.phase(&o.operator, &id, "undo").await.is(200);
        assert_eq!(app.held(rice).await, 7_000);
        assert_eq!(o.measured(&app, "ordered").await, ("1435.00".to_owned(), 1));
    }
}

/// The buyer's first order that was imported.
async fn first_order(app: &TestApp, buyer: &Member) -> String {
    let listed = app.get("/v1/orders").by(buyer).await.body(200);
    listed["items"][0]["id"].as_str().unwrap().to_owned()
}

/// The same two documents as a workbook, with days and numbers as Excel keeps them.
fn workbook(buyer: &str) -> Vec<u8> {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, heading) in (0..).zip(["kind", "document_no", "at", "buyer", "sku", "quantity", "price"]) {
        sheet.write(0, column, heading).unwrap();
    }
    let rows = [("order", "乙1", (5, 8, 26), 6.0), ("return", "乙2", (6, 0, 0), 1.0)];
    for (row, (kind, number, (date, hour, minute), quantity)) in (1..).zip(rows) {
        let at = ExcelDateTime::from_ymd(2026, 10, date).unwrap().and_hms(hour, minute, 0).unwrap();
        sheet.write(row, 0, kind).unwrap();
        sheet.write(row, 1, number).unwrap();
        sheet.write_with_format(row, 2, &at, &day).unwrap();
        sheet.write(row, 3, buyer).unwrap();
        sheet.write(row, 4, "GR02").unwrap();
        sheet.write(row, 5, quantity).unwrap();
        sheet.write(row, 6, 2.55).unwrap();
    }
    book.save_to_buffer().unwrap()
}
