//! Turns every error that poem and poem-openapi raise themselves into one of our refusals.
//!
//! Their messages name Rust types and `param0`; none of that reaches a caller. Most of these errors can no longer
//! happen once the edge has checked a request against the spec; the rest is mostly value types with rules of their
//! own (a check digit), whose own words are kept.

use poem::error::{MethodNotAllowedError, NotFoundError, ReadBodyError};
use poem::http::StatusCode;
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseMultipartError, ParseParamError, ParsePathError, ParseRequestPayloadError,
};

use super::fault::{Fault, Refusal};

/// What is known of the place where the error arose.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'s> {
    /// The value of `Allow`, should the method be wrong.
    pub allow: &'s str,
    /// The limit of the body.
    pub body_limit: usize,
    /// The media types of the body.
    pub media: &'s [String],
    /// The names of the path's parameters in order.
    pub path_names: &'s [&'s str],
}

/// The refusal that says `error` in our words.
#[must_use]
pub fn refusal_of(error: &poem::Error, scene: Scene<'_>) -> Refusal {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return refusal.clone();
    }
    if let Some(error) = error.downcast_ref::<ParseRequestPayloadError>() {
        return Fault::of("invalid_value").with("reason", inner_words(&error.reason)).into();
    }
    if let Some(error) = error.downcast_ref::<ParseParamError>() {
        let fault = Fault::of("invalid_parameter").parameter(error.name).with("name", error.name);
        return fault.with("expected", inner_words(&error.reason)).into();
    }
    if let Some(error) = error.downcast_ref::<ParsePathError>() {
        let index = error.name.strip_prefix("param").and_then(|index| index.parse::<usize>().ok());
        let name = index.and_then(|index| scene.path_names.get(index)).copied().unwrap_or_default();
        let fault = Fault::of("invalid_path").parameter(name).with("name", name);
        return fault.with("expected", inner_words(&error.reason)).into();
    }
    if let Some(error) = error.downcast_ref::<ParseMultipartError>() {
        return Fault::of("invalid_value").with("reason", inner_words(&error.reason)).into();
    }
    if let Some(ReadBodyError::PayloadTooLarge) = error.downcast_ref::<ReadBodyError>() {
        return Fault::of("body_too_large").with("limit_bytes", scene.body_limit).into();
    }
    let known = [
        (error.is::<NotFoundError>(), StatusCode::NOT_FOUND),
        (error.is::<MethodNotAllowedError>(), StatusCode::METHOD_NOT_ALLOWED),
        (error.is::<ContentTypeError>(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (error.is::<AuthorizationError>(), StatusCode::UNAUTHORIZED),
    ];
    let status = known
        .iter()
        .find(|(is, _)| *is)
        .map_or_else(|| error.status(), |(_, status)| *status);
    of_status(status, scene).unwrap_or_else(|| Refusal::broken(error))
}

/// The refusal of a bare status; none for success and for what is our own failure.
#[must_use]
pub fn of_status(status: StatusCode, scene: Scene<'_>) -> Option<Refusal> {
    let fault = match status.as_u16() {
        401 => Fault::of("unauthenticated"),
        403 => Fault::of("forbidden"),
        404 => Fault::of("not_found"),
        405 => Fault::of("method_not_allowed").with("allow", scene.allow),
        406 => Fault::of("not_acceptable"),
        413 => Fault::of("body_too_large").with("limit_bytes", scene.body_limit),
        415 => Fault::of("unsupported_media_type").with("expected", scene.media.join(", ")),
        400..=499 => Fault::of("bad_request"),
        503 => return Some(Refusal::Unavailable { retry_after_s: 1 }),
        _ => return None,
    };
    Some(fault.into())
}

/// The words of the value type itself, out of poem-openapi's wrapping, which names Rust types.
fn inner_words(reason: &str) -> String {
    let words = reason.split(" (occurred while parsing").next().unwrap_or_default();
    let words = match words.strip_prefix("failed to parse \"") {
        Some(wrapped) => wrapped.split_once("\": ").map_or("", |(_, words)| words),
        None => words,
    };
    // "Expected input type …, found …" and "Type … expects an input value." are all Rust.
    let rust = words.starts_with("Expected input type") || words.starts_with("Type \"");
    let words = if rust || words.is_empty() { "what /docs says of it" } else { words };
    // "Quantity is outside …": the type's name is Rust as well.
    let named = words
        .split_once(' ')
        .filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase()));
    let words = match named {
        Some((_, said)) if said.starts_with("is ") || said.starts_with("has ") => format!("the value {said}"),
        _ => words.to_owned(),
    };
    words.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENE: Scene<'_> = Scene {
        allow: "GET, HEAD",
        body_limit: 10,
        media: &[],
        path_names: &["thing"],
    };

    fn slug(error: poem::Error) -> &'static str {
        refusal_of(&error, SCENE).faults().first().map_or("none", Fault::slug)
    }

    #[test]
    fn knows_the_framework_s_own_errors() {
        assert_eq!(slug(NotFoundError.into()), "not_found");
        assert_eq!(slug(MethodNotAllowedError.into()), "method_not_allowed");
        assert_eq!(slug(AuthorizationError.into()), "unauthenticated");
        assert_eq!(slug(ContentTypeError::ExpectContentType.into()), "unsupported_media_type");
        assert_eq!(slug(StatusCode::CONFLICT.into()), "bad_request");
        assert_eq!(slug(Refusal::fault("forbidden").into()), "forbidden");
        let broken = refusal_of(&poem::Error::from_string("secret", StatusCode::INTERNAL_SERVER_ERROR), SCENE);
        assert!(matches!(broken, Refusal::Broken(_)));
    }

    #[test]
    fn names_no_rust_type() {
        let cases = [
            (
                r#"failed to parse "Uscc": 校验位不符 (occurred while parsing "NewOrder")"#,
                "校验位不符",
            ),
            (r#"Expected input type "integer_int64", found "x"."#, "what /docs says of it"),
            (r#"Type "NewOrder" expects an input value."#, "what /docs says of it"),
            (
                r#"failed to parse "Range": lower: must not exceed upper"#,
                "lower: must not exceed upper",
            ),
            (
                r#"failed to parse "Quantity": Quantity is outside the permitted range"#,
                "the value is outside the permitted range",
            ),
        ];
        for (reason, words) in cases {
            assert_eq!(inner_words(reason), words);
        }
        let error = ParsePathError {
            name: "param0",
            reason: "x".to_owned(),
        };
        let refusal = refusal_of(&error.into(), SCENE);
        assert_eq!(refusal.faults()[0].parameter_name(), Some("thing"));
    }
}
