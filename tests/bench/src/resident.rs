//! The memory of add-ons that are loaded and idle: many different components, each called once, in a process of its own
//! that loads their artifacts and does not compile.

use std::{path::Path, process::Command};

use annex_sandbox::Errand;

use crate::{Failure, ours};

const COMPONENTS: usize = 200;

pub struct Memory {
    pub count: usize,
    pub component_bytes: usize,
    pub mib_each: f64,
}

pub fn measure(component: &[u8]) -> Result<Memory, Failure> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sandbox = ours::sandbox(&folder.path().join("artifacts"))?;
    for at in 0..COMPONENTS {
        let one = variant(component, at);
        std::fs::write(folder.path().join(format!("{at}.wasm")), &one)?;
        runtime.block_on(sandbox.admit(&ours::package(one)?, Errand::Use))?;
    }
    let output = Command::new(std::env::current_exe()?)
        .args(["resident".as_ref(), folder.path().as_os_str(), COMPONENTS.to_string().as_ref()])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let bytes: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(Memory { count: COMPONENTS, component_bytes: component.len(), mib_each: bytes / f64::from(1 << 20) })
}

/// Another component with the same code: a custom section tells it apart.
fn variant(component: &[u8], at: usize) -> Vec<u8> {
    let number = u32::try_from(at).unwrap_or_default().to_le_bytes();
    let mut one = component.to_vec();
    one.extend([0, 6, 1, b'n']);
    one.extend(number);
    one
}

/// Prints the bytes of resident memory that each of `count` components takes.
pub fn child(folder: &Path, count: usize) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let sandbox = ours::sandbox(&folder.join("artifacts"))?;
    let load = |at: usize| -> Result<_, Failure> {
        let package = ours::package(std::fs::read(folder.join(format!("{at}.wasm")))?)?;
        let addon = runtime.block_on(sandbox.admit(&package, Errand::Use))?;
        let finished = runtime.block_on(sandbox.render(&addon, ours::scope(&addon), ours::context()));
        finished.result?;
        Ok(addon)
    };
    // The first one pays for what all share.
    let mut kept = vec![load(0)?];
    let before = resident_bytes()?;
    for at in 1..count {
        kept.push(load(at)?);
    }
    let each = (resident_bytes()? - before) / u32::try_from(count - 1).map(f64::from)?;
    println!("{each}");
    drop(kept);
    Ok(())
}

fn resident_bytes() -> Result<f64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
}
