//! What the driver does not do to its sockets.
//!
//! It leaves Nagle's algorithm on: the last part of what it sends waits until the part before has been acknowledged, and
//! the server, which has nothing to answer yet, puts that off for 40 ms. Encrypted, whatever is larger than 16 KiB goes out
//! in parts, and so does a turn of more than a few orders: 200 orders a second, where 3,000 are possible. And it leaves the
//! kernel to wait a quarter of an hour, or for ever, for a server that fell silent. The driver has no switch for either and
//! does not hand out its socket; but the kernel gives a process a second handle of what it has open, and through that they
//! can be set.

use super::OpenOptions;
use sqlx::postgres::PgConnectOptions;
use std::io;
use std::net::TcpStream;
use std::sync::Once;

/// The server gives up a client that fell silent, so that nothing of it lasts: seconds before it asks, between its
/// questions, and milliseconds until what it sent must have been acknowledged.
pub(super) const SILENT_CLIENTS: [(&str, &str); 4] = [
    ("tcp_keepalives_idle", "5"),
    ("tcp_keepalives_interval", "2"),
    ("tcp_keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

static SAID: Once = Once::new();

/// For how long the other end may be silent, by the kernel's own signs of life, before a connection is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// Where requests are served: 3 s.
    Short,
    /// Where everything is counted again, and a hitch of the network should not end it: 30 s.
    Long,
}

impl Silence {
    pub(super) fn of(options: &OpenOptions) -> Self {
        Self::when(options.patient)
    }

    pub(super) fn when(is_patient: bool) -> Self {
        if is_patient { Self::Long } else { Self::Short }
    }

    #[cfg(target_os = "linux")]
    fn seconds(self) -> u64 {
        match self {
            Self::Short => 3,
            Self::Long => 30,
        }
    }
}

/// Sets up this process's connections to a server; says once if it cannot, as in a container that may not ask for second
/// handles.
pub(super) fn tend(server: &PgConnectOptions, silence: Silence) {
    if server.get_socket().is_some() {
        return;
    }
    if let Err(error) = set_up(server.get_port(), silence) {
        SAID.call_once(|| {
            tracing::warn!(%error, "what is sent to the database over TLS may wait for 40 ms: a Unix socket, or sslmode=disable in a network of one's own, helps; and what a silent network took is found out by our own limits alone");
        });
    }
}

#[cfg(target_os = "linux")]
fn set_up(port: u16, silence: Silence) -> io::Result<()> {
    use rustix::net::sockopt;
    use std::time::Duration;
    let seconds = silence.seconds();
    for connection in connections_to(port)? {
        connection.set_nodelay(true)?;
        // Asked after a third of the time, and then each second or so, a well one answers.
        sockopt::set_socket_keepalive(&connection, true)?;
        sockopt::set_tcp_keepidle(&connection, Duration::from_secs(seconds.div_ceil(3)))?;
        sockopt::set_tcp_keepintvl(&connection, Duration::from_secs(seconds.div_ceil(10)))?;
        sockopt::set_tcp_keepcnt(&connection, 3)?;
        sockopt::set_tcp_user_timeout(&connection, u32::try_from(seconds * 1_000).unwrap_or(u32::MAX))?;
    }
    Ok(())
}

/// Nowhere else can a process open again what it has open.
#[cfg(not(target_os = "linux"))]
fn set_up(_: u16, _: Silence) -> io::Result<()> {
    Ok(())
}

/// Handles of what this process has connected to a port.
#[cfg(target_os = "linux")]
fn connections_to(port: u16) -> io::Result<Vec<TcpStream>> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    let mut connections = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let is_socket = std::fs::read_link(entry.path()).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"));
        let number = entry.file_name().to_str().and_then(|name| name.parse().ok());
        let Some(number) = number.filter(|_| is_socket) else { continue };
        let connection = match pidfd_getfd(&this, number, PidfdGetfdFlags::empty()) {
            Ok(handle) => TcpStream::from(handle),
            // Closed meanwhile.
            Err(rustix::io::Errno::BADF) => continue,
            Err(error) => return Err(error.into()),
        };
        if connection.peer_addr().is_ok_and(|peer| peer.port() == port) {
            connections.push(connection);
        }
    }
    Ok(connections)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn what_is_connected_to_the_port_is_set_up_and_nothing_else() {
        let (server, other) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let connect = |to: &TcpListener| TcpStream::connect(to.local_addr().unwrap()).unwrap();
        let (one, two, elsewhere) = (connect(&server), connect(&server), connect(&other));
        assert!(!one.nodelay().unwrap());
        match set_up(server.local_addr().unwrap().port(), Silence::Short) {
            Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {
                println!("skipped: second handles may not be asked for here: {error}");
                return;
            }
            switched => switched.unwrap(),
        }
        assert!(one.nodelay().unwrap() && two.nodelay().unwrap());
        assert!(!elsewhere.nodelay().unwrap());
        use rustix::net::sockopt;
        assert!(sockopt::socket_keepalive(&one).unwrap() && !sockopt::socket_keepalive(&elsewhere).unwrap());
        assert_eq!(sockopt::tcp_user_timeout(&two).unwrap(), 3_000);
    }
}
