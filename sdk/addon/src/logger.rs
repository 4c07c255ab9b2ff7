//! Carries the `log` facade to the host: `log::info!("…")` becomes a line for operator and author.

use crate::{bindings::plugin::annex::addon::log::Level, host};

struct HostLogger;

impl log::Log for HostLogger {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Debug
    }

    fn log(&self, record: &log::Record<'_>) {
        let level = match record.level() {
            log::Level::Error => Level::Error,
            log::Level::Warn => Level::Warn,
            log::Level::Info => Level::Info,
            log::Level::Debug => Level::Debug,
            log::Level::Trace => return,
        };
        host::log::write(level, &record.args().to_string());
    }

    fn flush(&self) {}
}

/// Sets the logger; the export macros do so before each call. Does nothing when the add-on has set its own.
pub fn init() {
    static LOGGER: HostLogger = HostLogger;
    if log::set_logger(&LOGGER).is_ok() {
        log::set_max_level(log::LevelFilter::Debug);
    }
}
