//! The real app over a fresh database, with a clock that the test holds.

use super::client::Call;
use super::database::{self, Database};
use super::given::{Given, World};
use super::say_aloud;
use chrono::{DateTime, TimeDelta, Utc};
use entity::Clock;
use futures_util::FutureExt;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::test::TestClient;
use poem::{EndpointExt, Response};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use yangpin::app::{App, AppOptions};
use yangpin::config::{body_limits, large_body_paths};
use yangpin::db::{Engine, statement};
use yangpin::http::access_log::AccessLog;
use yangpin::http::config::HttpConfig;
use yangpin::jobs::{Job as _, Step};
use yangpin::journal::GateOptions;
use yangpin::moving::Side;
use yangpin::notices::MailSettings;
use yangpin::partners::NoteRegister;
use yangpin::pictures::{PictureSettings, SupplierBounds};
use yangpin::secrets::MasterSecret;

/// The moment at which every test begins: a Monday morning in Rugao.
pub const BEGINNING: &str = "2026-11-23T02:00:00Z";

/// The app of one test. Cheap to clone.
#[derive(Clone)]
pub struct TestApp(Arc<Inner>);

struct Inner {
    app: App,
    client: TestClient<BoxEndpoint<'static, Response>>,
    clock: Clock,
    database: Arc<Database>,
    world: Arc<World>,
    access_log: Option<AccessLog>,
}

/// A change of the settings of the HTTP side.
type HttpChange = Box<dyn FnOnce(&mut HttpConfig) + Send>;

/// How an app is opened.
#[derive(Default)]
struct How {
    migrate: bool,
    http: Option<HttpChange>,
    access_log: Option<PathBuf>,
    mail: MailSettings,
    secret: Option<MasterSecret>,
    pictures: SupplierBounds,
}

/// Runs a behaviour on an engine; says plainly when there is none to run on.
pub fn run<F: Future<Output = ()>>(engine: Engine, behaviour: impl FnOnce(TestApp) -> F) {
    if engine == Engine::Postgres
        && let Err(why) = database::postgres()
    {
        say_aloud(&format!("SKIPPED: no PostgreSQL at {} ({why})", database::postgres_url()));
        return;
    }
    if let Ok(wanted) = std::env::var("YANGPIN_TEST_LOG") {
        let filter = tracing_subscriber::EnvFilter::new(wanted);
        let _ = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .try_init();
    }
    let database = Arc::new(Database::fresh(engine));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(async {
        let outcome = AssertUnwindSafe(async {
            let app = TestApp::open(&database).await;
            behaviour(app.clone()).await;
            app.verify().await;
            app.close().await;
        })
        .catch_unwind()
        .await;
        if outcome.is_ok() {
            database.remove().await;
        }
        outcome
    });
    // After a panic some connections are still open, and a schema cannot be dropped under them.
    runtime.shutdown_timeout(Duration::from_secs(5));
    if let Err(panic) = outcome {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(database.remove());
        resume_unwind(panic);
    }
}

impl TestApp {
    async fn open(database: &Arc<Database>) -> Self {
        let clock = Clock::fixed(BEGINNING.parse().unwrap());
        let how = How {
            migrate: true,
            ..How::default()
        };
        Self::over(Arc::clone(database), clock, Arc::default(), how).await
    }

    async fn over(database: Arc<Database>, clock: Clock, world: Arc<World>, mut how: How) -> Self {
        let folder = how.access_log.take();
        let mut app = App::open(Self::options(&database, &clock, how)).await.unwrap();
        let access_log = folder.map(|folder| app.keep_access_log(&folder).unwrap());
        let (routes, _, _) = app.routes().unwrap();
        Self(Arc::new(Inner {
            client: TestClient::new(routes.boxed()),
            app,
            clock,
            database,
            world,
            access_log,
        }))
    }

    fn options(database: &Database, clock: &Clock, how: How) -> AppOptions {
        let How {
            migrate,
            http: change,
            mail,
            secret,
            pictures,
            access_log: _,
        } = how;
        let mut http = HttpConfig {
            rate_limits: false,
            large_body_paths: large_body_paths(),
            body_limits: body_limits(),
            ..HttpConfig::default()
        };
        if let Some(change) = change {
            change(&mut http);
        }
        AppOptions {
            target: database.target.clone(),
            open: database.open.clone(),
            gate: GateOptions {
                patience: Duration::from_secs(20),
                ..GateOptions::default()
            },
            http,
            clock: clock.clone(),
            migrate,
            pictures: PictureSettings {
                bounds: pictures,
                ..PictureSettings::in_folder(database.pictures())
            },
            mail,
            secret,
        }
    }

    /// Whether a process that is given this secret starts over the same database; none is given where it is empty.
    pub async fn with_secret(&self, secret: &str) -> Result<(), String> {
        let secret = (!secret.is_empty()).then(|| secret.parse().unwrap());
        let how = How { secret, ..How::default() };
        let opened = App::open(Self::options(&self.0.database, &self.0.clock, how)).await;
        opened.map_err(|error| error.to_string())?.desk.db.close().await;
        Ok(())
    }

    /// A second process over the same database, as it were: its own gate, pools, and memory.
    pub async fn another_process(&self) -> Self {
        self.beside(How::default()).await
    }

    /// A second process that hands its letters to this server.
    pub async fn with_mail(&self, mail: MailSettings) -> Self {
        self.beside(How { mail, ..How::default() }).await
    }

    /// A second process that lets a supplier have no more pictures than this.
    pub async fn with_room_for(&self, pictures: SupplierBounds) -> Self {
        self.beside(How {
            pictures,
            ..How::default()
        })
        .await
    }

    async fn beside(&self, how: How) -> Self {
        let inner = &self.0;
        Self::over(Arc::clone(&inner.database), inner.clock.clone(), Arc::clone(&inner.world), how).await
    }

    /// A second process that reaches the same database by another address.
    pub async fn at_address(&self, url: &str) -> Self {
        let inner = &self.0;
        let database = Arc::new(inner.database.at(url));
        Self::over(database, inner.clock.clone(), Arc::clone(&inner.world), How::default()).await
    }

    /// The same over the same database, with the limits of keys enforced.
    pub async fn with_rate_limits(&self) -> Self {
        self.with_http(|http| http.rate_limits = true).await
    }

    /// The same over the same database, with other settings of the HTTP side.
    pub async fn with_http(&self, change: impl FnOnce(&mut HttpConfig) + Send + 'static) -> Self {
        let http: Option<HttpChange> = Some(Box::new(change));
        self.beside(How { http, ..How::default() }).await
    }

    /// The same with an access log in this folder.
    pub async fn with_access_log(&self, folder: &Path, change: impl FnOnce(&mut HttpConfig) + Send + 'static) -> Self {
        let how = How {
            http: Some(Box::new(change)),
            access_log: Some(folder.to_owned()),
            ..How::default()
        };
        self.beside(how).await
    }

    /// The same world over another database, to which it was moved.
    pub async fn over_there(&self, database: Arc<Database>) -> Self {
        let inner = &self.0;
        Self::over(database, inner.clock.clone(), Arc::clone(&inner.world), How::default()).await
    }

    /// Its database, as a side of a move.
    pub fn side(&self) -> Side {
        self.0.database.side()
    }

    /// Whatever a test has done, all must add up at its end, counted a second way.
    pub async fn verify(&self) {
        let report = yangpin::verify::verify(&self.app().desk.db, |_, _| {}).await.unwrap();
        assert!(report.is_clean(), "{report}");
    }

    pub async fn close(&self) {
        self.app().desk.db.clone().close().await;
        if let Some(log) = &self.0.access_log {
            log.close();
        }
    }

    pub fn app(&self) -> &App {
        &self.0.app
    }

    pub fn engine(&self) -> Engine {
        self.0.app.desk.engine()
    }

    pub(super) fn client(&self) -> &TestClient<BoxEndpoint<'static, Response>> {
        &self.0.client
    }

    pub(super) fn world(&self) -> &World {
        &self.0.world
    }

    /// Builders for what a test finds there.
    pub fn given(&self) -> Given<'_> {
        Given(self)
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// Sets the clock.
    pub fn at(&self, instant: &str) {
        self.0.clock.set(instant.parse().unwrap());
    }

    /// Lets days pass.
    pub fn days_pass(&self, days: i64) {
        self.0.clock.advance(TimeDelta::days(days));
    }

    /// A minute passes, and whatever of the background work is due by then is worked off.
    pub async fn a_minute_passes(&self) {
        self.0.clock.advance(TimeDelta::minutes(1));
        let runner = self.app().runner();
        runner.enter_standing().await.unwrap();
        runner.work_off().await.unwrap();
    }

    pub fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub fn patch(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    pub fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call::new(self, method, path.into())
    }

    /// A number straight from the database; for what the API does not say.
    pub async fn number(&self, sql: &str) -> i64 {
        let row = self
            .app()
            .desk
            .read()
            .query_one_raw(statement(self.engine(), sql, Vec::new()))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Changes rows past the service.
    pub async fn spoil(&self, sql: &str) {
        self.app().desk.db.write().execute_unprepared(sql).await.unwrap();
    }

    /// As it is after the step that begins to hash rows: all that is there waits to be noted.
    pub async fn all_waits_to_be_noted(&self) {
        self.spoil("DELETE FROM register_notings").await;
        for thing in entity::hashed::things() {
            self.spoil(&format!(
                "INSERT INTO register_notings (thing, through_seq) SELECT '{thing}', seq FROM journal_heads"
            ))
            .await;
        }
    }

    /// What a test has changed past the service is noted as it is now, as rows of before are once.
    pub async fn note_all(&self) {
        self.all_waits_to_be_noted().await;
        while NoteRegister.step(&self.app().desk, &Value::Null).await.unwrap() != Step::Done {}
    }

    /// Where pictures are kept.
    pub fn pictures(&self) -> PathBuf {
        self.0.database.pictures()
    }

    /// How many entries the journal has: whoever wrote nothing has left it as it was.
    pub async fn entries(&self) -> i64 {
        self.number("SELECT COUNT(*) FROM entries").await
    }

    /// How many rows stand in the tables that orders write.
    pub async fn written(&self) -> [i64; 7] {
        let mut counts = [0; 7];
        let tables = ["entries", "facts", "order_groups", "orders", "order_lines", "idempotency", "notes"];
        for (count, table) in counts.iter_mut().zip(tables) {
            *count = self.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        }
        counts
    }
}
