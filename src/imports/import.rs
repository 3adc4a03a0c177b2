//! An import's own axis: its states, and what moves it between them.

use entity::ImportState;

/// What can be done to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A part or a file is uploaded.
    Upload,
    /// All that was uploaded is to be checked.
    Check,
    /// The check is through.
    FinishCheck,
    /// What was checked is to be booked.
    Book,
    /// The booking is through.
    FinishBook,
    /// What was booked is to be taken back.
    Undo,
    /// All of it is taken back.
    FinishUndo,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Upload,
        Self::Check,
        Self::FinishCheck,
        Self::Book,
        Self::FinishBook,
        Self::Undo,
        Self::FinishUndo,
    ];
}

/// The transition table: where an action leads from a state; `None` where it may not be done. An import whose booking
/// was stopped half way may be taken back.
#[must_use]
pub fn next_state(from: ImportState, action: Action) -> Option<ImportState> {
    use ImportState as S;
    match (from, action) {
        (S::Open, Action::Upload) => Some(S::Open),
        (S::Open, Action::Check) => Some(S::Checking),
        (S::Checking, Action::FinishCheck) => Some(S::Checked),
        (S::Checked, Action::Book) => Some(S::Booking),
        (S::Booking, Action::FinishBook) => Some(S::Booked),
        (S::Booking | S::Booked, Action::Undo) => Some(S::Undoing),
        (S::Undoing, Action::FinishUndo) => Some(S::Undone),
        (S::Open, Action::FinishCheck | Action::Book | Action::FinishBook | Action::Undo | Action::FinishUndo)
        | (S::Checking, Action::Upload | Action::Check | Action::Book | Action::FinishBook | Action::Undo | Action::FinishUndo)
        | (S::Checked, Action::Upload | Action::Check | Action::FinishCheck | Action::FinishBook | Action::Undo | Action::FinishUndo)
        | (S::Booking, Action::Upload | Action::Check | Action::FinishCheck | Action::Book | Action::FinishUndo)
        | (S::Booked, Action::Upload | Action::Check | Action::FinishCheck | Action::Book | Action::FinishBook | Action::FinishUndo)
        | (S::Undoing, Action::Upload | Action::Check | Action::FinishCheck | Action::Book | Action::FinishBook | Action::Undo)
        | (S::Undone, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_action_is_decided() {
        let allowed: Vec<_> = ImportState::ALL
            .iter()
            .flat_map(|state| Action::ALL.map(|action| (*state, action)))
            .filter_map(|(state, action)| next_state(state, action).map(|to| (state.as_str(), action, to.as_str())))
            .collect();
        assert_eq!(allowed.len(), 8, "{allowed:?}");
        assert!(allowed.contains(&("booking", Action::Undo, "undoing")));
        assert!(!allowed.iter().any(|(from, ..)| *from == "undone"));
    }
}
