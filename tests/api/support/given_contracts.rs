//! Framework contracts that are there when a test begins.

use super::app::TestApp;
use super::given::{Given, Member};
use super::given_goods::Goods;
use serde_json::{Value, json};
use uuid::Uuid;

/// A contract to be written.
pub struct ContractDraft<'a> {
    app: &'a TestApp,
    supplier: Member,
    buyer: Member,
    by_buyer: bool,
    body: Value,
}

impl<'a> Given<'a> {
    /// A contract of a supplier with a buyer, from today for a year, over 10,000 yuan, freight inside the price.
    pub fn a_contract(self, supplier: &Member, buyer: &Member) -> ContractDraft<'a> {
        let number = format!("KJ-{}", Uuid::now_v7().simple());
        ContractDraft {
            app: self.0,
            supplier: supplier.clone(),
            buyer: buyer.clone(),
            by_buyer: false,
            body: json!({"contract_no": number, "from_date": "2026-11-23", "to_date": "2027-11-22", "cap": "10000.00",
                "freight": "included", "goods": []}),
        }
    }
}

impl ContractDraft<'_> {
    /// With goods at a price.
    pub fn of(self, goods: &Goods, price: &str) -> Self {
        self.of_as(goods, price, json!({}))
    }

    /// With goods at a price, and their least, step or most.
    pub fn of_as(mut self, goods: &Goods, price: &str, more: Value) -> Self {
        let mut good = json!({"product_id": goods.id.to_string(), "price": price});
        good.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.body["goods"].as_array_mut().unwrap().push(good);
        self
    }

    pub fn with_cap(self, cap: &str) -> Self {
        self.with("cap", cap)
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.body[name] = value.into();
        self
    }

    pub fn written_by_the_buyer(mut self) -> Self {
        self.by_buyer = true;
        self
    }

    /// Who writes it, and who is on the other side.
    fn sides(&self) -> (&Member, &Member) {
        if self.by_buyer {
            (&self.buyer, &self.supplier)
        } else {
            (&self.supplier, &self.buyer)
        }
    }

    /// Written; its id.
    pub async fn drafted(self) -> String {
        let mut body = self.body.clone();
        if self.by_buyer {
            body["supplier_id"] = self.supplier.id.to_string().into();
        } else {
            body["buyer_id"] = self.buyer.id.to_string().into();
        }
        let made = self.app.post("/v1/contracts").by(self.sides().0).json(&body).await.body(201);
        made["contract_id"].as_str().unwrap().to_owned()
    }

    /// Written and proposed; its id.
    pub async fn proposed(self) -> String {
        let (app, writer) = (self.app, self.sides().0.clone());
        let id = self.drafted().await;
        app.step(&writer, &id, "propose", 1).await.is(200);
        id
    }

    /// Written, proposed and accepted; its id.
    pub async fn in_force(self) -> String {
        let (app, other) = (self.app, self.sides().1.clone());
        let id = self.proposed().await;
        app.step(&other, &id, "accept", 2).await.is(200);
        id
    }
}

impl TestApp {
    /// Takes a contract a step, from the version that was read.
    pub async fn step(&self, by: &Member, id: &str, step: &str, version: i64) -> super::Answer {
        let call = self
            .post(format!("/v1/contracts/{id}/{step}"))
            .by(by)
            .if_match(&format!("\"v{version}\""));
        if step == "terminate" {
            call.json(&json!({"reason": "mutual_agreement"})).await
        } else {
            call.await
        }
    }

    /// What is drawn on a contract, as its supplier or buyer reads it.
    pub async fn drawn(&self, by: &Member, id: &str) -> String {
        let contract = self.get(format!("/v1/contracts/{id}")).by(by).await.body(200);
        contract["drawn"].as_str().unwrap().to_owned()
    }
}
