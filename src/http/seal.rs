//! The seal of cursors: nobody reads one or makes one, and each is good for the one it was given to.

use super::fault::Refusal;
use chrono::{DateTime, Utc};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::sync::Arc;

/// What is sealed is filled up with blanks to a multiple of this, so that the length tells nothing of the numbers in it.
const STEP_BYTES: usize = 64;

/// Seals and opens cursors. Cheap to clone.
#[derive(Clone)]
pub struct CursorSeal {
    key: Arc<LessSafeKey>,
    old_until: Option<DateTime<Utc>>,
}

impl fmt::Debug for CursorSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorSeal(…)")
    }
}

impl CursorSeal {
    /// With this key; cursors of before there was a seal are taken until `old_until`, where a list takes any.
    #[must_use]
    pub fn new(key: &[u8; 32], old_until: Option<DateTime<Utc>>) -> Self {
        let key = UnboundKey::new(&CHACHA20_POLY1305, key).unwrap_or_else(|_| unreachable!("the key has 32 bytes"));
        Self {
            key: Arc::new(LessSafeKey::new(key)),
            old_until,
        }
    }

    /// Whether cursors of before there was a seal are still taken.
    pub(super) fn takes_old(&self, now: DateTime<Utc>) -> bool {
        self.old_until.is_some_and(|until| now < until)
    }

    /// Seals JSON for `bound`: only by saying the same can it be opened.
    pub(super) fn seal(&self, bound: &[u8], mut json: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        // Never twice the same: who reads the feed again and again must not see whether others have written meanwhile.
        let mut nonce = [0_u8; NONCE_LEN];
        let broken = |_| Refusal::broken("a cursor cannot be sealed");
        SystemRandom::new().fill(&mut nonce).map_err(broken)?;
        json.resize(json.len().next_multiple_of(STEP_BYTES), b' ');
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(bound), &mut json)
            .map_err(broken)?;
        Ok([nonce.as_slice(), &json].concat())
    }

    /// The JSON in it, or nothing where it is not ours or was given to another.
    pub(super) fn open(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = sealed.to_vec();
        let json = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound), &mut sealed)
            .ok()?;
        Some(json.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_only_what_it_sealed_for_the_same() {
        let seal = CursorSeal::new(&[7; 32], None);
        let sealed = seal.seal(b"orders", b"17".to_vec()).unwrap();
        assert_eq!(seal.open(b"orders", &sealed).unwrap().trim_ascii(), b"17");
        assert_eq!(seal.open(b"returns", &sealed), None);
        assert_eq!(CursorSeal::new(&[8; 32], None).open(b"orders", &sealed), None);
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert_eq!(seal.open(b"orders", &other), None, "byte {at}");
        }
    }

    #[test]
    fn neither_length_nor_bytes_tell_the_number_in_it() {
        let seal = CursorSeal::new(&[7; 32], None);
        let (few, many) = (seal.seal(b"", b"7".to_vec()).unwrap(), seal.seal(b"", b"7000000".to_vec()).unwrap());
        assert_eq!(few.len(), many.len());
        assert_ne!(few, seal.seal(b"", b"7".to_vec()).unwrap());
    }
}
