//! The pulse: a connection of its own asks twice a second whether the database is there. By its answer the service knows
//! within two seconds that it is not, tells whoever waits, and finds it again, on whichever of its hosts it then is.

use super::connections::Connections;
use super::hosts::{Hosts, name_of};
use super::promptly::Silence;
use super::reach::{ANSWER_LIMIT, Reached, Unreached, what_is};
use super::until::within;
use arc_swap::ArcSwap;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often it asks.
const EVERY: Duration = Duration::from_millis(500);
/// Where everything is counted again, it asks seldom and is patient.
const EVERY_PATIENTLY: Duration = Duration::from_secs(5);
const PATIENT_LIMIT: Duration = Duration::from_secs(30);
/// How often it says that the database is still away.
const SAY_AGAIN: Duration = Duration::from_secs(5);

/// What it watches over.
pub(super) struct Pulse {
    pub(super) hosts: Hosts,
    /// The server that pools connect to.
    pub(super) server: Arc<ArcSwap<PgConnectOptions>>,
    pub(super) connections: [Connections; 2],
    pub(super) is_patient: bool,
}

/// How it stands.
#[derive(Default)]
struct State {
    session: Option<PgConnection>,
    /// Whether there has been a session; the first is no news.
    had_one: bool,
    dark: Option<Dark>,
}

struct Dark {
    began: Instant,
    said: Instant,
}

impl Pulse {
    /// Asks on and on.
    pub(super) async fn keep(self) {
        let mut state = State::default();
        loop {
            self.beat(&mut state).await;
            tokio::time::sleep(if self.is_patient { EVERY_PATIENTLY } else { EVERY }).await;
        }
    }

    async fn beat(&self, state: &mut State) {
        if let Some(mut session) = state.session.take() {
            let limit = if self.is_patient { PATIENT_LIMIT } else { ANSWER_LIMIT };
            match within(limit, || false, what_is(&mut session)).await {
                Some(Ok((takes_writes, _))) if takes_writes || self.is_patient => {
                    state.session = Some(session);
                    return;
                }
                Some(Ok(_)) => self.darken(state, "it takes no writes any more"),
                // A session may be ended without the database being away: it is asked for another first.
                Some(Err(_)) => {}
                None => self.darken(state, "no answer"),
            }
        }
        match self.hosts.reach(!self.is_patient, Silence::when(self.is_patient)).await {
            Ok(reached) => self.lighten(state, reached),
            Err(unreached) => self.unreached(state, &unreached),
        }
    }

    fn lighten(&self, state: &mut State, reached: Reached) {
        let Reached { server, session } = reached;
        state.session = Some(session);
        let is_first = !std::mem::replace(&mut state.had_one, true);
        let was_dark = state.dark.take();
        let is_another = name_of(&self.server.load()) != name_of(&server);
        if is_first && was_dark.is_none() && !is_another {
            return;
        }
        let (at, for_s) = (name_of(&server), was_dark.map(|dark| dark.began.elapsed().as_secs()));
        tracing::warn!(at, away_for_s = for_s, "the database answers: all connections to it are made anew");
        self.server.store(Arc::new(server));
        for connections in &self.connections {
            connections.lighten();
        }
    }

    fn unreached(&self, state: &mut State, unreached: &Unreached) {
        // It is well and has no place for one more: its other sessions go on.
        if !unreached.is_full() || state.dark.is_some() {
            self.darken(state, &unreached.to_string());
        }
    }

    fn darken(&self, state: &mut State, why: &str) {
        let now = Instant::now();
        let Some(dark) = &mut state.dark else {
            for connections in &self.connections {
                connections.darken();
            }
            tracing::error!("the database is away: {why}");
            state.dark = Some(Dark { began: now, said: now });
            return;
        };
        if now.duration_since(dark.said) >= SAY_AGAIN {
            dark.said = now;
            let for_s = now.duration_since(dark.began).as_secs();
            tracing::error!(for_s, "the database is still away: {why}");
        }
    }
}
