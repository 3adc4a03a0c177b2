//! What `verify` reaches: every column has its place in the table of what is hashed of what, and a value of a hashed
//! column that was changed behind the service's back is named.

use crate::support::TestApp;
use chrono::DateTime;
use entity::Name;
use entity::hashed::{self, Is, Place, Table};
use sea_orm::{ConnectionTrait, QueryResult};
use std::collections::{BTreeMap, BTreeSet};
use yangpin::catalogue::ChangeCategory;
use yangpin::db::{Engine, statement};
use yangpin::demo::{World, load};
use yangpin::organisations::change_department::change_department;
use yangpin::organisations::change_division::change_division;
use yangpin::organisations::division::{DepartmentChange, DivisionChange};
use yangpin::organisations::keys::command_line;
use yangpin::verify::{Report, verify};

async fn rows(app: &TestApp, sql: &str) -> Vec<QueryResult> {
    let statement = statement(app.engine(), sql, Vec::new());
    app.app().desk.db.write().query_all_raw(statement).await.unwrap()
}

async fn texts(app: &TestApp, sql: &str) -> Vec<String> {
    rows(app, sql).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

async fn report(app: &TestApp) -> Report {
    verify(&app.app().desk.db, |_, _| {}).await.unwrap()
}

/// Every column of the schema with its type.
async fn schema(app: &TestApp) -> BTreeMap<(String, String), String> {
    let sql = match app.engine() {
        Engine::Sqlite => {
            "SELECT m.name AS t, p.name AS c, lower(p.type) AS k FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        }
        Engine::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k FROM information_schema.columns \
             WHERE table_schema = current_schema()"
        }
    };
    let text = |row: &QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    let all = rows(app, sql).await;
    let columns = all.iter().map(|row| ((text(row, "t"), text(row, "c")), text(row, "k")));
    columns.filter(|((table, _), _)| table != "seaql_migrations").collect()
}

fn postgres_type(is: Is) -> &'static str {
    match is {
        Is::Id => "uuid",
        Is::Text => "text",
        Is::Small => "smallint",
        Is::Int => "integer",
        Is::Big => "bigint",
        Is::Flag => "boolean",
        Is::Date => "date",
        Is::Instant => "timestamp with time zone",
        Is::Bytes => "bytea",
    }
}

/// Other values that a column could have, as SQL: what other rows have first, since the schema takes that.
fn others(table: &Table, name: &str, is: Is) -> Vec<String> {
    let table = table.name;
    let mut all = vec![format!(
        "(SELECT o.{name} FROM {table} o WHERE o.{name} IS NOT NULL AND o.{name} <> COALESCE({table}.{name}, o.{name}) ORDER BY o.{name} LIMIT 1)"
    )];
    match is {
        Is::Id => {}
        Is::Text => all.extend([
            format!("{name} || 'x'"),
            "'x'".to_owned(),
            "'cancelled'".to_owned(),
            "NULL".to_owned(),
        ]),
        Is::Small | Is::Int | Is::Big => all.extend([format!("{name} + 1"), format!("{name} - 1"), "1".to_owned()]),
        Is::Flag => all.push(format!("NOT {name}")),
        Is::Date => all.extend(["'2026-01-31'".to_owned(), "'2026-02-28'".to_owned()]),
        Is::Instant => all.extend(["'2026-01-31T00:00:00+00:00'".to_owned(), "NULL".to_owned()]),
        Is::Bytes => all.extend(["NULL".to_owned(), "zeroblob(32)".to_owned()]),
    }
    all
}

/// Columns that name a row.
async fn primary_key(app: &TestApp, table: &str) -> Vec<String> {
    let sql = match app.engine() {
        Engine::Sqlite => format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"),
        Engine::Postgres => format!(
            "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             WHERE i.indrelid = '{table}'::regclass AND i.indisprimary"
        ),
    };
    texts(app, &sql).await
}

/// Changes a value of some row of a table, one that has a value where there is one; whether the schema let it.
async fn edit(app: &TestApp, table: &Table, (name, is): (&str, Is)) -> Option<String> {
    let key = primary_key(app, table.name).await;
    let order = key.iter().map(|column| format!(", {column}")).collect::<String>();
    let db = app.app().desk.db.write();
    let (kept, known) = (format!("kept_{}", table.name), format!("known_{}", table.name));
    for copy in [&kept, &known] {
        db.execute_unprepared(&format!("DROP TABLE IF EXISTS {copy}")).await.unwrap();
    }
    let know = format!("CREATE TEMP TABLE {known} AS SELECT {} FROM {}", key.join(", "), table.name);
    db.execute_unprepared(&know).await.unwrap();
    let keep = format!(
        "CREATE TEMP TABLE {kept} AS SELECT * FROM {} ORDER BY CASE WHEN {name} IS NULL THEN 1 ELSE 0 END{order} LIMIT 1",
        table.name
    );
    db.execute_unprepared(&keep).await.unwrap();
    let same: Vec<_> = key
        .iter()
        .map(|column| format!("{column} = (SELECT {column} FROM {kept})"))
        .collect();
    let same = same.join(" AND ");
    for other in others(table, name, is) {
        let changed = format!("UPDATE {} SET {name} = {other} WHERE {same}", table.name);
        if db.execute_unprepared(&changed).await.is_err() {
            continue;
        }
        let sql = format!(
            "SELECT COUNT(*) FROM {0}, {kept} k WHERE {1} AND ({0}.{name} IS NULL) = (k.{name} IS NULL) AND COALESCE({0}.{name} = k.{name}, TRUE)",
            table.name,
            key.iter()
                .map(|column| format!("{}.{column} = k.{column}", table.name))
                .collect::<Vec<_>>()
                .join(" AND ")
        );
        // A key that was changed is not found again: another row now has it.
        if !key.iter().any(|column| column == name) && rows(app, &sql).await[0].try_get_by_index::<i64>(0).unwrap() == 1 {
            continue;
        }
        // Where the key itself was changed, the row is the one whose key was not there.
        let found = if key.iter().any(|column| column == name) {
            let met: Vec<_> = key.iter().map(|column| format!("k.{column} = {}.{column}", table.name)).collect();
            format!("NOT EXISTS (SELECT 1 FROM {known} k WHERE {})", met.join(" AND "))
        } else {
            same
        };
        let back = format!("UPDATE {} SET {name} = (SELECT {name} FROM {kept}) WHERE {found}", table.name);
        return Some(back);
    }
    None
}

/// Gives a division, a department and a category another name, so that there are names they had before.
async fn rename_something(app: &TestApp) {
    let (desk, reason) = (&app.app().desk, || "更名".parse::<Name>().unwrap());
    let change = DivisionChange {
        name: Some("白蒲新镇".parse().unwrap()),
        parent_code: None,
        black_rice_gi_area: None,
        reason: reason(),
    };
    change_division(desk, &command_line(), "320682105".parse().unwrap(), 1, change)
        .await
        .unwrap();
    let parties = app.app().register.refresh(&desk.db).await.unwrap();
    let department = parties.departments().next().unwrap();
    let change = DepartmentChange {
        name: "新部门".parse().unwrap(),
        reason: reason(),
    };
    change_department(desk, &command_line(), department.id, department.version, change)
        .await
        .unwrap();
    let change = ChangeCategory {
        actor: command_line(),
        code: "grain".to_owned(),
        version: 1,
        name_zh: Some("粮油".parse().unwrap()),
        name_en: None,
        reason: reason(),
    };
    desk.gate.run(change, None).await.unwrap();
}

both_engines! {
    async fn every_column_has_its_place(app) {
        let found = schema(&app).await;
        let placed: BTreeMap<_, _> = hashed::columns().iter().map(|one| ((one.table.to_owned(), one.name.to_owned()), one)).collect();
        let missing: Vec<_> = found.keys().filter(|column| !placed.contains_key(*column)).collect();
        let gone: Vec<_> = placed.keys().filter(|column| !found.contains_key(*column)).collect();
        assert!(missing.is_empty() && gone.is_empty(), "not placed: {missing:?}; placed and not there: {gone:?}");
        for (column, one) in placed {
            let read = [Place::Key, Place::Rows].contains(&one.place);
            if read && app.engine() == Engine::Postgres {
                assert_eq!(found[&column], postgres_type(one.is), "{column:?}");
            }
        }
    }

    async fn a_changed_value_is_named_whichever_it_is(app) {
        let now: DateTime<chrono::Utc> = "2027-03-02T01:00:00Z".parse().unwrap();
        let clock = app.app().desk.clock.clone();
        load(app.app(), &clock, now, World { seed: 7, days: 10 }, |_| {}).await.unwrap();
        rename_something(&app).await;
        let whole = report(&app).await;
        assert!(whole.is_clean(), "{whole}");
        let (mut named, mut refused, mut empty) = (0, Vec::new(), BTreeSet::new());
        let things = hashed::things();
        let columns = |thing: &'static str| hashed::tables_of(thing).flat_map(|table| table.columns.iter().map(move |column| (table, *column)));
        let rounds = things.iter().map(|thing| columns(thing).count()).max().unwrap();
        // In each round one value of one thing of each kind is changed.
        for round in 0..rounds {
            let mut changed = Vec::new();
            for thing in &things {
                let Some((table, (name, is))) = columns(thing).nth(round) else { continue };
                if texts(&app, &format!("SELECT 'x' FROM {} LIMIT 1", table.name)).await.is_empty() {
                    empty.insert(table.name);
                    continue;
                }
                match edit(&app, table, (name, is)).await {
                    Some(back) => changed.push((thing, table, name, back)),
                    None => refused.push(format!("{}.{name}", table.name)),
                }
            }
            let found = report(&app).await;
            for (thing, table, name, back) in changed.into_iter().rev() {
                let own = hashed::tables_of(thing).next().unwrap().name;
                let at = found.findings.iter().any(|finding| finding.place.starts_with(own));
                assert!(at, "{}.{name}: {found}", table.name);
                named += 1;
                app.spoil(&back).await;
            }
        }
        println!("{named} edits named; refused by the schema: {refused:?}; tables without rows: {empty:?}");
        assert!(named > 150 && empty.len() < 4, "{named} {empty:?}");
    }

    async fn a_row_that_nobody_told_of_is_named_and_one_of_before_is_noted(app) {
        let s = app.scene().await;
        let copied = "INSERT INTO places (id, supplier_id, name, town_code, version, touched, created_at) \
            SELECT {id}, supplier_id, name || '二', town_code, version, touched, created_at FROM places LIMIT 1";
        let id = match app.engine() {
            Engine::Sqlite => "x'0190a5e000007000800000000000000a'",
            Engine::Postgres => "'0190a5e0-0000-7000-8000-00000000000a'",
        };
        app.spoil(&copied.replace("{id}", id)).await;
        let found = report(&app).await;
        let said: Vec<_> = found.findings.iter().map(ToString::to_string).collect();
        assert_eq!(said, ["places id=0190a5e0-0000-7000-8000-00000000000a: is told of by no entry"]);

        app.all_waits_to_be_noted().await;
        let found = report(&app).await;
        assert!(found.is_clean(), "{found}");
        assert_eq!(found.notes.iter().map(ToString::to_string).collect::<Vec<_>>(), ["place: 1 of them are not yet noted"]);
        let before = app.entries().await;
        app.a_minute_passes().await;
        let found = report(&app).await;
        assert!(found.is_clean() && found.notes.is_empty(), "{found}");
        let noted = app.number("SELECT COUNT(*) FROM entries WHERE kind = 'register.noted'").await;
        assert!(noted > 8 && app.entries().await >= before + noted, "{noted}");
        app.days_pass(1);
        app.a_minute_passes().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM entries WHERE kind = 'register.noted'").await, noted, "noted once");
        let events = app.get("/v1/events?limit=200").by(&s.school).await.body(200);
        assert!(!events.to_string().contains("\"rows\""), "hashes are nothing for parties");
    }
}
