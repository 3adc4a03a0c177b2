//! Why a text is not a value.

use thiserror::Error;

/// What is wrong with a text; without the text itself, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Fault {
    /// The text is not of the form that the schema's pattern gives.
    #[error("is not of the required form")]
    Form,
    /// The text has fewer characters than this.
    #[error("is shorter than {0} characters")]
    TooShort(usize),
    /// The text has more characters than this.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// The value is outside the limits of its type.
    #[error("is outside the permitted range")]
    OutOfRange,
    /// The text has a character that its type does not permit.
    #[error("has a character that is not permitted")]
    Characters,
    /// The check digit does not follow from the other digits.
    #[error("has a wrong check digit")]
    CheckDigit,
    /// The word is not one of the closed list.
    #[error("is not one of the known words")]
    UnknownWord,
}

/// A text that was refused, by the name of the type that refused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("{kind} {fault}")]
pub struct Malformed {
    kind: &'static str,
    fault: Fault,
}

impl Malformed {
    pub(crate) const fn new(kind: &'static str, fault: Fault) -> Self {
        Self { kind, fault }
    }

    /// The name of the type that refused, such as `Money`.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        self.kind
    }

    /// The reason.
    #[must_use]
    pub const fn fault(self) -> Fault {
        self.fault
    }
}
