//! The arithmetic of billing: days and periods, what is to be paid, licences, postings and statements. Pure: no clock, no
//! database, no gateway.
//!
//! Invariants, shown by property tests over random histories of a desk (`tests/billing/histories.rs`): the entries of each
//! transaction and of all accounts together sum to zero; a price that is split by days is within one cent of its exact
//! share, and the parts sum back to the whole; nobody pays for a day twice; licences are never fewer than their users;
//! a publisher has its share of what is left of what was paid for its lines, by card or with what cards had paid for days that
//! another gave back.

mod calendar;
mod earned;
mod late;
mod licences;
mod posting;
mod quote;
mod retry;
mod share;
pub mod statement;

pub use self::{
    calendar::{BillingDay, Period, day_at, next_bill_day, period_containing, start_of, zone},
    earned::{Earned, Moved},
    late::{Begun, begun},
    licences::{LicenceError, Licences},
    posting::{Happening, credit_to_use, earning_first, earning_last, left_of_bought, over, post},
    quote::{Quote, QuoteError, Renewal, more, prorate, quote, renew, unused},
    retry::{RETRIES, WARNED, next_try},
    share::split,
};
