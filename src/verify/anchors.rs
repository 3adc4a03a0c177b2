//! Roots that stand outside the journal: what somebody kept, and the heads that were signed.
//!
//! A chain that was recomputed whole is of one piece with itself; only a root from before can tell.

use super::Report;
use crate::db::{Engine, Snapshot, statement};
use ring::signature::{ED25519, UnparsedPublicKey};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::BTreeMap;
use std::str::FromStr;
use uuid::Uuid;

/// The root that the tree had when it was of this size, as somebody kept it: `SEQUENCE=HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The number of the last entry under it.
    pub sequence: i64,
    /// The root, in hex.
    pub hash: String,
}

impl FromStr for Anchor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wanted = || "write SEQUENCE=HASH, as a total's `as_of` or a signed head gives them".to_owned();
        let (sequence, hash) = text.split_once('=').ok_or_else(wanted)?;
        let sequence = sequence.trim().parse().ok().filter(|number| *number >= 0).ok_or_else(wanted)?;
        let hash = hash.trim().to_ascii_lowercase();
        let fits = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then_some(Self { sequence, hash }).ok_or_else(wanted)
    }
}

/// All roots that are waited for while the tree grows, by size.
pub(super) struct Watch(BTreeMap<i64, Vec<(String, String)>>);

impl Watch {
    /// Those that were kept outside, and those that were signed; a signature that does not hold is named.
    pub(super) async fn new(db: &Snapshot, engine: Engine, kept: &[Anchor], report: &mut Report) -> Result<Self, DbErr> {
        let mut waiting: BTreeMap<i64, Vec<(String, String)>> = BTreeMap::new();
        for anchor in kept {
            let place = format!("--at {}={}", anchor.sequence, anchor.hash);
            waiting.entry(anchor.sequence).or_default().push((place, anchor.hash.clone()));
        }
        let sql = "SELECT h.epoch, h.size, h.root, h.at, h.key_id, h.signature, k.public_key FROM signed_heads h \
            LEFT JOIN journal_keys k ON k.key_id = h.key_id ORDER BY h.size, h.epoch";
        for row in db.query_all_raw(statement(engine, sql, Vec::new())).await? {
            let (epoch, size): (Uuid, i64) = (row.try_get("", "epoch")?, row.try_get("", "size")?);
            let (root, at): (String, String) = (row.try_get("", "root")?, row.try_get("", "at")?);
            let (key_id, signature): (String, String) = (row.try_get("", "key_id")?, row.try_get("", "signature")?);
            let public_key: Option<String> = row.try_get("", "public_key")?;
            let place = format!("signed_heads size={size} epoch={epoch}");
            let said = format!(r#"{{"at":"{at}","epoch":"{epoch}","key_id":"{key_id}","root":"{root}","size":{size}}}"#);
            if !holds(public_key.as_deref(), &said, &signature) {
                report.find(&place, "has a signature that is not its key's");
            }
            waiting.entry(size).or_default().push((place, root));
        }
        Ok(Self(waiting))
    }

    /// The tree has come to this size.
    pub(super) fn see(&mut self, size: i64, root: impl FnOnce() -> [u8; 32], report: &mut Report) {
        if self.0.first_key_value().is_none_or(|(next, _)| *next > size) {
            return;
        }
        let found = hex::encode(root());
        while let Some(next) = self.0.first_entry().filter(|next| *next.key() <= size) {
            let at = *next.key();
            for (place, wanted) in next.remove() {
                if at != size {
                    report.find(place, format!("there is no tree of {at} entries"));
                } else if wanted != found {
                    report.find(
                        place,
                        format!("the root of the first {at} entries is {found}: something under it was rewritten"),
                    );
                }
            }
        }
    }

    /// The tree ends here; what still waits lies beyond it.
    pub(super) fn end(self, size: i64, report: &mut Report) {
        for (at, places) in self.0 {
            for (place, _) in places {
                report.find(place, format!("the journal ends at {size}, {at} entries were there before"));
            }
        }
    }
}

fn holds(public_key: Option<&str>, said: &str, signature: &str) -> bool {
    let Some(key) = public_key.and_then(|key| hex::decode(key).ok()) else {
        return false;
    };
    let Ok(signature) = hex::decode(signature) else { return false };
    UnparsedPublicKey::new(&ED25519, key).verify(said.as_bytes(), &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_a_number_and_a_root() {
        let hash = "AB".repeat(32);
        let read: Anchor = format!("7={hash}").parse().unwrap();
        assert_eq!((read.sequence, read.hash.as_str()), (7, hash.to_ascii_lowercase().as_str()));
        for wrong in ["", "7", "7=", "=ab", "x=ab", "-1=ab", &format!("7={}", &hash[1..])] {
            assert!(wrong.parse::<Anchor>().is_err(), "{wrong}");
        }
    }
}
