//! What is checked of a package beyond its form: the same in `annex addon check` and on a host, which reports it to the publisher
//! and to reviewers ([`report()`]). [`gate()`] is the part that everything else of an author's tools asks for first.
//!
//! Invariants: scenarios run in the real sandbox, and reach a stub on loopback instead of other systems; only links of the listing
//! are asked, through the guard of outbound HTTP; what is the machine's fault is never a finding.

mod component;
mod diagnostic;
mod difference;
mod explain;
mod gate;
mod icon;
mod links;
mod report;
pub mod scenario;
pub mod schema;
mod texts;
mod world;

pub use diagnostic::{Diagnostic, Failure};
pub use explain::{Explanation, codes, explain};
pub use gate::{check_texts, gate};
pub use report::{Before, Links, Means, Unavailable, Whose, report};
