//! Conditional requests (RFC 9110 section 13) over row versions: the ETag of version 7 is `"v7"`, always strong.

use super::fault::{Fault, Refusal};

/// The `ETag` of a version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The version an `If-Match` demands.
///
/// # Errors
/// `precondition_required` (428) without the header; `invalid_parameter` (400) for what is no single entity tag: a
/// list, or `*`, which would promise a check that is none; `precondition_failed` (412) for a tag no version of ours
/// has: a weak or a foreign one.
pub fn if_match(header: Option<&str>) -> Result<i64, Refusal> {
    let Some(header) = header.map(str::trim) else {
        return Err(Fault::of("precondition_required").parameter("If-Match").into());
    };
    if !is_entity_tag(header) {
        let fault = Fault::of("invalid_parameter").parameter("If-Match").with("name", "If-Match");
        return Err(fault
            .with("expected", format!("the ETag that was read, such as {}", etag(1)))
            .into());
    }
    version_of(header).ok_or_else(|| stale().into())
}

/// The fault of a version that is no longer the current one; for the compare-and-set that finds it.
#[must_use]
pub fn stale() -> Fault {
    Fault::of("precondition_failed").parameter("If-Match")
}

/// Whether the caller's copy is still good, so that 304 is the answer.
///
/// The edge asks this for every GET answered with an `ETag`; a handler may ask first to save itself the reading.
#[must_use]
pub fn not_modified(if_none_match: Option<&str>, version: i64) -> bool {
    any_tag_is(if_none_match, &etag(version))
}

/// Whether `If-None-Match` names `etag`. Weak comparison, as RFC 9110 wants here.
#[must_use]
pub fn any_tag_is(if_none_match: Option<&str>, etag: &str) -> bool {
    let Some(header) = if_none_match else { return false };
    header
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// RFC 9110: a quoted text of visible characters, `W/` before it if weak.
fn is_entity_tag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'))
}

fn version_of(tag: &str) -> Option<i64> {
    let digits = tag.strip_prefix("\"v")?.strip_suffix('"')?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_wants_one_strong_tag() {
        assert_eq!(if_match(Some("\"v12\"")).unwrap(), 12);
        let slug = |header| if_match(header).unwrap_err().faults()[0].slug();
        assert_eq!(slug(None), "precondition_required");
        for header in ["W/\"v1\"", "\"v-1\"", "\"v\"", "\"abc\"", "\"v99999999999999999999\""] {
            assert_eq!(slug(Some(header)), "precondition_failed", "{header}");
        }
        for header in ["*", "\"v1\", \"v2\"", "v1", "{}", "\"", ""] {
            assert_eq!(slug(Some(header)), "invalid_parameter", "{header}");
        }
    }

    #[test]
    fn if_none_match_finds_our_version() {
        assert!(not_modified(Some("\"v1\", W/\"v3\""), 3));
        assert!(not_modified(Some("*"), 3));
        assert!(!not_modified(Some("\"v2\""), 3));
        assert!(!not_modified(None, 3));
        assert_eq!(etag(3), "\"v3\"");
    }
}
