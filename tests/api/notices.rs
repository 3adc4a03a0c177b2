//! Notices: from what one side does to the inbox of the people on the other.

use crate::support::steps::{order_of, with};
use crate::support::{Member, TestApp};
use poem::http::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use yangpin::db::statement;
use yangpin::jobs::{Job, Step};
use yangpin::journal::begin_epoch;
use yangpin::notices::FollowNotices;
use yangpin::organisations::Register;

pub async fn inbox(app: &TestApp, by: &Member) -> Vec<Value> {
    app.get("/v1/notices").by(by).await.body(200)["items"].as_array().unwrap().clone()
}

/// Kinds in an inbox, the oldest first.
pub async fn kinds(app: &TestApp, by: &Member) -> Vec<String> {
    let kind = |notice: &Value| notice["kind"].as_str().unwrap().to_owned();
    inbox(app, by).await.iter().rev().map(kind).collect()
}

async fn unread(app: &TestApp, by: &Member) -> i64 {
    app.get("/v1/notices/unread").by(by).await.body(200)["unread"].as_i64().unwrap()
}

async fn mark(app: &TestApp, by: &Member, body: Value) -> crate::support::Answer {
    app.post("/v1/notices/read").by(by).json(&body).await
}

/// Follows the journal to its head.
async fn follow(app: &TestApp) {
    let follower = FollowNotices::new(Register::new());
    while follower.step(&app.app().desk, &Value::Null).await.unwrap() != Step::Done {}
}

async fn change(app: &TestApp, sql: &str) {
    let change = statement(app.engine(), sql, Vec::new());
    app.app().desk.db.write().execute_raw(change).await.unwrap();
}

const PREFERENCES: &str = "/v1/notices/preferences";

async fn wish(app: &TestApp, by: &Member, etag: &str, body: &Value) -> crate::support::Answer {
    app.call(Method::PUT, PREFERENCES).by(by).if_match(etag).json(body).await
}

both_engines! {
    async fn an_order_is_told_to_the_supplier_in_both_languages(app) {
        let s = app.scene().await;
        let (seller, cook) = (app.given().a_colleague_of(&s.supplier).await, app.given().a_colleague_of(&s.school).await);
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
        let order_no = app.read_order(&s.school, &id).await.body(200)["order_no"].as_str().unwrap().to_owned();
        assert!(inbox(&app, &seller).await.is_empty());
        let entries = app.entries().await;
        app.a_minute_passes().await;
        assert_eq!(app.entries().await, entries);
        let [notice] = <[Value; 1]>::try_from(inbox(&app, &seller).await).unwrap();
        assert_eq!((notice["kind"].as_str(), notice["link"].as_str()), (Some("order_placed"), Some(format!("/v1/orders/{id}").as_str())));
        assert!(notice["at"].as_str().unwrap().starts_with("2026-11-23T02:00:00.") && notice["read_at"].is_null(), "{notice}");
        assert_eq!(notice["title"], format!("New order {order_no} from 白蒲中心小学"));
        let text = format!("白蒲中心小学 placed order {order_no}: 1 line(s), 2050.00 yuan, to be delivered on 2026-12-01. Please confirm it, answer it line by line, or decline it.");
        assert_eq!(notice["text"], text);
        let chinese = app.get("/v1/notices").by(&seller).header("accept-language", "zh-CN").await.body(200);
        assert_eq!(chinese["items"][0]["title"], format!("新订单 {order_no}（白蒲中心小学）"));
        assert!(chinese["items"][0]["text"].as_str().unwrap().contains("共 1 行，2050.00 元，要求 2026-12-01 送达"));
        app.get(notice["link"].as_str().unwrap()).by(&seller).await.is(200);
        // Those who bought, and the machine at the supplier's, hear nothing of it.
        for other in [&cook, &s.school, &s.supplier] {
            assert_eq!(inbox(&app, other).await, [Value::Null; 0]);
        }
    }

    async fn a_short_answer_is_told_to_the_buyer(app) {
        let s = app.scene().await;
        let cook = app.given().a_colleague_of(&s.school).await;
        for (on_short, told) in [("close", "closed, as you chose"), ("backorder", "stays on order")] {
            let id = app.place_one(&s.school, &with(order_of(&[("GR02", "10")]), "on_short", on_short)).await;
            app.answer_lines(&s.supplier, &id, &[(1, "6")]).await.is(200);
            app.a_minute_passes().await;
            let notice = inbox(&app, &cook).await.remove(0);
            assert_eq!(notice["kind"], "order_short");
            let text = notice["text"].as_str().unwrap();
            assert!(text.starts_with("谢村黑米合作社 answered order") && text.contains("1 line(s)") && text.contains(told), "{text}");
        }
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.answer_lines(&s.supplier, &id, &[(1, "1")]).await.is(200);
        app.a_minute_passes().await;
        assert_eq!(kinds(&app, &cook).await, ["order_short", "order_short", "order_answered"]);
    }

    async fn each_side_hears_what_the_other_does_from_the_order_to_its_end(app) {
        let s = app.scene().await;
        let (seller, cook) = (app.given().a_colleague_of(&s.supplier).await, app.given().a_colleague_of(&s.school).await);
        let id = app.confirmed(&s, &order_of(&[("GR02", "10")])).await;
        let propose = json!({"deliver_on": "2026-12-05"});
        let changes = format!("/v1/orders/{id}/changes");
        let proposed = app.post(&changes).by(&s.school).json(&propose).await.body(201);
        let to_change = format!("/v1/order-changes/{}", proposed["id"].as_str().unwrap());
        app.post(format!("{to_change}/refuse")).by(&s.supplier).await.is(200);
        let shipment = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
        app.post(format!("/v1/shipments/{shipment}/arrive")).by(&s.school).await.is(200);
        let rejected = json!({"lines": [{"no": 1, "rejected": [{"reason": "mouldy", "quantity": "2"}]}]});
        app.accept(&s.school, &shipment, &rejected).await.is(200);
        let back = json!({"lines": [{"line_no": 1, "quantity": "1", "reason": "mouldy", "fate": "destroy"}]});
        app.give_back(&s.school, &id, &back).await.is(201);
        let declined = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.decline(&s.supplier, &declined).await.is(200);
        let cancelled = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.cancel(&s.school, &cancelled).await.is(200);
        follow(&app).await;
        assert_eq!(kinds(&app, &cook).await, ["order_confirmed", "change_refused", "shipped", "to_accept", "order_completed", "order_declined"]);
        assert_eq!(kinds(&app, &seller).await,
            ["order_placed", "change_proposed", "accepted", "order_completed", "returned", "order_placed", "order_placed", "order_cancelled"]);
        for who in [&cook, &seller] {
            for notice in inbox(&app, who).await {
                app.get(notice["link"].as_str().unwrap()).by(who).await.is(200);
                assert!(!notice.to_string().contains('—'), "{notice}");
            }
        }
        let told = inbox(&app, &seller).await;
        let text = |kind: &str| told.iter().find(|one| one["kind"] == kind).unwrap()["text"].as_str().unwrap().to_owned();
        assert!(text("accepted").contains("rejected part of it"), "{}", text("accepted"));
        assert!(text("order_cancelled").contains("the goods are no longer needed"));
    }

    async fn only_those_hear_who_were_there_and_hold_a_key_in_force(app) {
        let s = app.scene().await;
        let given = app.given();
        let (seller, gone, doer) = (given.a_colleague_of(&s.supplier).await, given.a_colleague_of(&s.supplier).await, given.a_colleague_of(&s.supplier).await);
        let elsewhere = given.a_supplier().called("别家合作社").by_a_person().await;
        let cook = given.a_colleague_of(&s.school).await;
        app.post(format!("/v1/keys/{}/revoke", gone.key_id)).by(&s.supplier).await.is(200);
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.confirm(&doer, &id).await.is(200);
        app.at("2026-11-23T02:30:00Z");
        let newcomer = given.a_colleague_of(&s.supplier).await;
        follow(&app).await;
        assert_eq!(app.number("SELECT COUNT(*) FROM notices").await, 3);
        assert_eq!(kinds(&app, &seller).await, ["order_placed"]);
        assert_eq!(kinds(&app, &cook).await, ["order_confirmed"]);
        for nobody in [&elsewhere, &newcomer] {
            assert_eq!(kinds(&app, nobody).await, [""; 0]);
        }
        // Who accepted it need not be told that it is complete.
        let shipment = app.shipped(&doer, &id, &[(1, "1")]).await;
        app.accept(&cook, &shipment, &json!({})).await.is(200);
        follow(&app).await;
        assert_eq!(kinds(&app, &cook).await, ["order_confirmed", "shipped"]);
        assert_eq!(kinds(&app, &newcomer).await, ["accepted", "order_completed"]);
    }

    async fn what_was_read_is_read_and_nobody_reads_for_another(app) {
        let s = app.scene().await;
        let (seller, other) = (app.given().a_colleague_of(&s.supplier).await, app.given().a_colleague_of(&s.supplier).await);
        for _ in 0..5 {
            app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        }
        follow(&app).await;
        let id = |notice: &Value| notice["notice_id"].as_str().unwrap().to_owned();
        let mine: Vec<String> = inbox(&app, &seller).await.iter().map(id).collect();
        let theirs: Vec<String> = inbox(&app, &other).await.iter().map(id).collect();
        assert_eq!((mine.len(), unread(&app, &seller).await), (5, 5));
        let refused = mark(&app, &seller, json!({"ids": [mine[0], theirs[0]]})).await;
        assert_eq!(refused.faults(404), ["not_found /ids/1"]);
        assert_eq!(mark(&app, &seller, json!({"ids": [mine[4]], "up_to": mine[0]})).await.problem(422), "notices_unclear");
        assert_eq!(mark(&app, &seller, json!({})).await.problem(422), "notices_unclear");
        assert_eq!(unread(&app, &seller).await, 5);
        let one = app.post("/v1/notices/read").by(&seller).idempotency_key("r1").json(&json!({"ids": [mine[0]]}));
        assert_eq!(one.await.body(200), json!({"marked": 1, "unread": 4}));
        app.at("2026-11-23T03:00:00Z");
        let again = app.post("/v1/notices/read").by(&seller).idempotency_key("r1").json(&json!({"ids": [mine[0]]})).await;
        assert!(again.is_replay());
        assert_eq!(mark(&app, &seller, json!({"up_to": mine[2]})).await.body(200), json!({"marked": 3, "unread": 1}));
        let read = app.get("/v1/notices?unread=false").by(&seller).await.body(200);
        assert_eq!(read["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [&*mine[0], &*mine[2], &*mine[3], &*mine[4]]);
        assert!(read["items"][0]["read_at"].as_str().unwrap().starts_with("2026-11-23T02:00:00."), "{read}");
        let rest = app.get("/v1/notices?unread=true").by(&seller).await.body(200);
        assert_eq!(rest["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [&*mine[1]]);
        // A number beyond all of mine marks mine and nobody else's.
        mark(&app, &seller, json!({"up_to": "ffffffff-ffff-7fff-bfff-ffffffffffff"})).await.is(200);
        assert_eq!((unread(&app, &seller).await, unread(&app, &other).await), (0, 5));
    }

    async fn an_inbox_comes_in_pages(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        for _ in 0..5 {
            app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        }
        follow(&app).await;
        let all = inbox(&app, &seller).await;
        let (mut seen, mut path) = (Vec::new(), "/v1/notices?limit=2".to_owned());
        loop {
            let page = app.get(&path).by(&seller).await.body(200);
            seen.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/v1/notices?limit=2&cursor={next}");
        }
        assert_eq!((seen.len(), seen), (5, all));
    }

    async fn wishes_are_kept_and_heeded(app) {
        let s = app.scene().await;
        let (seller, machine) = (app.given().a_colleague_of(&s.supplier).await, &s.supplier);
        let usual = app.get(PREFERENCES).by(&seller).await;
        assert_eq!(usual.etag(), "\"v1\"");
        let usual = usual.body(200);
        assert_eq!((&usual["language"], &usual["mail_address"]), (&json!("zh"), &Value::Null));
        assert!(usual["kinds"].as_array().unwrap().iter().all(|one| one["inbox"] == true && one["mail"] == false));
        let body = json!({"language": "en", "mail_address": "shop@supplier.example", "kinds": [
            {"kind": "order_placed", "inbox": false, "mail": false}, {"kind": "order_cancelled", "inbox": false, "mail": true}]});
        let kept = wish(&app, &seller, "\"v1\"", &body).await;
        let etag = kept.etag().to_owned();
        let kept = kept.body(200);
        assert_eq!((etag.as_str(), &kept["mail_address"], &kept["pending_address"]), ("\"v2\"", &Value::Null, &json!("shop@supplier.example")));
        assert_eq!(app.get(PREFERENCES).by(&seller).await.body(200), kept);
        assert_eq!(wish(&app, &seller, "\"v1\"", &body).await.problem(412), "precondition_failed");
        assert_eq!(app.call(Method::PUT, PREFERENCES).by(&seller).json(&body).await.problem(428), "precondition_required");
        // A machine hears what it has asked for.
        let asked = json!({"language": "zh", "kinds": [{"kind": "order_placed", "inbox": true, "mail": false}]});
        wish(&app, machine, "\"v1\"", &asked).await.is(200);
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        app.cancel(&s.school, &id).await.is(200);
        app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        follow(&app).await;
        assert_eq!(kinds(&app, &seller).await, [""; 0]);
        assert_eq!(unread(&app, &seller).await, 0);
        assert_eq!(app.number("SELECT COUNT(*) FROM notices WHERE mail_state = 'waiting' AND kind = 'order_cancelled'").await, 1);
        assert_eq!(kinds(&app, machine).await, ["order_placed", "order_placed"]);
        // All of it is said anew: the address is forgotten.
        wish(&app, &seller, "\"v2\"", &json!({"language": "en", "kinds": []})).await.is(200);
        assert_eq!(app.number("SELECT COUNT(*) FROM address_confirmations WHERE ended_at IS NULL").await, 0);
    }

    async fn every_fault_of_a_wish_is_told_and_addresses_are_plain(app) {
        let s = app.scene().await;
        let twice = json!({"language": "zh", "kinds": [
            {"kind": "shipped", "inbox": true, "mail": true}, {"kind": "shipped", "inbox": true, "mail": false}]});
        let refused = wish(&app, &s.school, "\"v1\"", &twice).await;
        assert_eq!(refused.faults(422), ["mail_address_needed /kinds/0/mail", "notice_kind_twice /kinds/1/kind"]);
        let long = format!("{}@b.example", "x".repeat(65));
        for address in ["nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", "a@localhost", &long] {
            let body = json!({"language": "zh", "mail_address": address, "kinds": []});
            wish(&app, &s.school, "\"v1\"", &body).await.is(400);
        }
        let other = json!({"language": "fr", "kinds": [{"kind": "weather", "inbox": true, "mail": false}], "extra": 1});
        assert_eq!(wish(&app, &s.school, "\"v1\"", &other).await.faults(400).len(), 3);
        assert_eq!(app.number("SELECT COUNT(*) FROM notice_preferences").await, 0);
    }

    async fn followers_at_the_same_time_make_no_twin_and_miss_nothing(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        let others = [app.another_process().await, app.another_process().await];
        for _ in 0..4 {
            for _ in 0..5 {
                app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
            }
            let follower = FollowNotices::new(Register::new());
            let desks = [&app.app().desk, &others[0].app().desk, &others[1].app().desk];
            let steps = desks.iter().cycle().take(9).map(|desk| follower.step(desk, &Value::Null));
            for done in futures_util::future::join_all(steps).await {
                done.unwrap();
            }
        }
        assert_eq!(kinds(&app, &seller).await, vec!["order_placed"; 20]);
        for other in others {
            other.close().await;
        }
    }

    async fn a_journal_read_again_makes_no_twin_and_a_cursor_goes_on_where_it_was(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        let place = async || app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        place().await;
        let killed = app.another_process().await;
        follow(&killed).await;
        killed.close().await;
        place().await;
        follow(&app).await;
        assert_eq!(kinds(&app, &seller).await.len(), 2);
        let head = app.entries().await;
        assert_eq!(app.number("SELECT seq FROM notice_cursors").await, head);
        change(&app, "UPDATE notice_cursors SET seq = 0").await;
        follow(&app).await;
        assert_eq!((kinds(&app, &seller).await.len(), app.number("SELECT seq FROM notice_cursors").await), (2, head));
        // A restore begins a new epoch; and a cursor of a history that is gone is led back to the head.
        begin_epoch(&app.app().desk.db, app.now(), "restore").await.unwrap();
        place().await;
        follow(&app).await;
        change(&app, "UPDATE notice_cursors SET seq = 1000000").await;
        follow(&app).await;
        place().await;
        follow(&app).await;
        assert_eq!(kinds(&app, &seller).await.len(), 4);
    }

    async fn a_long_journal_is_read_in_steps_to_its_end(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        let (desk, follower) = (&app.app().desk, FollowNotices::new(Register::new()));
        app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        // Going on at once, it would be there again for every order that comes.
        assert_eq!(follower.step(desk, &Value::Null).await.unwrap(), Step::Done);
        let one = json!({"product_id": s.rice.id.to_string(), "place_id": app.given().store_of(&s.supplier).await.to_string(),
            "quantity": "1", "reason": "receipt", "moved_on": "2026-11-23"});
        for _ in 0..6 {
            let body = json!({"movements": vec![one.clone(); 100]});
            app.post("/v1/stock/movements").by(&s.supplier).json(&body).await.is(201);
        }
        app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let mut steps = 1;
        while follower.step(desk, &Value::Null).await.unwrap() != Step::Done {
            steps += 1;
        }
        assert!(steps >= 2, "{steps}");
        assert_eq!(kinds(&app, &seller).await, ["order_placed", "order_placed"]);
    }

    async fn offers_that_end_are_told_once(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        let offers = app.get("/v1/offers").by(&s.supplier).await.body(200);
        let offer = offers["items"][0]["offer_id"].as_str().unwrap().to_owned();
        let version = app.get(format!("/v1/offers/{offer}")).by(&s.supplier).await.etag().to_owned();
        app.post(format!("/v1/offers/{offer}/end")).by(&s.supplier).if_match(&version).json(&json!({"to_date": "2026-12-03"})).await.is(200);
        app.a_minute_passes().await;
        assert_eq!(kinds(&app, &seller).await, [""; 0]);
        app.days_pass(3);
        for _ in 0..3 {
            app.a_minute_passes().await;
            app.days_pass(1);
        }
        let [notice] = <[Value; 1]>::try_from(inbox(&app, &seller).await).unwrap();
        assert_eq!((notice["kind"].as_str(), notice["link"].as_str()), (Some("offer_ending"), Some(format!("/v1/offers/{offer}").as_str())));
        assert!(notice["title"].as_str().unwrap().ends_with("(GR02) ends on 2026-12-03"), "{notice}");
        assert_eq!(app.number("SELECT COUNT(*) FROM notice_cursors WHERE swept_on = '2026-11-28'").await, 1);
    }

    async fn contracts_and_quotes_that_end_are_told_to_their_sides(app) {
        let s = app.scene().await;
        let (seller, cook) = (app.given().a_colleague_of(&s.supplier).await, app.given().a_colleague_of(&s.school).await);
        let agreed = app.given().a_contract(&s.supplier, &s.school).of(&s.rice, "198.00").with("to_date", "2026-12-20");
        let contract = agreed.in_force().await;
        let kept = app.post("/v1/orders/quotes").by(&s.school).json(&order_of(&[("GR02", "2")])).await.body(201);
        let quote = kept["quotes"][0]["id"].as_str().unwrap().to_owned();
        app.days_pass(4);
        app.a_minute_passes().await;
        assert_eq!(kinds(&app, &seller).await, ["contract_answered", "contract_ending"]);
        let mut told = inbox(&app, &cook).await;
        told.retain(|notice| notice["kind"] != "contract_proposed");
        // Told in one minute of a clock that stands: their order is not told.
        told.sort_by_key(|notice| notice["kind"] == "contract_ending");
        let [quote_ending, contract_ending] = <[Value; 2]>::try_from(told).unwrap();
        assert_eq!(quote_ending["link"], format!("/v1/quotes/{quote}").as_str());
        assert!(quote_ending["title"].as_str().unwrap().ends_with("ends on 2026-11-30"), "{quote_ending}");
        assert_eq!(contract_ending["kind"], "contract_ending");
        assert_eq!(contract_ending["link"], format!("/v1/contracts/{contract}").as_str());
        app.days_pass(1);
        app.a_minute_passes().await;
        assert_eq!(kinds(&app, &cook).await.len(), 3, "told once");
    }

    async fn an_offer_that_another_outlives_is_not_told_of(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        let offers = app.get("/v1/offers").by(&s.supplier).await.body(200);
        let offer = offers["items"][0]["offer_id"].as_str().unwrap().to_owned();
        let body = json!({"price": "210.00", "from_date": "2026-11-30"});
        let path = format!("/v1/offers/{offer}/announce");
        let version = app.get(format!("/v1/offers/{offer}")).by(&s.supplier).await.etag().to_owned();
        app.post(path).by(&s.supplier).if_match(&version).json(&body).await.is(201);
        app.a_minute_passes().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM offers WHERE to_date = '2026-11-29'").await, 1);
        assert_eq!(kinds(&app, &seller).await, [""; 0]);
    }
}
