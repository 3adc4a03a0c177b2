//! A person has read notices of the own inbox.

use super::store::{self, Marked};
use crate::http::fault::{Fault, Faults};
use crate::journal::{Turn, TurnError, UseCase};
use entity::{NoticeId, PersonId};
use serde::{Deserialize, Serialize};

/// Notices marked at a time; where more are older, whoever asks again marks more.
pub(super) const MOST_MARKED: i64 = 2_000;
/// Unread notices are counted up to here.
pub(super) const MOST_COUNTED: i64 = 1_000;

/// Which notices were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// These.
    These(Vec<NoticeId>),
    /// This one and all before it.
    UpTo(NoticeId),
}

/// The use case. No entry: notices are not trade.
pub(super) struct MarkRead {
    pub(super) person: PersonId,
    pub(super) which: Which,
}

/// What has become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Read {
    /// How many were not read before.
    pub(super) marked: u64,
    /// How many are still unread.
    pub(super) unread: i64,
}

#[async_trait::async_trait]
impl UseCase for MarkRead {
    type Answer = Read;

    async fn run(&self, turn: &mut Turn) -> Result<Read, TurnError> {
        let (tx, engine) = (turn.tx(), turn.engine());
        let marked = match &self.which {
            Which::UpTo(last) => Marked::UpTo(*last, MOST_MARKED),
            Which::These(ids) => {
                let own = store::own(tx, self.person, ids).await?;
                let mut faults = Faults::new();
                for (at, id) in ids.iter().enumerate() {
                    faults.check(own.contains(id), || Fault::of("not_found").at(format!("/ids/{at}")));
                }
                faults.finish()?;
                Marked::These(ids.clone())
            }
        };
        let marked = store::mark_read(tx, engine, self.person, &marked, turn.next().at).await?;
        let unread = store::unread(tx, engine, self.person, MOST_COUNTED).await?;
        Ok(Read { marked, unread })
    }
}
