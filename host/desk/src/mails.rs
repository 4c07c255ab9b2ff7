//! Mails that the host wrote for a desk.

mod send_again;

pub use send_again::send_again;
