//! Whether the process lives, and whether it should be sent requests. Living never asks the database.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use poem::endpoint::{make, make_sync};
use poem::http::StatusCode;
use poem::{Response, Route};

use super::metrics::get;

/// A probe that takes longer than this has failed: whoever asks has limits of its own.
const PROBE_LIMIT: Duration = Duration::from_secs(2);

type Probe = dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync;

/// The state of the process as balancers see it.
#[derive(Clone)]
pub struct Health {
    probe: Arc<Probe>,
    stopping: Arc<AtomicBool>,
}

impl fmt::Debug for Health {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Health")
            .field("stopping", &self.stopping)
            .finish_non_exhaustive()
    }
}

impl Health {
    /// Ready while `probe` says so; its error goes to the log only.
    #[must_use]
    pub fn new(probe: impl Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static) -> Self {
        Self {
            probe: Arc::new(probe),
            stopping: Arc::default(),
        }
    }

    /// From now on not ready: requests should go elsewhere while those under way are finished.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether requests are welcome.
    pub async fn ready(&self) -> bool {
        if self.stopping.load(Ordering::Relaxed) {
            return false;
        }
        match tokio::time::timeout(PROBE_LIMIT, (self.probe)()).await {
            Ok(Ok(())) => true,
            Ok(Err(cause)) => {
                tracing::warn!(cause, "not ready");
                false
            }
            Err(_) => {
                tracing::warn!("not ready: the probe took too long");
                false
            }
        }
    }

    /// `GET /live` and `GET /ready`, to be nested under `/health`.
    #[must_use]
    pub fn routes(&self) -> Route {
        let health = self.clone();
        let ready = make(move |_| {
            let health = health.clone();
            async move { Ok::<_, poem::Error>(say(health.ready().await)) }
        });
        Route::new().at("/live", get(make_sync(|_| say(true)))).at("/ready", get(ready))
    }
}

/// Whether a path is one of those above.
#[must_use]
pub fn is_asked(path: &str) -> bool {
    path == "/health" || path.starts_with("/health/")
}

/// Not an error in the sense of the API, so no problem: the edge leaves the plain 503 of these paths alone.
fn say(well: bool) -> Response {
    let (status, text) = if well {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    };
    Response::builder()
        .status(status)
        .content_type("text/plain; charset=utf-8")
        .header("cache-control", "no-store")
        .body(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::test::TestClient;

    #[tokio::test]
    async fn ready_follows_the_probe_and_ends_with_the_stop() {
        let well = Arc::new(AtomicBool::new(true));
        let seen = Arc::clone(&well);
        let health = Health::new(move || {
            let well = seen.load(Ordering::Relaxed);
            Box::pin(async move { if well { Ok(()) } else { Err("away".to_owned()) } })
        });
        let client = TestClient::new(health.routes());
        client.get("/ready").send().await.assert_status_is_ok();
        well.store(false, Ordering::Relaxed);
        client.get("/ready").send().await.assert_status(StatusCode::SERVICE_UNAVAILABLE);
        well.store(true, Ordering::Relaxed);
        health.stop();
        client.get("/ready").send().await.assert_status(StatusCode::SERVICE_UNAVAILABLE);
        client.get("/live").send().await.assert_status_is_ok();
    }
}
