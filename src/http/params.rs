//! Checks the parameters of path, query and header against the spec, all of them at once.

use poem::Request;
use serde_json::Value;

use super::fault::Fault;
use super::idempotency;
use super::routes::{Operation, Parameter, PathEntry, Place, Routes};
use super::shape::{MisfitKind, ShapeId, Shapes};

/// Headers whose own modules read them, with problems of their own.
const READ_ELSEWHERE: [&str; 2] = [idempotency::HEADER, "If-Match"];

/// Every fault of the request's parameters.
#[must_use]
pub fn faults(routes: &Routes, entry: &PathEntry, operation: &Operation, request: &Request) -> Vec<Fault> {
    let shapes = routes.shapes();
    let mut faults = Vec::new();
    let known = |place: Place, name: &str| {
        operation
            .parameters
            .iter()
            .find(|parameter| parameter.place == place && parameter.name == name)
    };
    for (name, raw) in entry.path_values(request.uri().path()) {
        let Some(parameter) = known(Place::Path, name) else { continue };
        match decode(raw) {
            Some(text) => faults.extend(misfit(shapes, parameter, &[&text])),
            None => faults.push(unfit(parameter, "UTF-8")),
        }
    }
    let Ok(query) = request.params::<Vec<(String, String)>>() else {
        faults.push(Fault::of("bad_request"));
        return faults;
    };
    for (index, (name, _)) in query.iter().enumerate() {
        let first = query.iter().position(|(other, _)| other == name) == Some(index);
        if first && known(Place::Query, name).is_none() {
            let shown: String = name.chars().take(64).filter(|sign| !sign.is_control()).collect();
            faults.push(Fault::of("unknown_parameter").parameter(shown.as_str()).with("name", shown));
        }
    }
    for parameter in &operation.parameters {
        let texts: Vec<&str> = match parameter.place {
            Place::Path => continue,
            Place::Query => query
                .iter()
                .filter(|(name, _)| *name == parameter.name)
                .map(|(_, text)| text.as_str())
                .collect(),
            Place::Header if READ_ELSEWHERE.iter().any(|name| name.eq_ignore_ascii_case(&parameter.name)) => continue,
            Place::Header => request
                .headers()
                .get_all(&parameter.name)
                .iter()
                .filter_map(|text| text.to_str().ok())
                .collect(),
        };
        if !texts.is_empty() {
            faults.extend(misfit(shapes, parameter, &texts));
        } else if parameter.required {
            let fault = Fault::of("missing_parameter").parameter(parameter.name.as_str());
            faults.push(fault.with("name", &parameter.name));
        }
    }
    faults
}

fn misfit(shapes: &Shapes, parameter: &Parameter, texts: &[&str]) -> Option<Fault> {
    if texts.iter().any(|text| text.contains('\0')) {
        return Some(unfit(parameter, "a text without U+0000"));
    }
    let value = if shapes.type_of(parameter.shape) == Some("array") {
        let items = shapes.items_of(parameter.shape);
        Value::Array(texts.iter().map(|text| read(shapes, items, text)).collect())
    } else if let [text] = texts {
        read(shapes, Some(parameter.shape), text)
    } else {
        let fault = Fault::of("repeated_parameter").parameter(parameter.name.as_str());
        return Some(fault.with("name", &parameter.name));
    };
    let misfits = shapes.misfits(parameter.shape, &value);
    match &misfits.first()?.kind {
        MisfitKind::Expected(expected) => Some(unfit(parameter, expected)),
        MisfitKind::Missing(name) | MisfitKind::Unknown(name) => Some(unfit(parameter, name)),
        MisfitKind::Invisible(c) => {
            let fault = Fault::of("invisible_character").parameter(parameter.name.as_str());
            Some(fault.with("character", format!("U+{:04X}", u32::from(*c))))
        }
    }
}

fn unfit(parameter: &Parameter, expected: &str) -> Fault {
    let slug = if parameter.place == Place::Path {
        "invalid_path"
    } else {
        "invalid_parameter"
    };
    Fault::of(slug)
        .parameter(parameter.name.as_str())
        .with("name", &parameter.name)
        .with("expected", expected)
}

/// A parameter's text as the JSON value its schema speaks of; what cannot be read stays text and then misfits.
fn read(shapes: &Shapes, shape: Option<ShapeId>, text: &str) -> Value {
    let as_text = || Value::from(text);
    match shape.and_then(|shape| shapes.type_of(shape)) {
        Some("integer") => text.parse::<i64>().map_or_else(|_| as_text(), Value::from),
        Some("number") => text.parse::<f64>().map_or_else(|_| as_text(), Value::from),
        Some("boolean") => text.parse::<bool>().map_or_else(|_| as_text(), Value::from),
        _ => as_text(),
    }
}

/// A percent-encoded segment as text; none where it is not UTF-8.
fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = (*byte == b'%')
            .then(|| after.split_at_checked(2))
            .flatten()
            .and_then(|(digits, after)| {
                let value = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
                Some((value, after))
            });
        let (value, after) = escaped.unwrap_or((*byte, after));
        bytes.push(value);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::Method;

    const SPEC: &str = r#"{"paths": {"/things/{id}": {"get": {"operationId": "list_things", "parameters": [
        {"in": "path", "name": "id", "required": true, "schema": {"type": "string", "format": "uuid"}},
        {"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 200}},
        {"in": "query", "name": "town", "schema": {"type": "array", "items": {"type": "string", "maxLength": 2}}},
        {"in": "query", "name": "from", "required": true, "schema": {"type": "string", "format": "date"}}]}}}}"#;

    fn found(uri: &str) -> Vec<(&'static str, String)> {
        let routes = Routes::from_spec(SPEC).unwrap();
        let request = Request::builder().uri_str(uri).finish();
        let entry = routes.find(request.uri().path()).unwrap();
        let faults = faults(&routes, entry, entry.operation(&Method::GET).unwrap(), &request);
        faults
            .iter()
            .map(|fault| (fault.slug(), fault.parameter_name().unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn finds_every_bad_parameter() {
        let id = "0190a6b0-0000-7000-8000-000000000000";
        assert_eq!(
            found(&format!("/things/{id}?from=2026-01-02&limit=3&town=%E7%99%BD%E8%92%B2&town=ab")),
            []
        );
        let faults = found("/things/seven?limit=201&twon=x&town=abc&limit=1");
        let expected = [
            ("invalid_path", "id"),
            ("unknown_parameter", "twon"),
            ("repeated_parameter", "limit"),
            ("invalid_parameter", "town"),
            ("missing_parameter", "from"),
        ];
        assert_eq!(faults, expected.map(|(slug, name)| (slug, name.to_owned())));
        assert_eq!(found(&format!("/things/{id}?from=2026-01-02%00"))[0].0, "invalid_parameter");
    }

    #[test]
    fn decodes_segments() {
        assert_eq!(decode("a%20b%E7%B1%B3").as_deref(), Some("a b米"));
        assert_eq!(decode("100%").as_deref(), Some("100%"));
        assert_eq!(decode("%FF"), None);
    }
}
