//! Makes a key, and a person or machine to hold it where none is named.

use super::concern::concerning;
use super::create_organisation::{enter, places};
use super::key::{Holder, Key, KeyRemit, MAX_KEYS, Making, NewKey, Secret};
use super::organisation::NewOrganisation;
use super::party::Party;
use super::store;
use crate::access::{Actor, may_manage_keys};
use crate::http::fault::{Fault, Faults, Refusal};
use crate::journal::{Answered, Desk, NewEntry, Repeat, Turn, TurnError, UseCase};
use chrono::{DateTime, Utc};
use entity::tables::people;
use entity::{DepartmentId, DivisionRole, KeyId, Name, PersonId, RemitKind, Role};

/// A key just made. The secret is shown once: a replay of the request gets the key without it.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The key.
    pub key: Key,
    /// Its secret, unless this request was answered before.
    pub secret: Option<Secret>,
}

/// Nobody makes a key in the name of another who is known here: it would read that person's inbox and act as that
/// person. The machine itself may.
fn check_holder(maker: &Actor, holder: &Holder) -> Result<(), Fault> {
    match holder {
        Holder::Known(id) if !maker.is_machine_itself() && *id != maker.person => Err(Fault::of("person_is_another").at("/person_id")),
        Holder::Known(_) | Holder::New { .. } => Ok(()),
    }
}

/// For which organisation a key is made.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    /// The one that the new key names.
    Named,
    /// The office of this name, entered where there is none.
    Office(Name),
}

/// Makes a key.
///
/// # Errors
/// `forbidden`, `not_found`, or everything in which the key would be stronger than its maker.
pub async fn issue_key(desk: &Desk, actor: &Actor, new: NewKey, repeat: Option<Repeat>) -> Result<Issued, Refusal> {
    may_manage_keys(actor, new.organisation_id)?;
    check_holder(actor, &new.holder)?;
    issue(desk, actor, Owner::Named, new, repeat).await
}

pub(super) async fn issue(desk: &Desk, actor: &Actor, owner: Owner, new: NewKey, repeat: Option<Repeat>) -> Result<Issued, Refusal> {
    let secret = Secret::random();
    let use_case = IssueKey {
        maker: actor.clone(),
        owner,
        new,
        secret: secret.clone(),
    };
    // The answer is kept for repeated requests, so it holds no secret.
    let Answered { answer, replayed } = desk.gate.run(use_case, repeat).await?;
    Ok(Issued {
        key: answer,
        secret: (!replayed).then_some(secret),
    })
}

struct IssueKey {
    maker: Actor,
    owner: Owner,
    new: NewKey,
    secret: Secret,
}

#[async_trait::async_trait]
impl UseCase for IssueKey {
    type Answer = Key;

    async fn run(&self, turn: &mut Turn) -> Result<Key, TurnError> {
        let owner = self.owner(turn).await?;
        let now = turn.next().at;
        let maker_key = self.maker_key(turn, now).await?;
        let making = Making {
            maker: &self.maker,
            maker_key: maker_key.as_ref(),
            kind: owner.kind,
            now,
        };
        making.check_place(&self.new)?;
        let strength = making.strength(&self.new);
        let mut faults = Faults::new();
        self.check_surroundings(turn, &owner, now, &mut faults).await?;
        let strength = match strength {
            Ok(strength) => strength,
            Err(more) => {
                more.into_iter().for_each(|fault| faults.push(fault));
                return Err(Refusal::from(faults.into_vec()).into());
            }
        };
        faults.finish()?;

        let person_id = self.holder(turn, &owner).await?;
        let at = turn.next().at;
        let made_here = self.maker.is_machine_itself();
        let key = Key {
            id: KeyId::at(at),
            organisation_id: owner.id,
            person_id,
            prefix: self.secret.prefix().to_owned(),
            name: self.new.name.to_string(),
            role: strength.role,
            remit: strength.remit,
            permissions: strength.permissions.iter().map(|word| word.as_str().to_owned()).collect(),
            requests_per_minute: strength.requests_per_minute,
            created_at: at,
            made_by: (!made_here).then_some(self.maker.key),
            made_by_person: (!made_here).then_some(self.maker.person),
            expires_at: strength.expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        store::insert_key(turn.tx(), &key, self.secret.hash()).await?;
        let entry = self.entry(&key);
        let entry = concerning(turn, entry, owner.id, owner.role()).await?;
        turn.record(entry);
        Ok(key)
    }
}

impl IssueKey {
    async fn owner(&self, turn: &mut Turn) -> Result<Party, TurnError> {
        let Owner::Office(name) = &self.owner else {
            let found = store::organisation(turn.tx(), self.new.organisation_id).await?;
            let unknown = || {
                Fault::of("unknown_organisation")
                    .at("/organisation_id")
                    .with("id", self.new.organisation_id)
            };
            return Ok(found.ok_or_else(unknown)?);
        };
        match store::office_named(turn.tx(), name).await? {
            Some(office) => Ok(office),
            None => enter(turn, &NewOrganisation::office(name.clone()), self.maker.who()).await,
        }
    }

    /// The maker's key as it is now: it may have been revoked since the request was let in.
    async fn maker_key(&self, turn: &Turn, now: DateTime<Utc>) -> Result<Option<Key>, TurnError> {
        if self.maker.is_machine_itself() {
            return Ok(None);
        }
        let found = store::key(turn.tx(), self.maker.key).await?;
        let key = found.ok_or_else(|| Fault::of("unauthenticated"))?;
        match key.flaw(now) {
            Some(slug) => Err(Fault::of(slug).into()),
            None => Ok(Some(key)),
        }
    }

    async fn check_surroundings(&self, turn: &Turn, owner: &Party, now: DateTime<Utc>, faults: &mut Faults) -> Result<(), TurnError> {
        faults.check(!owner.archived, || Fault::of("organisation_archived").with("id", owner.id));
        let live = store::live_keys(turn.tx(), owner.id, now).await?;
        faults.check(live < MAX_KEYS, || Fault::of("limit_reached").with("limit", MAX_KEYS));
        if let Holder::Known(id) = self.new.holder {
            let employer = store::organisation_of_person(turn.tx(), id).await?;
            faults.check(employer == Some(owner.id), || {
                Fault::of("unknown_person").at("/person_id").with("id", id)
            });
        }
        if let Some(KeyRemit { kind, code: Some(code) }) = &self.new.remit {
            let known = is_place(turn, *kind, code).await?;
            faults.check(known, || Fault::of("remit_code_unfit").at("/remit/code").with("kind", kind));
        }
        Ok(())
    }

    async fn holder(&self, turn: &mut Turn, owner: &Party) -> Result<PersonId, TurnError> {
        let (name, machine) = match &self.new.holder {
            Holder::Known(id) => return Ok(*id),
            Holder::New { name, machine } => (name, *machine),
        };
        let at = turn.next().at;
        let row = people::Model {
            id: PersonId::at(at),
            organisation_id: owner.id,
            machine,
            created_at: at,
            archived_at: None,
        };
        let id = row.id;
        store::insert_person(turn.tx(), row, name).await?;
        let entry = NewEntry::new("person.created", "person", id.uuid(), self.maker.who())
            .with("organisation_id", owner.id.to_string())
            .with("machine", machine);
        let entry = concerning(turn, entry, owner.id, owner.role()).await?;
        turn.record(entry);
        Ok(id)
    }

    fn entry(&self, key: &Key) -> NewEntry {
        NewEntry::new("key.issued", "key", key.id.uuid(), self.maker.who())
            .with("organisation_id", key.organisation_id.to_string())
            .with("person_id", key.person_id.to_string())
            .with("role", key.role.as_str())
            .with("remit", key.remit.as_ref().map(|remit| remit.kind.as_str()))
            .with("remit_code", key.remit.as_ref().and_then(|remit| remit.code.clone()))
            .with("permissions", key.permissions.join(" "))
            .with("expires_at", key.expires_at.to_rfc3339())
    }
}

/// Whether a remit's code names a department or a town of the city that is in use.
async fn is_place(turn: &Turn, kind: RemitKind, code: &str) -> Result<bool, TurnError> {
    let (town, department) = match kind {
        RemitKind::Town => (Some(code), None),
        RemitKind::Department => (None, code.parse::<DepartmentId>().ok()),
        RemitKind::City | RemitKind::County => return Ok(false),
    };
    let (division, department) = places(turn.tx(), town, department).await?;
    let city_side = |role| matches!(role, DivisionRole::BuyerTown | DivisionRole::BuyerCity);
    Ok(department.is_some() || division.is_some_and(|division| city_side(division.role)))
}

/// Whether keys of that role may be made for an office that is entered with them.
#[must_use]
pub(super) fn is_office_role(role: Role) -> bool {
    matches!(role, Role::Official | Role::Auditor | Role::Operator)
}
