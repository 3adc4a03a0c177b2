//! The master secret, and the cursors that are sealed with it.

use crate::support::steps::order_of;
use crate::support::{Member, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use yangpin::backup::{backup_sqlite, restore_sqlite};
use yangpin::db::{Engine, Target};
use yangpin::secrets::secret_file;

/// Every list, and the name its cursors have had.
const LISTS: [(&str, &str); 19] = [
    ("/v1/orders", "orders"),
    ("/v1/products", "products by sku"),
    ("/v1/products?sort=name", "products by name"),
    ("/v1/products?sort=newest", "products by newest"),
    ("/v1/categories", "categories"),
    ("/v1/divisions", "divisions"),
    ("/v1/departments", "departments"),
    ("/v1/organisations", "organisations"),
    ("/v1/sites", "sites"),
    ("/v1/keys", "keys"),
    ("/v1/shipments", "shipments"),
    ("/v1/returns", "returns"),
    ("/v1/notices", "notices"),
    ("/v1/lists", "saved lists"),
    ("/v1/quotes", "quotes"),
    ("/v1/inquiries", "inquiries"),
    ("/v1/contracts", "contracts"),
    ("/v1/tally/lines?measure=ordered", "tally_lines"),
    ("/v1/events", "events"),
];

/// How many cursors are forged; a long run asks for more.
fn forged() -> usize {
    let told = std::env::var("YANGPIN_FORGED_CURSORS").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(1_500)
}

/// A cursor as it was before there was a seal: anybody can make one.
fn unsealed(list: &str, position: &Value) -> String {
    let json = position.to_string();
    let sum = Sha256::digest([list.as_bytes(), &[0], json.as_bytes()].concat());
    URL_SAFE_NO_PAD.encode([&sum[..4], json.as_bytes()].concat())
}

fn with_cursor(path: &str, cursor: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}limit=1&cursor={cursor}")
}

/// A number of the journal that is far beyond its end.
fn position(app_epoch: &str, seq: i64) -> Value {
    json!({"epoch": app_epoch, "seq": seq})
}

async fn epoch(app: &TestApp) -> String {
    yangpin::journal::read_head(app.app().desk.read(), app.engine(), false)
        .await
        .unwrap()
        .epoch
        .to_string()
}

/// The cursor of the next page of a list with two things in it.
async fn a_cursor(app: &TestApp, member: &Member, path: &str) -> Option<String> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let page = app.get(format!("{path}{mark}limit=1")).by(member).await.body(200);
    page["next"].as_str().map(str::to_owned)
}

/// One that nobody was given: noise, the old form of another sort, with U+0000, or a good one changed a little.
fn forge(random: &mut StdRng, good: &[String], epoch: &str) -> String {
    let list = LISTS[random.random_range(0..LISTS.len())].1;
    match random.random_range(0..4) {
        0 => {
            let mut noise = vec![0_u8; random.random_range(0..200)];
            random.fill(noise.as_mut_slice());
            URL_SAFE_NO_PAD.encode(noise)
        }
        1 => unsealed(list, &json!(["\u{0}", "\u{0}苹果\u{0}", random.random::<i64>()])),
        2 => unsealed(
            list,
            &json!({"epoch": epoch, "Sku": "\u{0}", "Name": ["\u{0}", epoch], "seq": random.random::<i64>()}),
        ),
        _ => {
            let mut bytes = URL_SAFE_NO_PAD.decode(&good[random.random_range(0..good.len())]).unwrap();
            let at = random.random_range(0..bytes.len());
            bytes[at] ^= random.random_range(1..=255);
            URL_SAFE_NO_PAD.encode(bytes)
        }
    }
}

both_engines! {
    async fn nobody_makes_a_cursor(app) {
        let s = app.scene().await;
        for _ in 0..3 {
            app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        }
        let mut good = Vec::new();
        for (path, _) in LISTS {
            good.extend(a_cursor(&app, &s.school, path).await);
        }
        assert!(good.len() >= 3, "{good:?}");
        let (epoch, mut random) = (epoch(&app).await, StdRng::seed_from_u64(29));
        for turn in 0..forged() {
            let (path, cursor) = (LISTS[turn % LISTS.len()].0, forge(&mut random, &good, &epoch));
            let answer = app.get(with_cursor(path, &cursor)).by(&s.school).await;
            assert!(answer.status == 400, "{} for {path} {cursor}", answer.status);
        }
    }

    async fn a_cursor_is_good_for_its_list_its_sort_and_whom_it_was_given_to(app) {
        let s = app.scene().await;
        let hospital = app.given().a_hospital().await;
        for _ in 0..2 {
            app.place(&s.school, &order_of(&[("GR02", "1")])).await;
            app.place(&hospital, &order_of(&[("GR02", "1")])).await;
        }
        app.given().a_product("TE01", &s.supplier).of_category("tea").await;
        let mine = a_cursor(&app, &s.school, "/v1/orders").await.unwrap();
        app.get(with_cursor("/v1/orders", &mine)).by(&s.school).await.is(200);
        let theirs = app.get(with_cursor("/v1/orders", &mine)).by(&hospital).await;
        assert_eq!(theirs.faults(400), ["cursor_invalid cursor"]);
        let by_name = a_cursor(&app, &s.school, "/v1/products?sort=name").await.unwrap();
        app.get(with_cursor("/v1/products?sort=name", &by_name)).by(&s.school).await.is(200);
        for other in ["/v1/products", "/v1/products?sort=newest", "/v1/orders", "/v1/events"] {
            let answer = app.get(with_cursor(other, &by_name)).by(&s.school).await;
            assert_eq!(answer.faults(400), ["cursor_invalid cursor"], "{other}");
        }
        // Another process has the same secret.
        let other = app.another_process().await;
        other.get(with_cursor("/v1/orders", &mine)).by(&s.school).await.is(200);
        other.close().await;
    }

    async fn a_cursor_tells_nothing_of_the_city(app) {
        let s = app.scene().await;
        let first = a_cursor(&app, &s.school, "/v1/events").await.unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&first).unwrap();
        let (epoch, again) = (epoch(&app).await, a_cursor(&app, &s.school, "/v1/events").await.unwrap());
        assert!(!String::from_utf8_lossy(&bytes).contains(&epoch));
        assert_ne!(first, again, "not even that nothing has happened");
        assert_eq!(first.len(), again.len());
    }

    async fn of_old_cursors_only_the_feeds_is_taken_and_for_a_while(app) {
        let s = app.scene().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let epoch = epoch(&app).await;
        let old = unsealed("events", &position(&epoch, 0));
        let fresh = app.get(with_cursor("/v1/events", &old)).by(&s.school).await;
        assert_eq!(fresh.faults(400), ["cursor_invalid cursor"], "a journal that began sealed has given none");
        // As if the database had been of the release before.
        app.spoil("UPDATE master_secrets SET old_cursors_until = '2027-05-22 02:00:00+00:00'").await;
        let app2 = app.another_process().await;
        let head = app.entries().await;
        let page = app2.get(with_cursor("/v1/events", &unsealed("events", &position(&epoch, head - 1)))).by(&s.school).await.body(200);
        assert_eq!(page["items"][0]["thing"]["id"], id.as_str());
        // One beyond the end does not tell where the end is.
        for beyond in [head, head + 1, i64::MAX] {
            let page = app2.get(with_cursor("/v1/events", &unsealed("events", &position(&epoch, beyond)))).by(&s.school).await.body(200);
            assert_eq!(page["items"], json!([]));
        }
        let other = unsealed("orders", &json!(id));
        assert_eq!(app2.get(with_cursor("/v1/orders", &other)).by(&s.school).await.faults(400), ["cursor_invalid cursor"]);
        app2.days_pass(181);
        let late = app2.get(with_cursor("/v1/events", &old)).by(&s.school).await;
        assert!([400, 401].contains(&late.status), "{}", late.status);
        app2.close().await;
    }

    async fn another_secret_is_refused(app) {
        app.scene().await;
        let place = app.app().secret.at.clone();
        let refused = app.with_secret("another_secret_that_is_long_enough").await.unwrap_err();
        assert!(refused.contains("another one than this database was made with"), "{refused}");
        if let (Engine::Sqlite, Target::Sqlite(path)) = (app.engine(), app.side().target) {
            use std::os::unix::fs::PermissionsExt as _;
            let file = secret_file(&path);
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{place}");
            let text = std::fs::read_to_string(&file).unwrap();
            app.with_secret(text.trim()).await.unwrap();
            std::fs::remove_file(&file).unwrap();
            let missing = app.with_secret("").await.unwrap_err();
            assert!(missing.contains("is not here"), "{missing}");
            assert!(!missing.contains(text.trim()));
            std::fs::write(&file, text).unwrap();
        } else {
            assert_eq!(app.number("SELECT count(*) FROM master_secrets WHERE secret IS NOT NULL").await, 1);
        }
    }

    async fn the_secret_comes_along_with_a_backup_and_is_told_of(app) {
        let Target::Sqlite(path) = app.side().target else { return };
        app.scene().await;
        let (copy, there) = (path.with_file_name("copy.db"), path.with_file_name("there.db"));
        let said = backup_sqlite(&path, &copy).await.unwrap();
        assert!(said.contains("the master secret IS in the copy"), "{said}");
        let text = std::fs::read_to_string(secret_file(&path)).unwrap();
        assert!(!said.contains(text.trim()));
        restore_sqlite(&copy, &there).unwrap();
        assert_eq!(std::fs::read_to_string(secret_file(&there)).unwrap(), text);
    }
}
