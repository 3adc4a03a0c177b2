//! Making search documents anew after the way they are made has changed, or the other words that goods are found by. It is
//! no trade and leaves no entry.

use super::search::version_prefix;
use super::store::{self, Asked, Stale};
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step, enter_job};
use crate::journal::{Desk, Turn, TurnError, UseCase};
use serde_json::Value;
use std::time::Duration;

/// Products of a turn: others wait meanwhile.
const BATCH: u64 = 50;
/// The kind of the job.
const KIND: &str = "reindex_products";
/// How often the standing job looks: for what an upgrade left, and for changes whose word was lost with their process.
const EVERY: Duration = Duration::from_secs(60);

/// A batch of products whose documents are stale: of an older version, or marked.
#[derive(Clone, Copy, Debug)]
struct Reindex;

#[async_trait::async_trait]
impl UseCase for Reindex {
    type Answer = u64;

    async fn run(&self, turn: &mut Turn) -> Result<u64, TurnError> {
        let stale = store::stale_documents(turn.tx(), &version_prefix(), BATCH).await?;
        make_anew(turn, stale).await
    }
}

/// Makes the documents of these products anew, by what stands around them now.
pub(super) async fn make_anew(turn: &Turn, stale: Vec<Stale>) -> Result<u64, TurnError> {
    let mut made = 0;
    for stale in stale {
        let product = &stale.product;
        let asked = Asked {
            id: Some(product.id),
            sku: &product.sku,
            traits: &product.traits,
            producer_id: product.producer_id,
            seller_id: product.seller_id,
        };
        let around = store::surroundings(turn.tx(), asked).await?;
        let document = product.traits.search_document(&product.sku, &product.unit, &around);
        store::write_document(turn.tx(), turn.engine(), &stale, document).await?;
        made += 1;
    }
    Ok(made)
}

/// Makes all documents of older versions anew, in short turns; tells `progress` how many are done and how many there
/// are, and answers how many it made.
///
/// # Errors
/// What the gate says.
pub async fn reindex(desk: &Desk, mut progress: impl FnMut(u64, u64)) -> Result<u64, Refusal> {
    let of = stale_documents(desk).await?;
    let mut made = 0;
    loop {
        match desk.gate.run(Reindex, None).await?.answer {
            0 => return Ok(made),
            some => made += some,
        }
        // Another process may list products meanwhile, with documents of its own version.
        progress(made, of.max(made));
    }
}

/// The standing job `reindex_products`: a step is one short turn.
#[derive(Clone, Copy, Debug)]
pub struct ReindexProducts;

#[async_trait::async_trait]
impl Job for ReindexProducts {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn every(&self) -> Option<Duration> {
        Some(EVERY)
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        if stale_documents(desk).await? == 0 {
            return Ok(Step::Done);
        }
        desk.gate.run(Reindex, None).await?;
        Ok(Step::More { progress: Value::Null })
    }
}

/// Asks for the job at once. What asked has been done already, so a failure here is no failure of it: the standing job
/// will find what is stale.
pub(super) async fn ask_to_reindex(desk: &Desk) {
    if let Err(error) = enter_job(desk, KIND, Value::Null, desk.clock.now()).await {
        tracing::warn!(%error, "search follows later");
    }
}

/// How many products have a search document that is stale.
///
/// # Errors
/// The database's.
pub async fn stale_documents(desk: &Desk) -> Result<u64, Refusal> {
    Ok(store::count_stale(desk.read(), &version_prefix()).await?)
}
