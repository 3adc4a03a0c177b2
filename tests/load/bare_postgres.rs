//! What PostgreSQL could do at best with the same rows: pgbench, whose sessions call one function of ours for each
//! order; and one session that has the same function write a batch at a time.

use crate::harness::look::Look;
use crate::machine::Watch;
use crate::orders::{Choice, Outcome};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PLACE: &str = include_str!("place.sql");

/// Lays the function and what it chooses from into a copy of the world; texts are those of a run through HTTP.
pub async fn lay(copy: &str, from: &str) {
    let look = Look::into(copy).await;
    look.change(PLACE).await;
    let slots: Vec<String> = (0..)
        .zip(Choice::Zipf.slots())
        .map(|(slot, rank): (usize, usize)| format!("('zipf',{slot},{rank})"))
        .collect();
    look.change(&format!("INSERT INTO bench_slots VALUES {}", slots.join(","))).await;
    let source = Look::into(from).await;
    let body = source
        .texts("SELECT body FROM entries WHERE kind = 'order.placed' ORDER BY seq DESC LIMIT 1")
        .await;
    let answer = source.texts("SELECT answer FROM idempotency LIMIT 1").await;
    source.close().await;
    let quoted = |texts: Vec<String>| texts.concat().replace('\'', "''");
    look.change(&format!(
        "INSERT INTO bench_texts VALUES ('{}', '{}')",
        quoted(body),
        quoted(answer)
    ))
    .await;
    look.change("VACUUM ANALYZE").await;
    look.close().await;
}

/// Lets pgbench call the function: `batch` orders a transaction.
pub fn call(copy: &str, folder: &Path, (clients, batch): (usize, usize), choice: Choice, time: Duration, watch: Watch) -> Option<Outcome> {
    let head = batch > 1;
    let script = folder.join("place.pgbench");
    std::fs::write(&script, format!("SELECT bench_place({batch}, '{}', {head});\n", choice.as_str())).expect("a script can be written");
    let log = folder.join("pgbench");
    let old = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("pgbench.");
    let logs = || std::fs::read_dir(folder).into_iter().flatten().flatten().filter(old);
    for entry in logs() {
        let _ = std::fs::remove_file(entry.path());
    }
    let output = Command::new("pgbench")
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2", "--log"])
        .args([format!("--client={clients}"), format!("--time={}", time.as_secs().max(1))])
        .arg(format!("--log-prefix={}", log.display()))
        .arg("--file")
        .arg(&script)
        .arg(copy)
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        println!("SKIPPED: there is no pgbench here");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let rate = said
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse::<f64>().ok());
    let mut outcome = Outcome {
        rate: rate.expect("pgbench says its rate") * batch as f64,
        ..Outcome::default()
    };
    (outcome.foreign, outcome.shares) = watch.end();
    for entry in logs() {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        outcome
            .micros
            .extend(text.lines().filter_map(|line| line.split(' ').nth(2)?.parse::<u64>().ok()));
    }
    outcome.micros.sort_unstable();
    Some(outcome)
}
