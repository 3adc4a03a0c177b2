//! The published spec at `/openapi.json`, and a page to read and try it, from the binary alone.

use std::sync::Arc;

use poem::endpoint::make_sync;
use poem::http::{StatusCode, header};
use poem::{Request, Response, RouteMethod};
use poem_openapi::OpenApiService;
use sha2::{Digest, Sha256};

use super::conditional::any_tag_is;
use super::metrics::get;

/// The page's scripts and styles are all inline, and it calls nobody but us.
const CSP: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: 'self'; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /openapi.json`.
#[must_use]
pub fn spec(spec: &Arc<str>) -> RouteMethod {
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(spec.as_bytes())[..16]));
    let spec = Arc::clone(spec);
    get(make_sync(move |request: Request| answer_spec(&request, &spec, &tag)))
}

/// `GET /docs`: Swagger UI around the spec. Megabytes that hardly anybody asks for are put together when somebody does.
#[must_use]
pub fn page(spec: &Arc<str>) -> RouteMethod {
    let spec = Arc::clone(spec);
    get(make_sync(move |_| {
        Response::builder()
            .content_type("text/html; charset=utf-8")
            .header(header::CONTENT_SECURITY_POLICY, CSP)
            .body(html(&spec))
    }))
}

fn answer_spec(request: &Request, spec: &str, tag: &str) -> Response {
    let answer = Response::builder()
        .header(header::ETAG, tag)
        .header(header::CACHE_CONTROL, "no-cache");
    if any_tag_is(request.header(header::IF_NONE_MATCH), tag) {
        return answer.status(StatusCode::NOT_MODIFIED).finish();
    }
    answer.content_type("application/json").body(spec.to_owned())
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
    use poem::Route;
    use poem::test::TestClient;

    #[tokio::test]
    async fn serves_the_spec_it_was_given() {
        let text = r#"{"openapi":"3.0.0","x":"</script>"}"#;
        let spec: Arc<str> = text.into();
        let client = TestClient::new(Route::new().at("/openapi.json", super::spec(&spec)).at("/docs", page(&spec)));
        let response = client.get("/openapi.json").send().await;
        let tag = response.0.header("etag").unwrap().to_owned();
        response.assert_text(text).await;
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
}
