//! Holds every answer to the published spec: its status, its type, its body to the last member, and the headers that
//! our conventions promise.

use super::answer::Answer;
use jsonschema::Validator;
use poem::http::Method;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// The spec, compiled.
pub struct Contract {
    spec: Value,
    components: Value,
    compiled: Mutex<HashMap<String, Arc<Validator>>>,
}

/// An operation of the spec.
#[derive(Clone, Debug)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    pub value: Value,
}

/// The spec as the service publishes it.
pub fn contract() -> &'static Contract {
    static CONTRACT: OnceLock<Contract> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        let spec: Value = serde_json::from_str(&yangpin::app::spec().unwrap()).unwrap();
        Contract {
            components: to_json_schema(&spec["components"]),
            spec,
            compiled: Mutex::default(),
        }
    })
}

impl Contract {
    pub fn spec(&self) -> &Value {
        &self.spec
    }

    /// All operations, in the order of their ids.
    pub fn operations(&self) -> Vec<Operation> {
        let mut all = Vec::new();
        for (path, item) in self.spec["paths"].as_object().unwrap() {
            for (method, value) in item.as_object().unwrap() {
                let Ok(method) = method.to_uppercase().parse::<Method>() else {
                    continue;
                };
                if value["operationId"].is_string() {
                    all.push(Operation {
                        id: value["operationId"].as_str().unwrap().to_owned(),
                        method,
                        path: path.clone(),
                        value: value.clone(),
                    });
                }
            }
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// The operation that a request meant.
    fn find(&self, method: &Method, path: &str) -> Option<&Value> {
        let path = path.split('?').next().unwrap_or_default();
        let asked: Vec<&str> = path.split('/').collect();
        let method = if *method == Method::HEAD {
            "get"
        } else {
            &method.as_str().to_lowercase()
        };
        let mut best: Option<(usize, &Value)> = None;
        for (template, item) in self.spec["paths"].as_object()? {
            let parts: Vec<&str> = template.split('/').collect();
            let fits = parts.len() == asked.len() && parts.iter().zip(&asked).all(|(part, one)| part.starts_with('{') || part == one);
            let open = parts.iter().filter(|part| part.starts_with('{')).count();
            if fits && best.is_none_or(|(least, _)| open < least) {
                best = Some((open, item));
            }
        }
        best.and_then(|(_, item)| item.get(method))
    }

    /// Panics where an answer is not what the spec says.
    pub fn hold(&self, method: &Method, path: &str, answer: &Answer) {
        let shown = || format!("{method} {path} → {} {}", answer.status, answer.text());
        hold_headers(answer, &shown);
        let Some(operation) = self.find(method, path) else {
            if answer.status >= 400 {
                self.hold_schema("#/components/schemas/Problem", &answer.json, &shown);
            }
            return;
        };
        let status = answer.status.to_string();
        let mut response = &operation["responses"][&status];
        assert!(response.is_object(), "undocumented status: {}", shown());
        if let Some(reference) = response["$ref"].as_str() {
            response = self.spec.pointer(reference.trim_start_matches('#')).unwrap();
        }
        if *method == Method::HEAD || answer.status == 304 {
            assert!(answer.bytes.is_empty(), "a body where none may be: {}", shown());
            return;
        }
        let Some(content) = response["content"].as_object() else {
            assert!(answer.bytes.is_empty(), "an undocumented body: {}", shown());
            return;
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let media = content
            .get(kind)
            .unwrap_or_else(|| panic!("undocumented content type {kind}: {}", shown()));
        if kind != "application/json" && !kind.ends_with("+json") {
            return;
        }
        match media["schema"]["$ref"].as_str() {
            Some(reference) => self.hold_schema(reference, &answer.json, &shown),
            None => {
                let key = media["schema"].to_string();
                let validator = self.validator(&key, || to_json_schema(&media["schema"]));
                report(&validator, &answer.json, &shown);
            }
        }
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let required = header["required"] == true;
            assert!(!required || answer.headers.contains_key(name.as_str()), "no {name}: {}", shown());
        }
    }

    /// Panics where a value does not fit a schema of the spec.
    pub fn hold_value(&self, schema: &Value, value: &Value, what: &str) {
        let validator = self.validator(&schema.to_string(), || to_json_schema(schema));
        report(&validator, value, &|| format!("{what}: {value}"));
    }

    fn hold_schema(&self, reference: &str, value: &Value, shown: &dyn Fn() -> String) {
        let validator = self.validator(reference, || json!({"$ref": reference}));
        report(&validator, value, shown);
    }

    fn validator(&self, key: &str, schema: impl FnOnce() -> Value) -> Arc<Validator> {
        let mut compiled = self.compiled.lock().unwrap();
        if let Some(known) = compiled.get(key) {
            return Arc::clone(known);
        }
        let mut schema = schema();
        schema["components"] = self.components.clone();
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .build(&schema)
            .unwrap_or_else(|e| panic!("{key}: {e}"));
        let validator = Arc::new(validator);
        compiled.insert(key.to_owned(), Arc::clone(&validator));
        validator
    }
}

fn report(validator: &Validator, value: &Value, shown: &dyn Fn() -> String) {
    let misfits: Vec<String> = validator
        .iter_errors(value)
        .take(5)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(misfits.is_empty(), "not what the spec says: {misfits:#?}\n{}", shown());
}

/// What every answer of ours carries.
fn hold_headers(answer: &Answer, shown: &dyn Fn() -> String) {
    let request_id = answer.header("x-request-id");
    assert!(request_id.is_some_and(|id| !id.is_empty()), "no X-Request-Id: {}", shown());
    if answer.status < 400 {
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", shown());
    assert_eq!(answer.json["status"], answer.status, "{}", shown());
    assert_eq!(answer.json["request_id"].as_str(), request_id, "{}", shown());
    assert!(answer.headers.contains_key("content-language"), "no Content-Language: {}", shown());
    let needed = match answer.status {
        401 => Some("www-authenticate"),
        405 => Some("allow"),
        429 | 503 => Some("retry-after"),
        _ => None,
    };
    if let Some(name) = needed {
        assert!(answer.headers.contains_key(name), "no {name}: {}", shown());
    }
}

/// An OpenAPI 3.0 schema in the words of JSON Schema: `nullable` becomes a type, and an object has no members but
/// those it names.
fn to_json_schema(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let mut converted: Map<String, Value> = members
                .iter()
                .filter(|(name, _)| !["example", "examples", "default", "nullable"].contains(&name.as_str()))
                .map(|(name, member)| (name.clone(), to_json_schema(member)))
                .collect();
            let is_object = converted.get("type") == Some(&json!("object"));
            if is_object && converted.contains_key("properties") {
                converted.entry("additionalProperties").or_insert(json!(false));
            }
            if members.get("nullable") != Some(&json!(true)) {
                return Value::Object(converted);
            }
            json!({"anyOf": [{"type": "null"}, converted]})
        }
        Value::Array(items) => items.iter().map(to_json_schema).collect(),
        scalar => scalar.clone(),
    }
}
