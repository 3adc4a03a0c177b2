//! The published spec in the forms that generators of clients take rightly: rules held on the document itself, so that
//! they hold for the next operation as well. `.ci/clients` runs the generators.

use crate::openapi::{each_schema, example_of};
use crate::support::contract::contract;
use serde_json::Value;
use std::collections::BTreeSet;

/// The answers that call the thing itself `id`, and go on doing so; every later one says `order_id`.
const OF_OLD: [&str; 14] = [
    "AcceptanceBody",
    "ChangeBody",
    "ContractPartyBody",
    "InquiryBody",
    "JobBody",
    "NoticeThingBody",
    "OrderBody",
    "OrderLineBody",
    "PartyBody",
    "PlacedOrderBody",
    "QuoteBody",
    "ReturnBody",
    "ShipmentBody",
    "ThingBody",
];

fn schemas() -> impl Iterator<Item = (&'static String, &'static Value)> {
    contract().spec()["components"]["schemas"].as_object().unwrap().iter()
}

/// Every object of the document, schema or not, with where it stands; examples aside.
fn each_object(value: &Value, at: &str, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            visit(at, value);
            let parts = members
                .iter()
                .filter(|(name, _)| !["example", "examples", "enum"].contains(&name.as_str()));
            parts.for_each(|(name, member)| each_object(member, &format!("{at}/{name}"), visit));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| each_object(item, &format!("{at}/{index}"), visit)),
        _ => {}
    }
}

/// Where a rule is broken.
fn breaches(holds: impl Fn(&str, &Value) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    each_object(contract().spec(), "", &mut |at, value| {
        if !holds(at, value) {
            found.push(at.to_owned());
        }
    });
    found
}

#[test]
fn a_reference_stands_alone_and_objects_alone_are_joined() {
    let is_object = |part: &Value| part["$ref"].is_string() || part["type"] == "object";
    let found = breaches(|_, value| {
        let parts = value["allOf"].as_array();
        parts.is_none_or(|parts| parts.len() == 1 || parts.iter().all(is_object))
    });
    assert!(found.is_empty(), "an allOf of a thing and of words: {found:#?}");
    let found = breaches(|_, value| value["$ref"].is_null() || value.as_object().is_some_and(|members| members.len() == 1));
    assert!(found.is_empty(), "words beside a $ref, which nobody reads: {found:#?}");
}

/// What may be null is the thing by its name: a copy in place would be another type to every client.
#[test]
fn no_schema_is_written_out_in_place() {
    let mut found = Vec::new();
    each_schema(contract().spec(), "", &mut |at, schema| {
        let is_named = at.strip_prefix("/components/schemas/").is_some_and(|rest| !rest.contains('/'));
        let is_thing = schema["properties"].is_object() || schema["enum"].is_array();
        // An object joined to another is no copy of one.
        if is_thing && !is_named && !at.contains("/allOf/") {
            found.push(at.to_owned());
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_object_says_what_is_in_it() {
    let mut found = Vec::new();
    each_schema(contract().spec(), "", &mut |at, schema| {
        let says = schema["properties"].is_object() || schema["additionalProperties"].is_object() || schema["oneOf"].is_array();
        if schema["type"] == "object" && !says {
            found.push(at.to_owned());
        }
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn names_are_no_generator_s_own() {
    let names: BTreeSet<&str> = schemas().map(|(name, _)| name.as_str()).collect();
    let taken: Vec<&&str> = names
        .iter()
        .filter(|name| name.strip_prefix("New").is_some_and(|rest| rest.starts_with(char::is_uppercase)))
        .collect();
    assert!(taken.is_empty(), "call what is asked for XInput: {taken:?}");
    let title = contract().spec()["info"]["title"].as_str().unwrap();
    assert!(title.is_ascii(), "{title} becomes the name of a package");
    let mut values = BTreeSet::new();
    for (name, schema) in schemas().filter(|(_, schema)| schema["enum"].is_array()) {
        let names = schema["x-enum-varnames"]
            .as_array()
            .unwrap_or_else(|| panic!("{name}: no names of its values"));
        assert_eq!(names.len(), schema["enum"].as_array().unwrap().len(), "{name}");
        for value in names {
            assert!(values.insert(value.as_str().unwrap()), "{name}: {value} twice");
        }
    }
}

#[test]
fn new_answers_name_the_thing_by_what_it_is() {
    let with_id = schemas().filter(|(_, schema)| schema["properties"]["id"].is_object());
    let new: Vec<&String> = with_id
        .map(|(name, _)| name)
        .filter(|name| !OF_OLD.contains(&name.as_str()))
        .collect();
    assert!(new.is_empty(), "say order_id, not id: {new:?}");
}

#[test]
fn a_text_is_a_text_and_bytes_have_no_length_in_characters() {
    let found = breaches(|at, value| {
        let of_text = at.contains("/content/text/") || at.contains("/content/application/jsonl");
        value["format"] != "binary" || (value["maxLength"].is_null() && !of_text)
    });
    assert!(found.is_empty(), "{found:#?}");
}

/// A client that knows no spreadsheets can still send one, as bytes.
#[test]
fn every_file_can_be_sent_as_bytes() {
    for operation in contract().operations() {
        let Some(content) = operation.value["requestBody"]["content"].as_object() else {
            continue;
        };
        let fits = content.contains_key("application/json") || content.contains_key("application/octet-stream");
        assert!(fits, "{}: {:?}", operation.id, content.keys());
        // One generator leaves a body out if it has a media type that it was not told of.
        let told = include_str!("../../.ci/clients_python.yaml");
        let known = |media: &str| media == "application/json" || media == "application/octet-stream" || media.starts_with("text/");
        let untold = content
            .keys()
            .find(|media| !known(media) && !told.contains(&format!("  {media}: ")));
        assert_eq!(untold, None, "{}, in .ci/clients_python.yaml", operation.id);
    }
}

#[test]
fn every_tag_has_operations_and_every_operation_a_known_tag() {
    let names = |list: &Value, name: fn(&Value) -> &Value| -> BTreeSet<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|one| name(one).as_str().unwrap().to_owned()).collect()
    };
    let known = names(&contract().spec()["tags"], |tag| &tag["name"]);
    let used: BTreeSet<String> = contract()
        .operations()
        .iter()
        .flat_map(|operation| names(&operation.value["tags"], |tag| tag))
        .collect();
    assert_eq!(known, used);
}

#[test]
fn nothing_that_may_be_left_out_has_a_default() {
    // Generators take what has a default for something that is always there.
    let found = breaches(|at, value| !at.contains("/properties/") || value["default"].is_null());
    assert!(found.is_empty(), "{found:#?}");
}

/// A word that says what kind of thing or of reason something is comes from a closed list, or it is people's own words.
/// Only kinds of jobs are open: a service of another version, on the same database, may have others.
#[test]
fn kinds_and_states_are_closed_sets() {
    let mut open = Vec::new();
    for (name, schema) in schemas() {
        for word in ["kind", "state", "status", "reason", "ended_reason"] {
            let property = &schema["properties"][word];
            let longest = property["maxLength"].as_u64().unwrap_or_default();
            let is_job = (name.as_str(), word) == ("JobBody", "kind");
            if property["type"] == "string" && property["enum"].is_null() && longest < 120 && !is_job {
                open.push(format!("{name}.{word}"));
            }
        }
    }
    assert!(open.is_empty(), "{open:#?}");
}

#[test]
fn every_answer_in_json_has_an_example_that_could_be_one() {
    let mut without = Vec::new();
    for operation in contract().operations() {
        for (status, answer) in operation.value["responses"].as_object().unwrap() {
            let media = &answer["content"]["application/json"];
            if !status.starts_with('2') || media.is_null() {
                continue;
            }
            match example_of(media) {
                None => without.push(format!("{} {status}", operation.id)),
                Some(example) => contract().hold_value(&media["schema"], &example, &operation.id),
            }
        }
    }
    assert!(without.is_empty(), "a word is missing in src/http/spec/examples.toml: {without:#?}");
}

/// A file of bytes has none that anybody could read; a text begins as its example does.
#[test]
fn every_answer_that_is_a_text_has_an_example() {
    let mut without = Vec::new();
    for operation in contract().operations() {
        for (status, answer) in operation.value["responses"].as_object().unwrap() {
            let media = answer["content"].as_object().into_iter().flatten();
            for (media, value) in media.filter(|(media, _)| media.starts_with("text/") || *media == "application/jsonl") {
                if !value["example"].is_string() {
                    without.push(format!("{} {status} {media}", operation.id));
                }
            }
        }
    }
    assert!(without.is_empty(), "a text is missing in src/http/spec/examples.toml: {without:#?}");
}
