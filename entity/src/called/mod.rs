//! What people call the words of the closed lists, in Chinese and English: files, papers, totals and facets all say it so.
//!
//! A word that is added to a list does not compile until it is called something here.

mod buying;
mod events;
mod orders;
mod parties;
mod work;

pub use events::event_called;

/// A word that people read, in either language.
pub trait Called: Copy {
    /// In Chinese.
    fn zh(self) -> &'static str;
    /// In English.
    fn en(self) -> &'static str;
}

/// Writes the table of a closed list: `List { Variant = "中文", "English"; … }`.
macro_rules! called {
    ($($list:ident { $($variant:ident = $zh:literal, $en:literal;)+ })+) => {$(
        impl $crate::called::Called for $list {
            fn zh(self) -> &'static str {
                match self {
                    $(Self::$variant => $zh,)+
                }
            }

            fn en(self) -> &'static str {
                match self {
                    $(Self::$variant => $en,)+
                }
            }
        }
    )+};
}
pub(crate) use called;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::{
        AcceptanceKind, CancelReason, ChangeState, Channel, DeclineReason, Figure, FundSource, LineKind, Mode, OrderState,
        OrganisationKind, RejectReason, ReturnReason, ShipmentState, StockReason, TerminationReason, VatClass,
    };
    use std::collections::BTreeSet;

    fn differ<T: Called>(all: &[T]) {
        let zh: BTreeSet<_> = all.iter().map(|one| one.zh()).collect();
        let en: BTreeSet<_> = all.iter().map(|one| one.en()).collect();
        assert_eq!((zh.len(), en.len()), (all.len(), all.len()), "{zh:?} {en:?}");
        assert!(en.iter().all(|word| !word.is_empty() && !word.contains('_')), "{en:?}");
        assert!(zh.iter().all(|word| !word.is_empty()), "{zh:?}");
    }

    #[test]
    fn no_two_words_of_a_list_are_called_the_same() {
        differ(AcceptanceKind::ALL);
        differ(CancelReason::ALL);
        differ(ChangeState::ALL);
        differ(Channel::ALL);
        differ(DeclineReason::ALL);
        differ(Figure::ALL);
        differ(FundSource::ALL);
        differ(LineKind::ALL);
        differ(Mode::ALL);
        differ(OrderState::ALL);
        differ(OrganisationKind::ALL);
        differ(RejectReason::ALL);
        differ(ReturnReason::ALL);
        differ(ShipmentState::ALL);
        differ(StockReason::ALL);
        differ(TerminationReason::ALL);
        differ(VatClass::ALL);
    }
}
