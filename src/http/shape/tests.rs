use super::*;
use serde_json::json;

fn misfits(schema: &Value, value: &Value) -> Vec<String> {
    let components = json!({
        "Line": {
            "type": "object", "required": ["sku"], "additionalProperties": false,
            "properties": {"sku": {"type": "string", "pattern": "^[A-Z]+$"}, "n": {"type": "integer", "minimum": 1},
                "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}}}
        },
        "Cat": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}}
    });
    let mut shapes = Shapes::default();
    let id = shapes.compile(schema, components.as_object().unwrap()).unwrap();
    let say = |misfit: Misfit| format!("{} {:?}", misfit.pointer, misfit.kind);
    shapes.misfits(id, value).into_iter().map(say).collect()
}

#[test]
fn reports_every_misfit_with_its_place() {
    let schema = json!({"type": "array", "maxItems": 3, "items": {"$ref": "#/components/schemas/Line"}});
    let value = json!([
        {"sku": "AB", "n": 1, "parts": [{"sku": "C", "n": 0}]},
        {"sku": "ab", "extra": 1},
        {"n": "1"}
    ]);
    let expected = [
        "/0/parts/0/n Expected(\"1 or more\")",
        "/1/extra Unknown(\"extra\")",
        "/1/sku Expected(\"a text of this form\")",
        "/2/sku Missing(\"sku\")",
        "/2/n Expected(\"a whole number\")",
    ];
    assert_eq!(misfits(&schema, &value), expected);
    assert_eq!(misfits(&schema, &json!([1, 2, 3, 4])), [" Expected(\"at most 3 entries\")"]);
}

#[test]
fn counts_characters_not_bytes() {
    let schema = json!({"type": "string", "minLength": 2, "maxLength": 3});
    assert!(misfits(&schema, &json!("稻米香")).is_empty());
    assert_eq!(misfits(&schema, &json!("米")), [" Expected(\"2 to 3 characters (there are 1)\")"]);
}

#[test]
fn null_is_fine_only_where_the_schema_says_so() {
    let schema = json!({"type": "object", "required": ["a", "b"], "properties": {
        "a": {"type": "string", "nullable": true}, "b": {"type": "string"}, "c": {"type": "string"}}});
    assert_eq!(
        misfits(&schema, &json!({"a": null, "b": null, "c": null})),
        ["/b Expected(\"a text in quotes\")", "/c Expected(\"a text in quotes\")"]
    );
}

#[test]
fn the_discriminator_chooses_the_form() {
    let schema = json!({"type": "object", "anyOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}}});
    assert_eq!(
        misfits(&schema, &json!({"kind": "cat", "lives": "9"})),
        ["/lives Expected(\"a whole number\")"]
    );
    assert_eq!(misfits(&schema, &json!({"kind": "dog"})), ["/kind Expected(\"one of: cat\")"]);
}

#[test]
fn knows_the_common_formats() {
    for (format, good, bad) in [
        ("uuid", "0190a6b0-0000-7000-8000-000000000000", "not-a-uuid"),
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-02-28T08:00:00+08:00", "2026-02-28 08:00"),
    ] {
        let schema = json!({"type": "string", "format": format});
        assert!(misfits(&schema, &json!(good)).is_empty(), "{good}");
        assert_eq!(misfits(&schema, &json!(bad)).len(), 1, "{bad}");
    }
}

#[test]
fn a_bad_spec_is_found_at_the_start() {
    let mut shapes = Shapes::default();
    let none = Map::new();
    assert!(shapes.compile(&json!({"type": "string", "pattern": "("}), &none).is_err());
    assert!(shapes.compile(&json!({"$ref": "#/components/schemas/Nobody"}), &none).is_err());
}

#[test]
fn says_by_example_what_was_meant() {
    let quantity = json!({"type": "string", "pattern": r"^(0|[1-9]\d{0,6})(\.\d{1,3})?$", "example": "98.6"});
    let day = json!({"type": "string", "format": "date", "minLength": 10, "maxLength": 10, "pattern": r"^\d{4}-\d\d-\d\d$"});
    let sku = json!({"type": "string", "maxLength": 3, "minLength": 1, "pattern": "^[A-Z]+$", "example": "GR"});
    let cases = [
        (&quantity, json!("1000001"), "a number from 0 to 1000000, such as 98.6"),
        (&quantity, json!("-1"), "a number from 0 to 1000000, such as 98.6"),
        (&quantity, json!("1.2345"), "a number with at most 3 decimals, such as 98.6"),
        (&quantity, json!("ten"), "a number, such as 98.6"),
        (&quantity, json!(7), "a text in quotes, such as \"98.6\""),
        (&day, json!("2026/12/5"), "a date, such as 2026-12-05"),
        (&day, json!("2026-02-30"), "a date, such as 2026-12-05"),
        (&sku, json!(""), "a text that is not empty, such as GR"),
        (&sku, json!("ABCD"), "1 to 3 characters (there are 4), such as GR"),
        (&sku, json!("黑米"), "a text of this form, such as GR"),
    ];
    for (schema, value, expected) in cases {
        let expected = format!(" {:?}", MisfitKind::Expected(expected.to_owned()));
        assert_eq!(misfits(schema, &value), [expected], "{value}");
    }
}
