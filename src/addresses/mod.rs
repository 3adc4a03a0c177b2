//! Addresses of databases and services as people may read them: without what opens the door.
//!
//! Owns no data. Whatever logs, prints or keeps an address asks [`masked`]; whatever starts another program takes what is secret
//! out of the address by [`apart`], since the arguments of a program are seen by everybody on the machine.
//!
//! An address that cannot be read with certainty is shown by its scheme alone: a password with an unescaped `/` or `@` must
//! not be taken for a host or a path.

use std::collections::BTreeMap;

/// What stands for what is not shown.
const HIDDEN: &str = "***";

/// Parameters of a database's address whose values open nothing.
const OPEN: [&str; 19] = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "dbname",
    "gssencmode",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_idle",
    "load_balance_hosts",
    "port",
    "ssl-mode",
    "sslmode",
    "sslrootcert",
    OF_DRIVER,
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];
/// Parameters that are secret, or lead to what is: named, without their values. With the variable that PostgreSQL's own tools
/// read instead, where there is one.
const CLOSED: [(&str, Option<&str>); 7] = [
    ("options", Some("PGOPTIONS")),
    ("passfile", Some("PGPASSFILE")),
    (PASSWORD, Some("PGPASSWORD")),
    ("service", Some("PGSERVICE")),
    ("sslcert", Some("PGSSLCERT")),
    ("sslkey", Some("PGSSLKEY")),
    ("sslpassword", None),
];
const PASSWORD: &str = "password";
/// One of the service's driver, which the tools do not know.
const OF_DRIVER: &str = "statement-cache-capacity";

/// An address that can be read with certainty.
struct Parts<'a> {
    scheme: &'a str,
    user_info: Option<&'a str>,
    hosts: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    has_fragment: bool,
}

impl<'a> Parts<'a> {
    fn of(address: &'a str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let (rest, has_fragment) = match rest.split_once('#') {
            Some((rest, fragment)) if !fragment.contains('@') => (rest, true),
            Some(_) => return None,
            None => (rest, false),
        };
        let (place, query) = match rest.split_once('?') {
            Some((place, query)) => (place, Some(query)),
            None => (rest, None),
        };
        let end = place.find('/').unwrap_or(place.len());
        let (authority, path) = place.split_at_checked(end)?;
        // Behind the authority an @ means that a password was not escaped: then nobody knows where it ends.
        if path.contains('@') || query.is_some_and(|query| query.contains('@')) {
            return None;
        }
        let (user_info, hosts) = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => (Some(user_info), hosts),
            None => (None, authority),
        };
        (is_scheme(scheme) && hosts.split(',').all(is_host)).then_some(Self {
            scheme,
            user_info,
            hosts,
            path,
            query,
            has_fragment,
        })
    }

    fn is_database(&self) -> bool {
        ["postgres", "postgresql"].contains(&self.scheme)
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign))
}

/// A name or a number with a port, as `db.example:5432` or `[::1]`; a socket's folder is percent-encoded.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, port)) => (name, port.strip_prefix(':').or(port.is_empty().then_some(""))),
        None => match text.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (text, Some("")),
        },
    };
    name.chars().all(|sign| sign.is_ascii_alphanumeric() || ".-_%:".contains(sign))
        && port.is_some_and(|port| port.chars().all(|sign| sign.is_ascii_digit()))
}

/// An address without password, key or token: for people, logs and files. Of a database's address the user is shown; of any
/// other nothing that stands before the host.
#[must_use]
pub fn masked(address: &str) -> String {
    let Some(parts) = Parts::of(address) else {
        return match address.split_once("://") {
            Some((scheme, _)) if is_scheme(scheme) => format!("{scheme}://{HIDDEN}"),
            _ => HIDDEN.to_owned(),
        };
    };
    let user_info = match parts.user_info {
        None => String::new(),
        Some(user_info) if parts.is_database() => match user_info.split_once(':') {
            Some((user, _)) => format!("{user}:{HIDDEN}@"),
            None => format!("{user_info}@"),
        },
        Some(_) => format!("{HIDDEN}@"),
    };
    let query = parts.query.map(|query| {
        let shown: Vec<String> = query.split('&').map(|one| masked_parameter(one, parts.is_database())).collect();
        format!("?{}", shown.join("&"))
    });
    format!(
        "{}://{user_info}{}{}{}{}",
        parts.scheme,
        parts.hosts,
        parts.path,
        query.unwrap_or_default(),
        if parts.has_fragment { "#***" } else { "" }
    )
}

fn masked_parameter(parameter: &str, of_database: bool) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if of_database && OPEN.contains(&name) => parameter.to_owned(),
        Some((name, _)) if of_database && CLOSED.iter().any(|(closed, _)| *closed == name) => format!("{name}={HIDDEN}"),
        _ => HIDDEN.to_owned(),
    }
}

/// A database's address and what is secret of it, apart, as PostgreSQL's own tools take them.
#[derive(Clone, PartialEq, Eq)]
pub struct Apart {
    /// The address, for an argument.
    pub address: String,
    /// The rest, by the variables of the environment; unescaped.
    pub variables: BTreeMap<&'static str, String>,
}

impl std::fmt::Debug for Apart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Apart")
            .field("address", &masked(&self.address))
            .finish_non_exhaustive()
    }
}

/// Takes what is secret out of a database's address, and what nobody knows; none where the address cannot be read with
/// certainty.
#[must_use]
pub fn apart(address: &str) -> Option<Apart> {
    let parts = Parts::of(address)?;
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        let variable = CLOSED
            .iter()
            .find(|(closed, _)| *closed == name)
            .and_then(|(_, variable)| *variable);
        if let Some(variable) = variable {
            variables.insert(variable, unescaped(value)?);
        }
        Some(())
    };
    let user = match parts.user_info.map(|info| info.split_once(':').unwrap_or((info, ""))) {
        Some((user, password)) => {
            if !password.is_empty() {
                set(PASSWORD, password)?;
            }
            format!("{user}@")
        }
        None => String::new(),
    };
    let mut kept = Vec::new();
    for parameter in parts.query.unwrap_or_default().split('&') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = unescaped(name)?;
        if OPEN.contains(&name.as_str()) && name != OF_DRIVER {
            kept.push(parameter);
        }
        // One that was said before the host as well wins, as it does where the address is used.
        set(&name, &value.replace('+', " "))?;
    }
    let query = if kept.is_empty() {
        String::new()
    } else {
        format!("?{}", kept.join("&"))
    };
    Some(Apart {
        address: format!("{}://{user}{}{}{query}", parts.scheme, parts.hosts, parts.path),
        variables,
    })
}

/// Text with its `%xx` resolved; none where they are no UTF-8 or cut short.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            *hex::decode(digits).ok()?.first()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
