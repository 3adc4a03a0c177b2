//! Lists in pages: a bounded limit, a sealed keyset cursor, a `Link` to the next page.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::http::Uri;
use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromParameter, ParseResult, ToJSON, Type};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fault::{Fault, Refusal};
use super::seal::CursorSeal;

/// The most items of a page.
pub const MAX_LIMIT: u16 = 200;
/// The items of a page unless asked otherwise.
pub const DEFAULT_LIMIT: u16 = 50;
/// A cursor is at most this long.
pub const MAX_CURSOR_CHARS: usize = 1024;
/// Bytes of checksum in a cursor of before there was a seal.
const CHECK_BYTES: usize = 4;

/// How many items a page holds: the query parameter `limit`, as `Query<Limit>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u16);

impl Limit {
    /// The limit, 1 to 200.
    #[must_use]
    pub fn get(self) -> u64 {
        u64::from(self.0)
    }

    /// One more than a page, to see whether another follows.
    #[must_use]
    pub fn plus_one(self) -> u64 {
        self.get() + 1
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(DEFAULT_LIMIT)
    }
}

impl TryFrom<u64> for Limit {
    type Error = Fault;

    fn try_from(limit: u64) -> Result<Self, Fault> {
        match u16::try_from(limit) {
            Ok(limit @ 1..=MAX_LIMIT) => Ok(Self(limit)),
            _ => Err(Fault::of("invalid_parameter")
                .parameter("limit")
                .with("name", "limit")
                .with("expected", format!("a whole number from 1 to {MAX_LIMIT}"))),
        }
    }
}

impl Type for Limit {
    const IS_REQUIRED: bool = false;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Limit".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new_with_format("integer", "int32");
        schema.minimum = Some(1.0);
        schema.maximum = Some(f64::from(MAX_LIMIT));
        schema.default = Some(Value::from(DEFAULT_LIMIT));
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Limit {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        let limit: u64 = value.parse().map_err(ParseError::custom)?;
        Self::try_from(limit).map_err(|_| ParseError::custom("out of bounds"))
    }

    fn parse_from_parameters<I: IntoIterator<Item = A>, A: AsRef<str>>(values: I) -> ParseResult<Self> {
        match values.into_iter().next() {
            Some(value) => Self::parse_from_parameter(value.as_ref()),
            None => Ok(Self::default()),
        }
    }
}

/// Where a page begins, opaque to callers: the query parameter `cursor`, as `Query<Option<Cursor>>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// The text of a cursor for this list, sealed for this organisation, that resumes after `position`.
    ///
    /// # Errors
    /// Only where `position` cannot be written as JSON or there is no randomness.
    pub(super) fn seal<T: Serialize>(seal: &CursorSeal, list: &str, organisation: Uuid, position: &T) -> Result<String, Refusal> {
        let json = serde_json::to_vec(position).map_err(Refusal::broken)?;
        Ok(URL_SAFE_NO_PAD.encode(seal.seal(&bound(list, organisation), json)?))
    }

    /// The position in it.
    ///
    /// # Errors
    /// `cursor_invalid` for what is not ours, belongs to another list or was given to another organisation.
    pub(super) fn open<T: DeserializeOwned>(&self, seal: &CursorSeal, list: &str, organisation: Uuid) -> Result<T, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).ok();
        let json = bytes.and_then(|bytes| seal.open(&bound(list, organisation), &bytes));
        json.and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(invalid)
    }

    /// The position in a cursor of before there was a seal: anybody can make one, so it says where the caller's own list
    /// goes on and nothing else.
    ///
    /// # Errors
    /// `cursor_invalid` for what is none, or is of another list.
    pub(super) fn unsealed<T: DeserializeOwned>(&self, list: &str) -> Result<T, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| invalid())?;
        let (sum, json) = bytes.split_at_checked(CHECK_BYTES).ok_or_else(invalid)?;
        if check(list, json).as_slice() != sum {
            return Err(invalid());
        }
        serde_json::from_slice(json).map_err(|_| invalid())
    }

    /// A cursor from its text, wherever it came from.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

fn invalid() -> Refusal {
    Fault::of("cursor_invalid").parameter("cursor").into()
}

/// What a cursor is bound to: the list with its sort, and whose it is. An organisation's new key goes on where its old
/// one was.
fn bound(list: &str, organisation: Uuid) -> Vec<u8> {
    [organisation.as_bytes().as_slice(), list.as_bytes()].concat()
}

fn check(kind: &str, json: &[u8]) -> [u8; CHECK_BYTES] {
    let mut hasher = Sha256::new();
    hasher.update(kind.as_bytes());
    hasher.update([0]);
    hasher.update(json);
    let sum: [u8; 32] = hasher.finalize().into();
    [sum[0], sum[1], sum[2], sum[3]]
}

impl Type for Cursor {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Cursor".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let mut schema = MetaSchema::new("string");
        schema.max_length = Some(MAX_CURSOR_CHARS);
        schema.pattern = Some("^[A-Za-z0-9_-]+$".to_owned());
        MetaSchemaRef::Inline(Box::new(schema))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromParameter for Cursor {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        if value.len() > MAX_CURSOR_CHARS {
            return Err(ParseError::custom("too long"));
        }
        Ok(Self(value.to_owned()))
    }
}

impl ToJSON for Cursor {
    fn to_json(&self) -> Option<Value> {
        Some(Value::from(self.0.as_str()))
    }
}

/// Cuts a page from rows that were read with [`Limit::plus_one`]: the items, and the cursor of the next page.
///
/// # Errors
/// What `cursor_of` says.
pub fn cut<T>(
    mut rows: Vec<T>,
    limit: Limit,
    cursor_of: impl FnOnce(&T) -> Result<String, Refusal>,
) -> Result<(Vec<T>, Option<String>), Refusal> {
    let size = usize::from(limit.0);
    let more = rows.len() > size;
    rows.truncate(size);
    let next = match rows.last() {
        Some(last) if more => Some(cursor_of(last)?),
        _ => None,
    };
    Ok((rows, next))
}

/// The `Link` header to the next page: the same query with another cursor.
#[must_use]
pub fn next_link(uri: &Uri, cursor: &str) -> String {
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && name != "cursor"
    });
    let mut query: Vec<&str> = kept.collect();
    let cursor = format!("cursor={cursor}");
    query.push(&cursor);
    link_header(&format!("{}?{}", uri.path(), query.join("&")))
}

/// A `Link` header with the relation `next`.
#[must_use]
pub fn link_header(next_url: &str) -> String {
    format!("<{next_url}>; rel=\"next\"")
}

/// Defines a page of items as a schema of its own: `page!(/// Products. ProductPage of ProductBody)`.
///
/// The name is written out because a generic page would get a schema name with angle brackets.
#[macro_export]
macro_rules! page {
    ($(#[$doc:meta])* $name:ident of $item:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, poem_openapi::Object)]
        pub struct $name {
            /// The items of this page, in the list's order.
            #[oai(validator(max_items = 200))]
            pub items: Vec<$item>,
            /// The cursor of the next page; null on the last.
            #[oai(nullable, validator(max_length = 1024))]
            pub next: Option<String>,
        }

        impl From<(Vec<$item>, Option<String>)> for $name {
            fn from((items, next): (Vec<$item>, Option<String>)) -> Self {
                Self { items, next }
            }
        }

        impl $crate::http::answer::HasNext for $name {
            fn next(&self) -> Option<&str> {
                self.next.as_deref()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_and_organisation_only() {
        let seal = CursorSeal::new(&[1; 32], None);
        let (mine, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let text = Cursor::seal(&seal, "things", mine, &("苹果", 7)).unwrap();
        let cursor = Cursor::from_text(&text);
        let opened = cursor.open::<(String, i32)>(&seal, "things", mine).unwrap();
        assert_eq!(opened, ("苹果".to_owned(), 7));
        assert!(cursor.open::<(String, i32)>(&seal, "others", mine).is_err());
        assert!(cursor.open::<(String, i32)>(&seal, "things", theirs).is_err());
        assert!(cursor.open::<u8>(&seal, "things", mine).is_err());
        for bad in ["", "AA", "!!!!", &text[1..], &format!("{text}A")] {
            let refusal = Cursor::from_text(bad).open::<(String, i32)>(&seal, "things", mine).unwrap_err();
            assert_eq!(refusal.faults()[0].slug(), "cursor_invalid", "{bad}");
        }
    }

    #[test]
    fn a_cursor_of_before_there_was_a_seal_is_read() {
        let mut bytes = check("events", b"7").to_vec();
        bytes.extend(b"7");
        let old = Cursor::from_text(URL_SAFE_NO_PAD.encode(bytes));
        assert_eq!(old.unsealed::<i64>("events").unwrap(), 7);
        assert!(old.unsealed::<i64>("orders").is_err());
    }

    #[test]
    fn cuts_a_page_and_knows_whether_another_follows() {
        let limit = Limit::try_from(2).unwrap();
        let last = |row: &i32| Ok(row.to_string());
        assert_eq!(cut(vec![1, 2, 3], limit, last).unwrap(), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(cut(vec![1, 2], limit, last).unwrap(), (vec![1, 2], None));
        assert_eq!(cut(vec![], limit, last).unwrap(), (vec![], None));
        assert!(Limit::try_from(0).is_err() && Limit::try_from(201).is_err());
    }

    #[test]
    fn the_next_link_keeps_the_filters() {
        let uri: Uri = "/v1/things?town=a%20b&cursor=old&limit=2".parse().unwrap();
        assert_eq!(next_link(&uri, "new"), "</v1/things?town=a%20b&limit=2&cursor=new>; rel=\"next\"");
    }
}
