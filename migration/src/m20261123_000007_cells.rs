//! The two sizes of cells: every total is read from these, never from orders.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE cells_coarse (
  pairing smallint NOT NULL,
  month integer NOT NULL,
  measure smallint NOT NULL,
  mode smallint NOT NULL,
  town integer NOT NULL,
  department integer NOT NULL,
  channel integer NOT NULL,
  fund_source integer NOT NULL,
  category integer NOT NULL,
  origin integer NOT NULL,
  amount {big} NOT NULL,
  weight_grams {big} NOT NULL,
  weighed_lines {big} NOT NULL,
  lines {big} NOT NULL,
  PRIMARY KEY (pairing, month, measure, mode, town, department, channel, fund_source, category, origin)
){fill};
CREATE TABLE cells_fine (
  pairing smallint NOT NULL,
  month integer NOT NULL,
  measure smallint NOT NULL,
  mode smallint NOT NULL,
  buyer integer NOT NULL,
  product integer NOT NULL,
  supplier integer NOT NULL,
  channel integer NOT NULL,
  fund_source integer NOT NULL,
  amount {big} NOT NULL,
  quantity {big} NOT NULL,
  weight_grams {big} NOT NULL,
  weighed_lines {big} NOT NULL,
  lines {big} NOT NULL,
  PRIMARY KEY (pairing, month, measure, mode, buyer, product, supplier, channel, fund_source)
){fill};
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("journal", &["cells_coarse", "cells_fine"]).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.drop(&["cells_fine", "cells_coarse"]).await?;
        Ok(())
    }
}
