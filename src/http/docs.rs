//! The published spec at `/openapi.json`, and a page to read and try it, from the binary alone.
//!
//! Both are megabytes that anybody may ask for without a key. So each is put together and packed once, when first asked
//! for, and every connection sends the same bytes.

use std::io::{self, Write as _};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::body::Bytes;
use poem::endpoint::make;
use poem::http::{HeaderMap, StatusCode, header};
use poem::{Request, Response, RouteMethod};
use poem_openapi::OpenApiService;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio::task::spawn_blocking;

use super::conditional::any_tag_is;
use super::fault::Refusal;
use super::metrics::get;

/// The page's scripts and styles are all inline, and it calls nobody but us.
const CSP: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: 'self'; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /openapi.json`.
#[must_use]
pub fn spec(spec: &Bytes) -> RouteMethod {
    let spec = spec.clone();
    document("application/json", None, move || spec.clone())
}

/// `GET /docs`: Swagger UI around the spec.
#[must_use]
pub fn page(spec: &Bytes) -> RouteMethod {
    let spec = spec.clone();
    let text = move || html(std::str::from_utf8(&spec).unwrap_or_default()).into();
    document("text/html; charset=utf-8", Some(CSP), text)
}

/// A document as it is kept.
struct Document {
    plain: Bytes,
    packed: Bytes,
    tag: String,
    packed_tag: String,
}

impl Document {
    fn of(plain: Bytes) -> io::Result<Self> {
        let digest = hex::encode(&Sha256::digest(&plain)[..16]);
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(&plain)?;
        Ok(Self {
            packed: packer.finish()?.into(),
            tag: format!("\"{digest}\""),
            packed_tag: format!("\"{digest}-gzip\""),
            plain,
        })
    }

    fn answer(&self, asked: &HeaderMap, content_type: &'static str, policy: Option<&'static str>) -> Response {
        let packed = takes_gzip(asked);
        let tag = if packed { &self.packed_tag } else { &self.tag };
        let mut answer = Response::builder()
            .header(header::ETAG, tag)
            .header(header::CACHE_CONTROL, "no-cache")
            .header(header::VARY, "Accept-Encoding");
        if let Some(policy) = policy {
            answer = answer.header(header::CONTENT_SECURITY_POLICY, policy);
        }
        let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        if any_tag_is(known, tag) {
            return answer.status(StatusCode::NOT_MODIFIED).finish();
        }
        answer = answer.content_type(content_type);
        if packed {
            return answer.header(header::CONTENT_ENCODING, "gzip").body(self.packed.clone());
        }
        answer.body(self.plain.clone())
    }
}

fn document(content_type: &'static str, policy: Option<&'static str>, text: impl Fn() -> Bytes + Send + Sync + 'static) -> RouteMethod {
    let (text, kept) = (Arc::new(text), Arc::new(OnceCell::<Document>::new()));
    get(make(move |request: Request| {
        let (text, kept) = (Arc::clone(&text), Arc::clone(&kept));
        async move {
            let made = || async {
                let made = spawn_blocking(move || Document::of(text())).await.map_err(Refusal::broken)?;
                made.map_err(Refusal::broken)
            };
            let document = kept.get_or_try_init(made).await?;
            Ok::<_, poem::Error>(document.answer(request.headers(), content_type, policy))
        }
    }))
}

/// Whether the client reads gzip: it says so, and not with a weight of nothing.
fn takes_gzip(asked: &HeaderMap) -> bool {
    let values = asked.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    codings.any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        named && !weight.is_some_and(|weight| weight.trim_matches(['0', '.']).is_empty())
    })
}

/// poem-openapi's Swagger UI page around our spec: the page it makes embeds the raw one.
fn html(spec: &str) -> String {
    let page = OpenApiService::new((), "", "").swagger_ui_html();
    // Inside a script, `</` could end it; in JSON the slash may be escaped.
    let spec = spec.replace("</", "<\\/");
    let (Some(start), Some(end)) = (page.rfind("let spec = "), page.rfind("let oauth2RedirectUrl")) else {
        return page;
    };
    let (before, after) = (page.get(..start).unwrap_or_default(), page.get(end..).unwrap_or_default());
    format!("<!DOCTYPE html>{before}let spec = {spec};\n    {after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use poem::Route;
    use poem::http::HeaderValue;
    use poem::test::TestClient;
    use std::io::Read as _;

    const TEXT: &str = r#"{"openapi":"3.0.0","x":"</script>"}"#;

    fn client() -> TestClient<Route> {
        let spec = Bytes::from_static(TEXT.as_bytes());
        TestClient::new(Route::new().at("/openapi.json", super::spec(&spec)).at("/docs", page(&spec)))
    }

    #[tokio::test]
    async fn serves_the_spec_it_was_given() {
        let client = client();
        let response = client.get("/openapi.json").send().await;
        let tag = response.0.header("etag").unwrap().to_owned();
        response.assert_text(TEXT).await;
        client
            .get("/openapi.json")
            .header("if-none-match", tag)
            .send()
            .await
            .assert_status(StatusCode::NOT_MODIFIED);
        let page = client.get("/docs").send().await.0.into_body().into_string().await.unwrap();
        assert!(page.contains(r#"let spec = {"openapi":"3.0.0","x":"<\/script>"};"#));
        assert!(page.trim_end().ends_with("</html>"));
    }

    #[tokio::test]
    async fn packs_once_for_those_who_take_it() {
        let client = client();
        let plain = client.get("/docs").send().await.0;
        assert_eq!(
            (plain.header("vary"), plain.header("content-encoding")),
            (Some("Accept-Encoding"), None)
        );
        let plain = plain.into_body().into_bytes().await.unwrap();
        let ask = || client.get("/docs").header("accept-encoding", "br, gzip;q=0.5").send();
        let (one, two) = (ask().await.0, ask().await.0);
        assert_eq!(one.header("content-encoding"), Some("gzip"));
        let tag = one.header("etag").unwrap().to_owned();
        let (one, two) = (
            one.into_body().into_bytes().await.unwrap(),
            two.into_body().into_bytes().await.unwrap(),
        );
        assert_eq!(one.as_ptr(), two.as_ptr(), "the same bytes, not as many");
        let mut unpacked = Vec::new();
        GzDecoder::new(&*one).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        let again = client.get("/docs").header("accept-encoding", "gzip").header("if-none-match", &tag);
        again.send().await.assert_status(StatusCode::NOT_MODIFIED);
        let other = client.get("/docs").header("if-none-match", &tag).send().await;
        other.assert_status_is_ok();
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
}
