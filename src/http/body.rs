//! Receives a body within its limits and judges it against the spec before a handler sees it.

use std::time::Duration;

use poem::Request;
use poem::error::ReadBodyError;
use poem::http::{HeaderMap, header};
use serde_json::Value;

use super::fault::{Fault, Refusal};
use super::json;
use super::routes::{BodyRule, Routes, essence, is_json};
use super::shape::{Misfit, MisfitKind};

/// What a file is that nobody says anything of.
const ANY_FILE: &str = "application/octet-stream";

/// How large a body may be, and how long it may take.
#[derive(Clone, Copy, Debug)]
pub struct BodyBounds {
    /// The most bytes.
    pub bytes: usize,
    /// The longest time until the last byte.
    pub time: Duration,
}

/// Whether a request says that a body comes after its head.
#[must_use]
pub fn is_announced(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH);
    headers.contains_key(header::TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
}

/// Reads the whole body and puts it back for the handler.
///
/// # Errors
/// `body_too_large`, `request_timeout`, or `bad_request` where the connection broke off.
pub async fn receive(request: &mut Request, bounds: BodyBounds) -> Result<Vec<u8>, Refusal> {
    let too_large = || Refusal::from(Fault::of("body_too_large").with("limit_bytes", bounds.bytes));
    let announced = request.header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > bounds.bytes)) {
        return Err(too_large());
    }
    let reading = request.take_body().into_bytes_limit(bounds.bytes);
    let bytes = match tokio::time::timeout(bounds.time, reading).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(ReadBodyError::PayloadTooLarge)) => return Err(too_large()),
        Ok(Err(_)) => return Err(Refusal::fault("bad_request")),
        Err(_) => return Err(Fault::of("request_timeout").with("limit_s", bounds.time.as_secs()).into()),
    };
    request.set_body(bytes.clone());
    Ok(bytes.into())
}

/// The media type of a body in the spec's own letters, whatever capitals and parameters it came with: the framework, which
/// reads it next, compares letter by letter. A body that says nothing of itself is any file, where any file is taken.
///
/// # Errors
/// `unsupported_media_type`, naming all that are taken.
pub fn media<'r>(rule: &'r BodyRule, content_type: Option<&str>, body: &[u8]) -> Result<&'r str, Refusal> {
    let given = content_type.map_or(ANY_FILE, essence);
    let taken = rule.media.iter().find(|media| media.eq_ignore_ascii_case(given));
    // Who sends nothing need not say of what kind it is.
    let taken = taken.or_else(|| rule.media.first().filter(|_| body.is_empty()));
    taken.map(String::as_str).ok_or_else(|| {
        let expected = rule.media.join(", ");
        Fault::of("unsupported_media_type").with("expected", expected).into()
    })
}

/// Every fault of a body of a media type that is taken.
#[must_use]
pub fn faults(routes: &Routes, rule: &BodyRule, media: &str, body: &[u8]) -> Vec<Fault> {
    if body.is_empty() {
        // Sheets are sent by people, who know of no body.
        let is_sheet = rule.media.iter().any(|media| media == "text/csv");
        let missing = || {
            if is_sheet {
                Fault::of("file_empty")
            } else {
                Fault::of("missing_field").with("name", "body").with("media", rule.media.join(", "))
            }
        };
        return rule.required.then(missing).into_iter().collect();
    }
    let Some(shape) = rule.json.filter(|_| is_json(media)) else {
        return Vec::new();
    };
    let value: Value = match json::read(body) {
        Ok(value) => value,
        Err(faults) => return faults,
    };
    routes.shapes().misfits(shape, &value).into_iter().map(fault_of).collect()
}

fn fault_of(misfit: Misfit) -> Fault {
    let fault = match misfit.kind {
        MisfitKind::Missing(name) => Fault::of("missing_field").with("name", name),
        MisfitKind::Unknown(name) => Fault::of("unknown_field").with("name", name),
        MisfitKind::Expected(expected) => Fault::of("invalid_field").with("expected", expected),
        MisfitKind::Invisible(c) => Fault::of("invisible_character").with("character", format!("U+{:04X}", u32::from(c))),
    };
    fault.at(misfit.pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_known_with_parameters_and_in_any_capitals() {
        let rule = |media: &[&str]| BodyRule {
            required: true,
            media: media.iter().map(|media| (*media).to_owned()).collect(),
            json: None,
        };
        let files = rule(&["application/octet-stream", "text/csv"]);
        for (given, taken) in [
            (Some("Text/CSV; charset=UTF-8"), Some("text/csv")),
            (Some("text/csv ;header=present"), Some("text/csv")),
            (None, Some("application/octet-stream")),
            (Some(""), None),
            (Some("text/csv2"), None),
        ] {
            assert_eq!(media(&files, given, b"a").ok(), taken, "{given:?}");
        }
        let json = rule(&["application/json"]);
        assert_eq!(media(&json, None, b"{}").ok(), None);
        assert_eq!(media(&json, None, b"").ok(), Some("application/json"));
        let refused = media(&json, Some("text/plain"), b"{}").unwrap_err();
        assert_eq!(refused.faults()[0].values()["expected"], "application/json");
    }
}
