//! Order sheets as offices fill them in: what is understood, what is passed over and told, what is refused by name; and the
//! sheet that is given to be filled in.

use crate::support::{Answer, Member, TestApp};
use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::{Value, json};
use std::io::Cursor;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn send(app: &TestApp, by: &Member, query: &str, file: &[u8]) -> Answer {
    let kind = if file.starts_with(b"PK") { XLSX } else { "text/csv" };
    let path = format!("/v1/orders/sheet?deliver_on=2026-12-01&{query}");
    app.post(path).by(by).header("content-type", kind).raw(file).await
}

/// Good rows, failed rows with their reasons, rows not wanted, rows passed over: as one text.
fn said(body: &Value) -> String {
    let reasons = |row: &Value| -> String {
        let all = row["reasons"].as_array().unwrap().iter();
        let kinds: Vec<String> = all.map(|one| one["type"].as_str().unwrap().replace("/problems/", "")).collect();
        format!("{} {}", row["row"], kinds.join(" "))
    };
    let failed: Vec<String> = body["failed_rows"].as_array().unwrap().iter().map(reasons).collect();
    let passed = body["passed_rows"].as_array().unwrap().iter();
    let passed: Vec<String> = passed
        .map(|one| format!("{} {}", one["row"], one["why"].as_str().unwrap()))
        .collect();
    format!(
        "{} | {} | {} | {}",
        body["good_rows"],
        failed.join(", "),
        body["unwanted_rows"],
        passed.join(", ")
    )
}

fn book(sheets: &[(&str, bool, [&str; 2])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, hidden, cells) in sheets {
        let sheet: &mut Worksheet = book.add_worksheet();
        sheet.set_name(*name).unwrap().set_hidden(*hidden);
        for (row, cells) in (0..).zip([["货号", "数量"], *cells]) {
            sheet.write_string(row, 0, cells[0]).unwrap();
            sheet.write_string(row, 1, cells[1]).unwrap();
        }
        if !hidden {
            sheet.set_active(true);
        }
    }
    book.save_to_buffer().unwrap()
}

both_engines! {
    async fn a_form_is_read_as_an_office_means_it(app) {
        let scene = app.scene().await;
        app.given().a_product("015877", &scene.supplier).with_stock("50").await;
        let form = "示例小学12月订货单,,,\n\n*货号（SKU）,品名,采购数量\n(袋),备注\n,粮油类,,\nGR02,黑米,10袋,\n=\"015877\",红米,１,\ngr02,黑米,1,\nGR02,黑米,10箱,\nGR02,黑米,,不要\n合计,,11,\n制表人：,,审核人：,\n";
        let form = form.replace("采购数量\n(袋)", "\"采购数量\n(袋)\"");
        let checked = send(&app, &scene.school, "mode=check", form.as_bytes()).await.body(200);
        assert_eq!(said(&checked), "[5,6] | 7 product_unknown_similar, 8 row_unit | [9] | 4 words, 10 total, 11 words");
        assert_eq!((&checked["heading_row"], &checked["sheet"]), (&json!(3), &Value::Null));
        assert_eq!(checked["ignored_columns"], json!(["品名", "备注"]));
        let similar = &checked["failed_rows"][0]["reasons"][0]["detail"];
        assert_eq!(similar, "No product with the SKU gr02 is on sale (case counts). Did you mean GR02?");
        // What is not wanted and what is passed over keeps nothing from being placed.
        let list = "货号,品名,数量\nGR02,黑米,1\n015877,红米,\n合计,,1\n";
        let placed = send(&app, &scene.school, "mode=all_or_nothing", list.as_bytes()).await.body(201);
        assert_eq!((said(&placed).as_str(), placed["amount"].as_str()), ("[2] |  | [3] | 4 total", Some("205.00")));
        let none = send(&app, &scene.school, "mode=all_or_nothing", "货号,数量\nGR02,\n".as_bytes()).await.body(200);
        assert_eq!((none["outcome"].as_str(), said(&none).as_str()), (Some("nothing_placed"), "[] |  | [2] | "));
    }

    async fn the_sheet_in_view_is_ordered_and_what_could_be_another_is_refused(app) {
        let scene = app.scene().await;
        let hidden = book(&[("旧表", true, ["NONE", "9"]), ("订货", false, ["GR02", "1"])]);
        let placed = send(&app, &scene.school, "mode=all_or_nothing", &hidden).await.body(201);
        assert_eq!((placed["sheet"].as_str(), placed["amount"].as_str()), (Some("订货"), Some("205.00")));
        let two = book(&[("十一月", false, ["GR02", "1"]), ("十二月", false, ["GR02", "2"])]);
        let refused = send(&app, &scene.school, "mode=check", &two).await;
        assert_eq!(refused.value_of_fault(0, "sheets"), "十一月、十二月");
        assert_eq!(refused.problem(422), "sheet_ambiguous");
        let named = send(&app, &scene.school, "mode=check&sheet=%E5%8D%81%E4%BA%8C%E6%9C%88", &two).await.body(200);
        assert_eq!((named["sheet"].as_str(), named["amount"].as_str()), (Some("十二月"), Some("410.00")));
        for (file, kind) in [
            ("货号,数量,备注\nGR02,1,\"急\nGR02,2,\nGR02,3,\n", "sheet_quote_open"),
            ("货号,数量,\n,一食堂,二食堂\nGR02,6,4\n", "sheet_heading_split"),
            ("货号,数量,采购数量\nGR02,6,4\n", "sheet_columns"),
        ] {
            assert_eq!(send(&app, &scene.school, "mode=all_or_nothing", file.as_bytes()).await.problem(422), kind, "{file}");
        }
        let mut filtered = Workbook::new();
        let sheet = filtered.add_worksheet();
        for (row, cells) in (0..).zip([["货号", "数量"], ["GR02", "1"], ["GR02", "2"]]) {
            sheet.write_string(row, 0, cells[0]).unwrap();
            sheet.write_string(row, 1, cells[1]).unwrap();
        }
        sheet.set_row_hidden(2).unwrap();
        let file = filtered.save_to_buffer().unwrap();
        for (query, good) in [("mode=check", json!([2])), ("mode=check&hidden=include", json!([2, 3]))] {
            let checked = send(&app, &scene.school, query, &file).await.body(200);
            assert_eq!((&checked["good_rows"], &checked["hidden_rows"]), (&good, &json!([3])), "{query}");
        }
    }

    async fn the_sheet_that_is_given_is_filled_in_and_sent_back(app) {
        let scene = app.scene().await;
        app.given().a_product("015877", &scene.supplier).with_stock("50").await;
        let given = app.get("/v1/orders/sheet/template").by(&scene.school).header("accept-language", "zh").await.is(200);
        assert_eq!(given.header("content-type"), Some(XLSX));
        let mut read: Xlsx<_> = Xlsx::new(Cursor::new(given.bytes.clone())).unwrap();
        let rows = read.worksheet_range_at(0).unwrap().unwrap();
        let mut filled = Workbook::new();
        let sheet = filled.add_worksheet();
        let (text, mut of_rice) = (Format::new(), None);
        for (at, row) in (0_u32..).zip(rows.rows()) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Data::String(word) => sheet.write_string_with_format(at, column, word, &text).map(|_| ()).unwrap(),
                    Data::Float(number) => sheet.write_number(at, column, *number).map(|_| ()).unwrap(),
                    _ => {}
                }
            }
            if row[0] == Data::String("GR02".to_owned()) {
                of_rice = Some((at, row[4].clone(), row[3].clone()));
            }
        }
        let (at, price, unit) = of_rice.expect("the rice is on it");
        assert_eq!((price, unit), (Data::Float(205.0), Data::String("袋".to_owned())));
        let quantity = rows.rows().next().unwrap().iter().position(|cell| *cell == Data::String("数量".to_owned())).unwrap();
        sheet.write_number(at, u16::try_from(quantity).unwrap(), 3.0).unwrap();
        let sent = send(&app, &scene.school, "mode=all_or_nothing", &filled.save_to_buffer().unwrap()).await.body(201);
        assert_eq!((sent["amount"].as_str(), sent["good_rows"].as_array().unwrap().len()), (Some("615.00"), 1));
        assert_eq!(sent["unwanted_rows"].as_array().unwrap().len(), rows.height() - 2);
        let other = app.get("/v1/orders/sheet/template?channel=online").by(&scene.school).await;
        assert_eq!(other.status, 422, "{}", other.text());
    }
}
