//! `log`: needs no capability. Not recorded as a host call: the line itself is the record.

use annex_domain::log::Level;

use crate::{
    bindings::v0_1::log::{self, Host},
    state::Caller,
};

impl Host for Caller {
    async fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
            log::Level::Error => Level::Error,
        };
        self.log.write(level, &message);
        Ok(())
    }
}
