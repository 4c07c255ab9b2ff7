//! What a publisher earns: its share, where it is paid, and the statement of a month.

mod set_bank;
mod set_share;
mod statement;

pub use set_bank::{Bank, HOLDER, set_bank};
pub use set_share::set_share;
pub use statement::{Row, Statement, statement};
