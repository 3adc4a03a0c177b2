//! The own inbox over HTTP.

use super::body::{NoticeBody, NoticePage, NoticesReadBody, ReadNoticesBody, UnreadBody};
use super::mark_read::{MOST_COUNTED, MarkRead, Which};
use super::said::words_of;
use super::store::{self, Page};
use crate::access::{Actor, may_keep_inbox};
use crate::http::answer::{Listed, Made};
use crate::http::caller::Caller;
use crate::http::context::Context;
use crate::http::fault::{Fault, Refusal};
use crate::http::paging::{Cursor, Limit, cut};
use crate::journal::{Desk, Repeat};
use crate::partners::orders_now;
use entity::NoticeId;
use entity::tables::notices;
use poem::web::Data;
use poem_openapi::param::{Header, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON;
use poem_openapi::{OpenApi, Tags};
use std::collections::BTreeSet;
use uuid::Uuid;

const CURSOR: &str = "notices";

#[derive(Tags)]
pub(super) enum Tag {
    /// What people hear of what concerns them.
    Notices,
}

/// The operations on the own inbox. It is the holder's of the key, and nobody else sees it.
#[derive(Clone, Debug)]
pub struct NoticesApi {
    /// Where they are carried out.
    pub desk: Desk,
}

#[OpenApi(tag = "Tag::Notices")]
impl NoticesApi {
    /// List notices
    ///
    /// What concerns you, the newest first, in the language of `Accept-Language`. It is there some seconds after it
    /// happened, and for 180 days.
    #[oai(path = "/v1/notices", method = "get", operation_id = "list_notices")]
    async fn list(
        &self,
        caller: Caller,
        context: Data<&Context>,
        /// Only those that are unread, or only those that are read.
        unread: Query<Option<bool>>,
        /// How many at a time.
        limit: Query<Limit>,
        /// Where to go on.
        cursor: Query<Option<Cursor>>,
    ) -> poem::Result<Listed<NoticePage>> {
        let actor = Actor::of(&caller)?;
        // People of one organisation have an inbox each.
        let list = format!("{CURSOR} {}", actor.person);
        let before: Option<NoticeId> = cursor.0.map(|cursor| caller.position(&list, &cursor)).transpose()?;
        let page = Page {
            unread: unread.0,
            before,
            most: limit.0.plus_one(),
        };
        let rows = store::inbox(self.desk.read(), actor.person, page).await.map_err(Refusal::from)?;
        let (rows, next) = cut(rows, limit.0, |last| caller.cursor(&list, &last.id))?;
        let words = words_of(self.desk.read(), self.desk.engine(), &rows).await;
        let mut words = words.map_err(Refusal::from)?;
        let things: BTreeSet<Uuid> = rows.iter().map(|notice| notice.thing_id).collect();
        let orders = orders_now(self.desk.read(), self.desk.engine(), &things)
            .await
            .map_err(Refusal::from)?;
        let body = |notice: notices::Model| {
            let (note, order) = (words.remove(&notice.id), orders.get(&notice.thing_id));
            NoticeBody::of(notice, note, order, context.language)
        };
        Ok(Listed((rows.into_iter().map(body).collect::<Vec<_>>(), next).into()))
    }

    /// Count unread notices
    ///
    /// How many are in your inbox and unread, counted up to 1000.
    #[oai(path = "/v1/notices/unread", method = "get", operation_id = "count_unread_notices")]
    async fn count(&self, caller: Caller) -> poem::Result<Json<UnreadBody>> {
        let actor = Actor::of(&caller)?;
        let unread = store::unread(self.desk.read(), self.desk.engine(), actor.person, MOST_COUNTED).await;
        let unread = unread.map_err(Refusal::from)?;
        Ok(Json(UnreadBody { unread }))
    }

    /// Mark notices as read
    ///
    /// Some by their ids, or all up to one, 2000 at a time: where more are left, ask again.
    #[oai(path = "/v1/notices/read", method = "post", operation_id = "mark_notices_read")]
    async fn read(
        &self,
        caller: Caller,
        /// A key of your own for this request; asked again with it, the first answer is repeated.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: Json<ReadNoticesBody>,
    ) -> poem::Result<Made<NoticesReadBody>> {
        let actor = Actor::of(&caller)?;
        may_keep_inbox(&actor).map_err(Refusal::from)?;
        let repeat = Repeat::of(&caller, key.0.as_deref(), "POST /v1/notices/read", body.0.to_json())?;
        let which = Which::try_from(body.0).map_err(|fault: Fault| Refusal::from(fault))?;
        let person = actor.person;
        let done = self.desk.gate.run(MarkRead { person, which }, Some(repeat)).await?;
        Ok(Made::before(&NoticesReadBody::from(done.answer)).replayed(done.replayed))
    }
}
