//! What a person wants to hear, on the wire.

use super::wishes::{NewWishes, Wish, Wishes};
use entity::{MailAddress, NoticeKind, NoticeLanguage};
use poem_openapi::Object;
use poem_openapi::types::Example;

/// What you want to hear of one kind.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct NoticeWishBody {
    /// The kind.
    pub kind: NoticeKind,
    /// Whether it goes into your inbox.
    pub inbox: bool,
    /// Whether a letter is sent to your address.
    pub mail: bool,
}

/// What you want to hear, and how.
#[derive(Clone, Debug, Object)]
pub struct NoticePreferencesBody {
    /// The language of letters.
    pub language: NoticeLanguage,
    /// Where letters go.
    #[oai(nullable)]
    pub mail_address: Option<MailAddress>,
    /// All kinds.
    #[oai(validator(max_items = 40))]
    pub kinds: Vec<NoticeWishBody>,
}

impl NoticePreferencesBody {
    pub(super) fn of(wishes: &Wishes, mail_address: Option<MailAddress>) -> Self {
        let wish = |kind: &NoticeKind| NoticeWishBody {
            kind: *kind,
            inbox: wishes.in_inbox(*kind),
            mail: wishes.by_mail(*kind),
        };
        Self {
            language: wishes.language,
            mail_address,
            kinds: NoticeKind::ALL.iter().map(wish).collect(),
        }
    }
}

/// What you want to hear, and how: all of it, in place of what was said before.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example, skip_serializing_if_is_none)]
pub struct NewNoticePreferencesBody {
    /// The language of letters.
    pub language: NoticeLanguage,
    /// Where letters go; left out, it is forgotten and there are none.
    pub mail_address: Option<MailAddress>,
    /// Kinds, each once. A kind that is left out goes into a person's inbox, not into a machine's, and not by letter.
    #[oai(validator(max_items = 40))]
    pub kinds: Vec<NoticeWishBody>,
}

impl Example for NewNoticePreferencesBody {
    fn example() -> Self {
        let wish = |kind, inbox| NoticeWishBody { kind, inbox, mail: true };
        Self {
            language: NoticeLanguage::Zh,
            mail_address: "shitang@school.example".parse().ok(),
            kinds: vec![wish(NoticeKind::OrderShort, true), wish(NoticeKind::Shipped, false)],
        }
    }
}

impl From<NewNoticePreferencesBody> for NewWishes {
    fn from(body: NewNoticePreferencesBody) -> Self {
        let wish = |wish: NoticeWishBody| Wish {
            kind: wish.kind,
            inbox: wish.inbox,
            mail: wish.mail,
        };
        Self {
            language: body.language,
            address: body.mail_address,
            kinds: body.kinds.into_iter().map(wish).collect(),
        }
    }
}
