//! One file a table: the row as it is kept. A test holds these to the migrated schema of both engines.

pub mod acceptance_lines;
pub mod acceptances;
pub mod address_confirmations;
pub mod api_keys;
pub mod categories;
pub mod category_names;
pub mod cells_coarse;
pub mod cells_fine;
pub mod cells_imported;
pub mod contract_buyers;
pub mod contract_goods;
pub mod contracts;
pub mod department_names;
pub mod departments;
pub mod dimensions;
pub mod division_names;
pub mod divisions;
pub mod entries;
pub mod facts;
pub mod idempotency;
pub mod import_claims;
pub mod import_documents;
pub mod import_faults;
pub mod import_files;
pub mod import_parts;
pub mod imports;
pub mod inquiries;
pub mod inquiry_lines;
pub mod inquiry_suppliers;
pub mod intake_things;
pub mod intakes;
pub mod jobs;
pub mod journal_epochs;
pub mod journal_heads;
pub mod journal_keys;
pub mod line_closes;
pub mod line_positions;
pub mod master_secrets;
pub mod memberships;
pub mod notes;
pub mod notice_cursors;
pub mod notice_preferences;
pub mod notices;
pub mod offers;
pub mod order_change_lines;
pub mod order_changes;
pub mod order_groups;
pub mod order_lines;
pub mod orders;
pub mod organisations;
pub mod people;
pub mod person_details;
pub mod person_mails;
pub mod pictures;
pub mod places;
pub mod policies;
pub mod product_pictures;
pub mod products;
pub mod quote_lines;
pub mod quotes;
pub mod register_notings;
pub mod rejections;
pub mod retention;
pub mod return_lines;
pub mod returns;
pub mod saved_list_lines;
pub mod saved_lists;
pub mod search_synonyms;
pub mod shipment_lines;
pub mod shipments;
pub mod signed_heads;
pub mod site_contact_versions;
pub mod site_contacts;
pub mod site_versions;
pub mod sites;
pub mod stock;
pub mod stock_movements;
pub mod supplier_terms;

/// A date may be part of a key; none is made from a number.
impl sea_orm::TryFromU64 for crate::CivilDate {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("CivilDate"))
    }
}

/// A reason may be part of a key; none is made from a number.
impl sea_orm::TryFromU64 for crate::RejectReason {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("RejectReason"))
    }
}

/// A digest may be part of a key; none is made from a number.
impl sea_orm::TryFromU64 for crate::Digest {
    fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
        Err(sea_orm::DbErr::ConvertFromU64("Digest"))
    }
}
