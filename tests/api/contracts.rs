//! Framework contracts: how they come into force and end, who sees them, and orders that draw on them up to their cap.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::steps::{order_of, with};
use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// An order by a contract.
fn by(contract: &str, lines: &[(&str, &str)]) -> Value {
    with(order_of(lines), "contract_id", contract)
}

async fn seen(app: &TestApp, member: &Member, query: &str) -> Vec<String> {
    let list = app.get(format!("/v1/contracts?{query}")).by(member).await.body(200);
    let items = list["items"].as_array().unwrap().iter();
    items.map(|one| one["contract_id"].as_str().unwrap().to_owned()).collect()
}

async fn close_short(app: &TestApp, by: &Member, id: &str, line: i32, quantity: &str) {
    let body = json!({"lines": [{"line_no": line, "quantity": quantity}]});
    app.post(format!("/v1/orders/{id}/close-short")).by(by).json(&body).await.is(200);
}

both_engines! {
    async fn one_side_writes_and_proposes_and_the_other_accepts(app) {
        let s = app.scene().await;
        let id = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").drafted().await;
        let path = format!("/v1/contracts/{id}");
        assert_eq!(app.get(&path).by(&s.school).await.status, 404, "the other side does not see what is being written");
        assert_eq!(seen(&app, &s.school, "").await, Vec::<String>::new());
        let changed = app.patch(&path).by(&s.supplier).if_match("\"v1\"").json(&json!({"cap": "500.00"})).await.is(200);
        assert_eq!((changed.etag(), &changed.json["cap"]), ("\"v2\"", &json!("500.00")));
        assert_eq!(app.step(&s.supplier, &id, "propose", 1).await.status, 412);
        assert_eq!(app.post(format!("{path}/propose")).by(&s.supplier).await.status, 428);
        app.step(&s.supplier, &id, "propose", 2).await.is(200);
        assert_eq!(app.step(&s.supplier, &id, "accept", 3).await.problem(403), "not_your_contract_step");
        assert_eq!(app.step(&s.school, &id, "withdraw", 3).await.problem(403), "not_your_contract_step");
        let answer = app.patch(&path).by(&s.supplier).if_match("\"v3\"").json(&json!({"cap": "900.00"})).await;
        assert_eq!(answer.problem(409), "contract_state");
        app.step(&s.supplier, &id, "withdraw", 3).await.is(200);
        app.step(&s.supplier, &id, "propose", 4).await.is(200);
        let agreed = app.step(&s.school, &id, "accept", 5).await.is(200);
        assert_eq!((&agreed.json["status"], &agreed.json["left"], agreed.etag()), (&json!("in_force"), &json!("500.00"), "\"v6\""));
        assert_eq!(agreed.json["goods"][0]["sku"], "GR02");
        assert_eq!(app.step(&s.school, &id, "refuse", 6).await.problem(409), "contract_state");
        let refused = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").written_by_the_buyer().proposed().await;
        app.step(&s.supplier, &refused, "refuse", 2).await.is(200);
        assert_eq!(app.post("/v1/orders").by(&s.school).json(&by(&refused, &[("GR02", "1")])).await.faults(409), ["agreement_closed /contract_id"]);
        app.verify().await;
    }

    async fn a_contract_is_given_up_before_its_last_day_and_closed_after(app) {
        let s = app.scene().await;
        let contract = || app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").with("to_date", "2026-12-23");
        let (one, two) = (contract().in_force().await, contract().in_force().await);
        assert_eq!(app.step(&s.school, &one, "end", 3).await.problem(409), "contract_not_over");
        let given_up = app.step(&s.school, &one, "terminate", 3).await.body(200);
        assert_eq!((&given_up["status"], &given_up["ended_reason"]), (&json!("terminated"), &json!("mutual_agreement")));
        assert_eq!(seen(&app, &s.school, "ending_by=2026-12-23").await, std::slice::from_ref(&two), "those that end soon are found");
        assert_eq!(seen(&app, &s.school, "ending_by=2026-12-22").await, Vec::<String>::new());
        assert_eq!(seen(&app, &s.supplier, "open_on=2026-12-23&status=in_force").await, std::slice::from_ref(&two));
        app.days_pass(31);
        let read = app.get(format!("/v1/contracts/{two}")).by(&s.school).await.body(200);
        assert_eq!((&read["status"], &read["expired"]), (&json!("in_force"), &json!(true)));
        let late = with(by(&two, &[("GR02", "1")]), "deliver_on", "2027-01-05");
        assert_eq!(app.post("/v1/orders").by(&s.school).json(&late).await.faults(422), ["agreement_days /contract_id"]);
        assert_eq!(app.step(&s.school, &two, "terminate", 3).await.problem(409), "contract_over");
        assert_eq!(app.step(&s.supplier, &two, "end", 3).await.body(200)["status"], "ended");
        app.verify().await;
    }

    async fn all_faults_of_a_contract_are_told_at_once(app) {
        let s = app.scene().await;
        let other = app.given().a_supplier().called("别家").await;
        let beans = app.given().a_product("BEAN", &other).await;
        let good = |id: &str| json!({"product_id": id, "price": "1.00"});
        let rice = s.rice.id.to_string();
        let body = json!({"contract_no": "KJ-1", "buyer_id": other.id.to_string(), "from_date": "2026-11-02", "to_date": "2026-11-01", "cap": "0.00",
            "freight": "fee", "goods": [good(&rice), good(&rice), good(&beans.id.to_string()), {"product_id": rice, "price": "1.00", "least": "0"}]});
        let answer = app.post("/v1/contracts").by(&s.supplier).json(&body).await;
        assert_eq!(answer.faults(422), ["no_contract_buyer /buyer_id", "contract_term /to_date", "contract_cap_range /cap", "freight_terms /freight_fee",
            "goods_twice /goods/1/product_id", "not_of_supplier /goods/2/product_id", "goods_twice /goods/3/product_id", "quantity_not_positive /goods/3/least"]);
        let body = json!({"contract_no": "KJ-1", "from_date": "2026-11-23", "to_date": "2026-12-01", "cap": "1.00", "goods": [good(&rice)]});
        assert_eq!(app.post("/v1/contracts").by(&s.supplier).json(&body).await.faults(422), ["other_side_needed /buyer_id"]);
        let body = with(body, "buyer_id", s.school.id.to_string());
        app.post("/v1/contracts").by(&s.supplier).json(&body).await.is(201);
        assert_eq!(app.post("/v1/contracts").by(&s.supplier).json(&body).await.faults(409), ["contract_no_taken /contract_no"]);
    }

    async fn officials_see_contracts_of_their_remit_and_nobody_those_of_others(app) {
        let s = app.scene().await;
        let far = app.given().a_hospital().in_town("东陈镇").await;
        let id = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").with("other_buyer_ids", vec![far.id.to_string()]).in_force().await;
        let (here, there) = (app.given().an_official_of_town("白蒲镇").await, app.given().an_official_of_town("东陈镇").await);
        let elsewhere = app.given().an_official_of_town("搬经镇").await;
        let stranger = app.given().a_supermarket().await;
        for (member, sees) in [(&here, true), (&there, true), (&far, true), (&elsewhere, false), (&stranger, false)] {
            assert_eq!(app.get(format!("/v1/contracts/{id}")).by(member).await.status, if sees { 200 } else { 404 });
            assert_eq!(seen(&app, member, "").await.len(), usize::from(sees));
        }
        app.place(&far, &by(&id, &[("GR02", "1")])).await;
        assert_eq!(app.step(&far, &id, "terminate", 4).await.problem(403), "not_your_contract_step", "who may only order decides nothing");
        assert_eq!(app.post("/v1/orders").by(&stranger).json(&by(&id, &[("GR02", "1")])).await.faults(422), ["agreement_unknown /contract_id"]);
    }

    async fn an_order_takes_the_prices_of_its_contract_up_to_the_cap(app) {
        let s = app.scene().await;
        app.given().a_product("BEAN", &s.supplier).await;
        let id = app.given().a_contract(&s.supplier, &s.school).of_as(&s.rice, "198.00", json!({"least": "2", "step": "2"})).with_cap("1000.00").in_force().await;
        let trial = app.post("/v1/orders/dry-run").by(&s.school).json(&by(&id, &[("GR02", "2")])).await.body(200);
        assert_eq!((&trial["amount"], &trial["orders"][0]["lines"][0]["price_source"]), (&json!("396.00"), &json!("contract")));
        assert_eq!(app.drawn(&s.school, &id).await, "0.00", "a dry run draws nothing");
        let group = app.place(&s.school, &by(&id, &[("GR02", "4")])).await;
        let line = &group["orders"][0]["lines"][0];
        assert_eq!((&line["price"], &line["amount"], &line["contract_id"]), (&json!("198.00"), &json!("792.00"), &json!(id)));
        let order = app.read_order(&s.school, group["orders"][0]["id"].as_str().unwrap()).await.body(200);
        assert_eq!(order["lines"][0]["contract_id"], json!(id));
        let contract = app.get(format!("/v1/contracts/{id}")).by(&s.supplier).await.is(200);
        assert_eq!((&contract.json["drawn"], &contract.json["left"], contract.etag()), (&json!("792.00"), &json!("208.00"), "\"v4\""));
        assert_eq!(contract.json["goods"][0]["drawn"], "4");
        let refused = |lines: &[(&str, &str)]| app.post("/v1/orders").by(&s.school).json(&by(&id, lines)).into_future();
        let answer = refused(&[("GR02", "2")]).await;
        assert_eq!((answer.faults(409), answer.value_of_fault(0, "left")), (vec!["agreement_exhausted /contract_id".to_owned()], "208.00"));
        assert_eq!(refused(&[("GR02", "1"), ("GR02", "3"), ("BEAN", "1")]).await.faults(422),
            ["quantity_minimum /lines/0/quantity", "quantity_step /lines/1/quantity", "not_in_agreement /lines/2/sku"]);
        let both = with(by(&id, &[("GR02", "2")]), "quote_id", "0190a5e0-0000-7000-8000-000000000000");
        assert_eq!(app.post("/v1/orders").by(&s.school).json(&both).await.faults(422), ["two_agreements /quote_id"]);
        assert_eq!(app.place(&s.school, &order_of(&[("GR02", "1")])).await["orders"][0]["amount"], "205.00", "offers are as they were");
        app.verify().await;
    }

    async fn a_list_a_sheet_and_an_earlier_order_draw_on_a_contract(app) {
        let s = app.scene().await;
        let id = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").in_force().await;
        let amount = |body: &Value| body["group"]["orders"][0]["amount"].as_str().unwrap().to_owned();
        let first = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let day = json!({"deliver_on": "2026-12-08", "contract_id": id});
        let again = app.post(format!("/v1/orders/{first}/repeat")).by(&s.school).json(&day).await.body(201);
        assert_eq!(amount(&again), "198.00");
        let list = json!({"name": "常购", "lines": [{"sku": "GR02", "quantity": "2"}]});
        let list = app.post("/v1/lists").by(&s.school).json(&list).await.body(201);
        let path = format!("/v1/lists/{}/orders", list["list_id"].as_str().unwrap());
        assert_eq!(amount(&app.post(path).by(&s.school).json(&day).await.body(201)), "396.00");
        let sheet = format!("/v1/orders/sheet?mode=all_or_nothing&deliver_on=2026-12-08&contract_id={id}");
        let placed = app.post(sheet).by(&s.school).header("content-type", "text/csv").raw("sku,quantity\nGR02,1\n").await.body(201);
        assert_eq!(amount(&placed), "198.00");
        assert_eq!(app.drawn(&s.school, &id).await, "792.00");
        app.verify().await;
    }

    async fn what_is_no_longer_ordered_is_given_back_to_the_fen(app) {
        let s = app.scene().await;
        let rice = app.given().a_product("CATCH", &s.supplier).weighed_by("kg", "9.7").weighing("9.7").with_stock("100").await;
        let id = app.given().a_contract(&s.supplier, &s.school).of_as(&rice, "3.3333", json!({"most": "60"})).in_force().await;
        let drawn = || app.drawn(&s.school, &id);
        let order = || by(&id, &[("CATCH", "7")]);
        let first = app.place_one(&s.school, &order()).await;
        assert_eq!(drawn().await, "226.33");
        app.cancel(&s.school, &first).await.is(200);
        assert_eq!(drawn().await, "0.00");
        let second = app.place_one(&s.school, &order()).await;
        app.decline(&s.supplier, &second).await.is(200);
        assert_eq!(drawn().await, "0.00");
        let third = app.place_one(&s.school, &order()).await;
        app.answer_lines(&s.supplier, &third, &[(1, "5")]).await.is(200);
        assert_eq!(drawn().await, "161.67");
        close_short(&app, &s.school, &third, 1, "1").await;
        assert_eq!(drawn().await, "129.33");
        let change = json!({"lines": [{"line_no": 1, "quantity": "3"}]});
        let change = app.post(format!("/v1/orders/{third}/changes")).by(&s.school).json(&change).await.body(201);
        app.post(format!("/v1/order-changes/{}/agree", change["id"].as_str().unwrap())).by(&s.supplier).await.is(200);
        assert_eq!(drawn().await, "97.00");
        app.verify().await;
        let shipment = app.shipped(&s.supplier, &third, &[(1, "2")]).await;
        app.accept(&s.school, &shipment, &json!({})).await.is(200);
        app.step(&s.school, &id, "terminate", 11).await.is(200);
        close_short(&app, &s.school, &third, 1, "1").await;
        assert_eq!(drawn().await, "64.67", "given back even where the contract is given up");
        let contract = app.get(format!("/v1/contracts/{id}")).by(&s.school).await.body(200);
        assert_eq!(contract["goods"][0]["drawn"], "2");
        app.verify().await;
    }

    async fn goods_have_a_most_of_their_own(app) {
        let s = app.scene().await;
        let id = app.given().a_contract(&s.supplier, &s.school).of_as(&s.rice, "1.00", json!({"most": "10"})).in_force().await;
        app.place(&s.school, &by(&id, &[("GR02", "3"), ("GR02", "4")])).await;
        let answer = app.post("/v1/orders").by(&s.school).json(&by(&id, &[("GR02", "2"), ("GR02", "2")])).await;
        assert_eq!((answer.faults(409), answer.value_of_fault(0, "left")), (vec!["agreed_goods_exhausted /lines".to_owned()], "3"));
        app.place(&s.school, &by(&id, &[("GR02", "3")])).await;
        app.verify().await;
    }

    async fn a_fee_of_freight_that_is_agreed_draws_on_the_cap(app) {
        let s = app.scene().await;
        let freight = app.given().freight_of(&s.supplier, "30.00", None).await;
        let contract = || app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "100.00");
        let (included, usual) = (contract().in_force().await, contract().with("freight", "terms").in_force().await);
        let fee = contract().with("freight", "fee").with("freight_fee", "12.00").with("freight_product_id", freight.id.to_string()).with_cap("224.00").in_force().await;
        for (contract, amount, drawn) in [(&included, "100.00", "100.00"), (&usual, "130.00", "100.00"), (&fee, "112.00", "112.00")] {
            let group = app.place(&s.school, &by(contract, &[("GR02", "1")])).await;
            assert_eq!((&group["orders"][0]["amount"], app.drawn(&s.school, contract).await.as_str()), (&json!(amount), drawn));
        }
        let id = app.place_one(&s.school, &by(&fee, &[("GR02", "1")])).await;
        assert_eq!(app.post("/v1/orders").by(&s.school).json(&by(&fee, &[("GR02", "1")])).await.faults(409), ["agreement_exhausted /contract_id"]);
        app.confirm(&s.supplier, &id).await.is(200);
        close_short(&app, &s.school, &id, 1, "1").await;
        assert_eq!(app.drawn(&s.school, &fee).await, "112.00", "its freight is closed with it and given back");
        app.verify().await;
    }

    async fn the_explanation_of_a_price_names_the_contract(app) {
        let s = app.scene().await;
        let id = app.given().a_contract(&s.supplier, &s.school).of_as(&s.rice, "198.00", json!({"least": "5"})).in_force().await;
        let price = |query: &'static str| app.get(format!("/v1/products/{}/price?{query}", s.rice.id)).by(&s.school).into_future();
        let few = price("quantity=4").await.body(200);
        assert_eq!((&few["price"], &few["contracts"][0]["contract_id"], &few["contracts"][0]["fits"]), (&json!("205.00"), &json!(id), &json!(false)));
        let more = price("quantity=5").await.body(200);
        assert_eq!((&more["contracts"][0]["amount"], &more["contracts"][0]["fits"]), (&json!("990.00"), &json!(true)));
        assert_eq!(price("day=2028-01-01").await.body(200)["contracts"], json!([]));
        let other = app.given().a_hospital().await;
        let theirs = app.get(format!("/v1/products/{}/price", s.rice.id)).by(&other).await.body(200);
        assert_eq!(theirs["contracts"], json!([]));
    }

    async fn many_orders_at_once_never_go_beyond_the_cap(app) {
        let s = app.scene().await;
        let id = app.given().a_contract(&s.supplier, &s.school).of_as(&s.rice, "10.00", json!({"most": "60"})).with_cap("200.05").in_force().await;
        let other = app.another_process().await;
        let asks = (0..48).map(|at| {
            let (app, school) = (if at % 2 == 0 { app.clone() } else { other.clone() }, s.school.clone());
            let order = by(&id, &[("GR02", "1")]);
            tokio::spawn(async move {
                let answer = app.post("/v1/orders").by(&school).json(&order).await;
                if answer.status == 409 {
                    assert_eq!(answer.faults(409), ["agreement_exhausted /contract_id"]);
                }
                answer.status
            })
        });
        let mut statuses: Vec<u16> = join_all(asks).await.into_iter().map(Result::unwrap).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201; 20], vec![409; 28]].concat());
        assert_eq!(app.drawn(&s.school, &id).await, "200.00");
        app.verify().await;
        other.close().await;
    }

    async fn a_recount_names_what_is_drawn_wrongly_and_terms_that_were_edited(app) {
        let s = app.scene().await;
        let id = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "10.00").in_force().await;
        app.place(&s.school, &by(&id, &[("GR02", "1")])).await;
        let db = app.app().desk.db.clone();
        for (spoil, mend, found) in [
            ("UPDATE contracts SET drawn = 999", "UPDATE contracts SET drawn = 1000", "is drawn on otherwise than its lines say"),
            ("UPDATE contracts SET cap = cap + 1", "UPDATE contracts SET cap = cap - 1", "is not as entry"),
            ("UPDATE contract_goods SET drawn = 999", "UPDATE contract_goods SET drawn = 1000", "are drawn on otherwise than their lines say"),
            ("UPDATE contract_goods SET price = price + 1", "UPDATE contract_goods SET price = price - 1", "has a price that its contract does not give"),
            ("UPDATE contracts SET state = 'refused'", "UPDATE contracts SET state = 'in_force'", "is in another state than its last entry says"),
        ] {
            db.write().execute_unprepared(spoil).await.unwrap();
            let report = yangpin::verify::verify(&db, |_, _| {}).await.unwrap();
            assert!(report.to_string().contains(found), "{spoil}: {report}");
            db.write().execute_unprepared(mend).await.unwrap();
            app.verify().await;
        }
    }
}
