//! Schemas: bounded everywhere, closed where a request is read, in the words of OpenAPI 3.0 only.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::for_each_operation;
use crate::http::shape::VISIBLE;

/// The longest text where nothing else is said.
const MAX_TEXT_CHARS: u64 = 4000;
/// The longest list where nothing else is said.
const MAX_LIST_ITEMS: u64 = 1000;
/// The most members of an open object.
const MAX_MEMBERS: u64 = 100;
/// 2^53 - 1: beyond it, JavaScript reads another number than we wrote.
const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// Any text without U+0000; said because PostgreSQL cannot store it and the edge refuses it.
pub const ANY_TEXT: &str = "^[^\\u0000]*$";
/// Formats of strings that OpenAPI 3.0 tools know.
const STRING_FORMATS: [&str; 8] = ["binary", "byte", "date", "date-time", "email", "password", "uri", "uuid"];

/// Corrects every schema in the document, wherever it stands.
pub fn tidy_everywhere(value: &mut Value) {
    match value {
        Value::Object(members) => {
            rename_media_type(members);
            if members.get("deprecated") == Some(&json!(false)) {
                members.remove("deprecated");
            }
            for (name, member) in members.iter_mut() {
                match name.as_str() {
                    "schema" => tidy(member),
                    "schemas" => member.as_object_mut().into_iter().flatten().for_each(|(_, schema)| tidy(schema)),
                    "example" | "examples" => {}
                    _ => tidy_everywhere(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy_everywhere),
        _ => {}
    }
}

/// A media type's parameters are no part of its name in a spec; generators trip over them.
fn rename_media_type(members: &mut Map<String, Value>) {
    if let Some(content) = members.remove("application/json; charset=utf-8") {
        members.insert("application/json".to_owned(), content);
    }
}

fn tidy(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    for bound in ["minimum", "maximum", "multipleOf"] {
        if let Some(number) = members.get(bound).and_then(whole) {
            members.insert(bound.to_owned(), json!(number));
        }
    }
    if members.get("deprecated") == Some(&json!(false)) {
        members.remove("deprecated");
    }
    match members.get("type").and_then(Value::as_str) {
        Some("string") => tidy_string(members),
        Some("integer") => tidy_integer(members),
        Some("array") => put_default(members, "maxItems", json!(MAX_LIST_ITEMS)),
        Some("object") if members.get("additionalProperties").is_some_and(Value::is_object) => {
            put_default(members, "maxProperties", json!(MAX_MEMBERS));
        }
        _ => {}
    }
    for (name, member) in members.iter_mut() {
        match name.as_str() {
            "properties" => member.as_object_mut().into_iter().flatten().for_each(|(_, part)| tidy(part)),
            "items" | "additionalProperties" => tidy(member),
            "allOf" | "anyOf" | "oneOf" => member.as_array_mut().into_iter().flatten().for_each(tidy),
            _ => {}
        }
    }
}

fn tidy_string(members: &mut Map<String, Value>) {
    let format = members.get("format").and_then(Value::as_str).map(str::to_owned);
    match format.as_deref() {
        Some("naive-date") => {
            members.insert("format".to_owned(), json!("date"));
        }
        Some("visible") => {
            members.remove("format");
            members.insert(VISIBLE.to_owned(), json!(true));
        }
        Some(format) if !STRING_FORMATS.contains(&format) => {
            members.remove("format");
        }
        _ => {}
    }
    if members.contains_key("enum") {
        return;
    }
    let format = members.get("format").and_then(Value::as_str);
    let longest = match format {
        Some("uuid") => 36,
        // A length counts characters, and bytes have none.
        Some("binary") => return,
        Some("date") => 10,
        Some("date-time") => 40,
        _ => MAX_TEXT_CHARS,
    };
    if format.is_none() {
        put_default(members, "pattern", json!(ANY_TEXT));
    }
    put_default(members, "maxLength", json!(longest));
}

/// Formats and bounds of whole numbers: OpenAPI knows `int32` and `int64` only.
fn tidy_integer(members: &mut Map<String, Value>) {
    let (format, minimum, maximum) = match members.get("format").and_then(Value::as_str) {
        Some("int8") => ("int32", i64::from(i8::MIN), i64::from(i8::MAX)),
        Some("int16") => ("int32", i64::from(i16::MIN), i64::from(i16::MAX)),
        Some("int32") => ("int32", i64::from(i32::MIN), i64::from(i32::MAX)),
        Some("uint8") => ("int32", 0, i64::from(u8::MAX)),
        Some("uint16") => ("int32", 0, i64::from(u16::MAX)),
        Some("uint32") => ("int64", 0, i64::from(u32::MAX)),
        Some("uint64") => ("int64", 0, MAX_SAFE_INTEGER),
        _ => ("int64", -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER),
    };
    members.insert("format".to_owned(), json!(format));
    put_default(members, "minimum", json!(minimum));
    put_default(members, "maximum", json!(maximum));
}

fn put_default(members: &mut Map<String, Value>, name: &str, value: Value) {
    members.entry(name).or_insert(value);
}

/// `100.0` as `100`; none for what is not whole, or is an integer already.
fn whole(value: &Value) -> Option<i64> {
    if value.is_i64() || value.is_u64() {
        return None;
    }
    // Through its text: `100.0`, which avoids judging a cast.
    value.as_f64().map(|number| format!("{number}")).and_then(|text| text.parse().ok())
}

/// Says of every object that a request body can hold that it has no other members, as `deny_unknown_fields` does.
pub fn close_requests(spec: &mut Value) {
    let mut waiting: Vec<String> = Vec::new();
    for_each_operation(spec, |_, operation| {
        // Indexing a mutable value makes what is not there, so the way down is a pointer.
        let content = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut);
        for schema in content.into_iter().flatten().filter_map(|(_, media)| media.get_mut("schema")) {
            close(schema, true, &mut waiting);
        }
    });
    let mut seen = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let schema = spec.pointer_mut("/components/schemas").and_then(|schemas| schemas.get_mut(&name));
        if let Some(schema) = schema.filter(|_| seen.insert(name)) {
            close(schema, true, &mut waiting);
        }
    }
}

/// Closes one schema, and puts the components it refers to on the list.
///
/// Of an `allOf` that joins several objects none may be closed: each would refuse the others' members.
fn close(schema: &mut Value, may_close: bool, waiting: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        if may_close {
            waiting.extend(reference.rsplit('/').next().map(str::to_owned));
        }
        return;
    }
    let Some(members) = schema.as_object_mut() else { return };
    let is_object = members.get("type") == Some(&json!("object"));
    let is_union = ["allOf", "anyOf", "oneOf"].iter().any(|name| members.contains_key(*name));
    if may_close && is_object && !is_union {
        members.entry("additionalProperties").or_insert(json!(false));
    }
    let parts = members.get("allOf").and_then(Value::as_array);
    let joined = parts
        .into_iter()
        .flatten()
        .filter(|part| part["$ref"].is_string() || part["properties"].is_object());
    let alone = joined.count() < 2;
    for (name, member) in members.iter_mut() {
        match name.as_str() {
            "properties" => {
                let parts = member.as_object_mut().into_iter().flatten();
                parts.for_each(|(_, part)| close(part, true, waiting));
            }
            "items" | "additionalProperties" => close(member, true, waiting),
            "allOf" => member
                .as_array_mut()
                .into_iter()
                .flatten()
                .for_each(|part| close(part, alone, waiting)),
            "anyOf" | "oneOf" => member
                .as_array_mut()
                .into_iter()
                .flatten()
                .for_each(|part| close(part, true, waiting)),
            _ => {}
        }
    }
}
