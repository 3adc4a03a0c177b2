//! What OpenAPI 3.0 makes hard to say: *null*.
//!
//! `nullable` counts only beside a `type`, so a reference cannot be nullable: the referenced schema is written out in
//! place. And an example says what is there; members that are not there are left out and not null.

use serde_json::{Map, Value};

/// Puts both right everywhere.
pub fn settle(spec: &mut Value) {
    let schemas = spec["components"]["schemas"].clone();
    write_out(spec, &schemas);
}

fn write_out(value: &mut Value, schemas: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(example) = members.get_mut("example") {
                drop_nulls(example);
            }
            if let Some(written) = nullable_reference(members, schemas) {
                *members = written;
            }
            members.values_mut().for_each(|member| write_out(member, schemas));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| write_out(item, schemas)),
        _ => {}
    }
}

/// `{nullable, allOf: [{$ref}, …]}` as the schema referred to, with *null* among its values.
fn nullable_reference(members: &Map<String, Value>, schemas: &Value) -> Option<Map<String, Value>> {
    if members.get("nullable") != Some(&Value::Bool(true)) || members.contains_key("type") {
        return None;
    }
    let parts = members.get("allOf")?.as_array()?;
    let name = parts.iter().find_map(|part| part.get("$ref")?.as_str()?.rsplit('/').next())?;
    let mut written = schemas.get(name)?.as_object()?.clone();
    let description = members
        .get("description")
        .or_else(|| parts.iter().find_map(|part| part.get("description")));
    if let Some(description) = description {
        written.insert("description".to_owned(), description.clone());
    }
    if let Some(values) = written.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    written.insert("nullable".to_owned(), Value::Bool(true));
    Some(written)
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
    fn a_nullable_reference_is_written_out() {
        let mut spec = json!({"components": {"schemas": {
            "Mood": {"type": "string", "enum": ["calm"]},
            "Thing": {"type": "object", "example": {"mood": null, "name": "a"}, "properties": {
                "mood": {"nullable": true, "allOf": [{"$ref": "#/components/schemas/Mood"}, {"nullable": true, "description": "How."}]}
            }}
        }}});
        settle(&mut spec);
        let thing = &spec["components"]["schemas"]["Thing"];
        assert_eq!(thing["example"], json!({"name": "a"}));
        let mood = &thing["properties"]["mood"];
        assert_eq!(
            *mood,
            json!({"type": "string", "enum": ["calm", null], "nullable": true, "description": "How."})
        );
    }
}
