//! The settings of the HTTP side, with defaults that are right for a small machine.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::access_log::AccessLog;
use super::exports::ExportBounds;
use super::rate::RateBounds;

/// How requests are treated.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// The most bytes of a body.
    pub body_limit: usize,
    /// The most bytes of a body on the paths below.
    pub large_body_limit: usize,
    /// Paths that take large bodies, exactly as in the request.
    pub large_body_paths: Vec<String>,
    /// Operations, by their ids, whose bodies have a limit of their own.
    pub body_limits: Vec<(&'static str, usize)>,
    /// How long a body may take to arrive, and again how long a handler may take.
    pub request_timeout: Duration,
    /// Operations, by their ids, that may be told to wait, and for how long: so much longer may they take.
    pub waits: Vec<(&'static str, Duration)>,
    /// Whether the limits of keys, organisations and addresses are enforced.
    pub rate_limits: bool,
    /// Those that are not a key's own.
    pub rates: RateBounds,
    /// How many exports may run at a time.
    pub exports: ExportBounds,
    /// The proxies whose word on who asks is believed.
    pub behind_proxy: Vec<IpAddr>,
    /// The log of denials, exports and officials' reads, where one is kept.
    pub access_log: Option<AccessLog>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            body_limit: 1 << 20,
            large_body_limit: 4 << 20,
            large_body_paths: Vec::new(),
            body_limits: Vec::new(),
            request_timeout: Duration::from_secs(30),
            waits: Vec::new(),
            rate_limits: true,
            rates: RateBounds {
                organisation: 6_000,
                wrong_keys: 60,
            },
            exports: ExportBounds { of_a_key: 2, at_once: 4 },
            behind_proxy: Vec::new(),
            access_log: None,
        }
    }
}

impl HttpConfig {
    /// The limits of requests, where they are enforced.
    #[must_use]
    pub fn limits(&self) -> Option<RateBounds> {
        self.rate_limits.then_some(self.rates)
    }

    /// How long the handler of an operation may take.
    #[must_use]
    pub fn time_of(&self, operation: Option<&str>) -> Duration {
        let wait = self.waits.iter().find(|(id, _)| operation == Some(*id));
        self.request_timeout + wait.map_or(Duration::ZERO, |(_, wait)| *wait)
    }

    /// The limit of a body on `path`, which means `operation`, if it means one.
    #[must_use]
    pub fn limit_of(&self, path: &str, operation: Option<&str>) -> usize {
        let own = self.body_limits.iter().find(|(id, _)| operation == Some(*id));
        if let Some((_, limit)) = own {
            *limit
        } else if self.large_body_paths.iter().any(|large| large == path) {
            self.large_body_limit
        } else {
            self.body_limit
        }
    }
}

/// How connections are treated.
#[derive(Clone, Debug)]
pub struct ServeConfig {
    /// Where to listen.
    pub address: SocketAddr,
    /// The most connections at a time. One more takes the place of the one that has moved no byte for longest.
    pub max_connections: usize,
    /// Connections beyond these, for the paths under `/health` alone.
    pub reserve: usize,
    /// A connection that waits for its client gives up its place to a new one after so long without a byte.
    pub settled: Duration,
    /// The same for one whose request is being worked on.
    pub settled_at_work: Duration,
    /// How long a connection may be idle or take over the head of a request.
    pub header_timeout: Duration,
    /// How long a client may take no byte of what is sent to it.
    pub write_limit: Duration,
    /// How long requests under way may take after the signal to stop.
    pub stop_limit: Duration,
    /// How long to stay open, not ready, after the signal, so that balancers notice.
    pub stop_delay: Duration,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            max_connections: 1024,
            reserve: 16,
            settled: Duration::from_millis(250),
            settled_at_work: Duration::from_secs(1),
            header_timeout: Duration::from_secs(10),
            write_limit: Duration::from_secs(10),
            stop_limit: Duration::from_secs(30),
            stop_delay: Duration::ZERO,
        }
    }
}
