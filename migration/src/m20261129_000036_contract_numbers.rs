//! Numbers of contracts: one of a kind among what a side has written with a supplier and, from the proposal on, between
//! the two sides. Before, a number was one of a kind with its supplier, so that a refused number told of a contract that
//! was not to be seen. What was one of a kind by the wider rule is so by these.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
DROP INDEX contracts_no;
CREATE UNIQUE INDEX contracts_written_no ON contracts (supplier_id, contract_no, drafted_by);
CREATE UNIQUE INDEX contracts_proposed_no ON contracts (supplier_id, contract_no, buyer_id) WHERE state <> 'drafted';
";

const DOWN: &str = r"
DROP INDEX contracts_proposed_no;
DROP INDEX contracts_written_no;
CREATE UNIQUE INDEX contracts_no ON contracts (supplier_id, contract_no);
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).run(UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).run(DOWN).await
    }
}
