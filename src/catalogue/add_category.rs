//! Adding a category.

use super::category::Category;
use super::store;
use crate::access::{Actor, may_organise};
use crate::http::fault::Fault;
use crate::journal::{NewEntry, Turn, TurnError, UseCase};
use entity::Name;
use entity::tables::categories;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// An operator adds a category; its code is never used again.
#[derive(Clone, Debug)]
pub struct AddCategory {
    /// Who.
    pub actor: Actor,
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name_zh: Name,
    /// Its English name.
    pub name_en: Name,
}

#[async_trait::async_trait]
impl UseCase for AddCategory {
    type Answer = Category;

    async fn run(&self, turn: &mut Turn) -> Result<Category, TurnError> {
        may_organise(&self.actor)?;
        if store::category(turn.tx(), &self.code).await?.is_some() {
            return Err(Fault::of("category_taken").at("/code").with("code", &self.code).into());
        }
        let recorded = turn.next();
        let row = categories::Model {
            code: self.code.clone(),
            name_zh: self.name_zh.as_str().to_owned(),
            name_en: self.name_en.as_str().to_owned(),
            version: 1,
            touched: recorded.seq,
            created_at: recorded.at,
            archived_at: None,
        };
        let category = store::category_of(row.clone());
        store::insert_category(turn.tx(), row).await?;
        let entry = NewEntry::new("category.added", "category", category_id(&self.code), self.actor.who());
        turn.record(entry.with("code", self.code.as_str()).of_register());
        Ok(category)
    }
}

/// Categories are known by their codes; entries want a UUID, so the code gives one, the same for ever.
#[must_use]
pub fn category_id(code: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(format!("category|{code}")).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_id() {
        assert_eq!(category_id("grain"), category_id("grain"));
        assert_ne!(category_id("grain"), category_id("oil"));
        assert_eq!(category_id("grain").get_version_num(), 8);
    }
}
