//! What the words of closed lists are called in the sentence of a problem: as people say them, with the word itself behind,
//! since that is what they have to write. In English the word speaks for itself.

use super::language::Language;
use entity::{
    Called, ChangeState, Channel, ContractState, DivisionRole, FundSource, ImportState, InquiryState, InvitationState, JobState,
    OrderState, QuoteState, RejectReason, RemitKind, ReturnReason, ReturnState, Role, ShipmentState, StockReason,
};
use std::str::FromStr;

/// The value of that name in Chinese; nothing for what is no word of a list.
pub(super) fn in_chinese(name: &str, value: &str) -> Option<String> {
    match name {
        "channel" => called::<Channel>(value),
        "fund_source" => called::<FundSource>(value),
        "allowed" => {
            let each = value
                .split(", ")
                .map(|word| called::<Channel>(word).or_else(|| called::<FundSource>(word)));
            each.collect::<Option<Vec<_>>>().map(|all| all.join("、"))
        }
        "roles" => {
            let each = value.split(", ").map(called::<Role>);
            each.collect::<Option<Vec<_>>>().map(|all| all.join("、"))
        }
        "role" => called::<Role>(value).or_else(|| called::<DivisionRole>(value)),
        "kind" => called::<RemitKind>(value),
        "reason" => called::<StockReason>(value)
            .or_else(|| called::<RejectReason>(value))
            .or_else(|| called::<ReturnReason>(value)),
        _ => None,
    }
}

/// What the state of such a thing is called.
pub(super) fn state(of: &str, word: &str, language: Language) -> Option<&'static str> {
    match of {
        "agreement" => language
            .call_word::<ContractState>(word)
            .or_else(|| language.call_word::<QuoteState>(word)),
        "change" => language.call_word::<ChangeState>(word),
        "contract" => language.call_word::<ContractState>(word),
        "import" => language.call_word::<ImportState>(word),
        "inquiry" => language.call_word::<InquiryState>(word),
        "invitation" => language.call_word::<InvitationState>(word),
        "job" => language.call_word::<JobState>(word),
        "order" => language.call_word::<OrderState>(word),
        "quote" => language.call_word::<QuoteState>(word),
        "return" => language.call_word::<ReturnState>(word),
        "shipment" => language.call_word::<ShipmentState>(word),
        _ => None,
    }
}

fn called<T: Called + FromStr>(word: &str) -> Option<String> {
    let called = Language::Zh.call_word::<T>(word)?;
    Some(format!("{called}（{word}）"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_called_what_people_call_it() {
        assert_eq!(in_chinese("channel", "market"), called::<Channel>("market"));
        assert!(in_chinese("channel", "market").is_some_and(|said| said.ends_with("（market）")));
        let allowed = in_chinese("allowed", "market, online").unwrap();
        assert!(allowed.contains('、') && allowed.ends_with("（online）"), "{allowed}");
        assert_eq!(in_chinese("sku", "market"), None);
        assert_eq!(in_chinese("reason", "no such"), None);
    }
}
