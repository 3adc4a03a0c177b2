//! Numbers of contracts: one of a kind where both sides see them, and nothing to learn from one that is refused.

use crate::support::TestApp;
use crate::support::given::Member;
use crate::support::steps::Scene;
use serde_json::{Value, json};

/// What a side writes to another with a number.
fn terms(s: &Scene, number: &str, to: (&str, &Member)) -> Value {
    json!({"contract_no": number, to.0: to.1.id.to_string(), "from_date": "2026-11-23", "to_date": "2026-12-23", "cap": "100.00",
        "goods": [{"product_id": s.rice.id.to_string(), "price": "10.00"}]})
}

/// Writes a contract to a buyer, or to the supplier; its id.
async fn written(app: &TestApp, by: &Member, body: &Value) -> String {
    let made = app.post("/v1/contracts").by(by).json(body).await.body(201);
    made["contract_id"].as_str().unwrap().to_owned()
}

both_engines! {
    async fn a_number_written_down_by_another_is_free(app) {
        let s = app.scene().await;
        let hospital = app.given().a_hospital().await;
        let (school, supplier) = (&s.school, &s.supplier);
        let by_supplier = |number, buyer| terms(&s, number, ("buyer_id", buyer));
        let by_buyer = |number| terms(&s, number, ("supplier_id", supplier));
        // Neither what another buyer writes nor what it proposes keeps the number from anybody who does not see it.
        let squat = written(&app, &hospital, &by_buyer("KJ-1")).await;
        let first = written(&app, supplier, &by_supplier("KJ-1", school)).await;
        app.step(supplier, &first, "propose", 1).await.is(200);
        app.step(&hospital, &squat, "propose", 1).await.is(200);
        // The supplier sees both: it has written one, and one lies before it.
        for buyer in [school, &hospital] {
            let answer = app.post("/v1/contracts").by(supplier).json(&by_supplier("KJ-1", buyer)).await;
            assert_eq!(answer.faults(409), ["contract_no_taken /contract_no"]);
        }
        for buyer in [school, &hospital] {
            assert_eq!(app.post("/v1/contracts").by(buyer).json(&by_buyer("KJ-1")).await.faults(409), ["contract_no_taken /contract_no"]);
        }
        // A third learns nothing of either.
        let stranger = app.given().a_supermarket().await;
        let third = written(&app, &stranger, &by_buyer("KJ-1")).await;
        app.step(&stranger, &third, "propose", 1).await.is(200);
        app.verify().await;
    }

    async fn what_the_other_side_writes_is_met_when_it_is_proposed(app) {
        let s = app.scene().await;
        let (school, supplier) = (&s.school, &s.supplier);
        let hidden = written(&app, school, &terms(&s, "KJ-2", ("supplier_id", supplier))).await;
        let open = written(&app, supplier, &terms(&s, "KJ-2", ("buyer_id", school))).await;
        app.step(supplier, &open, "propose", 1).await.is(200);
        assert_eq!(app.step(school, &hidden, "propose", 1).await.problem(409), "contract_no_taken");
        let renumber = |version: &'static str, number: &'static str| {
            app.patch(format!("/v1/contracts/{hidden}")).by(school).if_match(version).json(&json!({"contract_no": number})).into_future()
        };
        assert_eq!(renumber("\"v1\"", "KJ-2").await.faults(409), ["contract_no_taken /contract_no"]);
        renumber("\"v1\"", "KJ-3").await.is(200);
        app.step(school, &hidden, "propose", 2).await.is(200);
        // What is refused was seen by both: its number is not used again between them.
        app.step(supplier, &hidden, "refuse", 3).await.is(200);
        let again = app.post("/v1/contracts").by(supplier).json(&terms(&s, "KJ-3", ("buyer_id", school))).await;
        assert_eq!(again.faults(409), ["contract_no_taken /contract_no"]);
        // What is taken back is seen by its writer alone, and holds nothing any more.
        app.step(supplier, &open, "withdraw", 2).await.is(200);
        written(&app, school, &terms(&s, "KJ-2", ("supplier_id", supplier))).await;
    }

    async fn of_two_proposals_with_one_number_one_is_made(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        for round in 0..8 {
            let number = format!("KJ-{round}");
            let ours = written(&app, &s.supplier, &terms(&s, &number, ("buyer_id", &s.school))).await;
            let theirs = written(&app, &s.school, &terms(&s, &number, ("supplier_id", &s.supplier))).await;
            let (one, two) = tokio::join!(app.step(&s.supplier, &ours, "propose", 1), other.step(&s.school, &theirs, "propose", 1));
            let mut statuses = [one.status, two.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409], "{} {}", one.text(), two.text());
        }
        app.verify().await;
        other.close().await;
    }
}
