//! Requests in process. Every answer is held to the published spec before a test sees it.

use super::answer::Answer;
use super::app::TestApp;
use super::contract::contract;
use super::given::Member;
use poem::Response;
use poem::http::Method;
use poem::test::TestResponse;
use serde_json::Value;
use std::future::IntoFuture;
use std::pin::Pin;
use uuid::Uuid;

/// A request to be sent; awaiting it sends it.
pub struct Call<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    idempotency_key: Option<String>,
    body: Option<Vec<u8>>,
}

impl<'a> Call<'a> {
    pub(super) fn new(app: &'a TestApp, method: Method, path: String) -> Self {
        // A test that says nothing about repeated requests means none.
        let idempotency_key = (method == Method::POST).then(|| Uuid::now_v7().to_string());
        Self {
            app,
            method,
            path,
            headers: Vec::new(),
            idempotency_key,
            body: None,
        }
    }

    /// With the key of a member.
    pub fn by(self, member: &Member) -> Self {
        self.with_key(&member.secret)
    }

    pub fn with_key(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn idempotency_key(mut self, key: &str) -> Self {
        self.idempotency_key = Some(key.to_owned());
        self
    }

    pub fn without_idempotency_key(mut self) -> Self {
        self.idempotency_key = None;
        self
    }

    pub fn if_match(self, etag: &str) -> Self {
        self.header("if-match", etag)
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw(body.to_string())
    }

    /// Any bytes, said to be JSON.
    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends it and leaves the body of the answer where it is: for what is answered while it is being read.
    pub async fn begun(self) -> Response {
        self.answered().await.0
    }

    async fn send(self) -> Answer {
        let (method, path) = (self.method.clone(), self.path.clone());
        let (parts, body) = self.answered().await.0.into_parts();
        let bytes = body.into_vec().await.unwrap();
        let answer = Answer::new(parts.status.as_u16(), parts.headers, bytes);
        contract().hold(&method, &path, &answer);
        answer
    }

    async fn answered(self) -> TestResponse {
        let spoken = self.headers.iter().any(|(name, _)| name == "accept-language");
        let typed = self.headers.iter().any(|(name, _)| name == "content-type");
        let mut request = self.app.client().request(self.method.clone(), self.path.clone());
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if !spoken {
            request = request.header("accept-language", "en");
        }
        if let Some(key) = self.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = self.body {
            if !typed {
                request = request.content_type("application/json");
            }
            request = request.body(body);
        }
        request.send().await
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
