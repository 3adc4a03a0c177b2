//! Framework contracts.

closed_enum! {
    /// State of a framework contract. That its last day is over is a reading of the calendar, no state.
    ContractState {
        /// being written by one side
        Drafted = "drafted",
        /// put before the other side
        Proposed = "proposed",
        /// agreed: orders may draw on it within its days
        InForce = "in_force",
        /// closed after its last day
        Ended = "ended",
        /// given up before its last day
        Terminated = "terminated",
        /// not agreed to by the other side
        Refused = "refused",
    }
}

closed_enum! {
    /// What a framework contract says about freight.
    ContractFreight {
        /// nothing: the supplier's terms hold
        Terms = "terms",
        /// it is inside the prices
        Included = "included",
        /// a fee for each order
        Fee = "fee",
    }
}

closed_enum! {
    /// Why a framework contract was given up before its last day.
    TerminationReason {
        /// both sides agreed to it
        MutualAgreement = "mutual_agreement",
        /// the supplier does not deliver as agreed
        NotDelivered = "not_delivered",
        /// the goods are no longer needed
        NoLongerNeeded = "no_longer_needed",
        /// prices have moved too far
        PricesMoved = "prices_moved",
        /// another reason, told in words
        Other = "other",
    }
}
