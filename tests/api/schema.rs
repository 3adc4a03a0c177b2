//! The schema: what migrations make is what rows expect, on both engines, up and down.

use crate::support::database::{self, Database};
use crate::support::{TestApp, say_aloud};
use entity::tables::*;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IdenStatic, Iterable, QueryResult};
use std::collections::{BTreeMap, BTreeSet};
use yangpin::db::{Engine, statement};

/// Column names and whether they may be null, as the rows have them.
type Columns = BTreeMap<String, bool>;

fn columns_of<E: EntityTrait>() -> (String, Columns)
where
    E::Column: Iterable,
{
    let columns = E::Column::iter().map(|column| (column.as_str().to_owned(), column.def().is_null()));
    (E::default().table_name().to_owned(), columns.collect())
}

/// The columns of these tables, by table.
macro_rules! columns {
    ($($table:ident),* $(,)?) => {
        BTreeMap::from([$(columns_of::<$table::Entity>()),*])
    };
}

fn expected() -> BTreeMap<String, Columns> {
    columns! {
        acceptance_lines, acceptances, address_confirmations, api_keys, categories, category_names, cells_coarse, cells_fine, cells_imported,
        contract_buyers, contract_goods, contracts, departments, department_names, dimensions, divisions, division_names, entries, facts, idempotency, import_claims,
        import_documents,
        import_faults, import_files, import_parts, imports, inquiries, inquiry_lines, inquiry_suppliers, intake_things, intakes, jobs, journal_epochs,
        journal_heads, journal_keys, line_closes, line_positions, master_secrets, memberships, notes, notice_cursors, notice_preferences, notices,
        offers, order_change_lines, order_changes, order_groups, order_lines, orders, organisations, people,
        person_details, person_mails, pictures, places, policies, product_pictures, products, quote_lines, quotes, register_notings, rejections,
        retention, return_lines, returns, saved_list_lines, saved_lists, search_synonyms, shipment_lines, shipments, signed_heads, site_contact_versions,
        site_contacts, site_versions, sites, stock, stock_movements, supplier_terms,
    }
}

async fn rows(app: &TestApp, sql: &str) -> Vec<QueryResult> {
    let statement = statement(app.engine(), sql, Vec::new());
    app.app().desk.read().query_all_raw(statement).await.unwrap()
}

/// Tables of the service, with each column's type and whether it may be null.
async fn found(app: &TestApp) -> BTreeMap<String, BTreeMap<String, (String, bool)>> {
    let sql = match app.engine() {
        Engine::Sqlite => {
            "SELECT m.name AS t, p.name AS c, p.type AS k, CASE WHEN p.\"notnull\" = 0 AND p.pk = 0 THEN 'YES' ELSE 'NO' END AS n \
             FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'"
        }
        Engine::Postgres => {
            "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k, is_nullable::text AS n \
             FROM information_schema.columns WHERE table_schema = current_schema()"
        }
    };
    let mut tables: BTreeMap<String, BTreeMap<String, (String, bool)>> = BTreeMap::new();
    for row in rows(app, sql).await {
        let text = |name: &str| row.try_get::<String>("", name).unwrap();
        let nullable = text("n") == "YES";
        tables
            .entry(text("t"))
            .or_default()
            .insert(text("c"), (text("k").to_lowercase(), nullable));
    }
    tables
}

both_engines! {
    async fn the_tables_are_what_rows_expect(app) {
        let mut found = found(&app).await;
        found.remove("seaql_migrations");
        let found: BTreeMap<String, Columns> = found
            .into_iter()
            .map(|(table, columns)| (table, columns.into_iter().map(|(name, (_, nullable))| (name, nullable)).collect()))
            .collect();
        for (table, columns) in expected() {
            assert_eq!(found.get(&table), Some(&columns), "{table}");
        }
        assert_eq!(found.len(), expected().len(), "a table without rows of its own");
    }

    async fn no_column_can_hold_a_float(app) {
        for (table, columns) in found(&app).await.into_iter().filter(|(table, _)| table != "seaql_migrations") {
            for (column, (kind, _)) in columns {
                let fits = match app.engine() {
                    // A boolean's affinity is NUMERIC, but 0 and 1 are whole.
                    Engine::Sqlite => ["text", "integer", "smallint", "blob", "boolean"].contains(&kind.as_str()),
                    Engine::Postgres => !["real", "double precision", "numeric", "money"].contains(&kind.as_str()),
                };
                assert!(fits, "{table}.{column} is {kind}");
            }
        }
    }

    async fn every_table_has_a_retention_class(app) {
        let classed: BTreeSet<String> = rows(&app, "SELECT table_name FROM retention").await.iter()
            .map(|row| row.try_get("", "table_name").unwrap()).collect();
        let tables: BTreeSet<String> = found(&app).await.into_keys()
            .filter(|table| !["seaql_migrations", "retention"].contains(&table.as_str())).collect();
        assert_eq!(classed, tables);
    }

    async fn the_schema_goes_up_and_down_and_up_again(app) {
        let database = Database::fresh(app.engine());
        yangpin::db::migrate(&database.target, &database.open).await.unwrap();
        let other = yangpin::db::Db::open(&database.target, &database.open).await.unwrap();
        let steps = Migrator::migrations().len();
        Migrator::down(&other.write().now(), None).await.unwrap();
        assert_eq!(Migrator::get_pending_migrations(&other.write().now()).await.unwrap().len(), steps);
        Migrator::up(&other.write().now(), None).await.unwrap();
        assert!(Migrator::get_pending_migrations(&other.write().now()).await.unwrap().is_empty());
        other.close().await;
        assert_eq!(yangpin::db::pending(&database.target, &database.open).await.unwrap(), 0);
        database.remove().await;
    }

    async fn processes_that_start_at_once_on_an_empty_database_all_come_up(app) {
        let database = Database::fresh(app.engine());
        let starts = (0..if app.engine() == Engine::Postgres { 4 } else { 1 })
            .map(|_| yangpin::db::migrate(&database.target, &database.open));
        for outcome in futures_util::future::join_all(starts).await {
            outcome.unwrap();
        }
        assert_eq!(yangpin::db::pending(&database.target, &database.open).await.unwrap(), 0);
        database.remove().await;
    }

    async fn the_guard_behind_the_guards_is_in_the_database(app) {
        let s = app.scene().await;
        for set in ["held = on_hand + 1", "held = -1", "on_hand = held - 1"] {
            let sql = format!("UPDATE stock SET {set}");
            let done = app.app().desk.db.write().execute_raw(statement(app.engine(), &sql, Vec::new())).await;
            assert!(done.is_err(), "{set}");
        }
        assert_eq!(app.held(&s.rice).await, 0);
    }
}

#[test]
fn a_weaker_database_is_refused() {
    // Settings are read back at every start; that they are strong is what lets all other tests begin.
    if database::postgres().is_err() {
        say_aloud("SKIPPED: no PostgreSQL");
    }
    crate::support::app::run(Engine::Sqlite, |app| async move {
        let settings: BTreeMap<_, _> = app.app().desk.db.durability().iter().cloned().collect();
        assert_eq!(
            (settings["journal_mode"].as_str(), settings["synchronous"].as_str()),
            ("wal", "FULL")
        );
    });
}
