//! Ordering the same again, order sheets, orders as files and on paper.

use crate::support::steps::{order_of, with};
use crate::support::{Answer, Member, TestApp};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DAY: &str = "deliver_on=2026-12-01";

async fn upload(app: &TestApp, by: &Member, query: &str, file: &[u8], headers: &[(&str, &str)]) -> Answer {
    let mut call = app.post(format!("/v1/orders/sheet?{DAY}&{query}")).by(by).raw(file);
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        call = call.header("content-type", "text/csv");
    }
    for (name, value) in headers {
        call = if *name == "idempotency-key" {
            call.idempotency_key(value)
        } else {
            call.header(name, value)
        };
    }
    call.await
}

fn failed(body: &Value) -> Vec<(u64, String)> {
    let rows = body["failed_rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            row["row"].as_u64().unwrap(),
            row["reasons"][0]["type"].as_str().unwrap().replace("/problems/", ""),
        )
    })
    .collect()
}

both_engines! {
    async fn the_same_is_ordered_again_at_todays_prices(app) {
        let scene = app.scene().await;
        let first = app.place_one(&scene.school, &with(order_of(&[("GR02", "2")]), "on_short", "backorder")).await;
        let body = json!({"deliver_on": "2026-12-08"});
        let path = format!("/v1/orders/{first}/repeat");
        let again = app.post(&path).by(&scene.school).idempotency_key("again").json(&body).await;
        assert!(again.header("location").unwrap().starts_with("/v1/order-groups/"));
        let again = again.body(201);
        assert_eq!(again["group"]["orders"][0]["amount"], "410.00");
        assert_eq!(again["skipped"], json!([]));
        let replay = app.post(&path).by(&scene.school).idempotency_key("again").json(&body).await;
        assert!(replay.is_replay());
        assert_eq!(replay.body(201), again);
        let read = app.read_order(&scene.school, again["group"]["orders"][0]["id"].as_str().unwrap()).await.body(200);
        assert_eq!((read["deliver_on"].as_str(), read["lines"][0]["quantity"].as_str()), (Some("2026-12-08"), Some("2")));
        assert_eq!(app.held(&scene.rice).await, 4_000);
        let other = app.given().a_hospital().await;
        assert_eq!(app.post(&path).by(&other).json(&body).await.problem(404), "not_found");
        assert_eq!(app.post(&path).by(&scene.supplier).json(&body).await.problem(403), "forbidden");
    }

    async fn what_went_to_a_site_that_is_gone_goes_to_another(app) {
        let scene = app.scene().await;
        let (gone, other) = (app.given().a_site_of(&scene.school).await, app.given().a_site_of(&scene.school).await);
        let first = app.place_one(&scene.school, &with(order_of(&[("GR02", "2")]), "site_id", gone.to_string())).await;
        let path = format!("/v1/orders/{first}/repeat");
        let repeat = async |key: &str, body: &Value| app.post(&path).by(&scene.school).idempotency_key(key).json(body).await;
        let again = json!({"deliver_on": "2026-12-08"});
        let before = repeat("before", &again).await.body(201);
        app.post(format!("/v1/sites/{gone}/archive")).by(&scene.school).await.is(200);
        let unknown = repeat("unknown", &json!({"deliver_on": "2026-12-08", "site_id": gone.to_string()})).await;
        assert_eq!(unknown.faults(422), ["site_unknown /site_id"], "a site that is named is meant");
        let named = repeat("named", &json!({"deliver_on": "2026-12-08", "site_id": other.to_string()})).await.body(201);
        let site_of = async |group: &Value| {
            let order = app.read_order(&scene.school, group["group"]["orders"][0]["id"].as_str().unwrap()).await.body(200);
            order["site"]["site_id"].as_str().map(str::to_owned)
        };
        assert_eq!(site_of(&named).await, Some(other.to_string()));
        // Without a default it goes where any order goes that names no site.
        let nowhere = repeat("none", &again).await.body(201);
        assert_eq!(site_of(&nowhere).await, None);
        let school = format!("/v1/organisations/{}", scene.school.id);
        let etag = app.get(&school).by(&scene.school).await.etag().to_owned();
        let default = json!({"default_site_id": other.to_string()});
        app.patch(&school).by(&scene.school).if_match(&etag).json(&default).await.is(200);
        let by_default = repeat("default", &again).await.body(201);
        assert_eq!(site_of(&by_default).await, Some(other.to_string()));
        assert_eq!(repeat("default", &again).await.body(201), by_default);
        // What was answered before the site went is answered so again.
        assert_eq!(repeat("before", &again).await.body(201), before);
        assert_eq!(app.held(&scene.rice).await, 10_000);
    }

    async fn what_cannot_be_had_is_named_all_at_once_or_left_out(app) {
        let scene = app.scene().await;
        for sku in ["GONE", "SHORT"] {
            app.given().a_product(sku, &scene.supplier).with_stock("3").await;
        }
        let first = app.place_one(&scene.school, &order_of(&[("GONE", "1"), ("GR02", "2"), ("SHORT", "2")])).await;
        let product = app.get("/v1/products?q=GONE").by(&scene.supplier).await.body(200)["items"][0]["product_id"].clone();
        let archive = app.post(format!("/v1/products/{}/archive", product.as_str().unwrap())).by(&scene.supplier);
        archive.if_match("\"v1\"").json(&json!({})).await.is(200);
        let path = format!("/v1/orders/{first}/repeat");
        let written = app.written().await;
        let refused = app.post(&path).by(&scene.school).json(&json!({"deliver_on": "2026-12-08"})).await;
        assert_eq!(refused.faults(422), ["product_unknown /lines/0/sku"]);
        assert_eq!(app.written().await, written);
        let body = json!({"deliver_on": "2026-12-08", "skip_unavailable": true});
        let answer = app.post(&path).by(&scene.school).idempotency_key("skip").json(&body).await.body(201);
        let skipped = answer["skipped"].as_array().unwrap();
        let told: Vec<_> = skipped.iter().map(|one| (one["line"].as_i64().unwrap(), one["sku"].as_str().unwrap(), one["reasons"][0]["type"].as_str().unwrap())).collect();
        assert_eq!(told, [(1, "GONE", "/problems/product_unknown"), (3, "SHORT", "/problems/stock_short")]);
        assert_eq!(answer["group"]["orders"][0]["lines"].as_array().unwrap().len(), 1);
        // Sent again it is answered as it was, although by now nothing could be had.
        app.days_pass(30);
        let replay = app.post(&path).by(&scene.school).idempotency_key("skip").json(&body).await;
        assert!(replay.is_replay());
        assert_eq!(replay.body(201), answer);
        let too_late = app.post(&path).by(&scene.school).json(&body).await;
        assert_eq!(too_late.faults(422), ["delivery_day /deliver_on", "product_unknown /lines/0/sku"]);
    }

    async fn a_sheet_is_checked_then_placed(app) {
        let scene = app.scene().await;
        app.given().a_product("GR03", &scene.supplier).with_stock("5").await;
        let file = "\u{feff}品名,货号,数量\r\n黑米,GR02,2\r\n?,NONE,1\r\n红米,GR03,９\r\n,GR03,x\r\n";
        let written = app.written().await;
        let checked = upload(&app, &scene.school, "mode=check", file.as_bytes(), &[]).await.body(200);
        let expected = [(3, "product_unknown".to_owned()), (4, "stock_short".to_owned()), (5, "row_quantity".to_owned())];
        assert_eq!((checked["outcome"].as_str(), failed(&checked)), (Some("checked"), expected.to_vec()));
        assert_eq!((&checked["good_rows"], checked["amount"].as_str()), (&json!([2]), Some("410.00")));
        let refused = upload(&app, &scene.school, "mode=all_or_nothing", file.as_bytes(), &[]).await.body(200);
        assert_eq!((refused["outcome"].as_str(), failed(&refused)), (Some("nothing_placed"), expected.to_vec()));
        assert_eq!(app.written().await, written);
        let key = [("idempotency-key", "sheet")];
        let placed = upload(&app, &scene.school, "mode=good_rows", file.as_bytes(), &key).await.body(201);
        assert_eq!((placed["outcome"].as_str(), failed(&placed), &placed["good_rows"]), (Some("placed"), expected.to_vec(), &json!([2])));
        assert_eq!(placed["group"]["orders"][0]["amount"], "410.00");
        let replay = upload(&app, &scene.school, "mode=good_rows", file.as_bytes(), &key).await;
        assert!(replay.is_replay());
        assert_eq!(replay.body(201), placed);
        assert_eq!(app.held(&scene.rice).await, 2_000);
        let other = upload(&app, &scene.school, "mode=good_rows", "sku,quantity\nGR02,1\n".as_bytes(), &key).await;
        assert_eq!(other.status, 422);
        let whole = upload(&app, &scene.school, "mode=all_or_nothing", "货号,数量\nGR02,1\nGR03,2\n".as_bytes(), &[]).await.body(201);
        assert_eq!((whole["outcome"].as_str(), &whole["good_rows"]), (Some("placed"), &json!([2, 3])));
        let nothing = upload(&app, &scene.school, "mode=good_rows", "货号,数量\nNONE,1\n".as_bytes(), &[]).await.body(200);
        assert_eq!((nothing["outcome"].as_str(), failed(&nothing).len()), (Some("nothing_placed"), 1));
        let late = app.post("/v1/orders/sheet?mode=check&deliver_on=2020-01-01").by(&scene.school).header("content-type", "text/csv").raw("货号,数量\nGR02,1\n").await;
        assert_eq!(late.faults(422), ["delivery_day /deliver_on"]);
    }

    async fn the_file_of_failed_rows_can_be_mended_and_sent_again(app) {
        let scene = app.scene().await;
        let (file, _, _) = encoding_rs::GB18030.encode("货号,备注,数量\nGR02,急,1\nNONE,=1+1,2\n");
        let key = ("idempotency-key", "failed");
        upload(&app, &scene.school, "mode=good_rows", &file, &[key]).await.is(201);
        let csv = upload(&app, &scene.school, "mode=good_rows", &file, &[key, ("accept", "text/csv")]).await;
        assert!(csv.is_replay());
        assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"failed-rows.csv\""));
        assert_eq!(csv.text(), "\u{feff}货号,备注,数量,Reason\r\nNONE,'=1+1,2,No product with the SKU NONE is on sale (case counts).\r\n");
        let xlsx = upload(&app, &scene.school, "mode=good_rows", &file, &[key, ("accept", XLSX)]).await.is(201);
        // The rows stand in it with a column of reasons, which is left alone when the file comes back.
        let again = upload(&app, &scene.school, "mode=check", &xlsx.bytes, &[("content-type", XLSX)]).await.body(200);
        assert_eq!(failed(&again), [(2, "product_unknown".to_owned())]);
        assert_eq!(app.held(&scene.rice).await, 1_000);
    }

    async fn a_workbook_orders_like_a_csv_file_and_a_bad_file_says_why(app) {
        let scene = app.scene().await;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, heading) in (0..).zip(["SKU", "Quantity"]) {
            sheet.write_string(0, column, heading).unwrap();
        }
        sheet.write_string(1, 0, "GR02").unwrap();
        sheet.write_number(1, 1, 3.0).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let placed = upload(&app, &scene.school, "mode=all_or_nothing", &bytes, &[("content-type", XLSX)]).await.body(201);
        assert_eq!(placed["amount"], "615.00");
        let cases: [(&[u8], u16, &str); 5] = [
            ("品名,件数\n黑米,1\n".as_bytes(), 422, "sheet_columns"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, "sheet_old_excel"),
            (b"PK\x03\x04nonsense", 422, "sheet_unreadable"),
            (b"sku,quantity\n", 422, "sheet_empty"),
            (&[b'a'; (2 << 20) + 1], 413, "body_too_large"),
        ];
        for (file, status, kind) in cases {
            assert_eq!(upload(&app, &scene.school, "mode=check", file, &[]).await.problem(status), kind);
        }
        let columns = upload(&app, &scene.school, "mode=check", cases[0].0, &[]).await;
        assert_eq!(columns.value_of_fault(0, "expected"), "货号 SKU, 数量 quantity");
        let long = format!("sku,quantity\n{}", "GR02,1\n".repeat(2_001));
        assert_eq!(upload(&app, &scene.school, "mode=check", long.as_bytes(), &[]).await.problem(422), "sheet_too_long");
        assert_eq!(upload(&app, &scene.supplier, "mode=check", b"sku,quantity\nGR02,1\n", &[]).await.problem(403), "forbidden");
        assert_eq!(upload(&app, &scene.school, "mode=check", b"{}", &[("content-type", "application/json")]).await.problem(415), "unsupported_media_type");
    }

    async fn orders_and_their_lines_are_files_within_what_one_may_see(app) {
        let scene = app.scene().await;
        let other = app.given().a_hospital().called("=别的医院").await;
        for quantity in ["1", "2", "3"] {
            app.place(&scene.school, &order_of(&[("GR02", quantity), ("GR02", "1")])).await;
        }
        app.place(&other, &order_of(&[("GR02", "7")])).await;
        let lines = async |by: &Member, path: &str| -> Vec<Value> {
            let answer = app.get(format!("{path}format=jsonl")).by(by).await.is(200);
            answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let orders = lines(&scene.school, "/v1/orders/export?").await;
        assert_eq!(orders, app.get("/v1/orders").by(&scene.school).await.body(200)["items"].as_array().unwrap().clone());
        assert_eq!(lines(&scene.school, "/v1/orders/lines/export?").await.len(), 6);
        assert_eq!(lines(&scene.supplier, "/v1/orders/lines/export?").await.len(), 7);
        assert_eq!(lines(&scene.supplier, &format!("/v1/orders/export?buyer_id={}&", other.id)).await.len(), 1);
        assert_eq!(lines(&other, &format!("/v1/orders/export?buyer_id={}&", scene.school.id)).await.len(), 0);
        let csv = app.get("/v1/orders/lines/export?status=placed").by(&scene.supplier).await.is(200).text();
        assert!(csv.contains(",'=别的医院,") && csv.contains(",205.00,1435.00,1435.00,0.00,\r\n"), "{csv}");
        let tally = lines(&scene.school, "/v1/tally/lines/export?measure=ordered&").await;
        assert_eq!(tally.len(), 6);
    }

    async fn a_shipment_prints_as_it_was_sent_and_as_it_was_inspected(app) {
        let s = app.scene().await;
        app.given().a_product("X1", &s.supplier).called("<i>面</i>").await;
        let id = app.confirmed(&s, &order_of(&[("X1", "10")])).await;
        let shipment = app.shipped(&s.supplier, &id, &[(1, "6")]).await;
        let (note, record) = (format!("/v1/shipments/{shipment}/print"), format!("/v1/shipments/{shipment}/acceptance/print"));
        let zh = async |path: &str, by: &Member| app.get(path).by(by).header("accept-language", "zh").await;
        let text = zh(&note, &s.school).await.is(200).text();
        for wanted in ["<h1>送货单</h1>", "&lt;i&gt;面&lt;/i&gt;", "<td class=\"n\">6</td>", "60.00", "在途"] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        let form = zh(&record, &s.supplier).await.is(200).text();
        assert!(form.contains("<h1>验收单</h1>") && form.contains("第二验收人签字") && !form.contains("60.00"), "{form}");
        let body = json!({"lines": [{"no": 1, "accepted": "4", "rejected": [{"reason": "mouldy", "quantity": "2"}]}]});
        app.accept(&s.school, &shipment, &body).await.is(200);
        let filled = zh(&record, &s.school).await.is(200).text();
        for wanted in ["<td class=\"n\">4</td><td class=\"n\">2</td><td>霉变 2</td><td class=\"n\">40.00</td>", "部分验收", "验收单号"] {
            assert!(filled.contains(wanted), "{wanted}: {filled}");
        }
        let stranger = app.given().a_hospital().await;
        for path in [&note, &record] {
            assert_eq!(zh(path, &stranger).await.problem(404), "not_found");
        }
    }

    async fn an_order_prints_on_paper_with_every_text_escaped(app) {
        let scene = app.scene().await;
        app.given().a_product("X1", &scene.supplier).called("<b>米</b>").await;
        let order = with(order_of(&[("X1", "2")]), "note", "<script>alert(1)</script>");
        let id = app.place_one(&scene.school, &order).await;
        let path = format!("/v1/orders/{id}/print");
        let page = app.get(&path).by(&scene.school).header("accept-language", "zh").await.is(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let text = page.text();
        for wanted in ["<html lang=\"zh-CN\">", "订货单", "学校食堂", "&lt;b&gt;米&lt;/b&gt;", "&lt;script&gt;", "20.00"] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        assert!(!text.contains("<script"));
        let english = app.get(&path).by(&scene.supplier).await.is(200).text();
        assert!(english.contains("<h1>Order</h1>") && english.contains("school canteen"), "{english}");
        let stranger = app.given().a_hospital().await;
        assert_eq!(app.get(&path).by(&stranger).await.problem(404), "not_found");
    }
}
