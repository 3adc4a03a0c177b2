//! Where an order goes: the site as it was when the order was placed.

use crate::support::steps::{Scene, order_of, with};
use crate::support::{Member, TestApp};
use serde_json::{Value, json};

const HOURS: &str = "工作日 6:30–8:30";

async fn a_site(app: &TestApp, by: &Member) -> Value {
    let town = app.given().town("白蒲镇").await;
    let site = json!({"name": "食堂后门", "address": "通扬路1号", "town_code": town.to_string(), "receiving_hours": HOURS,
        "contact": {"name": "王师傅", "phone": "0513-87000000"}});
    app.post("/v1/sites").by(by).json(&site).await.body(201)
}

async fn change_site(app: &TestApp, by: &Member, site: &Value, change: &Value) {
    let path = format!("/v1/sites/{}", site["site_id"].as_str().unwrap());
    let etag = app.get(&path).by(by).await.is(200).etag().to_owned();
    app.patch(&path).by(by).if_match(&etag).json(change).await.is(200);
}

async fn ordered_to(app: &TestApp, s: &Scene, site: &Value) -> String {
    let order = with(order_of(&[("GR02", "2")]), "site_id", site["site_id"].clone());
    app.confirmed(s, &order).await
}

async fn site_of(app: &TestApp, by: &Member, id: &str) -> Value {
    app.read_order(by, id).await.body(200)["site"].clone()
}

async fn paper(app: &TestApp, by: &Member, path: String) -> String {
    app.get(path).by(by).header("accept-language", "zh").await.is(200).text()
}

both_engines! {
    async fn an_order_keeps_the_site_it_was_placed_for(app) {
        let s = app.scene().await;
        let site = a_site(&app, &s.school).await;
        let id = ordered_to(&app, &s, &site).await;
        let change = json!({"name": "新食堂", "address": "新桥路9号", "receiving_hours": "全天", "contact": {"name": "李师傅", "phone": "0513-99999999"}});
        change_site(&app, &s.school, &site, &change).await;
        for member in [&s.school, &s.supplier] {
            let kept = site_of(&app, member, &id).await;
            assert_eq!((&kept["name"], &kept["address"], &kept["receiving_hours"]), (&json!("食堂后门"), &json!("通扬路1号"), &json!(HOURS)));
            assert_eq!((&kept["contact"]["phone"], &kept["as_placed"]), (&json!("0513-87000000"), &json!(true)));
        }
        let shipment = app.shipped(&s.supplier, &id, &[(1, "2")]).await;
        for path in [format!("/v1/orders/{id}/print"), format!("/v1/shipments/{shipment}/print")] {
            let text = paper(&app, &s.supplier, path).await;
            for wanted in ["食堂后门 通扬路1号", HOURS, "王师傅 0513-87000000"] {
                assert!(text.contains(wanted), "{wanted}: {text}");
            }
            assert!(!text.contains("新桥路") && !text.contains("今日登记"), "{text}");
        }
        let later = ordered_to(&app, &s, &site).await;
        assert_eq!(site_of(&app, &s.supplier, &later).await["address"], "新桥路9号");
        app.verify().await;
    }

    async fn whom_to_call_is_for_the_two_who_trade_and_may_be_erased(app) {
        let s = app.scene().await;
        let site = a_site(&app, &s.school).await;
        let id = ordered_to(&app, &s, &site).await;
        for member in [app.given().an_auditor().await, app.given().an_official_of_the_city().await, app.given().an_operator().await] {
            let seen = site_of(&app, &member, &id).await;
            assert_eq!((&seen["address"], &seen["contact"]), (&json!("通扬路1号"), &Value::Null));
            let text = paper(&app, &member, format!("/v1/orders/{id}/print")).await;
            assert!(text.contains("通扬路1号") && !text.contains("王师傅"), "{text}");
        }
        assert_eq!(app.read_order(&app.given().a_supplier().await, &id).await.problem(404), "not_found");
        assert_eq!(app.number("SELECT COUNT(*) FROM entries WHERE body LIKE '%王师傅%' OR body LIKE '%87000000%'").await, 0);
        app.spoil("DELETE FROM site_contact_versions").await;
        assert_eq!(site_of(&app, &s.supplier, &id).await["contact"], Value::Null);
        app.verify().await;
    }

    async fn a_change_of_the_contact_alone_is_for_orders_from_then_on(app) {
        let s = app.scene().await;
        let site = a_site(&app, &s.school).await;
        let before = ordered_to(&app, &s, &site).await;
        change_site(&app, &s.school, &site, &json!({"contact": null})).await;
        let after = ordered_to(&app, &s, &site).await;
        assert_eq!(site_of(&app, &s.supplier, &before).await["contact"]["name"], "王师傅");
        assert_eq!(site_of(&app, &s.supplier, &after).await["contact"], Value::Null);
        app.verify().await;
    }

    async fn orders_of_before_show_the_site_of_today_and_say_so(app) {
        let s = app.scene().await;
        let site = a_site(&app, &s.school).await;
        let id = ordered_to(&app, &s, &site).await;
        let nowhere = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        assert_eq!(site_of(&app, &s.school, &nowhere).await, Value::Null);
        app.spoil("UPDATE orders SET site_version = NULL").await;
        change_site(&app, &s.school, &site, &json!({"address": "新桥路9号"})).await;
        let seen = site_of(&app, &s.supplier, &id).await;
        assert_eq!((&seen["address"], &seen["as_placed"], &seen["contact"]["name"]), (&json!("新桥路9号"), &json!(false), &json!("王师傅")));
        let text = paper(&app, &s.supplier, format!("/v1/orders/{id}/print")).await;
        assert!(text.contains("今日登记的信息，下单时未留存"), "{text}");
        app.spoil("UPDATE orders SET site_version = 1 WHERE site_id IS NOT NULL").await;
    }

    async fn who_alters_where_an_order_went_is_named(app) {
        let s = app.scene().await;
        let site = a_site(&app, &s.school).await;
        let id = ordered_to(&app, &s, &site).await;
        let finds = async || yangpin::verify::verify(&app.app().desk.db, |_, _| {}).await.unwrap().to_string();
        app.spoil("UPDATE site_versions SET address = '别处'").await;
        assert!(finds().await.contains(&format!("orders id={id}")));
        app.spoil("UPDATE site_versions SET address = '通扬路1号'").await;
        app.verify().await;
        app.spoil("UPDATE orders SET site_version = NULL").await;
        assert!(finds().await.contains(&format!("orders id={id}")));
        app.spoil("UPDATE orders SET site_version = 1").await;
    }
}
