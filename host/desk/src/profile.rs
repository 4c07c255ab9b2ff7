//! What operators change of themselves: name, language, time zone, colours, shortcuts, password, mails about tickets.

mod change_password;
mod save;
mod set_notices;

pub use change_password::{ChangePassword, change_password};
pub use save::save;
pub use set_notices::set_notices;
