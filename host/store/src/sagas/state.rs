//! Where sagas and their steps stand.

/// Where a saga stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SagaState {
    /// Goes forward.
    Running,
    /// A step failed: what was done is undone, last step first.
    Unwinding,
    /// All steps are done.
    Done,
    /// Everything is undone.
    Undone,
    /// Undoing failed for good; somebody must look.
    Stuck,
    /// Another operation took its place.
    Abandoned,
}

impl SagaState {
    /// The word in SQL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Unwinding => "unwinding",
            Self::Done => "done",
            Self::Undone => "undone",
            Self::Stuck => "stuck",
            Self::Abandoned => "abandoned",
        }
    }
}

impl std::str::FromStr for SagaState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Running, Self::Unwinding, Self::Done, Self::Undone, Self::Stuck, Self::Abandoned]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or("not a state of a saga")
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// May have happened, in part or in full.
    Started,
    /// Happened.
    Done,
    /// Taken back.
    Undone,
}

impl StepState {
    /// The word in SQL.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Done => "done",
            Self::Undone => "undone",
        }
    }
}

impl std::str::FromStr for StepState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Started, Self::Done, Self::Undone]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or("not a state of a step")
    }
}
