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

async fn open(folder: &Path, clock: &Clock, patience: Duration) -> App {
    let options = AppOptions {
        target: Target::Sqlite(folder.join("demo.db")),
        open: OpenOptions::default(),
        gate: GateOptions {
            patience,
            ..GateOptions::default()
        },
        http: HttpConfig::default(),
        clock: clock.clone(),
        migrate: true,
        pictures: PictureSettings::in_folder(folder.join("pictures")),
        mail: MailSettings::default(),
        secret: None,
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

/// What makes a world: every order by buyer, moment, channel, state and amount, and every month's sums by measure.
const ORDERS: &str = "SELECT b.name || '|' || s.name || '|' || o.placed_at || '|' || o.channel || '|' || o.state || '|' || o.amount AS x \
    FROM orders o JOIN organisations b ON b.id = o.buyer_id JOIN organisations s ON s.id = o.supplier_id ORDER BY x";
const SUMS: &str = "SELECT measure || '|' || month || '|' || SUM(amount) || '|' || SUM(quantity) || '|' || COUNT(*) AS x \
    FROM facts GROUP BY measure, month ORDER BY measure, month";

#[tokio::test]
async fn the_world_is_whole_and_clean_and_the_tour_can_begin() {
    let folder = std::env::temp_dir().join(format!("yangpin-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let clock = Clock::fixed(DateTime::UNIX_EPOCH);
    let app = open(&folder, &clock, GateOptions::default().patience).await;
    let began = std::time::Instant::now();
    let world = World { seed: 7, days: DAYS };
    let mut said = Vec::new();
    let keys = load(&app, &clock, now(), world, |progress| said.push(progress)).await.unwrap();
    println!("ready in {:?}", began.elapsed());
    assert_eq!(said.last().map(|last| (last.done, last.of)), Some((DAYS, DAYS)));

    let report = verify(&app.desk.db, |_, _| {}).await.unwrap();
    println!("{report}");
    assert!(report.is_clean(), "{report}");
    check_breadth(&app).await;
    check_moves(&app).await;
    check_agreements(&app).await;
    check_what_is_left_to_do(&app, &keys).await;
    check_times_rise(&app).await;
    order_as_the_tour_does(&app, &keys).await;
    check_refused(&app).await;
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn check_breadth(app: &App) {
    assert_eq!(number(app, "SELECT COUNT(*) AS x FROM divisions").await, 34);
    assert_eq!(
        number(app, "SELECT COUNT(*) AS x FROM products WHERE line_kind = 'goods'").await,
        65
    );
    let lines = number(app, "SELECT COUNT(*) AS x FROM order_lines").await;
    let entries = number(app, "SELECT COUNT(*) AS x FROM entries").await;
    let days = number(app, "SELECT COUNT(DISTINCT placed_on) AS x FROM orders").await;
    println!("{lines} lines, {entries} entries, {days} days");
    assert!(lines >= 20_000 && entries >= 12_000 && days >= 300, "{lines} {entries} {days}");
    let states = column(app, "SELECT DISTINCT state AS x FROM orders ORDER BY x").await;
    assert_eq!(states, ["cancelled", "completed", "confirmed", "declined", "placed"]);
    let several = "SELECT COUNT(*) AS x FROM (SELECT group_id FROM orders GROUP BY group_id HAVING COUNT(*) > 1) AS g";
    assert!(number(app, several).await > 100);
    let suppliers = number(app, "SELECT COUNT(DISTINCT supplier_id) AS x FROM orders").await;
    let buyers = number(app, "SELECT COUNT(DISTINCT buyer_id) AS x FROM orders").await;
    let channels = number(app, "SELECT COUNT(DISTINCT channel) AS x FROM orders").await;
    assert_eq!((suppliers, buyers, channels), (10, 40, 13));
    let peak = |span: &str| format!("SELECT COUNT(*) AS x FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.placed_on {span}");
    let before_the_feast = number(app, &peak("BETWEEN '2026-01-22' AND '2026-02-15'")).await;
    let usual = number(app, &peak("BETWEEN '2025-11-03' AND '2025-11-27'")).await;
    let feast = number(app, &peak("BETWEEN '2026-02-16' AND '2026-02-23'")).await;
    assert!(
        before_the_feast > usual && usual > feast * 6,
        "{before_the_feast} before, {usual} usually, {feast} at the feast"
    );
}

/// A contract is drawn on and one waits, an inquiry is decided and ordered by and one waits.
async fn check_agreements(app: &App) {
    let contracts = column(app, "SELECT state || ' ' || drawn AS x FROM contracts ORDER BY contract_no").await;
    assert_eq!(contracts, ["in_force 198000", "proposed 0"]);
    assert_eq!(
        column(app, "SELECT state AS x FROM inquiries ORDER BY x").await,
        ["decided", "open"]
    );
    let quotes = column(app, "SELECT state || ' ' || total AS x FROM quotes ORDER BY x").await;
    assert_eq!(quotes, ["not_chosen 258000", "not_chosen 525000", "used 396000"]);
    let freight = column(app, "SELECT sku AS x FROM products WHERE line_kind = 'freight'").await;
    assert_eq!(freight, ["YF01"]);
}

/// Each kind of move happened, and often enough to be seen.
async fn check_moves(app: &App) {
    let moves = [
        ("short answers closed", "line_closes WHERE cause = 'answer'", 50),
        ("backorders given up", "line_closes WHERE cause = 'buyer'", 20),
        ("changes agreed", "order_changes WHERE state = 'agreed'", 30),
        ("changes refused", "order_changes WHERE state = 'refused'", 5),
        ("changes withdrawn", "order_changes WHERE state = 'withdrawn'", 3),
        ("replacements", "shipments WHERE replacement", 50),
        ("weighed lines", "order_lines WHERE content IS NOT NULL", 500),
        ("lines partly rejected", "rejections", 300),
        ("kept beyond what was sent", "acceptances WHERE kind = 'surplus'", 10),
        (
            "recorded a day late",
            "acceptances WHERE accepted_on < DATE(recorded_at, '+8 hours')",
            50,
        ),
        ("returned and restocked", "return_lines WHERE fate = 'restock'", 20),
        ("returned and destroyed", "return_lines WHERE fate = 'destroy'", 20),
        ("receipts", "stock_movements WHERE reason = 'receipt'", 500),
        ("prices that ended", "offers WHERE to_date IS NOT NULL", 50),
        ("saved lists", "saved_lists", 3),
    ];
    for (said, what, least) in moves {
        let found = number(app, &format!("SELECT COUNT(*) AS x FROM {what}")).await;
        println!("{found} {said}");
        assert!(found >= least, "{found} {said}");
    }
    let alone = "SELECT COUNT(*) AS x FROM acceptances a JOIN orders o ON o.id = a.order_id WHERE a.accepted_by = o.placed_by";
    assert_eq!(number(app, alone).await, 0, "who orders does not inspect");
    let twice =
        "SELECT COUNT(*) AS x FROM (SELECT order_id FROM shipments WHERE NOT replacement GROUP BY order_id HAVING COUNT(*) > 1) AS s";
    assert!(number(app, twice).await > 100);
}

/// Whoever gets a key finds each kind of thing to be done with that supplier's goods.
async fn check_what_is_left_to_do(app: &App, keys: &DemoKeys) {
    let supplier = actor(app, &keys.supplier).await.organisation;
    for buyer in [&keys.school_buyer, &keys.second_buyer, &keys.retailer] {
        let buyer = actor(app, buyer).await.organisation;
        let ours = format!(
            "supplier_id = x'{}' AND buyer_id = x'{}'",
            supplier.uuid().simple(),
            buyer.uuid().simple()
        );
        let left = [
            format!("orders WHERE state = 'placed' AND {ours}"),
            format!("orders o WHERE state = 'confirmed' AND {ours} AND NOT EXISTS (SELECT 1 FROM shipments s WHERE s.order_id = o.id)"),
            format!("order_changes c JOIN orders o ON o.id = c.order_id WHERE c.state = 'proposed' AND {ours}"),
            format!("shipments WHERE state = 'shipped' AND {ours}"),
            format!("shipments WHERE state = 'arrived' AND {ours}"),
            format!("shipments WHERE state = 'accepted' AND {ours}"),
        ];
        for what in left {
            assert!(number(app, &format!("SELECT COUNT(*) AS x FROM {what}")).await > 0, "{what}");
        }
    }
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
        // Nobody waits for the demo's use cases, so it does not give up where a caller would.
        let app = open(&folder, &clock, Duration::from_millis(1)).await;
        load(&app, &clock, now(), World { seed, days: 30 }, |_| {}).await.unwrap();
        worlds.push((column(&app, ORDERS).await, column(&app, SUMS).await));
        std::fs::remove_dir_all(&folder).unwrap();
    }
    assert!(worlds[0] == worlds[1], "{:?} {:?}", worlds[0].1, worlds[1].1);
    assert!(worlds[0].1 != worlds[2].1);
}
