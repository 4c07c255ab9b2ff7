//! What the tests of the examples share: a chapter of the guide shows what is really in the add-on, so that it cannot grow old.

/// Fails, showing it, when a block in Rust or TOML is in none of the add-on's files, however far it is indented there; or when the
/// chapter is longer than people read.
pub(crate) fn is_real(chapter: &str, files: &[&str]) {
    assert!(chapter.lines().count() <= 200, "a chapter has at most 200 lines");
    let flat = |text: &str| text.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    let files: Vec<String> = files.iter().map(|file| flat(file)).collect();
    let blocks = chapter.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    let code: Vec<&str> =
        blocks.filter(|(language, _)| matches!(*language, "rust" | "toml")).map(|(_, code)| code).collect();
    assert!(!code.is_empty(), "there is no code in it");
    for code in code {
        assert!(files.iter().any(|file| file.contains(&flat(code))), "no file of the add-on has:\n{code}");
    }
}
