//! `verify` finds whatever is changed behind the service's back, and names it by its place.

use crate::harness::look::Look;
use crate::harness::world::World;
use crate::harness::{count, dice, figure, title};
use crate::spoil::{Spoiled, Spoiler};
use rand::rngs::StdRng;
use std::collections::BTreeMap;
use std::time::Instant;
use yangpin::db::{Db, OpenOptions, Target};
use yangpin::verify::{Report, verify};

async fn open(database: &str) -> Db {
    let target: Target = database.parse().expect("the URL is good");
    let options = OpenOptions {
        readers: 1,
        ..OpenOptions::default()
    };
    Db::open(&target, &options).await.expect("the database opens")
}

async fn report(db: &Db) -> Report {
    verify(db, |_, _| ()).await.expect("the database can be read")
}

/// Every place that was spoiled must be named by a finding of its own.
fn names(report: &Report, spoiled: &Spoiled) -> bool {
    spoiled.places.iter().all(|place| {
        report
            .findings
            .iter()
            .any(|finding| finding.place == *place || finding.place.starts_with(&format!("{place} ")))
    })
}

async fn spoil_and_find(database: &str, times: usize, dice: &mut StdRng) {
    let (db, look) = (open(database).await, Look::into(database).await);
    let clean = report(&db).await;
    assert!(clean.is_clean(), "the clean copy is not clean:\n{clean}");
    figure("the clean copy", clean.to_string().lines().last().unwrap_or_default());
    let spoiler = Spoiler::new(&look).await;
    let began = Instant::now();
    let (mut found, mut named) = (0, 0);
    let mut kinds: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut missed = Vec::new();
    for at in 0..times {
        let spoiled = spoiler.spoil(&look, at, dice).await;
        *kinds.entry(spoiled.kind).or_default() += 1;
        let seen = report(&db).await;
        found += usize::from(!seen.is_clean());
        if names(&seen, &spoiled) {
            named += 1;
        } else {
            missed.push(format!("{}: {:?}, but found {:?}", spoiled.what, spoiled.places, seen.findings));
        }
        spoiled.undo(&look).await;
        if at % 100 == 99 {
            assert_eq!(report(&db).await, clean, "not undone after {}", spoiled.what);
        }
    }
    assert_eq!(report(&db).await, clean, "the copy is clean again");
    for (kind, times) in kinds {
        figure(kind, times);
    }
    figure("found", format!("{found} of {times}"));
    figure("named by place", format!("{named} of {times}"));
    figure("took", format!("{} ms", began.elapsed().as_millis()));
    db.close().await;
    look.close().await;
    missed.iter().take(10).for_each(|what| println!("   MISSED {what}"));
    assert_eq!((found, named), (times, times));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn verify_finds_every_corruption_on_sqlite() {
    title("corruptions · SQLite");
    let world = World::sqlite("corrupt").await;
    spoil_and_find(&world.database, count(1_000), &mut dice(7)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn verify_finds_every_corruption_on_postgres() {
    title("corruptions · PostgreSQL");
    let Some(world) = World::postgres("corrupt").await else { return };
    spoil_and_find(&world.database, count(300), &mut dice(70)).await;
}
