//! Published samples of identifiers, sound and damaged.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use entity::{Fault, Gtin, Uscc, UsccFault};
use serde_json::Value;

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap())
}

fn uscc_samples() -> Value {
    serde_json::from_str(include_str!("data/uscc.json")).unwrap()
}

fn gtin_samples() -> Value {
    serde_json::from_str(include_str!("data/gtin.json")).unwrap()
}

#[test]
fn sound_credit_codes_have_no_fault() {
    let samples = uscc_samples();
    let mut tested = 0;
    for text in texts(&samples["valid"]) {
        let code: Uscc = text.parse().unwrap();
        assert_eq!(code.faults(), [], "{text}");
        assert_eq!(code.to_string(), text);
        tested += 1;
    }
    assert_eq!(tested, 200);
}

#[test]
fn damaged_credit_codes_are_refused_or_warned_about() {
    let samples = uscc_samples();
    let damaged = samples["invalid"].as_array().unwrap();
    assert_eq!(damaged.len(), 110);
    for sample in damaged {
        let (kind, text) = (sample[0].as_str().unwrap(), sample[1].as_str().unwrap());
        match (kind, text.parse::<Uscc>()) {
            ("check_digit" | "transposition", Ok(code)) => {
                assert!(code.faults().contains(&UsccFault::CheckDigit), "{text}");
            }
            ("length", Err(refused)) => {
                let expected = [Fault::TooShort(18), Fault::TooLong(18)];
                assert!(expected.contains(&refused.fault()), "{text}");
            }
            ("letter_I_O_S_V_Z" | "lower_case" | "full_width", Err(refused)) => {
                assert_eq!(refused.fault(), Fault::Characters, "{text}");
            }
            (_, outcome) => panic!("{kind} {text}: {outcome:?}"),
        }
    }
}

#[test]
fn each_check_digit_is_named_by_itself() {
    let organisations = [
        "91610723MA6YX0017B",
        "93610723MA6YX00250",
        "11320682014150034K",
        "12320682468500043J",
        "91320682MA1R000543",
    ];
    for text in organisations {
        let code: Uscc = text.parse().unwrap();
        assert_eq!(code.faults(), [], "{text}");
    }
    // Position 2 is outside the organisation code; positions 9 to 16 are inside both checks.
    let outer: Uscc = "92610723MA6YX0017B".parse().unwrap();
    assert_eq!(outer.faults(), [UsccFault::CheckDigit]);
    let both: Uscc = "91610723MA6YX0027B".parse().unwrap();
    assert_eq!(both.faults(), [UsccFault::CheckDigit, UsccFault::OrganisationCheckDigit]);
    assert_eq!(outer.division(), "610723");
}

#[test]
fn bar_codes_hold_their_check_digit() {
    let samples = gtin_samples();
    for text in texts(&samples["valid"]) {
        assert_eq!(text.parse::<Gtin>().unwrap().as_str(), text);
    }
    for text in texts(&samples["invalid"]) {
        assert!(text.parse::<Gtin>().is_err(), "{text}");
    }
}

#[test]
fn store_weighed_goods_are_not_global() {
    let global = |text: &str| text.parse::<Gtin>().unwrap().is_global();
    assert!(!global("2012345678903"));
    assert!(!global("2912345678906"));
    assert!(global("7501031311309"));
    assert!(global("02345673"));
    assert_eq!("02345673".parse::<Gtin>().unwrap().to_gtin14(), "00000002345673");
}
