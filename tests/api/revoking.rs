//! A key that is revoked: nothing is written with it from then on, and what it made goes with it.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::steps::order_of;
use poem::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use yangpin::access::Permission;

const NOTHING: &str = "0190a5e0-0000-7000-8000-000000000000";
/// Revocations under a stream of writes; a proof of its own does a thousand.
const ROUNDS: usize = 50;

/// A key just made: its id and its secret.
#[derive(Clone)]
struct Made {
    id: String,
    secret: String,
}

fn asked(name: &str) -> Value {
    json!({"name": name, "holder": {"name": "李四", "machine": true}})
}

async fn made(app: &TestApp, secret: &str, body: &Value) -> Made {
    let made = app.post("/v1/keys").with_key(secret).json(body).await.body(201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Made {
        id: text(&made["key"]["key_id"]),
        secret: text(&made["secret"]),
    }
}

async fn revoke(app: &TestApp, by: &Member, id: &str) -> Value {
    app.post(format!("/v1/keys/{id}/revoke")).by(by).await.body(200)
}

fn list(sku: &str) -> Value {
    json!({"name": "单", "lines": [{"sku": sku, "quantity": "1"}]})
}

/// Entries written with a key after it was revoked.
async fn written_after(app: &TestApp, key: &str) -> i64 {
    app.number(&format!(
        "SELECT COUNT(*) FROM entries e JOIN entries r ON r.kind = 'key.revoked' AND e.seq > r.seq \
         WHERE r.body LIKE '%\"thing\":{{\"id\":\"{key}\"%' AND e.body LIKE '%\"who\":{{\"key\":\"{key}\"%'"
    ))
    .await
}

both_engines! {
    async fn nothing_is_written_with_a_revoked_key_on_another_process(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        let key = made(&app, &s.school.secret, &asked("订货")).await;
        let kept = other.post("/v1/orders").with_key(&key.secret).idempotency_key("kept").json(&order_of(&[("GR02", "1")])).await;
        kept.is(201);
        other.post("/v1/notices/read").with_key(&key.secret).json(&json!({"up_to": NOTHING})).await.is(200);
        revoke(&app, &s.school, &key.id).await;
        // The other process remembers the key as good for two seconds: reading ends then, writing at once.
        let (seq, rows) = (app.entries().await, app.written().await);
        let refused = other.post("/v1/orders").with_key(&key.secret).json(&order_of(&[("GR02", "1")])).await;
        assert_eq!(refused.problem(401), "key_revoked");
        let again = other.post("/v1/orders").with_key(&key.secret).idempotency_key("kept").json(&order_of(&[("GR02", "1")])).await;
        assert_eq!(again.problem(401), "key_revoked", "nor is an answer of before given");
        assert_eq!(other.post("/v1/lists").with_key(&key.secret).json(&list("GR02")).await.problem(401), "key_revoked");
        let read = other.post("/v1/notices/read").with_key(&key.secret).json(&json!({"up_to": NOTHING})).await;
        assert_eq!(read.problem(401), "key_revoked", "nor what leaves no entry");
        let wishes = other.call(Method::PUT, "/v1/notices/preferences").with_key(&key.secret).if_match("\"v0\"");
        assert_eq!(wishes.json(&json!({"language": "zh", "kinds": []})).await.problem(401), "key_revoked");
        assert_eq!((app.entries().await, app.written().await), (seq, rows));
        other.post("/v1/orders").by(&s.school).json(&order_of(&[("GR02", "1")])).await.is(201);
        other.close().await;
    }

    async fn an_archived_organisation_writes_nothing_on_another_process(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let other = app.another_process().await;
        other.post("/v1/lists").by(&s.school).json(&list("GR02")).await.is(201);
        app.post(format!("/v1/organisations/{}/archive", s.school.id)).by(&operator).json(&json!({})).await.is(200);
        assert_eq!(other.post("/v1/lists").by(&s.school).json(&list("GR02")).await.problem(401), "key_revoked");
        other.close().await;
    }

    async fn no_write_is_committed_after_a_revocation(app) {
        let s = app.scene().await;
        app.given().stock_of(&s.rice, "100000").await;
        let other = app.another_process().await;
        let (accepted, mut later) = (Arc::new(AtomicUsize::new(0)), 0);
        for _ in 0..ROUNDS {
            let key = made(&app, &s.school.secret, &asked("订货")).await;
            let stop = Arc::new(AtomicBool::new(false));
            let writers: Vec<_> = (0..3).map(|at| {
                let (other, key, stop, accepted) = (other.clone(), key.clone(), Arc::clone(&stop), Arc::clone(&accepted));
                tokio::spawn(async move {
                    while !stop.load(Ordering::Relaxed) {
                        let call = match at {
                            0 => other.post("/v1/lists").json(&list("GR02")),
                            _ => other.post("/v1/orders").json(&order_of(&[("GR02", "1")])),
                        };
                        let answer = call.with_key(&key.secret).await;
                        accepted.fetch_add(usize::from(answer.status == 201), Ordering::Relaxed);
                        if answer.status == 401 {
                            return;
                        }
                    }
                })
            }).collect();
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            revoke(&app, &s.school, &key.id).await;
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            stop.store(true, Ordering::Relaxed);
            for writer in writers {
                writer.await.unwrap();
            }
            later += written_after(&app, &key.id).await;
        }
        assert_eq!(later, 0);
        let accepted = accepted.load(Ordering::Relaxed);
        println!("{:?}: {ROUNDS} revocations, {accepted} writes before them, {later} after", app.engine());
        assert!(accepted > 0);
        other.close().await;
    }

    async fn what_a_revoked_key_made_goes_with_it(app) {
        let s = app.scene().await;
        let first = made(&app, &s.school.secret, &asked("一")).await;
        let second = made(&app, &first.secret, &asked("二")).await;
        let third = made(&app, &second.secret, &asked("三")).await;
        let beside = made(&app, &s.school.secret, &asked("旁")).await;
        let found = app.get(format!("/v1/keys?made_by={}", first.id)).by(&s.school).await.body(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        assert_eq!((&found["items"][0]["key_id"], &found["items"][0]["made_by"]), (&json!(second.id), &json!(first.id)));
        assert!(found["items"][0]["made_by_person_id"].is_string());
        let own = app.get("/v1/me").with_key(&first.secret).await.body(200);
        assert_eq!(found["items"][0]["made_by_person_id"], own["person_id"]);
        let before = app.entries().await;
        let answer = revoke(&app, &s.school, &first.id).await;
        let children = &answer["children"];
        assert_eq!((&children["revoked"], &children["left"]), (&json!(2), &json!(0)));
        let told: Vec<&str> = children["keys"].as_array().unwrap().iter().map(|one| one["key_id"].as_str().unwrap()).collect();
        assert_eq!(told, [second.id.as_str(), third.id.as_str()]);
        assert!(children["keys"].as_array().unwrap().iter().all(|one| one["revoked_at"] == answer["revoked_at"]));
        assert_eq!(app.entries().await, before + 3);
        for key in [&first, &second, &third] {
            assert_eq!(app.get("/v1/me").with_key(&key.secret).await.problem(401), "key_revoked");
        }
        app.get("/v1/me").with_key(&beside.secret).await.is(200);
    }

    async fn children_may_be_left_and_taken_later(app) {
        let s = app.scene().await;
        let first = made(&app, &s.school.secret, &asked("一")).await;
        let second = made(&app, &first.secret, &asked("二")).await;
        let path = format!("/v1/keys/{}/revoke", first.id);
        let left = app.post(path.clone()).by(&s.school).json(&json!({"cascade": false})).await.body(200);
        assert_eq!((&left["children"]["revoked"], &left["children"]["left"]), (&json!(0), &json!(1)));
        assert!(left["children"]["keys"][0]["revoked_at"].is_null());
        app.get("/v1/me").with_key(&second.secret).await.is(200);
        let taken = app.post(path).by(&s.school).json(&json!({})).await.body(200);
        assert_eq!(taken["revoked_at"], left["revoked_at"], "revoked ones stay as they are");
        assert_eq!(taken["children"]["revoked"], 1);
        assert_eq!(app.get("/v1/me").with_key(&second.secret).await.problem(401), "key_revoked");
    }

    async fn nobody_revokes_the_key_in_hand_not_even_through_its_maker(app) {
        let s = app.scene().await;
        let first = made(&app, &s.school.secret, &asked("一")).await;
        let second = made(&app, &first.secret, &asked("二")).await;
        let by = |key: &Made, of: &str| app.post(format!("/v1/keys/{of}/revoke")).with_key(&key.secret);
        assert_eq!(by(&first, &first.id).await.faults(409), ["own_key"]);
        assert_eq!(by(&second, &first.id).await.faults(409), ["own_key /cascade"]);
        assert_eq!(by(&second, &first.id).json(&json!({"cascade": false})).await.body(200)["children"]["left"], 1);
        app.get("/v1/me").with_key(&second.secret).await.is(200);
    }

    async fn an_operator_s_keys_elsewhere_go_with_the_key_that_made_them(app) {
        let s = app.scene().await;
        let given = app.given();
        let (operator, chief) = (given.an_operator().await, given.an_operator().called("另一运维").await);
        let mut body = asked("学校");
        body["organisation_id"] = json!(s.school.id.to_string());
        let child = made(&app, &operator.secret, &body).await;
        let list = app.get(format!("/v1/keys?made_by={}", operator.key_id)).by(&chief).await.body(200);
        assert_eq!(list["items"][0]["key_id"], json!(child.id), "in whichever organisation it is");
        // The school sees who made its keys, and nothing of the operators' other keys.
        let own = app.get(format!("/v1/keys?made_by={}", operator.key_id)).by(&s.school).await.body(200);
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
        let hospital = given.a_hospital().await;
        let nothing = app.get(format!("/v1/keys?made_by={}", operator.key_id)).by(&hospital).await.body(200);
        assert!(nothing["items"].as_array().unwrap().is_empty());
        let answer = app.post(format!("/v1/keys/{}/revoke", operator.key_id)).by(&chief).await.body(200);
        assert_eq!(answer["children"]["revoked"], 1);
        assert_eq!(app.get("/v1/me").with_key(&child.secret).await.problem(401), "key_revoked");
    }

    async fn a_key_bears_no_other_person_s_name(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let colleague = app.given().a_colleague_of(&s.school).await;
        let named = |person: String| json!({"name": "x", "person_id": person, "organisation_id": s.school.id.to_string()});
        for (maker, person) in [(&s.school, colleague.person), (&operator, s.school.person), (&operator, colleague.person)] {
            let answer = app.post("/v1/keys").by(maker).json(&named(person.to_string())).await;
            assert_eq!(answer.faults(403), ["person_is_another /person_id"]);
        }
        // Whether there is such a person is not told either.
        assert_eq!(app.post("/v1/keys").by(&s.school).json(&named(NOTHING.to_owned())).await.problem(403), "person_is_another");
        app.post("/v1/keys").by(&s.school).json(&named(s.school.person.to_string())).await.is(201);
        app.post("/v1/keys").by(&operator).json(&{
            let mut body = asked("x");
            body["organisation_id"] = json!(s.school.id.to_string());
            body
        }).await.is(201);
    }

    async fn a_one_day_operator_makes_nothing_that_lasts(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().for_days(1).await;
        let ask = |more: Value| {
            let mut body = asked("x");
            more.as_object().unwrap().iter().for_each(|(name, value)| body[name] = value.clone());
            let (app, operator) = (&app, &operator);
            async move { app.post("/v1/keys").by(operator).json(&body).await }
        };
        for role in ["operator", "auditor"] {
            assert_eq!(ask(json!({"role": role, "days": 400})).await.faults(403), ["made_on_the_machine /role"]);
        }
        let school = s.school.id.to_string();
        assert_eq!(ask(json!({"organisation_id": school, "days": 400})).await.faults(422), ["key_outlives_maker /days"]);
        let rate = ask(json!({"organisation_id": school, "requests_per_minute": 601})).await;
        assert_eq!(rate.faults(403), ["key_too_strong /requests_per_minute"]);
        let child = ask(json!({"organisation_id": school})).await.body(201);
        let until = child["key"]["expires_at"].as_str().unwrap();
        assert!(until.starts_with("2026-11-24T02:00:00"), "{until}");
        // By way of the child's children neither.
        let grandchild = app.post("/v1/keys").with_key(child["secret"].as_str().unwrap()).json(&asked("y")).await.body(201);
        assert_eq!(grandchild["key"]["expires_at"], until);
        let official = ask(json!({"role": "official", "remit": {"kind": "city"}, "days": 2})).await;
        assert_eq!(official.faults(422), ["key_outlives_maker /days"]);
    }

    async fn a_narrow_operator_gives_nobody_what_it_takes_to_trade(app) {
        let s = app.scene().await;
        let narrow = app.given().an_operator().that_may_only(&[Permission::Keys]).await;
        let mut body = asked("x");
        body["organisation_id"] = json!(s.school.id.to_string());
        body["permissions"] = json!(["order"]);
        assert_eq!(app.post("/v1/keys").by(&narrow).json(&body).await.faults(403), ["key_too_strong /permissions/0"]);
        body.as_object_mut().unwrap().remove("permissions");
        let child = app.post("/v1/keys").by(&narrow).json(&body).await.body(201);
        assert_eq!(child["key"]["permissions"], json!(["keys"]));
        let secret = child["secret"].as_str().unwrap();
        let grand = app.post("/v1/keys").with_key(secret).json(&asked("y")).await.body(201);
        assert_eq!(grand["key"]["permissions"], json!(["keys"]));
    }

    async fn auditors_make_no_keys(app) {
        let auditor = app.given().an_auditor().await;
        assert_eq!(app.post("/v1/keys").by(&auditor).json(&asked("x")).await.faults(403), ["made_on_the_machine /role"]);
    }

    async fn an_import_stops_when_the_key_that_began_it_is_revoked(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        let other = app.given().a_colleague_of(&operator).await;
        // One row more than is worked on at once, so that it goes on in the background.
        let row = |at: usize| json!({"kind": "order", "document_no": format!("D{at}"), "at": "2026-10-05T08:26:00+08:00",
            "buyer": s.school.id.to_string(), "sku": "GR02", "quantity": "1", "price": "1.00"});
        let id = app.an_import(&operator, "旧台账").await;
        app.part(&operator, &id, 1, &json!((0..2_000).map(row).collect::<Vec<_>>())).await.is(201);
        app.part(&operator, &id, 2, &json!([row(2_000)])).await.is(201);
        let state = async || app.get(format!("/v1/imports/{id}")).by(&other).await.body(200)["status"].clone();
        assert_eq!(app.phase(&operator, &id, "check").await.body(200)["status"], "checking");
        revoke(&app, &other, &operator.key_id.to_string()).await;
        let entries = app.entries().await;
        app.app().runner().work_off().await.unwrap();
        assert_eq!((app.entries().await, state().await), (entries, json!("checking")));
        let jobs = app.get("/v1/jobs").by(&other).await.body(200);
        let job = jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == "import").unwrap();
        assert_eq!((&job["status"], &job["last_error"]), (&json!("failed"), &json!("refused: key_revoked")));
        // Somebody else asks for the same, and it goes on.
        assert_eq!(app.phase(&other, &id, "check").await.body(200)["status"], "checking");
        app.app().runner().work_off().await.unwrap();
        assert_eq!(state().await, "checked");
    }
}
