//! The compiler child: the body of a hidden subcommand. It takes limits on itself before it reads a byte: processor
//! time, memory, no files. Its parent adds a limit by the clock on the wall, and an empty environment.

use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
    time::Duration,
};

use rlimit::Resource;
use rustix::time::{ClockId, clock_gettime};

use super::check;
use crate::engine::Effort;

/// The exit status for a component that cannot be compiled; the reason is on stderr.
pub(super) const REFUSED: i32 = 2;

/// Tells the child its processor time, in seconds.
pub(super) const CPU_SECONDS: &str = "ANNEX_COMPILE_CPU_SECONDS";
const MOST_CPU_SECONDS: u64 = 60;
/// Below everything that somebody waits for.
#[cfg(unix)]
const NICE: i32 = 10;
/// Private memory that is written to: what the compiler really uses.
const MEMORY: u64 = 1 << 30;
/// Address space: more than `MEMORY`, as allocator arenas and thread stacks reserve what they never touch.
const ADDRESS_SPACE: u64 = 4 << 30;

/// Reads wasm from stdin and writes machine code to stdout, and to stderr what it spent. To be called first thing, before threads
/// are started.
#[must_use]
pub fn compile_main(effort: Effort) -> ExitCode {
    match compile(effort) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::from(u8::try_from(REFUSED).unwrap_or(1))
        }
    }
}

fn compile(effort: Effort) -> Result<(), String> {
    limit_self().map_err(|error| format!("the limits cannot be set: {error}"))?;
    let mut wasm = Vec::new();
    let most = check::LARGEST as u64 + 1;
    io::stdin().lock().take(most).read_to_end(&mut wasm).map_err(|error| error.to_string())?;
    // What a panic says becomes the reason of the refusal: nothing else belongs on stderr.
    std::panic::set_hook(Box::new(|_| ()));
    let artifact = super::machine_code(&wasm, effort)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(&artifact).and_then(|()| stdout.flush()).map_err(|error| error.to_string())?;
    // Nobody but a parent that asks for it misses it.
    let _ = writeln!(io::stderr(), "{}", processor_time().as_micros());
    Ok(())
}

/// Of all threads of this process.
fn processor_time() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(spent.tv_sec).unwrap_or(0), u32::try_from(spent.tv_nsec).unwrap_or(0))
}

/// The processor time that a child said on stderr, in microseconds; zero where it said something else.
pub(super) fn spent(message: &str) -> Duration {
    message.parse().map_or(Duration::ZERO, Duration::from_micros)
}

fn limit_self() -> io::Result<()> {
    #[cfg(unix)]
    let _ = rustix::process::nice(NICE); // a compiler at full priority is better than none
    let given = std::env::var(CPU_SECONDS).ok().and_then(|seconds| seconds.parse().ok());
    let seconds = given.unwrap_or(MOST_CPU_SECONDS).clamp(1, MOST_CPU_SECONDS);
    rlimit::setrlimit(Resource::CPU, seconds, seconds + 1)?;
    rlimit::setrlimit(Resource::DATA, MEMORY, MEMORY)?;
    rlimit::setrlimit(Resource::AS, ADDRESS_SPACE, ADDRESS_SPACE)?;
    rlimit::setrlimit(Resource::FSIZE, 0, 0)?;
    rlimit::setrlimit(Resource::CORE, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_computes_is_counted_and_what_it_waits_for_is_not() {
        let (before, started) = (processor_time(), std::time::Instant::now());
        let mut sum = 0_u64;
        while processor_time() < before + Duration::from_millis(20) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        // However many threads: no more than all cores together.
        let cores = u32::try_from(std::thread::available_parallelism().unwrap().get()).unwrap();
        assert!(processor_time() - before <= started.elapsed() * cores + Duration::from_millis(10));
        let said = spent(&processor_time().as_micros().to_string());
        assert!(said >= Duration::from_millis(20), "{said:?}");
        assert_eq!(spent("the compiler says something"), Duration::ZERO);
    }
}
