//! The access log: denials, exports and officials' reads leave a line; nothing else does.

use crate::support::steps::order_of;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// The lines of the only file in a folder, which is its owner's alone.
fn lines_in(folder: &Path) -> Vec<Value> {
    let files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let name = files[0].file_name().unwrap().to_str().unwrap();
    assert_eq!(name, format!("access-2026-11-23-{}.jsonl", std::process::id()));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder), mode(&files[0])), (0o700, 0o600));
    let text = std::fs::read_to_string(&files[0]).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What of a line is the same at every run.
fn told(line: &Value) -> [&str; 5] {
    ["why", "operation", "address", "role", "problem"].map(|name| line[name].as_str().unwrap_or("-"))
}

both_engines! {
    async fn denials_exports_and_officials_reads_leave_a_line(app) {
        let s = app.scene().await;
        let official = app.given().an_official_of_the_city().await;
        let order = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("access-log");
        let entries = app.entries().await;
        let watched = app
            .with_access_log(&folder, |http| http.behind_proxy = vec![[127, 0, 0, 1].into()])
            .await;
        watched.get(format!("/v1/orders/{order}")).by(&s.school).await.is(200);
        watched.get("/v1/orders").await.is(401);
        watched.post(format!("/v1/orders/{order}/confirm")).by(&s.school).await.is(403);
        watched.get("/v1/products/export").by(&s.school).await.is(200);
        watched.get(format!("/v1/orders/{order}?x=y")).by(&official).await.is(400);
        watched.get(format!("/v1/orders/{order}")).by(&official).await.is(200);
        watched.get(format!("/v1/orders/{}", "x".repeat(80))).by(&official).await.is(400);
        let served = watched.serve().await;
        assert_eq!(served.status("/v1/me", &[("x-forwarded-for", "198.51.100.7")]).await, 401);
        served.stop().await;
        watched.close().await;
        assert_eq!(app.entries().await, entries, "nothing of it is in the journal");
        let lines = lines_in(&folder);
        let all: Vec<_> = lines.iter().map(told).collect();
        assert_eq!(
            all,
            [
                ["denied", "list_orders", "-", "-", "unauthenticated"],
                ["denied", "confirm_order", "-", "buyer", "forbidden"],
                ["export", "export_products", "-", "buyer", "-"],
                ["official_read", "read_order", "-", "official", "unknown_parameter"],
                ["official_read", "read_order", "-", "official", "-"],
                ["official_read", "read_order", "-", "official", "invalid_path"],
                ["denied", "read_me", "198.51.100.7", "-", "unauthenticated"],
            ]
        );
        let statuses: Vec<_> = lines.iter().map(|line| line["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [401, 403, 200, 400, 200, 400, 401]);
        assert_eq!((&lines[1]["ids"], &lines[5]["ids"]), (&json!({"order_id": order}), &json!({"order_id": "?"})));
        assert_eq!((&lines[1]["organisation"], &lines[1]["method"]), (&json!(s.school.id.to_string()), &json!("POST")));
        assert_eq!(lines[4]["key"], json!(official.key_id.to_string()));
        assert_eq!((&lines[4]["person"], &lines[4]["at"]), (&json!(official.person.to_string()), &json!("2026-11-23T02:00:00+00:00")));
        let text = lines.iter().map(Value::to_string).collect::<String>();
        assert!(!text.contains(&s.school.secret) && !text.contains("x=y"), "{text}");
    }
}
