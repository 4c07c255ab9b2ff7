//! `log`: needs no capability. Not recorded as a host call: the line itself is the record.

use crate::{
    bindings::v0_1::log::{Host, Level},
    report::LogLevel,
    state::Caller,
};

impl Host for Caller {
    async fn write(&mut self, level: Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.log.write(level, &message);
        Ok(())
    }
}
