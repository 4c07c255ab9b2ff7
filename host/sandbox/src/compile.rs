//! From a component's bytes to machine code: first a cheap look at its size and shape ([`check`]), then a child process
//! that may be killed ([`child`]). Compilers are large, and fed with hostile input they can take any time and memory:
//! without limits, 5.9 MB of wasm took 20 s and 5.2 GiB.

pub(crate) mod check;
pub(crate) mod child;
pub(crate) mod queue;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
};

use crate::{
    config::{Compiler, CompilerCommand},
    engine::{self, Effort},
    error::CompileError,
};

/// The largest artifact that is taken; a Python component gives about 90 MB.
const LARGEST_ARTIFACT: u64 = 384 << 20;
const LONGEST_MESSAGE: u64 = 16 << 10;

/// What a compiler made.
pub(crate) struct Made {
    /// Machine code.
    pub(crate) code: Vec<u8>,
    /// The processor time that it took: a machine that is busy with other things makes it no longer.
    pub(crate) spent: Duration,
}

/// Compiles a component that was checked.
pub(crate) async fn compile(compiler: &Compiler, wasm: Vec<u8>) -> Result<Made, CompileError> {
    match compiler {
        Compiler::Child(command) => {
            let done = tokio::time::timeout(command.wall, run(command, wasm)).await;
            // Time on the wall says how busy the machine is, not what the component costs.
            let hung = || Err(CompileError::Unavailable("it did not end".into()));
            done.unwrap_or_else(|_| hung())
        }
        #[cfg(any(test, feature = "in-process-compiler"))]
        Compiler::InProcess => {
            let started = std::time::Instant::now();
            let done = tokio::task::spawn_blocking(move || machine_code(&wasm, Effort::default())).await;
            let code =
                done.map_err(|error| CompileError::Unavailable(error.to_string()))?.map_err(CompileError::Refused)?;
            Ok(Made { code, spent: started.elapsed() })
        }
    }
}

/// Compiles in this process; an error says why the component is refused.
fn machine_code(wasm: &[u8], effort: Effort) -> Result<Vec<u8>, String> {
    caught(|| engine::for_compiler(effort)?.precompile_component(wasm))
}

/// Compilers are large, and see what no toolchain writes: where one panics, it does not take the component.
fn caught<T>(work: impl FnOnce() -> wasmtime::Result<T>) -> Result<T, String> {
    let panic = match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => return done.map_err(|error| format!("{error:#}")),
        Err(panic) => panic,
    };
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    // That is about the machine, which has no threads left, and not about the component.
    if said.contains("thread pool") {
        resume_unwind(panic);
    }
    Err(format!("the compiler fails on it: {said}"))
}

async fn run(command: &CompilerCommand, wasm: Vec<u8>) -> Result<Made, CompileError> {
    let unavailable = |error: std::io::Error| CompileError::Unavailable(error.to_string());
    let mut child = Command::new(&command.program)
        .args(&command.args)
        .env_clear()
        // Each thread of the compiler needs memory of its own: on a large machine, one per core would pass the limit.
        .env("RAYON_NUM_THREADS", "4")
        .env(child::CPU_SECONDS, command.cpu_seconds.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(unavailable)?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A child that died has an exit status that says more than a broken pipe.
            let _ = stdin.write_all(&wasm).await;
            let _ = stdin.shutdown().await;
        }
    };
    let ((), artifact, message) = tokio::join!(feed, take(stdout, LARGEST_ARTIFACT), take(stderr, LONGEST_MESSAGE));
    let status = child.wait().await.map_err(unavailable)?;
    let artifact = artifact.map_err(unavailable)?;
    let message = String::from_utf8_lossy(&message.unwrap_or_default()).trim().to_owned();
    match status.code() {
        Some(0) if artifact.len() as u64 >= LARGEST_ARTIFACT => Err(CompileError::OverLimit("its machine code".into())),
        Some(0) if !artifact.is_empty() => Ok(Made { code: artifact, spent: child::spent(&message) }),
        Some(child::REFUSED) => Err(CompileError::Refused(message)),
        Some(code) => Err(CompileError::Unavailable(format!("it ended with status {code}: {message}"))),
        None => Err(killed(status)),
    }
}

async fn take(stream: Option<impl AsyncRead + Unpin>, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(most).read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

/// By a signal: of the limit on processor time, or of an allocation that failed. Any other, SIGKILL above all, comes from
/// outside: an operator, or a machine without memory. That is not the component's fault.
#[cfg(unix)]
fn killed(status: std::process::ExitStatus) -> CompileError {
    use std::os::unix::process::ExitStatusExt as _;
    const SIGABRT: i32 = 6;
    const SIGXCPU: i32 = 24;
    match status.signal() {
        Some(SIGXCPU) => CompileError::Budget("60 s of processor time"),
        Some(SIGABRT) => CompileError::Budget("1 GiB of memory"),
        other => CompileError::Unavailable(format!("it was ended by signal {}", other.unwrap_or_default())),
    }
}

#[cfg(not(unix))]
fn killed(_: std::process::ExitStatus) -> CompileError {
    CompileError::Unavailable("it was ended".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_that_panics_refuses() {
        let refused = caught::<()>(|| panic!("two of {}", "them"));
        assert_eq!(refused, Err("the compiler fails on it: two of them".into()));
        assert!(machine_code(b"\0asm\x0d\0\x01\0", Effort::default()).is_ok());
    }
}
