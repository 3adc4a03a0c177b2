//! Operations: the problems each can answer with, and the headers of the edge and of our conventions.

use serde_json::{Map, Value, json};

use super::super::idempotency::{HEADER as IDEMPOTENCY_KEY, MAX_KEY_CHARS};
use super::for_each_operation;

/// A problem response: its status, its name in the components, when it is given.
const PROBLEMS: [(&str, &str, &str); 15] = [
    (
        "400",
        "BadRequest",
        "The request does not fit the definition; `errors` names every fault.",
    ),
    ("401", "Unauthorized", "No valid API key."),
    ("403", "Forbidden", "The key may not do this."),
    ("404", "NotFound", "There is no such thing, or it is not the caller's to see."),
    ("408", "RequestTimeout", "The body took too long to arrive."),
    (
        "409",
        "Conflict",
        "The state of things forbids it, or the same request is still being worked on.",
    ),
    (
        "412",
        "PreconditionFailed",
        "`If-Match` names another version than the current one.",
    ),
    ("413", "BodyTooLarge", "The body is larger than allowed."),
    ("415", "UnsupportedMediaType", "The body is of a type this operation does not read."),
    (
        "422",
        "Unprocessable",
        "A rule is broken, or an idempotency key was used for another request.",
    ),
    ("428", "PreconditionRequired", "`If-Match` is missing."),
    (
        "429",
        "TooManyRequests",
        "The limit of requests of the key, its organisation or the address is used up, or enough exports run already.",
    ),
    ("500", "Internal", "Our failure; the cause is in our log under the `request_id`."),
    ("503", "Unavailable", "Not now; retry after the given time."),
    ("507", "StorageFull", "There is no room left to write; nothing was written."),
];

/// The headers every answer may carry.
const SHARED_HEADERS: [(&str, &str); 4] = [
    ("X-Request-Id", "The request's id, the caller's own where it sent a sane one."),
    (
        "RateLimit-Policy",
        "The limits of the key and of its organisation: `\"key\";q=` requests in `w=` seconds, `\"organisation\";q=` likewise.",
    ),
    (
        "RateLimit",
        "What is left of them: `\"key\";r=` requests, all back in `t=` seconds, `\"organisation\";r=` likewise.",
    ),
    (
        "Access-Control-Allow-Origin",
        "Never sent: pages of other sites may not call this API.",
    ),
];

/// Completes every operation and adds the components they refer to.
pub fn complete(spec: &mut Value) {
    for_each_operation(spec, |method, operation| {
        let statuses = statuses_of(method, operation);
        complete_parameters(method, operation);
        let Some(responses) = operation["responses"].as_object_mut() else {
            return;
        };
        for (status, response) in responses.iter_mut() {
            complete_response(status, response);
        }
        // An operation that names a problem of its own gets the shared words for it.
        let named = responses.keys().filter(|status| status.starts_with(['4', '5'])).cloned();
        let named: Vec<String> = named.collect();
        for status in statuses.into_iter().map(str::to_owned).chain(named) {
            let name = PROBLEMS
                .iter()
                .find(|(one, _, _)| *one == status)
                .map_or("Internal", |(_, name, _)| name);
            responses.insert(status, json!({"$ref": format!("#/components/responses/{name}")}));
        }
        if operation["security"].is_null() {
            operation["security"] = json!([]);
        }
    });
    let headers = SHARED_HEADERS.iter().chain(&[("Retry-After", "Seconds to wait.")]);
    let headers: Map<String, Value> = headers
        .map(|(name, text)| {
            (
                (*name).to_owned(),
                json!({"description": text, "schema": {"type": "string", "maxLength": 200}}),
            )
        })
        .collect();
    spec["components"]["headers"] = Value::Object(headers);
    spec["components"]["responses"] = PROBLEMS
        .iter()
        .map(|problem| (problem.1.to_owned(), problem_response(problem)))
        .collect::<Map<_, _>>()
        .into();
    spec["components"]["schemas"]["Problem"] = problem_schema();
    spec["components"]["schemas"]["ProblemEntry"] = problem_entry_schema();
}

/// Which problems an operation can answer with, by what it takes.
fn statuses_of(method: &str, operation: &Value) -> Vec<&'static str> {
    let takes_header = |name: &str| {
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.any(|one| one["in"] == "header" && one["name"] == name)
    };
    let mut statuses = vec!["400", "429", "500", "503"];
    if operation["security"].as_array().is_some_and(|schemes| !schemes.is_empty()) {
        // 404 everywhere: a query or a body may name what is not the caller's to see.
        statuses.extend(["401", "403", "404"]);
    }
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let totals = parameters.any(|one| one["in"] == "query" && one["name"] == "measure");
    if totals || operation["operationId"] == "get_order_sheet_template" {
        // A total names towns, goods and measures: of what is not there, nought would be read as a figure. A sheet to be
        // filled in is of a channel that the buyer may use.
        statuses.push("422");
    }
    if method != "get" {
        statuses.extend(["408", "409", "413", "422", "507"]);
    }
    if operation["requestBody"].is_object() {
        statuses.push("415");
    }
    if takes_header("If-Match") {
        statuses.extend(["412", "428"]);
    }
    statuses
}

/// The headers of our conventions are the same everywhere, so they are described here and not in each room.
fn complete_parameters(method: &str, operation: &mut Value) {
    let versioned = operation["responses"]["200"]["headers"]["ETag"].is_object();
    if method == "get" && versioned {
        operation["responses"]["304"] = json!({"description": "The caller's copy is still good.", "headers": {}});
        if operation["parameters"].is_null() {
            operation["parameters"] = json!([]);
        }
        if let Some(parameters) = operation["parameters"].as_array_mut() {
            parameters.push(json!({"in": "header", "name": "If-None-Match", "required": false,
                "description": "The `ETag` of the copy the caller holds.",
                "schema": {"type": "string", "maxLength": 1000}}));
        }
    }
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let (description, schema) = match parameter["name"].as_str() {
            Some(IDEMPOTENCY_KEY) => (
                "The caller's own key for this intention: sent again with the same body, the first answer comes back. Kept 7 days.",
                json!({"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARS, "pattern": "^[!-~]+$"}),
            ),
            Some("If-Match") => (
                "The `ETag` of the version the change is meant for.",
                json!({"type": "string", "maxLength": 40, "pattern": "^(W/)?\"[!#-~]*\"$"}),
            ),
            _ => continue,
        };
        parameter["required"] = json!(true);
        parameter["description"] = json!(description);
        parameter["schema"] = schema;
    }
}

fn complete_response(status: &str, response: &mut Value) {
    if response["description"].as_str().is_none_or(str::is_empty) {
        let description = match status {
            "201" => "Made.",
            "202" => "Accepted; it will be done.",
            "204" => "Done.",
            _ => "OK.",
        };
        response["description"] = json!(description);
    }
    if response["headers"].is_null() {
        response["headers"] = json!({});
    }
    if let Some(headers) = response["headers"].as_object_mut() {
        add_shared_headers(headers);
    }
}

fn add_shared_headers(headers: &mut Map<String, Value>) {
    for (name, _) in SHARED_HEADERS {
        headers.insert(name.to_owned(), json!({"$ref": format!("#/components/headers/{name}")}));
    }
}

fn problem_response((status, _, description): &(&str, &str, &str)) -> Value {
    let mut headers = Map::new();
    add_shared_headers(&mut headers);
    if ["409", "429", "503"].contains(status) {
        headers.insert("Retry-After".to_owned(), json!({"$ref": "#/components/headers/Retry-After"}));
    }
    json!({
        "description": description,
        "headers": headers,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "errors"],
        "properties": {
            "type": {"type": "string", "maxLength": 100, "pattern": "^/problems/[a-z0-9_]+$", "description": "The kind of problem; stable."},
            "title": {"type": "string", "maxLength": 200, "description": "The kind in words."},
            "status": {"type": "integer", "format": "int32", "minimum": 400, "maximum": 599, "description": "The HTTP status."},
            "detail": {"type": "string", "description": "This occurrence in words, in Chinese or English by `Accept-Language`."},
            "permission": {"type": "string", "maxLength": 40, "description": "The permission that the key lacks, where that is the reason."},
            "request_id": {"type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$", "description": "The id to quote when asking about it."},
            "errors": {
                "type": "array",
                "maxItems": super::super::fault::MAX_FAULTS,
                "description": "Every fault found, each with its place.",
                "items": {"$ref": "#/components/schemas/ProblemEntry"},
            },
        },
    })
}

fn problem_entry_schema() -> Value {
    json!({
        "type": "object",
        "description": "One fault.",
        "required": ["type", "pointer", "detail"],
        "properties": {
            "type": {"type": "string", "maxLength": 100, "pattern": "^/problems/[a-z0-9_]+$", "description": "The kind of fault; stable."},
            "pointer": {"type": "string", "description": "JSON pointer into the body; empty for the whole request."},
            "parameter": {"type": "string", "maxLength": 100, "description": "The parameter at fault, if it is one."},
            "detail": {"type": "string", "description": "The fault in words."},
            "values": {
                "type": "object",
                "description": "The values of the sentence, for machines.",
                "maxProperties": 20,
                "additionalProperties": {"type": "string"},
            },
        },
    })
}
