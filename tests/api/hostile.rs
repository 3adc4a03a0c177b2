//! Input that means harm, or was made by a broken program: a problem with the right status, and nothing written.

use crate::support::contract::{Operation, contract};
use crate::support::given::Member;
use crate::support::steps::{order_of, with};
use crate::support::{Answer, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const JSON_SUITE: &str = include_str!("../data/json_test_suite.base64.json");
const NAUGHTY: &str = include_str!("../data/naughty_strings.base64.json");
const NOWHERE: &str = "0190a5e0-0000-7000-8000-000000000000";

fn bytes(base64: &Value) -> Vec<u8> {
    STANDARD.decode(base64.as_str().unwrap()).unwrap()
}

/// The inputs of the suite whose names begin so.
fn suite(prefix: &str) -> Vec<(String, Vec<u8>)> {
    let all: Value = serde_json::from_str(JSON_SUITE).unwrap();
    let members = all.as_object().unwrap().iter().filter(|(name, _)| name.starts_with(prefix));
    members
        .map(|(name, content)| {
            let content = match content["times"].as_u64() {
                None => bytes(content),
                Some(times) => {
                    let mut long = bytes(&content["part"]).repeat(usize::try_from(times).unwrap());
                    long.extend(bytes(&content["rest"]));
                    long
                }
            };
            (name.clone(), content)
        })
        .collect()
}

/// Operations that read a body, with a path that names nothing and the example of the body.
fn with_bodies() -> Vec<(Operation, String, Value)> {
    let mut all = Vec::new();
    for operation in contract().operations() {
        let media = &operation.value["requestBody"]["content"]["application/json"];
        let Some(reference) = media["schema"]["$ref"].as_str() else {
            continue;
        };
        let schema = contract().spec().pointer(reference.trim_start_matches('#')).unwrap();
        let example = schema["example"].clone();
        assert!(example.is_object(), "{} has no example", operation.id);
        let path = path_of(&operation);
        all.push((operation, path, example));
    }
    assert!(all.len() >= 3);
    all
}

fn path_of(operation: &Operation) -> String {
    let parts = operation.path.split('/').map(|part| match part {
        "{code}" => "320682",
        part if part.starts_with('{') => NOWHERE,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// One member for each kind of permission, so that every body meets a handler that would take it.
async fn members(app: &TestApp) -> Vec<Member> {
    let given = app.given();
    vec![given.a_school_canteen().await, given.a_supplier().await, given.an_operator().await]
}

struct Attack<'a> {
    app: &'a TestApp,
    members: Vec<Member>,
    entries: i64,
    sent: usize,
}

impl<'a> Attack<'a> {
    async fn on(app: &'a TestApp) -> Self {
        let members = members(app).await;
        Self {
            app,
            members,
            entries: app.entries().await,
            sent: 0,
        }
    }

    /// Sends a body as every member; nothing may break, and what is refused has written nothing.
    async fn send(&mut self, operation: &Operation, path: &str, body: &[u8]) -> Vec<Answer> {
        let mut answers = Vec::new();
        for member in &self.members {
            let mut call = self.app.call(operation.method.clone(), path).by(member).raw(body);
            if operation.method == poem::http::Method::PATCH {
                call = call.if_match("\"v1\"");
            }
            let answer = call.await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
            assert!(answer.status < 500, "{} {shown}: {}", operation.id, answer.text());
            let entries = self.app.entries().await;
            assert!(
                answer.status < 300 || entries == self.entries,
                "{} {shown} was refused and written",
                operation.id
            );
            self.entries = entries;
            self.sent += 1;
            answers.push(answer);
        }
        answers
    }

    async fn is_malformed(&mut self, operation: &Operation, path: &str, body: &[u8]) {
        let what = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        for answer in self.send(operation, path, body).await {
            assert_eq!(answer.status, 400, "{} took {what}: {}", operation.id, answer.text());
        }
    }
}

fn absurd_values() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(0),
        json!(-1),
        json!(1e308),
        json!(-0.0),
        json!(12.8),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("x"),
        json!("米".repeat(5_000)),
        json!("\u{0}"),
        json!("-1"),
        json!("1e9"),
        json!("999999999999999999999999"),
        json!("0.0000000000001"),
        json!("NaN"),
        json!("0000-00-00"),
        json!("2026-02-30"),
        json!("9999-12-31"),
        json!("10000-01-01"),
        json!("2026-11-23T00:00:00Z"),
        json!("' OR 1=1 --"),
        json!("../../etc/passwd"),
        json!("\u{202e}\u{feff}\u{2028}"),
        json!([]),
        json!([[]]),
        json!({}),
        json!({"$ref": "#"}),
    ]
}

/// The example with one member at a time made absurd, missing, or joined by a stranger; its parts too.
fn disfigured(example: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match example {
        Value::Object(members) => {
            for name in members.keys() {
                let mut without = example.clone();
                without.as_object_mut().unwrap().remove(name);
                all.push(without);
                for absurd in absurd_values() {
                    all.push(with(example.clone(), name, absurd));
                }
                for part in disfigured(&members[name]) {
                    all.push(with(example.clone(), name, part));
                }
            }
            all.push(with(example.clone(), "unheard_of", 1));
            all.push(with(example.clone(), "__proto__", json!({})));
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                all.extend(disfigured(first).into_iter().map(|part| json!([part])));
                all.extend(absurd_values().into_iter().map(|absurd| json!([absurd])));
                all.push(Value::Array(vec![first.clone(); 2_001]));
            }
        }
        _ => {}
    }
    all
}

both_engines! {
    async fn what_is_no_json_is_refused_by_every_operation(app) {
        let mut attack = Attack::on(&app).await;
        for (operation, path, _) in with_bodies() {
            let may_lack = operation.value["requestBody"]["required"] != true;
            // Where a body may be left out, none at all is no malformed one.
            for (_, body) in suite("n_").into_iter().filter(|(_, body)| !(may_lack && body.is_empty())) {
                attack.is_malformed(&operation, &path, &body).await;
            }
        }
        println!("{} requests", attack.sent);
    }

    async fn what_may_be_json_breaks_nothing(app) {
        let mut attack = Attack::on(&app).await;
        for (operation, path, _) in with_bodies() {
            for (_, body) in suite("i_").into_iter().chain(suite("y_")) {
                attack.send(&operation, &path, &body).await;
            }
        }
    }

    async fn broken_text_and_bottomless_nesting_are_refused(app) {
        let mut attack = Attack::on(&app).await;
        for (operation, path, example) in with_bodies() {
            let text = example.to_string();
            let open = text.strip_suffix('}').unwrap();
            let first = example.as_object().unwrap().keys().next().unwrap_or_else(|| panic!("{} has no members", operation.id));
            for body in [
                format!("{open}, \"x\": \"\\ud800\"}}"),
                format!("{open}, \"x\": \"\\udc00\\ud800\"}}"),
                format!("{open}, \"x\": \"\\u0000\"}}"),
                format!("{open}, \"\\u0000\": 1}}"),
                format!("{open}, \"{first}\": null}}"),
                format!("{open}, {}", &text[1..]),
                format!("{open}, \"x\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000)),
                format!("{open}, \"x\": {}1{}}}", "{\"a\":".repeat(500), "}".repeat(500)),
                format!("{text}{text}"),
                format!("\u{feff}{text}"),
                format!("[{text}]"),
                format!("{open}, \"x\": 1e400}}"),
                "null".to_owned(),
                "\"\"".to_owned(),
            ] {
                attack.is_malformed(&operation, &path, body.as_bytes()).await;
            }
            let mut broken = open.as_bytes().to_vec();
            broken.extend(b", \"x\": \"\xff\xfe\"}");
            attack.is_malformed(&operation, &path, &broken).await;
        }
    }

    async fn absurd_members_break_nothing(app) {
        let s = app.scene().await;
        let mut attack = Attack::on(&app).await;
        attack.members = vec![s.school, s.supplier, attack.members.pop().unwrap()];
        attack.entries = app.entries().await;
        for (operation, path, example) in with_bodies() {
            for body in disfigured(&example) {
                attack.send(&operation, &path, body.to_string().as_bytes()).await;
            }
        }
        println!("{} requests", attack.sent);
    }

    async fn absurd_parameters_break_nothing(app) {
        let s = app.scene().await;
        let auditor = app.given().an_auditor().await;
        let absurd = ["", "x", "-1", "0", "99999999999999999999", "1e9", "%00", "%ff", "%f0%9f%8c%be", "2026-02-30", "9999-12-31",
            "2026-13", "0000-00", "'%20OR%201=1--", "[]", "null", NOWHERE, "00000000-0000-0000-0000-000000000000", "a,b,c,d"];
        let long = "9".repeat(5_000);
        for operation in contract().operations().into_iter().filter(|one| one.method == poem::http::Method::GET) {
            let path = path_of(&operation);
            for parameter in operation.value["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().unwrap();
                for value in absurd.iter().copied().chain([long.as_str()]) {
                    let path = match parameter["in"].as_str().unwrap() {
                        "query" if name == "measure" => format!("{path}?measure={value}"),
                        "query" if path.starts_with("/v1/tally") => format!("{path}?measure=ordered&{name}={value}"),
                        "query" => format!("{path}?{name}={value}"),
                        "path" => operation.path.replace(&format!("{{{name}}}"), value),
                        _ => continue,
                    };
                    for member in [&s.school, &s.supplier, &auditor] {
                        let answer = app.get(&path).by(member).await;
                        assert!(answer.status < 500, "{path}: {}", answer.text());
                    }
                }
            }
        }
    }

    async fn bodies_beyond_the_limit_are_not_read(app) {
        let mut attack = Attack::on(&app).await;
        let huge = vec![b' '; 10 << 20];
        for (operation, path, _) in with_bodies() {
            for answer in attack.send(&operation, &path, &huge).await {
                assert_eq!(answer.problem(413), "body_too_large", "{}", operation.id);
            }
        }
        let just_over_one = vec![b' '; (1 << 20) + 1];
        let just_over_four = vec![b' '; (4 << 20) + 1];
        let school = &attack.members[0];
        assert_eq!(app.post("/v1/orders").by(school).raw(just_over_one.clone()).await.status, 400, "orders may be large");
        assert_eq!(app.post("/v1/orders").by(school).raw(just_over_four).await.status, 413);
        assert_eq!(app.post("/v1/sites").by(school).raw(just_over_one).await.status, 413);
    }

    async fn a_body_of_another_type_is_not_read(app) {
        let mut attack = Attack::on(&app).await;
        attack.members.truncate(1);
        for (operation, path, example) in with_bodies() {
            for kind in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
                let call = app.call(operation.method.clone(), &path).by(&attack.members[0]).header("content-type", kind);
                let answer = call.raw(example.to_string()).await;
                assert_eq!(answer.problem(415), "unsupported_media_type", "{} {kind}", operation.id);
            }
        }
        assert_eq!(app.entries().await, attack.entries);
    }

    async fn every_text_comes_back_as_it_went(app) {
        let s = app.scene().await;
        app.given().stock_of(&s.rice, "1000").await;
        let naughty: Vec<Value> = serde_json::from_str(NAUGHTY).unwrap();
        let texts = naughty.iter().map(bytes).chain(suite("y_").into_iter().map(|(_, content)| content));
        let mut taken = 0;
        for text in texts {
            // One of the naughty strings is cut within a character: no JSON could carry it.
            let Ok(text) = String::from_utf8(text) else { continue };
            if text.is_empty() || text.chars().count() > 2_000 {
                continue;
            }
            let order = with(order_of(&[("GR02", "1")]), "note", text.as_str());
            let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
            if text.contains('\0') {
                assert_eq!(answer.problem(400), "invalid_text");
                continue;
            }
            let group = answer.body(201);
            let id = group["orders"][0]["id"].as_str().unwrap();
            let note = app.read_order(&s.supplier, id).await.body(200)["note"].clone();
            assert_eq!(note.as_str().map(str::as_bytes), Some(text.as_bytes()));
            taken += 1;
        }
        assert!(taken > 590, "{taken}");
    }

    async fn naughty_names_and_numbers_are_taken_or_refused_and_never_break(app) {
        let s = app.scene().await;
        let operator = app.given().an_operator().await;
        app.given().stock_of(&s.rice, "1000").await;
        let naughty: Vec<Value> = serde_json::from_str(NAUGHTY).unwrap();
        for text in naughty.iter().filter_map(|one| String::from_utf8(bytes(one)).ok()) {
            let order = with(order_of(&[("GR02", "1")]), "external_order_no", text.as_str());
            let answer = app.post("/v1/orders").by(&s.school).json(&order).await;
            assert!([200, 201, 400].contains(&answer.status), "{text:?}: {}", answer.text());
            if answer.status == 201 {
                assert_eq!(answer.json["external_order_no"], text.as_str());
            }
            let department = json!({"code": text, "name": text});
            let answer = app.post("/v1/departments").by(&operator).json(&department).await;
            assert!([201, 400, 409, 422].contains(&answer.status), "{text:?}: {}", answer.text());
            let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let answer = app.get(format!("/v1/products?q={encoded}")).by(&s.school).await;
            assert!([200, 400].contains(&answer.status), "{text:?}: {}", answer.text());
        }
    }
}
