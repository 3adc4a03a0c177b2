//! Files as offices keep them, brought in as imports: words, days and figures in Chinese, columns of their own, parties by
//! name, and credit notes that charge.

use crate::support::given::Member;
use crate::support::steps::Scene;
use crate::support::{Answer, TestApp};
use poem::http::Method;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct Office {
    scene: Scene,
    operator: Member,
    second: Member,
}

async fn office(app: &TestApp) -> Office {
    let scene = app.scene().await;
    let operator = app.given().an_operator().await;
    let second = app.given().a_colleague_of(&operator).await;
    Office { scene, operator, second }
}

impl Office {
    async fn put(&self, app: &TestApp, query: &str, kind: &str, file: &[u8]) -> (String, Answer) {
        let id = app.an_import(&self.operator, "旧台账").await;
        let path = format!("/v1/imports/{id}/file{query}");
        let put = app.call(Method::PUT, path).by(&self.operator).header("content-type", kind);
        (id, put.raw(file).await)
    }

    /// A file that is read, checked.
    async fn checked(&self, app: &TestApp, file: &str) -> (String, Value) {
        let (id, put) = self.put(app, "", "text/csv", file.as_bytes()).await;
        put.is(200);
        let checked = app.phase(&self.operator, &id, "check").await.body(200);
        (id, checked)
    }

    async fn booked(&self, app: &TestApp, rows: &Value) -> String {
        let id = app.an_import(&self.operator, "旧台账").await;
        app.part(&self.operator, &id, 1, rows).await.is(201);
        let checked = app.phase(&self.operator, &id, "check").await.body(200);
        assert_eq!(checked["documents"]["faulty"], 0, "{}", self.faults(app, &id).await);
        app.book_import(&self.second, &id, "all_or_nothing").await.is(200);
        id
    }

    async fn faults(&self, app: &TestApp, id: &str) -> Value {
        let path = format!("/v1/imports/{id}/faults");
        app.get(path).by(&self.operator).header("accept-language", "zh").await.body(200)["items"].clone()
    }

    async fn total(&self, app: &TestApp, query: &str) -> String {
        let path = format!("/v1/tally?measure={query}");
        let total = app.get(path).by(&self.operator).await.body(200);
        total["total"]["amount"].as_str().unwrap().to_owned()
    }
}

fn row(kind: &str, number: &str, buyer: &Member, (day, quantity, price): (&str, &str, &str)) -> Value {
    json!({"kind": kind, "document_no": number, "at": day, "buyer": buyer.id.to_string(), "sku": "GR02", "quantity": quantity, "price": price})
}

both_engines! {
    async fn a_ledger_in_chinese_is_understood_and_what_of_it_was_left_alone_is_told(app) {
        let o = office(&app).await;
        app.given().a_school_canteen().called("白蒲镇示例小学（东校区）").await;
        let file = "白蒲镇示例小学台账,,,,,,,,\n类型,单据编号,日期,客户名称,采购渠道,商品编码,数量(袋),含税单价,经办人\n\
            订单,甲1,2026年10月5日,白蒲镇示例小学(东校区),学校食堂,GR02,\"1,000\",￥205.00元/袋,张\n\
            退货,甲2,2026.10.6,白蒲镇示例小学(东校区),,=\"GR02\",１０袋,205,李\n\
            库存,甲3,20261007,,,GR02,x,,王\n合计,,,,,,990,,\n制表：,,,审核：,,,,,\n";
        let (id, checked) = o.checked(&app, file).await;
        let told = &checked["file"];
        assert_eq!((&told["heading_row"], &told["ignored_headings"]), (&json!(2), &json!(["经办人"])), "{told}");
        assert_eq!(told["skipped_rows"], json!({"count": 2, "first": [6, 7]}));
        assert_eq!((&checked["rows"], &checked["documents"]["good"]), (&json!(3), &json!(2)), "{}", o.faults(&app, &id).await);
        // Faults name the column as the file does.
        let faults = o.faults(&app, &id).await;
        let quantity = faults.as_array().unwrap().iter().find(|one| one["column"] == "quantity").unwrap();
        assert_eq!((&quantity["row"], &quantity["heading"]), (&json!(5), &json!("数量(袋)")));
        assert!(quantity["detail"].as_str().unwrap().starts_with("数量(袋) "), "{quantity}");
        app.book_import(&o.second, &id, "what_is_good").await.is(200);
        assert_eq!((o.total(&app, "ordered").await, o.total(&app, "returned").await), ("205000.00".to_owned(), "2050.00".to_owned()));
        assert_eq!(o.total(&app, "returned&from=2026-10&to=2026-10").await, "2050.00");
        app.verify().await;
    }

    async fn a_figure_is_not_read_in_another_unit_than_it_was_written_in(app) {
        let o = office(&app).await;
        let school = o.scene.school.id;
        let row = |number: &str, quantity: &str, price: &str| format!("订单,{number},2026-10-05,{school},GR02,{quantity},{price}\n");
        let rows = [row("1", "10箱", "205"), row("2", "10", "8.2元/公斤"), row("3", "-10", "205"), row("4", "(10)", "205")];
        let (id, _) = o.checked(&app, &format!("类型,单据号,时间,采购单位,货号,数量,单价\n{}", rows.concat())).await;
        let faults = o.faults(&app, &id).await;
        let told: Vec<_> = faults.as_array().unwrap().iter().map(|one| (&one["column"], &one["problem"])).collect();
        assert_eq!(json!(told), json!([["quantity", "import_unit"], ["price", "import_unit"], ["quantity", "import_quantity_negative"],
            ["quantity", "import_cell_wrong"]]));
    }

    async fn a_name_that_two_organisations_have_names_neither(app) {
        let o = office(&app).await;
        let (one, two) = (app.given().a_school_canteen().called("同名小学").await, app.given().a_hospital().called("同名小学").await);
        app.given().a_supplier().called("独名").await;
        app.given().a_hospital().called("独名").await;
        let line = |number: &str, buyer: &str| format!("订单,{number},2026-10-05,{buyer},GR02,1,205\n");
        let file = format!("类型,单据号,时间,客户,货号,数量,单价\n{}{}{}", line("1", "同名小学"), line("2", "独名"), line("3", "无名"));
        let (id, checked) = o.checked(&app, &file).await;
        // A supplier buys nothing, so of two that are called 独名 one can be meant.
        assert_eq!(checked["documents"]["good"], 1);
        let faults = o.faults(&app, &id).await;
        assert_eq!((&faults[0]["problem"], &faults[1]["problem"]), (&json!("import_party_several"), &json!("import_party_unknown")));
        let detail = faults[0]["detail"].as_str().unwrap();
        assert!(detail.contains(&one.id.to_string()) && detail.contains(&two.id.to_string()), "{detail}");
        assert_eq!(faults[0]["heading"], "客户");
    }

    async fn a_credit_note_charges_at_its_own_price_on_its_own_day(app) {
        let o = office(&app).await;
        let school = &o.scene.school;
        let sale = json!({"sale_document_no": "1", "sale_line": "1"});
        let mut back = row("退货", "C1", school, ("2026-11-02", "2", "2.50"));
        back.as_object_mut().unwrap().extend(sale.as_object().unwrap().clone());
        let rows = json!([row("order", "1", school, ("2026-10-05", "6", "2.50")), back, row("补收", "C1", school, ("2026-11-02", "1", "3.20")),
            row("charge", "C2", school, ("2026-11-03", "1", "373.57"))]);
        let id = o.booked(&app, &rows).await;
        let read = app.get(format!("/v1/imports/{id}")).by(&o.operator).await.body(200);
        assert_eq!(read["documents"]["booked"], 3);
        for measure in ["ordered", "shipped", "accepted"] {
            assert_eq!(o.total(&app, measure).await, "391.77", "{measure}");
            assert_eq!(o.total(&app, &format!("{measure}&from=2026-11&to=2026-11")).await, "376.77", "{measure}");
        }
        assert_eq!((o.total(&app, "returned").await, o.total(&app, "net").await), ("5.00".to_owned(), "386.77".to_owned()));
        app.verify().await;
        // The note stands once, whatever it has in it.
        let again = app.an_import(&o.operator, "另一本账").await;
        app.part(&o.operator, &again, 1, &json!([row("return", "C2", school, ("2026-11-03", "1", "1.00"))])).await.is(201);
        app.phase(&o.operator, &again, "check").await.is(200);
        assert_eq!(o.faults(&app, &again).await[0]["problem"], "document_booked");
        app.phase(&o.operator, &id, "undo").await.is(200);
        for measure in ["ordered", "accepted", "returned", "net"] {
            assert_eq!(o.total(&app, measure).await, "0.00", "{measure}");
        }
        app.verify().await;
        o.booked(&app, &rows).await;
        assert_eq!(o.total(&app, "net").await, "386.77");
    }

    async fn a_sheet_is_of_whatever_type_a_client_says_at_either_door(app) {
        let o = office(&app).await;
        let head = "类型,单据号,时间,采购单位,货号,数量,单价\n";
        let file = format!("{head}订单,1,2026-10-05,{},GR02,1,205\n", o.scene.school.id);
        let ordered = "/v1/orders/sheet?mode=check&deliver_on=2026-12-01";
        for kind in ["text/csv; charset=utf-8", "Text/CSV;header=present", "application/vnd.ms-excel", "application/octet-stream", "APPLICATION/OCTET-STREAM ; x=1", XLSX] {
            assert_eq!(o.put(&app, "", kind, file.as_bytes()).await.1.body(200)["rows"], 1, "{kind}");
            let sheet = app.post(ordered).by(&o.scene.school).header("content-type", kind).raw("货号,数量\nGR02,1\n").await;
            assert_eq!(sheet.body(200)["good_rows"], json!([2]), "{kind}");
        }
        let (_, refused) = o.put(&app, "", "Text/Html; charset=utf-8", file.as_bytes()).await;
        assert_eq!(refused.problem(415), "unsupported_media_type");
        assert!(refused.value_of_fault(0, "expected").contains("application/vnd.ms-excel"));
        let (_, empty) = o.put(&app, "", "text/csv", head.as_bytes()).await;
        assert_eq!(empty.problem(422), "sheet_empty");
    }

    async fn hidden_rows_are_told_and_taken_only_where_that_is_asked_for(app) {
        let o = office(&app).await;
        let mut book = Workbook::new();
        let old = book.add_worksheet().set_name("旧表").unwrap();
        old.write(0, 0, "类型").unwrap();
        old.set_hidden(true);
        let sheet = book.add_worksheet().set_name("台账").unwrap();
        sheet.set_active(true);
        let id = o.scene.school.id.to_string();
        let buyer = id.as_str();
        let rows = [["类型", "单据号", "时间", "采购单位", "货号", "数量", "单价"], ["订单", "1", "2026-10-05", buyer, "GR02", "1", "205"],
            ["订单", "2", "2026-10-05", buyer, "GR02", "1", "205"]];
        for (no, row) in (0..).zip(rows) {
            sheet.write_row(no, 0, row).unwrap();
        }
        sheet.set_row_hidden(1).unwrap();
        let file = book.save_to_buffer().unwrap();
        let shown = o.put(&app, "", XLSX, &file).await.1.body(200);
        assert_eq!((&shown["rows"], &shown["file"]["sheet"]), (&json!(1), &json!("台账")));
        assert_eq!(shown["file"]["hidden_rows"], json!({"count": 1, "first": [2]}));
        let all = o.put(&app, "?hidden=include", XLSX, &file).await.1.body(200);
        assert_eq!((&all["rows"], &all["file"]["hidden_rows_taken"]), (&json!(2), &json!(true)));
    }
}
