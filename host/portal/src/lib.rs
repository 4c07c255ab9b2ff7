//! What publishers and the platform's people can do: one function for each deed, a file each, as `annex-desk` is for desks.
//!
//! Every function takes the [`Portal`] and who does it ([`Member`], [`Staff`], or [`By`] where the command line may as well), asks for
//! what their role allows, opens one transaction, applies the rule under the publisher's lock, writes the audit row of the host
//! and the mails that follow in the same transaction, and answers or says why not with a [`Refusal`]. People are accounts of
//! the built-in client area; nobody of another publisher finds anything.

mod again;
pub mod clients;
mod crash_points;
pub mod developer_desk;
pub mod devices;
pub mod documents;
pub mod earnings;
pub mod events;
pub mod figures;
pub mod keys;
mod mails;
pub mod members;
pub mod offerings;
mod pictures;
pub mod projects;
pub mod publishers;
mod refusal;
pub mod requests;
pub mod review;
pub mod staff;
pub mod tokens;
mod who;

#[cfg(test)]
mod tests;

pub use again::GivenPassword;
pub use crash_points::crash_points;
pub use pictures::Picture;
pub use refusal::{Refusal, Rule};
pub use who::{By, Member, Staff};

use annex_billing::Billing;
use annex_desk::Desk;
use annex_store::Db;

/// The longest name of a publisher, in characters.
pub const NAME: usize = 60;
/// The longest address of a web site, in characters.
pub const SITE: usize = 200;

/// The publishers' use cases, on one database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Portal {
    db: Db,
    billing: Billing,
    desk: Desk,
}

impl Portal {
    /// On the database of `billing`.
    #[must_use]
    pub fn new(billing: Billing) -> Self {
        let db = billing.db().clone();
        Self { desk: Desk::new(db.clone()), db, billing }
    }
}

/// True for the address of a web site that may be shown as a link.
fn is_site(text: &str) -> bool {
    text.len() <= SITE
        && text.starts_with("https://")
        && url::Url::parse(text).is_ok_and(|url| url.domain().is_some_and(|domain| domain.contains('.')))
}
