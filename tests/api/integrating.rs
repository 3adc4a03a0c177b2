//! The integrator's page, `openapi/README.md`: every command on it is run, in order, against the service. And files begin
//! as the document shows them.

use crate::support::contract::contract;
use crate::support::say_aloud;
use std::process::Stdio;
use tokio::process::Command;

const PAGE: &str = include_str!("../../openapi/README.md");

/// The shell of the page: what stands between its fences.
fn commands() -> String {
    let blocks = PAGE.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.collect::<Vec<_>>().join("\n")
}

/// Whether this machine has what the page's reader has.
async fn has(tool: &str) -> bool {
    let found = Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    found.await.is_ok_and(|status| status.success())
}

both_engines! {
    async fn every_command_on_the_page_works(app) {
        if !has("bash").await || !has("curl").await {
            say_aloud("SKIPPED: the integrator's page, for want of bash or curl");
            return;
        }
        let market = app.given().a_supermarket().await;
        let supplier = app.given().a_supplier().await;
        app.given().a_product("GR02", &supplier).await;
        let served = app.serve().await;
        let done = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &commands()])
            .env("B", format!("http://{}", served.address))
            .env("KEY", &market.secret)
            .env("SUPPLIER_KEY", &supplier.secret)
            .env("NUMBER", "PO-1")
            .env("DAY", (app.now() + chrono::TimeDelta::days(7)).format("%F").to_string())
            .env("no_proxy", "*")
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
        for told in ["\"order.placed\"", "\"shipment.accepted\"", "\"standing\":{\"amount\":\"90.00\""] {
            assert!(said.contains(told), "{told} is nowhere in {said}");
        }
        served.stop().await;
    }
    async fn files_have_the_headings_that_the_document_shows(app) {
        let operator = app.given().an_operator().await;
        let mut held = 0;
        for operation in contract().operations() {
            let Some(example) = operation.value["responses"]["200"]["content"]["text/csv"]["example"].as_str() else { continue };
            if operation.path.contains('{') || operation.method != poem::http::Method::GET {
                continue;
            }
            let asked = match operation.path.as_str() {
                "/v1/tally/export" => "?measure=net&from=2026-12&to=2026-12&group_by=town",
                "/v1/tally/lines/export" => "?measure=net&from=2026-12&to=2026-12",
                _ => "",
            };
            let path = format!("{}{asked}", operation.path);
            let file = app.get(path).by(&operator).header("accept-language", "zh").await.is(200).text();
            let heading = file.trim_start_matches('\u{feff}').lines().next();
            assert_eq!(heading, example.lines().next(), "{}, in src/http/spec/examples.toml", operation.id);
            held += 1;
        }
        assert!(held >= 6, "{held}");
    }
}
