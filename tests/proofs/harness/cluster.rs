//! A PostgreSQL cluster of a proof's own, for what concerns a whole cluster: physical backups and restores.

use super::server::free_address;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A running cluster; stopped when dropped.
#[derive(Debug)]
pub struct Cluster {
    data: PathBuf,
    port: u16,
    pub url: String,
}

/// A tool of PostgreSQL: Debian keeps some beside the path.
fn tool(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

/// The server refuses to run as root; then everything about it runs as its usual user.
fn command(name: &str) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.starts_with(b"0\n"));
    let mut command = if root { Command::new("runuser") } else { Command::new(tool(name)) };
    if root {
        command.args(["-u", "postgres", "--"]).arg(tool(name));
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Gives a folder to the user who runs the server.
pub fn hand_over(folder: &Path) {
    // Where it fails we are not root, and it is ours already.
    let _ = Command::new("chown")
        .args(["-R", "postgres"])
        .arg(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

impl Cluster {
    /// Makes and starts a cluster, or says aloud that there are no tools for it.
    pub fn create(data: &Path) -> Option<Self> {
        Self::create_with(data, None, "")
    }

    /// The same with its log in a folder of its own and with settings.
    pub fn create_with(data: &Path, log: Option<&Path>, settings: &str) -> Option<Self> {
        let mut init = command("initdb");
        init.arg("--pgdata")
            .arg(data)
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"]);
        for folder in [Some(data), log].into_iter().flatten() {
            std::fs::create_dir_all(folder).expect("a folder can be made");
            hand_over(folder);
        }
        if let Some(log) = log {
            init.arg("--waldir").arg(log);
        }
        if !init.status().is_ok_and(|status| status.success()) {
            println!("SKIPPED: no cluster can be made here (initdb)");
            return None;
        }
        std::fs::write(data.join("postgresql.auto.conf"), settings).expect("settings can be written");
        Some(Self::start(data))
    }

    /// Starts a cluster on a data folder.
    pub fn start(data: &Path) -> Self {
        let port = free_address().port();
        let cluster = Self {
            data: data.to_owned(),
            port,
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
        };
        cluster.run();
        cluster
    }

    fn run(&self) {
        hand_over(&self.data);
        let port = self.port;
        let options = format!("-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories=''");
        let log = self.data.join("server.log");
        let status = command("pg_ctl")
            .args(["start", "--wait", "--timeout=60", "--pgdata"])
            .arg(&self.data)
            .arg("--log")
            .arg(&log)
            .arg("--options")
            .arg(options)
            .status()
            .expect("pg_ctl can be started");
        assert!(status.success(), "the cluster does not start, see {}", log.display());
    }

    /// Starts it again, if it has stopped by itself.
    pub fn revive(&self) {
        if !self.is_running() {
            self.run();
        }
    }

    fn is_running(&self) -> bool {
        let status = command("pg_ctl").args(["status", "--pgdata"]).arg(&self.data).status();
        status.is_ok_and(|status| status.success())
    }

    /// A standby that follows this cluster, in a folder of its own.
    pub fn follow(&self, data: &Path) -> Self {
        std::fs::create_dir_all(data).expect("a folder can be made");
        hand_over(data);
        let copied = command("pg_basebackup")
            .args(["--write-recovery-conf", "--checkpoint=fast", "--dbname", &self.url, "--pgdata"])
            .arg(data)
            .status();
        assert!(copied.is_ok_and(|status| status.success()), "the cluster can be copied");
        // The server refuses a folder that others can look into.
        std::fs::set_permissions(data, Permissions::from_mode(0o700)).expect("the copy's mode can be set");
        Self::start(data)
    }

    /// Makes a standby a primary.
    pub fn promote(&self) {
        let promoted = command("pg_ctl").args(["promote", "--wait", "--pgdata"]).arg(&self.data).status();
        assert!(promoted.is_ok_and(|status| status.success()), "the standby can be promoted");
    }

    /// Ends it without a goodbye to anybody.
    pub fn fail(&self) {
        let stopped = command("pg_ctl")
            .args(["stop", "--wait", "--mode=immediate", "--pgdata"])
            .arg(&self.data)
            .status();
        assert!(stopped.is_ok_and(|status| status.success()), "the cluster can be ended");
    }

    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !self.is_running() {
            return;
        }
        let began = Instant::now();
        let stopped = command("pg_ctl")
            .args(["stop", "--wait", "--mode=fast", "--pgdata"])
            .arg(&self.data)
            .status();
        if !stopped.is_ok_and(|status| status.success()) && began.elapsed() < Duration::from_secs(60) {
            println!("   a cluster did not stop: {}", self.data.display());
        }
    }
}
