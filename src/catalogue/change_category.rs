//! Renames a category, or archives it. What it was called before is kept: totals of that time go on saying so.

use super::add_category::category_id;
use super::category::Category;
use super::category_store;
use super::product::FREIGHT_CATEGORY;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::conditional::stale;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use crate::organisations::division::{StillUsed, archived};
use entity::Name;

/// An operator corrects the names of a category; its code stays.
#[derive(Clone, Debug)]
pub struct ChangeCategory {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub code: String,
    /// The version that was read.
    pub version: i64,
    /// The new Chinese name; none leaves it.
    pub name_zh: Option<Name>,
    /// The new English name; none leaves it.
    pub name_en: Option<Name>,
    /// Why.
    pub reason: Name,
}

#[async_trait::async_trait]
impl UseCase for ChangeCategory {
    type Answer = Category;

    async fn run(&self, turn: &mut Turn) -> Result<Category, TurnError> {
        may_organise(&self.actor)?;
        let before = find(turn, &self.code).await?;
        if before.version != self.version {
            return Err(stale().into());
        }
        if before.archived {
            return Err(archived(&before.code).into());
        }
        let text = |new: &Option<Name>, old: &str| new.as_ref().map_or(old, Name::as_str).to_owned();
        let after = Category {
            name_zh: text(&self.name_zh, &before.name_zh),
            name_en: text(&self.name_en, &before.name_en),
            ..before.clone()
        };
        if after == before {
            return Ok(before);
        }
        category_store::keep_names(turn.tx(), turn.engine(), &before, turn.next()).await?;
        let mut entry = entry("category.changed", &after, &self.actor).with("renamed", true);
        entry.note = Some(self.reason.to_string());
        write(turn, after, entry).await
    }
}

/// An operator archives a category of which nothing is on sale any more.
#[derive(Clone, Debug)]
pub struct ArchiveCategory {
    /// Who.
    pub actor: Actor,
    /// Which.
    pub code: String,
    /// Why.
    pub reason: Name,
}

#[async_trait::async_trait]
impl UseCase for ArchiveCategory {
    type Answer = Category;

    async fn run(&self, turn: &mut Turn) -> Result<Category, TurnError> {
        may_organise(&self.actor)?;
        let mut category = find(turn, &self.code).await?;
        if category.archived {
            return Ok(category);
        }
        if category.code == FREIGHT_CATEGORY {
            // Totals tell freight from goods by it.
            return Err(Fault::of("category_needed").with("code", FREIGHT_CATEGORY).into());
        }
        let uses = StillUsed {
            products: category_store::products_on_sale(turn.tx(), turn.engine(), &self.code).await?,
            ..StillUsed::default()
        };
        uses.check(&self.code)?;
        category.archived = true;
        let mut entry = entry("category.archived", &category, &self.actor);
        entry.note = Some(self.reason.to_string());
        write(turn, category, entry).await
    }
}

async fn find(turn: &Turn, code: &str) -> Result<Category, TurnError> {
    let found = store::category(turn.tx(), code).await?;
    Ok(found.ok_or_else(|| Refusal::fault("not_found"))?)
}

fn entry(kind: &'static str, category: &Category, actor: &Actor) -> NewEntry {
    NewEntry::new(kind, "category", category_id(&category.code), actor.who()).with("code", category.code.as_str())
}

async fn write(turn: &mut Turn, mut after: Category, entry: NewEntry) -> Result<Category, TurnError> {
    after.version += 1;
    if !category_store::update(turn.tx(), turn.engine(), &after, turn.next()).await? {
        return Err(stale().into());
    }
    turn.record(entry.of_register());
    Ok(after)
}
