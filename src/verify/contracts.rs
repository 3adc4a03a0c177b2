//! Contracts: what is drawn against the lines that draw on them, prices of those lines, states against what was said.

use super::Report;
use super::chain::Entry;
use super::content::{text, things};
use super::printed::among;
use super::rows::{amount, priced};
use crate::db::{Engine, Params, Snapshot, statement};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;
use uuid::Uuid;

/// Lines that draw on a contract: what is ordered of each now and what of it stands, in units and priced.
fn drawing() -> String {
    let stands = "(COALESCE(p.accepted, 0) - COALESCE(p.returned, 0))";
    let units = "(l.quantity - COALESCE(k.units, 0))";
    format!(
        "(SELECT l.agreement_id, l.product_id, {larger_fen} AS fen, {larger_units} AS units FROM order_lines l JOIN orders o ON o.id = l.order_id \
         LEFT JOIN line_positions p ON p.line_id = l.id LEFT JOIN (SELECT order_line_id, CAST(SUM(units) AS bigint) AS units FROM line_closes \
         GROUP BY order_line_id) k ON k.order_line_id = l.id WHERE l.price_source = 'contract' AND o.state NOT IN ('cancelled','declined')) l",
        larger_fen = larger(
            &amount("l.price", &priced(units)),
            &format!("{} - COALESCE(p.undrawn, 0)", amount("l.price", stands))
        ),
        larger_units = larger(
            units,
            &format!(
                "CASE WHEN l.content IS NULL THEN {stands} ELSE ({stands} * 1000 + l.content - 1) / l.content END - COALESCE(p.undrawn_units, 0)"
            )
        ),
    )
}

fn larger(one: &str, other: &str) -> String {
    format!("CASE WHEN {other} > {one} THEN {other} ELSE {one} END")
}

/// Contracts of which more or less is drawn than their lines say, or more than their cap.
fn wrong_money() -> String {
    format!(
        "SELECT c.id FROM contracts c LEFT JOIN (SELECT l.agreement_id, CAST(SUM(l.fen) AS bigint) AS amount FROM {} GROUP BY l.agreement_id) x \
         ON x.agreement_id = c.id WHERE c.drawn <> COALESCE(x.amount, 0) OR c.drawn > c.cap LIMIT 100",
        drawing()
    )
}

/// Goods of contracts of which more or less is drawn than lines say.
fn wrong_units() -> String {
    format!(
        "SELECT g.contract_id AS id FROM contract_goods g LEFT JOIN (SELECT l.agreement_id, l.product_id, CAST(SUM(l.units) AS bigint) AS units \
         FROM {} GROUP BY l.agreement_id, l.product_id) x ON x.agreement_id = g.contract_id AND x.product_id = g.product_id \
         WHERE g.drawn <> COALESCE(x.units, 0) OR g.drawn > COALESCE(g.most, g.drawn) LIMIT 100",
        drawing()
    )
}

/// Lines by a contract that does not give their price.
const WRONG_PRICES: &str = "SELECT l.id FROM order_lines l LEFT JOIN contracts c ON c.id = l.agreement_id \
    LEFT JOIN contract_goods g ON g.contract_id = c.id AND g.product_id = l.product_id WHERE l.price_source = 'contract' \
    AND (c.id IS NULL OR l.price <> COALESCE(CASE WHEN l.line_kind = 'freight' THEN c.freight_fee * 100 ELSE g.price END, -1)) LIMIT 100";

/// Contracts in another state than the last thing that was said of them.
const WRONG_STATES: &str = "SELECT c.id FROM contracts c LEFT JOIN (SELECT thing_id, MAX(seq) AS seq FROM entries \
    WHERE thing_kind = 'contract' AND kind <> 'register.noted' GROUP BY thing_id) x ON x.thing_id = c.id LEFT JOIN entries e ON e.pairing = 1 AND e.seq = x.seq \
    WHERE e.seq IS NULL OR e.kind <> CASE c.state WHEN 'proposed' THEN 'contract.proposed' WHEN 'in_force' THEN 'contract.accepted' \
      WHEN 'ended' THEN 'contract.ended' WHEN 'terminated' THEN 'contract.terminated' WHEN 'refused' THEN 'contract.refused' ELSE e.kind END \
    OR (c.state = 'drafted' AND e.kind NOT IN ('contract.drafted','contract.changed','contract.withdrawn')) LIMIT 100";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (sql, table, what) in [
        (wrong_money(), "contracts", "is drawn on otherwise than its lines say"),
        (
            wrong_units(),
            "contract_goods of contract",
            "are drawn on otherwise than their lines say",
        ),
        (
            WRONG_PRICES.to_owned(),
            "order_lines",
            "has a price that its contract does not give",
        ),
        (WRONG_STATES.to_owned(), "contracts", "is in another state than its last entry says"),
    ] {
        for row in db.query_all_raw(statement(engine, &sql, Vec::new())).await? {
            let id: Uuid = row.try_get("", "id")?;
            report.find(format!("{table} id={id}"), what);
        }
    }
    Ok(())
}

/// The texts of contracts that came into force, as their entries hash them.
pub(super) async fn texts(db: &Snapshot, engine: Engine, entries: &[Entry]) -> Result<HashMap<Uuid, String>, DbErr> {
    let mut texts = HashMap::new();
    for (table, columns, order) in [
        ("contracts", Part::Own, "id"),
        ("contract_buyers", Part::Buyer, "buyer_id"),
        ("contract_goods", Part::Good, "no"),
    ] {
        let key = if columns == Part::Own { "id" } else { "contract_id" };
        let mut params = Params::new(engine);
        let rows = among(engine, &mut params, (table, key), things(entries, "contract.accepted"));
        let sql = format!("SELECT a.* FROM {rows} ORDER BY a.{key}, a.{order}");
        for row in db.query_all_raw(params.into_statement(&sql)).await? {
            let of: &mut String = texts.entry(row.try_get("", key)?).or_default();
            of.push_str(&columns.of(&row)?.join("|"));
            of.push('\n');
        }
    }
    Ok(texts)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Own,
    Buyer,
    Good,
}

impl Part {
    fn of(self, row: &sea_orm::QueryResult) -> Result<Vec<String>, DbErr> {
        Ok(match self {
            Self::Own => vec![
                text::<Uuid>(row, "id")?,
                text::<String>(row, "contract_no")?,
                text::<Uuid>(row, "supplier_id")?,
                text::<Uuid>(row, "buyer_id")?,
                text::<Uuid>(row, "drafted_by")?,
                text::<NaiveDate>(row, "from_date")?,
                text::<NaiveDate>(row, "to_date")?,
                text::<i64>(row, "cap")?,
                text::<String>(row, "freight")?,
                text::<Uuid>(row, "freight_product_id")?,
                text::<i64>(row, "freight_fee")?,
            ],
            Self::Buyer => vec![
                text::<Uuid>(row, "buyer_id")?,
                text::<String>(row, "town_code")?,
                text::<Uuid>(row, "department_id")?,
            ],
            Self::Good => vec![
                text::<i32>(row, "no")?,
                text::<Uuid>(row, "product_id")?,
                text::<i64>(row, "price")?,
                text::<i64>(row, "least")?,
                text::<i64>(row, "step")?,
                text::<i64>(row, "most")?,
            ],
        })
    }
}
