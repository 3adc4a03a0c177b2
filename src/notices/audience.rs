//! Whom a telling reaches: people of its organisation with a key in force, who were there when it happened, did not do
//! it themselves, and want to hear of it.

use super::store;
use super::telling::{PARTY, Side, Telling};
use super::wishes::Wishes;
use crate::db::Engine;
use crate::organisations::Parties;
use crate::organisations::queries::{KeyHolder, key_holders};
use chrono::{DateTime, TimeDelta, Utc};
use entity::tables::notices;
use entity::{MailState, NoticeId, OrganisationId, PersonId, Role};
use sea_orm::{ConnectionTrait, DbErr};
use std::collections::{BTreeSet, HashMap};

/// Of what is older no letter is sent: it is old news by then.
pub(super) const LETTER_WITHIN: TimeDelta = TimeDelta::days(3);
/// Names are at most so long in a notice.
const LONGEST_NAME: usize = 120;

/// The people of some organisations, and what they want to hear.
pub(super) struct Audience {
    holders: HashMap<OrganisationId, Vec<KeyHolder>>,
    wishes: HashMap<PersonId, Wishes>,
    now: DateTime<Utc>,
}

impl Audience {
    /// Reads who may hear these.
    pub(super) async fn of(db: &impl ConnectionTrait, engine: Engine, tellings: &[Telling], now: DateTime<Utc>) -> Result<Self, DbErr> {
        let mut holders: HashMap<OrganisationId, Vec<KeyHolder>> = HashMap::new();
        for (side, roles) in [
            (Side::Buyer, &[Role::Buyer, Role::Retailer][..]),
            (Side::Supplier, &[Role::Supplier][..]),
        ] {
            let wanted: BTreeSet<OrganisationId> = tellings.iter().filter(|one| one.side == side).map(|one| one.to).collect();
            if wanted.is_empty() {
                continue;
            }
            let wanted: Vec<OrganisationId> = wanted.into_iter().collect();
            for holder in key_holders(db, engine, &wanted, roles, now).await? {
                holders.entry(holder.organisation).or_default().push(holder);
            }
        }
        let people: Vec<PersonId> = holders.values().flatten().map(|holder| holder.person).collect();
        let wishes = store::wishes_of(db, &people).await?;
        Ok(Self { holders, wishes, now })
    }

    /// The notices of a telling.
    pub(super) fn notices(&self, telling: &Telling, parties: &Parties) -> Vec<notices::Model> {
        let holders = self.holders.get(&telling.to).map(Vec::as_slice).unwrap_or_default();
        let mut what = telling.what.clone();
        if let Some(party) = telling.other.and_then(|id| parties.organisation(id)) {
            what.insert(PARTY.to_owned(), party.name.chars().take(LONGEST_NAME).collect());
        }
        let Ok(what) = serde_json::to_string(&what) else {
            return Vec::new();
        };
        let there = |holder: &&KeyHolder| holder.since <= telling.at && telling.doer != Some(holder.person);
        holders
            .iter()
            .filter(there)
            .filter_map(|holder| self.notice(telling, &what, holder))
            .collect()
    }

    fn notice(&self, telling: &Telling, what: &str, holder: &KeyHolder) -> Option<notices::Model> {
        let usual = || Wishes::usual(holder.machine);
        let wishes = self.wishes.get(&holder.person).cloned().unwrap_or_else(usual);
        let in_inbox = wishes.in_inbox(telling.kind);
        let by_mail = wishes.by_mail(telling.kind) && telling.at + LETTER_WITHIN >= self.now;
        (in_inbox || by_mail).then(|| notices::Model {
            id: NoticeId::at(telling.at),
            person_id: holder.person,
            cause: telling.cause.clone(),
            kind: telling.kind,
            thing_kind: telling.thing_kind.to_owned(),
            thing_id: telling.thing_id,
            what: what.to_owned(),
            in_inbox,
            mail_state: if by_mail { MailState::Waiting } else { MailState::None },
            mail_due_at: by_mail.then_some(self.now),
            mail_attempts: 0,
            created_at: telling.at,
            read_at: None,
        })
    }
}
