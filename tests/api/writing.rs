//! What a turn takes together and what it writes together: all of it, or nothing where a change did not change what it
//! must.

use crate::support::TestApp;
use crate::support::steps::order_of;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use std::future::Future as _;
use std::task::Poll;
use std::time::Duration;
use tokio::time::sleep;
use uuid::Uuid;
use yangpin::db::{Engine, Kind, Rows, Writes, statement};
use yangpin::http::fault::Fault;
use yangpin::journal::{Turn, TurnError, UseCase, WordKind};

const KEPT: &[(&str, Kind)] = &[
    ("key_id", Kind::Id),
    ("key", Kind::Text),
    ("request_hash", Kind::Bytes),
    ("answer", Kind::Text),
    ("created_at", Kind::Instant),
];

/// Two rows and a change of the head's row, which must change so many.
async fn write(app: &TestApp, key: &str, rows: usize) -> Result<(), DbErr> {
    let mut writes = Writes::new(app.engine());
    let mut kept = Rows::new(KEPT);
    for id in [Uuid::now_v7(), Uuid::now_v7()] {
        kept.push([
            id.into(),
            key.into(),
            vec![1_u8].into(),
            "{}".into(),
            DateTime::<Utc>::UNIX_EPOCH.into(),
        ]);
    }
    writes.insert("idempotency", kept, "");
    let head = "UPDATE journal_heads SET seq = seq + $1 - $2 WHERE pairing = $3";
    let values = vec![7_i64.into(), 7_i64.into(), 1_i16.into()];
    writes.change(vec![(head.to_owned(), values)], rows, "moved under a turn");
    let tx = app.app().desk.db.write().begin().await?;
    writes.run(&tx).await?;
    tx.commit().await
}

/// Gives a word a number, and may be refused then.
struct Name {
    word: &'static str,
    refused: bool,
}

#[async_trait::async_trait]
impl UseCase for Name {
    type Answer = i32;

    async fn run(&self, turn: &mut Turn) -> Result<i32, TurnError> {
        turn.words(vec![(WordKind::Channel, self.word.to_owned())]).await?;
        if self.refused {
            return Err(Fault::of("stock_short").into());
        }
        Ok(turn.word(WordKind::Channel, self.word))
    }
}

both_engines! {
    async fn sets_are_written_together_or_not_at_all(app) {
        let kept = async |key: &str| app.number(&format!("SELECT COUNT(*) FROM idempotency WHERE key = '{key}'")).await;
        write(&app, "whole", 1).await.unwrap();
        assert_eq!(kept("whole").await, 2);
        for rows in [0, 2] {
            assert_eq!(write(&app, "torn", rows).await, Err(DbErr::Custom("moved under a turn".to_owned())));
        }
        assert_eq!(kept("torn").await, 0);
        app.verify().await;
    }

    async fn what_comes_while_another_process_has_the_head_goes_into_one_turn(app) {
        if app.engine() == Engine::Sqlite {
            return; // There is no other process.
        }
        let s = app.scene().await;
        let other = app.app().desk.db.read().begin().await.unwrap();
        let take = statement(app.engine(), "SELECT seq FROM journal_heads WHERE pairing = 1 FOR UPDATE", Vec::new());
        other.query_one_raw(take).await.unwrap();
        let place = async |after| {
            sleep(Duration::from_millis(after)).await;
            app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        };
        let give_back = async {
            sleep(Duration::from_millis(600)).await;
            other.rollback().await.unwrap();
        };
        tokio::join!(place(0), place(150), place(300), give_back);
        let turns = "SELECT COUNT(DISTINCT xmin::text) FROM entries WHERE kind = 'order.placed'";
        assert_eq!(app.number(turns).await, 1);
        app.verify().await;
    }

    async fn a_head_that_another_process_has_moved_is_read_again(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        for process in [&app, &other, &other, &app, &other, &app] {
            process.place(&s.school, &order_of(&[("GR02", "1")])).await;
        }
        let gaps = "SELECT MAX(seq) - COUNT(*) FROM entries";
        assert_eq!(app.number(gaps).await, 0);
        app.verify().await;
        other.close().await;
    }

    async fn a_word_has_one_number_whoever_gave_it(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        let (hospital, shop) = (app.given().a_hospital().await, app.given().a_supermarket().await);
        for (process, buyer) in [(&app, &s.school), (&other, &hospital), (&app, &shop), (&app, &hospital), (&other, &shop), (&other, &s.school)] {
            process.place(buyer, &order_of(&[("GR02", "1")])).await;
        }
        assert_eq!(app.number("SELECT MAX(id) - COUNT(*) FROM dimensions").await, -1);
        assert_eq!(app.number("SELECT COUNT(DISTINCT buyer) FROM facts").await, 3);
        app.verify().await;
        other.close().await;
    }

    async fn a_word_given_in_what_is_refused_has_no_number(app) {
        let gate = &app.app().desk.gate;
        let top = app.number("SELECT CAST(MAX(id) AS bigint) FROM dimensions").await;
        let name = |word, refused| gate.run(Name { word, refused }, None);
        let (none, first) = tokio::join!(name("none", true), name("first", false));
        assert!(none.is_err());
        let second = name("second", false).await;
        assert_eq!([first.unwrap().answer, second.unwrap().answer].map(i64::from), [top + 1, top + 2]);
        assert_eq!(app.number("SELECT COUNT(*) FROM dimensions WHERE word = 'none'").await, 0);
    }

    async fn a_snapshot_that_nobody_waits_for_leaves_its_connection_in_the_present(app) {
        let db = app.app().desk.db.clone();
        for looks in (1..=6).cycle().take(60) {
            let mut opening = Box::pin(db.snapshot());
            for _ in 0..looks {
                let opened = std::future::poll_fn(|cx| Poll::Ready(opening.as_mut().poll(cx).is_ready())).await;
                if opened {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let s = app.scene().await;
        let count = statement(app.engine(), "SELECT COUNT(*) AS n FROM orders", Vec::new());
        // More at once than there are connections, so that each is asked; where one were still inside a transaction, that
        // would begin with this question.
        let asked = (0..64).map(|_| db.read().query_one_raw(count.clone()));
        futures_util::future::try_join_all(asked).await.unwrap();
        app.place(&s.school, &order_of(&[("GR02", "1")])).await;
        let looked = (0..64).map(async |_| {
            let snapshot = db.snapshot().await?;
            let row = snapshot.query_one_raw(count.clone()).await?.unwrap();
            snapshot.end().await?;
            row.try_get::<i64>("", "n")
        });
        assert_eq!(futures_util::future::try_join_all(looked).await, Ok(vec![1; 64]));
    }

    async fn what_is_acknowledged_after_the_engine_took_a_turn_back_by_itself_is_there(app) {
        let s = app.scene().await;
        let db = app.app().desk.db.write();
        // As SQLite does at the end of a turn that finds the disk full. Then a turn that fails for any other reason.
        let tx = db.begin().await.unwrap();
        tx.execute_unprepared("ROLLBACK").await.unwrap();
        drop(tx);
        drop(db.begin().await.unwrap());
        for placed in 1..=3 {
            app.place(&s.school, &order_of(&[("GR02", "1")])).await;
            assert_eq!(app.number("SELECT COUNT(*) FROM orders").await, placed);
        }
        app.verify().await;
    }
}
