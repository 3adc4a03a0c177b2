//! Delivery: how far each line has come, what was shipped, accepted, rejected and returned; weighed goods; imports' mark on what they booked.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE products ADD COLUMN price_unit text CHECK (length(price_unit) BETWEEN 1 AND 20);
ALTER TABLE products ADD COLUMN content {big} CHECK (content > 0);
ALTER TABLE products ADD COLUMN tolerance_permille integer NOT NULL DEFAULT 0 CHECK (tolerance_permille BETWEEN 0 AND 200);
ALTER TABLE orders ADD COLUMN on_short text NOT NULL DEFAULT 'close' CHECK (on_short IN ('close','backorder'));
ALTER TABLE orders ADD COLUMN agreed_deliver_on {date};
ALTER TABLE orders ADD COLUMN import_id {uuid};
CREATE INDEX orders_import ON orders (import_id) WHERE import_id IS NOT NULL;
ALTER TABLE order_lines ADD COLUMN price_unit text;
ALTER TABLE order_lines ADD COLUMN content {big};
ALTER TABLE order_lines ADD COLUMN tolerance_permille integer NOT NULL DEFAULT 0;
CREATE TABLE line_positions (
  line_id {uuid} PRIMARY KEY,
  order_id {uuid} NOT NULL,
  confirmed_units {big} CHECK (confirmed_units >= 0),
  closed_units {big} NOT NULL CHECK (closed_units >= 0),
  shipped_units {big} NOT NULL CHECK (shipped_units >= 0),
  replaced_units {big} NOT NULL CHECK (replaced_units >= 0 AND replaced_units <= shipped_units),
  shipped {big} NOT NULL CHECK (shipped >= 0),
  accepted {big} NOT NULL CHECK (accepted >= 0),
  rejected {big} NOT NULL CHECK (rejected >= 0),
  surplus {big} NOT NULL CHECK (surplus >= 0 AND surplus <= accepted),
  returned {big} NOT NULL CHECK (returned >= 0),
  at_price {big} NOT NULL CHECK (at_price >= 0 AND at_price <= returned),
  version {big} NOT NULL,
  CONSTRAINT returned_was_accepted CHECK (returned <= accepted)
){fill};
CREATE INDEX line_positions_order ON line_positions (order_id);
CREATE TABLE shipments (
  id {uuid} PRIMARY KEY,
  shipment_no text NOT NULL UNIQUE CHECK (length(shipment_no) BETWEEN 4 AND 64),
  order_id {uuid} NOT NULL,
  buyer_id {uuid} NOT NULL,
  supplier_id {uuid} NOT NULL,
  town_code text NOT NULL,
  department_id {uuid},
  state text NOT NULL CHECK (state IN ('planned','shipped','arrived','accepted','partly_accepted','rejected','undone')),
  replacement {flag} NOT NULL,
  carrier text CHECK (length(carrier) <= 120),
  plate text CHECK (length(plate) <= 20),
  dispatched_on {date} NOT NULL,
  recorded_at {instant} NOT NULL,
  arrived_at {instant},
  inspected_at {instant},
  import_id {uuid},
  undone_at {instant},
  version {big} NOT NULL DEFAULT 1
){fill};
CREATE INDEX shipments_order ON shipments (order_id);
CREATE INDEX shipments_buyer ON shipments (buyer_id, id);
CREATE INDEX shipments_supplier ON shipments (supplier_id, id);
CREATE INDEX shipments_import ON shipments (import_id) WHERE import_id IS NOT NULL;
CREATE TABLE shipment_lines (
  shipment_id {uuid} NOT NULL,
  no integer NOT NULL CHECK (no BETWEEN 1 AND 2000),
  order_line_id {uuid} NOT NULL,
  place_id {uuid} NOT NULL,
  product_id {uuid} NOT NULL,
  units {big} NOT NULL CHECK (units >= 0),
  quantity {big} NOT NULL CHECK (quantity > 0),
  amount {big} NOT NULL,
  PRIMARY KEY (shipment_id, no)
){clustered};
CREATE INDEX shipment_lines_line ON shipment_lines (order_line_id);
CREATE TABLE acceptances (
  id {uuid} PRIMARY KEY,
  acceptance_no text NOT NULL UNIQUE CHECK (length(acceptance_no) BETWEEN 4 AND 64),
  kind text NOT NULL CHECK (kind IN ('inspection','surplus')),
  shipment_id {uuid} NOT NULL,
  order_id {uuid} NOT NULL,
  buyer_id {uuid} NOT NULL,
  supplier_id {uuid} NOT NULL,
  accepted_on {date} NOT NULL,
  accepted_by {uuid} NOT NULL,
  recorded_at {instant} NOT NULL,
  import_id {uuid},
  undone_at {instant}
);
CREATE INDEX acceptances_order ON acceptances (order_id);
CREATE INDEX acceptances_shipment ON acceptances (shipment_id);
CREATE INDEX acceptances_import ON acceptances (import_id) WHERE import_id IS NOT NULL;
CREATE TABLE acceptance_lines (
  acceptance_id {uuid} NOT NULL,
  no integer NOT NULL CHECK (no BETWEEN 1 AND 2000),
  order_line_id {uuid} NOT NULL,
  shipment_line_no integer NOT NULL,
  quantity {big} NOT NULL CHECK (quantity >= 0),
  rejected {big} NOT NULL CHECK (rejected >= 0),
  amount {big} NOT NULL,
  PRIMARY KEY (acceptance_id, no)
){clustered};
CREATE INDEX acceptance_lines_line ON acceptance_lines (order_line_id);
CREATE TABLE rejections (
  acceptance_id {uuid} NOT NULL,
  no integer NOT NULL,
  reason text NOT NULL CHECK (reason IN ('short','damaged','mouldy','foreign_matter','near_expiry','label_missing','papers_missing','differs_from_sample')),
  quantity {big} NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (acceptance_id, no, reason)
){clustered};
CREATE TABLE returns (
  id {uuid} PRIMARY KEY,
  return_no text NOT NULL UNIQUE CHECK (length(return_no) BETWEEN 4 AND 64),
  order_id {uuid},
  buyer_id {uuid} NOT NULL,
  supplier_id {uuid} NOT NULL,
  channel text NOT NULL,
  fund_source text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('purchase','assisted_sale')),
  town_code text NOT NULL,
  department_id {uuid},
  returned_on {date} NOT NULL,
  recorded_at {instant} NOT NULL,
  import_id {uuid},
  undone_at {instant}
);
CREATE INDEX returns_order ON returns (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX returns_buyer ON returns (buyer_id, id);
CREATE INDEX returns_supplier ON returns (supplier_id, id);
CREATE INDEX returns_import ON returns (import_id) WHERE import_id IS NOT NULL;
CREATE TABLE return_lines (
  return_id {uuid} NOT NULL,
  no integer NOT NULL CHECK (no BETWEEN 1 AND 2000),
  id {uuid} NOT NULL,
  order_line_id {uuid},
  product_id {uuid} NOT NULL,
  place_id {uuid} NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  unit text NOT NULL,
  category_code text NOT NULL,
  origin_code text NOT NULL,
  net_weight_grams {big},
  price {big} NOT NULL CHECK (price >= 0),
  own_price {flag} NOT NULL,
  origin_unknown {flag} NOT NULL,
  quantity {big} NOT NULL CHECK (quantity > 0),
  units {big} NOT NULL CHECK (units >= 0),
  amount {big} NOT NULL CHECK (amount >= 0),
  reason text NOT NULL CHECK (reason IN ('damaged','mouldy','foreign_matter','near_expiry','label_missing','papers_missing','differs_from_sample','recalled','wrong_goods','over_delivered','unwanted','other')),
  fate text NOT NULL CHECK (fate IN ('restock','destroy')),
  PRIMARY KEY (return_id, no)
){clustered};
CREATE INDEX return_lines_line ON return_lines (order_line_id) WHERE order_line_id IS NOT NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        let tables = [
            "line_positions",
            "shipments",
            "shipment_lines",
            "acceptances",
            "acceptance_lines",
            "rejections",
            "returns",
            "return_lines",
        ];
        sql.retain("trade", &tables).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        let tables = [
            "return_lines",
            "returns",
            "rejections",
            "acceptance_lines",
            "acceptances",
            "shipment_lines",
            "shipments",
            "line_positions",
        ];
        sql.drop(&tables).await?;
        sql.run(DOWN).await?;
        Ok(())
    }
}

const DOWN: &str = r"
DROP INDEX orders_import;
ALTER TABLE order_lines DROP COLUMN tolerance_permille;
ALTER TABLE order_lines DROP COLUMN content;
ALTER TABLE order_lines DROP COLUMN price_unit;
ALTER TABLE orders DROP COLUMN import_id;
ALTER TABLE orders DROP COLUMN agreed_deliver_on;
ALTER TABLE orders DROP COLUMN on_short;
ALTER TABLE products DROP COLUMN tolerance_permille;
ALTER TABLE products DROP COLUMN content;
ALTER TABLE products DROP COLUMN price_unit;
";
