//! Freight as a line of its own, and framework contracts that orders draw on.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE supplier_terms ADD COLUMN freight_product_id {uuid};
ALTER TABLE supplier_terms ADD COLUMN freight_fee {big} CHECK (freight_fee IS NULL OR (freight_fee BETWEEN 1 AND 10000000 AND freight_product_id IS NOT NULL));
ALTER TABLE supplier_terms ADD COLUMN freight_free_from {big} CHECK (freight_free_from IS NULL OR (freight_free_from BETWEEN 1 AND 100000000000 AND freight_fee IS NOT NULL));
INSERT INTO categories (code, name_zh, name_en, version, touched, created_at)
  VALUES ('freight', '运费', 'Freight', 1, 0, '2026-11-25T00:00:00+00:00') ON CONFLICT (code) DO NOTHING;
CREATE TABLE contracts (
  id {uuid} PRIMARY KEY,
  contract_no text NOT NULL CHECK (length(contract_no) BETWEEN 1 AND 64),
  supplier_id {uuid} NOT NULL,
  buyer_id {uuid} NOT NULL,
  drafted_by {uuid} NOT NULL,
  state text NOT NULL CHECK (state IN ('drafted','proposed','in_force','ended','terminated','refused')),
  from_date {date} NOT NULL,
  to_date {date} NOT NULL CHECK (to_date >= from_date),
  cap {big} NOT NULL CHECK (cap BETWEEN 1 AND 1000000000000),
  drawn {big} NOT NULL DEFAULT 0 CHECK (drawn BETWEEN 0 AND cap),
  freight text NOT NULL CHECK (freight IN ('terms','included','fee')),
  freight_product_id {uuid},
  freight_fee {big} CHECK (freight_fee BETWEEN 1 AND 10000000),
  created_at {instant} NOT NULL,
  in_force_at {instant},
  ended_at {instant},
  ended_reason text CHECK (length(ended_reason) <= 40),
  version {big} NOT NULL DEFAULT 1,
  CHECK ((freight = 'fee') = (freight_fee IS NOT NULL)),
  CHECK ((freight_product_id IS NULL) = (freight_fee IS NULL))
);
CREATE UNIQUE INDEX contracts_no ON contracts (supplier_id, contract_no);
CREATE INDEX contracts_to ON contracts (to_date) WHERE state = 'in_force';
CREATE TABLE contract_buyers (
  contract_id {uuid} NOT NULL,
  buyer_id {uuid} NOT NULL,
  town_code text NOT NULL,
  department_id {uuid},
  PRIMARY KEY (contract_id, buyer_id)
){clustered};
CREATE INDEX contract_buyers_buyer ON contract_buyers (buyer_id, contract_id);
CREATE TABLE contract_goods (
  contract_id {uuid} NOT NULL,
  product_id {uuid} NOT NULL,
  no integer NOT NULL CHECK (no BETWEEN 1 AND 500),
  price {big} NOT NULL CHECK (price BETWEEN 0 AND 100000000000),
  least {big} CHECK (least BETWEEN 1 AND 1000000000),
  step {big} CHECK (step BETWEEN 1 AND 1000000000),
  most {big} CHECK (most BETWEEN 1 AND 1000000000000),
  drawn {big} NOT NULL DEFAULT 0 CHECK (drawn >= 0 AND (most IS NULL OR drawn <= most)),
  PRIMARY KEY (contract_id, product_id)
){clustered};
CREATE INDEX contract_goods_product ON contract_goods (product_id, contract_id);
";

const DOWN: &str = r"
DELETE FROM categories WHERE code = 'freight' AND touched = 0;
ALTER TABLE supplier_terms DROP COLUMN freight_free_from;
ALTER TABLE supplier_terms DROP COLUMN freight_fee;
ALTER TABLE supplier_terms DROP COLUMN freight_product_id;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("trade", &["contracts", "contract_buyers", "contract_goods"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["contract_goods", "contract_buyers", "contracts"]).await?;
        sql.run(DOWN).await
    }
}
