//! Auditors read who did what.

use crate::support::steps::order_of;
use serde_json::Value;

both_engines! {
    async fn entries_tell_who_did_what_when_and_to_what(app) {
        let s = app.scene().await;
        let auditor = app.given().an_auditor().await;
        let group = app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let order = group["orders"][0]["id"].as_str().unwrap();
        let all = app.get("/v1/journal/entries?limit=200").by(&auditor).await.body(200);
        let items = all["items"].as_array().unwrap();
        assert!(items.iter().zip(1..).all(|(item, number): (&Value, i64)| item["sequence"] == number), "none is left out");
        let last = app.get(format!("/v1/journal/entries?thing={order}")).by(&auditor).await.body(200);
        let placed = &last["items"][0];
        assert_eq!(placed["kind"], "order.placed");
        assert_eq!(placed["organisation_id"], s.school.id.to_string());
        assert_eq!(placed["leaf"].as_str().unwrap().len(), 64);
        assert!(placed["what"].get("rows").is_none());

        let person = placed["person_id"].as_str().unwrap();
        let by = app.get(format!("/v1/journal/entries?person={person}&limit=200")).by(&auditor).await.body(200);
        let by = by["items"].as_array().unwrap();
        assert!(!by.is_empty() && by.iter().all(|item| item["person_id"] == person));
        let again = items.iter().filter(|item| item["person_id"] == person).count();
        assert!(by.len() >= again, "{} {again}", by.len());
    }

    async fn days_are_those_of_shanghai_and_pages_meet(app) {
        let s = app.scene().await;
        let auditor = app.given().an_auditor().await;
        // 23:59 of the 23rd in Shanghai, then 00:01 of the 24th.
        app.at("2026-11-23T15:59:00Z");
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let before = app.entries().await;
        app.at("2026-11-23T16:01:00Z");
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let after = app.entries().await;
        let next_day = app.get("/v1/journal/entries?from=2026-11-24&to=2026-11-24").by(&auditor).await.body(200);
        let numbers: Vec<i64> = next_day["items"].as_array().unwrap().iter().map(|item| item["sequence"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (before + 1..=after).collect::<Vec<_>>());
        let day = app.get("/v1/journal/entries?to=2026-11-23&limit=200").by(&auditor).await.body(200);
        assert!(day["items"].as_array().unwrap().iter().all(|item| item["sequence"].as_i64().unwrap() <= before));
        let none = app.get("/v1/journal/entries?from=2026-11-25").by(&auditor).await.body(200);
        assert_eq!((none["items"].as_array().unwrap().len(), &none["next"]), (0, &Value::Null));

        let (mut path, mut seen) = ("/v1/journal/entries?limit=7".to_owned(), Vec::new());
        loop {
            let page = app.get(path.clone()).by(&auditor).await.body(200);
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["sequence"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/journal/entries?limit=7&cursor={next}");
        }
        assert_eq!(seen, (1..=after).collect::<Vec<_>>());

        let reversed = app.get("/v1/journal/entries?from=2026-11-24&to=2026-11-23").by(&auditor).await;
        assert_eq!(reversed.problem(400), "days_reversed");
    }
}
