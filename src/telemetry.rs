//! The log: one line an event, as text for people or as JSON for machines, filtered by the environment's words.

use std::io::IsTerminal;
use std::str::FromStr;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::util::TryInitError;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: an object a line.
    Json,
}

/// A name that is no log format.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a log is written as `text` or `json`")]
pub struct NoLogFormat;

impl FromStr for LogFormat {
    type Err = NoLogFormat;

    fn from_str(name: &str) -> Result<Self, NoLogFormat> {
        match name {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(NoLogFormat),
        }
    }
}

/// Starts logging to standard error, once for the process. `filter` is in the words of `RUST_LOG`.
///
/// # Errors
/// Where a log has been started before.
pub fn start(format: LogFormat, filter: &str) -> Result<(), TryInitError> {
    // Noisy neighbours are held at warnings unless the filter itself names them. What reads an address of a database warns of
    // parameters it does not know with their values, and those may be secret.
    let quiet = ["sqlx=warn", "sea_orm=warn", "hyper=warn", "h2=warn", "sqlx_postgres::options=off"];
    let mut words: Vec<&str> = quiet.to_vec();
    words.push(if filter.trim().is_empty() { "info" } else { filter });
    let filter = EnvFilter::builder().parse_lossy(words.join(","));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(in_colour());
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => registry.with(lines.with_target(true)).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    }
}

/// Colours are for terminals: a file or a pipe would hold their codes.
fn in_colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_have_names() {
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        assert_eq!("text".parse(), Ok(LogFormat::Text));
        assert_eq!("JSON".parse::<LogFormat>(), Err(NoLogFormat));
    }
}
