//! Totals as reports need them: several measures in one, codes that filters take, units that go together, and as files.

use crate::support::TestApp;
use crate::support::steps::order_of;
use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};
use std::io::Cursor;

/// A school that ordered 10 bags of rice for 2,050.00, of which 4 were accepted, and a tin of tea for 39.90.
async fn traded(app: &TestApp) -> crate::support::steps::Scene {
    let s = app.scene().await;
    app.given().a_product("TE01", &s.supplier).priced("39.90").without_weight().await;
    let id = app.confirmed(&s, &order_of(&[("GR02", "10"), ("TE01", "1")])).await;
    let shipment = app.shipped(&s.supplier, &id, &[(1, "4")]).await;
    app.accept(&s.school, &shipment, &json!({})).await.is(200);
    s
}

fn amounts(sums: &Value) -> Vec<String> {
    let each = sums["by_measure"].as_array().unwrap().iter();
    each.map(|one| format!("{} {}", one["measure"].as_str().unwrap(), one["amount"].as_str().unwrap()))
        .collect()
}

both_engines! {
    async fn several_measures_come_in_one_answer_and_agree_with_each_alone(app) {
        let s = traded(&app).await;
        let official = app.given().an_official_of_the_city().await;
        let all = app.get("/v1/tally?measures=ordered,accepted,net&group_by=product&from=2026-Q4&to=2026").by(&official).await.body(200);
        assert_eq!(all["measures"], json!(["ordered", "accepted", "net"]));
        assert_eq!(amounts(&all["total"]), ["ordered 2089.90", "accepted 820.00", "net 820.00"]);
        assert_eq!(all["total"]["amount"], "2089.90");
        assert_eq!(amounts(&all["groups"][0]), ["ordered 2050.00", "accepted 820.00", "net 820.00"]);
        assert_eq!(amounts(&all["groups"][1]), ["ordered 39.90", "accepted 0.00", "net 0.00"]);
        for (at, measure) in ["ordered", "accepted", "net"].iter().enumerate() {
            let alone = app.get(format!("/v1/tally?measure={measure}")).by(&official).await.body(200);
            let several = app.get("/v1/tally?measures=ordered,accepted,net").by(&official).await.body(200);
            for member in ["amount", "quantity_kg", "weighed_lines", "lines", "imported"] {
                assert_eq!(several["total"]["by_measure"][at][member], alone["total"][member], "{measure} {member}");
            }
            assert!(alone["total"]["by_measure"].is_null());
        }
        // Bags and tins are not added; each product tells its own, and so does the total of one.
        assert_eq!((&all["total"]["quantity"], &all["groups"][0]["quantity"]), (&Value::Null, &json!("10")));
        let unit = app.get("/v1/products").by(&s.school).await.body(200)["items"][0]["unit"].clone();
        let rice = app.get("/v1/tally?measure=ordered&product=GR02").by(&official).await.body(200);
        assert_eq!((&rice["total"]["quantity"], &rice["total"]["unit"]), (&json!("10"), &unit));
        assert_eq!(all["groups"][0]["unit"], unit);
    }

    async fn a_code_that_nothing_bears_is_no_nought(app) {
        let s = traded(&app).await;
        let official = app.given().an_official_of_the_city().await;
        let nobody = entity::OrganisationId::new();
        for path in ["/v1/tally", "/v1/tally/lines", "/v1/tally/export", "/v1/tally/lines/export"] {
            let asked = app.get(format!("{path}?measure=ordered&town=320682999&department=nope&product=NOPE&buyer={nobody}")).by(&official).await;
            assert_eq!(asked.faults(422), ["filter_unknown town", "filter_unknown department", "filter_unknown buyer", "filter_unknown product"]);
        }
        assert_eq!(app.get("/v1/tally?measures=ordered,paid").by(&official).await.faults(422), ["measure_not_booked measures"]);
        assert_eq!(app.get("/v1/tally?measures=ordered,moons").by(&official).await.faults(400), ["measure_unknown measures"]);
        let town = app.given().town("丁堰镇").await;
        assert_eq!(app.ordered(&official, &format!("town={}", town.as_str())).await["total"]["amount"], "0.00", "it is there and bought nothing");
        let lines = app.get("/v1/tally/lines?measure=ordered").by(&official).header("accept-language", "zh").await.body(200);
        let line = &lines["items"][0];
        assert_eq!((&line["buyer"]["code"], &line["supplier"]["code"]), (&json!(s.school.id.to_string()), &json!(s.supplier.id.to_string())));
        assert_eq!((&line["town"]["name"], &line["channel"]["name"], &line["department"]["name"]), (&json!("白蒲镇"), &json!("学校食堂"), &json!("未分配")));
    }

    async fn a_total_is_the_same_in_every_file_and_no_row_is_short(app) {
        traded(&app).await;
        let official = app.given().an_official_of_the_city().await;
        let query = "measures=ordered,net&group_by=product,month";
        let total = app.get(format!("/v1/tally?{query}")).by(&official).await.body(200);
        let file = async |format: &str| app.get(format!("/v1/tally/export?{query}&format={format}")).by(&official).await.is(200);
        let csv = file("csv").await;
        assert!(csv.header("as-of").unwrap().contains(&format!("sequence={}; ", total["as_of"]["sequence"])));
        let text = csv.text();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<Vec<String>> = reader.records().map(|row| row.expect("rows of one length").iter().map(str::to_owned).collect()).collect();
        let money: Vec<usize> = (0..rows[0].len()).filter(|at| rows[0][*at].ends_with("Amount (yuan)")).collect();
        assert_eq!((rows.len(), money.len()), (4, 2));
        let expected = total["groups"].as_array().unwrap().iter().chain([&total["total"]]);
        for (row, sums) in rows[1..].iter().zip(expected) {
            for (at, one) in money.iter().zip(sums["by_measure"].as_array().unwrap()) {
                assert_eq!(row[*at], one["amount"].as_str().unwrap());
            }
        }
        assert_eq!((&rows[3][0], &rows[3][money[0] + 1]), (&"Total".to_owned(), &"0.21".to_owned()), "2089.90 in tens of thousands");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file("xlsx").await.bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Total", "About"]);
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let read: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect();
        assert_eq!((read.len(), &read[0]), (4, &rows[0]));
        assert_eq!(read[3][money[0]], "2089.9");
        let about = book.worksheet_range_at(1).unwrap().unwrap();
        assert!(about.rows().any(|row| row[0] == "As of, hash" && row[1] == total["as_of"]["hash"].as_str().unwrap()));
        let lines: Vec<Value> = file("jsonl").await.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().map(|line| line["row"].as_str().unwrap()).collect::<Vec<_>>(), ["group", "group", "total"]);
        assert_eq!(lines[2]["by_measure"], total["total"]["by_measure"]);
        let old = app.get("/v1/tally.csv?measure=ordered").by(&official).await.is(200);
        assert!(old.header("deprecation").is_some() && old.header("link").unwrap().contains("/v1/tally/export"));
    }
}
