use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use entity::{
    ChangeState, ContractState, ImportState, InquiryState, InvitationState, JobState, OrderState, QuoteState, ReturnState, ShipmentState,
};

/// Kinds that the framework side raises, some of them only in rooms yet to be written.
const FRAMEWORK: [&str; 8] = [
    "several_faults",
    "too_many_faults",
    "internal",
    "unavailable",
    "request_in_progress",
    "idempotency_key_reused",
    "cursor_of_other_epoch",
    "key_revoked",
];

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

#[test]
fn every_kind_says_itself_in_both_languages() {
    let parsed: Result<BTreeMap<String, Kind>, _> = toml::from_str(include_str!("problems.toml"));
    for (slug, kind) in parsed.unwrap() {
        assert!((400..600).contains(&kind.status), "{slug}");
        assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{slug}");
        for words in [&kind.title, &kind.detail] {
            assert!(!words.zh.trim().is_empty() && !words.en.trim().is_empty(), "{slug}");
            assert_eq!(placeholders(&words.zh), placeholders(&words.en), "{slug}");
        }
    }
}

#[test]
fn every_state_is_said_in_chinese() {
    let agreements = [ContractState::WORDS, QuoteState::WORDS].concat();
    let lists = BTreeMap::from([
        ("agreement_closed", agreements.as_slice()),
        ("change_decided", ChangeState::WORDS),
        ("contract_state", ContractState::WORDS),
        ("import_state", ImportState::WORDS),
        ("inquiry_answered", InvitationState::WORDS),
        ("inquiry_state", InquiryState::WORDS),
        ("job_ended", JobState::WORDS),
        ("order_state", OrderState::WORDS),
        ("quote_state", QuoteState::WORDS),
        ("shipment_state", ShipmentState::WORDS),
        ("return_state", ReturnState::WORDS),
    ]);
    for (slug, kind) in kinds() {
        let list = lists.get(slug.as_str()).copied().unwrap_or_default();
        assert_eq!(
            (kind.state_of.is_some(), kind.tells("state")),
            (!list.is_empty(), !list.is_empty()),
            "{slug}"
        );
        for word in list {
            let of = kind.state_of.as_deref().unwrap();
            assert!(codes::state(of, word, Language::Zh).is_some(), "{slug} {word}");
        }
    }
    let said = |language| words("shipment_state", [("state", "partly_accepted")].into_iter(), language);
    assert_eq!(said(Language::Zh), "发货单的状态为“部分验收”，不能进行这项操作。");
    assert_eq!(said(Language::En), "The shipment is partly accepted; this cannot be done to it.");
}

/// All Rust sources under `folder`, one after the other.
fn sources_under(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources_under(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !["problem_tests.rs", "problem_table_tests.rs"]
                .iter()
                .any(|name| path.ends_with(name))
        {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn kinds_and_code_agree() {
    let mut sources = String::new();
    sources_under(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    let makers = ["Fault::of(\"", "Refusal::fault(\""];
    let raised = makers
        .iter()
        .flat_map(|maker| sources.split(maker).skip(1))
        .filter_map(|rest| rest.split('"').next());
    let strangers: BTreeSet<&str> = raised.filter(|slug| !kinds().contains_key(*slug)).collect();
    assert!(strangers.is_empty(), "raised but not in problems.toml: {strangers:?}");
    // A room may keep its slugs in a table, so any mention in quotes counts as use.
    let used = |slug: &&String| FRAMEWORK.contains(&slug.as_str()) || sources.contains(&format!("\"{slug}\""));
    let idle: Vec<&String> = kinds().keys().filter(|slug| !used(slug)).collect();
    assert!(idle.is_empty(), "in problems.toml but never raised: {idle:?}");
}

#[test]
fn the_most_severe_rule_gives_the_status() {
    let status = |slugs: &[&'static str]| {
        let faults: Vec<Fault> = slugs.iter().map(|slug| Fault::of(slug)).collect();
        status_of(&Refusal::from(faults)).as_u16()
    };
    assert_eq!(status(&["idempotency_key_reused", "request_in_progress"]), 409);
    assert_eq!(status(&["precondition_failed", "missing_field", "not_found"]), 404);
    assert_eq!(status(&["forbidden", "unauthenticated"]), 401);
    assert_eq!(status(&["missing_field", "rate_limited"]), 429);
    assert_eq!(status(&[]), 500);
}

#[test]
fn one_fault_speaks_for_itself_many_are_counted() {
    let missing = || Fault::of("missing_field").with("name", "sku").at("/lines/0/sku");
    let one = Problem::of(&missing().into(), Language::En, Some("req-1"));
    assert_eq!(
        (one.kind.as_str(), one.detail.as_str()),
        ("/problems/missing_field", "The required field sku is missing.")
    );
    let alike = Problem::of(&vec![missing(), missing()].into(), Language::En, None);
    assert_eq!(
        (alike.kind.as_str(), alike.detail.as_str()),
        ("/problems/missing_field", "2 faults were found, see errors.")
    );
    let mixed = Problem::of(&vec![missing(), Fault::of("forbidden")].into(), Language::Zh, None);
    assert_eq!((mixed.kind.as_str(), mixed.status), ("/problems/several_faults", 403));
    assert_eq!(mixed.errors[0].pointer, "/lines/0/sku");
    let flood = Problem::of(&vec![missing(); 250].into(), Language::En, None);
    assert_eq!((flood.kind.as_str(), flood.errors.len()), ("/problems/too_many_faults", 100));
    assert!(flood.detail.contains("250"));
}

#[test]
fn who_lacks_a_permission_hears_which() {
    let problem = Problem::of(&Fault::of("forbidden").with("permission", "unit").into(), Language::En, None);
    assert_eq!(problem.permission.as_deref(), Some("unit"));
    assert_eq!(problem.detail, "This needs the permission unit, which this key does not have.");
    let plain = Problem::of(&Refusal::fault("forbidden"), Language::Zh, None);
    assert_eq!((plain.permission, plain.detail.as_str()), (None, "当前密钥没有进行此操作的权限。"));
}

#[test]
fn what_broke_stays_with_us() {
    let problem = Problem::of(&Refusal::broken("password=hunter2"), Language::En, Some("req-1"));
    let text = serde_json::to_string(&problem).unwrap();
    assert!(!text.contains("hunter2") && text.contains("req-1") && problem.errors.is_empty());
}

#[test]
fn headers_follow_the_fault() {
    let header = |refusal: Refusal, name: &str| render(&refusal, Language::En, None).header(name).unwrap_or_default().to_owned();
    assert_eq!(header(Refusal::fault("unauthenticated"), "www-authenticate"), "Bearer");
    assert_eq!(header(Refusal::Unavailable { retry_after_s: 3 }, "retry-after"), "3");
    assert_eq!(
        header(Fault::of("method_not_allowed").with("allow", "GET, HEAD").into(), "allow"),
        "GET, HEAD"
    );
    assert_eq!(header(Refusal::fault("forbidden"), "content-language"), "en");
    assert_eq!(header(Refusal::fault("forbidden"), "content-type"), CONTENT_TYPE);
}
