//! Forms that say the same as poem-openapi's, in words that generators of clients take rightly.
//!
//! - A file is bytes only where it is no text: what is read of `text/csv` is a text.
//! - A default would make a member of a request one that must be there; what is taken where it is left out is told in
//!   words.

use serde_json::{Value, json};

/// Corrects every media type and every default in the document.
pub fn settle(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match name.as_str() {
                    "example" | "examples" | "enum" => {}
                    "content" => {
                        write_texts(member);
                        settle(member);
                    }
                    "properties" => {
                        member
                            .as_object_mut()
                            .into_iter()
                            .flatten()
                            .for_each(|(_, part)| tell_default(part));
                        settle(member);
                    }
                    _ => settle(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
}

/// Whether what is of this media type is text for people or lines for programs, as long as it happens to be.
fn is_text(media: &str) -> bool {
    media.starts_with("text/") || media == "application/jsonl"
}

fn write_texts(content: &mut Value) {
    for (_, value) in content.as_object_mut().into_iter().flatten().filter(|(media, _)| is_text(media)) {
        if value.get("schema").is_some() {
            value["schema"] = json!({"type": "string"});
        }
    }
}

fn tell_default(property: &mut Value) {
    let Some(members) = property.as_object_mut() else { return };
    let Some(default) = members.remove("default") else { return };
    let known = members.get("description").and_then(Value::as_str).unwrap_or_default();
    let told = format!("{known} Left out: `{default}`.");
    members.insert("description".to_owned(), json!(told.trim_start()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_texts_and_defaults_are_told() {
        let file = json!({"schema": {"type": "string", "format": "binary"}});
        let mut spec = json!({
            "paths": {"/x": {"get": {"responses": {"200": {"content": {"text/csv": file, "image/png": file}}}}}},
            "components": {"schemas": {"X": {"properties": {
                "all": {"type": "boolean", "description": "All.", "default": false},
                "content": {"type": "string"}
            }}}}
        });
        settle(&mut spec);
        let content = &spec["paths"]["/x"]["get"]["responses"]["200"]["content"];
        assert_eq!(content["text/csv"]["schema"], json!({"type": "string"}));
        assert_eq!(content["image/png"], file);
        assert_eq!(
            spec["components"]["schemas"]["X"]["properties"],
            json!({"all": {"type": "boolean", "description": "All. Left out: `false`."}, "content": {"type": "string"}})
        );
    }
}
