//! Notices.

closed_enum! {
    /// What a notice is about.
    NoticeKind {
        /// an order was placed: to the supplier
        OrderPlaced = "order_placed",
        /// an order was confirmed: to the buyer
        OrderConfirmed = "order_confirmed",
        /// an order was declined: to the buyer
        OrderDeclined = "order_declined",
        /// an order was cancelled: to the supplier
        OrderCancelled = "order_cancelled",
        /// an order was answered line by line: to the buyer
        OrderAnswered = "order_answered",
        /// a part of an order will not come: to the other side
        OrderShort = "order_short",
        /// the other side asks for a change, or asks no more
        ChangeProposed = "change_proposed",
        /// the other side agrees to a change
        ChangeAgreed = "change_agreed",
        /// the other side refuses a change
        ChangeRefused = "change_refused",
        /// goods are on their way: to the buyer
        Shipped = "shipped",
        /// goods have come and wait to be inspected: to the buyer
        ToAccept = "to_accept",
        /// goods were accepted, or some of them rejected: to the supplier
        Accepted = "accepted",
        /// more came than was shipped or ordered: to the other side
        Surplus = "surplus",
        /// accepted goods were returned: to the supplier; it has confirmed that: to the buyer
        Returned = "returned",
        /// an order is completed: to both sides
        OrderCompleted = "order_completed",
        /// an offer ends within days: to the supplier
        OfferEnding = "offer_ending",
        /// a framework contract ends within days: to its parties
        ContractEnding = "contract_ending",
        /// a quote is soon no longer valid: to the buyer
        QuoteEnding = "quote_ending",
        /// a framework contract waits for the other side, or waits no more: to that side
        ContractProposed = "contract_proposed",
        /// a framework contract was agreed to or refused: to the side that proposed it
        ContractAnswered = "contract_answered",
        /// a framework contract was given up before its last day: to the other side
        ContractTerminated = "contract_terminated",
        /// a buyer asks for a quote: to the supplier
        InquiryReceived = "inquiry_received",
        /// a supplier gave a quote, or gives none: to the buyer
        InquiryAnswered = "inquiry_answered",
        /// the buyer chose this quote, or another: to the supplier
        QuoteDecided = "quote_decided",
        /// documents of another book were booked as trade of one's own, or taken back: to both sides
        Imported = "imported",
    }
}

closed_enum! {
    /// What has become of the letter that goes with a notice.
    MailState {
        /// none is wanted
        None = "none",
        /// to be sent
        Waiting = "waiting",
        /// taken by the server
        Sent = "sent",
        /// tried often enough
        GivenUp = "given_up",
    }
}

closed_enum! {
    /// Language that a person reads.
    NoticeLanguage {
        /// Chinese
        Zh = "zh",
        /// English
        En = "en",
    }
}
