//! E-mail: mails to a mailbox become tickets, replies go back as mails. The host keeps the mailbox and carries raw mails; they are
//! read and written here, in the sandbox, because strangers write them.
//!
//! In: `source` reads a mail within bounds, `receive` makes a message of it with `head` (who, to whom, which conversation), `marks`
//! (who is behind it), `body` (`flowed`, `plain`, `quote`), `files` and `calendar`; `bounce` knows reports on our own mails, `loops`
//! ends what machines say to each other, `provider` takes mails that come by HTTPS. Out: `send` and `build`; `said` keeps
//! what they quote. `sign` makes the ids and tokens by which answers find their ticket.
//!
//! All of it speaks with the trait `desk::Desk`, so that it runs in tests without a host; `component` is that trait on a host.

// Natively only tests use what the component exports.
#![cfg_attr(not(any(test, target_arch = "wasm32")), expect(dead_code, reason = "the component alone exports it"))]

mod body;
mod bounce;
mod build;
mod calendar;
#[cfg(target_arch = "wasm32")]
mod component;
mod desk;
mod files;
mod flowed;
mod head;
mod loops;
mod marks;
mod plain;
mod provider;
mod quote;
mod receive;
mod said;
mod send;
mod sign;
mod source;
mod texts;

#[cfg(test)]
mod tests;
