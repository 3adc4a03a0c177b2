//! `demo`: a year of invented trade on an embedded database, ready to be tried.

use super::Stop;
use super::serve::{options, start_log, until_stopped};
use super::start::{close_to_others, lock};
use crate::addresses::masked;
use crate::app::App;
use crate::config::{Flags, Settings};
use crate::db::Target;
use crate::demo::{DemoKeys, Progress, World, load};
use crate::ownership::{own_folder, tighten};
use chrono::TimeDelta;
use entity::Clock;
use serde::{Deserialize, Serialize};
use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use tokio::net::TcpListener;

/// The journal's times never go back, so it begins before the first thing in the world.
const WORLD_BEGINS_DAYS_AGO: i64 = 500;

/// What is written to `DIR/demo.json`: the keys of the demo, and no password of a database.
#[derive(Debug, Serialize, Deserialize)]
struct DemoFile {
    base_url: String,
    database_url: String,
    keys: DemoKeys,
}

impl DemoFile {
    /// Whether its keys open this database, whose address is masked; releases before this one kept it with its password.
    fn is_of(&self, database: &str) -> bool {
        self.database_url == database || masked(&self.database_url) == database
    }
}

pub(super) async fn demo(data: Option<PathBuf>, fresh: bool, world: World, flags: &Flags) -> Result<ExitCode, Stop> {
    let dir = data.unwrap_or_else(|| std::env::temp_dir().join("yangpin-demo"));
    let url = format!("sqlite://{}", dir.join("yangpin.db").display());
    let mut flags = flags.clone();
    flags.log = flags.log.or_else(|| Some("warn".to_owned()));
    let settings = Settings::read(&flags, Some(&url)).map_err(Stop::because)?;
    start_log(&settings)?;
    own_folder(&dir).map_err(|e| Stop::because(format!("{}: {e}", dir.display())))?;
    close_to_others(&settings);
    let _lock = lock(&settings.target)?;
    let database_url = settings.target.masked();
    // Keys of a world that was made in another database open nothing in this one.
    let known = read_file(&dir).filter(|file| !fresh && file.is_of(&database_url));
    let keys = match known {
        Some(file) => file.keys,
        None => {
            if flags.database.is_none() {
                forget(&dir)?;
            }
            make_world(&settings, world).await?
        }
    };
    let app = App::open(options(&settings, Clock::system())).await.map_err(Stop::because)?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|e| Stop::because(format!("{}: {e}", settings.listen)))?;
    let address = listener.local_addr().map_err(Stop::because)?;
    let file = DemoFile {
        base_url: format!("http://{address}"),
        database_url,
        keys,
    };
    write_file(&dir, &file)?;
    print!("{}", welcome(&file, &dir, &settings.target));
    let _ = std::io::stdout().flush();
    until_stopped(app, listener, &settings).await
}

/// Loads the world with a clock of its own, so that its orders lie in the past, as they would.
async fn make_world(settings: &Settings, world: World) -> Result<DemoKeys, Stop> {
    let began = Instant::now();
    let now = Clock::system().now();
    let clock = Clock::fixed(now - TimeDelta::days(WORLD_BEGINS_DAYS_AGO));
    let app = App::open(options(settings, clock.clone())).await.map_err(Stop::because)?;
    let mut shown = Shown::default();
    let keys = load(&app, &clock, now, world, |progress| shown.show(&progress)).await;
    shown.end();
    let keys = keys.map_err(Stop::because)?;
    app.desk.db.clone().close().await;
    eprintln!("the demo world is ready after {:.1} s", began.elapsed().as_secs_f64());
    Ok(keys)
}

/// Progress as it is shown: a line that is written over on a terminal, a plain line for each tenth elsewhere.
#[derive(Default)]
struct Shown {
    tenths: Option<u16>,
    open: bool,
}

impl Shown {
    fn show(&mut self, progress: &Progress) {
        let percent = progress.done * 100 / progress.of.max(1);
        if std::io::stderr().is_terminal() {
            let bar = "█".repeat(usize::from(percent / 4));
            eprint!("\r\x1b[K  {bar:░<25} {percent:3} % · {}", progress.said);
            self.open = true;
        } else if self.tenths.is_none_or(|tenths| percent / 10 > tenths) {
            self.tenths = Some(percent / 10);
            eprintln!("  {percent:3} % · {}", progress.said);
        }
    }

    fn end(&self) {
        if self.open {
            eprintln!();
        }
    }
}

fn file_of(dir: &Path) -> PathBuf {
    dir.join("demo.json")
}

fn read_file(dir: &Path) -> Option<DemoFile> {
    let text = std::fs::read_to_string(file_of(dir)).ok()?;
    serde_json::from_str(&text).ok()
}

fn write_file(dir: &Path, file: &DemoFile) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(file).map_err(Stop::because)?;
    let path = file_of(dir);
    // One that was there keeps its mode when it is written anew.
    tighten(&path)
        .and_then(|_| std::fs::write(&path, text + "\n"))
        .map_err(|e| Stop::because(format!("{}: {e}", path.display())))
}

fn forget(dir: &Path) -> Result<(), Stop> {
    for name in ["yangpin.db", "yangpin.db-wal", "yangpin.db-shm", "yangpin.db.secret", "demo.json"] {
        match std::fs::remove_file(dir.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Stop::because(format!("{name}: {error}"))),
            _ => {}
        }
    }
    Ok(())
}

/// How to count again. What is shown of a server's address may lack its password, so that is not shown as a command.
fn recount(target: &Target) -> String {
    match target {
        Target::Sqlite(_) => format!("yangpin verify --database {}", target.masked()),
        Target::Postgres(_) => "yangpin verify (with the same YANGPIN_DATABASE)".to_owned(),
    }
}

fn welcome(file: &DemoFile, dir: &Path, target: &Target) -> String {
    let (base, keys) = (&file.base_url, &file.keys);
    let tomorrow = Clock::system()
        .today()
        .checked_add_days(2)
        .map(|day| day.to_string())
        .unwrap_or_default();
    format!(
        "\n洋品 Yangpin · {base}\n\n\
         接口文档 API docs      {base}/docs\n\
         数据目录 data          {}\n\n\
         账号 accounts (send as `Authorization: Bearer …`)\n  \
         school_buyer  {}\n  second_buyer  {}\n  retailer      {}\n  supplier      {}\n  official      {}\n  auditor       {}\n  operator      {}\n\n\
         先试 try first\n  \
         1 学校下单  curl -s {base}/v1/orders -H 'Authorization: Bearer {}' -H 'Idempotency-Key: try-1' -H 'Content-Type: application/json' \\\n      \
         -d '{{\"channel\":\"school_canteen\",\"deliver_on\":\"{tomorrow}\",\"lines\":[{{\"sku\":\"GR02\",\"quantity\":\"10\"}}]}}'\n  \
         2 看采购额  curl -s '{base}/v1/tally?measure=ordered&group_by=town' -H 'Authorization: Bearer {}'\n  \
         3 逐分复核  {}\n\n\
         Ctrl-C 停止 stops.\n",
        dir.display(),
        keys.school_buyer,
        keys.second_buyer,
        keys.retailer,
        keys.supplier,
        keys.official,
        keys.auditor,
        keys.operator,
        keys.school_buyer,
        keys.official,
        recount(target),
    )
}
