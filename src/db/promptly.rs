//! Sends to the server at once.
//!
//! The driver leaves Nagle's algorithm on: the last part of what it sends waits until the part before has been
//! acknowledged, and the server, which has nothing to answer yet, puts that off for 40 ms. Encrypted, whatever is larger
//! than 16 KiB goes out in parts, and so does a turn of more than a few orders: 200 orders a second, where 3,000 are
//! possible. The driver has no switch for it and does not hand out its socket; but the kernel gives a process a second
//! handle of what it has open, and through that it can be switched off.

use std::io;
use std::net::TcpStream;
use std::sync::Once;

static SAID: Once = Once::new();

/// Switches the delay off on this process's connections to a port; says once if it cannot, as in a container that may
/// not ask for second handles.
pub(super) fn send_at_once(port: u16) {
    if let Err(error) = switch_off_delay(port) {
        SAID.call_once(|| {
            tracing::warn!(%error, "what is sent to the database over TLS may wait for 40 ms: a Unix socket, or sslmode=disable in a network of one's own, helps");
        });
    }
}

#[cfg(target_os = "linux")]
fn switch_off_delay(port: u16) -> io::Result<()> {
    for connection in connections_to(port)? {
        connection.set_nodelay(true)?;
    }
    Ok(())
}

/// Nowhere else can a process open again what it has open.
#[cfg(not(target_os = "linux"))]
fn switch_off_delay(_: u16) -> io::Result<()> {
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
    fn the_delay_is_switched_off_on_what_is_connected_to_the_port_and_nowhere_else() {
        let (server, other) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
        let connect = |to: &TcpListener| TcpStream::connect(to.local_addr().unwrap()).unwrap();
        let (one, two, elsewhere) = (connect(&server), connect(&server), connect(&other));
        assert!(!one.nodelay().unwrap());
        match switch_off_delay(server.local_addr().unwrap().port()) {
            Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {
                println!("skipped: second handles may not be asked for here: {error}");
                return;
            }
            switched => switched.unwrap(),
        }
        assert!(one.nodelay().unwrap() && two.nodelay().unwrap());
        assert!(!elsewhere.nodelay().unwrap());
    }
}
