//! Through which server letters are sent; none unless a host is named.

use entity::MailAddress;
use serde::Deserialize;

/// Flags and variables.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct MailFlags {
    /// The server that takes letters, by SMTP; without it none are sent. User and password are read from
    /// `YANGPIN_MAIL_USER` and `YANGPIN_MAIL_PASSWORD` only.
    #[arg(id = "mail_host", long = "mail-host", env = "YANGPIN_MAIL_HOST", value_name = "HOST")]
    pub host: Option<String>,
    /// Its port; 587 with `starttls`, 465 with `implicit`, 25 with `none`.
    #[arg(id = "mail_port", long = "mail-port", env = "YANGPIN_MAIL_PORT", value_name = "PORT")]
    pub port: Option<u16>,
    /// `starttls`, `implicit`, or `none`, which is for a relay on the same machine.
    #[arg(id = "mail_tls", long = "mail-tls", env = "YANGPIN_MAIL_TLS", value_name = "MODE")]
    pub tls: Option<String>,
    /// The address that letters come from.
    #[arg(id = "mail_from", long = "mail-from", env = "YANGPIN_MAIL_FROM", value_name = "ADDRESS")]
    pub from: Option<String>,
    /// What stands before the path of links in letters, as `https://yangpin.example`.
    #[arg(id = "mail_links", long = "mail-links", env = "YANGPIN_MAIL_LINKS", value_name = "URL")]
    pub links: Option<String>,
}

/// The table `[mail]` of the TOML file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailFile {
    host: Option<String>,
    port: Option<u16>,
    tls: Option<String>,
    from: Option<String>,
    links: Option<String>,
}

/// How the way to the server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// Not at all.
    None,
    /// By STARTTLS, which the server must offer.
    Starttls,
    /// From the first byte.
    Implicit,
}

impl MailTls {
    fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Starttls => "starttls",
            Self::Implicit => "implicit",
        }
    }

    fn port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::Starttls => 587,
            Self::Implicit => 465,
        }
    }
}

/// Who we are to the server. Never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A server that takes letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept.
    pub tls: MailTls,
    /// Where letters come from.
    pub from: MailAddress,
    /// What stands before the path of links.
    pub links: Option<String>,
    /// Who we are to it.
    pub login: Option<Login>,
}

/// Settings in force: a server, or none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSettings(pub Option<MailServer>);

impl MailSettings {
    /// Puts flags and file together; `secret` reads a variable.
    pub fn read(flags: &MailFlags, file: MailFile, secret: impl Fn(&str) -> Option<String>, problems: &mut Vec<String>) -> Self {
        let tls = flags.tls.clone().or(file.tls);
        let from = flags.from.clone().or(file.from);
        let links = flags.links.clone().or(file.links);
        let port = flags.port.or(file.port);
        let Some(host) = flags.host.clone().or(file.host) else {
            let without = tls.is_some() || from.is_some() || links.is_some() || port.is_some();
            if without {
                problems.push("mail_host: needed where anything else of mail is named".to_owned());
            }
            return Self(None);
        };
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || "/@:".contains(c)) {
            problems.push("mail_host: a name or an address, without scheme or port".to_owned());
        }
        let tls = tls_of(tls.as_deref(), problems);
        let login = login_of(secret, problems);
        if login.is_some() && tls == MailTls::None {
            problems.push("mail_tls: a password is not sent in the open; name starttls or implicit".to_owned());
        }
        if links.as_deref().is_some_and(|links| !is_base(links)) {
            problems.push("mail_links: begins with https:// or http://, one word, no / at its end".to_owned());
        }
        let from = from.as_deref().map(str::parse::<MailAddress>);
        let Some(Ok(from)) = from else {
            problems.push("mail_from: an address such as notices@yangpin.example is needed where mail_host is named".to_owned());
            return Self(None);
        };
        let port = port.unwrap_or(tls.port());
        Self(Some(MailServer {
            host,
            port,
            tls,
            from,
            links,
            login,
        }))
    }

    /// As people read it, without credentials.
    #[must_use]
    pub fn shown(&self) -> String {
        let Some(server) = &self.0 else {
            return "none".to_owned();
        };
        let login = if server.login.is_some() { ", with a password" } else { "" };
        format!(
            "{}:{} ({}{login}), from {}",
            server.host,
            server.port,
            server.tls.as_str(),
            server.from
        )
    }
}

fn tls_of(tls: Option<&str>, problems: &mut Vec<String>) -> MailTls {
    match tls {
        None | Some("starttls") => MailTls::Starttls,
        Some("implicit") => MailTls::Implicit,
        Some("none") => MailTls::None,
        Some(other) => {
            problems.push(format!("mail_tls: {other} is not starttls, implicit or none"));
            MailTls::Starttls
        }
    }
}

fn login_of(secret: impl Fn(&str) -> Option<String>, problems: &mut Vec<String>) -> Option<Login> {
    let read = |name: &str| secret(name).filter(|value| !value.is_empty());
    match (read("YANGPIN_MAIL_USER"), read("YANGPIN_MAIL_PASSWORD")) {
        (None, None) => None,
        (Some(user), Some(password)) => Some(Login { user, password }),
        _ => {
            problems.push("YANGPIN_MAIL_USER, YANGPIN_MAIL_PASSWORD: both or neither".to_owned());
            None
        }
    }
}

fn is_base(links: &str) -> bool {
    let rest = links.strip_prefix("https://").or_else(|| links.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.ends_with('/') && rest.bytes().all(|byte| byte.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, secrets: &[(&str, &str)]) -> (MailSettings, Vec<String>) {
        let mut problems = Vec::new();
        let secret = |name: &str| {
            secrets
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let settings = MailSettings::read(&MailFlags::default(), toml::from_str(file).unwrap(), secret, &mut problems);
        (settings, problems)
    }

    const BOTH: [(&str, &str); 2] = [("YANGPIN_MAIL_USER", "yangpin"), ("YANGPIN_MAIL_PASSWORD", "hidden")];

    #[test]
    fn no_host_no_letters() {
        let (settings, problems) = read("", &BOTH);
        assert_eq!((settings.shown().as_str(), problems.len()), ("none", 0));
        assert_eq!(read("port = 25", &[]).1.len(), 1);
    }

    #[test]
    fn a_server_has_a_port_by_its_way_and_shows_no_secret() {
        for (tls, port) in [("starttls", 587), ("implicit", 465)] {
            let file = format!("host = \"mail.example\"\nfrom = \"a@b.example\"\ntls = \"{tls}\"");
            let (settings, problems) = read(&file, &BOTH);
            assert!(problems.is_empty(), "{problems:?}");
            let shown = format!("{} {settings:?}", settings.shown());
            assert!(shown.contains(&format!("mail.example:{port} ({tls}, with a password)")), "{shown}");
            assert!(!shown.contains("hidden") && !shown.contains("user: \"yangpin\""), "{shown}");
        }
    }

    #[test]
    fn all_problems_are_told() {
        let file = "host = \"https://mail\"\ntls = \"ssl\"\nlinks = \"ftp://x\"";
        assert_eq!(read(file, &BOTH[..1]).1.len(), 5);
        let open = "host = \"mail\"\nfrom = \"a@b.example\"\ntls = \"none\"";
        let (settings, problems) = read(open, &[]);
        assert_eq!((problems.len(), settings.0.unwrap().port), (0, 25));
        assert_eq!(read(open, &BOTH).1.len(), 1);
        assert!(toml::from_str::<MailFile>("password = \"x\"").is_err());
    }
}
