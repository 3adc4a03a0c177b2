//! The published spec: it is the committed one, and nothing in it is left open.

use crate::support::contract::contract;
use serde_json::{Value, json};
use std::path::PathBuf;

const TO_MEND: &str = "run `cargo run -- openapi` and commit openapi/openapi.json";

#[test]
fn the_committed_spec_is_the_published_one() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let committed = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}; {TO_MEND}", path.display()));
    let published = yangpin::app::spec().unwrap();
    if committed != published {
        let at = committed.lines().zip(published.lines()).position(|(a, b)| a != b);
        panic!(
            "openapi/openapi.json differs from what is served, first at line {:?}; {TO_MEND}",
            at.map(|at| at + 1)
        );
    }
}

#[test]
fn the_spec_is_the_same_whenever_it_is_made() {
    assert_eq!(yangpin::app::spec().unwrap(), yangpin::app::spec().unwrap());
}

/// The framework brings an old reader of XML along, for bodies in XML. While no operation has one, nothing reaches it.
#[test]
fn no_operation_takes_or_gives_xml() {
    let spec = yangpin::app::spec().unwrap();
    for kind in ["\"application/xml", "\"text/xml", "+xml\""] {
        assert!(!spec.contains(kind), "{kind}");
    }
}

#[test]
fn the_style_guide_has_no_remark() {
    let remarks = yangpin::http::spec::remarks(&yangpin::app::spec().unwrap()).unwrap();
    assert!(remarks.is_empty(), "{remarks:#?}");
}

/// Every schema in a document, with where it stands.
pub fn each_schema(value: &Value, at: &str, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            if members.get("type").is_some_and(Value::is_string) {
                visit(at, value);
            }
            for (name, member) in members {
                if !["example", "examples", "default", "enum"].contains(&name.as_str()) {
                    each_schema(member, &format!("{at}/{name}"), visit);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_schema(item, &format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}

#[test]
fn every_text_list_and_number_is_bounded_and_no_float_is_there() {
    let mut open = Vec::new();
    each_schema(contract().spec(), "", &mut |at, schema| {
        // A file is as long as it is; the edge bounds its bytes.
        let is_file = schema["format"] == "binary" || ["/content/text/", "/content/application/jsonl"].iter().any(|of| at.contains(of));
        if at.contains("/securitySchemes/") || is_file {
            return;
        }
        let has = |name: &str| schema.get(name).is_some();
        let bounded = match schema["type"].as_str().unwrap() {
            "string" => has("maxLength") || has("enum"),
            "array" => has("maxItems"),
            "integer" => has("minimum") && has("maximum"),
            "number" => false,
            "object" => has("properties") || has("maxProperties") || schema["additionalProperties"] == false,
            _ => true,
        };
        if !bounded {
            open.push(at.to_owned());
        }
    });
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    let operations = contract().operations();
    assert!(operations.len() >= 12, "{}", operations.len());
    let mut remarks = Vec::new();
    for operation in &operations {
        let mut remark = |holds: bool, what: &str| {
            if !holds {
                remarks.push(format!("{}: {what}", operation.id));
            }
        };
        let value = &operation.value;
        let responses = value["responses"].as_object().unwrap();
        let problems = |status: &str| responses.contains_key(status);
        remark(
            problems("400") && problems("500") && problems("503") && problems("429"),
            "a common problem is not listed",
        );
        let secured = value["security"].as_array().is_some_and(|list| !list.is_empty());
        remark(secured, "open to strangers");
        remark(problems("401") && problems("403"), "401 or 403 is not listed");
        let parameters = value["parameters"].as_array().cloned().unwrap_or_default();
        let takes = |place: &str, name: &str| parameters.iter().any(|one| one["in"] == place && one["name"] == name);
        remark(problems("404"), "404 is not listed");
        if operation.method == poem::http::Method::POST && !operation.path.ends_with("/dry-run") {
            // A condition on the version makes a second time as harmless as a key does.
            let safe_to_repeat = takes("header", "Idempotency-Key") || takes("header", "If-Match");
            remark(safe_to_repeat, "neither Idempotency-Key nor If-Match");
        }
        if operation.method == poem::http::Method::PATCH {
            remark(takes("header", "If-Match") && problems("412") && problems("428"), "no If-Match");
        }
        if operation.id.starts_with("list_") {
            remark(takes("query", "limit") && takes("query", "cursor"), "a list without pages");
        }
        remark(responses.keys().any(|status| status.starts_with('2')), "no way to succeed");
    }
    assert!(remarks.is_empty(), "{remarks:#?}");
    let mut ids: Vec<&str> = operations.iter().map(|operation| operation.id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), operations.len(), "two operations of one id");
}

#[test]
fn every_body_that_is_asked_for_has_an_example_that_can_be_sent() {
    let mut without = Vec::new();
    for operation in contract().operations() {
        let Some(media) = operation.value["requestBody"]["content"].get("application/json") else {
            continue;
        };
        match example_of(media) {
            None => without.push(operation.id),
            Some(example) => contract().hold_value(&media["schema"], &example, &operation.id),
        }
    }
    assert!(without.is_empty(), "no example: {without:?}");
}

/// The example of a media type, its own or its schema's.
pub fn example_of(media: &Value) -> Option<Value> {
    let mut schema = &media["schema"];
    if let Some(reference) = schema["$ref"].as_str() {
        schema = contract().spec().pointer(reference.trim_start_matches('#'))?;
    }
    [&media["example"], &schema["example"]]
        .into_iter()
        .find(|one| !one.is_null())
        .cloned()
}

#[test]
fn a_member_that_may_be_absent_is_nullable_or_left_out() {
    // What a service leaves out where it is none need not be nullable; the rest is sent as null, so it must be.
    // Every answer of every test is held to the spec, which catches the rest; here: no request body is left open.
    for operation in contract().operations() {
        let schema = &operation.value["requestBody"]["content"]["application/json"]["schema"];
        let Some(reference) = schema["$ref"].as_str() else { continue };
        let schema = contract().spec().pointer(reference.trim_start_matches('#')).unwrap();
        assert_eq!(schema["additionalProperties"], json!(false), "{}", operation.id);
    }
}
