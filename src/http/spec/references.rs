//! References with something said beside them, in the form that generators of clients understand.
//!
//! poem-openapi writes `allOf: [{$ref}, {description}]`: a thing that is anything as well. Generators take that at its
//! word and make `X & unknown` of it, or nothing at all. What is said stands beside the `allOf`, which refers and no
//! more. There `nullable` may stand too, so that what may be null is still the thing by its name and not a copy of it.
//! And an example says what is there; members that are not there are left out and not null.

use serde_json::{Map, Value};

/// Puts all of it right everywhere.
pub fn settle(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(example) = members.get_mut("example") {
                drop_nulls(example);
            }
            join(members);
            let parts = members
                .iter_mut()
                .filter(|(name, _)| !["example", "examples", "enum"].contains(&name.as_str()));
            parts.for_each(|(_, member)| settle(member));
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
}

/// Of an `allOf` of one reference and of words, moves the words beside it; where there are none, the reference stands alone.
fn join(members: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = members.get_mut("allOf") else {
        return;
    };
    let refers = |part: &Value| part.get("$ref").is_some();
    let is_schema = |part: &Value| {
        ["type", "properties", "allOf", "anyOf", "oneOf"]
            .iter()
            .any(|name| part.get(name).is_some())
    };
    if parts.iter().filter(|part| refers(part)).count() != 1 || parts.iter().any(is_schema) {
        return;
    }
    let (reference, words): (Vec<Value>, Vec<Value>) = std::mem::take(parts).into_iter().partition(refers);
    *parts = reference;
    for (name, value) in words.into_iter().filter_map(said).flatten() {
        members.entry(name).or_insert(value);
    }
    if members.len() == 1
        && let Some(Value::Object(reference)) = members.get_mut("allOf").and_then(|parts| parts.get_mut(0))
    {
        *members = std::mem::take(reference);
    }
}

fn said(part: Value) -> Option<Map<String, Value>> {
    match part {
        Value::Object(words) => Some(words),
        _ => None,
    }
}

fn drop_nulls(example: &mut Value) {
    match example {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_said_of_a_reference_stands_beside_it() {
        let reference = json!({"$ref": "#/components/schemas/Mood"});
        let mut spec = json!({"components": {"schemas": {
            "Mood": {"type": "string", "enum": ["calm"]},
            "Thing": {"type": "object", "example": {"mood": null, "name": "a"}, "properties": {
                "mood": {"nullable": true, "allOf": [reference, {"nullable": true, "description": "How."}]},
                "bare": {"allOf": [reference]}
            }},
            "Joined": {"allOf": [reference, {"type": "object", "properties": {}}]}
        }}});
        settle(&mut spec);
        let schemas = &spec["components"]["schemas"];
        assert_eq!(schemas["Thing"]["example"], json!({"name": "a"}));
        let properties = &schemas["Thing"]["properties"];
        assert_eq!(
            properties["mood"],
            json!({"nullable": true, "description": "How.", "allOf": [reference]})
        );
        assert_eq!(properties["bare"], reference);
        assert_eq!(schemas["Joined"]["allOf"].as_array().map(Vec::len), Some(2));
    }
}
