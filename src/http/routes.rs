//! The operations of the published spec: which one a request means, and what that one wants.
//!
//! One map serves many: names in the log and the metrics, `Allow`, who must show a key, the checks of parameters and
//! bodies. Since it is read from the spec, what is published and what is enforced cannot differ.

use std::collections::BTreeMap;
use std::fmt::{self, Formatter};
use std::str::FromStr;

use super::elsewhere::elsewhere;
use poem::http::Method;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::shape::{ShapeError, ShapeId, Shapes};

/// Why a spec could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RoutesError {
    /// Not JSON.
    #[error("the spec is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A schema that cannot be compiled.
    #[error("{operation}: {cause}")]
    Shape {
        /// Where.
        operation: String,
        /// Why.
        cause: ShapeError,
    },
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
}

/// A parameter of an operation.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// Its schema.
    pub shape: ShapeId,
}

/// What an operation wants for a body.
#[derive(Debug)]
pub struct BodyRule {
    /// Whether there must be one.
    pub required: bool,
    /// The media types it may have.
    pub media: Vec<String>,
    /// The schema, where it is JSON.
    pub json: Option<ShapeId>,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// Its operationId.
    pub id: String,
    /// Its path, with the parameters' names in braces.
    pub pattern: String,
    /// Whether a key must be shown.
    pub secured: bool,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its body.
    pub body: Option<BodyRule>,
}

/// A path of the spec with all its operations.
#[derive(Debug)]
pub struct PathEntry {
    segments: Vec<Segment>,
    operations: BTreeMap<String, Operation>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// What of a spec is enforced. What is only told, two thirds of it, is read past and takes no memory.
struct Lean(Value);

impl<'de> Deserialize<'de> for Lean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LeanVisitor).map(Self)
    }
}

struct LeanVisitor;

impl<'de> Visitor<'de> for LeanVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a value of a spec")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Lean(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if matches!(name.as_str(), "responses" | "examples") {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            let Lean(value) = members.next_value()?;
            // A property of goods is called so as well, and is no string. An example that is one is shown to whom a
            // value does not fit.
            let told = match name.as_str() {
                "description" | "summary" => value.is_string(),
                "example" => !value.is_string(),
                _ => false,
            };
            if !told {
                all.insert(name, value);
            }
        }
        Ok(all.into())
    }
}

/// All operations of a spec.
#[derive(Debug, Default)]
pub struct Routes {
    by_length: BTreeMap<usize, Vec<PathEntry>>,
    shapes: Shapes,
}

impl Routes {
    /// Reads the published spec.
    ///
    /// # Errors
    /// A spec that is none, or a schema that cannot be compiled.
    pub fn from_spec(spec: &str) -> Result<Self, RoutesError> {
        let spec = elsewhere(|| serde_json::from_str(spec).map(|Lean(spec)| spec))?;
        Self::read(&spec)
    }

    fn read(spec: &Value) -> Result<Self, RoutesError> {
        let mut routes = Self::default();
        for (pattern, item) in spec["paths"].as_object().into_iter().flatten() {
            let mut operations = BTreeMap::new();
            for (method, operation) in item.as_object().into_iter().flatten() {
                let Ok(method) = Method::from_str(&method.to_uppercase()) else {
                    continue;
                };
                let operation = routes.operation(pattern, operation, spec)?;
                operations.insert(method.to_string(), operation);
            }
            let segments: Vec<Segment> = split(pattern).map(Segment::of).collect();
            routes
                .by_length
                .entry(segments.len())
                .or_default()
                .push(PathEntry { segments, operations });
        }
        for entries in routes.by_length.values_mut() {
            // A literal segment wins over a parameter: `Literal` sorts first.
            entries.sort_by(|a, b| a.segments.cmp(&b.segments));
        }
        Ok(routes)
    }

    /// The entry that `path` means, if the spec has it.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&PathEntry> {
        let parts: Vec<&str> = split(path).collect();
        self.by_length.get(&parts.len())?.iter().find(|entry| entry.fits(&parts))
    }

    /// The compiled schemas.
    #[must_use]
    pub fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    fn operation(&mut self, pattern: &str, operation: &Value, spec: &Value) -> Result<Operation, RoutesError> {
        let id = operation["operationId"].as_str().unwrap_or(pattern).to_owned();
        let empty = Map::new();
        let components = spec["components"]["schemas"].as_object().unwrap_or(&empty);
        let mut compile = |schema: &Value| {
            let wrap = |cause| RoutesError::Shape {
                operation: id.clone(),
                cause,
            };
            self.shapes.compile(schema, components).map_err(wrap)
        };
        let mut parameters = Vec::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = resolve(parameter, spec);
            let place = match parameter["in"].as_str() {
                Some("path") => Place::Path,
                Some("query") => Place::Query,
                Some("header") => Place::Header,
                _ => continue,
            };
            parameters.push(Parameter {
                name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                place,
                required: parameter["required"] == true,
                shape: compile(&parameter["schema"])?,
            });
        }
        let mut body = None;
        if let Some(content) = operation["requestBody"]["content"].as_object() {
            let json = content.iter().find(|(media, _)| is_json(media));
            body = Some(BodyRule {
                required: operation["requestBody"]["required"] == true,
                media: content.keys().map(|media| essence(media).to_owned()).collect(),
                json: json.map(|(_, content)| compile(&content["schema"])).transpose()?,
            });
        }
        let secured = operation["security"].as_array().or(spec["security"].as_array());
        let secured = secured.is_some_and(|schemes| !schemes.is_empty() && !schemes.contains(&Value::Object(Map::new())));
        Ok(Operation {
            id,
            pattern: pattern.to_owned(),
            secured,
            parameters,
            body,
        })
    }
}

impl Operation {
    /// Whether it answers with a whole list as a file; operations that do are named so.
    #[must_use]
    pub fn is_export(&self) -> bool {
        self.id.starts_with("export_")
    }
}

impl PathEntry {
    /// The operation of a method; `HEAD` is `GET` without its body.
    #[must_use]
    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        let method = if method == Method::HEAD { "GET" } else { method.as_str() };
        self.operations.get(method)
    }

    /// The value of `Allow`.
    #[must_use]
    pub fn allow(&self) -> String {
        let mut methods: Vec<&str> = self.operations.keys().map(String::as_str).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        methods.join(", ")
    }

    /// The parameters in `path`, which this entry was found for, still percent-encoded.
    pub fn path_values<'p>(&'p self, path: &'p str) -> impl Iterator<Item = (&'p str, &'p str)> {
        self.segments.iter().zip(split(path)).filter_map(|(segment, value)| match segment {
            Segment::Parameter(name) => Some((name.as_str(), value)),
            Segment::Literal(_) => None,
        })
    }

    /// The names of the path's parameters in order.
    pub fn parameter_names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }

    fn fits(&self, parts: &[&str]) -> bool {
        self.segments.iter().zip(parts).all(|(segment, part)| match segment {
            Segment::Literal(literal) => literal == part,
            Segment::Parameter(_) => !part.is_empty(),
        })
    }
}

impl Segment {
    fn of(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }
}

fn split(path: &str) -> std::str::Split<'_, char> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn resolve<'s>(parameter: &'s Value, spec: &'s Value) -> &'s Value {
    let reference = parameter["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| spec.pointer(pointer)).unwrap_or(parameter)
}

/// A media type without its parameters.
#[must_use]
pub fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or_default().trim()
}

/// Whether a media type is JSON, `application/merge-patch+json` and its like included.
#[must_use]
pub fn is_json(media: &str) -> bool {
    let essence = essence(media).to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: &str = r#"{"security": [{"ApiKey": []}], "paths": {
        "/v1/things/{id}": {"get": {"operationId": "get_thing", "parameters": [
            {"in": "path", "name": "id", "required": true, "schema": {"type": "string"}}]}, "patch": {}},
        "/v1/things/newest": {"get": {"operationId": "get_newest", "security": []}}}}"#;

    #[test]
    fn nothing_that_is_enforced_is_read_past() {
        let published = include_str!("../../openapi/openapi.json");
        let whole = Routes::read(&serde_json::from_str(published).unwrap()).unwrap();
        let lean = Routes::from_spec(published).unwrap();
        assert_eq!(format!("{lean:?}"), format!("{whole:?}"));
    }

    #[test]
    fn a_literal_wins_over_a_parameter() {
        let routes = Routes::from_spec(SPEC).unwrap();
        let id = |path: &str| Some(routes.find(path)?.operation(&Method::HEAD)?.id.clone());
        assert_eq!(id("/v1/things/newest").as_deref(), Some("get_newest"));
        assert_eq!(id("/v1/things/7").as_deref(), Some("get_thing"));
        for nowhere in ["/v1/things/", "/v1/things", "/v1/things/7/", "/"] {
            assert_eq!(id(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn knows_methods_parameters_and_who_needs_a_key() {
        let routes = Routes::from_spec(SPEC).unwrap();
        let entry = routes.find("/v1/things/7").unwrap();
        assert_eq!(entry.allow(), "GET, HEAD, PATCH");
        assert_eq!(entry.path_values("/v1/things/7").collect::<Vec<_>>(), [("id", "7")]);
        assert!(entry.operation(&Method::GET).unwrap().secured);
        assert!(!routes.find("/v1/things/newest").unwrap().operation(&Method::GET).unwrap().secured);
    }
}
