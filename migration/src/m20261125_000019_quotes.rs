//! Quotes: prices kept for a while, and the inquiries (询价) that suppliers answer with prices of their own.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE inquiries (
  id {uuid} PRIMARY KEY,
  buyer_id {uuid} NOT NULL,
  town_code text NOT NULL,
  department_id {uuid},
  channel text NOT NULL CHECK (channel IN ('government_canteen','school_canteen','hospital_canteen','enterprise_canteen','union_welfare','supermarket','market','community','hall','zone','counter','online','fair')),
  state text NOT NULL CHECK (state IN ('open','decided','withdrawn')),
  deliver_by {date} NOT NULL,
  answer_by {date} NOT NULL,
  open_when_answered {flag} NOT NULL,
  chosen_quote_id {uuid},
  asked_by {uuid} NOT NULL,
  created_at {instant} NOT NULL,
  ended_at {instant},
  ended_on {date},
  version {big} NOT NULL DEFAULT 1,
  CHECK ((state = 'decided') = (chosen_quote_id IS NOT NULL)),
  CHECK ((state = 'open') = (ended_at IS NULL)),
  CHECK ((state = 'open') = (ended_on IS NULL))
);
CREATE INDEX inquiries_buyer ON inquiries (buyer_id, id);
CREATE TABLE inquiry_lines (
  inquiry_id {uuid} NOT NULL,
  line_no integer NOT NULL CHECK (line_no BETWEEN 1 AND 200),
  wanted text NOT NULL CHECK (length(wanted) BETWEEN 1 AND 120),
  category_code text,
  quantity {big} NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
  unit text NOT NULL CHECK (length(unit) BETWEEN 1 AND 20),
  spec text CHECK (length(spec) <= 200),
  PRIMARY KEY (inquiry_id, line_no)
){clustered};
CREATE TABLE inquiry_suppliers (
  inquiry_id {uuid} NOT NULL,
  supplier_id {uuid} NOT NULL,
  state text NOT NULL CHECK (state IN ('invited','answered','declined')),
  reason text CHECK (length(reason) <= 40),
  answered_at {instant},
  PRIMARY KEY (inquiry_id, supplier_id),
  CHECK ((state = 'invited') = (answered_at IS NULL)),
  CHECK ((state = 'declined') = (reason IS NOT NULL))
){clustered};
CREATE INDEX inquiry_suppliers_supplier ON inquiry_suppliers (supplier_id, inquiry_id);
CREATE TABLE quotes (
  id {uuid} PRIMARY KEY,
  origin text NOT NULL CHECK (origin IN ('kept','answer')),
  inquiry_id {uuid},
  buyer_id {uuid} NOT NULL,
  town_code text NOT NULL,
  department_id {uuid},
  supplier_id {uuid} NOT NULL,
  channel text NOT NULL CHECK (channel IN ('government_canteen','school_canteen','hospital_canteen','enterprise_canteen','union_welfare','supermarket','market','community','hall','zone','counter','online','fair')),
  state text NOT NULL CHECK (state IN ('given','open','used','not_chosen')),
  goods {big} NOT NULL CHECK (goods >= 0),
  freight {big} NOT NULL CHECK (freight >= 0),
  freight_product_id {uuid},
  total {big} NOT NULL CHECK (total = goods + freight),
  deliver_on {date} NOT NULL,
  valid_until {date} NOT NULL,
  line_count integer NOT NULL CHECK (line_count BETWEEN 1 AND 200),
  made_by {uuid} NOT NULL,
  made_at {instant} NOT NULL,
  used_at {instant},
  order_group_id {uuid},
  version {big} NOT NULL DEFAULT 1,
  CHECK ((origin = 'answer') = (inquiry_id IS NOT NULL)),
  CHECK ((state = 'used') = (order_group_id IS NOT NULL)),
  CHECK ((state = 'used') = (used_at IS NOT NULL)),
  CHECK ((freight > 0) = (freight_product_id IS NOT NULL))
);
CREATE UNIQUE INDEX quotes_inquiry ON quotes (inquiry_id, supplier_id) WHERE inquiry_id IS NOT NULL;
CREATE UNIQUE INDEX quotes_order_group ON quotes (order_group_id) WHERE order_group_id IS NOT NULL;
CREATE INDEX quotes_buyer ON quotes (buyer_id, id);
CREATE INDEX quotes_supplier ON quotes (supplier_id, id);
CREATE INDEX quotes_ending ON quotes (valid_until) WHERE state = 'open';
CREATE TABLE quote_lines (
  quote_id {uuid} NOT NULL,
  line_no integer NOT NULL CHECK (line_no BETWEEN 1 AND 200),
  answers_line integer,
  product_id {uuid} NOT NULL,
  offer_id {uuid} NOT NULL,
  sku text NOT NULL,
  name text NOT NULL,
  unit text NOT NULL,
  quantity {big} NOT NULL CHECK (quantity BETWEEN 1 AND 1000000000),
  price {big} NOT NULL CHECK (price >= 0),
  amount {big} NOT NULL CHECK (amount >= 0 AND amount <= 100000000000),
  PRIMARY KEY (quote_id, line_no)
){clustered};
CREATE UNIQUE INDEX quote_lines_product ON quote_lines (quote_id, product_id);
";

const TABLES: [&str; 5] = ["inquiries", "inquiry_lines", "inquiry_suppliers", "quotes", "quote_lines"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&TABLES).await
    }
}
