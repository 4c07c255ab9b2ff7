//! Everything that lasts: desks, tickets, add-ons, jobs, the audit log, sealed secrets, blobs.
//!
//! The only crate that knows sqlx. One file per aggregate; plain `async fn`s on a connection, and the caller owns the
//! transaction. How one SQL text runs on SQLite and PostgreSQL is described in [`db`].

pub mod attachments;
pub mod audit;
pub mod billing;
pub mod blobs;
pub mod cache;
pub(crate) mod caches;
pub mod catalog;
pub mod channels;
pub mod connected;
pub mod contacts;
pub mod db;
pub mod desks;
pub mod drafts;
pub mod error;
pub mod facts;
pub mod fields;
pub mod figures;
pub mod footprint;
pub mod groups;
pub mod happenings;
pub mod health;
pub mod idempotency;
pub mod installations;
pub mod jobs;
pub mod kv;
pub mod languages;
pub mod logins;
pub mod logs;
pub mod mailboxes;
pub mod mails;
pub mod messages;
pub(crate) mod migrate;
pub mod names;
pub mod notices;
pub mod oauth;
pub mod operators;
pub mod outbox;
pub mod panels;
pub mod planned_calls;
pub mod projects;
pub mod provisioning;
pub mod publisher_events;
pub mod publishers;
pub mod reads;
pub mod reports;
pub mod requests;
pub mod resets;
pub mod roles;
pub mod sagas;
pub mod samples;
pub mod search;
pub(crate) mod secret;
pub mod seen;
pub mod sessions;
pub mod settings;
pub mod snapshots;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub(crate) mod text;
pub mod tickets;
pub mod tokens;
pub mod users;
pub mod vault;
pub mod writes;

pub use self::{
    db::{Conn, Db, Dialect, Signal, Tx},
    error::{Forbidden, Result, StoreError},
};
