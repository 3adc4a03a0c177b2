//! SQL of lines closed short.

use crate::db::{Engine, Kind, Rows};
use entity::tables::line_closes;
use sea_orm::{DatabaseTransaction, DbErr};

const CLOSES: &[(&str, Kind)] = &[
    ("order_line_id", Kind::Id),
    ("seq", Kind::Big),
    ("order_id", Kind::Id),
    ("closed_on", Kind::Date),
    ("units", Kind::Big),
    ("cause", Kind::Text),
];

/// Writes what was closed: one statement.
pub(in crate::orders) async fn insert(tx: &DatabaseTransaction, engine: Engine, closes: &[line_closes::Model]) -> Result<(), DbErr> {
    let mut rows = Rows::new(CLOSES);
    for close in closes {
        rows.push([
            close.order_line_id.into(),
            close.seq.into(),
            close.order_id.into(),
            close.closed_on.naive().into(),
            close.units.thousandths().into(),
            close.cause.as_str().into(),
        ]);
    }
    rows.write(tx, engine, "line_closes", "").await?;
    Ok(())
}
