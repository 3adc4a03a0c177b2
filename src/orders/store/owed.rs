//! SQL of shelves that owe goods, and of the lines that wait for them.

use crate::db::{Engine, Kind, Params, Rows, statement};
use crate::orders::unfilled::Waiting;
use entity::{OrganisationId, PlaceId, ProductId, Quantity};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// A lot that owes goods to orders.
#[derive(Clone, Debug)]
pub(in crate::orders) struct OwingLot {
    pub(in crate::orders) product: ProductId,
    pub(in crate::orders) place: PlaceId,
    pub(in crate::orders) sku: String,
    pub(in crate::orders) name: String,
    pub(in crate::orders) supplier: OrganisationId,
    pub(in crate::orders) on_hand: Quantity,
    pub(in crate::orders) held: Quantity,
    pub(in crate::orders) owed: Quantity,
}

/// A page of lots that owe, by product and place.
pub(in crate::orders) async fn lots(
    db: &impl ConnectionTrait,
    engine: Engine,
    supplier: Option<OrganisationId>,
    after: Option<(ProductId, PlaceId)>,
    most: u64,
) -> Result<Vec<OwingLot>, DbErr> {
    let mut params = Params::new(engine);
    let mut all = vec!["s.owed > 0".to_owned()];
    if let Some(supplier) = supplier {
        all.push(format!("pl.supplier_id = {}", params.add(supplier)));
    }
    if let Some((product, place)) = after {
        all.push(format!(
            "(s.product_id, s.place_id) > ({}, {})",
            params.add(product),
            params.add(place)
        ));
    }
    let sql = format!(
        "SELECT s.product_id, s.place_id, s.on_hand, s.held, s.owed, p.sku, p.name, pl.supplier_id FROM stock s \
         JOIN places pl ON pl.id = s.place_id JOIN products p ON p.id = s.product_id \
         WHERE {} ORDER BY s.product_id, s.place_id LIMIT {most}",
        all.join(" AND ")
    );
    let rows = db.query_all_raw(params.into_statement(&sql)).await?;
    let lot = |row: &sea_orm::QueryResult| {
        Ok(OwingLot {
            product: row.try_get("", "product_id")?,
            place: row.try_get("", "place_id")?,
            sku: row.try_get("", "sku")?,
            name: row.try_get("", "name")?,
            supplier: row.try_get("", "supplier_id")?,
            on_hand: row.try_get("", "on_hand")?,
            held: row.try_get("", "held")?,
            owed: row.try_get("", "owed")?,
        })
    };
    rows.iter().map(lot).collect()
}

const LOTS: &[(&str, Kind)] = &[("product_id", Kind::Id), ("place_id", Kind::Id), ("supplier_id", Kind::Id)];

/// The lines that wait at these lots. Open orders of a supplier are few beside all its orders, and lines are found by
/// their order.
pub(in crate::orders) async fn waiting(
    db: &impl ConnectionTrait,
    engine: Engine,
    lots: &[OwingLot],
) -> Result<HashMap<(ProductId, PlaceId), Vec<Waiting>>, DbErr> {
    let mut rows = Rows::new(LOTS);
    for lot in lots {
        rows.push([lot.product.into(), lot.place.into(), lot.supplier.into()]);
    }
    let mut found: HashMap<_, Vec<Waiting>> = HashMap::new();
    for (source, values) in rows.sources(engine) {
        let sql = format!(
            "SELECT o.id, o.order_no, o.buyer_id, b.name AS buyer_name, COALESCE(o.agreed_deliver_on, o.deliver_on) AS deliver_on, \
             l.line_no, l.product_id, l.place_id, \
             l.quantity - COALESCE(p.closed_units, 0) - COALESCE(p.shipped_units, 0) + COALESCE(p.replaced_units, 0) AS open FROM {source} \
             JOIN orders o ON o.supplier_id = r.supplier_id AND o.state IN ('placed','confirmed') \
             JOIN order_lines l ON l.order_id = o.id AND l.product_id = r.product_id AND l.place_id = r.place_id \
             JOIN organisations b ON b.id = o.buyer_id LEFT JOIN line_positions p ON p.line_id = l.id"
        );
        for row in db.query_all_raw(statement(engine, &sql, values)).await? {
            let line = Waiting {
                order: row.try_get("", "id")?,
                order_no: row.try_get("", "order_no")?,
                line_no: row.try_get("", "line_no")?,
                buyer: row.try_get("", "buyer_id")?,
                buyer_name: row.try_get("", "buyer_name")?,
                deliver_on: row.try_get("", "deliver_on")?,
                open: row.try_get("", "open")?,
            };
            let key = (row.try_get("", "product_id")?, row.try_get("", "place_id")?);
            found.entry(key).or_default().push(line);
        }
    }
    Ok(found)
}
