//! The app: plugs the rooms together. Used by `main` and by the tests.

mod about;
mod apis;
mod in_chinese;
mod watch;

use crate::catalogue::{ReindexProducts, Shelf};
use crate::db::{Db, MigrateError, OpenError, OpenOptions, Target, migrate};
use crate::delivery::{ConfirmReturns, DeliveryDesk};
use crate::http::access_log::AccessLog;
use crate::http::caller::Doorman;
use crate::http::config::HttpConfig;
use crate::http::docs;
use crate::http::edge::Edge;
use crate::http::explain;
use crate::http::fault::Refusal;
use crate::http::front::front;
use crate::http::health::Health;
use crate::http::metrics::Metrics;
use crate::http::routes::Routes;
use crate::http::seal::CursorSeal;
use crate::imports::ImportWork;
use crate::jobs::{PurgeRepeats, RetentionSweep, Runner, Running};
use crate::journal::{Desk, Gate, GateOptions, Signer, begin_journal};
use crate::notices::{Codes, FollowNotices, LookAhead, MailError, MailSettings, Post, SendLetters, Smtp};
use crate::orders::{LapseChanges, OrderDesk};
use crate::organisations::keyring::StoredKeyring;
use crate::organisations::{self, Register};
use crate::partners::{LONGEST_WAIT, NoteRegister, SignHeads, Watch};
use crate::pictures::{self, Folder, Gallery, PictureSettings, SweepPictures, VaultError};
use crate::quotes::QuoteDesk;
use crate::secrets::{self, Kept, MasterSecret, SecretError, purpose};
use about::{published, service};
use entity::Clock;
use hyper::body::Bytes;
use poem::{Endpoint, EndpointExt, Response, Route};
use sea_orm::{ConnectionTrait, DbErr};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// How to open the app.
#[derive(Clone, Debug)]
pub struct AppOptions {
    /// Where the data is.
    pub target: Target,
    /// How the database is opened.
    pub open: OpenOptions,
    /// Bounds of the gate.
    pub gate: GateOptions,
    /// How requests are treated.
    pub http: HttpConfig,
    /// Where `now` comes from.
    pub clock: Clock,
    /// Whether to bring the schema up to date first.
    pub migrate: bool,
    /// Where pictures are kept.
    pub pictures: PictureSettings,
    /// Through which server letters are sent.
    pub mail: MailSettings,
    /// The master secret, where it is given from outside.
    pub secret: Option<MasterSecret>,
}

/// Why the app was not opened.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Reading it.
    #[error("the database cannot be read: {0}")]
    Read(#[from] DbErr),
    /// Where pictures are kept.
    #[error(transparent)]
    Pictures(#[from] VaultError),
    /// The master secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// What follows a migration.
    #[error("what follows a change of the schema was not done: {0}")]
    AfterMigration(#[from] Refusal),
    /// Letters.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The spec or the metrics: a mistake of ours.
    #[error("the service cannot describe itself: {0}")]
    Spec(String),
}

/// The open service: what commands and tests work with.
#[derive(Clone, Debug)]
pub struct App {
    /// Database, gate, clock.
    pub desk: Desk,
    /// Organisations in memory.
    pub register: Register,
    /// Goods in memory.
    pub shelf: Shelf,
    /// The keys in force.
    pub keyring: StoredKeyring,
    /// Pictures.
    pub gallery: Gallery,
    /// The master secret and where it lies.
    pub secret: Arc<Kept>,
    /// Who waits for events; to be ended before the process stops.
    pub watch: Watch,
    signer: Signer,
    letters: Option<SendLetters>,
    http: HttpConfig,
}

impl App {
    /// Opens database, journal and gate, and reads what prepared work looks up.
    pub async fn open(options: AppOptions) -> Result<Self, AppError> {
        if options.migrate {
            migrate(&options.target, &options.open).await?;
        }
        let db = Db::open(&options.target, &options.open).await?;
        begin_journal(&db, options.clock.now()).await?;
        let secret = secrets::keep(&db, &options.target, options.secret, options.clock.now()).await?;
        let gate = Gate::open(db.clone(), options.clock.clone(), options.gate);
        let mut app = Self::over(
            Desk {
                db,
                gate,
                clock: options.clock,
                job_bell: Arc::default(),
            },
            options.http,
            Gallery::open(&options.pictures)?,
            secret,
        );
        app.signer.note_key(&app.desk.db).await?;
        after_migration(&app.desk).await?;
        app.letters = letters(&options.mail, Codes::of(&app.secret.secret))?;
        app.register.refresh(&app.desk.db).await?;
        app.shelf.refresh(&app.desk.db).await?;
        Ok(app)
    }

    fn over(desk: Desk, mut http: HttpConfig, gallery: Gallery, secret: Kept) -> Self {
        http.body_limits.push(("add_picture", pictures::MOST_BYTES));
        http.waits.push(("list_events", LONGEST_WAIT));
        Self {
            watch: Watch::new(desk.clone()),
            gallery,
            keyring: StoredKeyring::new(desk.clone()),
            register: Register::new(),
            shelf: Shelf::new(),
            signer: Signer::new(secret.secret.derive(purpose::HEADS).bytes()),
            secret: Arc::new(secret),
            letters: None,
            desk,
            http,
        }
    }

    /// Where orders are carried out.
    #[must_use]
    pub fn orders(&self) -> OrderDesk {
        OrderDesk::new(self.desk.clone(), self.register.clone(), self.shelf.clone())
    }

    /// Where quotes are asked for and read.
    #[must_use]
    pub fn quotes(&self) -> QuoteDesk {
        QuoteDesk::new(self.desk.clone(), self.register.clone(), self.shelf.clone())
    }

    /// Where delivery is carried out.
    #[must_use]
    pub fn delivery(&self) -> DeliveryDesk {
        DeliveryDesk::new(self.desk.clone())
    }

    /// Starts the background work of this process, to be stopped before the database is closed.
    #[must_use]
    pub fn start_jobs(&self) -> Running {
        self.runner().start()
    }

    /// What works off the background work; a test may have it done at once.
    #[must_use]
    pub fn runner(&self) -> Runner {
        let runner = Runner::new(self.desk.clone())
            .with(PurgeRepeats)
            .with(RetentionSweep)
            .with(SignHeads(self.signer.clone()))
            .with(NoteRegister)
            .with(ReindexProducts)
            .with(ConfirmReturns)
            .with(self.import_work())
            .with(LapseChanges)
            .with(SweepPictures::new(self.gallery.clone()))
            .with(FollowNotices::new(self.register.clone()))
            .with(LookAhead::new(self.register.clone()));
        match &self.letters {
            Some(letters) => runner.with(letters.clone()),
            None => runner,
        }
    }

    fn import_work(&self) -> ImportWork {
        ImportWork::new(self.register.clone(), self.shelf.clone())
    }

    /// From now on routes keep an access log in this folder, which is closed at the end.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn keep_access_log(&mut self, folder: &Path) -> io::Result<AccessLog> {
        let log = AccessLog::open(folder, self.desk.clock.clone())?;
        self.http.access_log = Some(log.clone());
        Ok(log)
    }

    /// All routes behind the edge, the switch that says *not ready* before a stop, and the metrics, which are read elsewhere.
    pub fn routes(&self) -> Result<(impl Endpoint<Output = Response> + 'static + use<>, Health, Metrics), AppError> {
        let service = service(self.apis());
        let spec = published(&service)?;
        let metrics = Metrics::new().map_err(|e| AppError::Spec(e.to_string()))?;
        let db = self.desk.db.clone();
        let health = Health::new(move || Box::pin(ready(db.clone())));
        let seal = CursorSeal::new(self.secret.secret.derive(purpose::CURSORS).bytes(), self.secret.old_cursors_until);
        let doorman = Doorman::new(Arc::new(self.keyring.clone()), seal, self.http.limits());
        let routes = Routes::from_spec(&spec).map_err(|e| AppError::Spec(e.to_string()))?;
        let spec = Bytes::from(spec);
        let edge = Edge::new(self.http.clone(), routes, doorman, metrics.clone());
        let app = Route::new()
            .nest("/health", health.routes())
            .at("/openapi.json", docs::spec(&spec))
            .at("/", front(&health))
            .at("/problems", explain::all())
            .at("/problems/:type", explain::one())
            .at("/docs", docs::page(&spec, in_chinese::in_chinese))
            .nest_no_strip("/v1", service)
            .with(edge);
        Ok((app.map_to_response(), health, metrics))
    }
}

/// What is done once after the schema was brought up to date, since only a turn may say so in the journal: each run asks
/// what is left to do, so it goes on where it was stopped and does nothing where nothing is left. In this order.
async fn after_migration(desk: &Desk) -> Result<(), AppError> {
    let widened = organisations::widen_keys(desk).await?;
    if widened > 0 {
        tracing::info!(keys = widened, "keys that held every word of their role hold the new ones as well");
    }
    Ok(())
}

/// What sends letters, where a server is named.
fn letters(settings: &MailSettings, codes: Codes) -> Result<Option<SendLetters>, MailError> {
    let Some(server) = &settings.0 else { return Ok(None) };
    let post: Arc<dyn Post> = Arc::new(Smtp::new(server)?);
    Ok(Some(SendLetters::new(post, server.links.clone(), codes)))
}

async fn ready(db: Db) -> Result<(), String> {
    // A read would be told so as well; here nobody has to ask.
    if db.is_away() {
        return Err("the database is away".to_owned());
    }
    db.read()
        .execute_unprepared("SELECT 1")
        .await
        .map(|_| ())
        .map_err(|e| e.to_string())
}

/// The spec as it is served and committed; needs no database.
pub fn spec() -> Result<String, AppError> {
    let nowhere = Gallery::new(Arc::new(Folder::new("")));
    published(&service(
        App::over(Desk::detached(), HttpConfig::default(), nowhere, Kept::nowhere()).apis(),
    ))
}
