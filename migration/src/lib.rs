//! The schema of Yangpin, step by step.
//!
//! A step is frozen once it has been merged and never imports `entity`: a later change of a row type must not
//! rewrite history. Tables are written as SQL, since CHECKs, partial indexes and the two engines' column types
//! want to be seen; [`dialect::Sql`] swaps the few words in which SQLite and PostgreSQL differ.
//!
//! Every table names its **retention class** when it is made (the table `retention`); the sweep of old rows reads
//! it from there:
//!
//! | class | kept |
//! |---|---|
//! | `reference` | for good: codes, SKUs and numbers are never used again |
//! | `trade` | 15 years: procurement files |
//! | `journal` | for good |
//! | `personal` | while there is a purpose: erased on request, breaks nothing |
//! | `passing` | days: keys of repeated requests, finished jobs |

mod dialect;
mod m20261123_000001_divisions;
mod m20261123_000002_organisations;
mod m20261123_000003_catalogue;
mod m20261123_000004_stock;
mod m20261123_000005_orders;
mod m20261123_000006_journal;
mod m20261123_000007_cells;
mod m20261123_000008_jobs;
mod m20261123_000009_delivery;
mod m20261123_000010_pricing;
mod m20261123_000012_lists;
mod m20261123_000013_imports;
mod m20261123_000014_notices;
mod m20261123_000015_pictures;
mod m20261123_000016_changes;
mod m20261123_000021_inbox;
mod m20261125_000017_price_sources;
mod m20261125_000018_freight_contracts;
mod m20261125_000019_quotes;
mod m20261125_000022_notice_kinds;
mod m20261129_000023_bounds;
mod m20261129_000025_order_ends;
mod m20261129_000026_order_sites;
mod m20261129_000029_master_secret;
mod m20261129_000030_signed_heads;
mod m20261129_000031_key_words;
mod m20261129_000032_key_makers;
mod m20261129_000033_kept_pictures;
mod m20261129_000034_import_claims;
mod m20261129_000035_imported_cells;
mod m20261129_000036_contract_numbers;
mod m20261129_000037_address_confirmations;
mod m20261129_000038_register_notings;
mod m20261129_000042_import_files;
mod m20261129_000046_search_synonyms;
mod m20261129_000048_former_names;
mod m20261129_000049_intakes;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

/// All steps, oldest first.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_divisions::Migration),
            Box::new(m20261123_000002_organisations::Migration),
            Box::new(m20261123_000003_catalogue::Migration),
            Box::new(m20261123_000004_stock::Migration),
            Box::new(m20261123_000005_orders::Migration),
            Box::new(m20261123_000006_journal::Migration),
            Box::new(m20261123_000007_cells::Migration),
            Box::new(m20261123_000008_jobs::Migration),
            Box::new(m20261123_000009_delivery::Migration),
            Box::new(m20261123_000010_pricing::Migration),
            Box::new(m20261123_000012_lists::Migration),
            Box::new(m20261123_000013_imports::Migration),
            Box::new(m20261123_000014_notices::Migration),
            Box::new(m20261123_000015_pictures::Migration),
            Box::new(m20261123_000016_changes::Migration),
            Box::new(m20261125_000017_price_sources::Migration),
            Box::new(m20261125_000018_freight_contracts::Migration),
            Box::new(m20261125_000019_quotes::Migration),
            Box::new(m20261123_000021_inbox::Migration),
            Box::new(m20261125_000022_notice_kinds::Migration),
            Box::new(m20261129_000029_master_secret::Migration),
            Box::new(m20261129_000030_signed_heads::Migration),
            Box::new(m20261129_000025_order_ends::Migration),
            Box::new(m20261129_000026_order_sites::Migration),
            Box::new(m20261129_000031_key_words::Migration),
            Box::new(m20261129_000032_key_makers::Migration),
            Box::new(m20261129_000023_bounds::Migration),
            Box::new(m20261129_000038_register_notings::Migration),
            Box::new(m20261129_000036_contract_numbers::Migration),
            Box::new(m20261129_000037_address_confirmations::Migration),
            Box::new(m20261129_000034_import_claims::Migration),
            Box::new(m20261129_000035_imported_cells::Migration),
            Box::new(m20261129_000033_kept_pictures::Migration),
            Box::new(m20261129_000042_import_files::Migration),
            Box::new(m20261129_000046_search_synonyms::Migration),
            Box::new(m20261129_000048_former_names::Migration),
            Box::new(m20261129_000049_intakes::Migration),
        ]
    }
}
