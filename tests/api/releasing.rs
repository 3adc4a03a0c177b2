//! What was released goes on working: `openapi/released.json` is the document of the last release, and nothing that a
//! client of it relies on may change while `info.version` stays. What changed is told in `openapi/CHANGES.md`; a release
//! is made with `yangpin openapi --to openapi/released.json`.

use crate::support::breaks::breaks;
use serde_json::{Value, json};
use std::path::PathBuf;

fn released() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi/released.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

#[test]
fn what_was_released_goes_on_working() {
    let (old, new): (Value, Value) = (released(), serde_json::from_str(&yangpin::app::spec().unwrap()).unwrap());
    if old["info"]["version"] == new["info"]["version"] {
        let found = breaks(&old, &new);
        assert!(
            found.is_empty(),
            "this breaks clients; leave it, or raise the version and say so in openapi/CHANGES.md: {found:#?}"
        );
    }
}

/// The value at a pointer, which must be there.
fn at<'v>(document: &'v mut Value, pointer: &str) -> &'v mut Value {
    document.pointer_mut(pointer).unwrap_or_else(|| panic!("nothing at {pointer}"))
}

fn remove(document: &mut Value, pointer: &str, name: &str) {
    let gone = at(document, pointer).as_object_mut().unwrap().remove(name);
    assert!(gone.is_some(), "no {name} at {pointer}");
}

const PLACE: &str = "/paths/~1v1~1orders/post";
const LIST: &str = "/paths/~1v1~1orders/get";
const ASKED: &str = "/components/schemas/OrderInput";
const ANSWERED: &str = "/components/schemas/OrderBody";

type Seed = (&'static str, fn(&mut Value));

const BREAKING: [Seed; 13] = [
    ("the operation is gone", |spec| remove(spec, "/paths/~1v1~1orders", "post")),
    ("the status is gone", |spec| remove(spec, &format!("{PLACE}/responses"), "201")),
    ("the media type is gone", |spec| {
        remove(spec, "/paths/~1v1~1orders~1export/get/responses/200/content", "text/csv");
    }),
    ("/order_no: the field is gone", |spec| {
        remove(spec, &format!("{ANSWERED}/properties"), "order_no");
    }),
    ("/order_no: the field may be left out", |spec| {
        at(spec, &format!("{ANSWERED}/required"))
            .as_array_mut()
            .unwrap()
            .retain(|name| name != "order_no");
    }),
    ("/order_no: null", |spec| {
        at(spec, &format!("{ANSWERED}/properties/order_no"))["nullable"] = json!(true);
    }),
    ("\"supermarket\" is not taken any more", |spec| {
        at(spec, "/components/schemas/Channel/enum")
            .as_array_mut()
            .unwrap()
            .retain(|value| value != "supermarket");
    }),
    ("/gift: the field must be given", |spec| {
        at(spec, &format!("{ASKED}/properties"))["gift"] = json!({"type": "boolean"});
        at(spec, &format!("{ASKED}/required")).as_array_mut().unwrap().push(json!("gift"));
    }),
    ("limit must be given", |spec| {
        let parameters = at(spec, &format!("{LIST}/parameters")).as_array_mut().unwrap();
        parameters.iter_mut().find(|one| one["name"] == "limit").unwrap()["required"] = json!(true);
    }),
    ("/external_order_no: the pattern is another", |spec| {
        at(spec, &format!("{ASKED}/properties/external_order_no"))["pattern"] = json!("^[0-9]+$");
    }),
    ("/external_order_no: maxLength", |spec| {
        at(spec, &format!("{ASKED}/properties/external_order_no"))["maxLength"] = json!(20);
    }),
    ("/order_no: maxLength", |spec| {
        at(spec, &format!("{ANSWERED}/properties/order_no"))["maxLength"] = json!(80);
    }),
    ("/amount: the type is another", |spec| {
        at(spec, &format!("{ANSWERED}/properties/amount"))["type"] = json!("number");
    }),
];

const HARMLESS: [Seed; 5] = [
    ("a new operation", |spec| {
        let one = at(spec, "/paths/~1v1~1orders").clone();
        at(spec, "/paths")["/v1/gifts"] = one;
    }),
    ("a field that may be sent", |spec| {
        at(spec, &format!("{ASKED}/properties"))["gift"] = json!({"type": "boolean"});
    }),
    ("a field more in an answer", |spec| {
        at(spec, &format!("{ANSWERED}/properties"))["gift"] = json!({"type": "boolean"});
    }),
    ("a longer text may be sent", |spec| {
        at(spec, &format!("{ASKED}/properties/external_order_no"))["maxLength"] = json!(100);
    }),
    ("a value more", |spec| {
        at(spec, "/components/schemas/Channel/enum")
            .as_array_mut()
            .unwrap()
            .push(json!("gift"));
    }),
];

#[test]
fn seeded_breaks_are_found_and_growth_is_none() {
    let old: Value = serde_json::from_str(&yangpin::app::spec().unwrap()).unwrap();
    assert_eq!(breaks(&old, &old), Vec::<String>::new());
    for (what, seed) in BREAKING {
        let mut new = old.clone();
        seed(&mut new);
        let found = breaks(&old, &new);
        assert!(found.iter().any(|one| one.contains(what)), "{what} was not found in {found:?}");
        println!("red: {what} ({} places)", found.len());
    }
    for (what, seed) in HARMLESS {
        let mut new = old.clone();
        seed(&mut new);
        assert_eq!(breaks(&old, &new), Vec::<String>::new(), "{what}");
    }
}
