//! What is counted of an add-on for its publisher, by version and day, without saying anything of a desk.

crate::words! {
    /// What happened.
    pub enum Figure: "figure" {
        /// It was installed.
        Installed = "installed",
        /// A trial began.
        TrialStarted = "trial-started",
        /// What was tried was bought.
        Converted = "converted",
        /// Its billing was stopped.
        Cancelled = "cancelled",
        /// It was removed.
        Uninstalled = "uninstalled",
    }

    /// Why somebody stopped using it, if they said so.
    pub enum LeavingReason: "reason to leave" {
        /// It costs too much.
        Price = "left-price",
        /// It lacks something.
        Missing = "left-missing",
        /// It does not work well.
        Faults = "left-faults",
        /// It is hard to use.
        Hard = "left-hard",
        /// Something else does the same.
        Other = "left-other-product",
        /// It is not needed any more.
        Unneeded = "left-unneeded",
    }
}
