//! The unified social credit code (统一社会信用代码, GB 32100-2015) of an organisation.

use std::{fmt, str::FromStr};

use crate::fault::{Fault, Malformed};

const LENGTH: usize = 18;
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^i mod 31.
const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ORGANISATION_WEIGHTS: [usize; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

closed_enum! {
    /// A check digit of a unified social credit code that does not follow from the rest.
    UsccFault {
        /// position 18 fails the check over positions 1 to 17
        CheckDigit = "check_digit",
        /// position 17 fails the check over the organisation code in positions 9 to 16
        OrganisationCheckDigit = "organisation_check_digit",
    }
}

/// A unified social credit code: 18 characters of its alphabet, upper case.
///
/// Some real codes of the first years fail their checks. A failing check digit is therefore no
/// reason to refuse: [`Uscc::faults`] names it, and a person may override it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uscc(String);

impl Uscc {
    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The six characters of the division where the organisation was registered.
    #[must_use]
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// The check digits that fail; none for a sound code.
    #[must_use]
    pub fn faults(&self) -> Vec<UsccFault> {
        let bytes = self.0.as_bytes();
        let mut faults = Vec::new();
        if bytes[17] != check_digit(&bytes[..17]) {
            faults.push(UsccFault::CheckDigit);
        }
        if bytes[16] != organisation_check_digit(&bytes[8..16]) {
            faults.push(UsccFault::OrganisationCheckDigit);
        }
        faults
    }

    fn check(text: &str) -> Result<(), Malformed> {
        let refused = |fault| Err(Malformed::new("Uscc", fault));
        if !text.bytes().all(|byte| ALPHABET.contains(&byte)) {
            return refused(Fault::Characters);
        }
        match text.len() {
            LENGTH => Ok(()),
            shorter if shorter < LENGTH => refused(Fault::TooShort(LENGTH)),
            _ => refused(Fault::TooLong(LENGTH)),
        }
    }
}

fn weighted_sum(weights: &[usize], values: impl Iterator<Item = usize>) -> usize {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}

fn check_digit(first_17: &[u8]) -> u8 {
    let value = |byte| ALPHABET.iter().position(|known| known == byte).unwrap_or(0);
    let sum = weighted_sum(&WEIGHTS, first_17.iter().map(value));
    ALPHABET[(31 - sum % 31) % 31]
}

fn organisation_check_digit(organisation: &[u8]) -> u8 {
    let value = |byte: &u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => usize::from(byte.saturating_sub(b'A')) + 10,
    };
    let sum = weighted_sum(&ORGANISATION_WEIGHTS, organisation.iter().map(value));
    b"0X987654321"[sum % 11]
}

impl TryFrom<String> for Uscc {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        Self::check(&text)?;
        Ok(Self(text))
    }
}

impl FromStr for Uscc {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::check(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

inline_string_schema!(Uscc {
    description: Some("Unified social credit code (统一社会信用代码), upper case."),
    pattern: Some("^[0-9A-HJ-NP-RTUWXY]{18}$".to_owned()),
    min_length: Some(LENGTH),
    max_length: Some(LENGTH),
    example: Some("91610723MA6YX0017B".into()),
});
text_column!(Uscc, 18, read: <Uscc as TryFrom<String>>::try_from, write: Uscc::into_string);
