//! What Annex is about, without any I/O: ids, time, money, plans, permissions, manifests, the installation state machine,
//! tickets, the sidebar's view tree, and the ports (traits) that other crates implement.
//!
//! Invariant: nothing here opens a file, a socket or a database. The system's clock ([`clock::SystemClock`]) and randomness
//! ([`random`], and [`ids`]) have their one home here; whoever needs the time takes a [`clock::Clock`].

pub mod addon;
pub mod assignment;
pub mod attachment;
pub mod audit;
pub mod billing;
pub mod capability;
pub mod channel;
pub mod clock;
pub mod configuration;
pub mod connection;
pub mod contact;
pub mod crash;
pub mod device_code;
pub mod difference;
pub mod earnings;
pub mod es256;
pub mod field;
pub mod figures;
pub mod fluent;
pub mod ids;
pub mod installation;
pub mod language;
pub mod likely;
pub mod listing_draft;
pub mod localized;
pub mod log;
pub mod mail;
pub mod mailbox;
pub mod manifest;
pub mod money;
pub mod network;
pub mod oauth;
pub mod offer;
pub mod operator;
pub mod permission;
pub mod plan;
pub mod ports;
pub mod provisioning;
pub mod public_form;
pub mod publisher;
pub mod publisher_event;
pub mod random;
pub mod reach;
pub mod report;
pub mod review;
pub mod schedule;
pub mod settings;
pub mod setup;
pub mod tag;
pub mod text;
pub mod ticket;
pub mod ui;
pub mod words;
pub mod zone;

#[cfg(test)]
mod docs_test;
