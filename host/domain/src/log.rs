//! The logs that add-ons and the host write.

crate::words! {
    /// How important a line is.
    pub enum Level: "level of a log" {
        /// For authors.
        Debug = "debug",
        /// What happened.
        Info = "info",
        /// What may go wrong; also what is written to stderr.
        Warn = "warn",
        /// What went wrong.
        Error = "error",
    }
}
