//! Calls of real components: guests of `tests/guests`, and hand-written ones for what no compiler would emit.

mod calls;
mod hostile;
mod interfaces;
mod low_level;
mod newest;
mod support;
mod turns;
