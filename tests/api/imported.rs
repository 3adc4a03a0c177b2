//! What imports bring is looked at by two people, stands once, and shows wherever it counts.

use crate::notices::{inbox, kinds};
use crate::support::steps::{Scene, order_of};
use crate::support::{Answer, Member, TestApp};
use migration::{Migrator, MigratorTrait};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Who brings documents, and who books them.
struct Office {
    scene: Scene,
    first: Member,
    second: Member,
}

async fn office(app: &TestApp) -> Office {
    let scene = app.scene().await;
    let first = app.given().an_operator().await;
    let second = app.given().a_colleague_of(&first).await;
    Office { scene, first, second }
}

fn row(kind: &str, number: &str, buyer: &Member, (quantity, price): (&str, &str)) -> Value {
    json!({"kind": kind, "document_no": number, "at": "2026-10-05T08:26:00+08:00", "buyer": buyer.id.to_string(), "sku": "GR02",
        "quantity": quantity, "price": price})
}

impl Office {
    /// An import of these rows that is checked.
    async fn brought(&self, app: &TestApp, source: &str, rows: &Value) -> String {
        let id = app.an_import(&self.first, source).await;
        app.part(&self.first, &id, 1, rows).await.is(201);
        app.phase(&self.first, &id, "check").await.is(200);
        id
    }

    async fn booked(&self, app: &TestApp, source: &str, rows: &Value) -> String {
        let id = self.brought(app, source, rows).await;
        let booked = app.book_import(&self.second, &id, "all_or_nothing").await.body(200);
        assert_eq!(booked["status"], "booked", "{booked}");
        id
    }

    async fn total(&self, app: &TestApp, measure: &str, query: &str) -> Value {
        let path = format!("/v1/tally?measure={measure}{query}");
        app.get(path).by(&self.second).await.body(200)
    }

    /// What of a total imports brought: amount and lines.
    async fn imported(&self, app: &TestApp, measure: &str, query: &str) -> Value {
        let total = self.total(app, measure, query).await["total"]["imported"].clone();
        if total.is_null() {
            total
        } else {
            json!([total["amount"], total["lines"]])
        }
    }

    async fn lines(&self, app: &TestApp, query: &str) -> Vec<Value> {
        let path = format!("/v1/tally/lines?limit=200&{query}");
        app.get(path).by(&self.second).await.body(200)["items"].as_array().unwrap().clone()
    }
}

async fn book(app: &TestApp, by: &Member, import: &str, body: Value) -> Answer {
    app.post(format!("/v1/imports/{import}/book")).by(by).json(&body).await
}

async fn findings(app: &TestApp) -> String {
    let report = yangpin::verify::verify(&app.app().desk.db, |_, _| ()).await.unwrap();
    report.findings.iter().map(|one| format!("{one}\n")).collect()
}

both_engines! {
    async fn what_one_person_brings_another_books(app) {
        let o = office(&app).await;
        let school = &o.scene.school;
        let id = o.brought(&app, "旧台账", &json!([row("order", "1", school, ("6", "2.50"))])).await;
        let entries = app.entries().await;
        assert_eq!(app.book_import(&o.first, &id, "what_is_good").await.problem(403), "same_person");
        let silent = json!({"mode": "what_is_good", "alone": true, "reason": " "});
        let silent = book(&app, &o.first, &id, silent).await;
        assert_eq!(silent.faults(422), ["alone_needs_reason /reason"]);
        let together = book(&app, &o.second, &id, json!({"mode": "what_is_good", "reason": "已核对"})).await;
        assert_eq!(together.faults(422), ["reason_without_alone /alone"]);
        assert_eq!(app.entries().await, entries);
        let booked = app.book_import(&o.second, &id, "what_is_good").await.body(200);
        assert_eq!((&booked["status"], &booked["alone"], &booked["alone_reason"]), (&json!("booked"), &json!(false), &Value::Null));
        assert_eq!(booked["created_by"], o.first.actor.person.to_string());
        assert_eq!(booked["booked_by"], o.second.actor.person.to_string());
    }

    async fn whoever_uploaded_does_not_book_either(app) {
        let o = office(&app).await;
        let rows = json!([row("order", "1", &o.scene.school, ("6", "2.50"))]);
        let id = app.an_import(&o.first, "旧台账").await;
        app.part(&o.second, &id, 1, &rows).await.is(201);
        app.phase(&o.second, &id, "check").await.is(200);
        for one in [&o.first, &o.second] {
            assert_eq!(app.book_import(one, &id, "what_is_good").await.problem(403), "same_person");
        }
        let third = app.given().a_colleague_of(&o.first).await;
        assert_eq!(app.book_import(&third, &id, "what_is_good").await.body(200)["status"], "booked");
    }

    async fn who_books_alone_says_why(app) {
        let o = office(&app).await;
        let noted = app.post("/v1/imports").by(&o.first).json(&json!({"source": "旧台账", "note": "2026 年旧台账"})).await.body(201);
        let id = noted["import_id"].as_str().unwrap().to_owned();
        app.part(&o.first, &id, 1, &json!([row("order", "1", &o.scene.school, ("6", "2.50"))])).await.is(201);
        app.phase(&o.first, &id, "check").await.is(200);
        let alone = json!({"mode": "what_is_good", "alone": true, "reason": "同事请假，已与纸质台账核对"});
        let path = format!("/v1/imports/{id}/book");
        let booked = app.post(&path).by(&o.first).idempotency_key("alone").json(&alone).await.body(200);
        assert_eq!((&booked["alone"], &booked["alone_reason"]), (&json!(true), &json!("同事请假，已与纸质台账核对")));
        assert_eq!((&booked["note"], &booked["booked_by"]), (&json!("2026 年旧台账"), &booked["created_by"]));
        assert!(app.post(&path).by(&o.first).idempotency_key("alone").json(&alone).await.is_replay());
        let other = json!({"mode": "what_is_good", "alone": true, "reason": "别的原因"});
        let other = app.post(&path).by(&o.first).idempotency_key("alone").json(&other).await;
        assert_eq!(other.problem(422), "idempotency_key_reused");
        let said = "SELECT COUNT(*) FROM entries WHERE kind = 'import.booking' AND body LIKE '%\"alone\":true%' AND body LIKE '%\"note\":\"%'";
        assert_eq!(app.number(said).await, 1);
        app.verify().await;
    }

    async fn a_document_stands_once_whatever_book_it_comes_from(app) {
        let o = office(&app).await;
        let school = &o.scene.school;
        let hospital = app.given().a_hospital().await;
        let place = app.given().store_of(&o.scene.supplier).await.to_string();
        let stock = json!({"kind": "stock", "document_no": "S1", "at": "2026-10-01", "sku": "GR02", "quantity": "5", "place": place, "reason": "receipt"});
        let rows = json!([row("order", "1", school, ("6", "2.50")), row("return", "1", school, ("1", "2.50")), stock]);
        let first = o.booked(&app, "旧台账", &rows).await;
        // Between other parties the same number is another document.
        o.booked(&app, "医院台账", &json!([row("order", "1", &hospital, ("6", "2.50"))])).await;
        let again = o.brought(&app, "另一本账", &rows).await;
        let faults = app.get(format!("/v1/imports/{again}/faults")).by(&o.first).await.body(200);
        let told: Vec<_> = faults["items"].as_array().unwrap().iter().map(|one| &one["problem"]).collect();
        assert_eq!(told, ["document_booked"; 3]);
        let detail = faults["items"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(&first) && detail.contains("旧台账"), "{detail}");
        for mode in ["what_is_good", "all_or_nothing"] {
            let refused = app.book_import(&o.second, &again, mode).await;
            assert_eq!(refused.problem(409), "document_booked");
            assert_eq!((refused.value_of_fault(0, "import_id"), refused.value_of_fault(0, "source")), (first.as_str(), "旧台账"));
        }
        app.verify().await;
        app.phase(&o.first, &first, "undo").await.is(200);
        app.verify().await;
        o.booked(&app, "另一本账", &rows).await;
        app.verify().await;
        assert_eq!(o.total(&app, "accepted", "").await["total"]["amount"], "30.00");
    }

    async fn of_two_imports_booked_at_once_one_holds_the_document(app) {
        let o = office(&app).await;
        let rows = json!([row("order", "1", &o.scene.school, ("6", "2.50"))]);
        let (one, two) = (o.brought(&app, "甲账", &rows).await, o.brought(&app, "乙账", &rows).await);
        let book = |id: String| { let (app, o) = (&app, &o); async move { app.book_import(&o.second, &id, "all_or_nothing").await.body(200) } };
        let (one, two) = tokio::join!(book(one), book(two));
        let mut ends: Vec<_> = [&one, &two].map(|end| (end["status"].as_str().unwrap(), end["stopped_by"].as_str())).to_vec();
        ends.sort_unstable();
        assert_eq!(ends, [("booked", None), ("undone", Some("document_booked"))]);
        assert_eq!(o.total(&app, "accepted", "").await["total"]["amount"], "15.00");
        app.verify().await;
    }

    async fn orders_lines_and_totals_say_what_was_imported(app) {
        let o = office(&app).await;
        let school = &o.scene.school;
        let own = app.confirmed(&o.scene, &order_of(&[("GR02", "2")])).await;
        let shipment = app.shipped(&o.scene.supplier, &own, &[(1, "2")]).await;
        app.accept(school, &shipment, &json!({})).await.is(200);
        let rows = json!([row("order", "1", school, ("6", "2.50")), row("return", "R1", school, ("2", "2.50"))]);
        let id = o.booked(&app, "旧台账", &rows).await;
        for (measure, expected) in [("ordered", "15.00"), ("shipped", "15.00"), ("accepted", "15.00"), ("returned", "5.00"), ("net", "10.00")] {
            assert_eq!(o.imported(&app, measure, "").await, json!([expected, 1]), "{measure}");
        }
        let buyer = school.id.to_string();
        for known in [format!("&buyer={buyer}"), "&group_by=month,town".into(), "&mode=purchase&channel=school_canteen".into(),
            format!("&supplier={}&from=2026-10&to=2026-10", o.scene.supplier.id)] {
            assert_eq!(o.imported(&app, "accepted", &known).await, json!(["15.00", 1]), "{known}");
        }
        assert_eq!(o.imported(&app, "accepted", "&from=2026-11").await, json!(["0.00", 0]));
        for unknown in ["&fund_source=canteen_meals", "&group_by=category", "&group_by=day", "&group_by=buyer,product", "&origin=610723104"] {
            assert_eq!(o.imported(&app, "accepted", unknown).await, Value::Null, "{unknown}");
        }
        let months = o.total(&app, "accepted", "&group_by=month").await;
        assert_eq!((&months["groups"][0]["imported"]["amount"], &months["groups"][1]["imported"]["amount"]), (&json!("15.00"), &json!("0.00")));
        let own_total = app.get("/v1/tally?measure=accepted").by(school).await.body(200);
        assert_eq!(own_total["total"]["imported"], json!({"amount": "15.00", "lines": 1}));

        let all = o.lines(&app, "measure=accepted").await;
        let [imported, here] = [o.lines(&app, "measure=accepted&imported=true").await, o.lines(&app, "measure=accepted&imported=false").await];
        assert_eq!((all.len(), imported.len(), here.len()), (2, 1, 1));
        assert_eq!((&imported[0]["import_id"], &here[0]["import_id"]), (&json!(id), &Value::Null));
        assert_eq!(o.lines(&app, "measure=returned&imported=true").await[0]["import_id"], id);
        let listed = app.get(format!("/v1/orders?import_id={id}")).by(school).await.body(200);
        let orders: Vec<_> = listed["items"].as_array().unwrap().iter().map(|order| &order["import_id"]).collect();
        assert_eq!(orders, [&json!(id)]);
        assert_eq!(app.read_order(school, &own).await.body(200)["import_id"], Value::Null);
        for path in ["/v1/orders/export", "/v1/orders/lines/export", "/v1/tally/lines/export"] {
            let query = if path.contains("tally") { "&measure=accepted&imported=true" } else { "" };
            let file = app.get(format!("{path}?format=csv{query}")).by(school).await.is(200).text();
            assert!(file.lines().next().unwrap().ends_with("Import id") && file.contains(&id), "{path}: {file}");
        }
    }

    async fn what_is_taken_back_is_imported_no_more(app) {
        let o = office(&app).await;
        let rows = json!([row("order", "1", &o.scene.school, ("6", "2.50")), row("return", "R1", &o.scene.school, ("2", "2.50"))]);
        let id = o.booked(&app, "旧台账", &rows).await;
        app.phase(&o.first, &id, "undo").await.is(200);
        for measure in ["ordered", "shipped", "accepted", "returned"] {
            assert_eq!(o.imported(&app, measure, "").await, json!(["0.00", 0]), "{measure}");
        }
        assert_eq!(o.lines(&app, "measure=accepted&imported=true").await.len(), 2);
        app.verify().await;
    }

    async fn both_parties_hear_once_of_an_import_in_their_name(app) {
        let s = app.scene().await;
        let given = app.given();
        let (seller, cook, operator) = (given.a_colleague_of(&s.supplier).await, given.a_colleague_of(&s.school).await, given.an_operator().await);
        let elsewhere = given.a_hospital().by_a_person().await;
        let import = app.an_import(&operator, "旧台账").await;
        let rows = json!([row("order", "D1", &s.school, ("2", "2.55")), row("order", "D2", &s.school, ("4", "2.55")), row("return", "R1", &s.school, ("1", "2.55"))]);
        app.part(&operator, &import, 1, &rows).await.is(201);
        app.phase(&operator, &import, "check").await.is(200);
        app.book_alone(&operator, &import, "all_or_nothing").await.is(200);
        app.a_minute_passes().await;
        for who in [&seller, &cook] {
            let [notice] = <[Value; 1]>::try_from(inbox(&app, who).await).unwrap();
            assert_eq!((&notice["kind"], &notice["thing"]["id"]), (&json!("imported"), &json!(import)));
            let text = notice["text"].as_str().unwrap();
            assert!(text.starts_with("3 document(s) of 旧台账, worth 12.75 yuan"), "{text}");
            let orders = app.get(notice["link"].as_str().unwrap()).by(who).await.body(200);
            assert_eq!(orders["items"].as_array().unwrap().len(), 2);
        }
        app.phase(&operator, &import, "undo").await.is(200);
        app.a_minute_passes().await;
        for who in [&seller, &cook] {
            assert_eq!(kinds(&app, who).await, ["imported", "imported"]);
            let last = inbox(&app, who).await.remove(0);
            assert!(last["title"].as_str().unwrap().contains("taken back") && !last.to_string().contains('—'), "{last}");
            let chinese = app.get("/v1/notices").by(who).header("accept-language", "zh-CN").await.body(200);
            assert_eq!(chinese["items"][0]["title"], "以贵方名义导入的交易已撤销（旧台账）");
        }
        assert_eq!(kinds(&app, &elsewhere).await, [""; 0]);
    }

    async fn what_verify_says_of_imports_that_were_tampered_with(app) {
        let o = office(&app).await;
        app.place_one(&o.scene.school, &order_of(&[("GR02", "1")])).await;
        o.booked(&app, "旧台账", &json!([row("order", "1", &o.scene.school, ("6", "2.50"))])).await;
        app.verify().await;
        for (edit, back, told) in [
            ("UPDATE cells_imported SET amount = amount + 1 WHERE measure = 3", "UPDATE cells_imported SET amount = amount - 1 WHERE measure = 3", "cells_imported month=202610 measure=3"),
            ("UPDATE cells_imported SET lines = 2 WHERE measure = 1", "UPDATE cells_imported SET lines = 1 WHERE measure = 1", "cells_imported month=202610 measure=1"),
            ("UPDATE cells_imported SET town = town + 999 WHERE measure = 2", "UPDATE cells_imported SET town = town - 999 WHERE measure = 2", "cells_imported month=202610 measure=2"),
            ("UPDATE import_claims SET document_no = '2'", "UPDATE import_claims SET document_no = '1'", "is held without a document"),
            ("UPDATE import_documents SET document_no = '3'", "UPDATE import_documents SET document_no = '1'", "is booked, and not held"),
        ] {
            app.spoil(edit).await;
            let found = findings(&app).await;
            assert!(found.contains(told), "{edit}: {found}");
            app.spoil(back).await;
            app.verify().await;
        }
        for edit in ["UPDATE orders SET import_id = NULL", "UPDATE orders SET import_id = (SELECT id FROM imports)"] {
            app.spoil(edit).await;
            let found = findings(&app).await;
            assert!(found.contains("names another import than the entry that placed it"), "{edit}: {found}");
            app.spoil("UPDATE orders SET import_id = (SELECT d.import_id FROM import_documents d WHERE d.thing_id = orders.id)").await;
            app.verify().await;
        }
    }

    async fn what_was_imported_before_is_held_and_counted_by_the_migration(app) {
        let o = office(&app).await;
        let school = &o.scene.school;
        let place = app.given().store_of(&o.scene.supplier).await.to_string();
        let stock = json!({"kind": "stock", "document_no": "S1", "at": "2026-10-01", "sku": "GR02", "quantity": "5", "place": place, "reason": "receipt"});
        let first = o.booked(&app, "旧台账", &json!([row("order", "1", school, ("6", "2.50")), row("return", "R1", school, ("1", "2.50")), stock])).await;
        let twin = o.booked(&app, "另一本账", &json!([row("order", "1x", school, ("6", "2.50"))])).await;
        let cells = "SELECT CAST(SUM(amount * measure + lines) AS bigint) FROM cells_imported";
        let (held, sums) = (app.number("SELECT COUNT(*) FROM import_claims").await, app.number(cells).await);
        // As it was before: nothing holds a number, and the same document came from two books.
        let steps = Migrator::migrations();
        let since = steps.iter().position(|step| step.name() == "m20261129_000034_import_claims").unwrap();
        let since = u32::try_from(steps.len() - since).unwrap();
        let db = app.app().desk.db.write().now();
        app.spoil("CREATE TABLE kept AS SELECT id, booked_by, alone FROM imports").await;
        Migrator::down(&db, Some(since)).await.unwrap();
        app.spoil("UPDATE import_documents SET document_no = '1' WHERE document_no = '1x'").await;
        Migrator::up(&db, None).await.unwrap();
        // Who booked is hashed here already, as it was not then.
        app.spoil("UPDATE imports SET booked_by = (SELECT k.booked_by FROM kept k WHERE k.id = imports.id)").await;
        app.spoil("DROP TABLE kept").await;
        assert_eq!((app.number("SELECT COUNT(*) FROM import_claims").await, app.number(cells).await), (held, sums));
        assert_eq!(app.number("SELECT COUNT(*) FROM import_claims WHERE twin = 1").await, 1);
        let report = yangpin::verify::verify(&app.app().desk.db, |_, _| ()).await.unwrap();
        assert!(report.is_clean(), "{report}");
        assert!(report.notes.iter().any(|note| note.what.contains("booked more than once")), "{report}");
        // While one of the twins stands, there is no room for a third.
        let third = json!([row("order", "1", school, ("6", "2.50"))]);
        let mut holders = BTreeSet::new();
        for undone in [&first, &twin] {
            let id = o.brought(&app, "第三本账", &third).await;
            let refused = app.book_import(&o.second, &id, "what_is_good").await;
            assert_eq!(refused.problem(409), "document_booked");
            holders.insert(refused.value_of_fault(0, "import_id").to_owned());
            assert!(holders.contains(undone), "{holders:?}");
            app.phase(&o.first, undone, "undo").await.is(200);
        }
        o.booked(&app, "第三本账", &third).await;
        app.verify().await;
    }
}
