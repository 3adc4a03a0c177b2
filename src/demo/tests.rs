use super::data::{ProductRow, rows};
use super::*;
use crate::app::AppOptions;
use crate::catalogue::ListProduct;
use crate::db::{OpenOptions, Target, statement};
use crate::http::caller::Keyring as _;
use crate::http::config::HttpConfig;
use crate::journal::GateOptions;
use crate::notices::MailSettings;
use crate::orders::{NewLine, NewOrder};
use crate::organisations::keyring::StoredKeyring;
use crate::pictures::PictureSettings;
use crate::verify::verify;
use entity::{Channel, FundSource, Quantity};
use sea_orm::ConnectionTrait;
use std::path::Path;

/// Whose GI claim must be refused: it grows outside the area.
const REFUSED: &str = include_str!("data/catalogue_refused.csv");

fn now() -> DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}

async fn open(folder: &Path, clock: &Clock) -> App {
    let options = AppOptions {
        target: Target::Sqlite(folder.join("demo.db")),
        open: OpenOptions::default(),
        gate: GateOptions::default(),
        http: HttpConfig::default(),
        clock: clock.clone(),
        migrate: true,
        pictures: PictureSettings::Folder(folder.join("pictures")),
        mail: MailSettings::default(),
    };
    App::open(options).await.unwrap()
}

async fn column(app: &App, sql: &str) -> Vec<String> {
    let rows = app
        .desk
        .read()
        .query_all_raw(statement(app.desk.engine(), sql, Vec::new()))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get("", "x").unwrap()).collect()
}

async fn number(app: &App, sql: &str) -> i64 {
    let row = app
        .desk
        .read()
        .query_one_raw(statement(app.desk.engine(), sql, Vec::new()))
        .await
        .unwrap();
    row.unwrap().try_get("", "x").unwrap()
}

/// What makes the world: every order by buyer, moment, channel, state and amount.
const ORDERS: &str = "SELECT b.name || '|' || s.name || '|' || o.placed_at || '|' || o.channel || '|' || o.state || '|' || o.amount AS x \
    FROM orders o JOIN organisations b ON b.id = o.buyer_id JOIN organisations s ON s.id = o.supplier_id ORDER BY x";

#[tokio::test]
async fn the_world_is_whole_and_clean_and_the_tour_can_begin() {
    let folder = std::env::temp_dir().join(format!("yangpin-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let clock = Clock::fixed(DateTime::UNIX_EPOCH);
    let app = open(&folder, &clock).await;
    let began = std::time::Instant::now();
    let keys = load(&app, &clock, now(), 7, |_| {}).await.unwrap();
    println!("ready in {:?}", began.elapsed());

    let report = verify(&app.desk.db, |_, _| {}).await.unwrap();
    println!("{report}");
    assert!(report.is_clean(), "{report}");
    check_breadth(&app).await;
    check_times_rise(&app).await;
    order_as_the_tour_does(&app, &keys).await;
    check_refused(&app).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn check_breadth(app: &App) {
    assert_eq!(number(app, "SELECT COUNT(*) AS x FROM divisions").await, 34);
    assert_eq!(number(app, "SELECT COUNT(*) AS x FROM products").await, 65);
    let orders = number(app, "SELECT COUNT(*) AS x FROM orders").await;
    assert!((270..=340).contains(&orders), "{orders} orders");
    let states = column(app, "SELECT DISTINCT state AS x FROM orders ORDER BY x").await;
    assert_eq!(states, ["cancelled", "confirmed", "declined", "placed"]);
    let confirmed = number(app, "SELECT COUNT(*) AS x FROM orders WHERE state = 'confirmed'").await;
    assert!(confirmed * 10 > orders * 7, "{confirmed} of {orders} confirmed");
    let several = "SELECT COUNT(*) AS x FROM (SELECT group_id FROM orders GROUP BY group_id HAVING COUNT(*) > 1) AS g";
    assert!(number(app, several).await > 20);
    let suppliers = number(app, "SELECT COUNT(DISTINCT supplier_id) AS x FROM orders").await;
    let buyers = number(app, "SELECT COUNT(DISTINCT buyer_id) AS x FROM orders").await;
    let channels = number(app, "SELECT COUNT(DISTINCT channel) AS x FROM orders").await;
    assert!(suppliers == 10 && buyers >= 35 && channels >= 10, "{suppliers} {buyers} {channels}");
}

async fn check_times_rise(app: &App) {
    let back = "SELECT COUNT(*) AS x FROM entries e JOIN entries f ON f.pairing = e.pairing AND f.seq = e.seq + 1 WHERE f.at <= e.at";
    assert_eq!(number(app, back).await, 0);
    let late = statement(
        app.desk.engine(),
        "SELECT COUNT(*) AS x FROM orders WHERE placed_at > $1",
        vec![now().into()],
    );
    let late: i64 = app
        .desk
        .read()
        .query_one_raw(late)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "x")
        .unwrap();
    assert_eq!(late, 0);
}

async fn actor(app: &App, secret: &str) -> crate::access::Actor {
    let known = StoredKeyring::new(app.desk.clone()).find(secret).await.unwrap();
    assert!(!known.role.is_empty());
    crate::access::Actor {
        key: entity::KeyId::from_uuid(known.key_id),
        person: entity::PersonId::from_uuid(known.person_id),
        organisation: entity::OrganisationId::from_uuid(known.organisation_id),
        role: known.role.parse().unwrap(),
        remit: None,
        permissions: known
            .permissions
            .iter()
            .filter_map(|word| crate::access::Permission::from_word(word))
            .collect(),
    }
}

async fn order_as_the_tour_does(app: &App, keys: &DemoKeys) {
    let all = [
        (&keys.school_buyer, "buyer"),
        (&keys.second_buyer, "buyer"),
        (&keys.retailer, "retailer"),
        (&keys.supplier, "supplier"),
        (&keys.official, "official"),
        (&keys.auditor, "auditor"),
        (&keys.operator, "operator"),
    ];
    for (secret, role) in all {
        let actor = actor(app, secret).await;
        assert_eq!(actor.role.as_str(), role);
        assert_eq!(actor.permissions, crate::access::Permission::of_role(actor.role));
    }
    let asked = NewOrder {
        external_order_no: None,
        channel: Some(Channel::SchoolCanteen),
        fund_source: Some(FundSource::CanteenMeals),
        site: None,
        on_short: entity::OnShort::Close,
        by: None,
        deliver_on: shanghai_date(now()).checked_add_days(1).unwrap(),
        note: None,
        lines: vec![NewLine {
            sku: "GR02".parse().unwrap(),
            quantity: "10".parse::<Quantity>().unwrap(),
        }],
    };
    let placed = app
        .orders()
        .place(actor(app, &keys.school_buyer).await, asked, None)
        .await
        .unwrap()
        .answer;
    assert_eq!(placed.orders.len(), 1);
    assert_eq!(placed.orders[0].amount.to_string(), "2050.00");
    assert_eq!(placed.orders[0].supplier_id, actor(app, &keys.supplier).await.organisation);
}

async fn check_refused(app: &App) {
    let row: ProductRow = rows(REFUSED).unwrap().remove(0);
    let sellers = column(app, "SELECT name AS x FROM organisations WHERE kind = 'cooperative'").await;
    assert_eq!(sellers.len(), 4);
    let seller = app.register.current();
    let seller = seller.organisations().find(|party| party.name == sellers[0]).unwrap().id;
    let new = row.to_new(seller).unwrap();
    let refused = run(&app.desk, ListProduct { actor: operator(), new }).await.unwrap_err();
    assert_eq!(refused.faults()[0].slug(), "gi_outside_area");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_world_and_another_another() {
    let mut worlds = Vec::new();
    for (number, seed) in [7, 7, 8].into_iter().enumerate() {
        let folder = std::env::temp_dir().join(format!("yangpin-demo-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let app = open(&folder, &clock).await;
        load(&app, &clock, now(), seed, |_| {}).await.unwrap();
        worlds.push(column(&app, ORDERS).await);
        std::fs::remove_dir_all(&folder).unwrap();
    }
    assert_eq!(worlds[0], worlds[1]);
    assert_ne!(worlds[0], worlds[2]);
}
