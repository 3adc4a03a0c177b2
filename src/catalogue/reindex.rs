//! Making search documents anew after the way they are made has changed. It is no trade and leaves no entry.

use super::search::version_prefix;
use super::store::{self, Asked};
use crate::http::fault::Refusal;
use crate::journal::{Desk, Turn, TurnError, UseCase};

/// Products of a turn.
const BATCH: u64 = 200;

/// A batch of products whose documents are of an older version.
#[derive(Clone, Copy, Debug)]
struct Reindex;

#[async_trait::async_trait]
impl UseCase for Reindex {
    type Answer = u64;

    async fn run(&self, turn: &mut Turn) -> Result<u64, TurnError> {
        let mut made = 0;
        for stale in store::stale_documents(turn.tx(), &version_prefix(), BATCH).await? {
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

/// How many products have a search document of another version than [`VERSION`](super::search::VERSION).
///
/// # Errors
/// The database's.
pub async fn stale_documents(desk: &Desk) -> Result<u64, Refusal> {
    Ok(store::count_stale(desk.read(), &version_prefix()).await?)
}
