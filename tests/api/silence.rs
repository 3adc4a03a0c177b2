//! A database that falls silent: who asks is told, nothing is lost or done twice, and it is found again by itself. On
//! SQLite there is nothing between the service and its database that could fall silent.

#[path = "../proofs/harness/wire.rs"]
mod wire;

use crate::support::TestApp;
use crate::support::answer::Answer;
use crate::support::database::postgres_url;
use crate::support::given::Member;
use crate::support::steps::order_of;
use sea_orm::ConnectionTrait as _;
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
        let (_, health, _) = near.app().routes().unwrap();
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
        // Encrypted, the wire would not see the commit.
        let near = app.at_address(&format!("{}?sslmode=disable", wire.url)).await;
        let (_, health, _) = near.app().routes().unwrap();
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

    async fn connections_that_were_forgotten_while_nobody_used_them_are_made_anew(app) {
        if app.engine() == Engine::Sqlite {
            return;
        }
        let s = app.scene().await;
        let wire = Wire::to(&postgres_url()).await;
        let near = app.at_address(&format!("{}?sslmode=disable", wire.url)).await;
        for round in 0..2 {
            order(&near, &s.school, &format!("before-{round}")).await.is(201);
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            wire.forget_all_but_the_pulse();
            // Nobody is told anything: it only takes a moment longer.
            let read = || near.get("/v1/orders").by(&s.school);
            let key = format!("after-{round}");
            let (write, one, two, three) = tokio::join!(order(&near, &s.school, &key), read(), read(), read());
            write.is(201);
            for read in [one, two, three] {
                read.is(200);
            }
        }
        near.close().await;
    }

    async fn connections_that_were_forgotten_in_use_are_found_out(app) {
        if app.engine() == Engine::Sqlite {
            return;
        }
        let s = app.scene().await;
        let wire = Wire::to(&postgres_url()).await;
        let near = app.at_address(&format!("{}?sslmode=disable", wire.url)).await;
        for round in 0..2 {
            let (key, read) = (format!("again-{round}"), || near.get("/v1/orders").by(&s.school));
            // All connections have just been used, so that none is asked first.
            let before = format!("before-{round}");
            let _ = tokio::join!(order(&near, &s.school, &before), read(), read());
            wire.forget_all_but_the_pulse();
            let began = Instant::now();
            let (mut wrote, mut has_read) = (false, false);
            while !(wrote && has_read) {
                let (write, read) = tokio::join!(order(&near, &s.school, &key), read());
                for answer in [&write, &read] {
                    assert!([200, 201, 503].contains(&answer.status), "{}", answer.text());
                }
                (wrote, has_read) = (wrote || write.status == 201, has_read || read.status == 200);
                assert!(began.elapsed() < AT_MOST, "still not found out");
            }
        }
        near.close().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, 4);
    }

    async fn what_the_server_works_on_for_long_is_waited_for(app) {
        if app.engine() == Engine::Sqlite {
            return;
        }
        let db = &app.app().desk.db;
        let (read, write) = tokio::join!(
            db.read().execute_unprepared("SELECT pg_sleep(6)"),
            db.write().execute_unprepared("SELECT pg_sleep(4.5)")
        );
        assert!(read.is_ok() && write.is_ok(), "{read:?} {write:?}");
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
