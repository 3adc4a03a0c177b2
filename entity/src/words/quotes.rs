//! Quotes, and the inquiries they answer.

closed_enum! {
    /// Where the prices of a quote come from.
    QuoteOrigin {
        /// the supplier's standing prices, kept by the buyer
        Kept = "kept",
        /// the supplier's own answer to an inquiry
        Answer = "answer",
    }
}

closed_enum! {
    /// State of a quote. Whether it is still valid is a reading of the clock.
    QuoteState {
        /// given in answer to an inquiry that is not yet decided
        Given = "given",
        /// may be ordered by, once, while it is valid
        Open = "open",
        /// an order was placed by it
        Used = "used",
        /// another was chosen, or none
        NotChosen = "not_chosen",
    }
}

closed_enum! {
    /// State of an inquiry. Whether it still takes answers is a reading of the clock.
    InquiryState {
        /// asked, and not yet decided
        Open = "open",
        /// one of the answers was chosen
        Decided = "decided",
        /// ended by the buyer without a choice
        Withdrawn = "withdrawn",
    }
}

closed_enum! {
    /// What a supplier has said to an inquiry.
    InvitationState {
        /// asked, and has said nothing yet
        Invited = "invited",
        /// has given a quote
        Answered = "answered",
        /// gives none
        Declined = "declined",
    }
}
