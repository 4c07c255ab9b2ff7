//! What the machine has.

use std::path::Path;

/// Bytes of memory: the machine's, or what its container may use of it.
pub(crate) fn memory() -> u64 {
    let machine = rustix::system::sysinfo();
    let all = (machine.totalram as u64).saturating_mul(u64::from(machine.mem_unit.max(1)));
    limit_in(Path::new("/sys/fs/cgroup/memory.max")).map_or(all, |limit| limit.min(all))
}

/// The limit that a control group file names; none where it says `max`, or there is no such file.
fn limit_in(file: &Path) -> Option<u64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_memory_and_a_container_may_have_less() {
        assert!(memory() >= 64 << 20);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("memory.max");
        for (text, limit) in [("max\n", None), ("1073741824\n", Some(1 << 30)), ("", None)] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(limit_in(&file), limit, "{text:?}");
        }
        assert_eq!(limit_in(&folder.path().join("none")), None);
    }
}
