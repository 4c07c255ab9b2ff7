//! What an operator is writing and has not sent, kept until it is: a reply or a note to each ticket, and one new ticket.

mod discard;
mod save;

pub(crate) use discard::discard;
pub use save::{Outcome, Save, What, save};

#[cfg(test)]
mod tests;
