//! Addresses of databases and services as people may read them: without what opens the door.
//!
//! Owns no data. Whatever logs, prints or keeps an address asks [`masked`]; whatever starts another program takes the
//! password out of the address by [`apart`], since the arguments of a program are seen by everybody on the machine.
//!
//! An address that cannot be read with certainty is shown by its scheme alone: a password with an unescaped `/` or `@` must
//! not be taken for a host or a path.

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
    "statement-cache-capacity",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];
/// Parameters that are secret, or lead to what is: named, without their values.
const CLOSED: [&str; 7] = ["options", "passfile", "password", "service", "sslcert", "sslkey", "sslpassword"];
/// Those of them that are passwords.
const PASSWORDS: [&str; 2] = ["password", "sslpassword"];

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
        Some((name, _)) if of_database && CLOSED.contains(&name) => format!("{name}={HIDDEN}"),
        _ => HIDDEN.to_owned(),
    }
}

/// An address and the password that stood in it, apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Apart {
    /// The address without any password.
    pub address: String,
    /// The password, unescaped.
    pub password: Option<String>,
}

impl std::fmt::Debug for Apart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Apart")
            .field("address", &masked(&self.address))
            .finish_non_exhaustive()
    }
}

/// Takes the password out of a database's address; none where the address cannot be read with certainty.
#[must_use]
pub fn apart(address: &str) -> Option<Apart> {
    let parts = Parts::of(address)?;
    let (user, mut password) = match parts.user_info.map(|info| info.split_once(':').unwrap_or((info, ""))) {
        Some((user, "")) => (format!("{user}@"), None),
        Some((user, password)) => (format!("{user}@"), Some(unescaped(password)?)),
        None => (String::new(), None),
    };
    let mut kept = Vec::new();
    for parameter in parts.query.unwrap_or_default().split('&').filter(|one| !one.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = unescaped(name)?;
        match name.as_str() {
            // The parameter wins over what stands before the host, as it does where the address is used.
            "password" => password = Some(unescaped(&value.replace('+', " "))?),
            name if PASSWORDS.contains(&name) => {}
            _ => kept.push(parameter),
        }
    }
    let query = if kept.is_empty() {
        String::new()
    } else {
        format!("?{}", kept.join("&"))
    };
    Some(Apart {
        address: format!("{}://{user}{}{}{query}", parts.scheme, parts.hosts, parts.path),
        password,
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
