//! Looks once a day for what ends soon, and tells those who should know.

use super::audience::Audience;
use super::ending::{ENDINGS, ending};
use super::keep::{Keep, Way};
use super::store;
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::Desk;
use crate::organisations::Register;
use entity::{CivilDate, shanghai_date};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// Things looked at in a step.
const MOST: usize = 200;
/// How often it asks whether a day has begun.
const EVERY: Duration = Duration::from_secs(900);

/// The standing job `look_ahead`: the day's first run does the work, the others see that it is done.
#[derive(Clone, Debug)]
pub struct LookAhead {
    register: Register,
}

/// Where a run is: which day's, in which kind of thing, after which of them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    day: CivilDate,
    kind: usize,
    after: Uuid,
}

impl Place {
    fn first(day: CivilDate) -> Self {
        Self {
            day,
            kind: 0,
            after: Uuid::nil(),
        }
    }
}

impl LookAhead {
    /// A look-out that looks names up in `register`.
    #[must_use]
    pub fn new(register: Register) -> Self {
        Self { register }
    }
}

#[async_trait::async_trait]
impl Job for LookAhead {
    fn kind(&self) -> &'static str {
        "look_ahead"
    }

    fn every(&self) -> Option<Duration> {
        Some(EVERY)
    }

    async fn step(&self, desk: &Desk, progress: &Value) -> Result<Step, Refusal> {
        let now = desk.clock.now();
        let today = shanghai_date(now);
        if store::cursor(desk.read()).await?.swept_on >= Some(today) {
            return Ok(Step::Done);
        }
        let begun: Option<Place> = serde_json::from_value(progress.clone()).ok().flatten();
        let place = begun.filter(|place| place.day == today).unwrap_or_else(|| Place::first(today));
        let Some(kind) = ENDINGS.get(place.kind) else {
            let way = Way::Day(today);
            let notices = Vec::new();
            desk.gate.run(Keep { way, notices }, None).await?;
            return Ok(Step::Done);
        };
        let snapshot = desk.db.snapshot().await?;
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let tellings = ending(&snapshot, desk.engine(), kind, (today, now), (place.after, most)).await?;
        let audience = Audience::of(&snapshot, desk.engine(), &tellings, now).await?;
        snapshot.end().await?;
        let parties = self.register.refresh(&desk.db).await?;
        let notices = tellings.iter().flat_map(|telling| audience.notices(telling, &parties)).collect();
        desk.gate.run(Keep { way: Way::Part, notices }, None).await?;
        let next = match tellings.last().filter(|_| tellings.len() == MOST) {
            Some(last) => Place {
                after: last.thing_id,
                ..place
            },
            None => Place {
                kind: place.kind + 1,
                ..Place::first(today)
            },
        };
        let progress = serde_json::to_value(next).map_err(Refusal::broken)?;
        Ok(Step::More { progress })
    }
}
