//! Who did what, over HTTP, for those who look into it.

use super::doings_body::{EntryBody, EntryPage};
use crate::access::{Actor, may_read_doings};
use crate::http::answer::Listed;
use crate::http::caller::Caller;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit};
use crate::journal::{Desk, DoingsFilter, doings};
use entity::CivilDate;
use poem_openapi::param::Query;
use poem_openapi::{OpenApi, Tags};
use uuid::Uuid;

const CURSOR: &str = "entries";

#[derive(Tags)]
enum Tag {
    /// What happened, in order, for those whom it concerns.
    Events,
}

/// The operation for auditors.
#[derive(Clone, Debug)]
pub struct DoingsApi {
    /// Where it is read.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Events")]
impl DoingsApi {
    /// Read who did what
    ///
    /// The entries of the journal, oldest first, with the organisation, the person or machine, and the key. For
    /// auditors and officials of the city. Where `person` is given without `thing`, a page looks at 20,000 entries at
    /// most: it may be short or empty though `next` is there.
    #[oai(path = "/v1/journal/entries", method = "get", operation_id = "list_journal_entries")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    async fn list(
        &self,
        caller: Caller,
        /// Recorded on this day (Shanghai) or later.
        from: Query<Option<CivilDate>>,
        /// Recorded on this day (Shanghai) or earlier.
        to: Query<Option<CivilDate>>,
        /// About this thing: an order, a key, an offer, …
        thing: Query<Option<Uuid>>,
        /// By this person or machine.
        person: Query<Option<Uuid>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<EntryPage>> {
        may_read_doings(&Actor::of(&caller)?).map_err(Refusal::from)?;
        if let (Some(first), Some(last)) = (from.0, to.0)
            && first > last
        {
            let fault = Fault::of("days_reversed").parameter("from");
            return Err(Refusal::from(fault.with("from", first).with("to", last)).into());
        }
        let filter = DoingsFilter {
            from: from.0.map(CivilDate::starts_at),
            to: to.0.map(CivilDate::ends_at),
            thing: thing.0,
            person: person.0,
        };
        let after = match &cursor.0 {
            Some(cursor) => caller.position(CURSOR, cursor)?,
            None => 0,
        };
        let snapshot = self.desk.db.snapshot().await.map_err(Refusal::from)?;
        let (found, next) = doings(&snapshot, self.desk.engine(), &filter, after, limit.0.get())
            .await
            .map_err(Refusal::from)?;
        let next = next.map(|seq| caller.cursor(CURSOR, &seq)).transpose()?;
        let entries: Result<Vec<EntryBody>, Refusal> = found.into_iter().map(EntryBody::try_from).collect();
        Ok(Listed((entries?, next).into()))
    }
}
