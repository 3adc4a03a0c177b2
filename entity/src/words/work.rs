//! Stock movements and work in the background.

closed_enum! {
    /// Why stock changed.
    StockReason {
        /// goods came in
        Receipt = "receipt",
        /// a mistake was put right
        Correction = "correction",
        /// given away as a sample
        Sample = "sample",
        /// broken or spoiled
        Breakage = "breakage",
        /// stocktaking found another quantity
        Count = "count",
        /// stock on hand when the service began
        Opening = "opening",
    }
}

closed_enum! {
    /// State of a job in the background.
    JobState {
        /// not begun, or waiting for its next attempt
        Waiting = "waiting",
        /// being worked on
        Running = "running",
        /// finished
        Done = "done",
        /// given up after its last attempt
        Failed = "failed",
        /// called off by a person
        Cancelled = "cancelled",
    }
}
