//! What the sandbox is told when it starts. The defaults are the numbers of the security design; tests make them
//! smaller, nothing makes them larger at run time.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

use url::Url;

/// How a [`crate::Sandbox`] works.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// Folder of compiled artifacts; made when missing.
    pub artifacts: PathBuf,
    /// Authenticates artifacts: kept with the host's keys, never in `artifacts`.
    pub mac_key: [u8; 32],
    /// Who compiles components.
    pub compiler: Compiler,
    /// Bytes of compiled code that stay loaded.
    pub cache_bytes: u64,
    /// Calls that are under way at once.
    pub slots: Slots,
    /// Components that compute at once: threads of their own. As many as the machine has cores.
    pub threads: usize,
    /// One thread more for people who wait while one installation has all of them.
    pub spare_thread: bool,
    /// On a quiet host a call begins on the thread of whoever asks, and changes threads only when it takes long.
    pub calls_begin_here: bool,
    /// What a call may use.
    pub limits: Limits,
    /// Outbound HTTP.
    pub egress: EgressConfig,
}

impl SandboxConfig {
    /// The defaults, with what has none.
    #[must_use]
    pub fn new(artifacts: PathBuf, mac_key: [u8; 32], compiler: Compiler) -> Self {
        Self {
            artifacts,
            mac_key,
            compiler,
            cache_bytes: 512 << 20,
            slots: Slots::within(4 << 30, 512, &Limits::default()),
            threads: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            spare_thread: true,
            calls_begin_here: true,
            limits: Limits::default(),
            egress: EgressConfig::default(),
        }
    }
}

/// Calls that are under way at once, those that wait for a service or sleep included. More wait in queues, one for each
/// installation, which are served in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slots {
    /// Of an installation.
    pub installation: u32,
    /// Of a desk.
    pub desk: u32,
    /// Of the host.
    pub host: u32,
    /// Calls of an installation that wait; who comes then is told at once that it is busy.
    pub waiting: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self { installation: 8, desk: 32, host: 512, waiting: 64 }
    }
}

impl Slots {
    /// As many as fit into `memory` bytes when each uses all that it may, and no more than `most`. Where few fit, an
    /// installation gets a quarter of them at most, and a desk three quarters.
    #[must_use]
    pub fn within(memory: u64, most: u32, limits: &Limits) -> Self {
        let fit = u32::try_from(memory / (limits.memory as u64).max(1)).unwrap_or(u32::MAX);
        let Self { installation, desk, host, waiting } = Self::default();
        let host = host.min(most).min(fit).max(1);
        let part = |most: u32, quarters: u32| most.min((host * quarters / 4).max(1));
        Self { installation: part(installation, 1), desk: part(desk, 3), host, waiting }
    }
}

/// Who compiles components to machine code.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// A child process with limits on time and memory: what the host does.
    Child(CompilerCommand),
    /// This process, without any limit: for tests whose components are their own.
    #[cfg(any(test, feature = "in-process-compiler"))]
    InProcess,
}

/// The command whose body is [`crate::compile_main`]: wasm on stdin, artifact on stdout.
#[derive(Debug, Clone)]
pub struct CompilerCommand {
    /// The program, usually the binary itself.
    pub program: PathBuf,
    /// Its hidden subcommand.
    pub args: Vec<OsString>,
    /// The processor time that a component may cost, in seconds; at most 60. More is a refusal.
    pub cpu_seconds: u64,
    /// When a child is killed that hangs, by the clock on the wall. No refusal: the machine may have been busy.
    pub wall: Duration,
}

impl CompilerCommand {
    /// With the times of the design, 60 s of processor time within 10 minutes.
    #[must_use]
    pub fn new(program: PathBuf, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        let args = args.into_iter().map(Into::into).collect();
        Self { program, args, cpu_seconds: 60, wall: Duration::from_mins(10) }
    }
}

/// How long calls may run. Time that a call waits for the host (outbound HTTP, the store), which has deadlines of its
/// own, is added, up to `waiting`: a slow service is a fault that the add-on reports, not its own defect.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// `render`, `handle`, `receive`: somebody waits.
    pub interactive: Duration,
    /// Events, lifecycle hooks, `send`, language packs.
    pub background: Duration,
    /// The most that waiting for the host adds to either.
    pub waiting: Duration,
}

/// What one call may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// By the clock.
    pub deadlines: Deadlines,
    /// By instructions, for interactive calls; background calls get five times that.
    pub fuel: u64,
    /// Bytes of all linear memories together.
    pub memory: usize,
    /// Elements of all tables together.
    pub table_elements: usize,
    /// Core instances; a Python component has 14 modules.
    pub instances: usize,
    /// Tables.
    pub tables: usize,
    /// Linear memories.
    pub memories: usize,
    /// Live component-model handles.
    pub handles: usize,
    /// Bytes that a component may hand over in one call of the host, or in its answer.
    pub hostcall_bytes: usize,
    /// Entries of the WASI resource table.
    pub resources: usize,
    /// Log lines a call.
    pub log_lines: usize,
    /// Log bytes a call.
    pub log_bytes: usize,
    /// Calls of each host function that writes to tickets and contacts.
    pub writes: u32,
    /// Bytes that they write together.
    pub write_bytes: usize,
    /// Values that are set or deleted.
    pub kv_writes: u32,
    /// Bytes of them together.
    pub kv_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadlines: Deadlines {
                interactive: Duration::from_secs(2),
                background: Duration::from_secs(10),
                waiting: Duration::from_secs(10),
            },
            fuel: 4_000_000_000,
            memory: 64 << 20,
            table_elements: 20_000,
            instances: 40,
            tables: 40,
            memories: 2,
            handles: 2_000,
            hostcall_bytes: 2 << 20,
            resources: 1_000,
            log_lines: 200,
            log_bytes: 64 << 10,
            writes: 5,
            write_bytes: 1 << 20,
            kv_writes: 500,
            kv_bytes: 4 << 20,
        }
    }
}

/// Outbound HTTP.
#[derive(Debug, Clone)]
pub struct EgressConfig {
    /// By host name: the loopback URL that gets the host's requests instead. For development and tests; see
    /// [`crate::egress::parse_override`].
    pub overrides: BTreeMap<String, Url>,
    /// Requests that a desk may send in a minute, and at once after a quiet one.
    pub requests_per_minute: u32,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self { overrides: BTreeMap::new(), requests_per_minute: 600 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_under_way_fit_into_their_memory() {
        let limits = Limits::default();
        let within = |mib: u64, most| {
            let slots = Slots::within(mib << 20, most, &limits);
            (slots.installation, slots.desk, slots.host)
        };
        assert_eq!(within(1 << 20, 512), (8, 32, 512), "never more than the design says");
        assert_eq!(within(4096, 512), (8, 32, 64));
        assert_eq!(within(1024, 512), (4, 12, 16), "where few fit nobody gets all of them");
        assert_eq!(within(0, 512), (1, 1, 1), "and one call always runs");
        assert_eq!(within(4096, 10), (2, 7, 10));
    }

    #[test]
    fn as_many_components_compute_at_once_as_there_are_cores() {
        let config = SandboxConfig::new(PathBuf::new(), [7; 32], Compiler::InProcess);
        assert_eq!(config.threads, std::thread::available_parallelism().unwrap().get());
    }
}
