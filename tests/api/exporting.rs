//! Lists as files: all of them, in each format, with their filter, never taken for formulas.

use crate::support::steps::{order_of, with};
use crate::support::{Answer, Member, TestApp};
use calamine::{Data, Reader, Xlsx};
use serde_json::Value;
use std::io::Cursor;

/// The rows of a CSV export, headings first.
fn csv_of(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = answer.text();
    let text = text.strip_prefix('\u{feff}').expect("the mark that Excel knows UTF-8 by");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

fn jsonl_of(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.header("content-type"), Some("application/jsonl"));
    answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn xlsx_of(answer: &Answer) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes.clone())).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// All items of a list, page by page.
async fn listed(app: &TestApp, by: &Member, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = app.get(format!("{path}{mark}limit=3{cursor}")).by(by).await.body(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

async fn exported(app: &TestApp, by: &Member, path: &str, format: &str) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let answer = app.get(format!("{path}/export?format={format}&{query}")).by(by).await;
    let name = answer.header("content-disposition").unwrap_or_default();
    assert!(
        name.starts_with("attachment; filename=\"") && name.ends_with(&format!(".{format}\"")),
        "{name}"
    );
    answer
}

both_engines! {
    async fn a_file_holds_what_the_list_shows(app) {
        let scene = app.scene().await;
        for (at, name) in ["=1+1", "@sum", "-2", "+3", "红米"].iter().enumerate() {
            app.given().a_product(&format!("P{at}"), &scene.supplier).called(name).await;
        }
        let operator = app.given().an_operator().await;
        for path in ["/v1/products", "/v1/products?channel=school_canteen&sort=price", "/v1/products?q=P1", "/v1/stock", "/v1/organisations", "/v1/organisations?kind=school"] {
            for by in [&operator, &scene.school] {
                let list = listed(&app, by, path).await;
                assert!(!list.is_empty(), "{path}");
                assert_eq!(jsonl_of(&exported(&app, by, path, "jsonl").await), list, "{path}");
                assert_eq!(csv_of(&exported(&app, by, path, "csv").await).len(), list.len() + 1, "{path}");
                assert_eq!(xlsx_of(&exported(&app, by, path, "xlsx").await).len(), list.len() + 1, "{path}");
            }
        }
    }

    async fn no_cell_is_taken_for_a_formula_and_numbers_are_numbers(app) {
        let scene = app.scene().await;
        app.given().a_product("P1", &scene.supplier).called("=cmd|' /C calc'!A0").priced("12.80").await;
        let path = "/v1/products?channel=school_canteen&sort=newest";
        let rows = csv_of(&exported(&app, &scene.school, path, "csv").await);
        assert_eq!(rows[0][..2], ["SKU", "Name"]);
        assert_eq!(rows[1][..2], ["P1", "'=cmd|' /C calc'!A0"]);
        let price = rows[0].iter().position(|heading| heading == "Price (yuan)").unwrap();
        assert_eq!(rows[1][price], "12.80");
        let rows = xlsx_of(&exported(&app, &scene.school, path, "xlsx").await);
        assert_eq!(rows[1][1], Data::String("=cmd|' /C calc'!A0".to_owned()));
        assert_eq!(rows[1][price], Data::Float(12.8));
        let chinese = app.get("/v1/products/export").by(&scene.school).header("accept-language", "zh").await;
        assert_eq!(csv_of(&chinese)[0][..2], ["货号", "品名"]);
        assert_eq!(app.get("/v1/products/export?format=pdf").by(&scene.school).await.status, 400);
        assert_eq!(app.get("/v1/products/export?sort=price").by(&scene.school).await.faults(400), ["missing_parameter channel"]);
    }
    async fn a_file_speaks_as_people_do(app) {
        let scene = app.scene().await;
        app.at("2026-11-30T16:30:00Z");
        app.place(&scene.school, &with(order_of(&[("GR02", "1")]), "deliver_on", "2026-12-24")).await;
        let chinese = async |path: &str, format: &str| app.get(format!("{path}?format={format}")).by(&scene.school).header("accept-language", "zh").await;
        let cell = |rows: &[Vec<String>], heading: &str| {
            let at = rows[0].iter().position(|one| one == heading).unwrap_or_else(|| panic!("no {heading} in {:?}", rows[0]));
            rows[1][at].clone()
        };
        let orders = csv_of(&chinese("/v1/orders/export", "csv").await);
        for (heading, value) in [("状态", "已下单"), ("下单时间", "2026-12-01 00:30:00"), ("送货日", "2026-12-24"), ("渠道", "学校食堂"),
            ("资金来源", "伙食补助"), ("方式", "采购"), ("镇(街道)", "白蒲镇"), ("金额(元)", "205.00"), ("现约定金额(元)", "205.00")] {
            assert_eq!(cell(&orders, heading), value, "{heading}");
        }
        assert_eq!(cell(&csv_of(&chinese("/v1/orders/lines/export", "csv").await), "行类别"), "货物");
        let stock = csv_of(&chinese("/v1/stock/export", "csv").await);
        assert!(!cell(&stock, "品名").is_empty() && !cell(&stock, "供应商").is_empty());
        assert_eq!(cell(&csv_of(&chinese("/v1/products/export", "csv").await), "产地"), "谢村镇");
        assert_eq!(cell(&csv_of(&chinese("/v1/organisations/export", "csv").await), "单位类别"), "学校");
        let book = chinese("/v1/orders/export", "xlsx").await;
        let names: Xlsx<_> = Xlsx::new(Cursor::new(book.bytes.clone())).unwrap();
        assert_eq!(names.sheet_names(), ["订单"]);
        let rows = xlsx_of(&book);
        let at = |heading: &str| rows[0].iter().position(|one| *one == Data::String(heading.to_owned())).unwrap();
        assert_eq!(rows[1][at("金额(元)")], Data::Float(205.0));
        let Data::DateTime(placed) = &rows[1][at("下单时间")] else { panic!("{:?}", rows[1]) };
        assert_eq!(format!("{:.5}", placed.as_f64()), "46357.02083", "half past midnight of 1 December");
        assert!(matches!(rows[1][at("送货日")], Data::DateTime(_)));
    }
}
