//! Several hosts in one address, which the driver does not know:
//! `postgres://user@a:5432,b:5433/name?target_session_attrs=read-write`, or `?host=a,b&port=5432,5433`.

use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

/// Why an address with hosts cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HostsError {
    /// The driver cannot read what is left of it for one host.
    #[error("the database's address cannot be read: {0}")]
    Driver(#[from] sqlx::Error),
    /// Two commas with nothing between.
    #[error("a host is missing between the commas of the database's address")]
    Missing,
    /// Ports can be as many as hosts, or one for all.
    #[error("the database's address has {hosts} hosts and {ports} ports")]
    Ports {
        /// So many hosts.
        hosts: usize,
        /// So many ports.
        ports: usize,
    },
    /// Orders have to be written somewhere.
    #[error("target_session_attrs may be any, read-write or primary, not {0}")]
    Sought(String),
}

/// The servers of one address, in its order.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    all: Vec<PgConnectOptions>,
    /// Whether the address itself asks for one that can be written to.
    pub(super) wants_primary: bool,
}

/// What of the parameters is ours.
#[derive(Debug, Default)]
struct Parameters {
    hosts: Vec<String>,
    ports: Vec<String>,
    wants_primary: bool,
    others: Vec<String>,
}

impl Hosts {
    /// Reads an address.
    pub(super) fn parse(url: &str) -> Result<Self, HostsError> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let (user, named) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        let parameters = Parameters::read(query)?;
        let mut named: Vec<&str> = named.split(',').collect();
        let mut each = vec![parameters.others; parameters.hosts.len().max(named.len())];
        if let Some(first) = named.first().filter(|_| !parameters.hosts.is_empty()) {
            named = vec![first; each.len()];
        }
        let hosts = each.len();
        if hosts > 1 && named.iter().any(|host| host.is_empty()) && parameters.hosts.is_empty() {
            return Err(HostsError::Missing);
        }
        let ports = parameters.ports.len();
        if ports > 1 && ports != hosts {
            return Err(HostsError::Ports { hosts, ports });
        }
        for (at, own) in each.iter_mut().enumerate() {
            own.extend(parameters.hosts.get(at).map(|host| format!("host={host}")));
            let port = parameters.ports.get(at).or(parameters.ports.first());
            own.extend(port.map(|port| format!("port={port}")));
        }
        let urls = named.iter().zip(each).map(|(host, own)| match own.as_slice() {
            [] => format!("{scheme}://{user}{host}{path}"),
            own => format!("{scheme}://{user}{host}{path}?{}", own.join("&")),
        });
        Ok(Self {
            all: urls.map(|url| PgConnectOptions::from_str(&url)).collect::<Result<_, _>>()?,
            wants_primary: parameters.wants_primary,
        })
    }

    /// How each is connected to.
    pub(super) fn all(&self) -> &[PgConnectOptions] {
        &self.all
    }
}

impl Parameters {
    fn read(query: &str) -> Result<Self, HostsError> {
        let mut read = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("target_session_attrs", "any")) => read.wants_primary = false,
                Some(("target_session_attrs", "read-write" | "primary")) => read.wants_primary = true,
                Some(("target_session_attrs", other)) => return Err(HostsError::Sought(other.to_owned())),
                Some(("host" | "hostaddr", hosts)) => read.hosts = list(hosts)?,
                Some(("port", ports)) => read.ports = list(ports)?,
                _ => read.others.push(pair.to_owned()),
            }
        }
        Ok(read)
    }
}

fn list(text: &str) -> Result<Vec<String>, HostsError> {
    let text = text.replace("%2C", ",").replace("%2c", ",");
    if text.contains(',') && text.split(',').any(str::is_empty) {
        return Err(HostsError::Missing);
    }
    Ok(text.split(',').map(str::to_owned).collect())
}

/// A server as people call it.
pub(super) fn name_of(server: &PgConnectOptions) -> String {
    match server.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", server.get_host(), server.get_port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(url: &str) -> Vec<String> {
        let hosts = Hosts::parse(url).unwrap();
        hosts
            .all()
            .iter()
            .map(|server| {
                format!(
                    "{} {} {}",
                    server.get_username(),
                    name_of(server),
                    server.get_database().unwrap_or_default()
                )
            })
            .collect()
    }

    #[test]
    fn hosts_are_told_apart_and_share_the_rest() {
        let names_of_two = names("postgres://u:p%40,w@a:5432,b:5433/x?target_session_attrs=read-write&sslmode=disable");
        assert_eq!(names_of_two, ["u a:5432 x", "u b:5433 x"]);
        assert_eq!(names("postgresql://u@127.0.0.1:6000/x"), ["u 127.0.0.1:6000 x"]);
        assert_eq!(names("postgres://u@[::1]:1,[::2]:2/x"), ["u [::1]:1 x", "u [::2]:2 x"]);
        assert_eq!(names("postgres://u@h/x?host=a,b&port=1,2"), ["u a:1 x", "u b:2 x"]);
        assert_eq!(names("postgres://u@h/x?host=a%2Cb&port=7"), ["u a:7 x", "u b:7 x"]);
        assert_eq!(names("postgres://u@a,b/x?port=7"), ["u a:7 x", "u b:7 x"]);
        assert_eq!(names("postgres://u@%2Frun%2Fpg/x"), ["u /run/pg x"]);
    }

    #[test]
    fn a_primary_is_wanted_where_the_address_says_so() {
        for (parameter, wants) in [
            ("", false),
            ("?target_session_attrs=any", false),
            ("?target_session_attrs=primary", true),
        ] {
            let hosts = Hosts::parse(&format!("postgres://u@a,b/x{parameter}")).unwrap();
            assert_eq!(hosts.wants_primary, wants, "{parameter}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let said = |url: &str| Hosts::parse(url).unwrap_err().to_string();
        assert!(said("postgres://u@a,,b/x").contains("a host is missing"));
        assert!(said("postgres://u@h/x?host=a,").contains("a host is missing"));
        assert!(said("postgres://u@a,b,c/x?port=1,2").contains("3 hosts and 2 ports"));
        assert!(said("postgres://u@a,b/x?target_session_attrs=standby").contains("not standby"));
    }
}
