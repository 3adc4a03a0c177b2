//! Names that no generator takes twice.
//!
//! A Go client makes a function `NewX` for every `X`, so what is asked for is not called `NewX` but `XInput`. And its
//! values of closed sets stand side by side, so each is published with the name of its set before its own.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const SCHEMAS: &str = "/components/schemas";
const REFERENCE: &str = "#/components/schemas/";

/// Gives schemas and values their published names.
pub fn settle(spec: &mut Value) {
    let Some(schemas) = spec.pointer_mut(SCHEMAS).and_then(Value::as_object_mut) else {
        return;
    };
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for name in schemas.keys() {
        // Were the new name another schema's, the old one stays, which a test of the document tells.
        let free = |to: &String| !schemas.contains_key(to) && renamed.values().all(|taken| taken != to);
        if let Some(to) = input_name(name).filter(free) {
            renamed.insert(name.clone(), to);
        }
    }
    let named = std::mem::take(schemas).into_iter();
    *schemas = named
        .map(|(name, schema)| (renamed.get(&name).cloned().unwrap_or(name), schema))
        .collect::<Map<_, _>>();
    for (name, schema) in schemas.iter_mut() {
        // Some generators go by the title, which is the type's name in Rust.
        schema.as_object_mut().and_then(|members| members.remove("title"));
        name_values(name, schema);
    }
    refer(spec, &renamed);
}

/// `NewOrderBody` and `NewOrder` as `OrderInput`; none for what is no `New…`.
fn input_name(name: &str) -> Option<String> {
    let thing = name.strip_prefix("New").filter(|rest| rest.starts_with(char::is_uppercase))?;
    Some(format!("{}Input", thing.strip_suffix("Body").unwrap_or(thing)))
}

fn name_values(name: &str, schema: &mut Value) {
    let Some(values) = schema["enum"].as_array() else { return };
    let names: Vec<String> = values.iter().filter_map(|value| Some(value_name(name, value.as_str()?))).collect();
    schema["x-enum-varnames"] = json!(names);
}

/// `in_force` of `ContractState` as `CONTRACT_STATE_IN_FORCE`.
fn value_name(set: &str, value: &str) -> String {
    let mut name = String::new();
    for letter in set.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter);
    }
    name.push('_');
    name.extend(
        value
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }),
    );
    name.to_uppercase()
}

fn refer(value: &mut Value, renamed: &BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(reference) if name == "$ref" => rename(reference, renamed),
                    Value::Object(forms) if name == "mapping" => {
                        for form in forms.values_mut() {
                            if let Value::String(reference) = form {
                                rename(reference, renamed);
                            }
                        }
                    }
                    _ => refer(member, renamed),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(item, renamed)),
        _ => {}
    }
}

fn rename(reference: &mut String, renamed: &BTreeMap<String, String>) {
    if let Some(to) = reference.strip_prefix(REFERENCE).and_then(|name| renamed.get(name)) {
        *reference = format!("{REFERENCE}{to}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_an_input() {
        let cases = [
            ("NewOrderBody", Some("OrderInput")),
            ("NewThing", Some("ThingInput")),
            ("NewsBody", None),
            ("OrderBody", None),
        ];
        for (name, input) in cases {
            assert_eq!(input_name(name).as_deref(), input, "{name}");
        }
    }

    #[test]
    fn references_follow_and_values_are_told_apart() {
        let mut spec = json!({"paths": {"$ref": "#/components/schemas/NewX"}, "components": {"schemas": {
            "NewX": {"type": "object", "title": "NewX"}, "X": {"type": "object"}, "NewY": {}, "YInput": {},
            "JobState": {"type": "string", "enum": ["in_force", "order.placed"]}
        }}});
        settle(&mut spec);
        assert_eq!(spec["paths"]["$ref"], "#/components/schemas/XInput");
        let schemas = &spec["components"]["schemas"];
        assert_eq!(schemas["XInput"], json!({"type": "object"}));
        assert!(schemas.get("NewX").is_none() && schemas.get("NewY").is_some(), "{schemas}");
        assert_eq!(
            schemas["JobState"]["x-enum-varnames"],
            json!(["JOB_STATE_IN_FORCE", "JOB_STATE_ORDER_PLACED"])
        );
    }
}
