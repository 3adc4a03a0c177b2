//! The real binary as a child on loopback. Only children started here are ever signalled.

use super::client::{Ask, Client};
use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A process that is not ready by then never will be.
const START_LIMIT: Duration = Duration::from_secs(60);

/// The binary under proof.
pub fn binary() -> PathBuf {
    std::env::var_os("YANGPIN_PROOF_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_yangpin").into(), PathBuf::from)
}

/// Runs a command of the binary to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the binary can be started")
}

/// Both outputs of a command, for people to read.
pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// An address on loopback that is free now.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address")
}

/// A serving process; it is killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Server {
    /// Starts `serve` on a database; does not wait.
    pub fn spawn(database: &str, address: SocketAddr, log: &Path) -> Self {
        let out = append(log);
        let err = out.try_clone().expect("a log can be written twice");
        let child = Command::new(binary())
            .args(["serve", "--database", database, "--listen", &address.to_string()])
            .args(["--rate-limits", "false", "--log", "warn", "--metrics-listen", ""])
            .arg("--access-log")
            .arg(log.with_extension("access"))
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .expect("the binary can be started");
        Self {
            child,
            address,
            log: log.to_owned(),
        }
    }

    /// Starts and waits until it is ready.
    pub async fn start(database: &str, log: &Path) -> Self {
        let mut server = Self::spawn(database, free_address(), log);
        server.ready().await;
        server
    }

    /// Waits until the process says that it is ready; a process that ended instead ends the proof.
    pub async fn ready(&mut self) {
        let give_up = Instant::now() + START_LIMIT;
        let ask = Ask::get("/health/ready", "none");
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the process ended with {status}: {}", self.log());
            }
            if let Ok(reply) = Client::new(self.address).ask(&ask).await
                && reply.status == 200
            {
                return;
            }
            assert!(Instant::now() < give_up, "not ready in {START_LIMIT:?}: {}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A new connection to it.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and its end.
    pub fn kill(&mut self) {
        self.child.kill().expect("a child of ours can be killed");
        self.child.wait().expect("a killed child ends");
    }

    /// SIGTERM, and its end, which must be a good one.
    #[track_caller]
    pub fn stop(&mut self) {
        self.signal("TERM");
        let status = self.child.wait().expect("a stopped child ends");
        assert!(status.success(), "stopped with {status}: {}", self.log());
    }

    /// Sends this process a signal by name.
    pub fn signal(&self, name: &str) {
        signal(self.id(), name);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process started here.
pub fn signal(process: u32, name: &str) {
    let status = Command::new("sh")
        .args(["-c", "kill -s \"$1\" \"$2\"", "sh", name, &process.to_string()])
        .status()
        .expect("a shell can be started");
    assert!(status.success(), "signal {name} was not sent");
}

fn append(path: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("a log can be written")
}
