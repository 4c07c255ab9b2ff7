//! The mailboxes that the host keeps for channels: IMAP on the way in ([`Inbox`]), SMTP on the way out ([`send`]). Mails are
//! carried as they are: parsing and building is the add-on's.
//!
//! Invariants: servers are reached at public addresses alone, as add-ons reach theirs, and never in the open ([`Network`]); what a
//! server says is bounded before it is parsed (`bounds`, `smtp::short`); a mail that may have been taken is never sent again ([`send`]).

mod bounds;
mod error;
mod imap;
mod network;
mod smtp;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

use annex_domain::mailbox::Mailbox;
use secrecy::SecretString;

pub use self::{
    error::{MailError, Problem, Side},
    imap::{Inbox, Position, Waiting},
    network::Network,
    smtp::send,
};

/// How a mailbox logs in, at both of its servers.
#[derive(Debug, Clone)]
pub enum Login {
    /// By password.
    Password(SecretString),
    /// By an access token (`XOAUTH2`), as Google and Microsoft want it.
    Token(SecretString),
}

/// **Test connection**: logs in to both servers and opens the folder. Answers all that is wrong.
pub async fn check(network: &Network, mailbox: &Mailbox, login: &Login) -> Vec<Problem> {
    let incoming = async {
        let (inbox, _) = Inbox::open(network, mailbox, login).await?;
        inbox.leave().await;
        Ok::<_, MailError>(())
    };
    let (incoming, outgoing) = futures::join!(incoming, smtp::check(network, mailbox, login));
    let problem = |side, result: Result<(), MailError>| result.err().map(|error| Problem { side, error });
    [problem(Side::Incoming, incoming), problem(Side::Outgoing, outgoing)].into_iter().flatten().collect()
}
