//! What the document says of events: for each kind a schema of what it says, with an example.

use super::fields::Field;
use super::kinds::fields_of;
use entity::EventKind;
use serde_json::{Map, Value, json};

/// The name of the schema of what events of a kind say: `order.placed` has `OrderPlacedWhat`.
#[must_use]
pub fn schema_name(kind: EventKind) -> String {
    let mut name = String::new();
    for word in kind.as_str().split(['.', '_']) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name + "What"
}

/// The schemas of all kinds, by name.
#[must_use]
pub fn schemas() -> Vec<(String, Value)> {
    EventKind::ALL.iter().map(|kind| (schema_name(*kind), schema(*kind))).collect()
}

/// Which schema describes what events of which kind say.
#[must_use]
pub fn mapping() -> Value {
    let reference = |kind: &EventKind| (kind.to_string(), json!(format!("#/components/schemas/{}", schema_name(*kind))));
    EventKind::ALL.iter().map(reference).collect::<Map<_, _>>().into()
}

/// What an event of this kind may say.
#[must_use]
pub fn example(kind: EventKind) -> Map<String, Value> {
    let told = |field: &Field| (field.name.to_owned(), json!(field.example));
    fields_of(kind).iter().map(told).collect()
}

fn schema(kind: EventKind) -> Value {
    let property = |field: &Field| (field.name.to_owned(), field.is.schema());
    let properties: Map<String, Value> = fields_of(kind).iter().map(property).collect();
    json!({
        "type": "object",
        "description": format!("`what` of an event of the kind `{kind}`. What does not apply, or was not written down then, is left out; later versions may say more."),
        "properties": properties,
        "additionalProperties": {"type": "string", "maxLength": 2_000},
        "example": example(kind),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_schema_that_its_example_fits() {
        assert_eq!(schema_name(EventKind::OrderChangeAgreed), "OrderChangeAgreedWhat");
        let all = schemas();
        assert_eq!(all.len(), EventKind::ALL.len());
        assert_eq!(mapping().as_object().unwrap().len(), all.len());
        for (name, schema) in all {
            let validator = jsonschema::validator_for(&schema).unwrap();
            let flaws: Vec<String> = validator.iter_errors(&schema["example"]).map(|flaw| flaw.to_string()).collect();
            assert!(flaws.is_empty(), "{name}: {flaws:?}");
        }
    }
}
