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
use super::language::Language;
use super::metrics::get;
use super::packing::takes_gzip;

/// The page's scripts and styles are all inline, and it calls nobody but us.
const CSP: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: 'self'; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TITLE_ZH: &str = "<title>洋品接口文档</title>";
const TITLE_EN: &str = "<title>Yangpin API</title>";
/// Swagger UI speaks English only: what it writes itself is said in Chinese where it appears.
const WORDS_ZH: &str = include_str!("docs_zh.js");

/// `GET /openapi.json`.
#[must_use]
pub fn spec(spec: &Bytes) -> RouteMethod {
    let spec = spec.clone();
    document("application/json", None, false, move |_| spec.clone())
}

/// `GET /docs`: Swagger UI around the spec, which `in_chinese` says in Chinese.
#[must_use]
pub fn page(spec: &Bytes, in_chinese: fn(&str) -> String) -> RouteMethod {
    let spec = spec.clone();
    let text = move |language: Language| -> Bytes {
        let english = std::str::from_utf8(&spec).unwrap_or_default();
        match language {
            Language::Zh => html(&in_chinese(english), language).into(),
            Language::En => html(english, language).into(),
        }
    };
    document("text/html; charset=utf-8", Some(CSP), true, text)
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

    /// Where there is a language of it, it was chosen by what the caller reads.
    fn answer(&self, asked: &HeaderMap, content_type: &'static str, policy: Option<&'static str>, said: Option<Language>) -> Response {
        let packed = takes_gzip(asked);
        let tag = if packed { &self.packed_tag } else { &self.tag };
        let mut answer = Response::builder()
            .header(header::ETAG, tag)
            .header(header::CACHE_CONTROL, "no-cache")
            .header(header::VARY, said.map_or("Accept-Encoding", |_| "Accept-Encoding, Accept-Language"));
        if let Some(language) = said {
            answer = answer.header(header::CONTENT_LANGUAGE, language.tag());
        }
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

fn document(
    content_type: &'static str,
    policy: Option<&'static str>,
    translated: bool,
    text: impl Fn(Language) -> Bytes + Send + Sync + 'static,
) -> RouteMethod {
    let (text, kept) = (Arc::new(text), Arc::new([OnceCell::<Document>::new(), OnceCell::new()]));
    get(make(move |request: Request| {
        let (text, kept) = (Arc::clone(&text), Arc::clone(&kept));
        async move {
            let language = match translated {
                true => Language::negotiate(request.header(header::ACCEPT_LANGUAGE)),
                false => Language::En,
            };
            let made = || async {
                let made = spawn_blocking(move || Document::of(text(language)))
                    .await
                    .map_err(Refusal::broken)?;
                made.map_err(Refusal::broken)
            };
            let [zh, en] = kept.as_ref();
            let kept = if language == Language::Zh { zh } else { en };
            let document = kept.get_or_try_init(made).await?;
            let said = translated.then_some(language);
            Ok::<_, poem::Error>(document.answer(request.headers(), content_type, policy, said))
        }
    }))
}

/// poem-openapi's Swagger UI page around our spec, under our title: the page it makes embeds the raw one.
fn html(spec: &str, language: Language) -> String {
    let page = OpenApiService::new((), "", "").swagger_ui_html();
    let page = page.replacen("<title>Swagger UI</title>", language.choose(TITLE_ZH, TITLE_EN), 1);
    // Inside a script, `</` could end it; in JSON the slash may be escaped.
    let spec = spec.replace("</", "<\\/");
    let (Some(start), Some(end)) = (page.rfind("let spec = "), page.rfind("let oauth2RedirectUrl")) else {
        return page;
    };
    let (before, after) = (page.get(..start).unwrap_or_default(), page.get(end..).unwrap_or_default());
    let before = before.replacen("<html charset=\"UTF-8\">", &format!("<html lang=\"{}\">", language.tag()), 1);
    let words = language.choose(WORDS_ZH, "");
    format!("<!DOCTYPE html>{before}{words}let spec = {spec};\n    {after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use poem::Route;
    use poem::test::TestClient;
    use std::io::Read as _;

    const TEXT: &str = r#"{"openapi":"3.0.0","x":"</script>"}"#;

    fn client() -> TestClient<Route> {
        let spec = Bytes::from_static(TEXT.as_bytes());
        TestClient::new(
            Route::new()
                .at("/openapi.json", super::spec(&spec))
                .at("/docs", page(&spec, str::to_owned)),
        )
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
        for (asked, tag, title) in [("zh", "zh-CN", "洋品接口文档"), ("en", "en", "Yangpin API")] {
            let page = client.get("/docs").header("accept-language", asked).send().await.0;
            assert_eq!(page.header("content-language"), Some(tag));
            let page = page.into_body().into_string().await.unwrap();
            assert!(page.contains(r#"let spec = {"openapi":"3.0.0","x":"<\/script>"};"#));
            assert!(page.starts_with(&format!("<!DOCTYPE html>\n<html lang=\"{tag}\">")) && page.contains(title));
            assert_eq!(page.contains("填写密钥"), asked == "zh");
            assert!(page.trim_end().ends_with("</html>"));
        }
    }

    #[tokio::test]
    async fn packs_once_for_those_who_take_it() {
        let client = client();
        let plain = client.get("/docs").send().await.0;
        assert_eq!(
            (plain.header("vary"), plain.header("content-encoding")),
            (Some("Accept-Encoding, Accept-Language"), None)
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
}
