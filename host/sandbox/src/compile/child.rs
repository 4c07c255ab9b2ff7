//! The compiler child: the body of a hidden subcommand. It takes limits on itself before it reads a byte: processor
//! time, memory, no files. Its parent adds a limit by the clock on the wall, and an empty environment.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

use rlimit::Resource;

use super::check;
use crate::engine;

/// The exit status for a component that cannot be compiled; the reason is on stderr.
pub(super) const REFUSED: i32 = 2;

const CPU_SECONDS: u64 = 60;
/// Private memory that is written to: what the compiler really uses.
const MEMORY: u64 = 1 << 30;
/// Address space: more than `MEMORY`, as allocator arenas and thread stacks reserve what they never touch.
const ADDRESS_SPACE: u64 = 4 << 30;

/// Reads wasm from stdin and writes machine code to stdout. To be called first thing, before threads are started.
#[must_use]
pub fn compile_main() -> ExitCode {
    match compile() {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::from(u8::try_from(REFUSED).unwrap_or(1))
        }
    }
}

fn compile() -> Result<(), String> {
    limit_self().map_err(|error| format!("the limits cannot be set: {error}"))?;
    let mut wasm = Vec::new();
    let most = check::LARGEST as u64 + 1;
    io::stdin().lock().take(most).read_to_end(&mut wasm).map_err(|error| error.to_string())?;
    let engine = engine::for_compiler().map_err(|error| format!("{error:#}"))?;
    let artifact = engine.precompile_component(&wasm).map_err(|error| format!("{error:#}"))?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&artifact).and_then(|()| stdout.flush()).map_err(|error| error.to_string())
}

fn limit_self() -> io::Result<()> {
    rlimit::setrlimit(Resource::CPU, CPU_SECONDS, CPU_SECONDS + 1)?;
    rlimit::setrlimit(Resource::DATA, MEMORY, MEMORY)?;
    rlimit::setrlimit(Resource::AS, ADDRESS_SPACE, ADDRESS_SPACE)?;
    rlimit::setrlimit(Resource::FSIZE, 0, 0)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)
}
