//! How much of a total imports brought, read from cells of their own.

use super::dimension::Dimension;
use super::queries::{conditions, signs};
use super::question::Question;
use crate::db::{Engine, Params};
use entity::{Figure, Money};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// What of a sum was written by imports, what they took back taken off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// In fen.
    pub amount: Money,
    /// How many lines.
    pub lines: i64,
}

/// What imports brought, by the numbers of a group's words.
pub(super) type ByGroup = HashMap<Vec<i32>, Imported>;

/// Whether the cells of imports know all that the question names.
pub(super) fn can_tell(question: &Question) -> bool {
    use Dimension as D;
    let known = [D::Month, D::Mode, D::Town, D::Department, D::Channel, D::Buyer, D::Supplier];
    question.named().all(|dimension| known.contains(&dimension))
}

/// All of it: groups divide a total.
pub(super) fn sum(all: &ByGroup) -> Imported {
    Imported {
        amount: Money::from_fen(all.values().map(|one| one.amount.fen()).sum()),
        lines: all.values().map(|one| one.lines).sum(),
    }
}

/// What imports brought to a measure of each group that the question asks for; without groups, of the whole.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    engine: Engine,
    (question, figure): (&Question, Figure),
    ids: &[(Dimension, i32)],
) -> Result<ByGroup, DbErr> {
    let group_by = &question.group_by;
    let mut params = Params::new(engine);
    let conditions = conditions(question, ids, &mut params);
    let (sign, counts) = signs(question, figure);
    let keys: Vec<String> = (0..)
        .zip(group_by)
        .map(|(at, by)| format!("{} AS k{at}, ", by.number(engine)))
        .collect();
    let by: Vec<String> = (1..=group_by.len()).map(|at| at.to_string()).collect();
    let grouped = if by.is_empty() {
        String::new()
    } else {
        format!(" GROUP BY {}", by.join(", "))
    };
    let sql = format!(
        "SELECT {}CAST(COALESCE(SUM({sign}c.amount), 0) AS bigint) AS amount, CAST(COALESCE(SUM({counts}c.lines), 0) AS bigint) AS line_sum \
         FROM cells_imported c WHERE {conditions}{grouped}",
        keys.concat()
    );
    let mut found = ByGroup::new();
    for row in db.query_all_raw(params.into_statement(&sql)).await? {
        let ids = (0..group_by.len()).map(|at| row.try_get("", &format!("k{at}")));
        let imported = Imported {
            amount: Money::from_fen(row.try_get("", "amount")?),
            lines: row.try_get("", "line_sum")?,
        };
        found.insert(ids.collect::<Result<_, _>>()?, imported);
    }
    Ok(found)
}
