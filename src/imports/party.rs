//! The party that a cell names: by id, credit code, or name where only one is called so.

use super::cell::Cells;
use super::document::Around;
use crate::http::fault::Fault;
use crate::organisations::{Parties, Party};
use crate::sheets::folded;
use entity::{OrganisationId, Role};
use std::collections::HashMap;
use std::sync::Arc;

/// The most organisations of a name that a problem names.
const MOST_NAMED: usize = 10;

/// Organisations by what people call them.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Of these, archived ones too: what was written before may be of theirs.
    by_name: HashMap<String, Vec<Arc<Party>>>,
    by_code: HashMap<String, Arc<Party>>,
}

impl Named {
    /// Of all that are known.
    #[must_use]
    pub fn of(parties: &Parties) -> Self {
        let mut named = Self::default();
        for party in parties.organisations() {
            named.by_name.entry(folded(&party.name)).or_default().push(Arc::clone(party));
            if let Some(code) = party.uscc.as_ref().filter(|_| !party.archived) {
                named.by_code.entry(code.clone()).or_insert_with(|| Arc::clone(party));
            }
        }
        named
    }

    /// Those called so that have a fitting role; all that are called so where none has.
    fn called(&self, name: &str, fits: fn(Role) -> bool) -> Vec<&Arc<Party>> {
        let all = self.by_name.get(&folded(name)).map(Vec::as_slice).unwrap_or_default();
        let fitting: Vec<&Arc<Party>> = all.iter().filter(|party| fits(party.role())).collect();
        if fitting.is_empty() { all.iter().collect() } else { fitting }
    }
}

/// The party of a column; where several are called so, a fault that lists them.
pub fn party_of<'a>(
    column: &'static str,
    text: Option<&str>,
    fits: fn(Role) -> bool,
    around: &'a Around,
    cells: &mut Cells,
) -> Option<&'a Arc<Party>> {
    let text = cells.text(column, text)?;
    let by_id = text.parse::<OrganisationId>().ok().and_then(|id| around.parties.organisation(id));
    if let Some(party) = by_id.or_else(|| around.named().by_code.get(&text.to_uppercase())) {
        return Some(party);
    }
    let called = around.named().called(text, fits);
    match called.as_slice() {
        [only] => Some(*only),
        [] => {
            cells.check(false, column, || Fault::of("import_party_unknown").with("party", text));
            None
        }
        several => {
            let one = |party: &&Arc<Party>| match &party.uscc {
                Some(code) => format!("{} ({code})", party.id),
                None => party.id.to_string(),
            };
            let candidates: Vec<String> = several.iter().take(MOST_NAMED).map(one).collect();
            cells.check(false, column, || {
                Fault::of("import_party_several")
                    .with("party", text)
                    .with("candidates", candidates.join(", "))
            });
            None
        }
    }
}
