//! Signs the head of the journal once a day and keeps it.

use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, Signer};
use serde_json::Value;
use std::time::Duration;

/// The standing job `sign_heads`.
#[derive(Clone, Debug)]
pub struct SignHeads(pub Signer);

#[async_trait::async_trait]
impl Job for SignHeads {
    fn kind(&self) -> &'static str {
        "sign_heads"
    }

    fn every(&self) -> Option<Duration> {
        Some(Duration::from_hours(24))
    }

    async fn step(&self, desk: &Desk, _: &Value) -> Result<Step, Refusal> {
        self.0.keep_head(desk).await?;
        Ok(Step::Done)
    }
}
