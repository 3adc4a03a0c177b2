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

/// Every fault of a body; the content type is judged first, since without it the rest means nothing.
///
/// # Errors
/// `unsupported_media_type`.
pub fn faults(routes: &Routes, rule: &BodyRule, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Fault>, Refusal> {
    if body.is_empty() {
        let missing = || Fault::of("missing_field").with("name", "body");
        return Ok(rule.required.then(missing).into_iter().collect());
    }
    let given = content_type.map(essence).unwrap_or_default();
    if !rule.media.iter().any(|media| media.eq_ignore_ascii_case(given)) {
        return Err(Fault::of("unsupported_media_type").with("expected", rule.media.join(", ")).into());
    }
    let Some(shape) = rule.json.filter(|_| is_json(given)) else {
        return Ok(Vec::new());
    };
    let value: Value = match json::read(body) {
        Ok(value) => value,
        Err(faults) => return Ok(faults),
    };
    Ok(routes.shapes().misfits(shape, &value).into_iter().map(fault_of).collect())
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
