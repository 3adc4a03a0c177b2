//! An inquiry (询价): what a buyer needs, whom it asks, and when the answers are opened.

use super::quote::MOST_LINES;
use crate::catalogue::Goods;
use crate::http::fault::{Fault, Faults};
use crate::organisations::{Parties, Party};
use entity::tables::{inquiries, inquiry_lines, inquiry_suppliers};
use entity::{Channel, CivilDate, InquiryState, InvitationState, OrganisationId, Quantity, Role};
use std::collections::BTreeSet;

/// The last day for answers, days from today.
pub const LONGEST_ASKING_DAYS: i64 = 60;
/// The last day of delivery, days from the last day for answers.
pub const LATEST_DELIVERY_DAYS: i64 = 400;
/// The most suppliers that are asked.
pub const MOST_SUPPLIERS: usize = 20;
/// So many answers on file are three quotes (三方询价).
pub const THREE: usize = 3;

/// A line of what is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// In own words.
    pub wanted: String,
    /// The category, where one is known.
    pub category_code: Option<String>,
    /// How much.
    pub quantity: Quantity,
    /// Of what unit.
    pub unit: String,
    /// Spec, in own words.
    pub spec: Option<String>,
}

/// An inquiry to be made.
#[derive(Clone, Debug)]
pub struct NewInquiry {
    /// For which channel; the buyer's default.
    pub channel: Option<Channel>,
    /// The latest day of delivery.
    pub deliver_by: CivilDate,
    /// The last day for answers, itself included.
    pub answer_by: CivilDate,
    /// Whether the answers are opened as soon as all that were asked have said something.
    pub open_when_answered: bool,
    /// Who is asked.
    pub suppliers: Vec<OrganisationId>,
    /// What is needed.
    pub lines: Vec<Wanted>,
    /// A word to the suppliers.
    pub note: Option<String>,
}

/// An inquiry with its lines and the suppliers that were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// The inquiry.
    pub row: inquiries::Model,
    /// Its lines, by their number.
    pub lines: Vec<inquiry_lines::Model>,
    /// Who was asked, and what each said.
    pub asked: Vec<inquiry_suppliers::Model>,
}

/// What can become of an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The buyer chooses an answer.
    Decide,
    /// The buyer ends it without a choice.
    Withdraw,
}

/// The transition table of inquiries.
#[must_use]
pub fn next_state(from: InquiryState, action: Action) -> Option<InquiryState> {
    match (from, action) {
        (InquiryState::Open, Action::Decide) => Some(InquiryState::Decided),
        (InquiryState::Open, Action::Withdraw) => Some(InquiryState::Withdrawn),
        (InquiryState::Decided | InquiryState::Withdrawn, Action::Decide | Action::Withdraw) => None,
    }
}

/// What a supplier can say to an inquiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// A quote.
    Answer,
    /// No.
    Decline,
}

/// The transition table of those who are asked: each says one thing, once.
#[must_use]
pub fn next_word(from: InvitationState, say: Say) -> Option<InvitationState> {
    match (from, say) {
        (InvitationState::Invited, Say::Answer) => Some(InvitationState::Answered),
        (InvitationState::Invited, Say::Decline) => Some(InvitationState::Declined),
        (InvitationState::Answered | InvitationState::Declined, Say::Answer | Say::Decline) => None,
    }
}

/// Whether the answers are opened: the last day for them is over, or, where the buyer wanted it so, all that were asked
/// have said something. An inquiry that ended before stays sealed, so that ending it is no way to peek.
#[must_use]
pub fn is_opened(inquiry: &inquiries::Model, asked: &[inquiry_suppliers::Model], today: CivilDate) -> bool {
    let day = inquiry.ended_on.unwrap_or(today);
    let all_said = || asked.iter().all(|one| one.state != InvitationState::Invited);
    day > inquiry.answer_by || (inquiry.open_when_answered && all_said())
}

impl Inquiry {
    /// Whether the answers are opened.
    #[must_use]
    pub fn is_opened(&self, today: CivilDate) -> bool {
        is_opened(&self.row, &self.asked, today)
    }

    /// Whether suppliers may still say something.
    #[must_use]
    pub fn takes_answers(&self, today: CivilDate) -> bool {
        self.row.state == InquiryState::Open && !self.is_opened(today)
    }

    /// How many answers are on file.
    #[must_use]
    pub fn quotes_on_file(&self) -> usize {
        self.asked.iter().filter(|one| one.state == InvitationState::Answered).count()
    }

    /// What a supplier was asked and said, where it was asked.
    #[must_use]
    pub fn word_of(&self, supplier: OrganisationId) -> Option<&inquiry_suppliers::Model> {
        self.asked.iter().find(|one| one.supplier_id == supplier)
    }
}

/// The channel of an inquiry: the one named, or the buyer's first.
pub fn channel_of(new: &NewInquiry, buyer: &Party) -> Result<Channel, Fault> {
    buyer.channel(new.channel)
}

/// Every rule that a new inquiry breaks.
pub fn faults_of(new: &NewInquiry, parties: &Parties, goods: &Goods, today: CivilDate) -> Faults {
    let mut faults = Faults::new();
    check_days(new, today, &mut faults);
    faults.check((1..=MOST_LINES).contains(&new.lines.len()), || {
        Fault::of("line_count").at("/lines").with("most", MOST_LINES)
    });
    for (at, line) in new.lines.iter().enumerate() {
        faults.check(line.quantity > Quantity::ZERO, || {
            Fault::of("quantity_not_positive").at(format!("/lines/{at}/quantity"))
        });
        let known = |code: &String| goods.category(code).is_some();
        faults.check(line.category_code.as_ref().is_none_or(known), || {
            let code = line.category_code.as_deref().unwrap_or_default();
            Fault::of("unknown_category")
                .at(format!("/lines/{at}/category_code"))
                .with("code", code)
        });
    }
    let mut seen = BTreeSet::new();
    for (at, id) in new.suppliers.iter().enumerate() {
        let sells = |party: &Party| party.role() == Role::Supplier && !party.archived;
        let there = parties.organisation(*id).is_some_and(|party| sells(party));
        faults.check(there, || Fault::of("unknown_supplier").at(format!("/supplier_ids/{at}")));
        faults.check(seen.insert(*id), || Fault::of("supplier_twice").at(format!("/supplier_ids/{at}")));
    }
    faults.check((1..=MOST_SUPPLIERS).contains(&new.suppliers.len()), || {
        Fault::of("supplier_count").at("/supplier_ids").with("most", MOST_SUPPLIERS)
    });
    faults
}

fn check_days(new: &NewInquiry, today: CivilDate, faults: &mut Faults) {
    let later = |day: CivilDate, days: i64| day.checked_add_days(days).unwrap_or(CivilDate::MAX);
    let latest = later(today, LONGEST_ASKING_DAYS);
    faults.check((today..=latest).contains(&new.answer_by), || {
        let fault = Fault::of("answer_day").at("/answer_by");
        fault.with("soonest", today).with("latest", latest)
    });
    let (soonest, latest) = (later(new.answer_by, 1), later(new.answer_by, LATEST_DELIVERY_DAYS));
    faults.check((soonest..=latest).contains(&new.deliver_by), || {
        let fault = Fault::of("delivery_day").at("/deliver_by");
        fault.with("soonest", soonest).with("latest", latest)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use entity::{InquiryId, PersonId};

    fn day(text: &str) -> CivilDate {
        text.parse().unwrap()
    }

    fn an_inquiry(open_when_answered: bool) -> inquiries::Model {
        inquiries::Model {
            id: InquiryId::new(),
            buyer_id: OrganisationId::new(),
            town_code: "320682105".to_owned(),
            department_id: None,
            channel: Channel::SchoolCanteen,
            state: InquiryState::Open,
            deliver_by: day("2026-12-20"),
            answer_by: day("2026-12-01"),
            open_when_answered,
            chosen_quote_id: None,
            asked_by: PersonId::new(),
            created_at: DateTime::UNIX_EPOCH,
            ended_at: None,
            ended_on: None,
            version: 1,
        }
    }

    fn asked(states: &[InvitationState]) -> Vec<inquiry_suppliers::Model> {
        let one = |state: &InvitationState| inquiry_suppliers::Model {
            inquiry_id: InquiryId::new(),
            supplier_id: OrganisationId::new(),
            state: *state,
            reason: None,
            answered_at: None,
        };
        states.iter().map(one).collect()
    }

    #[test]
    fn answers_are_sealed_until_their_last_day_is_over_or_all_have_said_something() {
        use InvitationState::{Answered, Declined, Invited};
        let (some, all) = (asked(&[Answered, Invited]), asked(&[Answered, Declined]));
        for (early, asked, today, opened) in [
            (false, &some, "2026-12-01", false),
            (false, &all, "2026-12-01", false),
            (false, &some, "2026-12-02", true),
            (true, &some, "2026-12-01", false),
            (true, &all, "2026-11-24", true),
        ] {
            assert_eq!(is_opened(&an_inquiry(early), asked, day(today)), opened, "{early} {today}");
        }
        let ended = inquiries::Model {
            state: InquiryState::Withdrawn,
            ended_on: Some(day("2026-11-25")),
            ..an_inquiry(false)
        };
        assert!(!is_opened(&ended, &some, day("2027-01-01")), "ending it early is no way to peek");
    }

    #[test]
    fn each_axis_has_its_table() {
        use InquiryState as S;
        for state in S::ALL {
            assert_eq!(next_state(*state, Action::Decide).is_some(), *state == S::Open);
            assert_eq!(next_state(*state, Action::Withdraw).is_some(), *state == S::Open);
        }
        for state in InvitationState::ALL {
            assert_eq!(next_word(*state, Say::Answer).is_some(), *state == InvitationState::Invited);
            assert_eq!(next_word(*state, Say::Decline).is_some(), *state == InvitationState::Invited);
        }
    }
}
