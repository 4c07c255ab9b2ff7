//! Where sagas and their steps stand.

annex_domain::words! {
    /// Where a saga stands.
    pub enum SagaState: "state of a saga" {
        /// Goes forward.
        Running = "running",
        /// A step failed: what was done is undone, last step first.
        Unwinding = "unwinding",
        /// All steps are done.
        Done = "done",
        /// Everything is undone.
        Undone = "undone",
        /// Undoing failed for good; somebody must look.
        Stuck = "stuck",
        /// Another operation took its place.
        Abandoned = "abandoned",
    }

    /// Where a step stands.
    pub enum StepState: "state of a step" {
        /// May have happened, in part or in full.
        Started = "started",
        /// Happened.
        Done = "done",
        /// Taken back.
        Undone = "undone",
    }
}
