//! Secrets that are given in variables are found nowhere: not in what any command says, nor in a file it makes, nor in the
//! arguments of a process it starts; and whatever is made is its owner's alone.

use crate::support::database::{postgres, postgres_url};
use crate::support::say_aloud;
use serde_json::Value;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::panic::{catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, sleep};
use std::time::Duration;
use uuid::Uuid;

/// What is looked for. In addresses it stands beside signs that mean something there.
const CANARY: &str = "zqcanaryvx";
/// How often something that must come is looked for.
const LOOK: Duration = Duration::from_millis(20);
/// It never comes after that.
const LOOKS: usize = 6_000;

/// A folder, the variables of all commands that run in it, and what was found.
struct Mine {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
    runs: usize,
    found: Vec<String>,
    stop: Arc<AtomicBool>,
}

impl Drop for Mine {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// A command under way; it ends with whoever started it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Mine {
    fn new(database: &str) -> Self {
        let secret = format!("{CANARY}{CANARY}{CANARY}{CANARY}");
        let of = |name, value: &str| (name, value.replace("{}", CANARY));
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: vec![
                of("YANGPIN_DATABASE", database),
                of("YANGPIN_PICTURES_BUCKET", "pictures"),
                of("YANGPIN_PICTURES_ACCESS_KEY", "{}"),
                of("YANGPIN_PICTURES_SECRET_KEY", "{}"),
                of("YANGPIN_MAIL_HOST", "127.0.0.1"),
                of("YANGPIN_MAIL_FROM", "notices@yangpin.example"),
                of("YANGPIN_MAIL_USER", "{}"),
                of("YANGPIN_MAIL_PASSWORD", "{}"),
                ("YANGPIN_MASTER_SECRET", secret),
            ],
            runs: 0,
            found: Vec::new(),
            stop: Arc::default(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a command whose output goes into a file outside of the folder. A variable that is empty is not given.
    fn start(&mut self, words: &[&str], more: &[(&str, &str)]) -> (Running, tempfile::NamedTempFile) {
        self.runs += 1;
        let said = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_yangpin"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .envs(more.iter().map(|(name, value)| (name, value.replace("{}", CANARY))));
        for (name, _) in more.iter().filter(|(_, value)| value.is_empty()) {
            command.env_remove(name);
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(end_of(&said))
            .stderr(end_of(&said))
            .spawn()
            .unwrap();
        (Running(child), said)
    }

    /// Runs a command to its end and looks at what it said.
    fn run(&mut self, words: &[&str], more: &[(&str, &str)]) -> String {
        let (mut running, said) = self.start(words, more);
        running.0.wait().unwrap();
        self.look_at(words, &said)
    }

    /// Runs a command until it has said something, looks at the folder with `meanwhile`, and stops it.
    fn run_until(&mut self, words: &[&str], more: &[(&str, &str)], word: &str, meanwhile: impl FnOnce(&Self)) {
        let (mut running, said) = self.start(words, more);
        let heard = || fs::read_to_string(said.path()).unwrap_or_default();
        for _ in 0..LOOKS {
            if heard().contains(word) || running.0.try_wait().unwrap().is_some() {
                break;
            }
            sleep(LOOK);
        }
        assert!(heard().contains(word), "{words:?}: {}", heard());
        meanwhile(self);
        let stop = Command::new("sh")
            .args(["-c", "kill \"$1\"", "sh", &running.0.id().to_string()])
            .status();
        assert!(stop.unwrap().success());
        running.0.wait().unwrap();
        self.look_at(words, &said);
    }

    fn look_at(&mut self, words: &[&str], said: &tempfile::NamedTempFile) -> String {
        let said = fs::read_to_string(said.path()).unwrap();
        if said.contains(CANARY) {
            self.found.push(format!("{words:?} says {said}"));
        }
        if said.contains('\u{1b}') {
            self.found.push(format!("{words:?} colours a file"));
        }
        said
    }

    /// Looks for the canary in all files of the folder; how many there are.
    fn look_at_files(&mut self) -> usize {
        let mut files = Vec::new();
        collect(self.folder.path(), &mut files);
        let files: Vec<PathBuf> = files.into_iter().filter(|path| path.is_file()).collect();
        for path in &files {
            let bytes = fs::read(path).unwrap();
            if bytes.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()) {
                self.found.push(format!("{} holds it", path.display()));
            }
        }
        files.len()
    }

    /// Whatever was made in the folder is its owner's alone.
    #[track_caller]
    fn is_closed(&self) {
        let mut made = Vec::new();
        collect(self.folder.path(), &mut made);
        for path in made {
            let found = fs::metadata(&path).unwrap();
            let (mode, wanted) = (found.permissions().mode() & 0o7777, if found.is_dir() { 0o700 } else { 0o600 });
            assert_eq!(mode, wanted, "{} is {mode:o}", path.display());
        }
    }
}

/// Where more is said, after what was said.
fn end_of(said: &tempfile::NamedTempFile) -> File {
    File::options().append(true).open(said.path()).unwrap()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        }
        into.push(path);
    }
}

/// Looks at the arguments of all processes of the machine until it is told to stop; says what it has found.
fn watch_arguments(stop: Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    std::thread::spawn(move || {
        let mut found = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
                let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                if line.windows(CANARY.len()).any(|part| part == CANARY.as_bytes()) {
                    found.push(String::from_utf8_lossy(&line).into_owned());
                }
            }
            sleep(Duration::from_millis(1));
        }
        found
    })
}

/// What only talks, and what cannot be done.
fn talk_and_fail(mine: &mut Mine) {
    let commands = [
        "serve", "demo", "migrate", "openapi", "reindex", "verify", "backup", "restore", "move", "key",
    ];
    for command in commands {
        for help in [&["--help"][..], &["-h"], &["--no-such-flag"], &["--config", "none.toml"]] {
            mine.run(&[&[command], help].concat(), &[]);
        }
        mine.run(&["help", command], &[]);
    }
    mine.run(&["--help"], &[]);
    for command in ["create", "list", "revoke"] {
        mine.run(&["key", command, "--help"], &[]);
    }
    let s3 = ("YANGPIN_PICTURES_ENDPOINT", "https://{}:{}@s3.invalid/?{}={}#{}");
    for database in [
        "mysql://u:{}@h/d",
        "{}",
        "postgres://u:{}/d",
        "postgres://u:{}/{}@127.0.0.1:x/d",
        "postgres://u:a@127.0.0.1:1/d?sslmode=nothing&sslpassword={}",
    ] {
        for command in [
            &["serve"][..],
            &["demo", "--data", "demo"],
            &["migrate"],
            &["verify"],
            &["key", "list"],
            &["reindex"],
        ] {
            mine.run(command, &[("YANGPIN_DATABASE", database), s3]);
        }
        for command in [&["backup", "--to", "copy"][..], &["restore"]] {
            mine.run(command, &[("YANGPIN_DATABASE", database)]);
        }
    }
    let away = ("YANGPIN_DATABASE", "postgres://u:{}@127.0.0.1:1/d?password={}&nothing={}");
    mine.run(&["backup", "--to", "copy"], &[away]);
    mine.run_until(&["serve", "--log", "trace"], &[away, s3], "waiting for the database", |_| {});
    for text in [
        "database = \"postgres://u:{}@h/d\nreaders = 1",
        "readers = \"{}\"",
        "database = \"mysql://u:{}@h\"",
    ] {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text.replace("{}", CANARY)).unwrap();
        mine.run(&["serve", "--config", file.path().to_str().unwrap()], &[("YANGPIN_DATABASE", "")]);
    }
}

/// What is done with a database that is there.
fn work(mine: &mut Mine) {
    let s3 = ("YANGPIN_PICTURES_ENDPOINT", "http://{}:{}@127.0.0.1:1");
    let listen = ["--listen", "127.0.0.1:0", "--log", "trace"];
    assert!(mine.run(&["migrate"], &[]).contains("is up to date"));
    let key = mine.run(&["key", "create", "--role", "operator"], &[]);
    assert!(key.lines().any(|line| line.starts_with("yp_")), "{key}");
    mine.run(&["key", "create", "--role", "official", "--remit", "town:nowhere"], &[]);
    assert!(mine.run(&["key", "list"], &[]).contains("operator"));
    mine.run(&["key", "revoke", "nobody"], &[]);
    assert!(mine.run(&["reindex"], &[]).contains("0 left to make"));
    mine.run_until(&[&["serve"], &listen[..]].concat(), &[s3], "serving on http://", |_| {});
    mine.run(&["verify"], &[s3]);
    let counted = mine.run(&["verify"], &[]);
    assert!(counted.contains("0 fen"), "{counted}");
    mine.run(&["verify", "--at", "1=zz"], &[]);
}

/// A picture is added to the first product of the supplier whose key the demo gives.
fn add_a_picture(folder: &Path) {
    let file: Value = serde_json::from_slice(&fs::read(folder.join("demo.json")).unwrap()).unwrap();
    let (base, key) = (file["base_url"].as_str().unwrap(), file["keys"]["supplier"].as_str().unwrap());
    let place = base.strip_prefix("http://").unwrap();
    let ask = |head: &str, body: &[u8]| {
        let mut stream = TcpStream::connect(place).unwrap();
        let head = format!(
            "{head} HTTP/1.1\r\nhost: {place}\r\nauthorization: Bearer {key}\r\nconnection: close\r\nidempotency-key: one\r\ncontent-length: {}\r\n",
            body.len()
        );
        stream
            .write_all(&[head.as_bytes(), b"content-type: image/png\r\n\r\n", body].concat())
            .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    let products = ask("GET /v1/products?q=GR02", b"");
    let id = products
        .split("\"product_id\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect(&products);
    let pixel = include_bytes!("../data/pixel.png");
    let added = ask(&format!("POST /v1/products/{id}/pictures"), pixel);
    assert!(added.starts_with("HTTP/1.1 201"), "{added}");
}

/// Runs it all; nothing may be found, and everything made must be closed to others.
fn run_all(database: &str, before: impl FnOnce(&mut Mine)) {
    let mut mine = Mine::new(database);
    let watch = watch_arguments(Arc::clone(&mine.stop));
    talk_and_fail(&mut mine);
    before(&mut mine);
    let demo = [
        "demo",
        "--days",
        "10",
        "--data",
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--log",
        "debug",
    ];
    mine.run_until(&demo, &[], "Ctrl-C", |mine| {
        add_a_picture(&mine.path("demo"));
        mine.is_closed();
    });
    mine.run_until(&demo, &[], "Ctrl-C", |_| {});
    work(&mut mine);
    mine.is_closed();
    mine.stop.store(true, Ordering::Relaxed);
    mine.found.extend(watch.join().unwrap());
    let files = mine.look_at_files();
    assert!(mine.found.is_empty(), "{:#?}", mine.found);
    say_aloud(&format!("canary: {} commands, {files} files, 0 hits", mine.runs));
}

#[test]
fn a_secret_is_found_nowhere_on_sqlite() {
    run_all("sqlite://yangpin.db", |mine| {
        for command in [&["verify"][..], &["key", "list"], &["reindex"], &["backup", "--to", "copy.db"]] {
            assert!(
                mine.run(command, &[]).contains("yangpin.db: there is no such database"),
                "{command:?}"
            );
        }
        mine.run(
            &["move", "--from", "sqlite://yangpin.db", "--to", "postgres://h/d"],
            &[("PGPASSWORD", "{}")],
        );
        assert!(!mine.path("yangpin.db").exists());
        let other = [("YANGPIN_DATABASE", "sqlite://other.db")];
        // As a release before this one, or another program, has left them.
        assert!(mine.run(&["key", "create", "--role", "operator"], &other).contains("yp_"));
        fs::set_permissions(mine.path("other.db"), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(
            mine.run(&["migrate"], &other)
                .contains("was open to others and is its owner's alone now")
        );
        let copied = mine.run(&["backup", "--to", "copy.db"], &other);
        assert!(copied.contains("the master secret is NOT in the copy"), "{copied}");
        mine.is_closed();
        fs::set_permissions(mine.path("copy.db"), fs::Permissions::from_mode(0o644)).unwrap();
        let restored = [("YANGPIN_DATABASE", "sqlite://restored.db")];
        let put_back = mine.run(&["restore", "--from", "copy.db"], &restored);
        assert!(put_back.contains("the new epoch"), "{put_back}");
        fs::set_permissions(mine.path("copy.db"), fs::Permissions::from_mode(0o600)).unwrap();
    });
}

#[test]
fn a_secret_is_found_nowhere_on_postgres() {
    if let Err(why) = postgres() {
        say_aloud(&format!("SKIPPED: no PostgreSQL at {} ({why})", postgres_url()));
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let name = format!("yangpin_canary_{}", Uuid::now_v7().simple());
    let how: PgConnectOptions = postgres_url().parse().unwrap();
    let place = format!("{}:{}", how.get_host(), how.get_port());
    let ask = |statements: Vec<String>| {
        runtime.block_on(async {
            let mut connection = PgConnection::connect_with(&how).await.unwrap();
            for statement in statements {
                connection.execute(AssertSqlSafe(statement)).await.unwrap();
            }
            connection.close().await.unwrap();
        });
    };
    ask(vec![
        format!("CREATE ROLE {name} LOGIN PASSWORD '{CANARY}@{CANARY}'"),
        format!("CREATE DATABASE {name} OWNER {name}"),
    ]);
    let url = format!("postgres://{name}:{{}}%40{{}}@{place}/{name}");
    let outcome = catch_unwind(|| run_all(&url, |_| {}));
    ask(vec![format!("DROP DATABASE {name} WITH (FORCE)"), format!("DROP ROLE {name}")]);
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}
