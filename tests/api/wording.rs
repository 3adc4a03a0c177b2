//! What people read: refusals that say what was meant and why, papers, and the pages of the service itself.

use crate::support::contract::contract;
use crate::support::steps::{order_of, with};
use crate::support::{Answer, TestApp};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::io::Read as _;

fn details(answer: &Answer) -> String {
    let errors = answer.json["errors"].as_array().unwrap();
    errors
        .iter()
        .map(|one| one["detail"].as_str().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// A page of the service, as a browser with this language gets it.
async fn page(app: &TestApp, path: &str, language: &str) -> String {
    let asked = app
        .get(path)
        .header("accept", "text/html,*/*;q=0.8")
        .header("accept-language", language);
    asked.await.is(200).text()
}

both_engines! {
    async fn what_is_out_of_range_stands_with_all_else_and_is_said_by_example(app) {
        let s = app.scene().await;
        let order = with(order_of(&[("GR02", "1000001"), ("GR02", "-1"), ("GR02", "x"), ("黑米", "1")]), "deliver_on", "2026/12/5");
        let call = |language: &'static str| app.post("/v1/orders").by(&s.school).header("accept-language", language).json(&order).into_future();
        let refused = call("zh").await;
        assert_eq!(refused.faults(400), [
            "invalid_field /deliver_on", "invalid_field /lines/0/quantity", "invalid_field /lines/1/quantity", "invalid_field /lines/2/quantity",
            "invalid_field /lines/3/sku",
        ]);
        let zh = details(&refused);
        for wanted in ["日期，例如 2026-12-05", "0 至 1000000 的数字，例如", "例如 YX-HM-500"] {
            assert!(zh.contains(wanted), "{wanted}: {zh}");
        }
        let en = details(&call("en").await);
        for wanted in ["a date, such as 2026-12-05", "a number from 0 to 1000000, such as"] {
            assert!(en.contains(wanted), "{wanted}: {en}");
        }
        for pattern in ["\\d", "^", "[A-Z", "10..10"] {
            assert!(!zh.contains(pattern) && !en.contains(pattern), "{pattern}: {zh}");
        }
        let unknown = app.post("/v1/orders").by(&s.school).json(&order_of(&[("NONE", "0")])).await;
        assert_eq!(unknown.faults(422), ["quantity_not_positive /lines/0/quantity", "product_unknown /lines/0/sku"]);
    }

    async fn a_refusal_gives_its_true_reason(app) {
        let s = app.scene().await;
        let id = app.confirmed(&s, &order_of(&[("GR02", "5")])).await;
        assert_eq!(app.ship(&s.supplier, &id, &[(1, "0")]).await.faults(422), ["quantity_not_positive /lines/0/quantity"]);
        assert_eq!(app.ship(&s.supplier, &id, &[(1, "6")]).await.faults(422), ["more_than_open /lines/0/quantity"]);
        let close = async |quantity: Value| {
            let body = json!({"lines": [{"line_no": 1, "quantity": quantity}]});
            app.post(format!("/v1/orders/{id}/close-short")).by(&s.school).json(&body).await
        };
        assert_eq!(close(json!("0")).await.faults(422), ["quantity_not_positive /lines/0/quantity"], "five are open");
        close(json!("5")).await.is(200);
        let key = app.post("/v1/orders").by(&s.school).idempotency_key("a b").header("accept-language", "zh").json(&order_of(&[("GR02", "1")])).await;
        let said = details(&key);
        assert!(said.contains("1 至 128 个可见字符") && !said.contains('{'), "{said}");
        let may_not = app.post("/v1/orders").by(&s.supplier).header("accept-language", "zh").json(&order_of(&[("GR02", "1")])).await;
        assert!(details(&may_not).contains("下单（order）"), "{}", may_not.text());
        let roles = app.get("/v1/lists").by(&s.supplier).header("accept-language", "zh").await;
        assert!(roles.status == 403 && details(&roles).contains("（buyer）"), "{}", roles.text());
    }

    async fn papers_say_what_those_who_sign_need(app) {
        let s = app.scene().await;
        app.given().a_product("CARP", &s.supplier).weighed_by("kg", "5").priced("11.33").with_stock("20").await;
        let town = app.given().town("谢村镇").await;
        let site = json!({"name": "谢村库房", "address": "示例路9号", "town_code": town.to_string(), "receiving_hours": "",
            "contact": {"name": "张会计", "phone": "0916-8200000"}});
        let site = app.post("/v1/sites").by(&s.supplier).json(&site).await.body(201);
        let own = format!("/v1/organisations/{}", s.supplier.id);
        let etag = app.get(&own).by(&s.supplier).await.is(200).etag().to_owned();
        app.patch(&own).by(&s.supplier).if_match(&etag).json(&json!({"default_site_id": site["site_id"]})).await.is(200);
        let id = app.confirmed(&s, &with(order_of(&[("CARP", "2"), ("GR02", "1")]), "external_order_no", "SC-2026-0117")).await;
        let shipment = app.shipped(&s.supplier, &id, &[(1, "2"), (2, "1")]).await;
        let paper = async |path: String| app.get(path).by(&s.school).header("accept-language", "zh").await.is(200).text();
        for path in [format!("/v1/orders/{id}/print"), format!("/v1/shipments/{shipment}/print")] {
            let text = paper(path).await;
            for wanted in ["大写：叁佰壹拾捌元叁角整", "SC-2026-0117", "11.33 / kg", "10 kg", "示例路9号", "张会计 0916-8200000", "318.30"] {
                assert!(text.contains(wanted), "{wanted}: {text}");
            }
        }
        let record = paper(format!("/v1/shipments/{shipment}/acceptance/print")).await;
        assert!(!record.contains("批号") && record.contains("<td>kg</td>") && record.contains("SC-2026-0117"), "{record}");
    }
}

#[test]
fn the_service_explains_itself() {
    crate::support::app::run(yangpin::db::Engine::Sqlite, |app| async move {
        let front = page(&app, "/", "zh-CN").await;
        assert!(front.contains("href=\"/docs\"") && front.contains("如皋"), "{front}");
        assert!(page(&app, "/", "en").await.contains("How Rugao buys"));
        assert_eq!(app.get("/").await.body(200)["openapi"], "/openapi.json");
        assert!(page(&app, "/problems/stock_short", "zh").await.contains("怎么办"));
        assert_eq!(app.get("/problems/none").await.problem(404), "not_found");
        let docs = page(&app, "/docs", "zh").await;
        assert!(docs.contains("<title>洋品接口文档</title>") && docs.contains("\"name\":\"订单\""));
        assert!(
            contract().spec()["tags"]
                .as_array()
                .unwrap()
                .iter()
                .all(|tag| !docs.contains(&format!("\"name\":{}", tag["name"])))
        );
        let packed = app.get("/problems").header("accept-encoding", "gzip").begun().await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        let bytes = packed.into_body().into_bytes().await.unwrap();
        let mut plain = String::new();
        GzDecoder::new(&*bytes).read_to_string(&mut plain).unwrap();
        let told: Value = serde_json::from_str(&plain).unwrap();
        assert!(told["items"].as_array().unwrap().len() > 200);
    });
}
