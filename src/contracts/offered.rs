//! The contracts that the explanation of a price names.

use crate::catalogue::{AgreedPrice, AgreedPrices};
use crate::db::{Db, Params};
use entity::{CivilDate, Money, OrganisationId, ProductId, Quantity};
use sea_orm::{ConnectionTrait, DbErr};

/// Reads them.
#[derive(Clone, Debug)]
pub struct ContractPrices(pub Db);

#[async_trait::async_trait]
impl AgreedPrices for ContractPrices {
    async fn of(&self, buyer: OrganisationId, product: ProductId, day: CivilDate) -> Result<Vec<AgreedPrice>, DbErr> {
        let mut params = Params::new(self.0.engine());
        let (product, buyer) = (params.add(product), params.add(buyer));
        let (from, to) = (params.add(day.naive()), params.add(day.naive()));
        let sql = format!(
            "SELECT c.id, c.contract_no, c.to_date, c.cap - c.drawn AS money, g.price, g.least, g.step, g.most - g.drawn AS goods FROM contracts c \
             JOIN contract_goods g ON g.contract_id = c.id AND g.product_id = {product} \
             JOIN contract_buyers b ON b.contract_id = c.id AND b.buyer_id = {buyer} \
             WHERE c.state = 'in_force' AND c.from_date <= {from} AND c.to_date >= {to} ORDER BY c.id LIMIT 200"
        );
        let rows = self.0.read().query_all_raw(params.into_statement(&sql)).await?;
        let agreed = |row: &sea_orm::QueryResult| {
            Ok(AgreedPrice {
                contract_id: row.try_get("", "id")?,
                contract_no: row.try_get("", "contract_no")?,
                price: row.try_get("", "price")?,
                least: row.try_get("", "least")?,
                step: row.try_get("", "step")?,
                goods_left: row.try_get::<Option<i64>>("", "goods")?.map(Quantity::from_thousandths),
                left: Money::from_fen(row.try_get("", "money")?),
                to: row.try_get("", "to_date")?,
            })
        };
        rows.iter().map(agreed).collect()
    }
}
