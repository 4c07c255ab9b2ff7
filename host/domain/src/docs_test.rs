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

/// What stands between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The tests that a list names: the last parts of paths, several of them in braces; in the last column of a table also names
/// alone, beside their file.
fn named(list: &str) -> BTreeSet<&str> {
    let rows = list.lines().filter(|line| line.starts_with('|'));
    let shown_by = rows.filter_map(|row| row.trim_end().trim_end_matches('|').rsplit('|').next());
    let alone = shown_by.flat_map(spans).filter(|span| span.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_')));
    let paths = spans(list).filter(|span| span.contains("::"));
    let names = paths.flat_map(|path| match path.split_once("::{") {
        Some((_, several)) => several.trim_end_matches('}').split(',').map(str::trim).collect(),
        None => vec![path.rsplit("::").next().unwrap_or_default()],
    });
    names.chain(alone).filter(|name| name.contains('_')).collect()
}

#[test]
fn names_are_taken_from_paths_and_from_the_column_of_tests() {
    let list = "`crate::tests::in_prose`, `serde_json`\n| `X_Y` and `a_word` | `web/a.rs`: `in_a_row`; `a.rs` |\n\
                | | `a::{first_of_two, second_of_two}`, `tests` |\n| `a_word` | |\n";
    let expected = ["first_of_two", "in_a_row", "in_prose", "second_of_two"];
    assert_eq!(named(list), BTreeSet::from(expected));
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
