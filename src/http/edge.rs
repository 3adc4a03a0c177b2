//! The one layer around the whole app: what every request meets, in this order.
//!
//! 1. It gets a [`RequestContext`] (id, language, clock).
//! 2. Where the spec asks for a key, the [`Doorman`] lets the caller in or not, before a byte of the body is read.
//! 3. Parameters and body are judged against the spec, every fault at once.
//! 4. The handler runs, within the time limit; a panic ends the request, not the process.
//! 5. Every error, whoever raised it, becomes a problem in the caller's language; headers, log and metrics follow; what is
//!    long is packed for who takes it.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use poem::http::{HeaderValue, Method, Uri, header};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response};

use super::asking::{Asking, asking};
use super::body::{self, BodyBounds};
use super::caller::Doorman;
use super::config::HttpConfig;
use super::context::{Context, RequestContext};
use super::exports::{Exports, Running};
use super::fault::{Fault, Refusal};
use super::finish::{self, Exchange};
use super::framework::{self, Scene};
use super::held::held;
use super::metrics::Metrics;
use super::packing;
use super::params;
use super::problem;
use super::routes::{Operation, PathEntry, Routes};

/// How long the look-up of a key may take.
const ADMITTED_WITHIN: Duration = Duration::from_secs(2);
/// Seconds after which a request that took too long may be tried again.
const RETRY_AFTER_TIMEOUT_S: u32 = 5;

/// The layer; put it outermost.
#[derive(Clone, Debug)]
pub struct Edge {
    config: Arc<HttpConfig>,
    routes: Arc<Routes>,
    doorman: Doorman,
    exports: Arc<Exports>,
    metrics: Metrics,
}

impl Edge {
    /// The layer for the operations in `routes`.
    #[must_use]
    pub fn new(config: HttpConfig, routes: Routes, doorman: Doorman, metrics: Metrics) -> Self {
        Self {
            exports: Arc::new(Exports::new(config.exports)),
            config: Arc::new(config),
            routes: Arc::new(routes),
            doorman,
            metrics,
        }
    }
}

impl<E: Endpoint> Middleware<E> for Edge {
    type Output = EdgeEndpoint<E>;

    fn transform(&self, inner: E) -> EdgeEndpoint<E> {
        EdgeEndpoint { edge: self.clone(), inner }
    }
}

/// The app behind its edge.
#[derive(Debug)]
pub struct EdgeEndpoint<E> {
    edge: Edge,
    inner: E,
}

/// What a request turned out to mean.
#[derive(Clone, Copy)]
struct Meaning<'r> {
    entry: Option<&'r PathEntry>,
    operation: Option<&'r Operation>,
}

impl<E: Endpoint> Endpoint for EdgeEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let _guard = self.edge.metrics.enter();
        let context: Context = Arc::new(RequestContext::of(&request, &self.edge.config.behind_proxy));
        request.set_data(Arc::clone(&context));
        let (method, uri): (Method, Uri) = (request.method().clone(), request.uri().clone());
        let entry = self.edge.routes.find(uri.path());
        let meaning = Meaning {
            entry,
            operation: entry.and_then(|entry| entry.operation(&method)),
        };
        let if_none_match = request.header("if-none-match").map(str::to_owned);
        let takes_gzip = method != Method::HEAD && packing::takes_gzip(request.headers());
        let unread = meaning.operation.is_none() && body::is_announced(request.headers());

        let answer = AssertUnwindSafe(self.answer(request, &context, meaning)).catch_unwind().await;
        let answer = answer.unwrap_or_else(|panic| Err(Refusal::Broken(words_of(panic.as_ref()))));
        let mut problem = None;
        let response = answer.unwrap_or_else(|refusal| {
            if let Refusal::Broken(cause) = &refusal {
                tracing::error!(request_id = context.id, cause, "request failed");
            }
            problem = refusal.faults().first().map(Fault::slug);
            problem::render(&refusal, context.language, Some(&context.id))
        });

        let exchange = Exchange {
            method: &method,
            uri: &uri,
            context: &context,
            if_none_match: if_none_match.as_deref(),
            entry: meaning.entry,
            operation: meaning.operation,
            problem,
            unread,
        };
        let response = finish::finish(response, &exchange);
        if let Some(log) = &self.edge.config.access_log {
            exchange.note(log, response.status());
        }
        self.edge
            .metrics
            .observe(exchange.label(), response.status(), context.started.elapsed());
        if exchange.tells_secrets() {
            return Ok(response);
        }
        Ok(packing::packed(response, takes_gzip))
    }
}

impl<E: Endpoint> EdgeEndpoint<E> {
    async fn answer(&self, mut request: Request, context: &RequestContext, meaning: Meaning<'_>) -> Result<Response, Refusal> {
        let limit = self.edge.config.request_timeout;
        let (mut who, mut export) = (None, None);
        if meaning.operation.is_some_and(|operation| operation.secured) {
            // One row is looked up: where that takes long, the database is not well, and whoever asks is told soon.
            let known = within(limit.min(ADMITTED_WITHIN), self.edge.doorman.admit(request.headers(), context)).await??;
            who = Some(Asking::from(&known));
            if meaning.operation.is_some_and(Operation::is_export) {
                export = Some(self.edge.exports.begin(known.key_id)?);
            }
            request.set_data(known);
            request.set_data(self.edge.doorman.seal());
        }
        let id = meaning.operation.map(|operation| operation.id.as_str());
        let body_limit = self.edge.config.limit_of(request.uri().path(), id);
        self.judge(&mut request, meaning, body_limit).await?;

        let path_names: Vec<&str> = match meaning.entry {
            Some(entry) => entry.parameter_names().collect(),
            None => Vec::new(),
        };
        let allow = meaning.entry.map_or_else(|| "GET, HEAD".to_owned(), PathEntry::allow);
        let scene = Scene {
            allow: &allow,
            body_limit,
            media: meaning
                .operation
                .and_then(|operation| operation.body.as_ref())
                .map(|rule| rule.media.as_slice())
                .unwrap_or_default(),
            path_names: &path_names,
        };
        let handled = async {
            match who {
                Some(who) => asking(who, self.inner.call(request)).await,
                None => self.inner.call(request).await,
            }
        };
        match within(self.edge.config.time_of(id), handled).await? {
            Ok(response) => checked(running(response.into_response(), export), meaning, scene),
            Err(error) if error.is_from_response() => checked(error.into_response(), meaning, scene),
            Err(error) => Err(framework::refusal_of(&error, scene)),
        }
    }

    /// Everything wrong with parameters and body, in one refusal.
    async fn judge(&self, request: &mut Request, meaning: Meaning<'_>, body_limit: usize) -> Result<(), Refusal> {
        let routes = &self.edge.routes;
        let mut faults: Vec<Fault> = Vec::new();
        if let (Some(entry), Some(operation)) = (meaning.entry, meaning.operation) {
            faults.extend(params::faults(routes, entry, operation, request));
        }
        let method = request.method();
        // For a path or a method that is none, nobody waits for a body: what is sent of it is not read.
        if method != Method::GET && method != Method::HEAD && meaning.operation.is_some() {
            let bounds = BodyBounds {
                bytes: body_limit,
                time: self.edge.config.request_timeout,
            };
            let bytes = body::receive(request, bounds).await?;
            if let Some(rule) = meaning.operation.and_then(|operation| operation.body.as_ref()) {
                let media = body::media(rule, request.content_type(), &bytes)?;
                faults.extend(body::faults(routes, rule, media, &bytes));
                let media = HeaderValue::from_str(media).map_err(Refusal::broken)?;
                request.headers_mut().insert(header::CONTENT_TYPE, media);
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }
}

/// An export runs until its last byte was taken, or nobody wants it any more.
fn running(mut response: Response, export: Option<Running>) -> Response {
    if let Some(export) = export {
        let body = response.take_body();
        response.set_body(held(body, export));
    }
    response
}

/// The handler's time is bounded; what it began to write goes on in a task of its own and is not torn.
async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Result<T, Refusal> {
    tokio::time::timeout(limit, work).await.map_err(|_| Refusal::Unavailable {
        retry_after_s: RETRY_AFTER_TIMEOUT_S,
    })
}

/// An operation answers errors as problems only; other bare error statuses are put into words.
fn checked(response: Response, meaning: Meaning<'_>, scene: Scene<'_>) -> Result<Response, Refusal> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let worded = response.content_type() == Some(problem::CONTENT_TYPE);
    if meaning.operation.is_none() || !failed || worded {
        return Ok(response);
    }
    Err(framework::of_status(status, scene).unwrap_or_else(|| Refusal::Broken(format!("bare status {status}"))))
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panic: {}", text.unwrap_or("no words"))
}

#[cfg(test)]
#[path = "edge_tests.rs"]
mod tests;
