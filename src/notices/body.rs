//! Notices on the wire.

use super::mark_read::{Read, Which};
use super::words::{Said, link, say};
use crate::http::fault::Fault;
use crate::http::language::Language;
use crate::partners::OrderNow;
use chrono::{DateTime, Utc};
use entity::tables::notices;
use entity::{Money, NoticeId, NoticeKind, ThingKind};
use poem_openapi::Object;
use poem_openapi::types::Example;
use uuid::Uuid;

/// The thing a notice is about.
#[derive(Clone, Debug, Object)]
pub struct NoticeThingBody {
    /// Its kind.
    pub kind: ThingKind,
    /// Its id.
    pub id: Uuid,
}

/// Something that happened and concerns you, in your language.
#[derive(Clone, Debug, Object)]
pub struct NoticeBody {
    /// Its id.
    pub notice_id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// In a few words.
    #[oai(validator(max_length = 400))]
    pub title: String,
    /// In a sentence.
    #[oai(validator(max_length = 2000))]
    pub text: String,
    /// What the other side said with it, in own words.
    #[oai(nullable, validator(max_length = 2000))]
    pub note: Option<String>,
    /// The number people use for the order it is about.
    #[oai(nullable, validator(max_length = 40))]
    pub order_no: Option<String>,
    /// The buyer's own number for it.
    #[oai(nullable, validator(max_length = 64))]
    pub external_order_no: Option<String>,
    /// What buyer and supplier agree on now, of the whole order, tax-inclusive yuan.
    #[oai(nullable)]
    pub agreed_amount: Option<Money>,
    /// What stands now, accepted less returned, of the whole order, tax-inclusive yuan.
    #[oai(nullable)]
    pub standing_amount: Option<Money>,
    /// Where the thing is read.
    #[oai(validator(max_length = 200))]
    pub link: String,
    /// The thing.
    pub thing: NoticeThingBody,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// When you read it.
    #[oai(nullable)]
    pub read_at: Option<DateTime<Utc>>,
}

impl NoticeBody {
    pub(super) fn of(notice: notices::Model, note: Option<String>, order: Option<&OrderNow>, language: Language) -> Self {
        let what = serde_json::from_str(&notice.what).unwrap_or_default();
        let Said { title, text } = say(notice.kind, &what, language);
        Self {
            notice_id: notice.id,
            kind: notice.kind,
            title,
            text,
            note,
            order_no: order.map(|now| now.order.order_no.clone()),
            external_order_no: order.and_then(|now| now.order.external_order_no.clone()),
            agreed_amount: order.map(|now| now.agreed),
            standing_amount: order.map(|now| now.standing),
            link: link(&notice.thing_kind, notice.thing_id),
            thing: NoticeThingBody {
                // As the link: what is not told apart is read with the orders.
                kind: notice.thing_kind.parse().unwrap_or(ThingKind::Order),
                id: notice.thing_id,
            },
            at: notice.created_at,
            read_at: notice.read_at,
        }
    }
}

crate::page! {
    /// Notices, the newest first.
    NoticePage of NoticeBody
}

/// How many notices are unread.
#[derive(Clone, Debug, Object)]
pub struct UnreadBody {
    /// So many; 1000 where there are that many or more.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub unread: i64,
}

/// Which notices you have read: these, or all up to one.
#[derive(Clone, Debug, Default, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct ReadNoticesBody {
    /// These.
    #[oai(validator(min_items = 1, max_items = 200))]
    pub ids: Option<Vec<NoticeId>>,
    /// This one and all before it.
    pub up_to: Option<NoticeId>,
}

impl Example for ReadNoticesBody {
    fn example() -> Self {
        Self {
            ids: None,
            up_to: "01933f2e-7c00-7a3b-9c41-5d2e8f60b174".parse().ok(),
        }
    }
}

impl TryFrom<ReadNoticesBody> for Which {
    type Error = Fault;

    fn try_from(body: ReadNoticesBody) -> Result<Self, Fault> {
        match (body.ids, body.up_to) {
            (Some(ids), None) => Ok(Self::These(ids)),
            (None, Some(last)) => Ok(Self::UpTo(last)),
            _ => Err(Fault::of("notices_unclear")),
        }
    }
}

/// What has become of it.
#[derive(Clone, Debug, Object)]
pub struct NoticesReadBody {
    /// How many of them were unread; 2000 at most at a time.
    #[oai(validator(minimum(value = "0"), maximum(value = "2000")))]
    pub marked: u64,
    /// How many are unread now; 1000 where there are that many or more.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000")))]
    pub unread: i64,
}

impl From<Read> for NoticesReadBody {
    fn from(read: Read) -> Self {
        Self {
            marked: read.marked,
            unread: read.unread,
        }
    }
}
