//! Signed heads, and what is found by a root that somebody kept.

use crate::support::steps::order_of;
use crate::support::{Answer, Member, TestApp};
use ring::signature::{ED25519, UnparsedPublicKey};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use yangpin::db::statement;
use yangpin::journal::{Frontier, leaf_hash};
use yangpin::verify::{Anchor, Report, verify_at};

async fn head(app: &TestApp, by: &Member, size: Option<i64>) -> Value {
    let size = size.map(|size| format!("?size={size}")).unwrap_or_default();
    app.get(format!("/v1/journal/head{size}")).by(by).await.body(200)
}

/// Whether the signature of a head is that of its key, as anybody can find out with what the service gives.
fn holds(head: &Value, keys: &Value) -> bool {
    let key = keys.as_array().unwrap().iter().find(|key| key["key_id"] == head["key_id"]).unwrap();
    let mut said = head.clone();
    said.as_object_mut().unwrap().remove("signature");
    let said = serde_json_canonicalizer::to_string(&said).unwrap();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    UnparsedPublicKey::new(&ED25519, bytes(&key["public_key"]))
        .verify(said.as_bytes(), &bytes(&head["signature"]))
        .is_ok()
}

fn anchor(head: &Value) -> Anchor {
    format!("{}={}", head["size"], head["root"].as_str().unwrap()).parse().unwrap()
}

async fn verified(app: &TestApp, kept: &[Anchor]) -> Report {
    verify_at(&app.app().desk.db, kept, |_, _| {}).await.unwrap()
}

/// Numbers and bodies of all entries.
async fn bodies(app: &TestApp) -> Vec<(i64, String)> {
    let sql = "SELECT seq, body FROM entries ORDER BY seq";
    let rows = app
        .app()
        .desk
        .read()
        .query_all_raw(statement(app.engine(), sql, Vec::new()))
        .await
        .unwrap();
    rows.iter()
        .map(|row| (row.try_get("", "seq").unwrap(), row.try_get("", "body").unwrap()))
        .collect()
}

/// Makes the chain anew from these bodies, as somebody would who can write to the database: every leaf and the head fit.
async fn recompute(app: &TestApp, bodies: &[(i64, String)]) {
    let (db, engine) = (&app.app().desk.db, app.engine());
    let mut tree = Frontier::default();
    for (seq, body) in bodies {
        let leaf = leaf_hash(body);
        tree.append(leaf);
        let values = vec![body.clone().into(), leaf.to_vec().into(), (*seq).into()];
        let sql = "UPDATE entries SET body = $1, leaf = $2 WHERE seq = $3";
        db.write().execute_raw(statement(engine, sql, values)).await.unwrap();
    }
    let sql = "UPDATE journal_heads SET frontier = $1";
    db.write()
        .execute_raw(statement(engine, sql, vec![tree.to_bytes().into()]))
        .await
        .unwrap();
}

fn refused(answer: &Answer) -> Vec<String> {
    answer.faults(400)
}

both_engines! {
    async fn anybody_can_keep_a_head_and_hold_the_journal_to_it(app) {
        let s = app.scene().await;
        let first = head(&app, &s.school, None).await;
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let keys = app.get("/v1/journal/keys").by(&s.supplier).await.body(200);
        let second = head(&app, &s.supplier, None).await;
        assert!(holds(&first, &keys) && holds(&second, &keys), "{first} {second} {keys}");
        let mut other = second.clone();
        other["size"] = json!(1);
        assert!(!holds(&other, &keys));
        let size = first["size"].as_i64().unwrap();
        assert!(second["size"].as_i64().unwrap() > size);
        assert_eq!(head(&app, &s.school, Some(size)).await, first, "the same at the same size, for whoever asks");
        let total = app.get("/v1/tally?measure=ordered").by(&s.school).await.body(200);
        assert_eq!((&total["as_of"]["sequence"], &total["as_of"]["hash"]), (&second["size"], &second["root"]));
        let beyond = app.get("/v1/journal/head?size=1000000").by(&s.school).await;
        assert_eq!(refused(&beyond), ["invalid_parameter size"]);
        // Every size, held to the second way.
        for size in 1..=second["size"].as_i64().unwrap() {
            let kept = anchor(&head(&app, &s.school, Some(size)).await);
            let report = verified(&app, &[kept]).await;
            assert!(report.is_clean(), "{report}");
        }
    }

    async fn a_rewritten_chain_is_named_by_a_root_from_before(app) {
        let s = app.scene().await;
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let kept = head(&app, &s.school, None).await;
        let keys = app.get("/v1/journal/keys").by(&s.school).await.body(200);
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        let before = bodies(&app).await;
        let mut after = before.clone();
        let made = after.iter_mut().find(|(_, body)| body.contains("\"kind\":\"offer.made\"")).unwrap();
        let mut said: Value = serde_json::from_str(&made.1).unwrap();
        said["what"]["price"] = json!("×10");
        made.1 = serde_json_canonicalizer::to_string(&said).unwrap();
        recompute(&app, &after).await;
        let alone = verified(&app, &[]).await;
        assert!(alone.is_clean(), "recomputed whole, the chain is of one piece: {alone}");
        let held = verified(&app, &[anchor(&kept)]).await;
        assert!(held.findings.iter().any(|finding| finding.place.starts_with("--at ")), "{held}");
        // The service itself now says another thing than it once signed.
        let now = app.another_process().await;
        let again = head(&now, &s.school, kept["size"].as_i64()).await;
        assert!(holds(&kept, &keys) && holds(&again, &keys));
        assert_eq!(again["epoch"], kept["epoch"]);
        assert_ne!(again["root"], kept["root"]);
        now.close().await;
        recompute(&app, &before).await;
    }

    async fn a_head_is_signed_each_day_and_holds_the_journal(app) {
        let s = app.scene().await;
        app.a_minute_passes().await;
        assert_eq!(app.number("SELECT count(*) FROM signed_heads").await, 1);
        app.a_minute_passes().await;
        assert_eq!(app.number("SELECT count(*) FROM signed_heads").await, 1, "once a day");
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        app.days_pass(1);
        app.a_minute_passes().await;
        assert_eq!(app.number("SELECT count(*) FROM signed_heads").await, 2);
        assert!(verified(&app, &[]).await.is_clean());
        let before = bodies(&app).await;
        let mut after = before.clone();
        after[0].1 = after[0].1.replacen("\"kind\":", "\"Kind\":", 1);
        recompute(&app, &after).await;
        let report = verified(&app, &[]).await;
        assert_eq!(report.findings.iter().filter(|finding| finding.place.starts_with("signed_heads ")).count(), 2, "{report}");
        recompute(&app, &before).await;
        app.spoil("UPDATE signed_heads SET at = '2026-11-23T02:00:00+00:00'").await;
        let report = verified(&app, &[]).await;
        assert!(report.findings.iter().any(|finding| finding.what.contains("signature")), "{report}");
        app.spoil("DELETE FROM signed_heads").await;
    }

    async fn a_shorter_journal_than_was_kept_is_named(app) {
        let s = app.scene().await;
        let kept = head(&app, &s.school, None).await;
        let beyond: Anchor = format!("{}={}", kept["size"].as_i64().unwrap() + 1, kept["root"].as_str().unwrap()).parse().unwrap();
        let report = verified(&app, &[beyond]).await;
        assert!(report.findings.iter().any(|finding| finding.what.contains("the journal ends at")), "{report}");
    }
}
