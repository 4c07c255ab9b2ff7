//! One file per journey or rule.

mod api;
mod author;
mod billing;
mod billing_cards;
mod billing_crash;
mod billing_first_day;
mod billing_licences;
mod billing_login;
mod billing_once;
mod billing_trial;
mod command_line;
mod contact_sync;
mod crash;
mod desk;
mod drafts;
mod languages;
mod layout;
mod password_reset;
mod publisher_events;
mod refusals;
mod second_host;
mod standing;
mod telegram;
mod two_operators;
mod update;
mod users;
