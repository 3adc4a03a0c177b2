//! The wire side of idempotent requests: the key's header and the fingerprint of a request.
//!
//! Keeping the key is the journal's, which writes it in the transaction of the effect.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::fault::{Fault, Refusal};

/// The request header.
pub const HEADER: &str = "Idempotency-Key";
/// The answer's header that marks a replay.
pub const REPLAYED_HEADER: &str = "Idempotent-Replayed";
/// A key is at most this long.
pub const MAX_KEY_CHARS: usize = 128;

/// A caller's key for one intention, unique among the caller's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Reads the header as poem-openapi hands it over (`Header<Option<String>>`).
    ///
    /// # Errors
    /// `idempotency_key_missing` without it, `invalid_parameter` for one that is not 1 to 128 visible ASCII characters.
    pub fn from_header(header: Option<&str>) -> Result<Self, Refusal> {
        let text = header.map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = text else {
            return Err(Fault::of("idempotency_key_missing").parameter(HEADER).into());
        };
        // The IETF draft writes the key as a quoted string; most callers send it bare. Both mean the same key.
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let visible = bare.bytes().all(|byte| byte.is_ascii_graphic());
        if bare.is_empty() || bare.len() > MAX_KEY_CHARS || !visible {
            let expected = format!("1 to {MAX_KEY_CHARS} visible characters without spaces, such as 5c4f1d6e-order-42");
            let fault = Fault::of("invalid_parameter").parameter(HEADER).with("name", HEADER);
            return Err(fault.with("expected", expected).into());
        }
        Ok(Self(bare.to_owned()))
    }

    /// The key's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The fingerprint that tells a repeated request from another one under the same key.
///
/// The body is hashed in a canonical form, so that the order of members and white space do not matter.
#[must_use]
pub fn request_hash(method_and_path: &str, body: &Value) -> [u8; 32] {
    let mut canonical = String::new();
    write_canonical(body, &mut canonical);
    let mut hasher = Sha256::new();
    hasher.update(method_and_path.as_bytes());
    hasher.update([0]);
    hasher.update(canonical.as_bytes());
    hasher.finalize().into()
}

/// Members sorted whatever map `serde_json` is built with; the depth is bounded by the edge.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            out.push('{');
            for name in names {
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                if let Some(member) = members.get(name) {
                    write_canonical(member, out);
                }
                out.push(',');
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_bare_and_quoted_keys() {
        assert_eq!(IdempotencyKey::from_header(Some("abc-1")).unwrap().as_str(), "abc-1");
        assert_eq!(IdempotencyKey::from_header(Some("\"abc-1\"")).unwrap().as_str(), "abc-1");
        let slug = |header| IdempotencyKey::from_header(header).unwrap_err().faults()[0].slug();
        assert_eq!(slug(None), "idempotency_key_missing");
        assert_eq!(slug(Some("  ")), "idempotency_key_missing");
        assert_eq!(slug(Some("a b")), "invalid_parameter");
        assert_eq!(slug(Some(&"x".repeat(129))), "invalid_parameter");
    }

    #[test]
    fn only_what_matters_changes_the_hash() {
        let one = request_hash("POST /v1/a", &json!({"a": 1, "b": [1, 2]}));
        assert_eq!(one, request_hash("POST /v1/a", &json!({"b": [1, 2], "a": 1})));
        assert_ne!(one, request_hash("POST /v1/b", &json!({"a": 1, "b": [1, 2]})));
        assert_ne!(one, request_hash("POST /v1/a", &json!({"a": 1, "b": [2, 1]})));
        assert_ne!(one, request_hash("POST /v1/a", &json!({"a": "1", "b": [1, 2]})));
    }
}
