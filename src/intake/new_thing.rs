//! What a row brings, whichever kind of sheet it stands in: how it is read, checked and entered.

use super::offer_row::{self, OfferRow};
use super::organisation_row::{self, OrganisationRow};
use super::product_row;
use crate::access::Actor;
use crate::catalogue::{Category, NewProduct};
use crate::http::fault::Fault;
use crate::journal::{Turn, TurnError};
use crate::organisations::{Parties, Party};
use crate::sheets::{Table, Wanted, folded};
use entity::{CivilDate, IntakeKind};
use sea_orm::{ConnectionTrait, DbErr};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What rows are read against: names and codes that people write in them.
#[derive(Clone, Debug)]
pub(super) struct Around {
    pub(super) parties: Arc<Parties>,
    pub(super) categories: Vec<Category>,
    pub(super) actor: Actor,
    pub(super) today: CivilDate,
    /// Organisations in use by what they may be called; a sheet has thousands of rows and a city thousands of them.
    called: HashMap<String, Vec<Arc<Party>>>,
}

impl Around {
    pub(super) fn new(parties: Arc<Parties>, categories: Vec<Category>, actor: Actor, today: CivilDate) -> Self {
        let mut called: HashMap<String, Vec<Arc<Party>>> = HashMap::new();
        for one in parties.organisations().filter(|one| !one.archived) {
            let mut words = vec![folded(&one.name), folded(&one.id.to_string())];
            words.extend(one.uscc.as_deref().map(folded));
            for word in words {
                called.entry(word).or_default().push(Arc::clone(one));
            }
        }
        Self {
            parties,
            categories,
            actor,
            today,
            called,
        }
    }

    /// Organisations in use that a text may mean: by id, credit code or name.
    pub(super) fn organisations_called(&self, text: &str) -> std::slice::Iter<'_, Arc<Party>> {
        self.called.get(&folded(text)).map(Vec::as_slice).unwrap_or_default().iter()
    }
}

/// The columns of a kind of sheet.
pub(super) fn columns(kind: IntakeKind) -> &'static [Wanted] {
    match kind {
        IntakeKind::Organisations => &organisation_row::COLUMNS,
        IntakeKind::Products => &product_row::COLUMNS,
        IntakeKind::Offers => &offer_row::COLUMNS,
    }
}

/// What a row brings.
#[derive(Clone, Debug)]
pub(super) enum NewThing {
    Organisation(Box<OrganisationRow>),
    Product(Box<NewProduct>),
    Offer(Box<OfferRow>),
}

/// A row of a sheet: its number as the spreadsheet shows it, and what it says or what is wrong with it.
pub(super) type ReadRow = (u32, Result<NewThing, Vec<Fault>>);

/// Reads all rows of a sheet.
pub(super) fn read(kind: IntakeKind, table: &Table, around: &Around) -> Vec<ReadRow> {
    let head = &table.head;
    let rows = table.rows.iter().map(|row| {
        let read = match kind {
            IntakeKind::Organisations => organisation_row::read(head, row, around).map(|row| NewThing::Organisation(Box::new(row))),
            IntakeKind::Products => product_row::read(head, row, around).map(|new| NewThing::Product(Box::new(new))),
            IntakeKind::Offers => offer_row::read(head, row, around).map(|row| NewThing::Offer(Box::new(row))),
        };
        (row.number, read)
    });
    rows.collect()
}

impl NewThing {
    /// Everything wrong with it before anything is written: the rules of the single operation. Organisations, which come
    /// by the thousand, are held against the register, without a statement for each.
    pub(super) async fn faults_before(&self, db: &impl ConnectionTrait, around: &Around) -> Result<Vec<Fault>, DbErr> {
        match self {
            Self::Organisation(row) => Ok(organisation_row::faults_by(&around.parties, row)),
            Self::Product(new) => product_row::faults_now(db, &around.actor, new).await,
            Self::Offer(row) => offer_row::faults_now(db, &around.actor, row, around.today).await,
        }
    }

    /// Enters it by the use cases of a single request, all of the row or nothing of it.
    pub(super) async fn enter(&self, turn: &mut Turn, actor: &Actor) -> Result<Vec<Made>, TurnError> {
        match self {
            Self::Organisation(row) => organisation_row::enter(turn, actor, row).await,
            Self::Product(new) => product_row::enter(turn, actor, new).await,
            Self::Offer(row) => offer_row::enter(turn, actor, row).await,
        }
    }
}

/// Something that a row has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Made {
    pub(super) thing: Thing,
    pub(super) id: Uuid,
}

impl Made {
    pub(super) fn of(thing: Thing, id: Uuid) -> Self {
        Self { thing, id }
    }
}

/// What can be made by a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Thing {
    Organisation,
    Site,
    Product,
    Offer,
}

impl Thing {
    /// The word in the column.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Site => "site",
            Self::Product => "product",
            Self::Offer => "offer",
        }
    }

    pub(super) fn of_word(word: &str) -> Option<Self> {
        [Self::Organisation, Self::Site, Self::Product, Self::Offer]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// Rows that say the same as one above them: the later one is at fault, naming the first.
pub(super) fn twins(rows: &[(u32, &NewThing)]) -> Vec<(u32, Fault)> {
    let mut firsts: HashMap<(&'static str, String), u32> = HashMap::new();
    let mut found = Vec::new();
    for (at, (number, thing)) in rows.iter().enumerate() {
        let keys = match thing {
            NewThing::Organisation(row) => organisation_row::keys(row),
            NewThing::Product(new) => product_row::keys(new),
            NewThing::Offer(row) => {
                let above = rows.get(..at).unwrap_or_default();
                let met = above
                    .iter()
                    .find(|(_, other)| matches!(other, NewThing::Offer(other) if row.meets(other)));
                found.extend(met.map(|(first, _)| (*number, twin(*first))));
                continue;
            }
        };
        for key in keys {
            match firsts.get(&key) {
                Some(first) => {
                    found.push((*number, twin(*first)));
                    break;
                }
                None => {
                    firsts.insert(key, *number);
                }
            }
        }
    }
    found
}

fn twin(first: u32) -> Fault {
    Fault::of("intake_row_twice").with("first", first)
}
