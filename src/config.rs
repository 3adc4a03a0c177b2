//! Settings: flags win over `YANGPIN_…` variables, those over the TOML file, that over the defaults. Read once; all
//! problems are reported together; unknown keys are refused.

use crate::db::{OpenOptions, Target};
use crate::http::config::{HttpConfig, ServeConfig};
use crate::http::exports::ExportBounds;
use crate::http::rate::RateBounds;
use crate::http::settings::{HttpFile, HttpFlags, HttpSettings};
use crate::notices::{MailFile, MailFlags, MailSettings};
use crate::pictures::{PictureFile, PictureFlags, PictureSettings};
use crate::secrets::MasterSecret;
use crate::telemetry::LogFormat;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings that flags and variables may give. Each is described once, here; `serve --help` and the README say the same.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// A TOML file with settings; its keys are the names of the flags with `_` for `-`.
    #[arg(long, env = "YANGPIN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// `sqlite://FILE` or `postgres://USER@HOST/DATABASE`.
    #[arg(long, env = "YANGPIN_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// Address and port to listen on.
    #[arg(long, env = "YANGPIN_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Log as `text` or `json`.
    #[arg(long, env = "YANGPIN_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// What to log, in the words of RUST_LOG: `info`, `warn,yangpin=debug`, …
    #[arg(long, env = "YANGPIN_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Connections that read.
    #[arg(long, env = "YANGPIN_READERS", value_name = "NUMBER")]
    pub readers: Option<u32>,
    /// Whether the request limits of keys are enforced; `false` for tests only.
    #[arg(long, env = "YANGPIN_RATE_LIMITS", value_name = "BOOL")]
    pub rate_limits: Option<bool>,
    /// Whether to bring the schema up to date at start; `false` where `yangpin migrate` does it.
    #[arg(long, env = "YANGPIN_MIGRATE", value_name = "BOOL")]
    pub migrate: Option<bool>,
    /// How long a use case waits for its turn before 503, milliseconds.
    #[arg(long, env = "YANGPIN_PATIENCE_MS", value_name = "MS")]
    pub patience_ms: Option<u64>,
    /// Who asks, how much, and what is kept of it.
    #[command(flatten)]
    pub http: HttpFlags,
    /// Where pictures are kept.
    #[command(flatten)]
    pub pictures: PictureFlags,
    /// Through which server letters are sent.
    #[command(flatten)]
    pub mail: MailFlags,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    database: Option<String>,
    listen: Option<String>,
    log_format: Option<String>,
    log: Option<String>,
    readers: Option<u32>,
    rate_limits: Option<bool>,
    migrate: Option<bool>,
    patience_ms: Option<u64>,
    behind_proxy: Option<Vec<String>>,
    organisation_requests_per_minute: Option<u32>,
    exports: Option<usize>,
    metrics_listen: Option<String>,
    access_log: Option<PathBuf>,
    pictures: Option<PictureFile>,
    mail: Option<MailFile>,
}

impl File {
    fn http(&mut self) -> HttpFile {
        HttpFile {
            behind_proxy: self.behind_proxy.take(),
            organisation_requests_per_minute: self.organisation_requests_per_minute,
            exports: self.exports,
            metrics_listen: self.metrics_listen.take(),
            access_log: self.access_log.take(),
        }
    }
}

/// Settings in force.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the data is.
    pub target: Target,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the log looks.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
    /// Connections that read.
    pub readers: u32,
    /// Whether limits of keys are enforced.
    pub rate_limits: bool,
    /// Whether to migrate at start.
    pub migrate: bool,
    /// How long a use case waits for its turn.
    pub patience: Duration,
    /// Who asks, how much, and what is kept of it.
    pub http: HttpSettings,
    /// Where pictures are kept.
    pub pictures: PictureSettings,
    /// Through which server letters are sent.
    pub mail: MailSettings,
    /// The master secret, where it is given; else it lies beside the data.
    pub secret: Option<MasterSecret>,
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("settings cannot be used:\n{}", .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
pub struct BadSettings(pub Vec<String>);

/// Order lines of a large request fit four mebibytes.
const LARGE_BODY_PATHS: [&str; 7] = [
    "/v1/orders",
    "/v1/orders/dry-run",
    "/v1/orders/sheet",
    "/v1/stock/movements",
    "/v1/organisations/sheet",
    "/v1/products/sheet",
    "/v1/offers/sheet",
];

impl Settings {
    /// Puts flags, variables, file and defaults together. `database` is what is used when none is named.
    pub fn read(flags: &Flags, database: Option<&str>) -> Result<Self, BadSettings> {
        let mut problems = Vec::new();
        let file = flags.config.as_deref().map(read_file).transpose().unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        let mut file = file.unwrap_or_default();
        let http = file.http();
        let url = flags.database.clone().or(file.database).or_else(|| database.map(str::to_owned));
        let target = match url.as_deref().map(str::parse::<Target>) {
            Some(Ok(target)) => Some(target),
            Some(Err(error)) => {
                problems.push(format!("database: {error}"));
                None
            }
            None => {
                problems.push("database: name one with --database, YANGPIN_DATABASE or the file".to_owned());
                None
            }
        };
        let listen = flags.listen.clone().or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = parse(&listen, "listen", "an address and port, as 127.0.0.1:8080", &mut problems);
        let format = flags.log_format.clone().or(file.log_format).unwrap_or_else(|| "text".to_owned());
        let log_format = parse(&format, "log_format", "text or json", &mut problems);
        let readers = flags.readers.or(file.readers).unwrap_or(8);
        if !(1..=100).contains(&readers) {
            problems.push("readers: from 1 to 100".to_owned());
        }
        let patience = flags.patience_ms.or(file.patience_ms).unwrap_or(2_800);
        if !(100..=60_000).contains(&patience) {
            problems.push("patience_ms: from 100 to 60000".to_owned());
        }
        let beside = match &target {
            Some(Target::Sqlite(file)) => Some(file.as_path()),
            Some(Target::Postgres(_)) | None => None,
        };
        let http = HttpSettings::read(&flags.http, http, beside, &mut problems);
        let pictures = file.pictures.unwrap_or_default();
        let pictures = PictureSettings::read(&flags.pictures, pictures, beside, variable, &mut problems);
        let mail = MailSettings::read(&flags.mail, file.mail.unwrap_or_default(), variable, &mut problems);
        let secret = MasterSecret::of_variable(variable).unwrap_or_else(|weak| {
            problems.push(weak.to_string());
            None
        });
        match (target, listen, log_format) {
            (Some(target), Some(listen), Some(log_format)) if problems.is_empty() => Ok(Self {
                target,
                listen,
                log_format,
                log: flags.log.clone().or(file.log).unwrap_or_else(|| "info".to_owned()),
                readers,
                rate_limits: flags.rate_limits.or(file.rate_limits).unwrap_or(true),
                migrate: flags.migrate.or(file.migrate).unwrap_or(true),
                patience: Duration::from_millis(patience),
                http,
                pictures,
                mail,
                secret,
            }),
            _ => Err(BadSettings(problems)),
        }
    }

    /// How to open the database.
    #[must_use]
    pub fn open_options(&self) -> OpenOptions {
        OpenOptions {
            readers: self.readers,
            ..OpenOptions::default()
        }
    }

    /// How requests are treated.
    #[must_use]
    pub fn http(&self) -> HttpConfig {
        let defaults = HttpConfig::default();
        HttpConfig {
            rate_limits: self.rate_limits,
            rates: RateBounds {
                organisation: self.http.organisation_requests_per_minute,
                ..defaults.rates
            },
            exports: ExportBounds {
                at_once: self.http.exports,
                ..defaults.exports
            },
            behind_proxy: self.http.behind_proxy.clone(),
            large_body_paths: large_body_paths(),
            body_limits: body_limits(),
            ..defaults
        }
    }

    /// How connections are treated.
    #[must_use]
    pub fn serve(&self) -> ServeConfig {
        ServeConfig {
            address: self.listen,
            ..ServeConfig::default()
        }
    }

    /// The settings as people read them; a password is masked.
    #[must_use]
    pub fn shown(&self) -> String {
        format!(
            "database    = {}\nlisten      = {}\nlog         = {} ({})\nreaders     = {}\nrate_limits = {}\nmigrate     = {}\npatience_ms = {}\n{}\npictures    = {}\nmail        = {}",
            self.target.masked(),
            self.listen,
            self.log,
            if self.log_format == LogFormat::Json { "json" } else { "text" },
            self.readers,
            self.rate_limits,
            self.migrate,
            self.patience.as_millis(),
            self.http.shown(),
            self.pictures.shown(),
            self.mail.shown()
        )
    }
}

/// Paths that take up to four mebibytes.
#[must_use]
pub fn large_body_paths() -> Vec<String> {
    LARGE_BODY_PATHS.iter().map(|path| (*path).to_owned()).collect()
}

/// Operations whose bodies have a limit of their own, in bytes.
#[must_use]
pub fn body_limits() -> Vec<(&'static str, usize)> {
    vec![("upload_import_part", 4 << 20), ("upload_import_file", 64 << 20)]
}

/// Secrets are read from variables only: flags are seen by everybody on the machine.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read_file(path: &Path) -> Result<File, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map(|before| before.lines().count().max(1));
        let line = line.map(|line| format!(" line {line}")).unwrap_or_default();
        format!("{}{line}: {}", path.display(), without_values(error.message()))
    })
}

/// What is wrong with a file, without the value that is wrong, nor the line it stands in: it may be an address with a
/// password.
fn without_values(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(from), Some(to)) if from < to => {
            let (before, after) = (message.get(..from), message.get(to + 1..));
            format!("{}***{}", before.unwrap_or_default(), after.unwrap_or_default())
        }
        _ => message.to_owned(),
    }
}

fn parse<T: std::str::FromStr>(text: &str, name: &str, wanted: &str, problems: &mut Vec<String>) -> Option<T> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        problems.push(format!("{name}: {text} is not {wanted}"));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_problems_are_told_together() {
        let flags = Flags {
            database: Some("mysql://x".into()),
            listen: Some("nowhere".into()),
            readers: Some(0),
            log_format: Some("xml".into()),
            ..Flags::default()
        };
        let BadSettings(problems) = Settings::read(&flags, None).unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn a_file_with_an_unknown_key_is_refused() {
        let path = std::env::temp_dir().join(format!("yangpin-config-{}.toml", std::process::id()));
        std::fs::write(&path, "listen = \"127.0.0.1:1\"\nlisten_adress = 1\n").unwrap();
        let flags = Flags {
            config: Some(path.clone()),
            database: Some("sqlite://x.db".into()),
            ..Flags::default()
        };
        let BadSettings(problems) = Settings::read(&flags, None).unwrap_err();
        std::fs::remove_file(path).unwrap();
        assert!(problems.iter().any(|problem| problem.contains("listen_adress")), "{problems:?}");
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_without_its_values() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("yangpin.toml");
        for text in [
            "database = \"postgres://u:secret@h/d\nlisten = 1",
            "listen = \"127.0.0.1:1\"\nreaders = \"postgres://u:se\\\"secret@h/d\"",
            "mail = 'smtp://u:secret@h'",
            "pictures = { endpoint = \"https://secret@h\", folder = 1 }",
        ] {
            std::fs::write(&path, text).unwrap();
            let problem = read_file(&path).unwrap_err();
            assert!(problem.contains("yangpin.toml line ") && !problem.contains("secret"), "{problem}");
        }
    }

    #[test]
    fn a_password_is_masked() {
        let flags = Flags {
            database: Some("postgres://u:secret@h/d".into()),
            ..Flags::default()
        };
        let shown = Settings::read(&flags, None).unwrap().shown();
        assert!(shown.contains("u:***@h/d") && !shown.contains("secret"));
    }
}
