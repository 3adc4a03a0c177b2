//! The world that is ordered in: fourteen towns, two thousand school canteens with a key each, one seller with five
//! hundred goods in one store. Made once through the use cases, then copied for every run.

use entity::{Channel, Clock, LineKind, OrganisationKind, PlaceId, StockReason, VatClass, shanghai_date};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::path::Path;
use yangpin::access::Actor;
use yangpin::app::{App, AppOptions};
use yangpin::catalogue::{AddCategory, ListProduct, MakeOffer, NewOffer, NewProduct, Traits};
use yangpin::db::{OpenOptions, Target};
use yangpin::http::config::HttpConfig;
use yangpin::http::fault::Refusal;
use yangpin::journal::{Desk, GateOptions, UseCase};
use yangpin::notices::MailSettings;
use yangpin::organisations::Party;
use yangpin::organisations::add_division::add_division;
use yangpin::organisations::create_organisation::create_organisation;
use yangpin::organisations::division::NewDivision;
use yangpin::organisations::issue_key::issue_key;
use yangpin::organisations::key::{Holder, KeyRemit, NewKey};
use yangpin::organisations::keys::command_line;
use yangpin::organisations::organisation::NewOrganisation;
use yangpin::pictures::PictureSettings;
use yangpin::stock::{AddPlace, MoveStock, NewMovement};

const DIVISIONS: &str = include_str!("../../src/founding/data/divisions.csv");
const CATEGORIES: &str = include_str!("../../src/founding/data/categories.csv");

/// How many buyers.
pub const BUYERS: usize = 2_000;
/// How many goods.
pub const GOODS: usize = 500;
/// Use cases under way at once.
const AT_ONCE: usize = 64;
/// On hand of each good: no run comes near it, so that short stock does not hide the price of an order.
const STOCK: &str = "900000";

/// Who orders and what.
#[derive(Debug, Default)]
pub struct World {
    /// Secrets of the buyers' keys.
    pub buyers: Vec<String>,
    /// Ids of the buyers, in the order of their keys.
    pub buyer_ids: Vec<String>,
    /// The secret of the seller's key.
    pub seller: String,
    /// SKUs.
    pub skus: Vec<String>,
    /// Ids of the goods, in the order of the SKUs.
    pub products: Vec<String>,
    /// The secret of an official of the city.
    pub official: String,
}

/// Makes the world in an empty database.
pub async fn found(target: &Target, pictures: &Path) -> World {
    let options = AppOptions {
        target: target.clone(),
        open: OpenOptions::default(),
        gate: GateOptions::default(),
        http: HttpConfig::default(),
        clock: Clock::system(),
        migrate: true,
        pictures: PictureSettings::in_folder(pictures),
        mail: MailSettings::default(),
        secret: None,
    };
    let app = App::open(options).await.expect("the world's database opens");
    let world = fill(&app.desk).await.expect("the world obeys the rules");
    app.desk.db.clone().close().await;
    world
}

async fn fill(desk: &Desk) -> Result<World, Refusal> {
    let (towns, above): (Vec<_>, Vec<_>) = rows(DIVISIONS).partition(|row| row[3].ends_with("_town"));
    together(above.into_iter().map(|row| enter_division(desk, row, false))).await?;
    together(towns.into_iter().map(|row| enter_division(desk, row, true))).await?;
    together(rows(CATEGORIES).map(|row| enter_category(desk, row))).await?;
    let buyers = together((0..BUYERS).map(|at| buyer(desk, at))).await?;
    let (seller, (secret, actor)) = seller(desk).await?;
    let place = AddPlace {
        actor: actor.clone(),
        name: parse("仓库"),
        town_code: parse("610723104"),
    };
    let place = run(desk, place).await?.id;
    let goods = together((0..GOODS).map(|at| good(desk, &seller, at))).await?;
    let ids: Vec<_> = goods.iter().map(|(_, id)| *id).collect();
    stock_up(desk, &actor, &ids, place).await?;
    let official = create_organisation(desk, &command_line(), NewOrganisation::office(parse("协作办")), None).await?;
    let city = KeyRemit {
        kind: entity::RemitKind::City,
        code: None,
    };
    let (official, _) = key(desk, &official.answer, Some(entity::Role::Official), Some(city)).await?;
    let (buyers, buyer_ids) = buyers.into_iter().unzip();
    Ok(World {
        buyers,
        buyer_ids,
        seller: secret,
        skus: goods.iter().map(|(sku, _)| sku.clone()).collect(),
        products: ids.iter().map(ToString::to_string).collect(),
        official,
    })
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

fn parse<T: std::str::FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text} is not well formed"))
}

async fn together<T, F: Future<Output = Result<T, Refusal>>>(asked: impl Iterator<Item = F>) -> Result<Vec<T>, Refusal> {
    stream::iter(asked).buffered(AT_ONCE).try_collect().await
}

async fn run<U: UseCase>(desk: &Desk, use_case: U) -> Result<U::Answer, Refusal> {
    Ok(desk.gate.run(use_case, None).await?.answer)
}

async fn enter_division(desk: &Desk, row: Vec<&str>, town: bool) -> Result<(), Refusal> {
    let new = NewDivision {
        code: parse(row[0]),
        name: parse(row[1]),
        parent_code: town.then(|| parse(row[2])),
        role: parse(row[3]),
        black_rice_gi_area: Some(row[4]).filter(|word| !word.is_empty()).map(|word| word == "yes"),
    };
    add_division(desk, &command_line(), new, None).await?;
    Ok(())
}

async fn enter_category(desk: &Desk, row: Vec<&str>) -> Result<(), Refusal> {
    let add = AddCategory {
        actor: command_line(),
        code: row[0].to_owned(),
        name_zh: parse(row[1]),
        name_en: parse(row[2]),
    };
    run(desk, add).await?;
    Ok(())
}

async fn organisation(desk: &Desk, kind: OrganisationKind, name: &str, town: &str) -> Result<Party, Refusal> {
    let new = NewOrganisation {
        name: parse(name),
        kind,
        uscc: None,
        uscc_override: None,
        without_canteen: false,
        town_code: Some(parse(town)),
        department_id: None,
        from_date: Some(parse("2021-01-01")),
    };
    Ok(create_organisation(desk, &command_line(), new, None).await?.answer)
}

async fn key(desk: &Desk, party: &Party, role: Option<entity::Role>, remit: Option<KeyRemit>) -> Result<(String, Actor), Refusal> {
    let new = NewKey {
        organisation_id: party.id,
        role,
        remit,
        name: parse("负载"),
        holder: Holder::New {
            name: parse("负载机"),
            machine: true,
        },
        permissions: None,
        days: Some(400),
        requests_per_minute: None,
    };
    let issued = issue_key(desk, &command_line(), new, None).await?;
    let actor = Actor {
        key: issued.key.id,
        person: issued.key.person_id,
        organisation: issued.key.organisation_id,
        role: issued.key.role,
        remit: None,
        permissions: yangpin::access::Permission::of_role(issued.key.role).to_vec(),
    };
    Ok((issued.secret.expect("a new key has a secret").reveal().to_owned(), actor))
}

/// Secret and id.
async fn buyer(desk: &Desk, at: usize) -> Result<(String, String), Refusal> {
    let towns: Vec<&str> = rows(DIVISIONS).filter(|row| row[3] == "buyer_town").map(|row| row[0]).collect();
    let party = organisation(
        desk,
        OrganisationKind::School,
        &format!("第{at}中心小学食堂"),
        towns[at % towns.len()],
    )
    .await?;
    Ok((key(desk, &party, None, None).await?.0, party.id.to_string()))
}

async fn seller(desk: &Desk) -> Result<(Party, (String, Actor)), Refusal> {
    let party = organisation(desk, OrganisationKind::TradingAgent, "洋县农特产品代理商行", "610723104").await?;
    let key = key(desk, &party, None, None).await?;
    Ok((party, key))
}

/// What a good costs.
pub fn price(at: usize) -> String {
    format!("{}.{:02}", 3 + at % 40, at % 100)
}

async fn good(desk: &Desk, seller: &Party, at: usize) -> Result<(String, entity::ProductId), Refusal> {
    // Not all goods may go to a school.
    let for_schools = |code: &&str| *code != "alcohol" && *code != "craft";
    let categories: Vec<&str> = rows(CATEGORIES).map(|row| row[0]).filter(for_schools).collect();
    let origins: Vec<&str> = rows(DIVISIONS).filter(|row| row[3] == "origin_town").map(|row| row[0]).collect();
    let sku = format!("L{at:04}");
    let traits = Traits {
        name: parse(&format!("洋县农家特产第{at}号")),
        category_code: categories[at % categories.len()].to_owned(),
        origin_code: parse(origins[at % origins.len()]),
        pack: "2.5kg×10/箱".to_owned(),
        net_weight: Some(parse("2.5")),
        shelf_life_days: Some(365),
        vat_class: VatClass::Vat9,
        tolerance_permille: 0,
        gtin: None,
        description: entity::FreeText::default(),
        claims: Vec::new(),
        channels: vec![Channel::SchoolCanteen],
    };
    let new = NewProduct {
        sku: parse(&sku),
        traits,
        producer_id: None,
        seller_id: seller.id,
        unit: "袋".to_owned(),
        line_kind: LineKind::Goods,
        quantity_step: parse("1"),
        weighed: None,
    };
    let actor = command_line();
    let product = run(desk, ListProduct { actor, new }).await?;
    let new = NewOffer::to_channel(product.id, Channel::SchoolCanteen, parse(&price(at)), parse("2021-01-01"));
    let actor = command_line();
    run(desk, MakeOffer { actor, new }).await?;
    Ok((sku, product.id))
}

async fn stock_up(desk: &Desk, actor: &Actor, products: &[entity::ProductId], place_id: PlaceId) -> Result<(), Refusal> {
    let movements = products.iter().map(|product_id| NewMovement {
        product_id: *product_id,
        place_id,
        quantity: parse(STOCK),
        reason: StockReason::Receipt,
        moved_on: shanghai_date(desk.clock.now()),
    });
    let receive = MoveStock {
        actor: actor.clone(),
        movements: movements.collect(),
    };
    run(desk, receive).await?;
    Ok(())
}
