//! Asking suppliers for quotes (三方询价): sealed answers, the comparison, the choice.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::given_goods::Goods;
use futures_util::future::join_all;
use serde_json::{Value, json};

/// A school, and three suppliers each with a rice of its own.
pub struct Bidding {
    pub school: Member,
    pub suppliers: Vec<(Member, Goods)>,
}

impl Bidding {
    fn ids(&self) -> Vec<String> {
        self.suppliers.iter().map(|(supplier, _)| supplier.id.to_string()).collect()
    }
}

impl TestApp {
    pub async fn bidding(&self) -> Bidding {
        let school = self.given().a_school_canteen().await;
        let mut suppliers = Vec::new();
        for no in 1..=3 {
            let supplier = self.given().a_supplier().called(&format!("合作社{no}")).await;
            let rice = self
                .given()
                .a_product(&format!("RICE{no}"), &supplier)
                .weighing("25")
                .with_stock("100")
                .await;
            self.given().a_product_of_freight(&format!("YF{no}"), &supplier).await;
            suppliers.push((supplier, rice));
        }
        Bidding { school, suppliers }
    }

    /// Asks all three for 500 kg of rice; the inquiry's id.
    pub async fn ask(&self, b: &Bidding, more: Value) -> String {
        let mut body = need(&b.ids());
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let asked = self.post("/v1/inquiries").by(&b.school).json(&body).await.body(201);
        asked["id"].as_str().unwrap().to_owned()
    }

    /// A supplier answers with 20 bags of its rice at this price; the quote's id.
    pub async fn bid(&self, b: &Bidding, inquiry: &str, no: usize, price: &str, more: Value) -> String {
        let (supplier, rice) = &b.suppliers[no];
        let mut body = answer(&rice.sku, price);
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let path = format!("/v1/inquiries/{inquiry}/answer");
        let made = self.post(path).by(supplier).json(&body).await.body(201);
        made["id"].as_str().unwrap().to_owned()
    }

    pub async fn choose(&self, by: &Member, inquiry: &str, body: Value) -> crate::support::Answer {
        self.post(format!("/v1/inquiries/{inquiry}/choose")).by(by).json(&body).await
    }
}

pub fn need(suppliers: &[String]) -> Value {
    json!({"deliver_by": "2026-12-20", "answer_by": "2026-11-30", "supplier_ids": suppliers,
        "lines": [{"wanted": "黑米，当年新米", "category_code": "grain", "quantity": "500", "unit": "kg", "spec": "25 kg/袋"}]})
}

pub fn answer(sku: &str, price: &str) -> Value {
    json!({"lines": [{"line_no": 1, "sku": sku, "quantity": "20", "price": price}], "deliver_on": "2026-12-15", "valid_until": "2026-12-31"})
}

fn kinds(events: &Value) -> Vec<String> {
    let all = events["items"].as_array().unwrap().iter();
    all.map(|one| one["kind"].as_str().unwrap().to_owned())
        .filter(|kind| kind.starts_with("inquiry.") || kind.starts_with("quote."))
        .collect()
}

both_engines! {
    async fn three_answers_are_compared_and_the_cheapest_is_chosen(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({"note": "请报到校价"})).await;
        let path = format!("/v1/inquiries/{inquiry}");
        let dear = app.bid(&b, &inquiry, 0, "205.00", json!({})).await;
        let cheap = app.bid(&b, &inquiry, 1, "198.00", json!({"freight": "100.00", "freight_sku": "YF2"})).await;
        let read = app.get(&path).by(&b.school).await.body(200);
        assert_eq!((&read["quotes_on_file"], &read["three_quotes"], &read["opened"]), (&json!(2), &json!(false), &json!(false)));
        assert_eq!(read["note"], "请报到校价");
        let middle = app.bid(&b, &inquiry, 2, "200.00", json!({"freight": "60.00", "freight_sku": "YF3"})).await;
        app.days_pass(8);
        let read = app.get(&path).by(&b.school).await.body(200);
        assert_eq!((&read["quotes_on_file"], &read["three_quotes"], &read["opened"]), (&json!(3), &json!(true), &json!(true)));
        let compared = app.get(format!("{path}/comparison")).by(&b.school).await.body(200);
        let row = |at: usize, name: &str| compared["quotes"][at][name].clone();
        assert_eq!([row(0, "quote_id"), row(1, "quote_id"), row(2, "quote_id")], [json!(cheap), json!(middle), json!(dear)]);
        assert_eq!([row(0, "total"), row(1, "total"), row(2, "total")], [json!("4060.00"), json!("4060.00"), json!("4100.00")]);
        assert_eq!([row(0, "cheapest"), row(1, "cheapest"), row(2, "cheapest")], [json!(true), json!(true), json!(false)], "both cost the same");
        let by_line = &compared["lines"][0]["answers"];
        assert_eq!((&by_line[0]["quote_id"], &by_line[0]["cheapest"], &by_line[1]["cheapest"]), (&json!(cheap), &json!(true), &json!(false)));
        let chosen = app.choose(&b.school, &inquiry, json!({"quote_id": middle})).await.body(200);
        assert_eq!((&chosen["status"], &chosen["chosen_quote_id"]), (&json!("decided"), &json!(middle)));
        let status = |id: &str, by: &Member| app.get(format!("/v1/quotes/{id}")).by(by).into_future();
        assert_eq!(status(&middle, &b.school).await.body(200)["status"], "open");
        assert_eq!(status(&dear, &b.suppliers[0].0).await.body(200)["status"], "not_chosen");
        let again = app.choose(&b.school, &inquiry, json!({"quote_id": cheap})).await;
        assert_eq!(again.problem(409), "inquiry_state");
    }

    async fn another_than_the_cheapest_wants_a_reason(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({})).await;
        let dear = app.bid(&b, &inquiry, 0, "205.00", json!({})).await;
        app.bid(&b, &inquiry, 1, "198.00", json!({})).await;
        app.days_pass(8);
        let without = app.choose(&b.school, &inquiry, json!({"quote_id": dear})).await;
        assert_eq!(without.faults(422), ["choice_reason_needed /reason"]);
        let chosen = app.choose(&b.school, &inquiry, json!({"quote_id": dear, "reason": "样品更好"})).await.body(200);
        assert_eq!((&chosen["reason"], &chosen["three_quotes"]), (&json!("样品更好"), &json!(false)));
        let seen = app.get(format!("/v1/inquiries/{inquiry}")).by(&b.suppliers[1].0).await.body(200);
        assert!(seen["reason"].is_null() && seen["chosen_quote_id"].is_null() && seen["quotes_on_file"].is_null(), "{seen}");
        assert_eq!(seen["suppliers"].as_array().unwrap().len(), 1, "a supplier does not learn who else was asked");
    }

    async fn answers_are_sealed_until_their_last_day_is_over(app) {
        let b = app.bidding().await;
        let auditor = app.given().an_auditor().await;
        let inquiry = app.ask(&b, json!({})).await;
        let quote = app.bid(&b, &inquiry, 0, "205.00", json!({})).await;
        for no in [1, 2] {
            app.bid(&b, &inquiry, no, "199.00", json!({})).await;
        }
        let path = format!("/v1/quotes/{quote}");
        for sealed in [&b.school, &auditor, &b.suppliers[1].0] {
            assert_eq!(app.get(&path).by(sealed).await.status, 404);
            let listed = app.get(format!("/v1/quotes?inquiry_id={inquiry}")).by(sealed).await.body(200);
            let own = usize::from(sealed.id == b.suppliers[1].0.id);
            assert_eq!(listed["items"].as_array().unwrap().len(), own);
        }
        assert_eq!(app.get(&path).by(&b.suppliers[0].0).await.body(200)["status"], "given");
        let comparison = format!("/v1/inquiries/{inquiry}/comparison");
        let sealed = app.get(&comparison).by(&b.school).await.body(200);
        assert_eq!((&sealed["opened"], &sealed["quotes_on_file"], &sealed["quotes"], &sealed["lines"]), (&json!(false), &json!(3), &json!([]), &json!([])));
        assert_eq!(app.choose(&b.school, &inquiry, json!({"quote_id": quote})).await.problem(409), "inquiry_sealed");
        let events = app.get("/v1/events").by(&b.school).await.body(200);
        let told: Vec<&Value> = events["items"].as_array().unwrap().iter().flat_map(|event| [&event["what"], &event["amount"]]).collect();
        let told = serde_json::to_string(&told).unwrap();
        assert!(!told.contains("41.00") && !told.contains("4100"), "{told}");
        assert_eq!(kinds(&events), ["inquiry.asked", "inquiry.invited", "inquiry.invited", "inquiry.invited", "quote.given", "quote.given", "quote.given"]);
        let theirs = app.get("/v1/events").by(&b.suppliers[1].0).await.body(200);
        assert_eq!(kinds(&theirs), ["inquiry.invited", "quote.given"]);
        app.at("2026-11-30T15:59:59Z");
        assert_eq!(app.get(&path).by(&b.school).await.status, 404, "the last day ends at midnight in Shanghai");
        app.at("2026-11-30T16:00:00Z");
        assert_eq!(app.get(&path).by(&b.school).await.body(200)["total"], "4100.00");
        assert_eq!(app.get(&path).by(&auditor).await.body(200)["total"], "4100.00");
        assert_eq!(app.get(&path).by(&b.suppliers[1].0).await.status, 404, "from other suppliers for good");
        let late = app.post(format!("/v1/inquiries/{inquiry}/decline")).by(&b.suppliers[0].0).json(&json!({"reason": "other"})).await;
        assert_eq!(late.problem(409), "inquiry_answered");
    }

    async fn answers_are_opened_when_all_have_said_something_where_the_buyer_wants_it(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({"open_when_answered": true})).await;
        let quote = app.bid(&b, &inquiry, 0, "205.00", json!({})).await;
        app.bid(&b, &inquiry, 1, "206.00", json!({})).await;
        let path = format!("/v1/quotes/{quote}");
        assert_eq!(app.get(&path).by(&b.school).await.status, 404);
        let declined = app.post(format!("/v1/inquiries/{inquiry}/decline")).by(&b.suppliers[2].0).json(&json!({"reason": "out_of_stock"})).await.body(200);
        assert_eq!((&declined["suppliers"][0]["status"], &declined["suppliers"][0]["reason"]), (&json!("declined"), &json!("out_of_stock")));
        assert_eq!(app.get(&path).by(&b.school).await.body(200)["status"], "given");
        let read = app.get(format!("/v1/inquiries/{inquiry}")).by(&b.school).await.body(200);
        assert_eq!((&read["quotes_on_file"], &read["three_quotes"], &read["opened"]), (&json!(2), &json!(false), &json!(true)));
        app.choose(&b.school, &inquiry, json!({"quote_id": quote})).await.is(200);
    }

    async fn an_inquiry_withdrawn_early_stays_sealed(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({})).await;
        let quote = app.bid(&b, &inquiry, 0, "205.00", json!({})).await;
        let withdrawn = app.post(format!("/v1/inquiries/{inquiry}/withdraw")).by(&b.school).await.body(200);
        assert_eq!(withdrawn["status"], "withdrawn");
        app.days_pass(30);
        assert_eq!(app.get(format!("/v1/quotes/{quote}")).by(&b.school).await.status, 404);
        assert_eq!(app.get(format!("/v1/quotes/{quote}")).by(&b.suppliers[0].0).await.body(200)["status"], "not_chosen");
        let late = app.post(format!("/v1/inquiries/{inquiry}/answer")).by(&b.suppliers[1].0).json(&answer("RICE2", "1.00")).await;
        assert_eq!(late.problem(409), "inquiry_closed");
        assert_eq!(app.post(format!("/v1/inquiries/{inquiry}/withdraw")).by(&b.school).await.problem(409), "inquiry_state");
    }

    async fn an_answer_keeps_the_rules_or_hears_them_all(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({})).await;
        let before = app.written().await;
        let path = format!("/v1/inquiries/{inquiry}/answer");
        let wrong = json!({"lines": [{"line_no": 1, "sku": "RICE2", "quantity": "20", "price": "1.00"}],
            "freight": "-1.00", "deliver_on": "2026-11-23", "valid_until": "2026-11-30"});
        let refused = app.post(&path).by(&b.suppliers[0].0).json(&wrong).await;
        let told = ["quote_valid_until /valid_until", "delivery_day /deliver_on", "freight_out_of_range /freight", "product_unknown /lines/0/sku"];
        assert_eq!(refused.faults(422), told, "what others sell is unknown");
        let fee = |sku: Option<&str>| {
            let mut body = answer("RICE1", "1.00");
            body["freight"] = json!("5.00");
            if let Some(sku) = sku {
                body["freight_sku"] = json!(sku);
            }
            app.post(&path).by(&b.suppliers[0].0).json(&body).into_future()
        };
        assert_eq!(fee(None).await.faults(422), ["freight_product_needed /freight_sku"]);
        assert_eq!(fee(Some("RICE1")).await.faults(422), ["freight_product_needed /freight_sku"], "rice is no freight");
        assert_eq!(fee(Some("YF2")).await.faults(422), ["product_unknown /freight_sku"]);
        let little = json!({"lines": [{"line_no": 1, "sku": "RICE1", "quantity": "19", "price": "1.00"}],
            "deliver_on": "2026-12-15", "valid_until": "2026-12-31"});
        assert_eq!(app.post(&path).by(&b.suppliers[0].0).json(&little).await.faults(422), ["quote_too_little /lines/0/quantity"], "19 × 25 kg");
        let twice = json!({"lines": [{"line_no": 1, "sku": "RICE1", "quantity": "20", "price": "1.00"}, {"line_no": 1, "sku": "RICE1", "quantity": "20", "price": "1.00"},
            {"line_no": 2, "sku": "RICE1", "quantity": "20", "price": "1.00"}], "deliver_on": "2026-12-15", "valid_until": "2026-12-31"});
        let told = ["line_count /lines", "inquiry_line_twice /lines/1/line_no", "quote_line_twice /lines/1/sku", "quote_line_twice /lines/2/sku", "inquiry_line_unknown /lines/2/line_no"];
        assert_eq!(app.post(&path).by(&b.suppliers[0].0).json(&twice).await.faults(422), told);
        assert_eq!(app.written().await, before);
        app.bid(&b, &inquiry, 0, "205.00", json!({})).await;
        let again = app.post(&path).by(&b.suppliers[0].0).json(&answer("RICE1", "204.00")).await;
        assert_eq!(again.problem(409), "inquiry_answered", "an answer stands");
        let stranger = app.given().a_supplier().called("没问的").await;
        assert_eq!(app.post(&path).by(&stranger).json(&answer("RICE1", "1.00")).await.status, 404);
    }

    async fn an_inquiry_keeps_the_rules_or_hears_them_all(app) {
        let b = app.bidding().await;
        let mut body = need(&[b.ids()[0].clone(), b.ids()[0].clone(), b.school.id.to_string()]);
        body["answer_by"] = json!("2026-11-22");
        body["deliver_by"] = json!("2026-11-22");
        body["lines"] = json!([{"wanted": "米", "category_code": "none", "quantity": "0", "unit": "kg"}]);
        body["channel"] = json!("supermarket");
        let told = ["answer_day /answer_by", "delivery_day /deliver_by", "quantity_not_positive /lines/0/quantity", "unknown_category /lines/0/category_code",
            "supplier_twice /supplier_ids/1", "unknown_supplier /supplier_ids/2", "channel_not_allowed /channel"];
        assert_eq!(app.post("/v1/inquiries").by(&b.school).json(&body).await.faults(422), told);
    }

    async fn of_many_choices_at_once_one_is_made(app) {
        let b = app.bidding().await;
        let inquiry = app.ask(&b, json!({})).await;
        let mut quotes = Vec::new();
        for no in 0..3 {
            quotes.push(app.bid(&b, &inquiry, no, "200.00", json!({})).await);
        }
        app.days_pass(8);
        let asks = (0..12).map(|at| {
            let (app, school, inquiry, quote) = (app.clone(), b.school.clone(), inquiry.clone(), quotes[at % 3].clone());
            tokio::spawn(async move { app.choose(&school, &inquiry, json!({"quote_id": quote})).await.status })
        });
        let mut statuses: Vec<u16> = join_all(asks).await.into_iter().map(Result::unwrap).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![200; 1], vec![409; 11]].concat());
        assert_eq!(app.number("SELECT COUNT(*) FROM quotes WHERE state = 'open'").await, 1);
    }
}
