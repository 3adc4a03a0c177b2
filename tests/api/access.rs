//! Who may do what: every operation of the spec by every kind of actor, on what is its own, another's or nobody's, held
//! to a table written by hand (`access.csv`). An operation that is not in the table fails until it is placed there.

use crate::access_world::world;
use crate::support::contract::{Operation, contract};
use poem::http::Method;
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = include_str!("access.csv");

struct Row {
    operation: String,
    target: String,
    expected: Vec<String>,
}

fn table() -> (Vec<String>, Vec<Row>) {
    let mut lines = TABLE.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let actors = lines.next().unwrap()[2..].to_vec();
    let rows = lines.map(|cells| Row {
        operation: cells[0].clone(),
        target: cells[1].clone(),
        expected: cells[2..].to_vec(),
    });
    (actors, rows.collect())
}

#[test]
fn every_operation_stands_in_the_table() {
    let (actors, rows) = table();
    assert!(
        rows.iter().all(|row| row.expected.len() == actors.len()),
        "a row with a missing cell"
    );
    let placed: BTreeSet<(&str, &str)> = rows.iter().map(|row| (row.operation.as_str(), row.target.as_str())).collect();
    assert_eq!(placed.len(), rows.len(), "a row that stands twice");
    let operations = contract().operations();
    for row in &rows {
        assert!(
            operations.iter().any(|one| one.id == row.operation),
            "{} is no operation",
            row.operation
        );
    }
    for operation in &operations {
        let about_one = operation.path.contains('{');
        let wanted: &[&str] = if about_one { &["own", "unknown"] } else { &[] };
        let any = placed.iter().any(|(id, _)| *id == operation.id);
        assert!(any, "{} is not in access.csv", operation.id);
        for target in wanted {
            let there = placed.contains(&(operation.id.as_str(), target));
            assert!(there, "{} {target} is not in access.csv", operation.id);
        }
    }
}

both_engines! {
    async fn everybody_may_do_what_the_table_says_and_nothing_else(app) {
        let world = world(&app).await;
        let operations: BTreeMap<String, Operation> = contract().operations().into_iter().map(|one| (one.id.clone(), one)).collect();
        let (actors, rows) = table();
        let mut wrong = Vec::new();
        for row in rows {
            let Some(operation) = operations.get(&row.operation) else { continue };
            for (actor, expected) in actors.iter().zip(&row.expected) {
                let answer = world.ask(&app, operation, actor, &row.target).await.await;
                let found = if answer.status < 300 { "ok".to_owned() } else { answer.status.to_string() };
                if found != *expected {
                    wrong.push(format!("{} {} by {actor}: {found}, expected {expected}: {}", row.operation, row.target, answer.text()));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// Every operation of the spec that writes, so a new one is walked as soon as it is there.
    async fn an_empty_key_writes_nothing(app) {
        let mut world = world(&app).await;
        for (name, member) in &world.actors {
            let empty = app.given().another_key_of(member, Some(Vec::new()), 30).await;
            world.narrow.insert(name.clone(), empty);
        }
        let (actors, rows) = table();
        let own = |id: &str| rows.iter().find(|row| row.operation == id && row.target != "other" && row.target != "unknown");
        // Where the thing has come to another point, the full key is stopped by that alone.
        let may = |cell: &str| ["ok", "409"].contains(&cell);
        let (mut wrong, mut walked) = (Vec::new(), 0);
        for operation in contract().operations().into_iter().filter(|one| one.method != Method::GET) {
            let row = own(&operation.id).unwrap_or_else(|| panic!("{} is about nothing of one's own", operation.id));
            assert!(row.expected.iter().any(|cell| may(cell)), "nobody may {}", operation.id);
            for (actor, expected) in actors.iter().zip(&row.expected).filter(|(actor, _)| *actor != "stranger") {
                let call = world.ask(&app, &operation, actor, &row.target).await;
                let before = app.written().await;
                let answer = call.await;
                let named = answer.json["permission"].is_string() || !may(expected);
                let stayed = app.written().await == before;
                // Of what is not theirs to see, some roles hear that it is not there.
                let fits = answer.status == 403 || (expected == "404" && answer.status == 404);
                if !(fits && named && stayed) {
                    wrong.push(format!("{} by {actor}: {} {}", operation.id, answer.status, answer.text()));
                }
                walked += 1;
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        println!("{:?}: {walked} writes asked for with an empty key", app.engine());
    }
}
