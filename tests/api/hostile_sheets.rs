//! Files that office programs have written, and files made to end the service, on both doors: order sheets and imports.

#[path = "../proofs/hostile_sheets/mutate.rs"]
mod mutate;
#[path = "../proofs/hostile_sheets/named.rs"]
mod named;

use crate::support::{Answer, Member, TestApp};
use mutate::{mutated, office_files};
use named::{Made, named};
use poem::http::Method;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use serde_json::Value;

const SHEET: &str = "/v1/orders/sheet?mode=check&deliver_on=2026-12-08";
/// Enough to meet every kind of mutation a few times; `tests/proofs` goes on for ten minutes.
const MUTATIONS: usize = 120;

async fn ordered(app: &TestApp, by: &Member, file: &[u8]) -> Answer {
    app.post(SHEET).by(by).header("content-type", "text/csv").raw(file).await
}

async fn imported(app: &TestApp, by: &Member, import: &str, file: &[u8]) -> Answer {
    let path = format!("/v1/imports/{import}/file");
    app.call(Method::PUT, path)
        .by(by)
        .header("content-type", "text/csv")
        .raw(file)
        .await
}

/// Rows that a door has read, or why it has not.
fn outcome(answer: &Answer) -> Result<u64, String> {
    match answer.status {
        200 => Ok(answer.json["rows"].as_u64().unwrap_or_default()),
        422 => Err(answer.json["type"].as_str().unwrap_or_default().replace("/problems/", "")),
        other => panic!("{other}: {}", answer.text()),
    }
}

both_engines! {
    async fn what_office_programs_write_is_read_on_both_doors(app) {
        let scene = app.scene().await;
        let operator = app.given().an_operator().await;
        let files = office_files();
        assert_eq!(files.len(), 20);
        for (name, file) in files {
            let sheet = ordered(&app, &scene.school, &file).await.body(200);
            assert_eq!((&sheet["rows"], &sheet["failed_rows"][0]["sku"]), (&Value::from(4), &Value::from("GR03")), "{name}: {sheet}");
            let import = app.an_import(&operator, "旧台账").await;
            assert_eq!(imported(&app, &operator, &import, &file).await.body(200)["rows"], 4, "{name}");
        }
    }

    async fn a_file_made_to_end_the_service_is_read_or_refused(app) {
        let scene = app.scene().await;
        let operator = app.given().an_operator().await;
        let import = app.an_import(&operator, "旧台账").await;
        for Made { name, file, readable } in named() {
            let sheet = outcome(&ordered(&app, &scene.school, &file).await);
            assert_eq!(sheet.is_ok(), readable, "{name}: {sheet:?}");
            let fresh = if readable { app.an_import(&operator, "旧台账").await } else { import.clone() };
            let rows = outcome(&imported(&app, &operator, &fresh, &file).await);
            // An import may have a million rows.
            assert!(rows.is_ok() == readable || name.contains("a million cells"), "{name}: {rows:?}");
            if name.starts_with("a string of 4 MB") {
                assert_eq!((sheet, rows), (Err("sheet_too_large".to_owned()), Err("sheet_too_large".to_owned())));
            }
        }
    }

    async fn seeded_mutations_of_office_files_are_read_or_refused(app) {
        let scene = app.scene().await;
        let operator = app.given().an_operator().await;
        let seed = 20_261_129;
        println!("seed {seed}");
        let mut dice = StdRng::seed_from_u64(seed);
        let files = office_files();
        let mut import = app.an_import(&operator, "旧台账").await;
        for _ in 0..MUTATIONS {
            let file = mutated(&files.choose(&mut dice).unwrap().1, &mut dice);
            let _ = outcome(&ordered(&app, &scene.school, &file).await);
            if outcome(&imported(&app, &operator, &import, &file).await).is_ok() {
                import = app.an_import(&operator, "旧台账").await;
            }
        }
        app.post("/v1/orders/dry-run").by(&scene.school).json(&crate::support::steps::order_of(&[("GR02", "1")])).await.is(200);
    }
}
