//! Heads that are signed: whoever keeps one can show later that entries were rewritten, and the service cannot say that
//! it never signed it.
//!
//! A head is signed with Ed25519 over the canonical JSON (RFC 8785) of its other fields. The key is made of the master
//! secret; its public half stands in `journal_keys`. Another secret gives another key, and the old one stays in the list.

use super::head::{self, Head, PAIRING};
use super::merkle::Hash;
use super::roots::Roots;
use super::turn::{Turn, TurnError};
use super::{Desk, UseCase};
use crate::db::{Db, Engine, Snapshot, statement};
use crate::http::fault::{Fault, Refusal};
use chrono::{DateTime, Utc};
use ring::signature::{Ed25519KeyPair, KeyPair};
use sea_orm::{ConnectionTrait, DbErr};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// What is signed: its fields stand in the order of their names, as canonical JSON wants them.
#[derive(Serialize)]
struct Statement<'a> {
    at: &'a str,
    epoch: Uuid,
    key_id: &'a str,
    root: &'a str,
    size: i64,
}

/// A head with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The epoch it was signed in.
    pub epoch: Uuid,
    /// How many entries.
    pub size: i64,
    /// Root of the tree over them, in hex.
    pub root: String,
    /// Time of the last of them, as it was signed.
    pub at: String,
    /// The key.
    pub key_id: String,
    /// The signature, in hex.
    pub signature: String,
}

/// A key that signs, or has signed, heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalKey {
    /// Its name: the beginning of the SHA-256 of the public key.
    pub key_id: String,
    /// The public key, in hex.
    pub public_key: String,
    /// How long the journal was when it came.
    pub from_size: i64,
}

/// Signs heads. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    pair: Arc<Ed25519KeyPair>,
    key_id: String,
    roots: Roots,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Signer {
    /// With the key that this seed makes.
    #[must_use]
    pub fn new(seed: &[u8; 32]) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).unwrap_or_else(|_| unreachable!("the seed has 32 bytes"));
        let digest = hex::encode(Sha256::digest(pair.public_key().as_ref()));
        Self {
            key_id: digest.chars().take(16).collect(),
            pair: Arc::new(pair),
            roots: Roots::default(),
        }
    }

    fn sign(&self, epoch: Uuid, size: i64, root: Hash, at: DateTime<Utc>) -> Result<SignedHead, serde_json::Error> {
        let (root, at) = (hex::encode(root), at.to_rfc3339());
        let said = Statement {
            at: &at,
            epoch,
            key_id: &self.key_id,
            root: &root,
            size,
        };
        let signature = hex::encode(self.pair.sign(&serde_json::to_vec(&said)?));
        Ok(SignedHead {
            epoch,
            size,
            root,
            at,
            key_id: self.key_id.clone(),
            signature,
        })
    }

    fn sign_head(&self, head: &Head) -> Result<SignedHead, serde_json::Error> {
        self.sign(head.epoch, head.seq, head.root(), head.last_at)
    }

    /// Writes down the public key, where it is new.
    ///
    /// # Errors
    /// A statement.
    pub async fn note_key(&self, db: &Db) -> Result<(), DbErr> {
        let sql = "INSERT INTO journal_keys (key_id, public_key, from_size) \
            SELECT $1, $2, seq FROM journal_heads WHERE pairing = $3 ON CONFLICT (key_id) DO NOTHING";
        let values = vec![
            self.key_id.clone().into(),
            hex::encode(self.pair.public_key().as_ref()).into(),
            PAIRING.into(),
        ];
        db.write().execute_raw(statement(db.engine(), sql, values)).await?;
        Ok(())
    }

    /// The head as it is, or as it was when the journal had `size` entries.
    ///
    /// # Errors
    /// `invalid_parameter` where the journal is shorter; unavailable while the roots of a long one are still counted.
    pub async fn head(&self, desk: &Desk, size: Option<i64>) -> Result<SignedHead, Refusal> {
        let snapshot = desk.db.snapshot().await?;
        let head = head::read(&snapshot, desk.engine(), false).await?;
        let signed = match size {
            None => self.sign_head(&head),
            Some(size) if size == head.seq => self.sign_head(&head),
            Some(size) if size > head.seq || size < 1 => {
                return Err(Fault::of("invalid_parameter")
                    .parameter("size")
                    .with("name", "size")
                    .with("expected", format!("a whole number from 1 to {}", head.seq))
                    .into());
            }
            Some(size) => {
                let root = self.roots.at(&snapshot, desk.engine(), size.unsigned_abs()).await?;
                let at = time_of(&snapshot, desk.engine(), size).await?;
                self.sign(head.epoch, size, root, at)
            }
        };
        snapshot.end().await?;
        signed.map_err(Refusal::broken)
    }

    /// Signs the head as it is and keeps it.
    ///
    /// # Errors
    /// What the gate says.
    pub async fn keep_head(&self, desk: &Desk) -> Result<(), Refusal> {
        desk.gate.run(KeepHead(self.clone()), None).await?;
        Ok(())
    }
}

async fn time_of(db: &Snapshot, engine: Engine, seq: i64) -> Result<DateTime<Utc>, Refusal> {
    let sql = "SELECT at FROM entries WHERE pairing = $1 AND seq = $2";
    let row = db.query_one_raw(statement(engine, sql, vec![PAIRING.into(), seq.into()])).await?;
    let row = row.ok_or_else(|| Refusal::broken(format!("entry {seq} is missing: run `yangpin verify`")))?;
    row.try_get("", "at").map_err(Refusal::from)
}

/// All keys that have signed, oldest first.
///
/// # Errors
/// A statement.
pub async fn journal_keys(db: &impl ConnectionTrait, engine: Engine) -> Result<Vec<JournalKey>, DbErr> {
    let sql = "SELECT key_id, public_key, from_size FROM journal_keys ORDER BY from_size, key_id LIMIT 200";
    let rows = db.query_all_raw(statement(engine, sql, Vec::new())).await?;
    rows.iter()
        .map(|row| {
            Ok(JournalKey {
                key_id: row.try_get("", "key_id")?,
                public_key: row.try_get("", "public_key")?,
                from_size: row.try_get("", "from_size")?,
            })
        })
        .collect()
}

struct KeepHead(Signer);

#[async_trait::async_trait]
impl UseCase for KeepHead {
    type Answer = ();

    async fn run(&self, turn: &mut Turn) -> Result<(), TurnError> {
        let head = head::read(turn.tx(), turn.engine(), false).await?;
        if head.seq == 0 {
            return Ok(());
        }
        let signed = self.0.sign_head(&head).map_err(|e| TurnError::Refused(Refusal::broken(e)))?;
        let sql = "INSERT INTO signed_heads (epoch, size, root, at, key_id, signature) VALUES ($1, $2, $3, $4, $5, $6) \
            ON CONFLICT (epoch, size) DO NOTHING";
        let values = vec![
            signed.epoch.into(),
            signed.size.into(),
            signed.root.into(),
            signed.at.into(),
            signed.key_id.into(),
            signed.signature.into(),
        ];
        turn.tx().execute_raw(statement(turn.engine(), sql, values)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_canonical_json() {
        let said = Statement {
            at: "2026-03-02T01:00:00+00:00",
            epoch: Uuid::nil(),
            key_id: "k",
            root: "r",
            size: 7,
        };
        let ours = serde_json::to_string(&said).unwrap();
        assert_eq!(ours, serde_json_canonicalizer::to_string(&said).unwrap());
    }
}
