//! The spec as `/docs` shows it to who reads Chinese: titles of the groups and of the operations. Names that programs write
//! stay as they are.

use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Default, Deserialize)]
struct Words {
    title: String,
    description: String,
    api_key: String,
    server: String,
    tags: BTreeMap<String, TagWords>,
    operations: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct TagWords {
    name: String,
    description: String,
}

/// A file that does not parse fails the tests, so the empty one is never served.
fn words() -> Words {
    toml::from_str(include_str!("docs_zh.toml")).unwrap_or_default()
}

/// The spec in Chinese; as it is, where it is none.
pub(super) fn in_chinese(spec: &str) -> String {
    let Ok(mut spec) = serde_json::from_str::<Value>(spec) else {
        return spec.to_owned();
    };
    let words = words();
    spec["info"]["title"] = json!(words.title);
    spec["info"]["description"] = json!(words.description);
    if let Some(key) = spec.pointer_mut("/components/securitySchemes/ApiKey/description") {
        *key = json!(words.api_key);
    }
    if let Some(server) = spec.pointer_mut("/servers/0/description") {
        *server = json!(words.server);
    }
    for tag in spec["tags"].as_array_mut().into_iter().flatten() {
        if let Some(said) = tag["name"].as_str().and_then(|name| words.tags.get(name)) {
            *tag = json!({"name": said.name, "description": said.description});
        }
    }
    let items = spec["paths"].as_object_mut().into_iter().flatten();
    let operations = items.filter_map(|(_, item)| item.as_object_mut()).flatten();
    for (_, operation) in operations.filter(|(_, operation)| operation.is_object()) {
        if let Some(said) = operation["operationId"].as_str().and_then(|id| words.operations.get(id)) {
            operation["summary"] = json!(said);
        }
        for tag in operation["tags"].as_array_mut().into_iter().flatten() {
            if let Some(said) = tag.as_str().and_then(|name| words.tags.get(name)) {
                *tag = json!(said.name);
            }
        }
    }
    spec.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_group_and_operation_is_said_in_chinese() {
        let published: Value = serde_json::from_str(include_str!("../../openapi/openapi.json")).unwrap();
        let words = words();
        let tags = published["tags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|tag| tag["name"].as_str().unwrap());
        let untold: Vec<&str> = tags.filter(|name| !words.tags.contains_key(*name)).collect();
        assert!(untold.is_empty(), "groups that src/app/docs_zh.toml does not name: {untold:?}");
        let items = published["paths"].as_object().unwrap().values();
        let ids = items
            .flat_map(|item| item.as_object().unwrap().values())
            .filter_map(|one| one["operationId"].as_str());
        let ids: BTreeSet<&str> = ids.collect();
        let told: BTreeSet<&str> = words.operations.keys().map(String::as_str).collect();
        let differ: Vec<&&str> = ids.symmetric_difference(&told).collect();
        assert!(
            differ.is_empty(),
            "operations that src/app/docs_zh.toml does not name, or that are gone: {differ:?}"
        );
    }

    #[test]
    fn what_programs_write_stays() {
        let spec = json!({"info": {"title": "Yangpin"}, "tags": [{"name": "Orders", "description": "x"}],
            "paths": {"/v1/orders": {"post": {"operationId": "place_order", "summary": "Place orders", "tags": ["Orders"]}}}});
        let said: Value = serde_json::from_str(&in_chinese(&spec.to_string())).unwrap();
        let operation = &said["paths"]["/v1/orders"]["post"];
        assert_eq!(
            (&operation["summary"], &operation["operationId"]),
            (&json!("下单"), &json!("place_order"))
        );
        assert_eq!((&operation["tags"], &said["tags"][0]["name"]), (&json!(["订单"]), &json!("订单")));
    }
}
