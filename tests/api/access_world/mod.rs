//! Who asks in the table of access, and about what: a world with two sides, and what each operation needs to be about.

mod delivery;
mod master;
mod quotes;

use crate::access_contracts::{contract_of, draft_of, version_read};
use crate::support::TestApp;
use crate::support::client::Call;
use crate::support::contract::Operation;
use crate::support::given::Member;
use crate::support::given_goods::Goods;
use crate::support::steps::order_of;
use delivery::DELIVERY;
use entity::{Channel, OrganisationId, SiteId};
use master::{MASTER, body_for, sheet_for};
use poem::http::Method;
use quotes::QUOTES;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NOWHERE: &str = "0190a5e0-0000-7000-8000-000000000000";
const DAY: &str = "2026-12-01";
/// A picture of one pixel.
const PIXEL: &[u8] = include_bytes!("../../data/pixel.png");

/// A row of an order that a side's buyer had of its supplier.
fn order_row(number: &str, side: &Side, quantity: &str) -> Value {
    json!({"kind": "order", "document_no": number, "at": "2026-11-02T08:00:00+08:00", "buyer": side.buyer.id.to_string(),
        "sku": side.goods.sku, "quantity": quantity, "price": "2.55"})
}

/// The two sides of the world: what is the actors' own lies on the first, what is others' on the second.
pub struct Side {
    pub buyer: Member,
    pub supplier: Member,
    pub goods: Goods,
}

pub struct World {
    pub actors: BTreeMap<String, Member>,
    /// Keys that ask in place of the actors' own.
    pub narrow: BTreeMap<String, Member>,
    pub own: Side,
    other: Side,
    made: std::cell::Cell<u32>,
    /// The answer that an inquiry was given last.
    chosen: std::cell::RefCell<String>,
}

async fn side(app: &TestApp, town: &str, sku: &str) -> Side {
    let given = app.given();
    let supplier = given.a_supplier().await;
    let goods = given.a_product(sku, &supplier).with_stock("100000").await;
    Side {
        buyer: given.a_school_canteen().in_town(town).await,
        supplier,
        goods,
    }
}

fn one_returned() -> Value {
    json!({"lines": [{"line_no": 1, "quantity": "1", "reason": "mouldy", "fate": "destroy"}]})
}

pub async fn world(app: &TestApp) -> World {
    let own = side(app, "白蒲镇", "OWN").await;
    let other = side(app, "东陈镇", "OTHER").await;
    let given = app.given();
    let actors = BTreeMap::from([
        ("buyer".to_owned(), own.buyer.clone()),
        ("retailer".to_owned(), given.a_supermarket().await),
        ("supplier".to_owned(), own.supplier.clone()),
        ("official_city".to_owned(), given.an_official_of_the_city().await),
        ("official_town".to_owned(), given.an_official_of_town("白蒲镇").await),
        ("auditor".to_owned(), given.an_auditor().await),
        ("operator".to_owned(), given.an_operator().await),
    ]);
    World {
        actors,
        narrow: BTreeMap::new(),
        own,
        other,
        made: std::cell::Cell::new(0),
        chosen: std::cell::RefCell::new(NOWHERE.to_owned()),
    }
}

impl World {
    fn fresh(&self) -> u32 {
        self.made.set(self.made.get() + 1);
        self.made.get()
    }

    pub fn side(&self, target: &str) -> &Side {
        if target == "other" { &self.other } else { &self.own }
    }

    /// The organisation that is the actor's own, or another buyer's.
    fn organisation(&self, actor: &str, target: &str) -> OrganisationId {
        match (target, self.actors.get(actor)) {
            ("own", Some(member)) => member.id,
            _ => self.other.buyer.id,
        }
    }

    /// Placed by the actor where it buys, else by the side's buyer, with the side's supplier.
    async fn order(&self, app: &TestApp, actor: &str, target: &str) -> (String, String) {
        let side = self.side(target);
        let retailer = self.actors.get("retailer").filter(|_| actor == "retailer" && target == "own");
        let buyer = retailer.unwrap_or(&side.buyer);
        let group = app.place(buyer, &order_of(&[(&side.goods.sku, "1")])).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&group["order_group_id"]), text(&group["orders"][0]["id"]))
    }

    /// Who bought what an actor is asked about.
    pub fn buyer(&self, actor: &str, target: &str) -> &Member {
        let retailer = self.actors.get("retailer").filter(|_| actor == "retailer" && target == "own");
        retailer.unwrap_or(&self.side(target).buyer)
    }

    /// Of the actor where it buys, else of the side's buyer.
    async fn saved_list(&self, app: &TestApp, actor: &str, target: &str) -> String {
        let side = self.side(target);
        let retailer = self.actors.get("retailer").filter(|_| actor == "retailer" && target == "own");
        let body = json!({"name": "单", "lines": [{"sku": side.goods.sku, "quantity": "1"}]});
        let made = app.post("/v1/lists").by(retailer.unwrap_or(&side.buyer)).json(&body).await;
        made.body(201)["list_id"].as_str().unwrap().to_owned()
    }

    async fn synonym(&self, app: &TestApp) -> String {
        let body = json!({"word": format!("w{}", self.fresh()), "means": "黑米"});
        let made = app.post("/v1/synonyms").by(&self.actors["operator"]).json(&body).await;
        made.body(201)["synonym_id"].as_str().unwrap().to_owned()
    }

    async fn product(&self, app: &TestApp, target: &str) -> Goods {
        let sku = format!("P{}", self.fresh());
        let product = app.given().a_product(&sku, &self.side(target).supplier);
        product.for_channels(&[Channel::SchoolCanteen]).with_stock("0").await
    }

    /// A picture that some product shows.
    async fn picture(&self, app: &TestApp) -> String {
        let path = format!("/v1/products/{}/pictures", self.product(app, "own").await.id);
        let call = app.post(path).by(&self.own.supplier).header("content-type", "image/png").raw(PIXEL);
        call.await.body(201)["picture"].as_str().unwrap().to_owned()
    }

    async fn site(&self, app: &TestApp, actor: &str, target: &str) -> SiteId {
        let owner = match (target, self.actors.get(actor)) {
            ("own", Some(member)) if ["buyer", "retailer", "supplier"].contains(&actor) => member,
            ("own", _) => &self.own.buyer,
            _ => &self.other.buyer,
        };
        app.given().a_site_of(owner).await
    }

    async fn offer(&self, app: &TestApp, target: &str) -> String {
        let goods = self.product(app, target).await;
        let shelf = app.app().shelf.refresh(&app.app().desk.db).await.unwrap();
        let today = "2026-11-23".parse().unwrap();
        let good = shelf.product(goods.id).unwrap();
        good.offer_for(Channel::SchoolCanteen, today).unwrap().id.to_string()
    }

    /// An import that has come as far as the operation needs.
    async fn import(&self, app: &TestApp, operation: &str) -> String {
        let operator = &self.actors["operator"];
        let id = app.an_import(operator, "旧台账").await;
        let needed = match operation {
            "check_import" => 1,
            "book_import" => 2,
            "undo_import" => 3,
            _ => 0,
        };
        let number = format!("D{}", self.fresh());
        let rows = json!([order_row(&number, &self.own, "2")]);
        if needed > 0 {
            app.part(operator, &id, 1, &rows).await.is(201);
        }
        if needed > 1 {
            app.phase(operator, &id, "check").await.is(200);
        }
        if needed > 2 {
            app.book_alone(operator, &id, "what_is_good").await.is(200);
        }
        id
    }

    async fn key(&self, app: &TestApp, actor: &str, target: &str) -> String {
        let owner = match (target, self.actors.get(actor)) {
            ("own", Some(member)) => member,
            _ => &self.other.buyer,
        };
        app.given().another_key_of(owner, None, 30).await.key_id.to_string()
    }

    /// An organisation that may be moved or ended without harm to the other rows.
    async fn passing_organisation(&self, app: &TestApp) -> OrganisationId {
        app.given().a_hospital().called(&format!("第{}医院", self.fresh())).await.id
    }

    /// What stands in a path's place.
    async fn subject(&self, app: &TestApp, operation: &str, actor: &str, target: &str) -> String {
        if target == "unknown" {
            return match operation {
                "read_division" | "change_division" | "archive_division" => "999999".to_owned(),
                "read_picture" => "0".repeat(64),
                _ => NOWHERE.to_owned(),
            };
        }
        match operation {
            "read_order_group" => self.order(app, actor, target).await.0,
            "read_order"
            | "read_order_timeline"
            | "print_order"
            | "repeat_order"
            | "cancel_order"
            | "confirm_order"
            | "decline_order"
            | "answer_order" => self.order(app, actor, target).await.1,
            operation if operation.ends_with("_contract") => contract_of(self, app, operation, actor, target).await,
            operation if DELIVERY.contains(&operation) => self.delivered(app, operation, actor, target).await,
            operation if QUOTES.contains(&operation) => self.quoted(app, operation, actor, target).await,
            operation if MASTER.contains(&operation) => self.master_thing(app, operation, target).await,
            "read_product" | "read_price" | "list_prices" | "change_product" | "archive_product" | "add_picture" | "arrange_pictures" => {
                self.product(app, target).await.id.to_string()
            }
            "read_offer" | "end_offer" | "announce_price" => self.offer(app, target).await,
            "read_picture" => self.picture(app).await,
            "read_saved_list" | "change_saved_list" | "archive_saved_list" | "order_saved_list" | "try_saved_list" => {
                self.saved_list(app, actor, target).await
            }
            "archive_synonym" => self.synonym(app).await,
            "read_site" | "change_site" | "archive_site" => self.site(app, actor, target).await.to_string(),
            "revoke_key" => self.key(app, actor, target).await,
            "read_division" => "320682".to_owned(),
            "read_import"
            | "upload_import_part"
            | "upload_import_file"
            | "check_import"
            | "book_import"
            | "undo_import"
            | "list_import_faults"
            | "export_import_faults" => self.import(app, operation).await,
            "cancel_job" => {
                let due = app.now();
                let job = yangpin::jobs::enter_job(&app.app().desk, "purge_repeats", Value::Null, due).await;
                job.unwrap().to_string()
            }
            // Terms are set once by each: the version that all ask with is the first.
            "set_terms" if actor == "operator" => app.given().a_supplier().await.id.to_string(),
            "read_terms" | "set_terms" => self.side(target).supplier.id.to_string(),
            "read_department" => app.given().department("教育局").await.to_string(),
            "move_organisation" | "archive_organisation" => self.passing_organisation(app).await.to_string(),
            "change_organisation" if actor == "operator" => self.passing_organisation(app).await.to_string(),
            "read_organisation" | "change_organisation" => self.organisation(actor, target).to_string(),
            other => panic!("access.rs does not know what {other} is about"),
        }
    }

    fn query(&self, operation: &str, actor: &str, target: &str) -> String {
        match operation {
            "read_tally" | "export_tally" | "export_tally_total" | "list_tally_lines" | "export_tally_lines" => {
                "?measure=ordered".to_owned()
            }
            "upload_order_sheet" => format!("?mode=check&deliver_on={DAY}"),
            operation if sheet_for(operation).is_some() => "?mode=check".to_owned(),
            "list_keys" | "list_sites" => format!("?organisation_id={}", self.organisation(actor, target)),
            "read_price" if ["buyer", "retailer"].contains(&actor) => String::new(),
            "read_price" => format!("?buyer_id={}", self.own.buyer.id),
            _ => String::new(),
        }
    }

    async fn body(&self, app: &TestApp, operation: &str, actor: &str, target: &str) -> Option<Value> {
        let number = self.fresh();
        let side = self.side(target);
        let owner = self.organisation(actor, target);
        Some(match operation {
            operation if MASTER.contains(&operation) => return body_for(operation),
            operation if QUOTES.contains(&operation) || ["create_inquiry", "keep_quotes"].contains(&operation) => {
                return self.quote_body(operation, actor, target);
            }
            "draft_contract" => draft_of(self, number, actor),
            "change_contract" => json!({"cap": "5.00"}),
            "terminate_contract" => json!({"reason": "other"}),
            "place_order" | "try_order" => order_of(&[("OWN", "1")]),
            "answer_order" => json!({"lines": [{"line_no": 1, "quantity": "1"}]}),
            "close_order_short" => json!({"lines": [{"line_no": 1}]}),
            "propose_order_change" => json!({"deliver_on": "2026-12-05"}),
            "ship_order" => json!({"lines": [{"line_no": 1, "quantity": "1"}]}),
            "keep_shipment_surplus" => json!({"note": "多送", "lines": [{"no": 1, "quantity": "0.1"}]}),
            "return_goods" => one_returned(),
            "cancel_order" => json!({"reason": "other"}),
            "create_saved_list" => json!({"name": "单", "lines": [{"sku": "OWN", "quantity": "1"}]}),
            "change_saved_list" => json!({"name": "别的单"}),
            "order_saved_list" | "try_saved_list" | "repeat_order" => json!({"deliver_on": DAY}),
            "decline_order" => json!({"reason": "other"}),
            "create_import" => json!({"source": "旧台账"}),
            "upload_import_part" => json!({"rows": [order_row(&format!("N{number}"), &self.own, "1")]}),
            "book_import" => json!({"mode": "what_is_good", "alone": true, "reason": "只有一名经办人"}),
            "add_category" => json!({"code": format!("c{number}"), "name_zh": "类", "name_en": "Kind"}),
            "add_synonym" => json!({"word": format!("w{number}"), "means": "黑米"}),
            "add_place" => json!({"name": "仓库", "town_code": app.given().town("谢村镇").await.as_str()}),
            "create_department" => json!({"code": format!("X{number}"), "name": "部门"}),
            "create_division" => json!({"code": format!("X{number}"), "name": "新镇", "parent_code": "320682", "role": "buyer_town"}),
            "create_organisation" => json!({"name": "新学校", "kind": "school", "town_code": "320682105"}),
            "change_organisation" => json!({"default_site_id": null}),
            "move_organisation" => json!({"town_code": "320682103"}),
            "accept_shipment" | "confirm_return" | "archive_organisation" | "archive_product" | "set_terms" => json!({}),
            "create_site" => json!({"organisation_id": owner.to_string(), "name": "后门", "address": "一号", "town_code": "320682105"}),
            "change_site" => json!({"name": "前门"}),
            "create_key" => self.new_key(actor, owner),
            "create_product" => json!({"sku": format!("N{number}"), "name": "新米", "category_code": "grain",
                "seller_id": side.supplier.id.to_string(), "origin_code": "610723104", "unit": "袋", "vat_class": "vat9",
                "channels": ["school_canteen"]}),
            "change_product" => json!({"name": "新名"}),
            "make_offer" => json!({"product_id": self.unoffered(app, target).await, "channel": "school_canteen",
                "price": "1.00", "from_date": DAY}),
            "announce_price" => json!({"price": "1.00", "from_date": DAY}),
            "confirm_mail_address" => json!({"code": "ABCDE-23456"}),
            "mark_notices_read" => json!({"up_to": NOWHERE}),
            "set_notice_preferences" => json!({"language": "zh", "kinds": []}),
            "arrange_pictures" => json!({"pictures": []}),
            "end_offer" => json!({"to_date": DAY}),
            "record_movements" => json!({"movements": [{"product_id": side.goods.id.to_string(),
                "place_id": app.given().store_of(&side.supplier).await.to_string(), "quantity": "1", "reason": "receipt",
                "moved_on": "2026-11-23"}]}),
            _ => return None,
        })
    }

    fn new_key(&self, actor: &str, owner: OrganisationId) -> Value {
        let mut body = json!({"organisation_id": owner.to_string(), "name": "新钥匙", "holder": {"name": "李四"}});
        if actor == "operator" && self.actors["operator"].id == owner {
            body["role"] = json!("official");
            body["remit"] = json!({"kind": "city"});
        }
        body
    }

    async fn unoffered(&self, app: &TestApp, target: &str) -> String {
        let sku = format!("U{}", self.fresh());
        let product = app.given().a_product(&sku, &self.side(target).supplier).with_stock("0");
        product.without_offer().for_channels(&[Channel::SchoolCanteen]).await.id.to_string()
    }

    pub async fn ask<'a>(&self, app: &'a TestApp, operation: &Operation, actor: &str, target: &str) -> Call<'a> {
        let mut path = operation.path.clone();
        if let Some(start) = path.find('{') {
            let end = path.find('}').unwrap();
            let subject = self.subject(app, &operation.id, actor, target).await;
            path.replace_range(start..=end, &subject);
            path = path.replace("{no}", "1");
            path = path.replace("{size}", "thumb");
        }
        path += &self.query(&operation.id, actor, target);
        let mut call = app.call(operation.method.clone(), path).if_match(version_read(&operation.id));
        if let Some(member) = self.narrow.get(actor).or_else(|| self.actors.get(actor)) {
            call = call.by(member);
        }
        if operation.id == "upload_import_file" {
            let file = "kind,document_no,at,sku,quantity\nstock,1,2026-11-01,OWN,1\n";
            return call.header("content-type", "text/csv").raw(file);
        }
        if operation.id == "add_picture" {
            return call.header("content-type", "image/png").raw(PIXEL);
        }
        if let Some(sheet) = sheet_for(&operation.id) {
            call = call.header("content-type", "text/csv").raw(sheet);
        }
        if operation.method != Method::GET
            && let Some(body) = self.body(app, &operation.id, actor, target).await
        {
            call = call.json(&body);
        }
        call
    }
}
