//! Everything is moved to the other engine and is the same there: figures, proofs, keys, cursors; and life goes on.

use crate::support::database::{self, Database};
use crate::support::steps::{Scene, order_of, with};
use crate::support::{Member, TestApp, say_aloud};
use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};
use std::io::Cursor;
use std::sync::Arc;
use yangpin::db::Engine;
use yangpin::moving::{MoveError, Moved, move_all};

/// A database on the other engine, or nothing where there is none.
fn elsewhere(app: &TestApp) -> Option<Arc<Database>> {
    let engine = match app.engine() {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    };
    if engine == Engine::Postgres
        && let Err(why) = database::postgres()
    {
        say_aloud(&format!("SKIPPED: nowhere to move to, no PostgreSQL ({why})"));
        return None;
    }
    Some(Arc::new(Database::fresh(engine)))
}

async fn move_to(app: &TestApp, there: &Database) -> Result<Moved, MoveError> {
    move_all(&app.side(), &there.side(), |_, _, _| {}).await
}

/// Orders in several states, deliveries, a return, an import, a picture, notes, a saved list.
async fn lived_in(app: &TestApp) -> (Scene, Member) {
    let s = app.scene().await;
    let operator = app.given().an_operator().await;
    let noted = with(order_of(&[("GR02", "10")]), "note", "请走后门");
    let id = app.confirmed(&s, &noted).await;
    let sent = app.shipped(&s.supplier, &id, &[(1, "10")]).await;
    app.accept(&s.school, &sent, &json!({})).await.is(200);
    let back = json!({"lines": [{"line_no": 1, "quantity": "2", "reason": "near_expiry", "fate": "restock"}]});
    app.give_back(&s.school, &id, &back).await.is(201);
    let id = app.place_one(&s.school, &order_of(&[("GR02", "3")])).await;
    app.cancel(&s.school, &id).await.is(200);
    app.place(&s.school, &with(order_of(&[("GR02", "1")]), "external_order_no", "SC-1"))
        .await;
    let import = app.an_import(&operator, "旧台账").await;
    let row = json!({"kind": "order", "document_no": "A1", "at": "2026-10-05T08:26:00+08:00", "buyer": s.school.id.to_string(),
        "sku": "GR02", "quantity": "4", "price": "200.00"});
    app.part(&operator, &import, 1, &json!([row])).await.is(201);
    app.phase(&operator, &import, "check").await.is(200);
    app.book_alone(&operator, &import, "all_or_nothing").await.is(200);
    let mut picture = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(300, 200))
        .write_to(&mut picture, ImageFormat::Png)
        .unwrap();
    let path = format!("/v1/products/{}/pictures", s.rice.id);
    app.post(path)
        .by(&s.supplier)
        .header("content-type", "image/png")
        .raw(picture.into_inner())
        .await
        .is(201);
    let list = json!({"name": "每周", "lines": [{"sku": "GR02", "quantity": "5"}]});
    app.post("/v1/lists").by(&s.school).json(&list).await.is(201);
    (s, operator)
}

/// What several kinds of users see.
async fn seen(app: &TestApp, s: &Scene, operator: &Member) -> Vec<Value> {
    let mut all = Vec::new();
    for measure in ["ordered", "shipped", "accepted", "returned", "net"] {
        let path = format!("/v1/tally?measure={measure}&group_by=month,town");
        all.push(app.get(path).by(operator).await.body(200));
    }
    for (path, by) in [
        ("/v1/orders", &s.school),
        ("/v1/events", &s.supplier),
        ("/v1/products", &s.school),
        ("/v1/lists", &s.school),
    ] {
        let mut page = app.get(path).by(by).await.body(200);
        // Sealed anew each time; that one goes on there is seen below.
        page["next"].take();
        all.push(page);
    }
    all.push(app.get("/v1/imports").by(operator).await.body(200));
    all
}

both_engines! {
    async fn all_is_the_same_there_and_life_goes_on(app) {
        let Some(there) = elsewhere(&app) else { return };
        let (s, operator) = lived_in(&app).await;
        let before = seen(&app, &s, &operator).await;
        let cursor = app.get("/v1/events?limit=1").by(&s.supplier).await.body(200)["next"].clone();
        let moved = move_to(&app, &there).await.unwrap();
        assert_eq!(moved.entries, app.entries().await.unsigned_abs());
        assert_eq!(moved.totals.len(), 4, "{:?}", moved.totals);
        let new = app.over_there(Arc::clone(&there)).await;
        let after = seen(&new, &s, &operator).await;
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after);
        }
        assert!(moved.secret.is_some(), "the master secret comes along");
        let path = format!("/v1/events?limit=5&cursor={}", cursor.as_str().unwrap());
        let (there_it_goes_on, here) = (new.get(path.as_str()).by(&s.supplier).await.body(200), app.get(path.as_str()).by(&s.supplier).await.body(200));
        assert_eq!(there_it_goes_on["items"], here["items"]);
        // The buyer's own number still names its group, and a new order takes the next number of the journal.
        let again = with(order_of(&[("GR02", "1")]), "external_order_no", "SC-1");
        assert_eq!(new.post("/v1/orders").by(&s.school).json(&again).await.status, 200);
        new.place(&s.school, &order_of(&[("GR02", "1")])).await;
        assert_eq!(new.entries().await, app.entries().await + 1);
        new.verify().await;
        new.close().await;
        there.remove().await;
    }

    async fn what_holds_something_is_left_alone(app) {
        let Some(there) = elsewhere(&app) else { return };
        app.scene().await;
        move_to(&app, &there).await.unwrap();
        let refused = move_to(&app, &there).await;
        assert!(matches!(refused, Err(MoveError::NotEmpty(_))), "{refused:?}");
        let same = move_all(&app.side(), &app.side(), |_, _, _| {}).await;
        assert!(matches!(same, Err(MoveError::SameEngine)), "{same:?}");
        there.remove().await;
    }

    async fn a_damaged_source_is_not_taken_for_whole(app) {
        let Some(there) = elsewhere(&app) else { return };
        let s = app.scene().await;
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        app.spoil("UPDATE cells_coarse SET amount = amount + 1").await;
        let refused = move_to(&app, &there).await;
        assert!(matches!(refused, Err(MoveError::Differ(_))), "{refused:?}");
        app.spoil("UPDATE cells_coarse SET amount = amount - 1").await;
        there.remove().await;
    }
}
