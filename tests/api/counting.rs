//! A batch is a dozen statements, whatever its size. The counter is the process's, so each count is taken in a process
//! of its own: the tests here start this very program again with one of the ignored ones.

use crate::support::TestApp;
use crate::support::app::run;
use crate::support::steps::Scene;
use chrono::{DateTime, Utc};
use entity::ExternalNo;
use futures_util::future::join_all;
use futures_util::poll;
use std::pin::pin;
use std::process::Command;
use std::sync::Arc;
use std::task::Poll;
use tokio::sync::Notify;
use yangpin::db::{Engine, count_statements};
use yangpin::http::asking::{Asking, asking};
use yangpin::journal::{Repeat, Turn, TurnError, UseCase};
use yangpin::orders::{NewLine, NewOrder};

/// Keys, names, lots, words; groups, orders, lines, holds; entries, facts, two sizes of cells, kept answers …
const MOST_DATA_STATEMENTS: u64 = 12;
/// … and the head, read and written.
const HEAD_STATEMENTS: u64 = 2;

/// Keeps the gate in its turn until it is told to go on.
struct Hold {
    entered: Arc<Notify>,
    go_on: Arc<Notify>,
}

#[async_trait::async_trait]
impl UseCase for Hold {
    type Answer = ();

    async fn run(&self, _: &mut Turn) -> Result<(), TurnError> {
        self.entered.notify_one();
        self.go_on.notified().await;
        Ok(())
    }
}

fn asked(at: usize, lines: usize) -> NewOrder {
    let line = NewLine {
        sku: "GR02".parse().unwrap(),
        quantity: "1".parse().unwrap(),
    };
    NewOrder {
        external_order_no: Some(format!("SC-{lines}-{at}").parse::<ExternalNo>().unwrap()),
        channel: None,
        fund_source: None,
        site: None,
        on_short: entity::OnShort::Close,
        by: None,
        deliver_on: "2026-12-01".parse().unwrap(),
        note: None,
        lines: vec![line; lines],
    }
}

/// The statements of one turn that places so many orders of so many lines.
async fn statements_of(app: &TestApp, s: &Scene, orders: usize, lines: usize) -> u64 {
    let desk = app.app().orders();
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let hold = Hold {
        entered: Arc::clone(&entered),
        go_on: Arc::clone(&go_on),
    };
    let gate = app.app().desk.gate.clone();
    let holding = tokio::spawn(async move { gate.run(hold, None).await });
    entered.notified().await;
    let as_of = app.number("SELECT register_seq FROM journal_heads").await;
    let asks = (0..orders).map(|at| {
        let repeat = Repeat {
            key_id: s.school.key_id.uuid(),
            key: format!("{lines}-{at}"),
            hash: [0; 32],
        };
        // As a request does it: with a key found good at the number of the register that the turn finds.
        let who = Asking {
            key: s.school.key_id.uuid(),
            expires_at: DateTime::<Utc>::MAX_UTC,
            as_of,
        };
        asking(who, desk.place(s.school.actor.clone(), asked(at, lines), Some(repeat)))
    });
    let mut asks = pin!(join_all(asks));
    // All are prepared and stand in the queue after the first poll.
    assert!(matches!(poll!(&mut asks), Poll::Pending));
    let before = count_statements();
    go_on.notify_one();
    let answers = asks.await;
    let statements = count_statements() - before;
    holding.await.unwrap().unwrap();
    for answer in answers {
        assert_eq!(answer.unwrap().answer.orders[0].lines.len(), lines);
    }
    statements
}

fn count(engine: Engine) {
    run(engine, |app| async move {
        let s = app.scene().await;
        app.given().stock_of(&s.rice, "10000").await;
        statements_of(&app, &s, 2, 2).await;
        for (orders, lines) in [(1, 1), (64, 5), (1, 2_000)] {
            let statements = statements_of(&app, &s, orders, lines).await;
            println!("{engine:?}: {orders} orders of {lines} lines: {statements} statements");
            // SQLite takes at most 32,766 parameters, so 2,000 wide rows go in two parts.
            let parts = if engine == Engine::Sqlite && lines == 2_000 { 3 } else { 0 };
            assert!(statements <= MOST_DATA_STATEMENTS + HEAD_STATEMENTS + parts, "{statements}");
        }
    });
}

#[test]
#[ignore = "started by the test of the same engine, in a process of its own"]
fn alone_on_sqlite() {
    count(Engine::Sqlite);
}

#[test]
#[ignore = "started by the test of the same engine, in a process of its own"]
fn alone_on_postgres() {
    count(Engine::Postgres);
}

fn in_a_process_of_its_own(name: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("counting::{name}"), "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn a_batch_is_a_dozen_statements_on_sqlite() {
    in_a_process_of_its_own("alone_on_sqlite");
}

#[test]
fn a_batch_is_a_dozen_statements_on_postgres() {
    in_a_process_of_its_own("alone_on_postgres");
}
