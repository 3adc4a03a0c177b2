//! Signed heads on the wire.

use crate::journal::{JournalKey, SignedHead};
use poem_openapi::Object;
use uuid::Uuid;

/// A head of the journal, signed.
#[derive(Clone, Debug, Object)]
pub struct SignedHeadBody {
    /// The epoch of the journal: a restore begins a new one.
    pub epoch: Uuid,
    /// How many entries.
    #[oai(validator(minimum(value = "0")))]
    pub size: i64,
    /// Root of the Merkle tree (RFC 9162) over them, in hex.
    #[oai(validator(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$"))]
    pub root: String,
    /// Time of the last of them, as it was signed.
    #[oai(validator(max_length = 40))]
    pub at: String,
    /// The key that signed it.
    #[oai(validator(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$"))]
    pub key_id: String,
    /// Ed25519 over the canonical JSON (RFC 8785) of all other fields, in hex.
    #[oai(validator(min_length = 128, max_length = 128, pattern = "^[0-9a-f]{128}$"))]
    pub signature: String,
}

impl From<SignedHead> for SignedHeadBody {
    fn from(head: SignedHead) -> Self {
        Self {
            epoch: head.epoch,
            size: head.size,
            root: head.root,
            at: head.at,
            key_id: head.key_id,
            signature: head.signature,
        }
    }
}

/// A key that has signed heads.
#[derive(Clone, Debug, Object)]
pub struct JournalKeyBody {
    /// Its name: the first 16 hex digits of the SHA-256 of the public key.
    #[oai(validator(min_length = 16, max_length = 16, pattern = "^[0-9a-f]{16}$"))]
    pub key_id: String,
    /// The Ed25519 public key, in hex.
    #[oai(validator(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$"))]
    pub public_key: String,
    /// How long the journal was when it came.
    #[oai(validator(minimum(value = "0")))]
    pub from_size: i64,
}

impl From<JournalKey> for JournalKeyBody {
    fn from(key: JournalKey) -> Self {
        Self {
            key_id: key.key_id,
            public_key: key.public_key,
            from_size: key.from_size,
        }
    }
}
