//! Shipments, acceptances, returns.

closed_enum! {
    /// What becomes of what a supplier cannot deliver.
    OnShort {
        /// closed: what is short is no longer ordered
        Close = "close",
        /// kept: it is delivered later
        Backorder = "backorder",
    }
}

closed_enum! {
    /// State of a shipment.
    ShipmentState {
        /// being made ready
        Planned = "planned",
        /// on its way
        Shipped = "shipped",
        /// at the receiving site, not yet inspected
        Arrived = "arrived",
        /// inspected, all of it accepted
        Accepted = "accepted",
        /// inspected, part of it accepted
        PartlyAccepted = "partly_accepted",
        /// inspected, nothing of it accepted
        Rejected = "rejected",
        /// taken back with the import that booked it
        Undone = "undone",
    }
}

closed_enum! {
    /// What an acceptance is.
    AcceptanceKind {
        /// the inspection of a shipment
        Inspection = "inspection",
        /// goods beyond what was shipped or allowed, kept all the same
        Surplus = "surplus",
    }
}

closed_enum! {
    /// Why delivered goods were not accepted.
    RejectReason {
        /// less came than was shipped
        Short = "short",
        /// damaged
        Damaged = "damaged",
        /// mouldy
        Mouldy = "mouldy",
        /// foreign matter in it
        ForeignMatter = "foreign_matter",
        /// too near the end of its shelf life
        NearExpiry = "near_expiry",
        /// without its label
        LabelMissing = "label_missing",
        /// without its papers
        PapersMissing = "papers_missing",
        /// not like the sample
        DiffersFromSample = "differs_from_sample",
    }
}

closed_enum! {
    /// Why accepted goods were returned.
    ReturnReason {
        /// damaged
        Damaged = "damaged",
        /// mouldy
        Mouldy = "mouldy",
        /// foreign matter in it
        ForeignMatter = "foreign_matter",
        /// too near the end of its shelf life
        NearExpiry = "near_expiry",
        /// without its label
        LabelMissing = "label_missing",
        /// without its papers
        PapersMissing = "papers_missing",
        /// not like the sample
        DiffersFromSample = "differs_from_sample",
        /// called back by its maker or an authority
        Recalled = "recalled",
        /// other goods than ordered
        WrongGoods = "wrong_goods",
        /// more than was ordered
        OverDelivered = "over_delivered",
        /// no longer wanted, taken back by agreement
        Unwanted = "unwanted",
        /// another reason, told in words
        Other = "other",
    }
}

closed_enum! {
    /// What becomes of returned goods.
    ReturnFate {
        /// back into the supplier's stock
        Restock = "restock",
        /// destroyed
        Destroy = "destroy",
    }
}

closed_enum! {
    /// State of a return.
    ReturnState {
        /// recorded; what goes back on the shelf waits for the supplier's word, at most seven days
        Booked = "booked",
        /// what goes back on the shelf is there
        Confirmed = "confirmed",
        /// the supplier says otherwise
        Objected = "objected",
        /// taken back
        Undone = "undone",
    }
}

closed_enum! {
    /// Why part of a line was closed short.
    CloseCause {
        /// the supplier's answer left it out
        Answer = "answer",
        /// the buyer gave it up
        Buyer = "buyer",
        /// the supplier gave it up, as the buyer had allowed
        Supplier = "supplier",
        /// both agreed on a change
        Change = "change",
    }
}

closed_enum! {
    /// State of a change document.
    ChangeState {
        /// waiting for the supplier
        Proposed = "proposed",
        /// agreed: the order is changed
        Agreed = "agreed",
        /// refused by the supplier
        Refused = "refused",
        /// taken back by the buyer
        Withdrawn = "withdrawn",
        /// the order ended before anything was said to it
        Lapsed = "lapsed",
    }
}
