//! The code by which the holder of an address confirms it, how long it holds, and the letter that brings it: pure rules.
//!
//! No code is kept anywhere: it is made of the master secret and of what it is for, so that a letter sent twice brings
//! the same one, and reading the database tells none.

use super::letter::Letter;
use super::words::spoken;
use crate::http::language::Language;
use crate::secrets::{MasterSecret, purpose};
use chrono::{DateTime, TimeDelta, Utc};
use entity::tables::address_confirmations;
use entity::{ConfirmationId, MailAddress, NoticeLanguage};
use poem_openapi::Enum;
use ring::hmac::{self, HMAC_SHA256, Key};
use std::sync::Arc;

/// How long a code holds.
pub(super) const HOLDS: TimeDelta = TimeDelta::hours(24);
/// Wrong codes that are answered before another one must be sent.
pub(super) const MOST_TRIES: i32 = 5;
/// Codes that are sent for one person within [`HOLDS`]: nobody's letterbox is filled by naming it again and again.
pub(super) const MOST_SENT: u64 = 5;

/// Characters of a code, and what they are: none that is taken for another one. 50 bits.
const LENGTH: usize = 10;
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// What makes and knows codes.
#[derive(Clone)]
pub struct Codes(Arc<Key>);

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codes(…)")
    }
}

impl Codes {
    /// With a key of their own, made of the master secret.
    #[must_use]
    pub fn of(secret: &MasterSecret) -> Self {
        Self(Arc::new(Key::new(HMAC_SHA256, secret.derive(purpose::CODES).bytes())))
    }

    /// The code for an address that waits.
    pub(super) fn code(&self, id: ConfirmationId, address: &str) -> String {
        let tag = hmac::sign(&self.0, format!("{id} {address}").as_bytes());
        let letters = tag.as_ref().iter().take(LENGTH);
        letters
            .filter_map(|byte| ALPHABET.get(usize::from(byte & 31)))
            .map(|letter| char::from(*letter))
            .collect()
    }

    /// Whether this is the code, in time that does not depend on how much of it is right: not the codes are compared,
    /// but what a key nobody has makes of them.
    pub(super) fn fits(&self, id: ConfirmationId, address: &str, given: &str) -> bool {
        let given: String = given.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let mark = hmac::sign(&self.0, given.to_ascii_uppercase().as_bytes());
        hmac::verify(&self.0, self.code(id, address).as_bytes(), mark.as_ref()).is_ok()
    }
}

/// How it stands with an address that waits to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AddressState {
    /// Its code holds.
    Waiting,
    /// Its code is older than a day: name the address again.
    Expired,
    /// Its code was wrong too often: name the address again.
    TriesUsed,
}

impl AddressState {
    /// Of what waits, now.
    pub(super) fn of(waits: &address_confirmations::Model, now: DateTime<Utc>) -> Self {
        if waits.wrong_tries >= MOST_TRIES {
            Self::TriesUsed
        } else if waits.asked_at + HOLDS <= now {
            Self::Expired
        } else {
            Self::Waiting
        }
    }
}

/// The letter that brings a code.
pub(super) fn letter_of_code(waits: &address_confirmations::Model, to: MailAddress, language: NoticeLanguage, code: &str) -> Letter {
    let code = format!(
        "{}-{}",
        code.get(..LENGTH / 2).unwrap_or(code),
        code.get(LENGTH / 2..).unwrap_or_default()
    );
    let (subject, text) = match spoken(language) {
        Language::Zh => (
            "请确认您的邮箱",
            format!(
                "有人在洋品中填写了此邮箱地址，用于接收通知。确认码：\n\n{code}\n\n请在 24 小时内通过 POST /v1/notices/address/confirm 提交；确认前不会向此地址发送通知。\n若不是您本人填写，不必理会此信。"
            ),
        ),
        Language::En => (
            "Confirm your address",
            format!(
                "Somebody named this address in Yangpin, to get notices there. The code is\n\n{code}\n\nSend it to POST /v1/notices/address/confirm within 24 hours; before that no notice comes to this address.\nIf it was not you, leave this letter alone."
            ),
        ),
    };
    Letter {
        id: waits.id.uuid(),
        to,
        subject: subject.to_owned(),
        text: format!("{text}\n\n-- \n洋品 Yangpin\n"),
        at: waits.asked_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_one_address_and_one_asking_and_one_secret() {
        let (codes, others) = (
            Codes::of(&"1".repeat(32).parse().unwrap()),
            Codes::of(&"2".repeat(32).parse().unwrap()),
        );
        let (id, another) = (ConfirmationId::new(), ConfirmationId::new());
        let code = codes.code(id, "a@b.example");
        assert!(code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte)), "{code}");
        assert_eq!(code, codes.code(id, "a@b.example"));
        let (front, back) = code.split_at(5);
        for given in [code.clone(), format!(" {front}-{back}\n"), code.to_lowercase()] {
            assert!(codes.fits(id, "a@b.example", &given), "{given:?}");
        }
        for wrong in [
            codes.code(id, "c@b.example"),
            codes.code(another, "a@b.example"),
            others.code(id, "a@b.example"),
            String::new(),
        ] {
            assert!(!codes.fits(id, "a@b.example", &wrong), "{wrong}");
        }
        assert!(!codes.fits(id, "a@b.example", front));
        assert!(!format!("{codes:?}").contains(&code));
    }
}
