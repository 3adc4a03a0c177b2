//! Refusals as RFC 9457 problems, in the caller's language. The words stand in `problems.toml`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use poem::Response;
use poem::error::ResponseError;
use poem::http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::codes;
use super::expected::in_chinese;
use super::fault::{Fault, MAX_FAULTS, Refusal};
use super::language::Language;

/// The media type of every error.
pub const CONTENT_TYPE: &str = "application/problem+json";
/// Where types live; a URI reference, stable for ever.
const TYPE_PREFIX: &str = "/problems/";
/// Of statuses that meet in one answer, the first of these wins: who you are, what you may, whether it is there …
const SEVERITY: [u16; 8] = [401, 403, 404, 400, 412, 428, 409, 422];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    pub(super) status: u16,
    pub(super) title: Words,
    pub(super) detail: Words,
    /// The detail where the fault names one value more; the first that is named counts.
    #[serde(default)]
    named: Vec<Named>,
    /// Of what `{state}` is the state; its words are called what they are called everywhere.
    #[serde(default)]
    pub(super) state_of: Option<String>,
    /// How values that are words of this kind alone are said in Chinese; in English a word speaks for itself.
    #[serde(default)]
    pub(super) said: BTreeMap<String, BTreeMap<String, String>>,
}

impl Kind {
    /// The detail with its values; where one is missing, the title says what there is to say: nobody is shown a brace.
    fn say<'v>(&self, values: impl Iterator<Item = (&'v str, &'v str)>, language: Language) -> String {
        let values: BTreeMap<_, _> = values.collect();
        let named = self.named.iter().find(|named| values.contains_key(named.value.as_str()));
        let words = named.map_or(&self.detail, |named| &named.words).in_language(language);
        let value = |name: &str| values.get(name).map(|value| self.said(name, value, language));
        filled(words, value).unwrap_or_else(|| format!("{}{}", self.title.in_language(language), language.choose("。", ".")))
    }

    /// The detail with an ellipsis for each value, and what the values are called, in order.
    pub(super) fn without_values(&self, language: Language) -> (String, Vec<String>) {
        let names = self.detail.zh.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        let names: Vec<String> = names.map(str::to_owned).collect();
        let sentence = filled(self.detail.in_language(language), |_| Some(Cow::Borrowed("…")));
        (sentence.unwrap_or_default(), names)
    }

    /// Whether the detail has a place for this value; both languages have the same places.
    fn tells(&self, name: &str) -> bool {
        self.detail.zh.contains(&format!("{{{name}}}"))
    }

    fn said<'v>(&'v self, name: &str, value: &'v str, language: Language) -> Cow<'v, str> {
        if let Some(of) = self.state_of.as_deref().filter(|_| name == "state") {
            return codes::state(of, value, language).unwrap_or(value).into();
        }
        match (self.said.get(name), language) {
            (Some(words), Language::Zh) => words.get(value).map_or(value, String::as_str).into(),
            (Some(_), Language::En) => value.replace('_', " ").into(),
            (None, Language::En) => value.into(),
            (None, Language::Zh) => in_chinese(value)
                .filter(|_| matches!(name, "expected" | "reason"))
                .or_else(|| codes::in_chinese(name, value))
                .map_or(Cow::Borrowed(value), Cow::Owned),
        }
    }
}

/// A sentence with its values; nothing where one is missing.
fn filled<'v>(words: &str, value: impl Fn(&str) -> Option<Cow<'v, str>>) -> Option<String> {
    let mut text = String::with_capacity(words.len() * 2);
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text.push_str(before);
        text.push_str(&value(name)?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// A fuller detail, for faults that carry one more value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    value: String,
    words: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    zh: String,
    en: String,
}

impl Words {
    pub(super) fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// All kinds, read once. A file that does not parse fails the tests, so the empty map is never served.
pub(super) fn kinds() -> &'static BTreeMap<String, Kind> {
    static KINDS: OnceLock<BTreeMap<String, Kind>> = OnceLock::new();
    KINDS.get_or_init(|| toml::from_str(include_str!("problems.toml")).unwrap_or_default())
}

/// The body of every error.
#[derive(Debug, Serialize)]
pub struct Problem {
    /// Which kind, as a stable URI reference.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// This occurrence in words.
    pub detail: String,
    /// The permission that the key lacks, where that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// The id to quote when asking about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Every fault found, at most 100.
    pub errors: Vec<Entry>,
}

/// One fault in a problem.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Which kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// JSON pointer into the body, empty for the whole.
    pub pointer: String,
    /// The parameter at fault, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The fault in words.
    pub detail: String,
    /// The values of the sentence, for machines.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<&'static str, String>,
}

/// The status a refusal is answered with.
#[must_use]
pub fn status_of(refusal: &Refusal) -> StatusCode {
    let status = match refusal {
        Refusal::Unavailable { .. } => 503,
        Refusal::Broken(_) => 500,
        Refusal::Faults(faults) => faults
            .iter()
            .map(|fault| kinds().get(fault.slug()).map_or(500, |kind| kind.status))
            .min_by_key(|status| SEVERITY.iter().position(|one| one == status).map_or(0, |rank| rank + 1))
            .unwrap_or(500),
    };
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Problem {
    /// The problem that says `refusal`.
    #[must_use]
    pub fn of(refusal: &Refusal, language: Language, request_id: Option<&str>) -> Self {
        let status = status_of(refusal).as_u16();
        let headline = headline(refusal);
        let kind = kinds().get(headline.slug());
        Self {
            kind: format!("{TYPE_PREFIX}{}", headline.slug()),
            title: kind.map_or_else(String::new, |kind| kind.title.in_language(language).to_owned()),
            status,
            detail: sentence(&headline, language),
            permission: refusal.faults().iter().find_map(|fault| fault.values().get("permission").cloned()),
            request_id: request_id.map(str::to_owned),
            errors: if status >= 500 {
                Vec::new()
            } else {
                entries(refusal.faults(), language)
            },
        }
    }
}

/// The fault whose type and words stand at the top.
fn headline(refusal: &Refusal) -> Fault {
    let faults = match refusal {
        Refusal::Unavailable { retry_after_s } => {
            return Fault::of("unavailable").with("retry_after_s", retry_after_s);
        }
        Refusal::Broken(_) => return Fault::of("internal"),
        Refusal::Faults(faults) => faults,
    };
    let known = |fault: &Fault| kinds().contains_key(fault.slug());
    match faults.as_slice() {
        [only] if known(only) => only.clone(),
        many if many.is_empty() || !many.iter().all(known) => Fault::of("internal"),
        many if many.len() > MAX_FAULTS => Fault::of("too_many_faults").with("count", many.len()).with("limit", MAX_FAULTS),
        many => {
            let first = many.first().map_or("internal", Fault::slug);
            let alike = many.iter().all(|fault| fault.slug() == first);
            let top = if alike { Fault::of(first) } else { Fault::of("several_faults") };
            top.with("count", many.len())
        }
    }
}

fn entries(faults: &[Fault], language: Language) -> Vec<Entry> {
    let entry = |fault: &Fault| Entry {
        kind: format!("{TYPE_PREFIX}{}", fault.slug()),
        pointer: fault.pointer().to_owned(),
        parameter: fault.parameter_name().map(str::to_owned),
        detail: sentence(fault, language),
        values: fault.values().clone(),
    };
    faults.iter().take(MAX_FAULTS).map(entry).collect()
}

/// The detail with its values. Many faults of one kind share a headline without the values of any one of them.
fn sentence(fault: &Fault, language: Language) -> String {
    let kind = |slug: &str| kinds().get(slug);
    let shared = fault.values().contains_key("count") && !kind(fault.slug()).is_some_and(|kind| kind.tells("count"));
    let values = fault.values().iter().map(|(name, value)| (*name, value.as_str()));
    words(if shared { "several_faults" } else { fault.slug() }, values, language)
}

/// The sentence of a kind of fault with its values, where it stands in an answer that is no problem.
#[must_use]
pub fn words<'v>(slug: &str, values: impl Iterator<Item = (&'v str, &'v str)>, language: Language) -> String {
    kinds().get(slug).map_or_else(String::new, |kind| kind.say(values, language))
}

/// Builds the answer to a refusal.
#[must_use]
pub fn render(refusal: &Refusal, language: Language, request_id: Option<&str>) -> Response {
    let problem = Problem::of(refusal, language, request_id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = Response::builder().status(status_of(refusal)).content_type(CONTENT_TYPE).body(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if problem.status == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    let values = |name: &str| refusal.faults().iter().find_map(|fault| fault.values().get(name)).cloned();
    let retry_after = match refusal {
        Refusal::Unavailable { retry_after_s } => Some(retry_after_s.to_string()),
        _ => values("retry_after_s"),
    };
    for (name, value) in [(header::RETRY_AFTER, retry_after), (header::ALLOW, values("allow"))] {
        if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
            headers.insert(name, value);
        }
    }
    response
}

/// So that `?` works in handlers. The edge renders it better: with the caller's language and the request's id.
impl ResponseError for Refusal {
    fn status(&self) -> StatusCode {
        status_of(self)
    }

    fn as_response(&self) -> Response {
        render(self, Language::default(), None)
    }
}

#[cfg(test)]
#[path = "problem_table_tests.rs"]
mod table;
#[cfg(test)]
#[path = "problem_tests.rs"]
mod tests;
