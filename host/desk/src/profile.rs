//! What operators change of themselves: name, language, time zone, colours, shortcuts, password.

mod change_password;
mod save;

pub use change_password::{ChangePassword, change_password};
pub use save::save;
