//! An answer, and what tests say about it.

use poem::http::HeaderMap;
use serde_json::Value;

/// An answer that has been held to the spec.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub json: Value,
}

impl Answer {
    pub(super) fn new(status: u16, headers: HeaderMap, bytes: Vec<u8>) -> Self {
        let is_json = headers
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .is_some_and(|kind| kind == "application/json" || kind.ends_with("+json"));
        let json = if is_json && !bytes.is_empty() {
            serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("not JSON ({e}): {}", String::from_utf8_lossy(&bytes)))
        } else {
            Value::Null
        };
        Self {
            status,
            headers,
            bytes,
            json,
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn body(self, status: u16) -> Value {
        self.is(status).json
    }

    /// The kind of a problem with this status.
    #[track_caller]
    pub fn problem(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.text());
        let kind = self.json["type"].as_str().expect("a problem");
        kind.trim_start_matches("/problems/")
    }

    /// Each fault of a problem with this status as `kind place`.
    #[track_caller]
    pub fn faults(&self, status: u16) -> Vec<String> {
        assert_eq!(self.status, status, "{}", self.text());
        assert!(
            !has_placeholder(self.json["detail"].as_str().unwrap_or_default()),
            "{}",
            self.text()
        );
        let text = |entry: &Value, name: &str| entry[name].as_str().map(str::to_owned);
        self.json["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|entry| {
                let kind = text(entry, "type").unwrap();
                let place = text(entry, "parameter").or_else(|| text(entry, "pointer")).unwrap();
                format!("{} {place}", kind.trim_start_matches("/problems/")).trim_end().to_owned()
            })
            .collect()
    }

    /// A value that a fault's sentence names.
    #[track_caller]
    pub fn value_of_fault(&self, at: usize, name: &str) -> &str {
        self.json["errors"][at]["values"][name]
            .as_str()
            .unwrap_or_else(|| panic!("no value {name} in {}", self.text()))
    }

    pub fn etag(&self) -> &str {
        self.header("etag").expect("an ETag")
    }

    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }
}

/// Whether a sentence shows a place where a value should be.
fn has_placeholder(sentence: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let mut after = sentence.split('{').skip(1);
    after.any(|rest| rest.split_once('}').is_some_and(|(name, _)| is_name(name)))
}
