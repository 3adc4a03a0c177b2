//! Answers packed with gzip where the client takes it and it is worth it; as they come, so that a file of any length takes
//! no memory.
//!
//! An answer that tells a secret goes as it is: from the packed length of a secret beside a text of one's own choice, the
//! secret can be guessed.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use hyper::body::Bytes;
use poem::http::{HeaderMap, HeaderValue, header};
use poem::{Body, Response};
use tokio::task::spawn_blocking;

use super::finish::size;

/// What is no longer fits into a few packets anyway.
const LEAST_BYTES: u64 = 8 << 10;
/// A piece that is longer is packed where waiting harms nobody.
const SHORT_PIECE_BYTES: usize = 64 << 10;
/// What text is made of; pictures and workbooks are packed already.
const TYPES: [&str; 6] = [
    "application/json",
    "application/problem+json",
    "application/jsonl",
    "application/x-ndjson",
    "text/csv",
    "text/html",
];

/// Whether the client reads gzip: it says so, and not with a weight of nothing.
#[must_use]
pub fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        named && !weight.is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
    })
}

/// The answer, packed where it is long and the client takes it.
#[must_use]
pub(super) fn packed(mut response: Response, takes_gzip: bool) -> Response {
    let media = response.content_type().map(super::routes::essence);
    let is_text = media.is_some_and(|media| TYPES.iter().any(|text| text.eq_ignore_ascii_case(media)));
    if !is_text || response.headers().contains_key(header::CONTENT_ENCODING) {
        return response;
    }
    if size(&mut response).is_some_and(|size| size < LEAST_BYTES) {
        return response;
    }
    vary(&mut response);
    if !takes_gzip {
        return response;
    }
    let body = response.take_body();
    response.set_body(packed_body(body));
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

/// Caches are told that there are two forms.
fn vary(response: &mut Response) {
    let before = response.header(header::VARY).unwrap_or_default();
    if before.to_ascii_lowercase().contains("accept-encoding") {
        return;
    }
    let all = if before.is_empty() {
        "Accept-Encoding".to_owned()
    } else {
        format!("{before}, Accept-Encoding")
    };
    if let Ok(all) = HeaderValue::try_from(all) {
        response.headers_mut().insert(header::VARY, all);
    }
}

type Packer = GzEncoder<Vec<u8>>;

/// What is still to be packed, and the packer until the end was written.
struct Packing {
    plain: BoxStream<'static, io::Result<Bytes>>,
    packer: Option<Packer>,
}

fn packed_body(body: Body) -> Body {
    let packing = Packing {
        plain: body.into_bytes_stream().boxed(),
        packer: Some(Packer::new(Vec::new(), Compression::fast())),
    };
    Body::from_bytes_stream(stream::unfold(packing, next))
}

/// The next packed bytes. An answer that breaks off ends without an end of gzip, so nobody takes it for whole.
async fn next(mut packing: Packing) -> Option<(io::Result<Bytes>, Packing)> {
    loop {
        let packer = packing.packer.take()?;
        let packed = match packing.plain.next().await {
            Some(Ok(piece)) => match fed(packer, piece).await {
                Ok((packer, packed)) => {
                    packing.packer = Some(packer);
                    Ok(packed)
                }
                Err(broken) => Err(broken),
            },
            Some(Err(broken)) => Err(broken),
            None => packer.finish(),
        };
        match packed {
            Ok(packed) if packed.is_empty() => {}
            packed => return Some((packed.map(Bytes::from), packing)),
        }
    }
}

/// The packer after a piece, and what has come out of it.
async fn fed(packer: Packer, piece: Bytes) -> io::Result<(Packer, Vec<u8>)> {
    if piece.len() <= SHORT_PIECE_BYTES {
        return feed(packer, &piece);
    }
    spawn_blocking(move || feed(packer, &piece)).await.map_err(io::Error::other)?
}

fn feed(mut packer: Packer, piece: &[u8]) -> io::Result<(Packer, Vec<u8>)> {
    packer.write_all(piece)?;
    let packed = std::mem::take(packer.get_mut());
    Ok((packer, packed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    fn answer(media: &str, body: impl Into<Body>) -> Response {
        Response::builder().content_type(media).header("vary", "Accept-Language").body(body)
    }

    #[test]
    fn a_weight_of_nothing_is_no() {
        let takes = |value: &'static str| {
            let headers = [(header::ACCEPT_ENCODING, HeaderValue::from_static(value))];
            takes_gzip(&headers.into_iter().collect())
        };
        for yes in ["gzip", "br, GZIP", "gzip;q=1", "deflate, gzip; q=0.001"] {
            assert!(takes(yes), "{yes}");
        }
        for no in ["", "br", "gzip;q=0", "gzip; q=0.000", "identity;q=1, gzipped"] {
            assert!(!takes(no), "{no}");
        }
    }

    #[tokio::test]
    async fn what_is_long_is_packed_and_comes_out_as_it_was() {
        let pieces: Vec<String> = (0..400).map(|n| format!("{n},黑米,{}\n", "x".repeat(n * 3))).collect();
        let whole = pieces.concat();
        let stream = stream::iter(pieces.into_iter().map(|piece| Ok::<_, io::Error>(piece.into_bytes())));
        for body in [Body::from_bytes_stream(stream), Body::from(whole.clone())] {
            let packed = packed(answer("text/csv; charset=utf-8", body), true);
            assert_eq!(packed.header("content-encoding"), Some("gzip"));
            assert_eq!(packed.header("vary"), Some("Accept-Language, Accept-Encoding"));
            let bytes = packed.into_body().into_bytes().await.unwrap();
            assert!(bytes.len() < whole.len() / 4, "{}", bytes.len());
            let mut text = String::new();
            GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
            assert!(text == whole);
        }
    }

    #[tokio::test]
    async fn what_is_short_or_packed_already_or_not_wanted_goes_as_it_is() {
        let long = "x".repeat(9_000);
        let short = packed(answer("application/json", "{}"), true);
        let picture = packed(answer("image/webp", long.clone()), true);
        let unwanted = packed(answer("application/json", long.clone()), false);
        for one in [&short, &picture, &unwanted] {
            assert_eq!(one.header("content-encoding"), None);
        }
        assert_eq!(short.header("vary"), Some("Accept-Language"));
        assert_eq!(unwanted.header("vary"), Some("Accept-Language, Accept-Encoding"));
        assert_eq!(unwanted.into_body().into_string().await.unwrap(), long);
    }
}
