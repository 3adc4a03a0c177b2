//! Reads a JSON body once, strictly: what other parsers let pass or resolve silently is refused here.
//!
//! Duplicate names (most parsers keep the last), U+0000 in text (PostgreSQL cannot store it), lone surrogates, broken
//! UTF-8 and bottomless nesting. The first three are collected; the rest end the reading.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::fault::{Fault, MAX_FAULTS};

/// Nesting beyond this is refused; it is below the parser's own limit, so the stack is never in danger.
pub const MAX_DEPTH: usize = 64;

/// The value in `bytes`, or everything wrong with it.
///
/// # Errors
/// The faults found.
pub fn read(bytes: &[u8]) -> Result<Value, Vec<Fault>> {
    let mut reader = Reader::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Node(&mut reader).deserialize(&mut deserializer).and_then(|value| {
        deserializer.end()?;
        Ok(value)
    });
    match value {
        Ok(value) if reader.faults.is_empty() => Ok(value),
        Ok(_) => Err(reader.faults),
        Err(_) if reader.too_deep => Err(vec![Fault::of("json_too_deep").with("limit", MAX_DEPTH)]),
        Err(error) => {
            let fault = Fault::of("malformed_json")
                .with("line", error.line())
                .with("column", error.column());
            Err(vec![fault])
        }
    }
}

/// A step of a JSON pointer.
#[derive(Clone, Debug)]
enum Step {
    Name(String),
    Index(usize),
}

#[derive(Debug, Default)]
struct Reader {
    path: Vec<Step>,
    faults: Vec<Fault>,
    too_deep: bool,
}

impl Reader {
    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) => push_name(&mut pointer, name),
                Step::Index(index) => push_index(&mut pointer, *index),
            }
        }
        pointer
    }

    fn note(&mut self, fault: impl FnOnce() -> Fault) {
        if self.faults.len() <= MAX_FAULTS {
            let fault = fault().at(self.pointer());
            self.faults.push(fault);
        }
    }

    fn text(&mut self, text: &str) {
        if text.contains('\0') {
            self.note(|| Fault::of("invalid_text"));
        }
    }

    fn descend<E: Error>(&mut self, step: Step) -> Result<(), E> {
        self.path.push(step);
        if self.path.len() > MAX_DEPTH {
            self.too_deep = true;
            return Err(E::custom("too deep"));
        }
        Ok(())
    }
}

/// Appends `/name` to a JSON pointer, escaped as RFC 6901 says. U+0000, which no text of ours may hold, is shown as
/// U+FFFD.
pub(super) fn push_name(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1").replace('\0', "\u{fffd}"));
}

/// Appends `/index` to a JSON pointer.
pub(super) fn push_index(pointer: &mut String, index: usize) {
    pointer.push('/');
    pointer.push_str(&index.to_string());
}

struct Node<'r>(&'r mut Reader);

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.0.text(value);
        Ok(Value::from(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            self.0.descend(Step::Index(list.len()))?;
            let item = items.next_element_seed(Node(&mut *self.0))?;
            self.0.path.pop();
            match item {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.0.descend(Step::Name(name.clone()))?;
            self.0.text(&name);
            if object.contains_key(&name) {
                let shown = name.replace('\0', "\u{fffd}");
                self.0.note(|| Fault::of("duplicate_key").with("name", shown));
            }
            let value = members.next_value_seed(Node(&mut *self.0))?;
            self.0.path.pop();
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(bytes: &[u8]) -> Vec<(&'static str, String)> {
        let faults = read(bytes).unwrap_err();
        faults.iter().map(|fault| (fault.slug(), fault.pointer().to_owned())).collect()
    }

    #[test]
    fn reads_what_is_sound() {
        let value = read(r#" {"a": [1, -2, 2.5, true, null, "米\u0041\ud83c\udf3e"]} "#.as_bytes()).unwrap();
        assert_eq!(value, json!({"a": [1, -2, 2.5, true, null, "米A🌾"]}));
    }

    #[test]
    fn points_at_duplicates_and_nul_all_at_once() {
        let body = br#"{"a": 1, "a": 2, "l": [{"x/y": "n\u0000"}, {"b": {"c": 1, "c": 1}}], "k\u0000": 1}"#;
        let expected = [
            ("duplicate_key", "/a"),
            ("invalid_text", "/l/0/x~1y"),
            ("duplicate_key", "/l/1/b/c"),
            ("invalid_text", "/k\u{fffd}"),
        ];
        assert_eq!(found(body), expected.map(|(slug, at)| (slug, at.to_owned())));
    }

    #[test]
    fn refuses_what_is_no_json() {
        let bad: [&[u8]; 9] = [
            b"{",
            b"[1,]",
            b"{} {}",
            b"\"\\ud800\"",
            b"\"\xff\"",
            b"1e999",
            b"\xef\xbb\xbf{}",
            b"NaN",
            b"",
        ];
        for body in bad {
            assert_eq!(found(body)[0].0, "malformed_json", "{body:?}");
        }
        let fault = &read(b"{\n  \"a\": x}").unwrap_err()[0];
        assert_eq!(fault.values()["line"], "2");
    }

    #[test]
    fn depth_is_bounded_however_deep_it_comes() {
        let nested = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(found(&nested(MAX_DEPTH + 1))[0].0, "json_too_deep");
        assert_eq!(found(&vec![b'['; 1_000_000])[0].0, "json_too_deep");
        assert_eq!(found("{\"a\":".repeat(100_000).as_bytes())[0].0, "json_too_deep");
    }
}
