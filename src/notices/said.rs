//! What was said with the thing a notice tells of. The words stand beside the journal and are read from there each time:
//! erased there, they are told nowhere.

use crate::db::Engine;
use crate::journal::notes_at;
use entity::NoticeId;
use entity::tables::notices;
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::HashMap;

/// Things whose words both sides may read. Those of contracts, inquiries and quotes have their own rules: an answer may
/// be sealed.
const OPEN_WORDS: [&str; 3] = ["order", "shipment", "return"];

/// The words to these notices: one statement.
pub(super) async fn words_of(
    db: &impl ConnectionTrait,
    engine: Engine,
    notices: &[notices::Model],
) -> Result<HashMap<NoticeId, String>, DbErr> {
    let open = notices.iter().filter(|notice| OPEN_WORDS.contains(&notice.thing_kind.as_str()));
    let causes: Vec<(NoticeId, i64, i64)> = open
        .filter_map(|notice| entry_of(&notice.cause).map(|(seq, at)| (notice.id, seq, at)))
        .collect();
    let seqs: Vec<i64> = causes.iter().map(|(_, seq, _)| *seq).collect();
    let notes = notes_at(db, engine, &seqs).await?;
    let notes: HashMap<(i64, i64), &str> = notes
        .iter()
        .map(|one| ((one.event.seq, one.event.at.timestamp_micros()), one.text.as_str()))
        .collect();
    let found = causes
        .into_iter()
        .filter_map(|(id, seq, at)| Some((id, (*notes.get(&(seq, at))?).to_owned())));
    Ok(found.collect())
}

/// Number and time of the entry that a notice comes from; none where it comes from a day.
fn entry_of(cause: &str) -> Option<(i64, i64)> {
    let (seq, at) = cause.strip_prefix("entry ")?.split_once(" at ")?;
    Some((seq.parse().ok()?, at.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::entry_of;

    #[test]
    fn a_cause_names_its_entry() {
        assert_eq!(entry_of("entry 12 at 1764380000000001"), Some((12, 1_764_380_000_000_001)));
        assert_eq!(entry_of("offer 0193 ends"), None);
    }
}
