//! All SQL of the room.

mod divisions;
mod former_names;
mod holders;
mod in_use;
mod keys;
mod organisations;
mod sites;

pub(super) use divisions::{
    department, department_code_taken, division, insert_department, insert_division, update_department, update_division,
};
pub(super) use former_names::{keep_department_name, keep_division_name, mark_goods_from, names_given_up_after};
pub(super) use holders::{is_machine, key_holders};
pub(super) use in_use::{uses_of_department, uses_of_division};
pub(super) use keys::{
    Used, has_keys_of_before, holder_names, insert_key, insert_person, key, key_by_hash, key_by_prefix, keys_below, keys_of,
    keys_of_before, live_keys, note_use, organisation_of_person, revoke_keys, set_words,
};
pub(super) use organisations::{
    insert_membership, insert_organisation, office_named, organisation, touched_since, update_organisation, uscc_holder,
};
pub(super) use sites::{contacts, insert_site, keep_version, put_contact, site, sites_in_use, update_site};
