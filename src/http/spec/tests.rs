use super::super::demo;
use super::*;

fn published() -> Value {
    serde_json::from_str(&demo::spec()).unwrap()
}

#[test]
fn equal_apis_give_equal_bytes() {
    assert_eq!(demo::spec(), demo::spec());
    // For the linters, which are no part of the tests: DEMO_SPEC=/tmp/demo.json cargo test equal_apis
    if let Ok(path) = std::env::var("DEMO_SPEC") {
        std::fs::write(path, demo::spec()).unwrap();
    }
}

#[test]
fn every_operation_lists_the_problems_it_can_answer_with() {
    let spec = published();
    let statuses = |path: &str, method: &str| -> Vec<String> {
        spec["paths"][path][method]["responses"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(
        statuses("/v1/things", "get"),
        ["200", "400", "401", "403", "404", "429", "500", "503"]
    );
    assert_eq!(
        statuses("/v1/things/{thing_id}", "get"),
        ["200", "304", "400", "401", "403", "404", "429", "500", "503"]
    );
    let change = statuses("/v1/things/{thing_id}", "patch");
    for status in ["404", "408", "409", "412", "413", "415", "422", "428"] {
        assert!(change.iter().any(|one| one == status), "{status} of {change:?}");
    }
}

#[test]
fn schemas_are_strict_and_in_openapi_s_own_words() {
    let text = demo::spec();
    for foreign in ["charset=utf-8", "uint", "naive-date", "1000.0"] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    let spec = published();
    let schemas = &spec["components"]["schemas"];
    assert_eq!(schemas["ThingInput"]["additionalProperties"], false);
    assert_eq!(schemas["Part"]["additionalProperties"], false);
    assert!(schemas["Thing"]["additionalProperties"].is_null(), "answers may grow");
    assert_eq!(schemas["ThingInput"]["properties"]["count"]["maximum"], 1000);
    assert_eq!(schemas["ThingInput"]["properties"]["count"]["format"], "int32");
    assert_eq!(schemas["Thing"]["properties"]["remark"]["nullable"], true);
    assert_eq!(schemas["Thing"]["properties"]["parts"]["maxItems"], 1000);
    assert!(spec["paths"]["/v1/things"]["post"]["parameters"][0]["required"] == true);
}

#[test]
fn objects_joined_by_all_of_stay_open() {
    let raw = json!({"paths": {"/x": {"post": {"requestBody": {"content": {"application/json": {"schema":
        {"$ref": "#/components/schemas/Joined"}}}}, "responses": {}}}},
        "components": {"schemas": {
            "Joined": {"allOf": [{"type": "object", "properties": {"kind": {"type": "string"}}}, {"$ref": "#/components/schemas/Rest"}]},
            "Rest": {"type": "object", "properties": {"inner": {"allOf": [{"$ref": "#/components/schemas/Inner"}, {"description": "d"}]}}},
            "Inner": {"type": "object", "properties": {}}}}});
    let mut spec = raw;
    schemas::close_requests(&mut spec);
    let schemas = &spec["components"]["schemas"];
    assert!(schemas["Joined"]["allOf"][0]["additionalProperties"].is_null());
    assert!(schemas["Rest"]["additionalProperties"].is_null());
}

#[test]
fn remarks_on_what_is_not_as_agreed() {
    let spec = r#"{"paths": {"/x": {"get": {"operationId": "X", "parameters": [{"name": "p"}]}}}}"#;
    assert_eq!(remarks(spec).unwrap().len(), 5);
    assert_eq!(
        remarks(&demo::spec()).unwrap(),
        ["patch change_thing: a parameter without a description"]
    );
}
