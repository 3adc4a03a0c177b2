//! The secret as it is held in memory, and the keys made of it.

use ring::hkdf::{HKDF_SHA256, Salt};
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// What keys are for. Each has a key of its own, so that what one of them gives away opens nothing else.
pub mod purpose {
    /// Sealing the cursors of lists.
    pub const CURSORS: &str = "cursors";
    /// Signing heads of the journal.
    pub const HEADS: &str = "heads";
    /// Making the ids of events.
    pub const EVENTS: &str = "events";
    /// Making the codes by which addresses of letters are confirmed.
    pub const CODES: &str = "codes";
    /// Telling one secret from another; never used as a key.
    pub(in crate::secrets) const FINGERPRINT: &str = "fingerprint";
}

/// The variable that it may come from.
pub(super) const VARIABLE: &str = "YANGPIN_MASTER_SECRET";
const FEWEST_CHARS: usize = 32;
const MOST_CHARS: usize = 1_024;
const SALT: &[u8] = b"yangpin master secret 1";

/// The secret. Debug shows nothing of it, and its memory is overwritten when it is let go.
#[derive(Clone)]
pub struct MasterSecret(Zeroizing<String>);

/// A key made of the secret for one purpose.
pub struct Derived(Zeroizing<[u8; 32]>);

/// What was given cannot be a secret.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{VARIABLE}: from {FEWEST_CHARS} to {MOST_CHARS} visible ASCII characters, as `openssl rand -hex 32` makes them")]
pub struct WeakSecret;

impl fmt::Debug for MasterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterSecret(…)")
    }
}

impl fmt::Debug for Derived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Derived(…)")
    }
}

impl FromStr for MasterSecret {
    type Err = WeakSecret;

    fn from_str(text: &str) -> Result<Self, WeakSecret> {
        let text = text.trim();
        let fits = (FEWEST_CHARS..=MOST_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(Zeroizing::new(text.to_owned()))).ok_or(WeakSecret)
    }
}

impl MasterSecret {
    /// A new one; none where the system has no randomness to give.
    pub(super) fn make() -> Option<Self> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(bytes.as_mut_slice()).ok()?;
        Some(Self(Zeroizing::new(hex::encode(bytes.as_slice()))))
    }

    /// What the variable says, where it is set.
    ///
    /// # Errors
    /// It is no secret.
    pub fn of_variable(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, WeakSecret> {
        let text = variable(VARIABLE).map(Zeroizing::new);
        text.filter(|text| !text.is_empty()).map(|text| text.parse()).transpose()
    }

    /// One that keeps nothing secret, for describing the API.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self(Zeroizing::new(String::new()))
    }

    /// The key for a purpose: HKDF-SHA-256.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Derived {
        let mut key = Zeroizing::new([0_u8; 32]);
        Salt::new(HKDF_SHA256, SALT)
            .extract(self.0.as_bytes())
            .expand(&[purpose.as_bytes()], HKDF_SHA256)
            .and_then(|made| made.fill(key.as_mut_slice()))
            .unwrap_or_else(|_| unreachable!("HKDF-SHA-256 gives 32 bytes"));
        Derived(key)
    }

    /// What tells it from another one and says nothing of it.
    pub(super) fn fingerprint(&self) -> Vec<u8> {
        self.derive(purpose::FINGERPRINT).bytes().to_vec()
    }

    /// As it is written down.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl Derived {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_name_each_and_nothing_is_shown() {
        let secret: MasterSecret = " 0123456789abcdef0123456789abcdef\n".parse().unwrap();
        let same: MasterSecret = "0123456789abcdef0123456789abcdef".parse().unwrap();
        assert_eq!(secret.fingerprint(), same.fingerprint());
        assert_eq!(secret.derive("heads").bytes(), same.derive("heads").bytes());
        assert_ne!(secret.derive("heads").bytes(), same.derive("cursors").bytes());
        assert_ne!(secret.fingerprint(), MasterSecret::make().unwrap().fingerprint());
        assert!(!format!("{secret:?} {:?}", secret.derive("heads")).contains("0123"));
        for weak in ["", "short", "0123456789abcdef 0123456789abcdef", "汉字汉字汉字汉字汉字汉字汉字汉字"] {
            assert!(weak.parse::<MasterSecret>().is_err(), "{weak}");
        }
    }
}
