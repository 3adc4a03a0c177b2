//! Quotes and inquiries against themselves, against the last thing that is said of them, and against what was ordered by them.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::Value;
use uuid::Uuid;

/// Quotes whose sums are not those of their lines.
const SUMS: &str = "SELECT q.id FROM quotes q LEFT JOIN (SELECT quote_id, CAST(SUM(amount) AS bigint) AS amount, COUNT(*) AS lines \
    FROM quote_lines GROUP BY quote_id) l ON l.quote_id = q.id \
    WHERE l.lines IS NULL OR l.lines <> q.line_count OR l.amount <> q.goods OR q.total <> q.goods + q.freight LIMIT 100";

/// Quotes that answer nothing their supplier was asked, or that it is not said to have answered.
const UNASKED: &str = "SELECT q.id FROM quotes q LEFT JOIN inquiry_suppliers s ON s.inquiry_id = q.inquiry_id AND s.supplier_id = q.supplier_id \
    WHERE q.inquiry_id IS NOT NULL AND (s.state IS NULL OR s.state <> 'answered') LIMIT 100";

/// Answers that are on file and not there.
const MISSING: &str = "SELECT s.inquiry_id AS id FROM inquiry_suppliers s LEFT JOIN quotes q ON q.inquiry_id = s.inquiry_id AND q.supplier_id = s.supplier_id \
    WHERE s.state = 'answered' AND q.id IS NULL LIMIT 100";

/// Decided inquiries whose chosen answer was not theirs, or not chosen; and others with a chosen one.
const CHOICES: &str = "SELECT i.id FROM inquiries i LEFT JOIN quotes q ON q.inquiry_id = i.id AND q.id = i.chosen_quote_id AND q.state IN ('open','used') \
    WHERE (i.state = 'decided') <> (q.id IS NOT NULL) LIMIT 100";

/// Goods of a used quote that were ordered otherwise than quoted: not at all, twice, at another price, amount or quantity.
const ORDERED: &str = "SELECT DISTINCT l.quote_id AS id FROM quotes q JOIN quote_lines l ON l.quote_id = q.id \
    LEFT JOIN (SELECT ol.agreement_id, ol.product_id, COUNT(*) AS lines, CAST(SUM(ol.quantity) AS bigint) AS quantity, \
    CAST(SUM(ol.amount) AS bigint) AS amount, MIN(ol.price) AS least, MAX(ol.price) AS most, COUNT(DISTINCT o.group_id) AS placed \
    FROM order_lines ol JOIN orders o ON o.id = ol.order_id WHERE ol.price_source = 'quote' AND ol.line_kind <> 'freight' \
    GROUP BY ol.agreement_id, ol.product_id) x ON x.agreement_id = q.id AND x.product_id = l.product_id \
    WHERE q.state = 'used' AND (x.lines IS NULL OR x.lines <> 1 OR x.placed <> 1 OR x.quantity <> l.quantity OR x.amount <> l.amount \
    OR x.least <> l.price OR x.most <> l.price) LIMIT 100";

/// Used quotes whose freight was ordered otherwise than quoted.
const FREIGHT: &str = "SELECT q.id FROM quotes q LEFT JOIN (SELECT agreement_id, CAST(SUM(amount) AS bigint) AS amount FROM order_lines \
    WHERE price_source = 'quote' AND line_kind = 'freight' GROUP BY agreement_id) f ON f.agreement_id = q.id \
    WHERE q.state = 'used' AND COALESCE(f.amount, 0) <> q.freight LIMIT 100";

/// Order lines that say they are by a quote, but no quote was used for their group, or not for such goods.
const STRAY: &str = "SELECT ol.id FROM order_lines ol JOIN orders o ON o.id = ol.order_id \
    LEFT JOIN quotes q ON q.id = ol.agreement_id AND q.state = 'used' AND q.order_group_id = o.group_id AND q.buyer_id = o.buyer_id AND q.supplier_id = o.supplier_id \
    LEFT JOIN quote_lines l ON l.quote_id = q.id AND l.product_id = ol.product_id \
    WHERE ol.price_source = 'quote' AND (q.id IS NULL OR (l.quote_id IS NULL AND ol.line_kind <> 'freight')) LIMIT 100";

/// Every quote with the last entry about it.
const LAST_OF_QUOTES: &str = "SELECT q.id, q.state, q.version, x.entries, e.body FROM quotes q \
    LEFT JOIN (SELECT thing_id, MAX(seq) AS seq, COUNT(*) AS entries FROM entries WHERE thing_kind = 'quote' AND kind <> 'register.noted' GROUP BY thing_id) x ON x.thing_id = q.id \
    LEFT JOIN entries e ON e.pairing = 1 AND e.seq = x.seq ORDER BY q.id";

/// Every inquiry with the last entry about it; its version counts what ended it.
const LAST_OF_INQUIRIES: &str = "SELECT i.id, i.state, i.version, CAST(1 + COALESCE(x.ends, 0) AS bigint) AS entries, e.body FROM inquiries i \
    LEFT JOIN (SELECT thing_id, MAX(seq) AS seq, SUM(CASE WHEN kind IN ('inquiry.decided','inquiry.withdrawn') THEN 1 ELSE 0 END) AS ends \
    FROM entries WHERE thing_kind = 'inquiry' AND kind <> 'register.noted' GROUP BY thing_id) x ON x.thing_id = i.id \
    LEFT JOIN entries e ON e.pairing = 1 AND e.seq = x.seq ORDER BY i.id";

pub(super) async fn check(db: &Snapshot, engine: Engine, report: &mut Report) -> Result<(), DbErr> {
    for (sql, table, what) in [
        (SUMS, "quotes", "has sums that are not those of its lines"),
        (UNASKED, "quotes", "answers what its supplier is not said to have answered"),
        (MISSING, "inquiries", "has an answer on file that is not there"),
        (CHOICES, "inquiries", "has chosen otherwise than its answers say"),
        (ORDERED, "quotes", "was ordered by otherwise than it says"),
        (FREIGHT, "quotes", "was ordered with another freight than it says"),
        (STRAY, "order_lines", "is by a quote that was not used for it"),
    ] {
        for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
            let id: Uuid = row.try_get("", "id")?;
            report.find(format!("{table} id={id}"), what);
        }
    }
    last(db, engine, (LAST_OF_QUOTES, "quotes"), report).await?;
    last(db, engine, (LAST_OF_INQUIRIES, "inquiries"), report).await
}

async fn last(db: &Snapshot, engine: Engine, (sql, table): (&str, &str), report: &mut Report) -> Result<(), DbErr> {
    for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
        let (id, state): (Uuid, String) = (row.try_get("", "id")?, row.try_get("", "state")?);
        let (version, entries): (i64, Option<i64>) = (row.try_get("", "version")?, row.try_get("", "entries")?);
        let body: Option<String> = row.try_get("", "body")?;
        let said: Value = serde_json::from_str(&body.unwrap_or_default()).unwrap_or_default();
        if said["what"]["state"] != state.as_str() {
            let says = &said["what"]["state"];
            report.find(format!("{table} id={id}"), format!("is {state}, its last entry says {says}"));
        }
        if entries != Some(version) {
            let entries = entries.unwrap_or(0);
            report.find(format!("{table} id={id}"), format!("has version {version} after {entries} entries"));
        }
    }
    Ok(())
}
