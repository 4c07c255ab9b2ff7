//! Billing accounts: made at the client area or on the command line, signed in to there, and what desks are logged in with.
//! Passwords come here hashed: no transaction waits for a hash.

mod attempt;
mod authorise;
mod change_password;
mod create;
mod exchange;
mod hold;
mod keep_key;
mod log_in;
mod log_out;
mod pending;
mod register;
mod rotate_key;
mod session;
mod set_details;
mod set_password;
mod sign_in;
mod sign_out;

pub use self::{
    attempt::{attempt, counted_as},
    authorise::authorise,
    change_password::change_password,
    create::{NAME, create},
    exchange::exchange,
    hold::Licence,
    keep_key::keep_key,
    log_in::{Identity, log_in},
    log_out::log_out,
    pending::{keep_pending, take_pending},
    register::register,
    rotate_key::rotate_key,
    set_details::set_details,
    set_password::set_password,
    sign_in::sign_in,
    sign_out::sign_out,
};

/// How an entry of the audit log names an account.
fn object(id: annex_domain::ids::AccountId) -> String {
    format!("account:{id}")
}
