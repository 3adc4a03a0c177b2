//! HAProxy in front of several processes, as Debian packages it; without it the clients are spread by hand.

use crate::harness::server::free_address;
use std::fmt::Write as _;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running balancer; stopped when dropped.
#[derive(Debug)]
pub struct Balancer {
    child: Child,
    address: SocketAddr,
}

impl Balancer {
    /// Starts one over these processes, or says aloud that there is none.
    pub fn start(servers: &[SocketAddr], folder: &Path) -> Option<Self> {
        let address = free_address();
        let mut text = format!(
            "global\n  nbthread 1\n  maxconn 4000\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
             frontend all\n  bind {address}\n  default_backend yangpin\nbackend yangpin\n  balance leastconn\n"
        );
        for (at, server) in servers.iter().enumerate() {
            let _ = writeln!(text, "  server s{at} {server}");
        }
        let file = folder.join("haproxy.cfg");
        std::fs::write(&file, text).expect("a configuration can be written");
        let child = ["haproxy", "/usr/sbin/haproxy"].iter().find_map(|program| {
            let mut command = Command::new(program);
            command
                .arg("-f")
                .arg(&file)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            command.spawn().ok()
        });
        let Some(child) = child else {
            println!("SKIPPED: no HAProxy here; clients are spread over the processes by hand");
            return None;
        };
        let balancer = Self { child, address };
        let give_up = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < give_up, "HAProxy does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(balancer)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
