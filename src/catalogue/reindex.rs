//! Making search documents anew after the way they are made has changed. It is no trade and leaves no entry.

use super::search::version_prefix;
use super::store::{self, Asked};
use crate::http::fault::Refusal;
use crate::journal::{Gate, Turn, TurnError, UseCase};

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

/// Makes all documents of older versions anew, in short turns; how many.
///
/// # Errors
/// What the gate says.
pub async fn reindex(gate: &Gate) -> Result<u64, Refusal> {
    let mut made = 0;
    loop {
        match gate.run(Reindex, None).await?.answer {
            0 => return Ok(made),
            some => made += some,
        }
    }
}
