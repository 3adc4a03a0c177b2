//! The price of an order line may come from a contract or a quote, or from the supplier's terms, and not only from an offer.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
ALTER TABLE order_lines ADD COLUMN price_source text NOT NULL DEFAULT 'offer' CHECK (price_source IN ('offer','contract','quote','terms'));
ALTER TABLE order_lines ADD COLUMN agreement_id {uuid} CHECK ((agreement_id IS NOT NULL) = (price_source IN ('contract','quote')));
CREATE INDEX order_lines_agreement ON order_lines (agreement_id) WHERE agreement_id IS NOT NULL;
";

const DOWN: &str = r"
DROP INDEX order_lines_agreement;
ALTER TABLE order_lines DROP COLUMN agreement_id;
ALTER TABLE order_lines DROP COLUMN price_source;
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
