//! Search over HTTP, held to a list of queries and what each must find in the demo's catalogue.

use crate::support::{Member, TestApp, say_aloud};
use entity::{Channel, FreeText, Grams, LineKind, Quantity, VatClass};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use yangpin::catalogue::{AddCategory, Claim, ListProduct, MakeOffer, NewOffer, NewProduct, Traits};
use yangpin::organisations::keys::command_line;

type Row = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn catalogue() -> Vec<Row> {
    rows(include_str!("../../src/demo/data/catalogue.csv"))
}

/// Lists all goods of the demo, each offered to schools and shops where it may go there; who may look for them.
async fn whole_catalogue(app: &TestApp) -> Member {
    let gate = &app.app().desk.gate;
    for row in rows(include_str!("../../src/founding/data/categories.csv")) {
        let add = AddCategory {
            actor: command_line(),
            code: row["code"].clone(),
            name_zh: row["name_zh"].parse().unwrap(),
            name_en: row["name_en"].parse().unwrap(),
        };
        gate.run(add, None).await.unwrap();
    }
    let supplier = app.given().a_supplier().await;
    for row in catalogue() {
        app.given().town(&row["origin_code"]).await;
        let (actor, new) = (command_line(), product_of(&row, &supplier));
        let channels = new.traits.channels.clone();
        let product = gate.run(ListProduct { actor, new }, None).await.unwrap().answer;
        for channel in [Channel::SchoolCanteen, Channel::Supermarket]
            .into_iter()
            .filter(|one| channels.contains(one))
        {
            let since = "2021-01-01".parse().unwrap();
            let new = NewOffer::to_channel(product.id, channel, row["price_yuan"].parse().unwrap(), since);
            let actor = command_line();
            gate.run(MakeOffer { actor, new }, None).await.unwrap();
        }
    }
    app.given().a_school_canteen().await
}

fn product_of(row: &Row, supplier: &Member) -> NewProduct {
    let papers: Vec<&str> = row["required_documents"].split(' ').collect();
    let claims = [("ORG", Claim::Organic), ("GI", Claim::Gi)];
    let traits = Traits {
        name: row["name"].parse().unwrap(),
        category_code: row["category"].clone(),
        origin_code: row["origin_code"].parse().unwrap(),
        pack: row["pack_spec"].clone(),
        net_weight: Some(row["net_weight_kg"].parse::<Grams>().unwrap()),
        shelf_life_days: None,
        vat_class: VatClass::Vat9,
        tolerance_permille: 0,
        gtin: None,
        description: FreeText::default(),
        claims: claims
            .iter()
            .filter(|(word, _)| papers.contains(word))
            .map(|(_, claim)| *claim)
            .collect(),
        channels: row["channels"].split(' ').map(|word| word.parse().unwrap()).collect(),
    };
    NewProduct {
        sku: row["sku"].parse().unwrap(),
        traits,
        producer_id: None,
        seller_id: supplier.id,
        unit: row["sales_unit"].clone(),
        line_kind: LineKind::Goods,
        quantity_step: Quantity::ONE,
        weighed: None,
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The SKUs of all pages of a list of products.
async fn skus(app: &TestApp, by: &Member, query: &str) -> Vec<String> {
    items(app, by, query)
        .await
        .iter()
        .map(|item| item["sku"].as_str().unwrap().to_owned())
        .collect()
}

async fn items(app: &TestApp, by: &Member, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app.get(format!("/v1/products?{query}{cursor}")).by(by).await.body(200);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// What was found of one kind of query.
#[derive(Default)]
struct Relevance {
    queries: u32,
    right: u32,
    found: u32,
    expected: u32,
    both: u32,
}

impl Relevance {
    fn permille(part: u32, of: u32) -> u32 {
        (part * 1000).checked_div(of).unwrap_or(1000)
    }

    fn line(&self, kind: &str) -> String {
        let (precision, recall) = (Self::permille(self.both, self.found), Self::permille(self.both, self.expected));
        format!(
            "{kind:24} {:7} {:5} {:6}.{:03} {:6}.{:03}",
            self.queries,
            self.right,
            precision / 1000,
            precision % 1000,
            recall / 1000,
            recall % 1000
        )
    }
}

both_engines! {
    async fn every_query_of_the_list_finds_what_it_must(app) {
        let school = whole_catalogue(&app).await;
        let mut table: BTreeMap<String, Relevance> = BTreeMap::new();
        let mut wrong = Vec::new();
        let queries = rows(include_str!("../data/search_queries.csv"));
        assert_eq!(queries.len(), 168);
        for row in &queries {
            let found: BTreeSet<String> = skus(&app, &school, &format!("limit=200&q={}", encoded(&row["query"]))).await.into_iter().collect();
            let expected: BTreeSet<String> = row["expected_skus"].split_whitespace().map(str::to_owned).collect();
            let right = if row["mode"] == "exact" { found == expected } else { found.is_superset(&expected) };
            if !right {
                wrong.push(format!("{:?} ({}): expected {expected:?}, found {found:?}", row["query"], row["mode"]));
            }
            let kind = table.entry(format!("{} {}", row["mode"], row["kind"])).or_default();
            kind.queries += 1;
            kind.right += u32::from(right);
            kind.found += u32::try_from(found.len()).unwrap();
            kind.expected += u32::try_from(expected.len()).unwrap();
            kind.both += u32::try_from(found.intersection(&expected).count()).unwrap();
        }
        let mut text = format!("relevance on {:?}: kind, queries, right, precision, recall\n", app.engine());
        for (kind, relevance) in &table {
            text += &format!("{}\n", relevance.line(kind));
            assert_eq!(relevance.both, relevance.expected, "recall of {kind}");
            if kind.starts_with("exact") {
                assert_eq!(relevance.found, relevance.both, "precision of {kind}");
            }
        }
        say_aloud(&text);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn what_fits_best_comes_first_and_no_page_loses_anything(app) {
        let school = whole_catalogue(&app).await;
        // The product that is called so stands before those that hold the word somewhere; the SKU before all.
        let first = |found: &[String]| found.first().cloned().unwrap_or_default();
        let relevance = async |q: &str| skus(&app, &school, &format!("sort=relevance&q={}", encoded(q))).await;
        assert_eq!(first(&relevance("GR02").await), "GR02");
        let rice = relevance("黑米").await;
        // What is black rice, then what is made of it, each by SKU.
        assert_eq!(rice, ["GR01", "GR02", "GR03", "AL02", "DR01", "GR12", "GR13", "PA01", "SE01"]);
        for q in ["黑米", "heimi", "hm", "袋", "谢村", "kg"] {
            let whole = relevance(q).await;
            let paged = skus(&app, &school, &format!("sort=relevance&limit=1&q={}", encoded(q))).await;
            assert_eq!(paged, whole, "{q}");
            let plain: BTreeSet<String> = skus(&app, &school, &format!("limit=200&q={}", encoded(q))).await.into_iter().collect();
            assert_eq!(whole.iter().cloned().collect::<BTreeSet<_>>(), plain, "{q}");
        }
        let answer = app.get("/v1/products?sort=relevance").by(&school).await;
        assert_eq!(answer.faults(400), ["missing_parameter q"]);
    }

    async fn the_price_of_a_kilogram_and_the_day_of_delivery_order_a_list(app) {
        let school = whole_catalogue(&app).await;
        let query = "channel=school_canteen&sort=price_per_kg&limit=7";
        let found = items(&app, &school, query).await;
        let expected = catalogue().into_iter().filter(|row| row["channels"].split(' ').any(|word| word == "school_canteen")).count();
        assert_eq!(found.len(), expected);
        let per_kg: Vec<i64> = found.iter().map(|item| {
            let price: entity::UnitPrice = item["price_per_kg"].as_str().unwrap().parse().unwrap();
            price.ten_thousandths()
        }).collect();
        assert!(per_kg.is_sorted(), "{per_kg:?}");
        let rice = found.iter().find(|item| item["sku"] == "GR02").unwrap();
        assert_eq!((rice["offer"]["price"].as_str(), rice["price_per_kg"].as_str()), (Some("205.00"), Some("8.20")));
        let days = items(&app, &school, "sort=delivery_day&limit=9").await;
        assert_eq!(days.len(), 65);
        assert!(days.iter().all(|item| item["deliver_from"] == "2026-11-24"));
        assert_eq!(app.get("/v1/products?sort=price_per_kg").by(&school).await.faults(400), ["missing_parameter channel"]);
    }

    async fn facets_count_what_the_list_shows(app) {
        let school = whole_catalogue(&app).await;
        let counts = |body: &Value, facet: &str| -> BTreeMap<String, i64> {
            body[facet].as_array().unwrap().iter()
                .map(|one| (one["code"].as_str().unwrap().to_owned(), one["products"].as_i64().unwrap()))
                .collect()
        };
        for base in ["", "q=%E9%BB%91%E7%B1%B3&", "category=grain&", "claim=gi&channel=school_canteen&"] {
            let body = app.get(format!("/v1/products/facets?{}", base.trim_end_matches('&'))).by(&school).await.body(200);
            let listed = skus(&app, &school, &format!("{base}limit=200")).await.len();
            assert_eq!(body["products"].as_i64(), i64::try_from(listed).ok());
            for (facet, parameter) in [("categories", "category"), ("origins", "origin"), ("channels", "channel"), ("claims", "claim")] {
                let others: Vec<&str> = base.split('&').filter(|part| !part.is_empty() && !part.starts_with(parameter)).collect();
                for (code, products) in counts(&body, facet) {
                    let query = [others.join("&"), format!("{parameter}={code}"), "limit=200".to_owned()].join("&");
                    let found = skus(&app, &school, query.trim_start_matches('&')).await.len();
                    assert_eq!(i64::try_from(found).unwrap(), products, "{base} {facet} {code}");
                }
            }
        }
        for (language, names) in [("zh", ["粮食", "学校食堂"]), ("en", ["Rice and grain", "school canteen"])] {
            let all = app.get("/v1/products/facets").by(&school).header("accept-language", language).await.body(200);
            let called = |facet: &str, code: &str| {
                all[facet].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap()["name"].as_str().unwrap().to_owned()
            };
            assert_eq!([called("categories", "grain"), called("channels", "school_canteen")], names);
            assert_eq!(all["products"].as_i64(), Some(65));
        }
    }

    async fn documents_of_an_older_version_are_made_anew(app) {
        let scene = app.scene().await;
        app.given().a_product("GR03", &scene.supplier).await;
        let desk = &app.app().desk;
        assert_eq!(yangpin::catalogue::stale_documents(desk).await.unwrap(), 0);
        let older = "UPDATE products SET search_text = '#0 older' WHERE sku = 'GR02'";
        sea_orm::ConnectionTrait::execute_unprepared(desk.db.write(), older).await.unwrap();
        assert_eq!(yangpin::catalogue::stale_documents(desk).await.unwrap(), 1);
        assert_eq!(skus(&app, &scene.school, "q=heimi").await, ["GR03"]);
        let entries = app.entries().await;
        let mut told = Vec::new();
        let made = yangpin::catalogue::reindex(desk, |done, of| told.push((done, of))).await.unwrap();
        assert_eq!((made, told, app.entries().await), (1, vec![(1, 1)], entries));
        assert_eq!(skus(&app, &scene.school, "q=heimi").await, ["GR02", "GR03"]);
        assert_eq!(yangpin::catalogue::reindex(desk, |_, _| panic!("nothing is left")).await.unwrap(), 0);
    }

    async fn words_typed_together_and_codes_typed_apart_are_found(app) {
        let school = whole_catalogue(&app).await;
        for q in ["黑米25kg", "25公斤黑米", "黑米２５㎏", "GR-02", "gr 02"] {
            assert_eq!(skus(&app, &school, &format!("q={}", encoded(q))).await, ["GR02"], "{q}");
        }
        // What people of the place call it: as a whole word, in Chinese or spelled.
        for (q, found) in [("洋芋", vec!["VE01"]), ("malingshu", vec!["VE01"]), ("菜油", vec!["OI01", "OI02", "OI03"]), ("奇异果", vec!["FR04"]), ("异果", vec![])] {
            let mut got = skus(&app, &school, &format!("q={}", encoded(q))).await;
            got.sort();
            assert_eq!(got, found, "{q}");
        }
        assert_eq!(skus(&app, &school, &format!("q={}", encoded("大米"))).await.len(), 3);
        // What fits best stands first without being asked for, and the buyer's own prices are there without its channel.
        let rice = items(&app, &school, &format!("q={}", encoded("黑米"))).await;
        let first: Vec<_> = rice.iter().take(2).map(|item| (item["sku"].as_str().unwrap(), item["offer"]["price"].as_str())).collect();
        assert_eq!(first, [("GR01", Some("12.80")), ("GR02", Some("205.00"))]);
        assert_eq!(rice.len(), 9, "nothing is left out for having no price");
        let operator = app.given().an_operator().await;
        assert!(items(&app, &operator, "limit=200").await.iter().all(|item| item["offer"].is_null()));
    }

    async fn another_word_is_added_and_taken_back_and_search_follows(app) {
        let scene = app.scene().await;
        let operator = app.given().an_operator().await;
        app.given().a_product("VE01", &scene.supplier).called("高山土豆").await;
        let word = json!({"word": "山药蛋", "means": "土豆"});
        let add = async || app.post("/v1/synonyms").by(&operator).idempotency_key("once").json(&word).await;
        let found = async || skus(&app, &scene.school, &format!("q={}", encoded("山药蛋"))).await;
        let entries = app.entries().await;
        let added = add().await.body(201);
        assert!(add().await.is(201).is_replay());
        assert_eq!(app.entries().await, entries + 1);
        app.app().runner().work_off().await.unwrap();
        assert_eq!(found().await, ["VE01"]);
        let again = app.post("/v1/synonyms").by(&operator).json(&word).await;
        assert_eq!(again.faults(409), ["synonym_taken /word"]);
        let refused = app.post("/v1/synonyms").by(&operator).json(&json!({"word": "山 药", "means": "土"})).await;
        assert_eq!(refused.faults(422), ["synonym_word /word", "synonym_word /means"]);
        let newest = app.get("/v1/synonyms?limit=1").by(&operator).await.body(200);
        assert_eq!(newest["items"], json!([added]));
        // What is listed meanwhile has it at once; what is changed keeps it.
        app.given().a_product("VE02", &scene.supplier).called("土豆片").await;
        assert_eq!(found().await, ["VE01", "VE02"]);
        let archive = format!("/v1/synonyms/{}/archive", added["synonym_id"].as_str().unwrap());
        let entries = app.entries().await;
        for _ in 0..2 {
            assert!(app.post(&archive).by(&operator).await.body(200)["archived_at"].is_string());
        }
        assert_eq!(app.entries().await, entries + 1);
        app.app().runner().work_off().await.unwrap();
        assert!(found().await.is_empty());
        assert_eq!(yangpin::catalogue::stale_documents(&app.app().desk).await.unwrap(), 0);
    }

    async fn a_bar_code_number_finds_its_product_however_it_is_written(app) {
        let scene = app.scene().await;
        let product = json!({"sku": "B1", "name": "黑米", "category_code": "grain", "origin_code": "610723104", "unit": "袋",
            "vat_class": "vat9", "channels": ["school_canteen"], "gtin": "6901234567892"});
        app.post("/v1/products").by(&scene.supplier).json(&product).await.is(201);
        for (gtin, found) in [("6901234567892", vec!["B1"]), ("06901234567892", vec!["B1"]), ("6901234567908", vec![])] {
            assert_eq!(skus(&app, &scene.school, &format!("gtin={gtin}")).await, found, "{gtin}");
            let counted = app.get(format!("/v1/products/facets?gtin={gtin}")).by(&scene.school).await.body(200);
            assert_eq!(counted["products"].as_u64(), u64::try_from(found.len()).ok());
        }
        assert_eq!(app.get("/v1/products?gtin=6901234567893").by(&scene.school).await.status, 400);
    }
}
