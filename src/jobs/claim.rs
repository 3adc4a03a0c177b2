//! Takes a job that is due: by a guarded update, so that of many runners one gets it.

use super::job::claimed;
use super::store;
use crate::http::fault::Refusal;
use crate::journal::{Desk, Turn, TurnError, UseCase};
use entity::tables::jobs;
use serde::{Deserialize, Serialize};

/// The next job of these kinds, claimed; none where nothing is due or others were quicker.
pub(super) async fn claim(desk: &Desk, kinds: &[&'static str]) -> Result<Option<jobs::Model>, Refusal> {
    // Looked for outside the turn: as long as nothing is due, nobody writes.
    let now = desk.clock.now();
    let Some(before) = store::due(desk.read(), desk.engine(), kinds, now).await? else {
        return Ok(None);
    };
    let after = claimed(&before, now);
    let changed = change(desk, &before, &after).await?;
    Ok(changed.then_some(after))
}

/// Writes a job through the gate, if nobody else has had it; whether it was.
pub(super) async fn change(desk: &Desk, before: &jobs::Model, after: &jobs::Model) -> Result<bool, Refusal> {
    let use_case = Change {
        before: before.clone(),
        after: after.clone(),
    };
    Ok(desk.gate.run(use_case, None).await?.answer.changed)
}

struct Change {
    before: jobs::Model,
    after: jobs::Model,
}

#[derive(Serialize, Deserialize)]
struct Changed {
    changed: bool,
}

#[async_trait::async_trait]
impl UseCase for Change {
    type Answer = Changed;

    async fn run(&self, turn: &mut Turn) -> Result<Changed, TurnError> {
        let changed = store::change(turn.tx(), turn.engine(), &self.before, &self.after).await?;
        Ok(Changed { changed })
    }
}
