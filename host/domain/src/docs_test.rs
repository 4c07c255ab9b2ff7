//! The lists of `host/docs` pair what is tried, bounded and required with tests: each test that they name exists.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const LISTS: [&str; 3] = ["security.md", "limits.md", "requirements.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn functions(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            functions(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let names =
                text.split("fn ").skip(1).map(|rest| rest.split(['(', '<']).next().unwrap_or_default().to_owned());
            found.extend(names);
        }
    }
}

/// The tests that a list names: the last parts of paths, several of them in braces.
fn named(list: &str) -> BTreeSet<&str> {
    let paths = list.split('`').skip(1).step_by(2).filter(|span| span.contains("::"));
    let names = paths.flat_map(|path| match path.split_once("::{") {
        Some((_, several)) => several.trim_end_matches('}').split(',').map(str::trim).collect(),
        None => vec![path.rsplit("::").next().unwrap_or_default()],
    });
    names.filter(|name| name.contains('_')).collect()
}

#[test]
fn every_test_that_a_list_names_exists() {
    let mut known = BTreeSet::new();
    for folder in ["host", "sdk", "tests", "plugins"] {
        functions(&root().join(folder), &mut known);
    }
    for list in LISTS {
        let text = fs::read_to_string(root().join("host/docs").join(list)).unwrap();
        let names = named(&text);
        assert!(names.len() > 10, "{list}: {names:?}");
        let missing: Vec<_> = names.into_iter().filter(|name| !known.contains(*name)).collect();
        assert!(missing.is_empty(), "{list} names tests that do not exist: {missing:?}");
    }
}
