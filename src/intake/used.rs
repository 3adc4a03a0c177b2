//! What still uses the things an intake has brought: as long as anything does, nothing of it is taken back. One table of
//! who may use what; what came by the same sheet does not count.

use crate::db::{Engine, statement};
use entity::IntakeId;
use sea_orm::{ConnectionTrait, DbErr};

/// Who uses a kind of thing: the table and its column, and of which rows it counts.
struct Use {
    thing: &'static str,
    table: &'static str,
    column: &'static str,
    counts: &'static str,
    /// Of which kind its own rows are, where the same sheet may have brought them.
    own: Option<&'static str>,
}

const fn by(thing: &'static str, table: &'static str, column: &'static str) -> Use {
    Use {
        thing,
        table,
        column,
        counts: "TRUE",
        own: None,
    }
}

const IN_USE: &str = "u.archived_at IS NULL";
const LIVE: &str = "(u.to_date IS NULL OR u.to_date >= u.from_date)";

static USES: [Use; 17] = [
    Use {
        counts: "u.revoked_at IS NULL",
        ..by("organisation", "api_keys", "organisation_id")
    },
    by("organisation", "orders", "buyer_id"),
    by("organisation", "orders", "supplier_id"),
    by("organisation", "contract_buyers", "buyer_id"),
    Use {
        counts: IN_USE,
        ..by("organisation", "places", "supplier_id")
    },
    Use {
        counts: IN_USE,
        ..by("organisation", "products", "seller_id")
    },
    Use {
        counts: IN_USE,
        ..by("organisation", "products", "producer_id")
    },
    Use {
        counts: IN_USE,
        own: Some("site"),
        ..by("organisation", "sites", "organisation_id")
    },
    Use {
        counts: LIVE,
        ..by("organisation", "offers", "buyer_id")
    },
    by("site", "orders", "site_id"),
    by("product", "order_lines", "product_id"),
    by("product", "quote_lines", "product_id"),
    by("product", "contract_goods", "product_id"),
    by("product", "stock", "product_id"),
    Use {
        counts: LIVE,
        ..by("product", "offers", "product_id")
    },
    by("offer", "order_lines", "offer_id"),
    by("offer", "quote_lines", "offer_id"),
];

/// A row whose thing is used, and where: the name of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Used {
    pub(super) row: i32,
    pub(super) by: String,
}

/// Rows whose things are used since, the first of them.
pub(super) async fn used(db: &impl ConnectionTrait, engine: Engine, id: IntakeId, most: u64) -> Result<Vec<Used>, DbErr> {
    let asked: Vec<String> = USES.iter().map(question).collect();
    let sql = format!("{} ORDER BY 1, 2 LIMIT {most}", asked.join(" UNION "));
    let rows = db.query_all_raw(statement(engine, &sql, vec![id.into()])).await?;
    rows.iter()
        .map(|row| {
            Ok(Used {
                row: row.try_get("", "row_no")?,
                by: row.try_get("", "used_by")?,
            })
        })
        .collect()
}

fn question(of: &Use) -> String {
    let Use {
        thing,
        table,
        column,
        counts,
        own,
    } = of;
    let of_others = own.map_or(String::new(), |own| {
        format!(
            " AND NOT EXISTS (SELECT 1 FROM intake_things w WHERE w.intake_id = t.intake_id AND w.thing = '{own}' AND w.thing_id = u.id)"
        )
    });
    format!(
        "SELECT t.row_no, '{table}' AS used_by FROM intake_things t JOIN {table} u ON u.{column} = t.thing_id \
         WHERE t.intake_id = $1 AND t.thing = '{thing}' AND NOT t.taken_back AND {counts}{of_others}"
    )
}
