//! Goods that are there when a test begins: products, offers, stock.

use super::app::TestApp;
use super::given::{Given, Member, ORIGIN_TOWN, name};
use entity::{Channel, CivilDate, LineKind, PlaceId, ProductId, StockReason, VatClass, shanghai_date};
use serde_json::json;
use std::future::IntoFuture;
use std::pin::Pin;
use yangpin::catalogue::{AddCategory, EndOffer, ListProduct, MakeOffer, NewOffer, NewProduct, Traits, Weighed};
use yangpin::organisations::keys::command_line;
use yangpin::stock::{AddPlace, MoveStock, NewMovement};

const CATEGORIES: &str = include_str!("../../../src/founding/data/categories.csv");

/// A product with what was made of it.
#[derive(Clone, Debug)]
pub struct Goods {
    pub id: ProductId,
    pub sku: String,
    pub seller: Member,
}

impl<'a> Given<'a> {
    /// A product, offered to every channel that its category may go to.
    pub fn a_product(self, sku: &str, seller: &Member) -> Product<'a> {
        Product {
            app: self.0,
            seller: seller.clone(),
            sku: sku.to_owned(),
            called: "洋县黑米".to_owned(),
            category: "grain".to_owned(),
            origin: ORIGIN_TOWN.to_owned(),
            price: "10.00".to_owned(),
            stock: "1000".to_owned(),
            step: "1".to_owned(),
            minimum: None,
            weight: Some("1".to_owned()),
            weighed: None,
            tolerance: 0,
            channels: Channel::ALL.to_vec(),
            offered: true,
            kind: LineKind::Goods,
        }
    }

    /// A product that is nothing but freight: no offer, no stock, no weight.
    pub fn a_product_of_freight(self, sku: &str, seller: &Member) -> Product<'a> {
        let product = self.a_product(sku, seller).called("运费").of_category("freight");
        Product {
            kind: LineKind::Freight,
            ..product.without_weight().without_offer().with_stock("0")
        }
    }

    /// The supplier charges freight as a line of its own, free from a value on if that is told.
    pub async fn freight_of(self, seller: &Member, fee: &str, free_from: Option<&str>) -> Goods {
        let product = self.a_product_of_freight("YF01", seller).await;
        let mut freight = json!({"included": false, "product_id": product.id.to_string(), "fee": fee});
        if let Some(free_from) = free_from {
            freight["free_from"] = free_from.into();
        }
        let path = format!("/v1/suppliers/{}/terms", seller.id);
        let terms = self.0.get(&path).by(seller).await.is(200);
        let set = self
            .0
            .patch(&path)
            .by(seller)
            .if_match(terms.etag())
            .json(&json!({"freight": freight}))
            .await;
        set.is(200);
        product
    }

    async fn category(self, code: &str) {
        let mut entered = self.0.world().categories.lock().await;
        // Every database knows the category of freight.
        if code == "freight" || entered.iter().any(|known| known == code) {
            return;
        }
        let row: Vec<&str> = CATEGORIES
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>())
            .find(|row| row[0] == code)
            .unwrap_or_else(|| panic!("no category {code}"));
        let add = AddCategory {
            actor: command_line(),
            code: code.to_owned(),
            name_zh: name(row[1]),
            name_en: name(row[2]),
        };
        self.0.app().desk.gate.run(add, None).await.unwrap();
        entered.push(code.to_owned());
    }

    /// The supplier's store, entered where it is not there yet.
    pub async fn store_of(self, seller: &Member) -> PlaceId {
        let mut known = self.0.world().places.lock().await;
        if let Some(id) = known.get(&seller.id) {
            return *id;
        }
        let add = AddPlace {
            actor: seller.actor.clone(),
            name: name("仓库"),
            town_code: self.town(ORIGIN_TOWN).await,
        };
        let place = self.0.app().desk.gate.run(add, None).await.unwrap().answer;
        known.insert(seller.id, place.id);
        place.id
    }

    /// Puts goods into the supplier's store.
    pub async fn stock_of(self, goods: &Goods, quantity: &str) {
        let movement = NewMovement {
            product_id: goods.id,
            place_id: self.store_of(&goods.seller).await,
            quantity: quantity.parse().unwrap(),
            reason: StockReason::Receipt,
            moved_on: shanghai_date(self.0.now()),
        };
        let receive = MoveStock {
            actor: goods.seller.actor.clone(),
            movements: vec![movement],
        };
        self.0.app().desk.gate.run(receive, None).await.unwrap();
    }

    /// Offers goods to a channel from a day on, at a price.
    pub async fn an_offer(self, goods: &Goods, channel: Channel, price: &str, from: CivilDate) -> entity::OfferId {
        let new = NewOffer::to_channel(goods.id, channel, price.parse().unwrap(), from);
        let make = MakeOffer {
            actor: command_line(),
            new,
        };
        self.0.app().desk.gate.run(make, None).await.unwrap().answer.id
    }

    /// Ends the offer of goods to a channel today and offers them at another price from tomorrow on.
    pub async fn another_price(self, goods: &Goods, channel: Channel, price: &str) {
        let app = self.0.app();
        let today = shanghai_date(self.0.now());
        let shelf = app.shelf.refresh(&app.desk.db).await.unwrap();
        let good = shelf.product(goods.id).unwrap();
        let offer = good.offer_for(channel, today).unwrap();
        let end = EndOffer {
            actor: command_line(),
            id: offer.id,
            version: offer.version,
            to: today,
        };
        app.desk.gate.run(end, None).await.unwrap();
        self.an_offer(goods, channel, price, today.checked_add_days(1).unwrap()).await;
    }
}

/// A product to be listed, offered and stocked; awaiting it does so.
pub struct Product<'a> {
    app: &'a TestApp,
    seller: Member,
    sku: String,
    called: String,
    category: String,
    origin: String,
    price: String,
    stock: String,
    step: String,
    minimum: Option<String>,
    weight: Option<String>,
    weighed: Option<Weighed>,
    tolerance: i32,
    channels: Vec<Channel>,
    offered: bool,
    kind: LineKind,
}

impl Product<'_> {
    pub fn called(mut self, name: &str) -> Self {
        self.called = name.to_owned();
        self
    }

    pub fn of_category(mut self, code: &str) -> Self {
        self.category = code.to_owned();
        self
    }

    pub fn grown_in(mut self, town: &str) -> Self {
        self.origin = town.to_owned();
        self
    }

    pub fn priced(mut self, price: &str) -> Self {
        self.price = price.to_owned();
        self
    }

    pub fn with_stock(mut self, quantity: &str) -> Self {
        self.stock = quantity.to_owned();
        self
    }

    /// Ordered in whole numbers of this.
    pub fn in_steps_of(mut self, step: &str) -> Self {
        self.step = step.to_owned();
        self
    }

    pub fn at_least(mut self, minimum: &str) -> Self {
        self.minimum = Some(minimum.to_owned());
        self
    }

    /// Net weight of a unit in kilograms.
    pub fn weighing(mut self, kilograms: &str) -> Self {
        self.weight = Some(kilograms.to_owned());
        self
    }

    pub fn without_weight(mut self) -> Self {
        self.weight = None;
        self
    }

    pub fn for_channels(mut self, channels: &[Channel]) -> Self {
        self.channels = channels.to_vec();
        self
    }

    /// Paid by another unit, of which so much is nominally in one.
    pub fn weighed_by(mut self, price_unit: &str, content: &str) -> Self {
        self.weighed = Some(Weighed {
            price_unit: price_unit.to_owned(),
            content: content.parse().unwrap(),
        });
        self
    }

    /// How many thousandths more may be accepted.
    pub fn with_tolerance(mut self, permille: i32) -> Self {
        self.tolerance = permille;
        self
    }

    pub fn without_offer(mut self) -> Self {
        self.offered = false;
        self
    }

    async fn list(self) -> Goods {
        let given = self.app.given();
        given.category(&self.category).await;
        let traits = Traits {
            name: name(&self.called),
            category_code: self.category,
            origin_code: given.town(&self.origin).await,
            pack: "1kg×10/箱".to_owned(),
            net_weight: self.weight.map(|weight| weight.parse().unwrap()),
            shelf_life_days: Some(365),
            vat_class: VatClass::Vat9,
            tolerance_permille: self.tolerance,
            gtin: None,
            description: entity::FreeText::default(),
            claims: Vec::new(),
            channels: self.channels.clone(),
        };
        let new = NewProduct {
            sku: self.sku.parse().unwrap(),
            traits,
            producer_id: None,
            seller_id: self.seller.id,
            unit: "袋".to_owned(),
            line_kind: self.kind,
            quantity_step: self.step.parse().unwrap(),
            weighed: self.weighed,
        };
        let gate = &self.app.app().desk.gate;
        let actor = command_line();
        let product = gate.run(ListProduct { actor, new }, None).await.unwrap().answer;
        let offers = self.channels.iter().filter(|_| self.offered).map(|channel| {
            let since = "2021-01-01".parse().unwrap();
            let new = NewOffer {
                minimum: self.minimum.as_ref().map(|minimum| minimum.parse().unwrap()),
                ..NewOffer::to_channel(product.id, *channel, self.price.parse().unwrap(), since)
            };
            let actor = command_line();
            gate.run(MakeOffer { actor, new }, None)
        });
        for made in futures_util::future::join_all(offers).await {
            made.unwrap();
        }
        let goods = Goods {
            id: product.id,
            sku: self.sku,
            seller: self.seller,
        };
        if self.stock != "0" {
            given.stock_of(&goods, &self.stock).await;
        }
        goods
    }
}

impl<'a> IntoFuture for Product<'a> {
    type Output = Goods;
    type IntoFuture = Pin<Box<dyn Future<Output = Goods> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.list())
    }
}
