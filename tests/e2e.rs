//! One file per journey or rule.

mod api;
mod author;
mod command_line;
mod contact_sync;
mod crash;
mod desk;
mod languages;
mod refusals;
mod telegram;
mod update;
mod users;
