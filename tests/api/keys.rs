//! Keys: what opens, until when, and never more than who made them may.

use crate::support::steps::order_of;
use poem::http::Method;
use serde_json::{Value, json};
use yangpin::access::Permission;

fn new_key(name: &str) -> Value {
    json!({"name": name, "holder": {"name": "李四", "machine": true}})
}

both_engines! {
    async fn strangers_and_mangled_keys_hear_who_are_you(app) {
        let s = app.scene().await;
        let good = s.school.secret.clone();
        let flipped = format!("{}{}", &good[..good.len() - 1], if good.ends_with('A') { 'B' } else { 'A' });
        for secret in ["", "x", "yp_", &good[1..], &flipped, &good.to_uppercase(), &"y".repeat(5_000)] {
            let answer = app.get("/v1/orders").with_key(secret).await;
            assert_eq!(answer.problem(401), "unauthenticated", "{secret}");
        }
        app.get("/v1/orders").await.is(401);
        app.get("/v1/orders").header("authorization", &format!("Basic {good}")).await.is(401);
        let twice = app.get("/v1/orders").with_key(&good).with_key(&good).await;
        assert_eq!(twice.status, 401);
    }

    async fn a_key_ends_on_its_day(app) {
        let s = app.scene().await;
        let short = app.given().another_key_of(&s.school, None, 1).await;
        app.get("/v1/me").by(&short).await.is(200);
        app.at("2026-11-24T01:59:00Z");
        app.get("/v1/me").by(&short).await.is(200);
        app.at("2026-11-24T02:00:01Z");
        assert_eq!(app.get("/v1/me").by(&short).await.problem(401), "key_expired");
        assert_eq!(app.post("/v1/orders").by(&short).json(&order_of(&[("GR02", "1")])).await.problem(401), "key_expired");
        app.get("/v1/me").by(&s.school).await.is(200);
    }

    async fn a_revoked_key_opens_nothing_at_once(app) {
        let s = app.scene().await;
        let made = app.post("/v1/keys").by(&s.school).json(&new_key("订货")).await.body(201);
        let (id, secret) = (made["key"]["key_id"].as_str().unwrap(), made["secret"].as_str().unwrap());
        assert_eq!(app.get("/v1/me").with_key(secret).await.body(200)["key_id"], id);
        app.post(format!("/v1/keys/{id}/revoke")).by(&s.school).await.is(200);
        assert_eq!(app.get("/v1/me").with_key(secret).await.problem(401), "key_revoked");
        app.post(format!("/v1/keys/{id}/revoke")).by(&s.school).await.is(200);
    }

    async fn a_secret_is_shown_once_and_kept_nowhere(app) {
        let s = app.scene().await;
        let ask = || app.post("/v1/keys").by(&s.school).idempotency_key("k").json(&new_key("订货"));
        let first = ask().await.body(201);
        let secret = first["secret"].as_str().unwrap();
        let again = ask().await.is(201);
        assert!(again.is_replay() && again.json["secret"].is_null());
        assert_eq!(again.json["key"]["key_id"], first["key"]["key_id"]);
        let list = app.get("/v1/keys").by(&s.school).await.is(200).text();
        assert!(!list.contains(secret));
        for (table, column) in [("idempotency", "answer"), ("entries", "body"), ("api_keys", "name")] {
            let hidden = &secret[12..];
            let found = app.number(&format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{hidden}%'")).await;
            assert_eq!(found, 0, "{table}");
        }
    }

    async fn no_key_is_stronger_than_the_one_that_makes_it(app) {
        let given = app.given();
        let school = given.a_school_canteen().for_days(30).await;
        let weak = given.another_key_of(&school, Some(vec![Permission::Keys]), 20).await;
        let ask = |with: &'static str, value: Value| {
            let mut body = new_key("x");
            body[with] = value;
            let (app, weak) = (&app, &weak);
            async move { app.post("/v1/keys").by(weak).json(&body).await }
        };
        assert_eq!(ask("permissions", json!(["order"])).await.faults(403), ["key_too_strong /permissions/0"]);
        assert_eq!(ask("permissions", json!(["keys", "organise"])).await.faults(403), ["key_too_strong /permissions/1"]);
        assert_eq!(ask("role", json!("operator")).await.faults(403), ["made_on_the_machine /role"]);
        assert_eq!(ask("days", json!(21)).await.faults(422), ["key_outlives_maker /days"]);
        assert_eq!(ask("requests_per_minute", json!(6_000)).await.faults(403), ["key_too_strong /requests_per_minute"]);
        // Whoever says nothing of days gets what is left of the maker's own.
        let made = ask("name", json!("y")).await.body(201);
        assert_eq!(made["key"]["permissions"], json!(["keys"]));
        let secret = made["secret"].as_str().unwrap();
        assert_eq!(app.post("/v1/orders").with_key(secret).json(&order_of(&[("GR02", "1")])).await.problem(403), "forbidden");
        let none = given.another_key_of(&school, Some(vec![]), 20).await;
        assert_eq!(app.post("/v1/keys").by(&none).json(&new_key("x")).await.problem(403), "forbidden");
    }

    async fn an_official_s_key_sees_no_further_than_its_maker(app) {
        let town = app.given().an_official_of_town("白蒲镇").await;
        let mut wider = new_key("x");
        wider["remit"] = json!({"kind": "city"});
        assert_eq!(app.post("/v1/keys").by(&town).json(&wider).await.faults(403), ["key_too_strong /remit"]);
        let made = app.post("/v1/keys").by(&town).json(&new_key("x")).await.body(201);
        assert_eq!(made["key"]["remit"], json!({"kind": "town", "code": "320682105"}));
    }

    async fn keys_of_an_organisation_that_has_ended_open_nothing(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let path = format!("/v1/organisations/{}/archive", s.school.id);
        app.post(path).by(&operator).json(&json!({})).await.is(200);
        assert_eq!(app.get("/v1/me").by(&s.school).await.problem(401), "key_revoked");
        let list = app.get("/v1/organisations").by(&operator).await.body(200);
        let items = list["items"].as_array().unwrap();
        let ended = items.iter().find(|one| one["organisation_id"] == s.school.id.to_string());
        assert!(ended.is_none_or(|one| one["archived_at"].is_string()), "nothing of the trade is deleted");
    }

    async fn keys_of_before_that_held_every_word_hold_every_word(app) {
        let given = app.given();
        let (school, supplier, auditor) = (given.a_school_canteen().await, given.a_supplier().await, given.an_auditor().await);
        let operator = given.an_operator().await;
        let weak = given.another_key_of(&school, Some(vec![Permission::Order]), 20).await;
        let gone = given.another_key_of(&school, None, 20).await;
        app.post(format!("/v1/keys/{}/revoke", gone.key_id)).by(&school).await.is(200);
        app.spoil("UPDATE api_keys SET words = 1, permissions = trim(replace(replace(replace(permissions, 'unit', ''), 'inbox', ''), 'jobs', ''))").await;
        app.note_all().await;
        let held = |permissions: &str| format!("SELECT COUNT(*) FROM api_keys WHERE words = 2 AND permissions = '{permissions}'");
        let before = app.entries().await;
        let later = app.another_process().await;
        assert_eq!(app.entries().await, before + 4, "an entry for each that was widened, and for no other");
        let kinds = app.number("SELECT COUNT(*) FROM entries WHERE kind = 'key.widened'").await;
        assert_eq!(kinds, 4);
        for (permissions, keys) in [("order receive keys unit inbox", 1), ("order receive keys", 1), ("order", 1),
            ("answer ship stock catalogue keys unit inbox", 1), ("keys inbox", 1), ("catalogue organise keys import inbox jobs", 1)] {
            assert_eq!(app.number(&held(permissions)).await, keys, "{permissions}");
        }
        for member in [&school, &supplier, &auditor, &operator] {
            later.post("/v1/notices/read").by(member).json(&json!({"up_to": "0190a5e0-0000-7000-8000-000000000000"})).await.is(200);
        }
        assert_eq!(later.post("/v1/notices/read").by(&weak).json(&json!({"up_to": "0190a5e0-0000-7000-8000-000000000000"})).await.problem(403), "forbidden");
        later.close().await;
        // Where nothing is left, nothing is done.
        app.another_process().await.close().await;
        assert_eq!(app.entries().await, before + 4);
    }

    async fn a_refusal_says_which_permission_is_missing(app) {
        let school = app.given().a_school_canteen().await;
        let weak = app.given().another_key_of(&school, Some(vec![Permission::Order]), 20).await;
        let path = format!("/v1/organisations/{}", school.id);
        let default_site = app.patch(path).by(&weak).if_match("\"v1\"").json(&json!({"default_site_id": null})).await;
        assert_eq!((default_site.problem(403), default_site.json["permission"].as_str()), ("forbidden", Some("unit")));
        let inbox = app.call(Method::PUT, "/v1/notices/preferences").by(&weak).if_match("\"v0\"").json(&json!({"language": "zh", "kinds": []})).await;
        assert_eq!((inbox.problem(403), inbox.json["errors"][0]["values"]["permission"].as_str()), ("forbidden", Some("inbox")));
    }
}
