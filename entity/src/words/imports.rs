//! Imports of documents that were written elsewhere.

closed_enum! {
    /// How far an import has come.
    ImportState {
        /// parts may be uploaded
        Open = "open",
        /// everything uploaded is being checked
        Checking = "checking",
        /// checked as a whole; faults can be read
        Checked = "checked",
        /// being booked, chunk by chunk
        Booking = "booking",
        /// booked
        Booked = "booked",
        /// what was booked is being taken back, chunk by chunk
        Undoing = "undoing",
        /// all that was booked is taken back
        Undone = "undone",
    }
}

closed_enum! {
    /// What becomes of an import with faulty documents.
    ImportMode {
        /// nothing is booked unless every document is good
        AllOrNothing = "all_or_nothing",
        /// good documents are booked, faulty ones are left out
        WhatIsGood = "what_is_good",
    }
}

closed_enum! {
    /// What a row of an import is a line of.
    ImportRowKind {
        /// an order that was shipped and accepted
        Order = "order",
        /// a return, at its own price
        Return = "return",
        /// a movement of stock
        Stock = "stock",
    }
}

closed_enum! {
    /// How far a document of an import has come.
    ImportDocumentState {
        /// checked and good, or about to be booked
        Good = "good",
        /// at fault; not booked
        Faulty = "faulty",
        /// booked
        Booked = "booked",
        /// booked and taken back
        Undone = "undone",
    }
}

closed_enum! {
    /// What an intake brings.
    IntakeKind {
        /// organisations, with their first sites
        Organisations = "organisations",
        /// products
        Products = "products",
        /// offers
        Offers = "offers",
    }
}
