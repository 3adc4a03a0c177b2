//! Global trade item numbers: the digits of a bar code.

use std::{fmt, str::FromStr};

use crate::fault::{Fault, Malformed};

/// A GTIN of 8, 12, 13 or 14 digits whose check digit holds, kept with the digits it came with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gtin(String);

impl Gtin {
    pub(crate) const PATTERN: &str = r"^(\d{8}|\d{12,14})$";
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The same number with zeros in front up to 14 digits, the form for comparing.
    #[must_use]
    pub fn to_gtin14(&self) -> String {
        format!("{:0>14}", self.0)
    }

    /// Whether the number means the same everywhere; `false` for the prefixes 20 to 29 of
    /// 13 digits, which each store gives to the goods it weighs itself.
    #[must_use]
    pub fn is_global(&self) -> bool {
        let digits = match self.0.len() {
            13 => self.0.as_str(),
            14 => &self.0[1..],
            _ => return true,
        };
        !digits.starts_with('2')
    }

    fn check(text: &str) -> Result<(), Malformed> {
        let refused = |fault| Err(Malformed::new("Gtin", fault));
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return refused(Fault::Characters);
        }
        if !matches!(text.len(), 8 | 12 | 13 | 14) {
            return refused(Fault::Form);
        }
        let weights = [1, 3].into_iter().cycle();
        let digits = text.bytes().rev().map(|byte| u32::from(byte - b'0'));
        let sum: u32 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
        if sum.is_multiple_of(10) {
            Ok(())
        } else {
            refused(Fault::CheckDigit)
        }
    }
}

impl TryFrom<String> for Gtin {
    type Error = Malformed;

    fn try_from(text: String) -> Result<Self, Malformed> {
        Self::check(&text)?;
        Ok(Self(text))
    }
}

impl FromStr for Gtin {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        Self::check(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

inline_string_schema!(Gtin {
    description: Some("Bar code number: GTIN-8, -12, -13 or -14 with its check digit."),
    pattern: Some(Gtin::PATTERN.to_owned()),
    min_length: Some(8),
    max_length: Some(14),
    example: Some("6901234567892".into()),
});
text_column!(Gtin, 14, read: <Gtin as TryFrom<String>>::try_from, write: Gtin::into_string);
