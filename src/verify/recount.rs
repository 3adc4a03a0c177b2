//! Cells counted again, twice: from the facts, and from the trade's own rows.

use super::Report;
use super::counted::{SIZES, against_facts, against_rows};
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for size in &SIZES {
        let sql = format!("SELECT COUNT(*) AS n FROM {}", size.table);
        let cells = db.query_one_raw(statement(engine, &sql, Vec::new())).await?;
        report.cells += cells
            .map(|row| row.try_get::<i64>("", "n"))
            .transpose()?
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or_default();
    }
    compare(db, engine, "facts", &against_facts(), report).await?;
    for measure in super::rows::measures() {
        compare(db, engine, measure.way, &against_rows(engine, &measure), report).await?;
    }
    Ok(())
}

/// What differs. A cell that does stands on both lists: as it is, and as it was counted.
async fn compare(db: &Snapshot, engine: Engine, way: &str, sql: &str, report: &mut Report) -> Result<(), DbErr> {
    let mut amounts = [0_i64; SIZES.len()];
    for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
        let at = usize::try_from(row.try_get::<i32>("", "size")?).unwrap_or_default();
        let Some((size, amount)) = SIZES.get(at).zip(amounts.get_mut(at)) else {
            continue;
        };
        let (fen, sides): (Option<i64>, i64) = (row.try_get("", "fen")?, row.try_get("", "sides")?);
        let difference: i64 = row.try_get("", "difference")?;
        *amount += difference;
        let place = format!("{} {}", size.table, place(&row, size.keys)?);
        if let Some(fen) = fen {
            report.difference_fen += i64::from(fen == 0);
            report.find(&place, format!("is there with {fen} fen, not by {way}"));
        }
        if fen.is_none() || sides > 1 {
            let counted = fen.unwrap_or_default() - difference;
            report.find(&place, format!("is counted from {way} with {counted} fen, not there"));
        }
    }
    report.difference_fen += amounts.iter().map(|amount| amount.abs()).sum::<i64>();
    Ok(())
}

/// A cell by its keys.
pub(super) fn place(row: &QueryResult, keys: &[&str]) -> Result<String, DbErr> {
    let keys = keys.iter().map(|key| {
        // Keys are small integers; PostgreSQL tells 16 from 32 bits.
        let value = row
            .try_get::<i32>("", key)
            .map(i64::from)
            .or_else(|_| row.try_get::<i16>("", key).map(i64::from))?;
        Ok(format!("{key}={value}"))
    });
    keys.collect::<Result<Vec<_>, DbErr>>().map(|keys| keys.join(" "))
}
