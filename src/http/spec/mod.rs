//! The published spec: what poem-openapi writes, made true and made strict.
//!
//! poem-openapi's document says less than the service does (no errors, no headers of the edge), in places something
//! else (`; charset=utf-8` as part of a media type, unknown formats, whole numbers as floats), and some of it in forms
//! that generators of clients trip over. It is corrected here once, by rule, so that rooms write their operations and
//! nothing twice. The result is committed, served, and enforced by the edge.

mod examples;
mod forms;
mod names;
mod operations;
mod references;
mod schemas;

use serde_json::{Map, Value, json};

/// What the document says about the whole API.
#[derive(Clone, Debug)]
pub struct About {
    /// What the API is, in Markdown.
    pub description: String,
    /// Who answers questions.
    pub contact_name: String,
    /// Where.
    pub contact_url: String,
    /// The licence by its SPDX name.
    pub license_name: String,
    /// Its text.
    pub license_url: String,
    /// The groups of operations, in reading order.
    pub tags: Vec<Tag>,
    /// Schemas that no operation refers to, by name.
    pub schemas: Vec<(String, Value)>,
    /// What is said of a schema beyond OpenAPI: the schema, the name, beginning with `x-`, and what is said.
    pub extensions: Vec<(&'static str, &'static str, Value)>,
}

/// A group of operations.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its name, as the operations use it.
    pub name: String,
    /// What belongs to it.
    pub description: String,
}

/// The document to publish, made from poem-openapi's: sorted, so that equal APIs give equal bytes.
///
/// # Errors
/// Where `raw` is no JSON.
pub fn publish(raw: &str, about: &About) -> Result<String, serde_json::Error> {
    let mut spec: Value = serde_json::from_str(raw)?;
    spec["info"]["description"] = json!(about.description);
    spec["info"]["contact"] = json!({"name": about.contact_name, "url": about.contact_url});
    spec["info"]["license"] = json!({"name": about.license_name, "url": about.license_url});
    spec["servers"] = json!([{"url": "/", "description": "This server, production or not.", "x-internal": "false"}]);
    let tags = about
        .tags
        .iter()
        .map(|tag| json!({"name": tag.name, "description": tag.description}));
    spec["tags"] = tags.collect();
    for (name, schema) in &about.schemas {
        spec["components"]["schemas"][name] = schema.clone();
    }
    for (schema, name, said) in &about.extensions {
        spec["components"]["schemas"][schema][name] = said.clone();
    }
    schemas::close_requests(&mut spec);
    operations::complete(&mut spec);
    schemas::tidy_everywhere(&mut spec);
    references::settle(&mut spec);
    forms::settle(&mut spec);
    names::settle(&mut spec);
    examples::settle(&mut spec);
    let mut text = serde_json::to_string_pretty(&sorted(spec))?;
    text.push('\n');
    Ok(text)
}

/// Members in order of their names, whatever kind of map `serde_json` was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> = members.into_iter().collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(members.into_iter().map(|(name, value)| (name, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}

/// The methods a path item may have.
const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];

/// Every operation of the spec, with its method.
fn for_each_operation(spec: &mut Value, mut visit: impl FnMut(&str, &mut Value)) {
    let paths = spec["paths"].as_object_mut().map(Map::values_mut);
    for item in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(method, operation);
            }
        }
    }
}

/// What an API style guide would remark on: nothing, once every operation is written as agreed.
///
/// # Errors
/// Where `spec` is no JSON.
pub fn remarks(spec: &str) -> Result<Vec<String>, serde_json::Error> {
    let mut spec: Value = serde_json::from_str(spec)?;
    let mut remarks = Vec::new();
    for_each_operation(&mut spec, |method, operation| {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let shaped = id.contains('_') && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let mut remark = |holds: bool, what: &str| {
            if !holds {
                remarks.push(format!("{method} {id}: {what}"));
            }
        };
        remark(shaped, "the operationId is not verb_noun");
        let says = |member: &str| operation[member].as_str().is_some_and(|text| !text.is_empty());
        remark(says("summary"), "no summary");
        remark(says("description"), "no description");
        remark(
            operation["tags"].as_array().is_some_and(|tags| tags.len() == 1),
            "not exactly one tag",
        );
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let mut silent = parameters.filter(|one| one["description"].as_str().is_none_or(str::is_empty));
        remark(silent.next().is_none(), "a parameter without a description");
    });
    Ok(remarks)
}

#[cfg(test)]
mod tests;
