//! A database that falls silent: who asks is told, nothing is lost or done twice, and it is found again by itself. On
//! SQLite there is nothing between the service and its database that could fall silent.

#[path = "../proofs/harness/wire.rs"]
mod wire;

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::database::postgres_url;
use crate::support::given::Member;
use crate::support::steps::order_of;
use std::time::{Duration, Instant};
use wire::Wire;
use yangpin::db::{Engine, Target, wait_for};
use yangpin::http::health::Health;

/// Longer than anything here takes.
const AT_MOST: Duration = Duration::from_secs(60);

/// Waits until the service says of itself that it is ready, or not.
async fn until(health: &Health, ready: bool) {
    let began = Instant::now();
    while health.ready().await != ready {
        assert!(began.elapsed() < AT_MOST, "still not {ready}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An address of two hosts, at the first of which nobody is.
fn two_hosts(url: &str) -> String {
    format!("{}?target_session_attrs=read-write", url.replace('@', "@127.0.0.1:1,"))
}

async fn order(app: &TestApp, by: &Member, key: &str) -> Answer {
    app.post("/v1/orders")
        .by(by)
        .idempotency_key(key)
        .json(&order_of(&[("GR02", "1")]))
        .await
}

fn is_told_to_come_again(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
}

both_engines! {
    async fn it_is_told_and_found_again(app) {
        if app.engine() == Engine::Sqlite {
            return;
        }
        let s = app.scene().await;
        let wire = Wire::to(&postgres_url()).await;
        let near = app.at_address(&two_hosts(&wire.url)).await;
        let (_, health) = near.app().routes().unwrap();
        for (round, remembers) in [(0, true), (1, false), (2, true)] {
            order(&near, &s.school, &format!("before-{round}")).await.is(201);
            wire.darken();
            let key = format!("in-the-dark-{round}");
            let (write, read) = tokio::join!(
                order(&near, &s.school, &key),
                near.get("/v1/orders").by(&s.school)
            );
            is_told_to_come_again(&write);
            is_told_to_come_again(&read);
            until(&health, false).await;
            is_told_to_come_again(&order(&near, &s.school, &key).await);
            wire.lighten(remembers);
            until(&health, true).await;
            // Nothing of the dark was written; a turn of then that still went through is found by its key.
            order(&near, &s.school, &key).await.is(201);
            near.get("/v1/orders").by(&s.school).await.is(200);
            assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 2 * (round + 1));
        }
        near.close().await;
    }

    async fn a_commit_whose_answer_was_lost_is_found_and_not_done_twice(app) {
        if app.engine() == Engine::Sqlite {
            return;
        }
        let s = app.scene().await;
        let wire = Wire::to(&postgres_url()).await;
        let near = app.at_address(&wire.url).await;
        let (_, health) = near.app().routes().unwrap();
        for (round, remembers) in [(1, true), (2, false)] {
            let key = format!("lost-{round}");
            wire.darken_at_commit();
            is_told_to_come_again(&order(&near, &s.school, &key).await);
            assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, round, "it was written");
            wire.lighten(remembers);
            until(&health, true).await;
            let again = order(&near, &s.school, &key).await.is(201);
            assert!(again.is_replay());
            assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, round);
        }
        near.close().await;
    }

    async fn a_start_waits_for_it(app) {
        if app.engine() == Engine::Sqlite {
            return;
        }
        let wire = Wire::to(&postgres_url()).await;
        wire.darken();
        let target = Target::Postgres(two_hosts(&wire.url));
        let waiting = tokio::spawn(async move { wait_for(&target).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(!waiting.is_finished());
        wire.lighten(false);
        tokio::time::timeout(AT_MOST, waiting).await.unwrap().unwrap().unwrap();
    }
}
