//! Publishers as organisations that people work in: who asked to be one, members and invitations, partner documents, tokens; and
//! the platform's own people. Their keys are in [`crate::catalog`], as those of publishers whom the command line trusts.
//!
//! What somebody asks for is looked up with the publisher that they belong to. Only a secret tells the publisher in the first
//! place: that of a token, of an invitation, and the code of a program that asks to be let in.

pub mod banks;
pub mod devices;
pub mod documents;
pub mod invitations;
pub mod members;
pub mod organisations;
pub mod requests;
pub mod staff;
pub mod tokens;

#[cfg(test)]
mod tests;
