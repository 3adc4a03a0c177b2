//! The edge around the demo API, over real requests in process.

use std::time::Duration;

use poem::IntoEndpoint;
use poem::http::{Method, StatusCode};
use poem::test::{TestClient, TestRequestBuilder, TestResponse};
use serde_json::{Value, json};

use super::HttpConfig;
use crate::http::demo;
use crate::http::metrics::Metrics;

const THING: &str = "/v1/things/00000000-0000-0000-0000-000000000007";

fn client_with(config: HttpConfig) -> TestClient<impl poem::Endpoint> {
    TestClient::new(demo::app(config).into_endpoint())
}

fn client() -> TestClient<impl poem::Endpoint> {
    let request_timeout = Duration::from_millis(200);
    let large_body_paths = vec![THING.to_owned()];
    client_with(HttpConfig {
        body_limit: 600,
        large_body_limit: 1200,
        large_body_paths,
        request_timeout,
        ..HttpConfig::default()
    })
}

fn as_caller<E: poem::Endpoint>(request: TestRequestBuilder<'_, E>) -> TestRequestBuilder<'_, E> {
    request.header("authorization", "Bearer good").header("accept-language", "en")
}

async fn problem(response: TestResponse) -> (u16, Value, poem::http::HeaderMap) {
    let (parts, body) = response.0.into_parts();
    let text = body.into_string().await.unwrap();
    assert_eq!(parts.headers["content-type"], "application/problem+json", "{text}");
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["status"], parts.status.as_u16());
    assert_eq!(body["request_id"], parts.headers["x-request-id"].to_str().unwrap());
    (parts.status.as_u16(), body, parts.headers)
}

/// Each fault as `kind place`.
fn faults(problem: &Value) -> Vec<String> {
    let entries = problem["errors"].as_array().unwrap().iter();
    let place = |entry: &Value| entry["parameter"].as_str().or(entry["pointer"].as_str()).unwrap().to_owned();
    entries
        .map(|entry| format!("{} {}", entry["type"].as_str().unwrap().rsplit('/').next().unwrap(), place(entry)))
        .collect()
}

fn sound() -> Value {
    json!({"name": "稻米", "count": 3, "mood": "calm", "parts": [{"code": "AB"}]})
}

#[tokio::test]
async fn a_sound_request_meets_its_handler() {
    let client = client();
    let request = as_caller(client.post("/v1/things"))
        .header("idempotency-key", "again-1")
        .header("x-request-id", "my-own-id");
    let response = request.body_json(&sound()).send().await;
    response.assert_status(StatusCode::CREATED);
    let headers = response.0.headers();
    for (name, value) in [
        ("x-request-id", "my-own-id"),
        ("etag", "\"v1\""),
        ("idempotent-replayed", "true"),
        ("location", THING),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("ratelimit-policy", "\"key\";q=60000;w=60, \"organisation\";q=6000;w=60"),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert!(headers["ratelimit"].to_str().unwrap().starts_with("\"key\";r=59999;t="));
}

#[tokio::test]
async fn all_faults_of_parameters_and_body_come_at_once() {
    let body = json!({"name": "too long", "count": 0, "mood": "angry", "parts": [{"code": "ab", "x": 1}, {}], "y": null});
    let client = client();
    let request = as_caller(client.post("/v1/things?z=1")).body_json(&body);
    let (status, problem, headers) = problem(request.send().await).await;
    assert_eq!((status, problem["type"].as_str()), (400, Some("/problems/several_faults")));
    let expected = [
        "unknown_parameter z",
        "invalid_field /count",
        "invalid_field /mood",
        "invalid_field /name",
        "invalid_field /parts/0/code",
        "unknown_field /parts/0/x",
        "missing_field /parts/1/code",
        "unknown_field /y",
    ];
    assert_eq!(faults(&problem), expected);
    assert_eq!(
        (&headers["content-language"], &headers["vary"]),
        (&"en".parse().unwrap(), &"Accept-Language".parse().unwrap())
    );
}

#[tokio::test]
async fn rules_of_the_handler_come_together_too() {
    let mut body = sound();
    (body["name"], body["count"]) = (json!("bad"), json!(13));
    let client = client();
    let request = as_caller(client.post("/v1/things")).header("idempotency-key", "k").body_json(&body);
    let (status, problem, _) = problem(request.send().await).await;
    assert_eq!(status, 403);
    assert_eq!(faults(&problem), ["forbidden /name", "not_found /count"]);
}

#[tokio::test]
async fn strangers_hear_nothing_but_who_are_you() {
    let client = client();
    for (authorization, kind) in [
        (None, "unauthenticated"),
        (Some("Basic eA=="), "unauthenticated"),
        (Some("Bearer nobody"), "unauthenticated"),
        (Some("Bearer old"), "key_expired"),
    ] {
        let mut request = client.post("/v1/things?z=1").content_type("text/plain").body("{".repeat(9000));
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        let (status, problem, headers) = problem(request.send().await).await;
        assert_eq!(
            (status, problem["type"].as_str()),
            (401, Some(format!("/problems/{kind}").as_str()))
        );
        assert_eq!(headers["www-authenticate"], "Bearer");
        assert_eq!(headers["content-language"], "zh-CN");
    }
}

#[tokio::test]
async fn bodies_are_bounded_typed_and_well_formed() {
    let client = client();
    let post = |kind: &str, body: Vec<u8>| {
        as_caller(client.post("/v1/things"))
            .header("idempotency-key", "k")
            .content_type(kind)
            .body(body)
    };
    let large = vec![b' '; 700];
    for (kind, body, status, slug) in [
        ("application/json", b"{\"name\": }".to_vec(), 400, "malformed_json"),
        (
            "Application/JSON; charset=utf-8",
            b"{\"name\": \"\\u0000\"}".to_vec(),
            400,
            "invalid_text",
        ),
        ("application/json", b"[[".repeat(200), 400, "json_too_deep"),
        ("application/json", Vec::new(), 400, "missing_field"),
        ("application/json", large.clone(), 413, "body_too_large"),
        ("text/plain", b"{}".to_vec(), 415, "unsupported_media_type"),
        ("", b"{}".to_vec(), 415, "unsupported_media_type"),
    ] {
        let (got, problem, _) = problem(post(kind, body).send().await).await;
        assert_eq!(
            (got, problem["type"].as_str()),
            (status, Some(format!("/problems/{slug}").as_str())),
            "{problem}"
        );
    }
    let request = as_caller(client.patch(THING)).content_type("application/json").body(large);
    assert_eq!(problem(request.send().await).await.0, 400, "large is fine here, empty is not");
}

#[tokio::test]
async fn conditions_hold() {
    let client = client();
    let patch = |tag: Option<&'static str>| {
        let request = as_caller(client.patch(THING)).body_json(&json!({"name": "b"}));
        match tag {
            Some(tag) => request.header("if-match", tag),
            None => request,
        }
    };
    assert_eq!(problem(patch(None).send().await).await.0, 428);
    assert_eq!(problem(patch(Some("\"v2\"")).send().await).await.0, 412);
    let changed = patch(Some("\"v3\"")).send().await;
    changed.assert_status_is_ok();
    changed.assert_header("etag", "\"v4\"");
    let fresh = as_caller(client.get(THING)).header("if-none-match", "\"v1\", \"v3\"").send().await;
    fresh.assert_status(StatusCode::NOT_MODIFIED);
    fresh.assert_text("").await;
}

#[tokio::test]
async fn pages_link_to_the_next() {
    let client = client();
    let (mut uri, mut pages) = ("/v1/things?mood=calm&limit=2".to_owned(), 0);
    loop {
        let response = as_caller(client.get(&uri)).send().await;
        response.assert_status_is_ok();
        let link = response.0.header("link").map(str::to_owned);
        let page = response.json().await;
        pages += 1;
        let Some(link) = link else {
            page.value().object().get("next").assert_null();
            break;
        };
        uri = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
        assert!(uri.starts_with("/v1/things?mood=calm&limit=2&cursor="), "{uri}");
    }
    assert_eq!(pages, 3);
    let (status, problem, _) = problem(as_caller(client.get("/v1/things?cursor=AAAA")).send().await).await;
    assert_eq!((status, faults(&problem)), (400, vec!["cursor_invalid cursor".to_owned()]));
}

#[tokio::test]
async fn the_framework_s_own_errors_are_problems() {
    let client = client();
    let (status, _, headers) = problem(as_caller(client.delete(THING)).send().await).await;
    assert_eq!((status, headers["allow"].to_str().unwrap()), (405, "GET, HEAD, PATCH"));
    let (status, _, headers) = problem(client.post("/health/live").send().await).await;
    assert_eq!((status, headers["allow"].to_str().unwrap()), (405, "GET, HEAD"));
    assert_eq!(problem(client.get("/v1/nothing").send().await).await.0, 404);
    let (status, problem, _) = problem(as_caller(client.get("/v1/things/seven?limit=x")).send().await).await;
    assert_eq!(
        (status, faults(&problem)),
        (400, vec!["invalid_path thing_id".to_owned(), "unknown_parameter limit".to_owned()])
    );
}

#[tokio::test]
async fn no_body_is_read_for_what_is_not_there() {
    let client = client();
    let endless = || poem::Body::from_bytes_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    for (method, path, status) in [
        (Method::POST, "/v1/nothing", 404),
        (Method::PUT, THING, 405),
        (Method::POST, "/docs", 405),
        (Method::POST, "/health/live", 405),
    ] {
        let request = client.request(method, path).header("content-length", "600").body(endless());
        let (got, _, headers) = problem(request.send().await).await;
        assert_eq!((got, headers["connection"].to_str().unwrap()), (status, "close"), "{path}");
    }
    let (_, _, headers) = problem(client.post("/v1/nothing").send().await).await;
    assert!(!headers.contains_key("connection"), "nothing was sent that would be left unread");
}

#[tokio::test]
async fn what_breaks_tells_no_tales() {
    let client = client();
    for (id, expected) in [("0d", 500), ("0e", 500), ("0f", 500), ("10", 503)] {
        let uri = format!("/v1/things/00000000-0000-0000-0000-0000000000{id}");
        let (status, problem, headers) = problem(as_caller(client.get(uri)).send().await).await;
        assert_eq!(status, expected);
        assert!(!problem.to_string().contains("secret") && !problem.to_string().contains("thirteenth"));
        assert_eq!(headers.contains_key("retry-after"), status == 503);
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits() {
    let client = client_with(HttpConfig::default());
    let ask = || client.get(THING).header("authorization", "Bearer slow").send();
    ask().await.assert_status_is_ok();
    let (status, _, headers) = problem(ask().await).await;
    assert_eq!((status, &headers["ratelimit"].to_str().unwrap()[..9]), (429, "\"key\";r=0"));
    let wait: u32 = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=61).contains(&wait));
    let unlimited = client_with(HttpConfig {
        rate_limits: false,
        ..HttpConfig::default()
    });
    for _ in 0..3 {
        unlimited
            .get(THING)
            .header("authorization", "Bearer slow")
            .send()
            .await
            .assert_status_is_ok();
    }
}

#[tokio::test]
async fn a_head_request_is_a_get_without_its_body() {
    let response = as_caller(client().request(Method::HEAD, THING)).send().await;
    response.assert_status_is_ok();
    response.assert_header("etag", "\"v3\"");
}

#[tokio::test]
async fn metrics_know_the_operation_not_the_path() {
    let metrics = Metrics::new().unwrap();
    let client = TestClient::new(demo::measured(HttpConfig::default(), metrics.clone()).into_endpoint());
    as_caller(client.get(THING)).send().await.assert_status_is_ok();
    client.get("/v1/nothing").send().await.assert_status(StatusCode::NOT_FOUND);
    client.get("/metrics").send().await.assert_status(StatusCode::NOT_FOUND);
    let text = String::from_utf8(metrics.text()).unwrap();
    assert!(
        text.contains(r#"http_requests_total{operation="get_thing",status="2xx"} 1"#),
        "{text}"
    );
    assert!(
        text.contains(r#"operation="other",status="4xx""#) && !text.contains("nothing"),
        "{text}"
    );
}
