//! What a row says of itself: to which kind of document it belongs, and as what.

use crate::sheets::{folded, meant, words_of};
use entity::ImportRowKind;

/// How a charge is written: by code, in Chinese.
const CHARGE: [&str; 2] = ["charge", "补收"];

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A line of a document of its kind.
    Of(ImportRowKind),
    /// What a credit note charges beside the goods it takes back: a line of its own, at its own price.
    Charge,
}

impl RowKind {
    /// What a cell says, by code or in words; none where it is neither.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let wanted = folded(text);
        if CHARGE.contains(&wanted.as_str()) {
            return Some(Self::Charge);
        }
        meant(text, ImportRowKind::ALL).map(Self::Of)
    }

    /// The kind of the document that it belongs to: a charge stands in a credit note.
    #[must_use]
    pub fn document(self) -> ImportRowKind {
        match self {
            Self::Of(kind) => kind,
            Self::Charge => ImportRowKind::Return,
        }
    }

    /// What may be written, for a sentence that says what was expected.
    #[must_use]
    pub fn expected() -> String {
        let [code, zh] = CHARGE;
        format!("{}, {zh} ({code})", words_of(ImportRowKind::ALL))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_known_by_its_code_and_in_words() {
        for (written, kind) in [
            ("order", RowKind::Of(ImportRowKind::Order)),
            ("订单", RowKind::Of(ImportRowKind::Order)),
            ("Return", RowKind::Of(ImportRowKind::Return)),
            ("退货", RowKind::Of(ImportRowKind::Return)),
            ("库存", RowKind::Of(ImportRowKind::Stock)),
            ("补 收", RowKind::Charge),
            ("charge", RowKind::Charge),
        ] {
            assert_eq!(RowKind::of(written), Some(kind), "{written}");
        }
        assert_eq!(RowKind::of("赠送"), None);
        assert_eq!(RowKind::Charge.document(), ImportRowKind::Return);
        assert!(RowKind::expected().ends_with("库存 (stock), 补收 (charge)"));
    }
}
