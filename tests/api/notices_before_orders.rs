//! Notices of what comes before an order: framework contracts, inquiries and quotes.

use crate::notices::{inbox, kinds};
use serde_json::json;

both_engines! {
    async fn each_side_hears_of_the_steps_of_a_contract_that_the_other_took(app) {
        let s = app.scene().await;
        let (seller, cook) = (app.given().a_colleague_of(&s.supplier).await, app.given().a_colleague_of(&s.school).await);
        let id = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").proposed().await;
        app.step(&s.supplier, &id, "withdraw", 2).await.is(200);
        app.step(&s.supplier, &id, "propose", 3).await.is(200);
        app.step(&s.school, &id, "accept", 4).await.is(200);
        app.step(&s.supplier, &id, "terminate", 5).await.is(200);
        let refused = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").written_by_the_buyer().proposed().await;
        app.step(&s.supplier, &refused, "refuse", 2).await.is(200);
        app.a_minute_passes().await;
        let told = ["contract_proposed", "contract_proposed", "contract_proposed", "contract_terminated", "contract_answered"];
        assert_eq!(kinds(&app, &cook).await, told);
        assert_eq!(kinds(&app, &seller).await, ["contract_answered", "contract_proposed"]);
        let notices = inbox(&app, &cook).await;
        let said = |at: usize| notices[at]["text"].as_str().unwrap();
        assert!(said(0).contains("did not agree") && said(1).contains("both sides agreed to it") && said(3).contains("took framework contract"), "{notices:?}");
        assert_eq!(notices[1]["link"], format!("/v1/contracts/{id}"));
        app.get(notices[1]["link"].as_str().unwrap()).by(&cook).await.is(200);
    }

    async fn suppliers_hear_of_an_inquiry_and_of_what_became_of_their_quotes(app) {
        let b = app.bidding().await;
        let cook = app.given().a_colleague_of(&b.school).await;
        let mut sellers = Vec::new();
        for (supplier, _) in &b.suppliers {
            sellers.push(app.given().a_colleague_of(supplier).await);
        }
        let inquiry = app.ask(&b, json!({"open_when_answered": true})).await;
        let cheap = app.bid(&b, &inquiry, 0, "198.00", json!({})).await;
        app.bid(&b, &inquiry, 1, "205.00", json!({})).await;
        let path = format!("/v1/inquiries/{inquiry}/decline");
        app.post(path).by(&b.suppliers[2].0).json(&json!({"reason": "out_of_stock"})).await.is(200);
        app.choose(&b.school, &inquiry, json!({"quote_id": cheap})).await.is(200);
        app.a_minute_passes().await;
        assert_eq!(kinds(&app, &cook).await, ["inquiry_answered", "inquiry_answered", "inquiry_answered"]);
        for (seller, told) in sellers.iter().zip([&["inquiry_received", "quote_decided"][..], &["inquiry_received", "quote_decided"], &["inquiry_received"]]) {
            assert_eq!(kinds(&app, seller).await, told);
        }
        let (won, lost) = (inbox(&app, &sellers[0]).await.remove(0), inbox(&app, &sellers[1]).await.remove(0));
        assert_eq!((won["title"].as_str(), lost["title"].as_str()), (Some("Your quote was chosen"), Some("Your quote was not chosen")));
        app.get(lost["link"].as_str().unwrap()).by(&sellers[1]).await.is(200);
        let asked = &inbox(&app, &sellers[2]).await[0];
        assert!(asked["text"].as_str().unwrap().contains("by 2026-12-20. Please answer or decline by 2026-11-30"), "{asked}");
    }
}
