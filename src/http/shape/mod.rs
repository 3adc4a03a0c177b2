//! Checks a value against a schema of the published spec, and reports **every** misfit with its place.
//!
//! poem-openapi stops at the first fault and names Rust types; callers deserve all of theirs at once. The schemas are
//! compiled when the service starts; a pattern that is no regular expression fails the start, not a request.

mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

use entity::judge::{Judge, judge_of};
use regex::Regex;
use serde_json::{Map, Value};

use super::fault::MAX_FAULTS;
use super::json::{push_index, push_name};

/// The word of the spec for a text of which only what is seen is taken.
pub const VISIBLE: &str = "x-visible";

/// A compiled schema's place in [`Shapes`].
pub type ShapeId = usize;

/// Why a spec could not be compiled.
#[derive(Debug, thiserror::Error)]
pub enum ShapeError {
    /// A `$ref` leads nowhere.
    #[error("unknown schema {0}")]
    UnknownRef(String),
    /// A `pattern` is no regular expression.
    #[error("bad pattern: {0}")]
    Pattern(#[from] regex::Error),
}

/// One way in which a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where, as a JSON pointer.
    pub pointer: String,
    /// How.
    pub kind: MisfitKind,
}

/// How a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MisfitKind {
    /// A required member is missing.
    Missing(String),
    /// A member nobody defined.
    Unknown(String),
    /// Something else was expected, in one of the forms of [`crate::http::expected`].
    Expected(String),
    /// A character nobody sees, where only what is seen is taken.
    Invisible(char),
}

/// All compiled schemas of a spec.
#[derive(Debug, Default)]
pub struct Shapes {
    nodes: Vec<Shape>,
    named: BTreeMap<String, ShapeId>,
    /// A spec says a few dozen patterns in more than a thousand places, and each takes tens of kilobytes when compiled.
    patterns: BTreeMap<String, Arc<Regex>>,
}

#[derive(Debug, Default)]
struct Shape {
    kind: Option<String>,
    nullable: bool,
    format: Option<String>,
    one_of: Vec<Value>,
    pattern: Option<Arc<Regex>>,
    /// The rule behind the pattern, where there is more to it.
    judge: Option<&'static Judge>,
    /// What is shown to whom it does not fit: nobody reads a pattern.
    example: Option<Box<str>>,
    /// Whether a request may hold only what is seen; answers may hold what was taken before.
    visible: bool,
    lengths: (Option<u64>, Option<u64>),
    counts: (Option<u64>, Option<u64>),
    bounds: (Option<f64>, Option<f64>),
    properties: BTreeMap<String, ShapeId>,
    required: Vec<String>,
    closed: bool,
    additional: Option<ShapeId>,
    items: Option<ShapeId>,
    all_of: Vec<ShapeId>,
    any_of: Vec<ShapeId>,
    discriminator: Option<(String, BTreeMap<String, ShapeId>)>,
}

impl Shapes {
    /// Compiles `schema`, whose `$ref`s point into `components` (the spec's `components.schemas`).
    ///
    /// # Errors
    /// A `$ref` that leads nowhere, a pattern that is none.
    pub fn compile(&mut self, schema: &Value, components: &Map<String, Value>) -> Result<ShapeId, ShapeError> {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.compile_named(reference, components);
        }
        let id = self.reserve();
        let shape = self.build(schema, components)?;
        self.nodes[id] = shape;
        Ok(id)
    }

    fn compile_named(&mut self, reference: &str, components: &Map<String, Value>) -> Result<ShapeId, ShapeError> {
        let name = reference.rsplit('/').next().unwrap_or_default();
        if let Some(id) = self.named.get(name) {
            return Ok(*id);
        }
        let schema = components.get(name).ok_or_else(|| ShapeError::UnknownRef(reference.to_owned()))?;
        // The id is known before the schema is compiled, so that a schema may contain itself.
        let id = self.reserve();
        self.named.insert(name.to_owned(), id);
        let shape = self.build(schema, components)?;
        self.nodes[id] = shape;
        Ok(id)
    }

    fn pattern(&mut self, text: &str) -> Result<Arc<Regex>, regex::Error> {
        if let Some(known) = self.patterns.get(text) {
            return Ok(Arc::clone(known));
        }
        let pattern = Arc::new(Regex::new(text)?);
        self.patterns.insert(text.to_owned(), Arc::clone(&pattern));
        Ok(pattern)
    }

    fn reserve(&mut self) -> ShapeId {
        self.nodes.push(Shape::default());
        self.nodes.len() - 1
    }

    fn build(&mut self, schema: &Value, components: &Map<String, Value>) -> Result<Shape, ShapeError> {
        let text = |key: &str| schema[key].as_str().map(str::to_owned);
        let mut shape = Shape {
            kind: text("type"),
            nullable: schema["nullable"] == true,
            format: text("format"),
            one_of: schema["enum"].as_array().cloned().unwrap_or_default(),
            pattern: schema["pattern"].as_str().map(|text| self.pattern(text)).transpose()?,
            judge: schema["pattern"].as_str().and_then(judge_of),
            example: schema["example"].as_str().map(Box::from),
            visible: schema[VISIBLE] == true,
            lengths: (schema["minLength"].as_u64(), schema["maxLength"].as_u64()),
            counts: (schema["minItems"].as_u64(), schema["maxItems"].as_u64()),
            bounds: (schema["minimum"].as_f64(), schema["maximum"].as_f64()),
            closed: schema["additionalProperties"] == false,
            ..Shape::default()
        };
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            shape.properties.insert(name.clone(), self.compile(property, components)?);
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            shape.required.push(name.to_owned());
        }
        if schema["additionalProperties"].is_object() {
            shape.additional = Some(self.compile(&schema["additionalProperties"], components)?);
        }
        if schema["items"].is_object() {
            shape.items = Some(self.compile(&schema["items"], components)?);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            shape.all_of.push(self.compile(part, components)?);
        }
        for key in ["anyOf", "oneOf"] {
            for part in schema[key].as_array().into_iter().flatten() {
                shape.any_of.push(self.compile(part, components)?);
            }
        }
        if let Some(property) = schema["discriminator"]["propertyName"].as_str() {
            let mut mapping = BTreeMap::new();
            for (value, reference) in schema["discriminator"]["mapping"].as_object().into_iter().flatten() {
                let reference = reference.as_str().unwrap_or_default();
                mapping.insert(value.clone(), self.compile_named(reference, components)?);
            }
            shape.discriminator = Some((property.to_owned(), mapping));
        }
        Ok(shape)
    }

    /// Every misfit of `value`, at most one more than can be reported.
    #[must_use]
    pub fn misfits(&self, id: ShapeId, value: &Value) -> Vec<Misfit> {
        let mut found = Vec::new();
        self.walk(id, value, &mut String::new(), &mut found);
        found
    }

    /// The type a parameter's text is to be read as, looking through references: `integer`, `array` …
    #[must_use]
    pub fn type_of(&self, id: ShapeId) -> Option<&str> {
        let shape = &self.nodes[id];
        shape
            .kind
            .as_deref()
            .or_else(|| shape.all_of.iter().find_map(|part| self.type_of(*part)))
    }

    /// The shape of an array's items.
    #[must_use]
    pub fn items_of(&self, id: ShapeId) -> Option<ShapeId> {
        let shape = &self.nodes[id];
        shape.items.or_else(|| shape.all_of.iter().find_map(|part| self.items_of(*part)))
    }

    fn walk(&self, id: ShapeId, value: &Value, at: &mut String, found: &mut Vec<Misfit>) {
        let shape = &self.nodes[id];
        if found.len() > MAX_FAULTS || (value.is_null() && self.accepts_null(id)) {
            return;
        }
        if let Some(kind) = shape.misfit_here(value) {
            let pointer = at.clone();
            found.push(Misfit { pointer, kind });
            return;
        }
        for part in &shape.all_of {
            self.walk(*part, value, at, found);
        }
        self.walk_choice(shape, value, at, found);
        match value {
            Value::Object(members) => self.walk_members(shape, members, at, found),
            Value::Array(items) => {
                let Some(id) = shape.items else { return };
                for (index, item) in items.iter().enumerate() {
                    let length = at.len();
                    push_index(at, index);
                    self.walk(id, item, at, found);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn accepts_null(&self, id: ShapeId) -> bool {
        let shape = &self.nodes[id];
        shape.nullable || (!shape.all_of.is_empty() && shape.all_of.iter().all(|part| self.accepts_null(*part)))
    }

    fn walk_members(&self, shape: &Shape, members: &Map<String, Value>, at: &mut String, found: &mut Vec<Misfit>) {
        for name in shape.required.iter().filter(|name| !members.contains_key(*name)) {
            let mut pointer = at.clone();
            push_name(&mut pointer, name);
            found.push(Misfit {
                pointer,
                kind: MisfitKind::Missing(name.clone()),
            });
        }
        for (name, member) in members {
            let length = at.len();
            push_name(at, name);
            match shape.properties.get(name).copied().or(shape.additional) {
                Some(id) => self.walk(id, member, at, found),
                None if shape.closed => {
                    found.push(Misfit {
                        pointer: at.clone(),
                        kind: MisfitKind::Unknown(name.clone()),
                    });
                }
                None => {}
            }
            at.truncate(length);
        }
    }

    /// Of several forms, the one named by the discriminator is checked; without one, any that fits will do.
    fn walk_choice(&self, shape: &Shape, value: &Value, at: &mut String, found: &mut Vec<Misfit>) {
        if shape.any_of.is_empty() {
            return;
        }
        if let Some((property, mapping)) = &shape.discriminator {
            let chosen = value[property].as_str().and_then(|name| mapping.get(name));
            if let Some(id) = chosen {
                return self.walk(*id, value, at, found);
            }
            let mut pointer = at.clone();
            push_name(&mut pointer, property);
            let names: Vec<&str> = mapping.keys().map(String::as_str).collect();
            found.push(Misfit {
                pointer,
                kind: MisfitKind::Expected(format!("one of: {}", names.join(" | "))),
            });
            return;
        }
        let mut best: Option<Vec<Misfit>> = None;
        for id in &shape.any_of {
            let mut misfits = Vec::new();
            self.walk(*id, value, at, &mut misfits);
            if best.as_ref().is_none_or(|best| misfits.len() < best.len()) {
                best = Some(misfits);
            }
        }
        found.extend(best.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests;
