//! Sagas, use and intake on real databases (SQLite, and PostgreSQL where there is one) with real, signed components.

mod billing;
mod channels;
mod charge_crashes;
mod crashes;
mod dunning;
mod events;
mod installing;
mod intake;
mod licences;
mod money;
mod moody;
mod panels;
mod settings;
mod support;
mod suspending;
mod trials;
mod uninstalling;
mod updating;
mod users;
mod working;
