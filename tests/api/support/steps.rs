//! Steps that many behaviours take.

use super::answer::Answer;
use super::app::TestApp;
use super::given::Member;
use super::given_goods::Goods;
use poem::http::Method;
use serde_json::{Value, json};

/// The day on which orders of tests are delivered.
pub const DELIVERY_DAY: &str = "2026-12-01";

/// An order of these SKUs and quantities, everything else by default.
pub fn order_of(lines: &[(&str, &str)]) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity}))
        .collect();
    json!({"deliver_on": DELIVERY_DAY, "lines": lines})
}

/// The same order with another member.
pub fn with(mut order: Value, name: &str, value: impl Into<Value>) -> Value {
    order[name] = value.into();
    order
}

/// A canteen, a supplier, and a good of the supplier's: what most behaviours begin with.
pub struct Scene {
    pub school: Member,
    pub supplier: Member,
    pub rice: Goods,
}

impl TestApp {
    /// A school canteen in 白蒲镇, a co-operative in 谢村镇, and 100 bags of rice (GR02) at 205 yuan.
    pub async fn scene(&self) -> Scene {
        let school = self.given().a_school_canteen().await;
        let supplier = self.given().a_supplier().await;
        let rice = self
            .given()
            .a_product("GR02", &supplier)
            .priced("205.00")
            .weighing("25")
            .with_stock("100")
            .await;
        Scene { school, supplier, rice }
    }

    /// Places an order that must succeed; answers with the group.
    pub async fn place(&self, buyer: &Member, order: &Value) -> Value {
        self.post("/v1/orders").by(buyer).json(order).await.body(201)
    }

    /// Places an order with one supplier that must succeed; answers with the order's id.
    pub async fn place_one(&self, buyer: &Member, order: &Value) -> String {
        let group = self.place(buyer, order).await;
        assert_eq!(group["orders"].as_array().unwrap().len(), 1);
        group["orders"][0]["id"].as_str().unwrap().to_owned()
    }

    pub async fn read_order(&self, by: &Member, id: &str) -> Answer {
        self.get(format!("/v1/orders/{id}")).by(by).await
    }

    pub async fn cancel(&self, by: &Member, id: &str) -> Answer {
        let body = json!({"reason": "no_longer_needed"});
        self.post(format!("/v1/orders/{id}/cancel")).by(by).json(&body).await
    }

    pub async fn confirm(&self, by: &Member, id: &str) -> Answer {
        self.post(format!("/v1/orders/{id}/confirm")).by(by).await
    }

    pub async fn decline(&self, by: &Member, id: &str) -> Answer {
        let body = json!({"reason": "out_of_stock"});
        self.post(format!("/v1/orders/{id}/decline")).by(by).json(&body).await
    }

    /// The total of what is ordered, as this member sees it, for a query like `group_by=town`.
    pub async fn ordered(&self, by: &Member, query: &str) -> Value {
        let path = format!("/v1/tally?measure=ordered&{query}");
        self.get(path.trim_end_matches('&')).by(by).await.body(200)
    }

    /// What of a good is held for orders, in thousandths.
    pub async fn held(&self, goods: &Goods) -> i64 {
        self.stock_column("held", goods).await
    }

    async fn stock_column(&self, column: &str, goods: &Goods) -> i64 {
        let sql = format!(
            "SELECT s.{column} FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku = '{}'",
            goods.sku
        );
        self.number(&sql).await
    }

    /// An import just begun; its id.
    pub async fn an_import(&self, by: &Member, source: &str) -> String {
        let body = json!({"source": source});
        let made = self.post("/v1/imports").by(by).json(&body).await.body(201);
        made["import_id"].as_str().unwrap().to_owned()
    }

    /// Uploads rows as a part of an import.
    pub async fn part(&self, by: &Member, import: &str, no: u32, rows: &Value) -> Answer {
        let path = format!("/v1/imports/{import}/parts/{no}");
        self.call(Method::PUT, path).by(by).json(&json!({"rows": rows})).await
    }

    /// Has an import checked, or taken back.
    pub async fn phase(&self, by: &Member, import: &str, phase: &str) -> Answer {
        self.post(format!("/v1/imports/{import}/{phase}")).by(by).await
    }

    /// Has an import booked by the one who brought it.
    pub async fn book_alone(&self, by: &Member, import: &str, mode: &str) -> Answer {
        let body = json!({"mode": mode, "alone": true, "reason": "只有一名经办人"});
        self.post(format!("/v1/imports/{import}/book")).by(by).json(&body).await
    }

    /// Has an import booked.
    pub async fn book_import(&self, by: &Member, import: &str, mode: &str) -> Answer {
        let body = json!({"mode": mode});
        self.post(format!("/v1/imports/{import}/book")).by(by).json(&body).await
    }
}

/// What happens to an order once it is placed.
impl TestApp {
    /// Places and confirms an order with one supplier; answers with its id.
    pub async fn confirmed(&self, s: &Scene, order: &Value) -> String {
        let id = self.place_one(&s.school, order).await;
        self.confirm(&s.supplier, &id).await.is(200);
        id
    }

    /// The supplier says how much of these lines comes.
    pub async fn answer_lines(&self, by: &Member, id: &str, lines: &[(i32, &str)]) -> Answer {
        let lines: Vec<Value> = lines.iter().map(|(no, q)| json!({"line_no": no, "quantity": q})).collect();
        self.post(format!("/v1/orders/{id}/answer"))
            .by(by)
            .json(&json!({"lines": lines}))
            .await
    }

    /// The supplier sends these units.
    pub async fn ship(&self, by: &Member, id: &str, lines: &[(i32, &str)]) -> Answer {
        let lines: Vec<Value> = lines.iter().map(|(no, q)| json!({"line_no": no, "quantity": q})).collect();
        self.ship_as(by, id, &json!({"lines": lines})).await
    }

    pub async fn ship_as(&self, by: &Member, id: &str, body: &Value) -> Answer {
        self.post(format!("/v1/orders/{id}/shipments")).by(by).json(body).await
    }

    /// Sends these units; answers with the shipment's id.
    pub async fn shipped(&self, by: &Member, id: &str, lines: &[(i32, &str)]) -> String {
        let made = self.ship(by, id, lines).await.body(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// The buyer inspects a shipment.
    pub async fn accept(&self, by: &Member, shipment: &str, body: &Value) -> Answer {
        self.post(format!("/v1/shipments/{shipment}/accept")).by(by).json(body).await
    }

    pub async fn give_back(&self, by: &Member, id: &str, body: &Value) -> Answer {
        self.post(format!("/v1/orders/{id}/returns")).by(by).json(body).await
    }

    /// Amount and lines of a measure's total, as this member sees it.
    pub async fn total_of(&self, by: &Member, measure: &str) -> (String, i64) {
        let path = format!("/v1/tally?measure={measure}");
        let tally = self.get(path).by(by).await.body(200);
        let total = &tally["total"];
        (total["amount"].as_str().unwrap().to_owned(), total["lines"].as_i64().unwrap())
    }

    /// What lies on the shelf of a good, in thousandths.
    pub async fn on_hand(&self, goods: &Goods) -> i64 {
        self.stock_column("on_hand", goods).await
    }
}
