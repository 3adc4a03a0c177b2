//! The feed: what happened, in order, for those whom it concerns.

use crate::support::steps::order_of;
use crate::support::{Member, TestApp};
use serde_json::{Value, json};
use yangpin::journal::begin_epoch;

async fn page(app: &TestApp, member: &Member, limit: u32, cursor: Option<&str>) -> (Vec<Value>, String) {
    let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    let page = app.get(format!("/v1/events?limit={limit}{cursor}")).by(member).await.body(200);
    (page["items"].as_array().unwrap().clone(), page["next"].as_str().unwrap().to_owned())
}

async fn all(app: &TestApp, member: &Member, limit: u32) -> Vec<Value> {
    let (mut events, mut cursor) = page(app, member, limit, None).await;
    loop {
        let (more, next) = page(app, member, limit, Some(&cursor)).await;
        if more.is_empty() {
            return events;
        }
        events.extend(more);
        cursor = next;
    }
}

fn orders(events: &[Value]) -> Vec<(&str, &str)> {
    events
        .iter()
        .filter(|event| event["thing"]["kind"] == "order")
        .map(|event| (event["kind"].as_str().unwrap(), event["thing"]["id"].as_str().unwrap()))
        .collect()
}

both_engines! {
    async fn each_party_sees_what_concerns_it_and_nothing_else(app) {
        let s = app.scene().await;
        let hospital = app.given().a_hospital().await;
        let other_supplier = app.given().a_supplier().await;
        app.given().a_product("TE01", &other_supplier).of_category("tea").await;
        let mine = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let theirs = app.place_one(&hospital, &order_of(&[("TE01", "1")])).await;
        app.confirm(&s.supplier, &mine).await.is(200);
        app.cancel(&hospital, &theirs).await.is(200);
        let (mine, theirs) = (mine.as_str(), theirs.as_str());
        let expected_mine = [("order.placed", mine), ("order.confirmed", mine)];
        let expected_theirs = [("order.placed", theirs), ("order.cancelled", theirs)];
        for limit in [1, 3, 200] {
            assert_eq!(orders(&all(&app, &s.school, limit).await), expected_mine);
            assert_eq!(orders(&all(&app, &s.supplier, limit).await), expected_mine);
            assert_eq!(orders(&all(&app, &hospital, limit).await), expected_theirs);
            assert_eq!(orders(&all(&app, &other_supplier, limit).await), expected_theirs);
        }
        let auditor = app.given().an_auditor().await;
        let seen = all(&app, &auditor, 7).await;
        assert_eq!(orders(&seen), [("order.placed", mine), ("order.placed", theirs), ("order.confirmed", mine), ("order.cancelled", theirs)]);
        let numbers: Vec<i64> = seen.iter().map(|event| event["sequence"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=i64::try_from(numbers.len()).unwrap()).collect::<Vec<_>>(), "no gap");
        assert!(all(&app, &s.school, 200).await.iter().all(|event| event["sequence"].is_null()));
        let town = app.given().an_official_of_town("白蒲镇").await;
        assert!(orders(&all(&app, &town, 200).await).is_empty());
    }

    async fn a_cursor_goes_on_where_it_was(app) {
        let s = app.scene().await;
        let (_, cursor) = page(&app, &s.school, 200, None).await;
        assert!(page(&app, &s.school, 200, Some(&cursor)).await.0.is_empty());
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let (events, next) = page(&app, &s.school, 200, Some(&cursor)).await;
        assert_eq!(orders(&events), [("order.placed", id.as_str())]);
        assert_eq!(events[0]["what"]["amount"], "205.00");
        assert!(page(&app, &s.school, 200, Some(&next)).await.0.is_empty());
        assert_eq!(page(&app, &s.school, 200, Some(&cursor)).await.0, events, "asked again, answered again");
        let mangled = app.get("/v1/events?cursor=AAAA").by(&s.school).await;
        assert_eq!(mangled.faults(400), ["cursor_invalid cursor"]);
        let of_another_list = app.get("/v1/orders?limit=1").by(&s.school).await.body(200)["next"].clone();
        assert!(of_another_list.is_null());
    }

    async fn after_a_restore_an_old_cursor_is_told_the_way_back(app) {
        let s = app.scene().await;
        let before = page(&app, &s.school, 200, None).await.1;
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        // What was there at the restore is in both epochs: such a cursor holds.
        begin_epoch(&app.app().desk.db, app.now(), "restore").await.unwrap();
        let (events, at_restore) = page(&app, &s.school, 200, Some(&before)).await;
        assert_eq!(events.len(), 1);
        assert!(page(&app, &s.school, 200, Some(&at_restore)).await.0.is_empty());
        // Entries that were written after the backup are lost by the next restore.
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        let beyond = page(&app, &s.school, 200, Some(&at_restore)).await.1;
        let epoch = begin_epoch(&app.app().desk.db, app.now(), "restore").await.unwrap();
        lose_the_last_entry_since(&app, epoch).await;
        let answer = app.get(format!("/v1/events?cursor={beyond}")).by(&s.school).await;
        assert_eq!(answer.problem(409), "cursor_of_other_epoch");
        let usable = answer.value_of_fault(0, "cursor").to_owned();
        let id = app.place_one(&s.school, &order_of(&[("GR02", "3")])).await;
        let (events, _) = page(&app, &s.school, 200, Some(&usable)).await;
        assert!(orders(&events).contains(&("order.placed", id.as_str())), "{events:?}");
    }

    async fn a_head_names_the_epoch(app) {
        let official = app.given().an_official_of_the_city().await;
        let before = app.ordered(&official, "").await;
        let epoch = begin_epoch(&app.app().desk.db, app.now(), "restore").await.unwrap();
        let after = app.ordered(&official, "").await;
        assert_eq!(after["as_of"]["epoch"], epoch.to_string());
        assert_eq!((&after["as_of"]["hash"], &after["as_of"]["sequence"]), (&before["as_of"]["hash"], &before["as_of"]["sequence"]));
    }

    async fn free_text_and_names_are_not_in_the_feed(app) {
        let s = app.scene().await;
        let mut order = order_of(&[("GR02", "1")]);
        order["note"] = json!("王师傅 13800000000");
        app.place(&s.school, &order).await;
        let auditor = app.given().an_auditor().await;
        let text = Value::from(all(&app, &auditor, 200).await).to_string();
        assert!(!text.contains("13800000000") && !text.contains("王师傅") && !text.contains("张三"));
    }
}

/// As if the last epoch had begun one entry earlier.
async fn lose_the_last_entry_since(app: &TestApp, epoch: uuid::Uuid) {
    use sea_orm::ConnectionTrait;
    let sql = "UPDATE journal_epochs SET began_after = began_after - 1 WHERE epoch = $1";
    let statement = yangpin::db::statement(app.engine(), sql, vec![epoch.into()]);
    let done = app.app().desk.db.write().execute_raw(statement).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
}
