//! Sagas, use and intake on real databases (SQLite, and PostgreSQL where there is one) with real, signed components.

mod billing;
mod channels;
mod crashes;
mod events;
mod installing;
mod intake;
mod panels;
mod settings;
mod support;
mod suspending;
mod uninstalling;
mod updating;
mod users;
mod working;
