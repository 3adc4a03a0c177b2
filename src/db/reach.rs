//! Reaching a server: which of the hosts answers and can be written to, and what keeps the others from it.

use super::hosts::{Hosts, HostsError, name_of};
use super::promptly::{SILENT_CLIENTS, Silence, tend};
use super::until::within;
use super::{OpenOptions, Target};
use futures_util::future::join_all;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use std::time::{Duration, Instant};

/// A server that takes longer to let us in and to say what it is does not answer.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_millis(800);
/// Where somebody waits for a command, what may pass is tried again for so long; the last try takes another second at most.
const COMMAND_TRIES: Duration = Duration::from_millis(750);
/// How often a start that waits says so.
const SAY_AGAIN: Duration = Duration::from_secs(5);
/// How often it tries.
const TRY_AGAIN: Duration = Duration::from_millis(500);

/// What a server says of itself: a standby, or a primary that was told so, takes no order; and one that does not keep what
/// it acknowledged must not.
const WHAT_IT_IS: &str = "SELECT current_setting('transaction_read_only') = 'off', \
    current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'";

/// What keeps a server from being used.
#[derive(Debug, thiserror::Error)]
pub(super) enum HostFault {
    #[error("no answer")]
    Silent,
    #[error("takes no writes: it is a standby, or read-only")]
    ReadOnly,
    #[error("is not durable: fsync or full_page_writes is off")]
    NotDurable,
    #[error("{0}")]
    Driver(#[from] sqlx::Error),
}

impl HostFault {
    /// Whether it may well be over by itself: not a wrong password, for one.
    fn may_pass(&self) -> bool {
        match self {
            Self::Silent | Self::ReadOnly => true,
            Self::NotDurable => false,
            // What a server says while it starts, stops, or has no place: operator intervention, lack of resources,
            // connection exceptions, system errors.
            Self::Driver(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                ["57", "53", "08", "58"].iter().any(|class| code.starts_with(class))
            }
            Self::Driver(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
            Self::Driver(_) => false,
        }
    }

    /// Whether the server is well, and has only no place for one more.
    fn is_full(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code == "53300"))
    }
}

/// No server of an address can be used.
#[derive(Debug, thiserror::Error)]
#[error("no database can be used: {}", said(faults))]
pub struct Unreached {
    faults: Vec<(String, HostFault)>,
}

fn said(faults: &[(String, HostFault)]) -> String {
    let each: Vec<String> = faults.iter().map(|(name, fault)| format!("{name}: {fault}")).collect();
    each.join("; ")
}

impl Unreached {
    /// Whether waiting may help.
    pub(super) fn may_pass(&self) -> bool {
        self.faults.iter().any(|(_, fault)| fault.may_pass())
    }

    /// Whether nobody has said anything, not even no.
    pub(super) fn is_silence(&self) -> bool {
        self.faults.iter().all(|(_, fault)| matches!(fault, HostFault::Silent))
    }

    /// Whether a server is well and has no place.
    pub(super) fn is_full(&self) -> bool {
        self.faults.iter().any(|(_, fault)| fault.is_full())
    }
}

/// A server that can be used, and a session on it.
#[derive(Debug)]
pub(super) struct Reached {
    pub(super) server: PgConnectOptions,
    pub(super) session: PgConnection,
}

impl Reached {
    /// Ends the session and keeps where the server is.
    pub(super) async fn into_server(self) -> PgConnectOptions {
        // A server that hears no goodbye finds out by itself.
        let _ = within(ANSWER_LIMIT, || false, self.session.close()).await;
        self.server
    }
}

impl Hosts {
    /// The first of the servers, in the order of the address, that can be used. All are asked at once.
    pub(super) async fn reach(&self, for_writing: bool, silence: Silence) -> Result<Reached, Unreached> {
        let for_writing = for_writing || self.wants_primary;
        let asked = self.all().iter().map(|server| ask(server, for_writing, silence));
        let mut faults = Vec::new();
        for (server, answer) in self.all().iter().zip(join_all(asked).await) {
            match answer {
                Ok(reached) => return Ok(reached),
                Err(fault) => faults.push((name_of(server), fault)),
            }
        }
        Err(Unreached { faults })
    }

    /// The same for a command that somebody waits for: what may pass is tried again, for a moment.
    pub(super) async fn reach_soon(&self, options: &OpenOptions) -> Result<PgConnectOptions, Unreached> {
        let began = Instant::now();
        loop {
            match self.reach(!options.patient, Silence::of(options)).await {
                Ok(reached) => return Ok(reached.into_server().await),
                Err(unreached) if !unreached.may_pass() || began.elapsed() > COMMAND_TRIES => return Err(unreached),
                Err(_) => tokio::time::sleep(TRY_AGAIN / 2).await,
            }
        }
    }
}

async fn ask(server: &PgConnectOptions, for_writing: bool, silence: Silence) -> Result<Reached, HostFault> {
    let how = server.clone().application_name("yangpin pulse").options(SILENT_CLIENTS);
    let asking = async {
        let mut session = how.connect().await?;
        tend(server, silence);
        let (takes_writes, is_durable) = what_is(&mut session).await?;
        Ok((session, takes_writes, is_durable))
    };
    let (session, takes_writes, is_durable) = match within(ANSWER_LIMIT, || false, asking).await {
        Some(answer) => answer.map_err(HostFault::Driver)?,
        None => return Err(HostFault::Silent),
    };
    if for_writing && !takes_writes {
        return Err(HostFault::ReadOnly);
    }
    if for_writing && !is_durable {
        return Err(HostFault::NotDurable);
    }
    let server = server.clone();
    Ok(Reached { server, session })
}

/// Whether the server takes writes, and whether it is durable.
pub(super) async fn what_is(session: &mut PgConnection) -> Result<(bool, bool), sqlx::Error> {
    sqlx::query_as(WHAT_IT_IS).persistent(true).fetch_one(session).await
}

/// Why waiting for a database is of no use.
#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// The address.
    #[error(transparent)]
    Hosts(#[from] HostsError),
    /// Something that does not pass, as a wrong password.
    #[error(transparent)]
    Unreached(#[from] Unreached),
}

/// Waits until a database can be written to, and says so at once and every few seconds. Returns at once for an embedded
/// one.
///
/// # Errors
/// The address cannot be read, or no server of it will ever let us in as we ask now.
pub async fn wait_for(target: &Target) -> Result<(), WaitError> {
    let Target::Postgres(url) = target else { return Ok(()) };
    let hosts = Hosts::parse(url)?;
    let (began, mut said) = (Instant::now(), None::<Instant>);
    loop {
        let unreached = match hosts.reach(true, Silence::Short).await {
            Ok(reached) => {
                reached.into_server().await;
                return Ok(());
            }
            Err(unreached) if unreached.may_pass() => unreached,
            Err(unreached) => return Err(unreached.into()),
        };
        if said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
            tracing::warn!(for_s = began.elapsed().as_secs(), "waiting for the database: {unreached}");
            said = Some(Instant::now());
        }
        tokio::time::sleep(TRY_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn unreached(url: &str) -> Unreached {
        let hosts = Hosts::parse(url).unwrap();
        tokio::time::timeout(Duration::from_secs(60), hosts.reach(true, Silence::Short))
            .await
            .expect("asking has an end")
            .expect_err("nobody is there")
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_given_up_and_named() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (silent_at, nobody_at) = (silent.local_addr().unwrap(), nobody.local_addr().unwrap());
        drop(nobody);
        let unreached = unreached(&format!("postgres://u:secret@{silent_at},{nobody_at}/x?sslmode=disable")).await;
        let said = unreached.to_string();
        assert!(said.contains(&format!("{silent_at}: no answer")), "{said}");
        assert!(said.contains(&format!("{nobody_at}: ")), "{said}");
        assert!(!said.contains("secret"), "{said}");
        assert!(unreached.may_pass() && !unreached.is_full());
    }

    #[tokio::test]
    async fn waiting_ends_where_it_cannot_help() {
        let target = Target::Postgres("postgres://u@a,b/x?target_session_attrs=standby".to_owned());
        assert!(matches!(wait_for(&target).await, Err(WaitError::Hosts(_))));
        assert!(wait_for(&Target::Sqlite("x.db".into())).await.is_ok());
    }
}
