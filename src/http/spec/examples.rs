//! An example of every answer, made of the words in `examples.toml`.
//!
//! A room writes examples of what it is asked; of what it answers it writes none, since an answer is long and says
//! what other rooms' answers say. One table of words gives them all, so that a new operation has its example at once,
//! and a word that the table does not know is found by a test.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::for_each_operation;

/// How deep an example goes, for schemas that contain themselves.
const DEEPEST: u8 = 12;
/// Where schemas stand.
const SCHEMAS: &str = "/components/schemas";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    absent: Absent,
    words: Map<String, Value>,
    places: Map<String, Value>,
    patterns: BTreeMap<String, String>,
    /// Of an operation that answers in lines of JSON, the schema of a line.
    lines: BTreeMap<String, String>,
    /// By media type and operation, how a text begins.
    files: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    names: BTreeSet<String>,
}

/// The table; empty were it no TOML, which a test would tell.
fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| toml::from_str(include_str!("examples.toml")).unwrap_or_default())
}

/// Gives an example to every answer in JSON and to every answer that is a text, if it has none.
pub fn settle(spec: &mut Value) {
    let schemas = spec.pointer(SCHEMAS).and_then(Value::as_object).cloned().unwrap_or_default();
    let maker = Maker { schemas: &schemas };
    let mut named = BTreeSet::new();
    for_each_operation(spec, |_, operation| {
        let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
        let good = answers.into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
        let contents = good.filter_map(|(_, answer)| answer.get_mut("content")?.as_object_mut());
        for (media, value) in contents.flatten() {
            let made = match (media.as_str(), value["schema"]["$ref"].as_str()) {
                ("application/json", Some(reference)) => {
                    named.insert(name_of(reference).to_owned());
                    None
                }
                ("application/json", None) => maker.make(&value["schema"], Spot::default()),
                (media, _) => maker.text(media, &id),
            };
            if let Some(example) = made {
                value["example"] = example;
            }
        }
    });
    let made: Vec<(String, Value)> = named
        .into_iter()
        .filter(|name| schemas.get(name).is_some_and(|schema| schema.get("example").is_none()))
        .filter_map(|name| Some((name.clone(), maker.named(&name)?)))
        .collect();
    let targets = spec.pointer_mut(SCHEMAS).and_then(Value::as_object_mut);
    if let Some(targets) = targets {
        for (name, example) in made {
            targets[&name]["example"] = example;
        }
    }
}

fn name_of(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or_default()
}

/// Where a value stands: the name of its object's schema, under which name that object stands, its own name.
#[derive(Clone, Copy, Default)]
struct Spot<'n> {
    owner: &'n str,
    under: &'n str,
    name: &'n str,
    depth: u8,
}

impl<'n> Spot<'n> {
    fn of(owner: &'n str) -> Self {
        Self { owner, ..Self::default() }
    }

    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

struct Maker<'s> {
    schemas: &'s Map<String, Value>,
}

impl<'s> Maker<'s> {
    /// Of a schema by its name.
    fn named(&self, name: &'s str) -> Option<Value> {
        self.make(self.schemas.get(name)?, Spot::of(name))
    }

    /// How a text begins that this operation answers with.
    fn text(&self, media: &str, operation: &str) -> Option<Value> {
        let begins = words().files.get(media).and_then(|files| files.get(operation));
        let line = || words().lines.get(operation).filter(|_| media == "application/jsonl");
        match begins {
            Some(text) => Some(json!(text)),
            None => Some(json!(format!("{}\n", self.named(line()?)?))),
        }
    }

    fn make(&self, schema: &'s Value, spot: Spot<'s>) -> Option<Value> {
        self.said(schema, spot).or_else(|| self.made(schema, spot))
    }

    /// What the table or the field itself says.
    fn said(&self, schema: &Value, spot: Spot<'_>) -> Option<Value> {
        let place = |of: &str| words().places.get(&format!("{of}.{}", spot.name));
        let word = || words().words.get(spot.name).filter(|word| fits(self.resolve(schema, "").0, word));
        let found = place(spot.owner).or_else(|| place(spot.under)).or_else(word);
        found.or_else(|| schema.get("example")).cloned()
    }

    /// What its schema allows, made up.
    fn made(&self, schema: &'s Value, spot: Spot<'s>) -> Option<Value> {
        if spot.depth > DEEPEST {
            return None;
        }
        let (schema, owner) = self.resolve(schema, spot.owner);
        let spot = Spot { owner, ..spot.deeper() };
        if let Some(example) = schema.get("example") {
            return Some(example.clone());
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(first) = schema.get(key).and_then(|forms| forms.get(0)) {
                return self.make(first, spot);
            }
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            let parts = parts.iter().filter_map(|part| self.make(part, spot));
            return Some(
                parts
                    .filter_map(|part| part.as_object().cloned())
                    .flatten()
                    .collect::<Map<_, _>>()
                    .into(),
            );
        }
        if let Some(first) = schema.get("enum").and_then(|values| values.get(0)) {
            return Some(first.clone());
        }
        match schema["type"].as_str()? {
            "object" => self.object(schema, spot),
            "array" => Some(self.make(&schema["items"], spot).into_iter().collect()),
            "boolean" => Some(json!(false)),
            "integer" => {
                let least = schema["minimum"].as_i64().unwrap_or(1).max(1);
                Some(json!(schema["maximum"].as_i64().map_or(least, |most| least.min(most))))
            }
            _ => text(schema),
        }
    }

    fn object(&self, schema: &'s Value, spot: Spot<'s>) -> Option<Value> {
        let is_required = |name: &str| {
            schema["required"]
                .as_array()
                .is_some_and(|names| names.iter().any(|one| one == name))
        };
        let mut members = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let inner = Spot {
                under: spot.name,
                name,
                ..spot
            };
            match self.member(property, inner, is_required(name)) {
                Some(Value::Null) if !is_required(name) => {}
                Some(value) => {
                    members.insert(name.clone(), value);
                }
                // Without a member that must be there, the example would not be one: the test names what is missing.
                None if is_required(name) => return None,
                None => {}
            }
        }
        Some(members.into())
    }

    /// A member; null where it may be and nothing says what stands in it.
    fn member(&self, property: &'s Value, spot: Spot<'s>, required: bool) -> Option<Value> {
        let (target, _) = self.resolve(property, "");
        let may_be_null = property["nullable"] == true || target["nullable"] == true;
        if required && !may_be_null {
            return self.make(property, spot);
        }
        if words().absent.names.contains(spot.name) {
            return Some(Value::Null);
        }
        let scalar = target["type"] == "string" && target.get("enum").is_none();
        let made = self.said(property, spot).or_else(|| self.made(property, spot).filter(|_| !scalar));
        made.or(may_be_null.then_some(Value::Null))
    }

    /// The schema that a reference leads to, with its name.
    fn resolve<'a>(&self, schema: &'a Value, owner: &'a str) -> (&'a Value, &'a str)
    where
        's: 'a,
    {
        let (mut schema, mut owner) = (schema, owner);
        while let Some(reference) = reference_of(schema) {
            let Some(target) = self.schemas.get(name_of(reference)) else {
                break;
            };
            (schema, owner) = (target, name_of(reference));
        }
        (schema, owner)
    }
}

/// Where a schema that does nothing but refer refers to.
fn reference_of(schema: &Value) -> Option<&str> {
    let alone = || {
        schema
            .get("allOf")?
            .as_array()
            .filter(|parts| parts.len() == 1)?
            .first()?
            .get("$ref")
    };
    schema.get("$ref").or_else(alone)?.as_str()
}

/// Whether a word is of a schema's type; its pattern is left to the test of all examples.
fn fits(schema: &Value, word: &Value) -> bool {
    if let Some(values) = schema["enum"].as_array() {
        return values.contains(word);
    }
    match (schema["type"].as_str(), word) {
        (Some("string"), Value::String(text)) => {
            let free = schema["format"].is_null() || (schema["format"] == "date" && text.len() == 10);
            let most = schema["maxLength"].as_u64().unwrap_or(u64::MAX);
            free && u64::try_from(text.chars().count()).is_ok_and(|length| length <= most)
        }
        (Some("integer"), Value::Number(_)) | (Some("boolean"), Value::Bool(_)) => true,
        _ => false,
    }
}

fn text(schema: &Value) -> Option<Value> {
    if let Some(text) = schema["pattern"].as_str().and_then(|pattern| words().patterns.get(pattern)) {
        return Some(json!(text));
    }
    let text = match schema["format"].as_str()? {
        "uuid" => "01933f2e-7c00-7a3b-9c41-5d2e8f60b174",
        "date" => "2026-11-30",
        "date-time" => "2026-11-30T01:20:00Z",
        _ => return None,
    };
    Some(json!(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let table: Words = toml::from_str(include_str!("examples.toml")).unwrap();
        assert!(table.words.len() > 40 && table.places.len() > 10);
        let begins = table.files.values().flat_map(BTreeMap::values);
        assert!(begins.filter(|text| !text.starts_with(['\n', ' '])).count() > 10);
    }

    #[test]
    fn an_answer_gets_an_example_of_its_words() {
        let mut spec = json!({
            "paths": {"/x": {"get": {"operationId": "export_stock", "responses": {"200": {"content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/X"}},
                "text/csv": {"schema": {"type": "string"}},
                "image/png": {"schema": {"type": "string", "format": "binary"}}
            }}}}}},
            "components": {"schemas": {
                "Mood": {"type": "string", "enum": ["calm", "wild"]},
                "X": {"type": "object", "required": ["sku", "mood", "inner"], "properties": {
                    "sku": {"type": "string", "maxLength": 40},
                    "mood": {"description": "How.", "allOf": [{"$ref": "#/components/schemas/Mood"}]},
                    "inner": {"type": "array", "items": {"$ref": "#/components/schemas/X"}},
                    "remark": {"type": "string", "nullable": true},
                    "ended_at": {"type": "string", "format": "date-time", "nullable": true}
                }}
            }}
        });
        settle(&mut spec);
        let content = &spec["paths"]["/x"]["get"]["responses"]["200"]["content"];
        assert!(content["text/csv"]["example"].as_str().is_some_and(|text| text.contains("GR02")));
        assert!(content["image/png"].get("example").is_none());
        let mut example = &spec["components"]["schemas"]["X"]["example"];
        for _ in 0..2 {
            assert_eq!((&example["sku"], &example["mood"]), (&json!("GR02"), &json!("calm")));
            assert!(example.get("remark").is_none() && example.get("ended_at").is_none());
            example = &example["inner"][0];
        }
    }
}
