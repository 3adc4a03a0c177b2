//! The life of an order.

closed_enum! {
    /// State of an order.
    OrderState {
        /// being written
        Draft = "draft",
        /// handed in by the requester
        Submitted = "submitted",
        /// waiting for an approver
        PendingApproval = "pending_approval",
        /// approved, not yet with the supplier
        Approved = "approved",
        /// sent back to the requester
        ReturnedForChange = "returned_for_change",
        /// refused by the approver
        Rejected = "rejected",
        /// placed with the supplier
        Placed = "placed",
        /// confirmed by the supplier
        Confirmed = "confirmed",
        /// refused by the supplier
        Declined = "declined",
        /// delivered, or closed with what was delivered
        Completed = "completed",
        /// called off before anything was shipped
        Cancelled = "cancelled",
    }
}

closed_enum! {
    /// Why an order was cancelled.
    CancelReason {
        /// the buyer made a mistake
        BuyerMistake = "buyer_mistake",
        /// the wrong receiving site was named
        WrongSite = "wrong_site",
        /// the goods are no longer needed
        NoLongerNeeded = "no_longer_needed",
        /// the order was placed twice
        Duplicate = "duplicate",
        /// the supplier is late
        SupplierDelay = "supplier_delay",
        /// another reason, told in words
        Other = "other",
    }
}

closed_enum! {
    /// Why a supplier declined an order.
    DeclineReason {
        /// the goods are out of stock
        OutOfStock = "out_of_stock",
        /// the price is wrong
        PriceError = "price_error",
        /// delivery to the site or on the day is not possible
        CannotDeliver = "cannot_deliver",
        /// a licence or certificate is missing or has expired
        PapersMissing = "papers_missing",
        /// another reason, told in words
        Other = "other",
    }
}
