//! The register: all organisations, sites, divisions and departments in memory, as they were at one number of the
//! journal.
//!
//! Prepared work looks things up here without I/O. In its turn it compares the number with `Turn::register_seq` and,
//! where something changed since, looks again in [`Parties::advanced`]. Only rows touched since are read.

use super::party::{Department, Division, Party, Site};
use super::store;
use crate::db::{Db, Engine};
use crate::journal::read_head;
use arc_swap::ArcSwap;
use entity::{DepartmentId, OrganisationId, SiteId};
use sea_orm::{DbErr, StreamTrait};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The register of one process. Clones share it.
#[derive(Clone, Debug)]
pub struct Register(Arc<ArcSwap<Parties>>);

impl Default for Register {
    fn default() -> Self {
        Self::new()
    }
}

impl Register {
    /// An empty register, at number 0.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(ArcSwap::from_pointee(Parties::default())))
    }

    /// What is known now; no I/O.
    #[must_use]
    pub fn current(&self) -> Arc<Parties> {
        self.0.load_full()
    }

    /// Brings the register up to the journal's head and hands it out. Reads one small row where nothing changed.
    pub async fn refresh(&self, db: &Db) -> Result<Arc<Parties>, DbErr> {
        let current = self.current();
        let snapshot = db.snapshot().await?;
        let seq = read_head(&snapshot, db.engine(), false).await?.register_seq;
        // A journal shorter than what is known here was restored under us: nothing known can be trusted.
        let base = if seq < current.seq {
            Arc::new(Parties::default())
        } else {
            Arc::clone(&current)
        };
        let fresh = if seq == base.seq {
            base
        } else {
            Arc::new(base.advanced(&snapshot, db.engine(), seq).await?)
        };
        snapshot.end().await?;
        self.keep(&current, &fresh);
        Ok(fresh)
    }

    /// Stores `fresh` unless somebody else has stored newer ones meanwhile.
    fn keep(&self, seen: &Arc<Parties>, fresh: &Arc<Parties>) {
        self.0.rcu(|stored| {
            if Arc::ptr_eq(stored, seen) || stored.seq < fresh.seq {
                Arc::clone(fresh)
            } else {
                Arc::clone(stored)
            }
        });
    }
}

/// All parties, sites, divisions and departments at one number. Cheap to clone: the things are shared.
#[derive(Clone, Debug, Default)]
pub struct Parties {
    /// The number of the journal up to which this holds.
    pub seq: i64,
    organisations: BTreeMap<OrganisationId, Arc<Party>>,
    sites: BTreeMap<SiteId, Arc<Site>>,
    divisions: BTreeMap<String, Arc<Division>>,
    departments: BTreeMap<DepartmentId, Arc<Department>>,
}

/// Rows read since a number.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) organisations: Vec<Party>,
    pub(super) sites: Vec<Site>,
    pub(super) divisions: Vec<Division>,
    pub(super) departments: Vec<Department>,
}

impl Parties {
    /// These with all rows touched since, as of `seq`. For use inside a turn, where the rows may not be committed
    /// yet: the result must not be shared beyond it.
    pub async fn advanced(&self, db: &impl StreamTrait, engine: Engine, seq: i64) -> Result<Self, DbErr> {
        let touched = store::touched_since(db, engine, self.seq).await?;
        Ok(self.with(touched, seq))
    }

    fn with(&self, touched: Touched, seq: i64) -> Self {
        let mut fresh = self.clone();
        fresh.seq = seq;
        for party in touched.organisations {
            fresh.organisations.insert(party.id, Arc::new(party));
        }
        for site in touched.sites {
            fresh.sites.insert(site.id, Arc::new(site));
        }
        for division in touched.divisions {
            fresh.divisions.insert(division.code.clone(), Arc::new(division));
        }
        for department in touched.departments {
            fresh.departments.insert(department.id, Arc::new(department));
        }
        fresh
    }

    /// The organisation, archived or not.
    #[must_use]
    pub fn organisation(&self, id: OrganisationId) -> Option<&Arc<Party>> {
        self.organisations.get(&id)
    }

    /// The site, archived or not.
    #[must_use]
    pub fn site(&self, id: SiteId) -> Option<&Arc<Site>> {
        self.sites.get(&id)
    }

    /// The division, archived or not.
    #[must_use]
    pub fn division(&self, code: &str) -> Option<&Arc<Division>> {
        self.divisions.get(code)
    }

    /// The department, archived or not.
    #[must_use]
    pub fn department(&self, id: DepartmentId) -> Option<&Arc<Department>> {
        self.departments.get(&id)
    }

    /// All divisions by their code.
    pub fn divisions(&self) -> impl Iterator<Item = &Arc<Division>> {
        self.divisions.values()
    }

    /// All departments by their id, which is the order they were made in.
    pub fn departments(&self) -> impl Iterator<Item = &Arc<Department>> {
        self.departments.values()
    }

    /// All organisations by their id, which is the order they were made in.
    pub fn organisations(&self) -> impl Iterator<Item = &Arc<Party>> {
        self.organisations.values()
    }

    /// All sites by their id, which is the order they were made in.
    pub fn sites(&self) -> impl Iterator<Item = &Arc<Site>> {
        self.sites.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(id: DepartmentId, name: &str) -> Touched {
        Touched {
            departments: vec![Department {
                id,
                code: "JYJ".to_owned(),
                name: name.to_owned(),
                archived: false,
                version: 1,
            }],
            ..Touched::default()
        }
    }

    #[test]
    fn what_was_touched_takes_the_place_of_what_was_known() {
        let id = DepartmentId::new();
        let first = Parties::default().with(department(id, "教育局"), 3);
        let second = first.with(department(id, "教育体育局"), 7);
        assert_eq!(first.department(id).unwrap().name, "教育局");
        assert_eq!(second.department(id).unwrap().name, "教育体育局");
        assert_eq!((first.seq, second.seq), (3, 7));
    }

    #[test]
    fn an_older_reading_never_replaces_a_newer_one() {
        let register = Register::new();
        let seen = register.current();
        let newer = Arc::new(seen.with(Touched::default(), 9));
        register.keep(&seen, &newer);
        let older = Arc::new(seen.with(Touched::default(), 5));
        register.keep(&seen, &older);
        assert_eq!(register.current().seq, 9);
        let restored = Arc::new(seen.with(Touched::default(), 2));
        register.keep(&newer, &restored);
        assert_eq!(register.current().seq, 2);
    }
}
