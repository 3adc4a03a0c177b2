//! What a person wants to hear, on the wire.

use super::code::{AddressState, HOLDS};
use super::wishes::{NewWishes, Wish, Wishes};
use chrono::{DateTime, Utc};
use entity::tables::address_confirmations;
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
    /// Where letters go: the address that was confirmed last.
    #[oai(nullable)]
    pub mail_address: Option<MailAddress>,
    /// An address that was named and not confirmed yet: no letter goes there but the one with its code.
    #[oai(nullable)]
    pub pending_address: Option<MailAddress>,
    /// Whether its code still holds.
    #[oai(nullable)]
    pub pending_state: Option<AddressState>,
    /// Until when it can be confirmed.
    #[oai(nullable)]
    pub pending_until: Option<DateTime<Utc>>,
    /// All kinds.
    #[oai(validator(max_items = 40))]
    pub kinds: Vec<NoticeWishBody>,
}

/// What a person has said, and how it stands with the addresses.
pub(super) struct Preferences {
    pub(super) wishes: Wishes,
    /// Where letters go.
    pub(super) address: Option<MailAddress>,
    /// What waits to be confirmed.
    pub(super) waits: Option<address_confirmations::Model>,
}

impl NoticePreferencesBody {
    /// As it stands now.
    pub(super) fn of(said: &Preferences, now: DateTime<Utc>) -> Self {
        let wish = |kind: &NoticeKind| NoticeWishBody {
            kind: *kind,
            inbox: said.wishes.in_inbox(*kind),
            mail: said.wishes.by_mail(*kind),
        };
        let waits = said.waits.as_ref();
        Self {
            language: said.wishes.language,
            mail_address: said.address.clone(),
            pending_address: waits.and_then(|waits| waits.address.parse().ok()),
            pending_state: waits.map(|waits| AddressState::of(waits, now)),
            pending_until: waits.map(|waits| waits.asked_at + HOLDS),
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
    /// Where letters go; left out, it is forgotten and there are none. Another one than before is sent a code, and takes
    /// its place once it is confirmed.
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

/// The code that came to the address.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields, example)]
pub struct ConfirmAddressBody {
    /// As the letter has it; hyphens, spaces and case do not matter.
    #[oai(validator(min_length = 1, max_length = 40))]
    pub code: String,
}

impl Example for ConfirmAddressBody {
    fn example() -> Self {
        Self {
            code: "7KQ2M-XHP4D".to_owned(),
        }
    }
}
