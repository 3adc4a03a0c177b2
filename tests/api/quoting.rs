//! Quotes: dry runs that explain themselves and are kept, and orders that keep a quote's prices.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::steps::{Scene, order_of, with};
use entity::Channel;
use futures_util::future::join_all;
use serde_json::{Value, json};

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

impl TestApp {
    /// Keeps the prices of these lines; the first quote.
    async fn kept(&self, by: &Member, lines: &[(&str, &str)]) -> Value {
        self.post("/v1/orders/quotes").by(by).json(&order_of(lines)).await.body(201)["quotes"][0].clone()
    }

    async fn order_by(&self, by: &Member, quote: &str) -> crate::support::Answer {
        self.post(format!("/v1/quotes/{quote}/orders")).by(by).json(&json!({})).await
    }

    /// Terms of the scene's supplier, which has set none before.
    async fn terms(&self, s: &Scene, terms: Value) {
        let path = format!("/v1/suppliers/{}/terms", s.supplier.id);
        let etag = self.get(&path).by(&s.supplier).await.is(200).etag().to_owned();
        self.patch(&path).by(&s.supplier).if_match(&etag).json(&terms).await.is(200);
    }
}

both_engines! {
    async fn a_dry_run_explains_its_prices_and_days(app) {
        let s = app.scene().await;
        app.terms(&s, json!({"lead_days": 3, "delivery_days": ["tuesday", "thursday"]})).await;
        let cheaper = json!({"product_id": s.rice.id.to_string(), "price": "200.00", "from_date": "2026-11-23", "buyer_id": s.school.id.to_string()});
        app.post("/v1/offers").by(&s.supplier).json(&cheaper).await.is(201);
        let stranger = app.given().a_hospital().await;
        let others = json!({"product_id": s.rice.id.to_string(), "price": "1.00", "from_date": "2026-11-23", "buyer_id": stranger.id.to_string()});
        app.post("/v1/offers").by(&s.supplier).json(&others).await.is(201);
        let order = order_of(&[("GR02", "2")]);
        let plain = app.post("/v1/orders/dry-run").by(&s.school).json(&order).await.body(200);
        let line = &plain["orders"][0]["lines"][0];
        assert_eq!((&line["price"], &line["price_source"]), (&json!("200.00"), &json!("offer")));
        assert!(line["offer_id"].is_string() && line.get("candidates").is_none(), "{line}");
        let told = app.post("/v1/orders/dry-run?explain=true").by(&s.school).json(&order).await.body(200);
        let part = &told["orders"][0];
        assert_eq!((&part["earliest_delivery"], &part["delivery_days"]), (&json!("2026-11-26"), &json!(["tuesday", "thursday"])));
        let why = part["lines"][0]["candidates"].as_array().unwrap();
        assert_eq!((&why[0]["verdict"], &why[0]["offer"]["offer_id"]), (&json!("wins"), &part["lines"][0]["offer_id"]));
        assert!(why.iter().any(|one| one["verdict"] == "less_specific" && one["price_at_quantity"] == "205.00"));
        assert!(!told.to_string().contains("\"1.00\""), "another buyer's price is nobody's business");
    }

    async fn a_kept_quote_holds_as_long_as_the_supplier_has_promised(app) {
        let s = app.scene().await;
        let quote = app.kept(&s.school, &[("GR02", "2")]).await;
        assert_eq!((&quote["origin"], &quote["status"], &quote["valid"]), (&json!("kept"), &json!("open"), &json!(true)));
        assert_eq!((&quote["total"], &quote["valid_until"]), (&json!("410.00"), &json!("2026-11-30")), "prices are announced 7 days ahead");
        let longer = with(order_of(&[("GR02", "2")]), "valid_until", "2026-12-01");
        let refused = app.post("/v1/orders/quotes").by(&s.school).json(&longer).await;
        assert_eq!(refused.faults(422), ["quote_valid_until /valid_until"]);
        assert_eq!(refused.value_of_fault(0, "latest"), "2026-11-30");
        app.terms(&s, json!({"notice_days": 60})).await;
        assert_eq!(app.kept(&s.school, &[("GR02", "2")]).await["valid_until"], "2026-12-23", "30 days at most");
        app.given().another_price(&s.rice, Channel::SchoolCanteen, "300.00").await;
        assert_eq!(app.kept(&s.school, &[("GR02", "2")]).await["valid_until"], "2026-11-23", "the offer ends today");
        let twice = app.post("/v1/orders/quotes").by(&s.school).json(&order_of(&[("GR02", "2"), ("GR02", "1")])).await;
        assert_eq!(twice.faults(422), ["quote_line_twice /lines/1/sku"]);
    }

    async fn one_quote_for_each_supplier(app) {
        let s = app.scene().await;
        let other = app.given().a_supplier().called("洋州粮油").await;
        app.given().a_product("OIL", &other).priced("55.50").await;
        let kept = app.post("/v1/orders/quotes").by(&s.school).json(&order_of(&[("GR02", "2"), ("OIL", "3")])).await.body(201);
        let totals: Vec<&Value> = kept["quotes"].as_array().unwrap().iter().map(|quote| &quote["total"]).collect();
        assert_eq!(totals, ["410.00", "166.50"]);
        let theirs = app.get("/v1/quotes").by(&other).await.body(200);
        assert_eq!(theirs["items"].as_array().unwrap().len(), 1);
        assert_eq!(theirs["items"][0]["supplier_name"], "洋州粮油");
    }

    async fn an_order_by_a_quote_keeps_its_prices(app) {
        let s = app.scene().await;
        let quote = id(&app.kept(&s.school, &[("GR02", "2")]).await);
        app.given().another_price(&s.rice, Channel::SchoolCanteen, "300.00").await;
        app.days_pass(2);
        let group = app.order_by(&s.school, &quote).await.body(201);
        assert_eq!((&group["orders"][0]["amount"], &group["orders"][0]["lines"][0]["price"]), (&json!("410.00"), &json!("205.00")));
        let order = app.read_order(&s.school, &id(&group["orders"][0])).await.body(200);
        assert_eq!((&order["lines"][0]["price_source"], &order["deliver_on"]), (&json!("quote"), &json!("2026-12-01")));
        let read = app.get(format!("/v1/quotes/{quote}")).by(&s.supplier).await.body(200);
        assert_eq!((&read["status"], &read["order_group_id"]), (&json!("used"), &group["order_group_id"]));
        let again = app.order_by(&s.school, &quote).await;
        assert_eq!(again.problem(409), "agreement_closed");
        assert_eq!(again.value_of_fault(0, "state"), "used");
        app.cancel(&s.school, &id(&group["orders"][0])).await.is(200);
        assert_eq!(app.order_by(&s.school, &quote).await.problem(409), "agreement_closed", "once is once");
        let today = app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        assert_eq!(today["orders"][0]["amount"], "600.00");
        let entries = app.get("/v1/events").by(&s.supplier).await.body(200).to_string();
        assert!(entries.contains("quote.kept") && entries.contains("quote.used"));
    }

    async fn a_quote_is_for_its_buyer_its_channel_and_all_of_it(app) {
        let s = app.scene().await;
        app.given().a_product("OIL", &s.supplier).priced("55.50").await;
        let quote = id(&app.kept(&s.school, &[("GR02", "2"), ("OIL", "3")]).await);
        let by = |lines: &[(&str, &str)]| with(order_of(lines), "quote_id", quote.as_str());
        let place = |who: &Member, order: Value| app.post("/v1/orders").by(who).json(&order).into_future();
        let stranger = app.given().a_hospital().await;
        assert_eq!(place(&stranger, by(&[("GR02", "2"), ("OIL", "3")])).await.faults(422), ["agreement_unknown /quote_id"]);
        assert_eq!(place(&s.school, by(&[("GR02", "2")])).await.faults(422), ["quote_lines_missing /lines"]);
        assert_eq!(place(&s.school, by(&[("GR02", "3"), ("OIL", "3")])).await.faults(422), ["agreed_quantity /lines/0/quantity"]);
        let more = by(&[("GR02", "2"), ("OIL", "3"), ("OIL", "3")]);
        assert!(place(&s.school, more).await.status >= 400, "no more than was quoted");
        let welfare = with(by(&[("GR02", "2"), ("OIL", "3")]), "channel", "union_welfare");
        assert_eq!(place(&s.school, welfare).await.faults(422), ["quote_channel /channel"]);
        let both = with(by(&[("GR02", "2"), ("OIL", "3")]), "contract_id", quote.as_str());
        assert_eq!(place(&s.school, both).await.faults(422), ["two_agreements /quote_id"]);
        assert_eq!(app.written().await[3], 0);
        place(&s.school, by(&[("OIL", "3"), ("GR02", "2")])).await.is(201);
    }

    async fn a_quote_ends_with_its_last_day(app) {
        let s = app.scene().await;
        let quote = id(&app.kept(&s.school, &[("GR02", "2")]).await);
        let other = id(&app.kept(&s.school, &[("GR02", "2")]).await);
        let ending = |from: &str, to: &str| {
            let path = format!("/v1/quotes?status=open&ends_from={from}&ends_to={to}");
            app.get(path).by(&s.school).into_future()
        };
        assert_eq!(ending("2026-11-28", "2026-11-30").await.body(200)["items"].as_array().unwrap().len(), 2);
        assert_eq!(ending("2026-12-01", "2026-12-31").await.body(200)["items"].as_array().unwrap().len(), 0);
        app.at("2026-11-30T15:00:00Z");
        let last = app.post(format!("/v1/quotes/{quote}/orders")).by(&s.school).json(&json!({"external_order_no": "Q-1"})).await.body(201);
        app.at("2026-11-30T17:00:00Z");
        let same = app.post(format!("/v1/quotes/{quote}/orders")).by(&s.school).json(&json!({"external_order_no": "Q-1"})).await.body(200);
        assert_eq!(same["order_group_id"], last["order_group_id"], "the buyer's own number names the group for ever");
        let late = app.post(format!("/v1/quotes/{other}/orders")).by(&s.school).json(&json!({"deliver_on": "2026-12-05"})).await;
        assert_eq!(late.faults(422), ["agreement_days /quote_id"]);
        assert_eq!(app.get(format!("/v1/quotes/{other}")).by(&s.school).await.body(200)["valid"], false);
    }

    async fn stock_and_what_may_be_sold_hold_for_quotes_too(app) {
        let s = app.scene().await;
        let many = id(&app.kept(&s.school, &[("GR02", "60")]).await);
        let more = id(&app.kept(&s.school, &[("GR02", "50")]).await);
        let third = id(&app.kept(&s.school, &[("GR02", "2")]).await);
        app.order_by(&s.school, &many).await.is(201);
        assert_eq!(app.order_by(&s.school, &more).await.faults(409), ["stock_short /lines/0/quantity"]);
        let read = app.get(format!("/v1/quotes/{more}")).by(&s.school).await.body(200);
        assert_eq!(read["status"], "open", "what was refused is not used up");
        let path = format!("/v1/products/{}", s.rice.id);
        let etag = app.get(&path).by(&s.supplier).await.is(200).etag().to_owned();
        app.post(format!("{path}/archive")).by(&s.supplier).if_match(&etag).json(&json!({})).await.is(200);
        assert_eq!(app.order_by(&s.school, &third).await.faults(422), ["product_unknown /lines/0/sku"]);
    }

    async fn freight_of_a_quote_is_kept(app) {
        let s = app.scene().await;
        app.given().freight_of(&s.supplier, "30.00", Some("1000.00")).await;
        let trial = app.post("/v1/orders/dry-run").by(&s.school).json(&order_of(&[("GR02", "2")])).await.body(200);
        assert_eq!((&trial["orders"][0]["freight"], &trial["amount"]), (&json!("30.00"), &json!("440.00")));
        let quote = app.kept(&s.school, &[("GR02", "2")]).await;
        assert_eq!((&quote["goods"], &quote["freight"], &quote["total"]), (&json!("410.00"), &json!("30.00"), &json!("440.00")));
        let free = app.kept(&s.school, &[("GR02", "5")]).await;
        assert_eq!((&free["freight"], &free["total"]), (&json!("0.00"), &json!("1025.00")), "free from 1,000 on");
        let terms = format!("/v1/suppliers/{}/terms", s.supplier.id);
        let read = app.get(&terms).by(&s.supplier).await.is(200);
        let product = read.json["freight"]["product_id"].clone();
        let dearer = json!({"freight": {"included": false, "product_id": product, "fee": "80.00"}});
        app.patch(&terms).by(&s.supplier).if_match(read.etag()).json(&dearer).await.is(200);
        let group = app.order_by(&s.school, &id(&quote)).await.body(201);
        let order = app.read_order(&s.school, &id(&group["orders"][0])).await.body(200);
        assert_eq!(order["amount"], "440.00");
        let lines: Vec<(&Value, &Value)> = order["lines"].as_array().unwrap().iter().map(|line| (&line["price_source"], &line["amount"])).collect();
        assert_eq!(lines, [(&json!("quote"), &json!("410.00")), (&json!("quote"), &json!("30.00"))]);
        let group = app.order_by(&s.school, &id(&free)).await.body(201);
        assert_eq!(group["orders"][0]["amount"], "1025.00", "free when it was kept");
        let group = app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        assert_eq!(group["orders"][0]["amount"], "490.00", "everybody else pays what holds today");
    }

    async fn of_sixteen_orders_at_once_by_one_quote_one_is_placed(app) {
        let s = app.scene().await;
        let quote = id(&app.kept(&s.school, &[("GR02", "2")]).await);
        let other = app.another_process().await;
        let asks = (0..16).map(|at| {
            let (app, school, quote) = (if at % 2 == 0 { app.clone() } else { other.clone() }, s.school.clone(), quote.clone());
            tokio::spawn(async move { app.order_by(&school, &quote).await.status })
        });
        let mut statuses: Vec<u16> = join_all(asks).await.into_iter().map(Result::unwrap).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201; 1], vec![409; 15]].concat());
        assert_eq!((app.held(&s.rice).await, app.written().await[3]), (2_000, 1));
        other.close().await;
    }

    async fn an_order_by_a_suppliers_answer_keeps_its_day_and_price(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({})).await;
        let quote = app.bid(&b, &inquiry, 0, "188.88", json!({"freight": "12.34", "freight_sku": "YF1"})).await;
        app.bid(&b, &inquiry, 1, "199.00", json!({})).await;
        app.days_pass(8);
        let early = app.order_by(&b.school, &quote).await;
        assert_eq!(early.problem(409), "agreement_closed", "not chosen yet");
        app.choose(&b.school, &inquiry, json!({"quote_id": quote})).await.is(200);
        let sooner = app.post(format!("/v1/quotes/{quote}/orders")).by(&b.school).json(&json!({"deliver_on": "2026-12-14"})).await;
        assert_eq!(sooner.faults(422), ["quote_delivery_day /deliver_on"]);
        let group = app.order_by(&b.school, &quote).await.body(201);
        let order = &group["orders"][0];
        assert_eq!((&order["lines"][0]["price"], &order["deliver_on"]), (&json!("188.88"), &json!("2026-12-15")));
        assert_eq!((&order["lines"][0]["amount"], &order["lines"][1]["amount"], &order["amount"]), (&json!("3777.60"), &json!("12.34"), &json!("3789.94")));
    }

    async fn the_recount_names_a_quote_that_was_edited(app) {
        use sea_orm::ConnectionTrait;
        let s = app.scene().await;
        let quote = app.kept(&s.school, &[("GR02", "2")]).await;
        app.order_by(&s.school, &id(&quote)).await.is(201);
        let db = &app.app().desk.db;
        let report = || async { yangpin::verify::verify(db, |_, _| {}).await.unwrap() };
        assert!(report().await.is_clean());
        db.write().execute_unprepared("CREATE TEMP TABLE kept AS SELECT used_at FROM quotes").await.unwrap();
        for (edit, undo) in [
            ("UPDATE quote_lines SET price = price + 1", "UPDATE quote_lines SET price = price - 1"),
            ("UPDATE order_lines SET price = price + 1", "UPDATE order_lines SET price = price - 1"),
            ("UPDATE quotes SET goods = goods + 1, total = total + 1", "UPDATE quotes SET goods = goods - 1, total = total - 1"),
            ("UPDATE quotes SET state = 'open', order_group_id = NULL, used_at = NULL", ""),
        ] {
            db.write().execute_unprepared(edit).await.unwrap();
            let found = report().await;
            assert!(found.findings.iter().any(|one| one.place.starts_with("quotes id=")), "{edit}: {found}");
            if !undo.is_empty() {
                db.write().execute_unprepared(undo).await.unwrap();
            }
        }
        let mend = "UPDATE quotes SET state = 'used', used_at = (SELECT used_at FROM kept), order_group_id = (SELECT id FROM order_groups)";
        db.write().execute_unprepared(mend).await.unwrap();
        assert!(report().await.is_clean());
    }
}
