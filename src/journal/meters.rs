//! How the gate feels: who waits, how long, how long turns and the wait for the head take. Telemetry, no figure.

use crate::http::fault::Refusal;
use crate::http::metrics::BUCKETS_S;
use prometheus::{Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, Opts, Registry};
use std::sync::Arc;
use std::time::Duration;

/// The meters of a gate. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Meters(Option<Arc<All>>);

#[derive(Debug)]
struct All {
    waiting: IntGauge,
    requests: IntCounterVec,
    answered: IntCounter,
    refused: IntCounter,
    unavailable: IntCounter,
    broken: IntCounter,
    waits: Histogram,
    head_waits: Histogram,
    turns: IntCounterVec,
    committed: IntCounter,
    failed: IntCounter,
    turn_requests: IntCounter,
    turn_durations: Histogram,
}

impl Default for Meters {
    /// Fresh meters; none only if a name were malformed, which a test rules out.
    fn default() -> Self {
        Self(All::new().ok().map(Arc::new))
    }
}

fn histogram(name: &str, help: &str) -> Result<Histogram, prometheus::Error> {
    Histogram::with_opts(HistogramOpts::new(name, help).buckets(BUCKETS_S.to_vec()))
}

impl All {
    fn new() -> Result<Self, prometheus::Error> {
        let requests = Opts::new("gate_requests_total", "Requests that asked to write, by what became of them.");
        let requests = IntCounterVec::new(requests, &["outcome"])?;
        let turns = Opts::new(
            "turns_total",
            "Writing transactions that have taken the head, by what became of them.",
        );
        let turns = IntCounterVec::new(turns, &["outcome"])?;
        Ok(Self {
            waiting: IntGauge::new("gate_requests_waiting", "Requests that wait to be written, or for their answer.")?,
            answered: requests.with_label_values(&["answered"]),
            refused: requests.with_label_values(&["refused"]),
            unavailable: requests.with_label_values(&["unavailable"]),
            broken: requests.with_label_values(&["broken"]),
            requests,
            waits: histogram("gate_wait_seconds", "Time from a request at the gate to its answer.")?,
            head_waits: histogram("head_wait_seconds", "Time to take the head of the journal.")?,
            committed: turns.with_label_values(&["committed"]),
            failed: turns.with_label_values(&["failed"]),
            turns,
            turn_requests: IntCounter::new(
                "turn_requests_total",
                "Requests in turns, tried again or not: by turns, how full they are.",
            )?,
            turn_durations: histogram("turn_duration_seconds", "Time from the head taken to the commit.")?,
        })
    }
}

impl Meters {
    /// Puts them where they are read.
    ///
    /// # Errors
    /// A name that stands there already.
    pub fn register(&self, registry: &Registry) -> Result<(), prometheus::Error> {
        let Some(all) = &self.0 else { return Ok(()) };
        registry.register(Box::new(all.waiting.clone()))?;
        registry.register(Box::new(all.requests.clone()))?;
        registry.register(Box::new(all.turns.clone()))?;
        registry.register(Box::new(all.turn_requests.clone()))?;
        for histogram in [&all.waits, &all.head_waits, &all.turn_durations] {
            registry.register(Box::new(histogram.clone()))?;
        }
        Ok(())
    }

    /// Counts a request in; it is counted out when the guard is dropped.
    pub(super) fn enter(&self) -> Waiting {
        let waiting = self.0.as_ref().map(|all| all.waiting.clone());
        waiting.iter().for_each(IntGauge::inc);
        Waiting(waiting)
    }

    /// Notes what became of a request.
    pub(super) fn given<T>(&self, given: &Result<T, Refusal>, took: Duration) {
        let Some(all) = &self.0 else { return };
        let outcome = match given {
            Ok(_) => &all.answered,
            Err(Refusal::Faults(_)) => &all.refused,
            Err(Refusal::Unavailable { .. }) => &all.unavailable,
            Err(Refusal::Broken(_)) => &all.broken,
        };
        outcome.inc();
        all.waits.observe(took.as_secs_f64());
    }

    /// Notes that the head was taken, or waited for in vain.
    pub(super) fn head_taken(&self, took: Duration) {
        if let Some(all) = &self.0 {
            all.head_waits.observe(took.as_secs_f64());
        }
    }

    /// Notes a turn.
    pub(super) fn turn(&self, requests: usize, is_committed: bool, took: Duration) {
        let Some(all) = &self.0 else { return };
        let outcome = if is_committed { &all.committed } else { &all.failed };
        outcome.inc();
        all.turn_requests.inc_by(u64::try_from(requests).unwrap_or(u64::MAX));
        all.turn_durations.observe(took.as_secs_f64());
    }
}

/// A request at the gate.
pub(super) struct Waiting(Option<IntGauge>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.iter().for_each(IntGauge::dec);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus::{Encoder, TextEncoder};

    #[test]
    fn they_tell_what_was_noted() {
        let (meters, registry) = (Meters::default(), Registry::new());
        meters.register(&registry).unwrap();
        let waiting = meters.enter();
        meters.given::<()>(&Err(Refusal::fault("not_found")), Duration::from_millis(3));
        meters.head_taken(Duration::from_millis(1));
        meters.turn(7, true, Duration::from_millis(2));
        let text = || {
            let mut text = Vec::new();
            TextEncoder::new().encode(&registry.gather(), &mut text).unwrap();
            String::from_utf8(text).unwrap()
        };
        for line in [
            "gate_requests_waiting 1",
            r#"gate_requests_total{outcome="refused"} 1"#,
            r#"gate_requests_total{outcome="unavailable"} 0"#,
            r#"turns_total{outcome="committed"} 1"#,
            "turn_requests_total 7",
            "gate_wait_seconds_count 1",
            "head_wait_seconds_count 1",
            "turn_duration_seconds_count 1",
        ] {
            assert!(text().contains(line), "{line}: {}", text());
        }
        drop(waiting);
        assert!(text().contains("gate_requests_waiting 0"));
    }
}
