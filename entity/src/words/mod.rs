//! The closed lists of the trade. Each word means one thing in tables, JSON and URLs.

mod buying;
mod contracts;
mod delivery;
mod events;
mod imports;
mod notices;
mod orders;
mod parties;
mod pictures;
mod quotes;
mod work;

pub use buying::{Channel, Figure, FundSource, LineKind, Measure, Mode, PriceSource, VatClass};
pub use contracts::{ContractFreight, ContractState, TerminationReason};
pub use delivery::{AcceptanceKind, ChangeState, CloseCause, OnShort, RejectReason, ReturnFate, ReturnReason, ReturnState, ShipmentState};
pub use events::{EventKind, EventReason, ThingKind};
pub use imports::{ImportDocumentState, ImportMode, ImportRowKind, ImportState, IntakeKind};
pub use notices::{MailState, NoticeKind, NoticeLanguage};
pub use orders::{CancelReason, DeclineReason, OrderState};
pub use parties::{DivisionRole, OrganisationKind, RemitKind, Role};
pub use pictures::{PictureKind, PictureSize};
pub use quotes::{InquiryState, InvitationState, QuoteOrigin, QuoteState};
pub use work::{JobState, StockReason};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use poem_openapi::{
        registry::Registry,
        types::{ParseFromJSON, ToJSON, Type},
    };
    use sea_orm::{Value, sea_query::ValueType};
    use serde_json::json;

    use super::*;
    use crate::{UsccFault, closed::LONGEST_WORD};

    fn is_snake_case(word: &str) -> bool {
        let permitted = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(permitted)
    }

    macro_rules! check_lists {
        ($($name:ident),+ $(,)?) => {$({
            let words: BTreeSet<_> = $name::WORDS.iter().collect();
            assert_eq!(words.len(), $name::ALL.len(), stringify!($name));
            for value in $name::ALL {
                let word = value.as_str();
                assert!(is_snake_case(word) && word.len() <= LONGEST_WORD, "{word}");
                assert_eq!(word.parse(), Ok(*value));
                assert_eq!(value.to_json(), Some(json!(word)));
                assert_eq!($name::parse_from_json(Some(json!(word))).unwrap(), *value);
                assert_eq!(Value::from(*value), Value::from(word));
                assert_eq!(<$name as ValueType>::try_from(word.into()).unwrap(), *value);
            }
            assert!("".parse::<$name>().is_err());
            assert!(<$name as ValueType>::try_from("unknown".into()).is_err());
            let mut registry = Registry::default();
            $name::register(&mut registry);
            assert_eq!(registry.schemas[stringify!($name)].enum_items.len(), words.len());
        })+};
    }

    #[test]
    fn every_list_has_one_word_everywhere() {
        check_lists!(
            AcceptanceKind,
            CancelReason,
            ChangeState,
            CloseCause,
            Channel,
            ContractFreight,
            ContractState,
            DeclineReason,
            DivisionRole,
            EventReason,
            Figure,
            FundSource,
            ImportDocumentState,
            ImportMode,
            ImportRowKind,
            ImportState,
            InquiryState,
            IntakeKind,
            InvitationState,
            JobState,
            LineKind,
            MailState,
            Measure,
            Mode,
            NoticeKind,
            NoticeLanguage,
            OnShort,
            OrderState,
            OrganisationKind,
            PictureKind,
            PictureSize,
            PriceSource,
            QuoteOrigin,
            QuoteState,
            RejectReason,
            RemitKind,
            ReturnFate,
            ReturnState,
            ReturnReason,
            Role,
            ShipmentState,
            StockReason,
            TerminationReason,
            ThingKind,
            UsccFault,
            VatClass,
        );
    }

    #[test]
    fn the_schema_explains_each_word() {
        let mut registry = Registry::default();
        Mode::register(&mut registry);
        let description = registry.schemas["Mode"].description.unwrap();
        assert!(description.contains("- `assisted_sale`: "), "{description}");
    }

    #[test]
    fn every_kind_of_organisation_has_its_role() {
        assert_eq!(OrganisationKind::School.role(), Role::Buyer);
        assert_eq!(OrganisationKind::SaleCounter.role(), Role::Retailer);
        assert_eq!(OrganisationKind::FamilyFarm.role(), Role::Supplier);
        assert_eq!(OrganisationKind::Office.role(), Role::Official);
    }
}
