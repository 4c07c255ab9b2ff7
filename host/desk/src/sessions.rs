//! Sessions of the panel: who comes with one, and ending them.

mod current;
mod end;
mod end_others;

pub use current::{Current, current};
pub use end::end;
pub use end_others::end_others;
