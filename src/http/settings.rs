//! The settings of the HTTP side as flags, variables and a file give them.

use super::config::HttpConfig;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Where metrics are read unless another address is named.
const METRICS: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9464);

/// Flags and variables.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct HttpFlags {
    /// Addresses of the proxies in front, with commas between them: what they say in `X-Forwarded-For` of who asks is
    /// believed, and nobody else.
    #[arg(long, env = "YANGPIN_BEHIND_PROXY", value_name = "ADDRESSES", value_delimiter = ',')]
    pub behind_proxy: Option<Vec<String>>,
    /// Requests a minute of all keys of an organisation together.
    #[arg(long, env = "YANGPIN_ORGANISATION_REQUESTS_PER_MINUTE", value_name = "NUMBER")]
    pub organisation_requests_per_minute: Option<u32>,
    /// Exports that run at a time in this process; a key may run two of them.
    #[arg(long, env = "YANGPIN_EXPORTS", value_name = "NUMBER")]
    pub exports: Option<usize>,
    /// Address and port at which metrics are read; empty for none.
    #[arg(long, env = "YANGPIN_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<String>,
    /// The folder of the log of denials, exports and officials' reads; beside the SQLite file, or `yangpin-access-log`
    /// where PostgreSQL is used.
    #[arg(long, env = "YANGPIN_ACCESS_LOG", value_name = "DIR")]
    pub access_log: Option<PathBuf>,
}

/// The same of a TOML file.
#[derive(Clone, Debug, Default)]
pub struct HttpFile {
    /// As the flag.
    pub behind_proxy: Option<Vec<String>>,
    /// As the flag.
    pub organisation_requests_per_minute: Option<u32>,
    /// As the flag.
    pub exports: Option<usize>,
    /// As the flag.
    pub metrics_listen: Option<String>,
    /// As the flag.
    pub access_log: Option<PathBuf>,
}

/// Where metrics are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsAt {
    /// Nowhere.
    Nowhere,
    /// At the default address, if it is free: several processes run on one machine.
    IfFree(SocketAddr),
    /// Here, or the service does not start.
    Here(SocketAddr),
}

/// Settings in force.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The proxies in front.
    pub behind_proxy: Vec<IpAddr>,
    /// Requests a minute of an organisation.
    pub organisation_requests_per_minute: u32,
    /// Exports at a time.
    pub exports: usize,
    /// Where metrics are read.
    pub metrics: MetricsAt,
    /// The folder of the access log.
    pub access_log: PathBuf,
}

impl HttpSettings {
    /// Puts flags and file together. `beside` is the SQLite file, if there is one.
    pub fn read(flags: &HttpFlags, file: HttpFile, beside: Option<&Path>, problems: &mut Vec<String>) -> Self {
        let defaults = HttpConfig::default();
        let named = flags.behind_proxy.clone().or(file.behind_proxy).unwrap_or_default();
        let organisation = flags.organisation_requests_per_minute.or(file.organisation_requests_per_minute);
        let organisation = organisation.unwrap_or(defaults.rates.organisation);
        if !(1..=1_000_000).contains(&organisation) {
            problems.push("organisation_requests_per_minute: from 1 to 1000000".to_owned());
        }
        let exports = flags.exports.or(file.exports).unwrap_or(defaults.exports.at_once);
        if !(1..=100).contains(&exports) {
            problems.push("exports: from 1 to 100".to_owned());
        }
        let metrics = flags.metrics_listen.clone().or(file.metrics_listen);
        Self {
            behind_proxy: addresses(&named, problems),
            organisation_requests_per_minute: organisation,
            exports,
            metrics: metrics_at(metrics.as_deref(), problems),
            access_log: flags
                .access_log
                .clone()
                .or(file.access_log)
                .unwrap_or_else(|| default_folder(beside)),
        }
    }

    /// As people read it.
    #[must_use]
    pub fn shown(&self) -> String {
        let proxies: Vec<String> = self.behind_proxy.iter().map(IpAddr::to_string).collect();
        let metrics = match self.metrics {
            MetricsAt::Nowhere => "none".to_owned(),
            MetricsAt::IfFree(address) | MetricsAt::Here(address) => address.to_string(),
        };
        format!(
            "behind_proxy = {}\norganisation_requests_per_minute = {}\nexports     = {}\nmetrics_listen = {metrics}\naccess_log  = {}",
            if proxies.is_empty() {
                "none".to_owned()
            } else {
                proxies.join(", ")
            },
            self.organisation_requests_per_minute,
            self.exports,
            self.access_log.display(),
        )
    }
}

fn addresses(named: &[String], problems: &mut Vec<String>) -> Vec<IpAddr> {
    let named = named.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let mut read = |text: &str| {
        let address = text.parse().ok();
        if address.is_none() {
            problems.push(format!("behind_proxy: {text} is not an address, as 10.0.0.1"));
        }
        address
    };
    named.filter_map(&mut read).collect()
}

fn metrics_at(named: Option<&str>, problems: &mut Vec<String>) -> MetricsAt {
    match named.map(str::trim) {
        None => MetricsAt::IfFree(METRICS),
        Some("") => MetricsAt::Nowhere,
        Some(text) => text.parse().map_or_else(
            |_| {
                problems.push(format!("metrics_listen: {text} is not an address and port, as {METRICS}"));
                MetricsAt::Nowhere
            },
            MetricsAt::Here,
        ),
    }
}

/// `yangpin.db` has its access log in `yangpin-access-log` beside it.
fn default_folder(beside: Option<&Path>) -> PathBuf {
    let Some(file) = beside else {
        return PathBuf::from("yangpin-access-log");
    };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-access-log"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &HttpFlags) -> (HttpSettings, Vec<String>) {
        let mut problems = Vec::new();
        let beside = Some(Path::new("/data/yangpin.db"));
        let settings = HttpSettings::read(flags, HttpFile::default(), beside, &mut problems);
        (settings, problems)
    }

    #[test]
    fn metrics_are_on_loopback_unless_told() {
        let at = |text: Option<&str>| {
            let metrics_listen = text.map(str::to_owned);
            let (settings, problems) = read(&HttpFlags {
                metrics_listen,
                ..HttpFlags::default()
            });
            (settings.metrics, problems.len())
        };
        assert_eq!(at(None), (MetricsAt::IfFree("127.0.0.1:9464".parse().unwrap()), 0));
        assert_eq!(at(Some("")), (MetricsAt::Nowhere, 0));
        assert_eq!(at(Some("10.0.0.1:1")), (MetricsAt::Here("10.0.0.1:1".parse().unwrap()), 0));
        assert_eq!(at(Some("9464")), (MetricsAt::Nowhere, 1));
    }

    #[test]
    fn proxies_are_addresses_and_the_log_lies_beside_the_database() {
        let flags = HttpFlags {
            behind_proxy: Some(vec!["10.0.0.1".to_owned(), " ::1".to_owned(), String::new()]),
            ..HttpFlags::default()
        };
        let (settings, problems) = read(&flags);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(settings.behind_proxy.len(), 2);
        assert_eq!(settings.access_log, Path::new("/data/yangpin-access-log"));
        assert!(settings.shown().contains("behind_proxy = 10.0.0.1, ::1"), "{}", settings.shown());
        let flags = HttpFlags {
            behind_proxy: Some(vec!["proxy.example".to_owned()]),
            exports: Some(0),
            organisation_requests_per_minute: Some(0),
            ..HttpFlags::default()
        };
        assert_eq!(read(&flags).1.len(), 3);
    }
}
