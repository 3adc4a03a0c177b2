use super::super::run_tests::{a_desk, start};
use super::super::{PurgeRepeats, Runner, enter_job, store};
use super::*;
use crate::journal::Repeat;
use std::collections::BTreeSet;
use uuid::Uuid;

async fn count(desk: &Desk, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM {table}");
    let row = desk.read().query_one_raw(statement(desk.engine(), &sql, Vec::new())).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

#[tokio::test]
async fn every_passing_or_personal_table_is_swept_or_left_alone_on_purpose() {
    let test = a_desk().await;
    let sql = "SELECT table_name, class FROM retention WHERE class IN ('passing', 'personal')";
    let rows = test
        .desk
        .read()
        .query_all_raw(statement(test.desk.engine(), sql, Vec::new()))
        .await
        .unwrap();
    let kept: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "table_name").unwrap()).collect();
    let known = SWEEPS.iter().map(|sweep| sweep.table).chain(LEFT_ALONE.map(|(table, _)| table));
    assert_eq!(kept, known.map(str::to_owned).collect());
}

#[tokio::test]
async fn jobs_that_ended_a_month_ago_go_and_others_stay() {
    let test = a_desk().await;
    let clock = &test.desk.clock;
    let runner = Runner::new(test.desk.clone()).with(PurgeRepeats).with(RetentionSweep);
    enter_job(&test.desk, "purge_repeats", Value::Null, start()).await.unwrap();
    assert_eq!(runner.work_off().await.unwrap(), 1);
    clock.advance(TimeDelta::days(30));
    enter_job(&test.desk, "purge_repeats", Value::Null, clock.now()).await.unwrap();
    runner.work_off().await.unwrap();
    runner.enter_standing().await.unwrap();
    runner.work_off().await.unwrap();
    assert_eq!(count(&test.desk, "jobs").await, 4);
    clock.advance(TimeDelta::days(1));
    runner.work_off().await.unwrap();
    let left = store::list(test.desk.read(), None, None, 9).await.unwrap();
    assert_eq!(left.len(), 3);
    assert!(left.iter().all(|job| job.ended_at.is_none_or(|at| at > start())));
}

/// Something small that may be repeated.
struct Nothing;

#[async_trait::async_trait]
impl UseCase for Nothing {
    type Answer = ();

    async fn run(&self, _: &mut Turn) -> Result<(), TurnError> {
        Ok(())
    }
}

#[tokio::test]
async fn keys_of_repeated_requests_go_after_a_week() {
    let test = a_desk().await;
    for number in 0..1_003 {
        let repeat = Repeat {
            key_id: Uuid::nil(),
            key: format!("key-{number}"),
            hash: [0; 32],
        };
        test.desk.gate.run(Nothing, Some(repeat)).await.unwrap();
    }
    let runner = Runner::new(test.desk.clone()).with(PurgeRepeats);
    runner.enter_standing().await.unwrap();
    test.desk.clock.advance(TimeDelta::days(7));
    runner.work_off().await.unwrap();
    assert_eq!(count(&test.desk, "idempotency").await, 1_003);
    test.desk.clock.advance(TimeDelta::hours(1));
    runner.work_off().await.unwrap();
    assert_eq!(count(&test.desk, "idempotency").await, 0);
}

const ARCHIVED: &str = "\
INSERT INTO divisions (code, name, role, version, touched, created_at) VALUES ('320682001', '如城街道', 'buyer_town', 1, 0, $1);
INSERT INTO organisations (id, name, kind, without_canteen, created_at) VALUES (x'00', '示例小学', 'school', false, $1);
INSERT INTO sites (id, organisation_id, name, address, town_code, receiving_hours, created_at, archived_at) \
  VALUES (x'01', x'00', '食堂', '一路', '320682001', '', $1, $1), (x'02', x'00', '食堂', '二路', '320682001', '', $1, NULL);
INSERT INTO site_contacts (site_id, name, phone) VALUES (x'01', '甲', '1'), (x'02', '乙', '2');
INSERT INTO people (id, organisation_id, machine, created_at, archived_at) VALUES (x'01', x'00', false, $1, $1), (x'02', x'00', false, $1, NULL);
INSERT INTO person_details (person_id, name) VALUES (x'01', '甲'), (x'02', '乙');
INSERT INTO person_mails (person_id, address) VALUES (x'01', 'a@b.example'), (x'02', 'c@d.example');";

#[tokio::test]
async fn what_is_personal_goes_with_what_it_stands_beside() {
    let test = a_desk().await;
    for sql in ARCHIVED.split(";\n") {
        let insert = statement(test.desk.engine(), sql, vec![start().into()]);
        test.desk.db.write().execute_raw(insert).await.unwrap();
    }
    test.desk.clock.advance(TimeDelta::seconds(1));
    let runner = Runner::new(test.desk.clone()).with(RetentionSweep);
    runner.enter_standing().await.unwrap();
    runner.work_off().await.unwrap();
    for table in ["site_contacts", "person_details", "person_mails"] {
        assert_eq!(count(&test.desk, table).await, 1, "{table}");
    }
    assert_eq!(count(&test.desk, "people").await, 2);
}

#[tokio::test]
async fn notices_go_after_half_a_year_read_or_not() {
    let test = a_desk().await;
    let sql = "INSERT INTO notices (id, person_id, cause, kind, thing_kind, thing_id, what, in_inbox, mail_state, mail_attempts, created_at, read_at) \
               VALUES ($1, $1, 'x', 'shipped', 'shipment', $1, '{}', true, 'none', 0, $2, $3)";
    for (days, read) in [(0, false), (0, true), (2, false)] {
        let at = start() + TimeDelta::days(days);
        let values = vec![Uuid::now_v7().into(), at.into(), read.then_some(at).into()];
        test.desk
            .db
            .write()
            .execute_raw(statement(test.desk.engine(), sql, values))
            .await
            .unwrap();
    }
    let runner = Runner::new(test.desk.clone()).with(RetentionSweep);
    runner.enter_standing().await.unwrap();
    for (days, left) in [(180, 3), (181, 1)] {
        test.desk
            .clock
            .set(start() + TimeDelta::days(days) + TimeDelta::seconds(days - 180));
        runner.work_off().await.unwrap();
        assert_eq!(count(&test.desk, "notices").await, left, "{days}");
    }
}
