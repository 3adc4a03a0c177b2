//! Limits that callers meet: requests a minute, items a page.

use crate::support::contract::contract;
use crate::support::steps::order_of;
use serde_json::json;

/// What is bound as an export is told by its name.
#[test]
fn exports_are_named_so() {
    let all = contract().operations();
    let files: Vec<_> = all.iter().filter(|one| one.path.ends_with("/export")).collect();
    assert!(files.len() >= 6, "{files:?}");
    for file in files {
        assert!(file.id.starts_with("export_"), "{}", file.id);
    }
}

both_engines! {
    async fn a_key_that_asks_too_often_is_told_when_to_come_back(app) {
        let operator = app.given().an_operator().await;
        let school = app.given().a_school_canteen().await;
        let body = json!({"organisation_id": school.id.to_string(), "name": "慢", "holder": {"name": "李四"}, "requests_per_minute": 2});
        let made = app.post("/v1/keys").by(&operator).json(&body).await.body(201);
        let secret = made["secret"].as_str().unwrap();
        let strict = app.with_rate_limits().await;
        let first = strict.get("/v1/me").with_key(secret).await.is(200);
        assert_eq!(first.header("ratelimit-policy"), Some("\"key\";q=2;w=60, \"organisation\";q=6000;w=60"));
        strict.get("/v1/me").with_key(secret).await.is(200);
        let third = strict.get("/v1/me").with_key(secret).await;
        assert_eq!(third.problem(429), "rate_limited");
        assert!(third.header("retry-after").unwrap().parse::<u32>().unwrap() <= 60);
        strict.get("/v1/me").by(&school).await.is(200);
        strict.close().await;
    }

    async fn an_organisation_has_no_more_requests_for_more_keys(app) {
        let school = app.given().a_school_canteen().await;
        let hospital = app.given().a_hospital().await;
        let second = app.given().another_key_of(&school, None, 30).await;
        let strict = app
            .with_http(|http| {
                http.rate_limits = true;
                http.rates.organisation = 3;
            })
            .await;
        for member in [&school, &second, &second] {
            strict.get("/v1/me").by(member).await.is(200);
        }
        for member in [&school, &second] {
            let refused = strict.get("/v1/me").by(member).await;
            assert_eq!(refused.problem(429), "rate_limited");
            assert!(refused.header("ratelimit").unwrap().contains("\"organisation\";r=0"), "{:?}", refused.headers);
        }
        strict.get("/v1/me").by(&hospital).await.is(200);
        strict.close().await;
    }

    async fn a_key_runs_two_exports_at_a_time_and_the_process_a_few(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let official = app.given().an_official_of_the_city().await;
        let path = "/v1/products/export";
        let first = app.get(path).by(&s.school).begun().await;
        let second = app.get(path).by(&s.school).begun().await;
        let refused = app.get(path).by(&s.school).await;
        assert_eq!((refused.problem(429), refused.header("retry-after")), ("too_many_exports", Some("5")));
        let others = (app.get(path).by(&operator).begun().await, app.get(path).by(&operator).begun().await);
        assert_eq!(app.get(path).by(&official).await.problem(429), "too_many_exports");
        drop(others);
        // Refused before it ran, it holds nothing; read to its end or left, it holds nothing more.
        app.get(format!("{path}?format=pdf")).by(&official).await.is(400);
        let rest = second.into_body().into_vec().await.unwrap();
        assert!(!rest.is_empty());
        app.get(path).by(&s.school).await.is(200);
        drop(first);
        for _ in 0..3 {
            app.get(path).by(&s.school).await.is(200);
        }
    }

    async fn pages_are_bounded_and_meet_without_gap_or_overlap(app) {
        let s = app.scene().await;
        let mut placed = Vec::new();
        for _ in 0..7 {
            placed.push(app.place_one(&s.school, &order_of(&[("GR02", "1")])).await);
        }
        placed.reverse();
        for limit in [1, 3, 7, 200] {
            let mut path = format!("/v1/orders?status=placed&limit={limit}");
            let mut seen = Vec::new();
            loop {
                let page = app.get(&path).by(&s.school).await.is(200);
                let items = page.json["items"].as_array().unwrap();
                assert!(items.len() <= limit);
                seen.extend(items.iter().map(|order| order["id"].as_str().unwrap().to_owned()));
                let Some(link) = page.header("link") else { break };
                assert!(link.ends_with("; rel=\"next\"") && link.contains("status=placed"), "{link}");
                path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
            }
            assert_eq!(seen, placed, "limit {limit}");
        }
        for limit in ["0", "201", "-1", "x", "1.5"] {
            let answer = app.get(format!("/v1/orders?limit={limit}")).by(&s.school).await;
            assert_eq!(answer.faults(400), ["invalid_parameter limit"], "{limit}");
        }
    }

    async fn an_order_placed_while_one_reads_pages_moves_nothing(app) {
        let s = app.scene().await;
        for _ in 0..4 {
            app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        }
        let first = app.get("/v1/orders?limit=2").by(&s.school).await.body(200);
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let cursor = first["next"].as_str().unwrap();
        let second = app.get(format!("/v1/orders?limit=2&cursor={cursor}")).by(&s.school).await.body(200);
        let ids = |page: &serde_json::Value| page["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>();
        assert!(ids(&first).iter().all(|id| !ids(&second).contains(id)));
        assert_eq!((ids(&second).len(), &second["next"]), (2, &json!(null)));
        let elsewhere = app.get(format!("/v1/tally/lines?measure=ordered&cursor={cursor}")).by(&s.school).await;
        assert_eq!(elsewhere.faults(400), ["cursor_invalid cursor"]);
    }

    async fn lists_are_narrowed(app) {
        let s = app.scene().await;
        let first = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.days_pass(1);
        let second = app.place_one(&s.school, &order_of(&[("GR02", "2")])).await;
        app.confirm(&s.supplier, &second).await.is(200);
        let order_no = app.read_order(&s.school, &first).await.body(200)["order_no"].as_str().unwrap().to_owned();
        for (query, expected) in [
            ("status=placed".to_owned(), vec![&first]),
            ("status=confirmed".to_owned(), vec![&second]),
            ("placed_from=2026-11-24".to_owned(), vec![&second]),
            ("placed_to=2026-11-23".to_owned(), vec![&first]),
            (format!("order_no={order_no}"), vec![&first]),
            ("channel=supermarket".to_owned(), vec![]),
            ("deliver_from=2026-12-02".to_owned(), vec![]),
            (format!("supplier_id={}", s.supplier.id), vec![&second, &first]),
        ] {
            let list = app.get(format!("/v1/orders?{query}")).by(&s.school).await.body(200);
            let ids: Vec<&str> = list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
            assert_eq!(ids, expected, "{query}");
        }
    }
}
