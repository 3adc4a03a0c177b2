//! A dry run: what an order would be, and what of it is short.

use super::decide::Short;
use super::prepare::Prepared;
use crate::catalogue::Goods;
use crate::http::fault::{Fault, Refusal};
use crate::organisations::Parties;
use entity::CivilDate;
use std::sync::Arc;

/// What an order would be, as of now. Nothing is held by it.
#[derive(Clone, Debug)]
pub struct Trial {
    /// It keeps every rule, and costs this.
    pub prepared: Prepared,
    /// Lines of which there is not enough.
    pub short: Vec<Short>,
    /// Parties it was looked up among.
    pub parties: Arc<Parties>,
    /// Goods it was looked up among.
    pub goods: Arc<Goods>,
    /// The day it was asked on.
    pub today: CivilDate,
}

impl Trial {
    /// What it would be, if there is enough of everything.
    ///
    /// # Errors
    /// A fault for each line that is short.
    pub fn whole(self) -> Result<Prepared, Refusal> {
        if self.short.is_empty() {
            return Ok(self.prepared);
        }
        Err(Refusal::Faults(self.short.iter().map(Fault::from).collect()))
    }
}
