//! Telemetry for Prometheus: by operation id, how many requests, how long, how many right now; and what other rooms put
//! beside it.
//!
//! The figure of the trade is elsewhere; this only says how the service feels.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use poem::endpoint::make;
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Response, Route, RouteMethod};
use prometheus::{Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use tokio::net::TcpListener;

use super::config::ServeConfig;
use super::health::Health;
use super::serve::serve;

/// Connections at a time of those that read them.
const MOST_READERS: usize = 16;
/// The longest that looking takes before they are read.
const LOOK_LIMIT: Duration = Duration::from_secs(2);
/// Upper bounds in seconds: fine where a turn lives, coarse up to the time limit.
pub const BUCKETS_S: [f64; 12] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 30.0];

/// The metrics of the HTTP side, and the registry where other rooms put theirs.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGauge,
    look: Option<Look>,
}

/// Looks at what is not counted as it happens, just before the metrics are read.
#[derive(Clone)]
struct Look(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl fmt::Debug for Look {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Look").finish_non_exhaustive()
    }
}

impl Metrics {
    /// Fresh metrics in a registry of their own.
    ///
    /// # Errors
    /// Only if a name were registered twice.
    pub fn new() -> Result<Self, prometheus::Error> {
        let requests = IntCounterVec::new(
            Opts::new("http_requests_total", "Requests answered, by operation and class of status."),
            &["operation", "status"],
        )?;
        let durations = HistogramVec::new(
            HistogramOpts::new("http_request_duration_seconds", "Time from the head read to the answer made.").buckets(BUCKETS_S.to_vec()),
            &["operation"],
        )?;
        let in_flight = IntGauge::new("http_requests_in_flight", "Requests being worked on.")?;
        let registry = Registry::new();
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        registry.register(Box::new(in_flight.clone()))?;
        Ok(Self {
            registry,
            requests,
            durations,
            in_flight,
            look: None,
        })
    }

    /// Where other rooms register their own.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// With a look at what is not counted as it happens, to be taken each time before they are read.
    #[must_use]
    pub fn looking(mut self, look: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        self.look = Some(Look(Arc::new(look)));
        self
    }

    /// Takes the look. One that takes too long is given up: what it would have seen stays as it was.
    pub async fn look(&self) {
        if let Some(look) = &self.look
            && tokio::time::timeout(LOOK_LIMIT, (look.0)()).await.is_err()
        {
            tracing::warn!("some metrics are not of now: looking took too long");
        }
    }

    /// Counts a request in; it is counted out when the guard is dropped, even by a panic.
    #[must_use]
    pub fn enter(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Notes an answered request.
    pub fn observe(&self, operation: &str, status: StatusCode, took: Duration) {
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[operation, class]).inc();
        self.durations.with_label_values(&[operation]).observe(took.as_secs_f64());
    }

    /// Everything in the text format.
    #[must_use]
    pub fn text(&self) -> Vec<u8> {
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "metrics cannot be written");
        }
        text
    }

    /// `GET /metrics`, at an address of its own: it has no key, and what it says is not for everybody.
    pub async fn serve(self, listener: TcpListener) {
        let health = Health::new(|| Box::pin(async { Ok(()) }));
        let config = ServeConfig {
            max_connections: MOST_READERS,
            reserve: 0,
            ..ServeConfig::default()
        };
        let app = Route::new().at("/metrics", self.endpoint());
        if let Err(error) = serve(app, listener, &config, &health, std::future::pending()).await {
            tracing::error!(%error, "metrics are served no more");
        }
    }

    fn endpoint(&self) -> RouteMethod {
        let metrics = self.clone();
        get(make(move |_| {
            let metrics = metrics.clone();
            async move {
                metrics.look().await;
                let answer = Response::builder().content_type("text/plain; version=0.0.4; charset=utf-8");
                Ok::<_, poem::Error>(answer.body(metrics.text()))
            }
        }))
    }
}

/// An endpoint that answers GET only.
pub(super) fn get(endpoint: impl Endpoint + 'static) -> RouteMethod {
    RouteMethod::new().method(Method::GET, endpoint)
}

/// A request being worked on.
#[derive(Debug)]
pub struct InFlight(IntGauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn they_are_read_at_an_address_of_their_own() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(Metrics::new().unwrap().serve(listener));
        for (path, status) in [("/metrics", "HTTP/1.1 200"), ("/v1/me", "HTTP/1.1 404")] {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let ask = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
            stream.write_all(ask.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with(status), "{answer}");
            assert_eq!(answer.contains("http_requests_in_flight"), path == "/metrics");
        }
        task.abort();
    }

    #[test]
    fn counts_by_operation_and_class() {
        let metrics = Metrics::new().unwrap();
        let guard = metrics.enter();
        metrics.observe("list_things", StatusCode::NOT_FOUND, Duration::from_millis(3));
        let text = String::from_utf8(metrics.text()).unwrap();
        assert!(
            text.contains(r#"http_requests_total{operation="list_things",status="4xx"} 1"#),
            "{text}"
        );
        assert!(
            text.contains(r#"le="0.005"} 1"#) && text.contains("http_requests_in_flight 1"),
            "{text}"
        );
        drop(guard);
        assert!(String::from_utf8(metrics.text()).unwrap().contains("http_requests_in_flight 0"));
    }
}
