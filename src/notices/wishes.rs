//! What a person wants to hear, in which language, and where letters go: pure rules.

use crate::http::fault::{Fault, Faults};
use entity::tables::notice_preferences;
use entity::{MailAddress, NoticeKind, NoticeLanguage, PersonId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of what nobody has changed.
const FIRST: i64 = 1;

/// What a person wants to hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wishes {
    /// Of letters; pages are answered in the language that is asked for.
    pub(super) language: NoticeLanguage,
    /// Kinds that do not go into the inbox.
    pub(super) not_in_inbox: BTreeSet<NoticeKind>,
    /// Kinds of which a letter is sent.
    pub(super) by_mail: BTreeSet<NoticeKind>,
    /// Row version.
    pub(super) version: i64,
}

impl Wishes {
    /// Of those who have said nothing: a person finds all in the inbox and gets no letter; a machine follows the feed
    /// of events and gets neither.
    pub(super) fn usual(machine: bool) -> Self {
        let kinds = NoticeKind::ALL.iter().copied();
        Self {
            language: NoticeLanguage::Zh,
            not_in_inbox: kinds.filter(|_| machine).collect(),
            by_mail: BTreeSet::new(),
            version: FIRST,
        }
    }

    /// Whether nobody has ever said anything before this version.
    pub(super) fn is_first_change(&self) -> bool {
        self.version == FIRST + 1
    }

    pub(super) fn in_inbox(&self, kind: NoticeKind) -> bool {
        !self.not_in_inbox.contains(&kind)
    }

    pub(super) fn by_mail(&self, kind: NoticeKind) -> bool {
        self.by_mail.contains(&kind)
    }

    pub(super) fn of(row: &notice_preferences::Model) -> Self {
        Self {
            language: row.language,
            not_in_inbox: kinds_of(&row.not_in_inbox),
            by_mail: kinds_of(&row.by_mail),
            version: row.version,
        }
    }

    pub(super) fn row(&self, person_id: PersonId) -> notice_preferences::Model {
        notice_preferences::Model {
            person_id,
            language: self.language,
            not_in_inbox: words_of(&self.not_in_inbox),
            by_mail: words_of(&self.by_mail),
            version: self.version,
        }
    }
}

/// A kind that this program does not know any more is none.
fn kinds_of(words: &str) -> BTreeSet<NoticeKind> {
    words.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

fn words_of(kinds: &BTreeSet<NoticeKind>) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" ")
}

/// What is wished for of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) kind: NoticeKind,
    pub(super) inbox: bool,
    pub(super) mail: bool,
}

/// Everything a person has to say; kinds that are not named are as they usually are.
#[derive(Clone, Debug)]
pub(super) struct NewWishes {
    pub(super) language: NoticeLanguage,
    pub(super) address: Option<MailAddress>,
    pub(super) kinds: Vec<Wish>,
}

impl NewWishes {
    /// All that is wrong with it.
    pub(super) fn faults(&self) -> Faults {
        let mut faults = Faults::new();
        for (at, wish) in self.kinds.iter().enumerate() {
            let twice = self.kinds.iter().take(at).any(|other| other.kind == wish.kind);
            faults.check(!twice, || {
                Fault::of("notice_kind_twice")
                    .at(format!("/kinds/{at}/kind"))
                    .with("kind", wish.kind)
            });
            faults.check(!wish.mail || self.address.is_some(), || {
                Fault::of("mail_address_needed")
                    .at(format!("/kinds/{at}/mail"))
                    .with("kind", wish.kind)
            });
        }
        faults
    }

    /// These in place of `before`.
    pub(super) fn instead_of(&self, before: &Wishes, machine: bool) -> Wishes {
        let mut wishes = Wishes {
            language: self.language,
            version: before.version + 1,
            ..Wishes::usual(machine)
        };
        for wish in &self.kinds {
            if wish.inbox {
                wishes.not_in_inbox.remove(&wish.kind);
            } else {
                wishes.not_in_inbox.insert(wish.kind);
            }
            if wish.mail {
                wishes.by_mail.insert(wish.kind);
            }
        }
        wishes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(kinds: &[(NoticeKind, bool, bool)], address: Option<&str>) -> NewWishes {
        let wish = |(kind, inbox, mail): &(NoticeKind, bool, bool)| Wish {
            kind: *kind,
            inbox: *inbox,
            mail: *mail,
        };
        NewWishes {
            language: NoticeLanguage::En,
            address: address.map(|address| address.parse().unwrap()),
            kinds: kinds.iter().map(wish).collect(),
        }
    }

    #[test]
    fn people_find_all_in_the_inbox_and_machines_nothing() {
        let (person, machine) = (Wishes::usual(false), Wishes::usual(true));
        assert!(NoticeKind::ALL.iter().all(|kind| person.in_inbox(*kind) && !person.by_mail(*kind)));
        assert!(
            NoticeKind::ALL
                .iter()
                .all(|kind| !machine.in_inbox(*kind) && !machine.by_mail(*kind))
        );
    }

    #[test]
    fn what_is_kept_is_what_was_said() {
        let said = new(
            &[(NoticeKind::Shipped, false, true), (NoticeKind::OrderShort, true, true)],
            Some("a@b.example"),
        );
        assert!(said.faults().is_empty());
        for machine in [false, true] {
            let wishes = said.instead_of(&Wishes::usual(machine), machine);
            assert_eq!(Wishes::of(&wishes.row(PersonId::new())), wishes);
            assert!(!wishes.in_inbox(NoticeKind::Shipped) && wishes.in_inbox(NoticeKind::OrderShort));
            assert_eq!(wishes.in_inbox(NoticeKind::Returned), !machine);
            assert_eq!((wishes.by_mail.len(), wishes.version), (2, 2));
            assert!(wishes.is_first_change());
        }
    }

    #[test]
    fn every_kind_fits_into_its_column() {
        assert!(NoticeKind::WORDS.join(" ").len() <= 1_000);
    }

    #[test]
    fn all_faults_are_told() {
        let said = new(&[(NoticeKind::Shipped, true, true), (NoticeKind::Shipped, true, false)], None);
        let slugs: Vec<&str> = said.faults().into_vec().iter().map(Fault::slug).collect();
        assert_eq!(slugs, ["mail_address_needed", "notice_kind_twice"]);
    }
}
