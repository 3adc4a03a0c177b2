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

/// How often it asks, and for how long it waits for a session that has answered so far. One that does not is no outage
/// yet: a machine with much to do has its hitches. Only where another session is not let in either is the database away;
/// both waits and the pause together are less than two seconds.
const EVERY: Duration = Duration::from_millis(400);
const HITCH_LIMIT: Duration = Duration::from_millis(600);
/// For so long nothing is cut where nobody refuses: a machine with more to do than it can answers late, and whoever waits is
/// better off with a late answer. And a database that answers anybody is not silent.
const SILENCE: Duration = Duration::from_secs(3);
/// Where everything is counted again, it asks seldom and is patient.
const EVERY_PATIENTLY: Duration = Duration::from_secs(5);
const PATIENT_LIMIT: Duration = Duration::from_secs(30);
/// A place that is missing for so many beats in a row will not come back: the server lets no statement that might be in
/// the way run for half of that.
const MISSING_BEATS: u32 = 40;
/// So many beats in a row must find that somebody waits in vain, and he must have looked for his answer in between: who had
/// no time to look may have been answered.
const VAIN_BEATS: u32 = 2;
/// What the server works on for those who write: a turn goes on, or pauses for a moment between its statements.
const WRITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND (state IN ('active', 'disabled') \
    OR state LIKE 'idle in transaction%' AND state_change > clock_timestamp() - interval '1500 ms')";
/// What it has worked on for a while for those who read. A server that does not tell what it does (`track_activities`) may
/// be at work.
const READING: &str = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1 AND (state = 'disabled' \
    OR state = 'active' AND query_start < clock_timestamp() - interval '500 ms')";
/// How often it says that the database is still away.
const SAY_AGAIN: Duration = Duration::from_secs(5);

/// What it watches over.
pub(super) struct Pulse {
    pub(super) hosts: Hosts,
    /// The server that pools connect to.
    pub(super) server: Arc<ArcSwap<PgConnectOptions>>,
    /// Those that write and those that read, with what their sessions are called.
    pub(super) connections: [(Connections, String); 2],
    pub(super) is_patient: bool,
}

/// How it stands.
#[derive(Default)]
struct State {
    session: Option<PgConnection>,
    /// Whether there has been a session; the first is no news.
    had_one: bool,
    dark: Option<Dark>,
    /// Since when there has been no answer.
    silent: Option<Silent>,
    /// Whether the last session was silent for once.
    hitch: bool,
    /// Beats in a row in which a place was missing, of each kind of connections.
    missing: [u32; 2],
    /// In which somebody waits in vain, of each kind of connections.
    vain: [Vain; 2],
}

/// Beats in a row in which somebody waited in vain, and how often such had looked for an answer at the first.
#[derive(Default)]
struct Vain {
    beats: u32,
    looks: usize,
}

/// Since when there has been no answer, and how many answers there were before.
struct Silent {
    began: Instant,
    answers: [usize; 2],
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
            let limit = if self.is_patient { PATIENT_LIMIT } else { HITCH_LIMIT };
            match within(limit, || false, what_is(&mut session)).await {
                Some(Ok((takes_writes, _))) if takes_writes || self.is_patient => {
                    self.count_places(&mut state.missing);
                    if self.count_waits(&mut session, &mut state.vain).await {
                        state.session = Some(session);
                    } else {
                        state.hitch = true;
                    }
                    return;
                }
                Some(Ok(_)) => self.darken(state, "it takes no writes any more"),
                // A session may be ended without the database being away: it is asked for another first.
                Some(Err(_)) => {}
                None => state.hitch = true,
            }
        }
        match self.hosts.reach(!self.is_patient, Silence::when(self.is_patient)).await {
            Ok(reached) => self.lighten(state, reached),
            Err(unreached) => self.unreached(state, &unreached),
        }
    }

    /// A connection that was cut while the driver took it back never comes back.
    fn count_places(&self, missing: &mut [u32; 2]) {
        // Who counts everything again may keep a transaction for hours that nobody waits for.
        if self.is_patient {
            return;
        }
        for ((connections, _), beats) in self.connections.iter().zip(missing) {
            *beats = if connections.misses_a_place() { *beats + 1 } else { 0 };
            if *beats >= MISSING_BEATS {
                *beats = 0;
                connections.hold().give_up();
            }
        }
    }

    /// Whoever waits long is worked for by the server, or his connection was cut and others were not. Whether the session
    /// of the pulse is as it was.
    async fn count_waits(&self, session: &mut PgConnection, vain: &mut [Vain; 2]) -> bool {
        if self.is_patient {
            return true;
        }
        for (((connections, name), vain), sql) in self.connections.iter().zip(vain).zip([WRITING, READING]) {
            let before = connections.long_waits();
            if before == 0 {
                vain.beats = 0;
                continue;
            }
            let asking = sqlx::query_scalar::<_, i64>(sql).bind(name).fetch_one(&mut *session);
            let Some(Ok(worked_for)) = within(ANSWER_LIMIT, || false, asking).await else {
                return false;
            };
            // Who has been answered meanwhile did not wait in vain. A turn is one wait, and its commit may be another.
            let waits = connections.long_waits().min(before);
            let worked_for = usize::try_from(worked_for).unwrap_or_default();
            let is_vain = if sql == WRITING {
                waits > 0 && worked_for == 0
            } else {
                waits > worked_for
            };
            if !is_vain {
                vain.beats = 0;
                continue;
            }
            let looks = connections.long_looks();
            if vain.beats == 0 {
                vain.looks = looks;
            }
            vain.beats += 1;
            if vain.beats >= VAIN_BEATS && looks >= vain.looks + waits.max(1) {
                vain.beats = 0;
                connections.abandon();
            }
        }
        true
    }

    fn lighten(&self, state: &mut State, reached: Reached) {
        let Reached { server, session } = reached;
        state.session = Some(session);
        // Who was silent for once has the same server behind it: what else is connected to it is told by its own waits.
        let goes_on = std::mem::take(&mut state.hitch) | !std::mem::replace(&mut state.had_one, true);
        let was_dark = state.dark.take();
        state.silent = None;
        self.connections.iter().for_each(|(connections, _)| connections.note_silence(false));
        let is_another = name_of(&self.server.load()) != name_of(&server);
        if goes_on && was_dark.is_none() && !is_another {
            return;
        }
        let (at, for_s) = (name_of(&server), was_dark.map(|dark| dark.began.elapsed().as_secs()));
        tracing::warn!(at, away_for_s = for_s, "the database answers: all connections to it are made anew");
        self.server.store(Arc::new(server));
        for (connections, _) in &self.connections {
            connections.lighten();
        }
    }

    fn unreached(&self, state: &mut State, unreached: &Unreached) {
        // It is well and has no place for one more: its other sessions go on.
        if unreached.is_full() && state.dark.is_none() {
            return;
        }
        let silent_for = self.silent_for(&mut state.silent);
        self.connections.iter().for_each(|(connections, _)| connections.note_silence(true));
        if !unreached.is_silence() || silent_for >= SILENCE || state.dark.is_some() {
            self.darken(state, &unreached.to_string());
        }
    }

    /// For how long nobody has been answered.
    fn silent_for(&self, silent: &mut Option<Silent>) -> Duration {
        let answers = self.connections.each_ref().map(|(connections, _)| connections.answers());
        if silent.as_ref().is_none_or(|before| before.answers != answers) {
            *silent = Some(Silent {
                began: Instant::now(),
                answers,
            });
        }
        silent.as_ref().map_or(Duration::ZERO, |silent| silent.began.elapsed())
    }

    fn darken(&self, state: &mut State, why: &str) {
        let now = Instant::now();
        let Some(dark) = &mut state.dark else {
            for (connections, _) in &self.connections {
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
