//! The guide of add-on authors: the Markdown beside this crate, which every host shows at `/developers`. Here its examples in Rust
//! are compiled against annex-sdk, and run: each is a documentation test.

macro_rules! chapters {
    ($($name:ident: $file:literal;)+) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!(concat!("../", $file, ".md"))]
            mod $name {}
        )+

        /// Those with examples.
        #[cfg(test)]
        const CHAPTERS: &[&str] = &[$($file),+];
    };
}

chapters! {
    first_add_on: "first-add-on";
    how_a_call_runs: "how-a-call-runs";
    blocks: "blocks";
    desk_events: "desk-events";
    channels: "channels";
    languages: "languages";
    errors: "errors";
    security: "security";
    versions: "versions";
    cookbook: "cookbook";
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::CHAPTERS;

    #[test]
    fn every_example_is_compiled() {
        let mut with_examples = BTreeSet::new();
        for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "md")
                && fs::read_to_string(&file).unwrap().contains("```rust")
            {
                with_examples.insert(file.file_stem().unwrap().to_str().unwrap().to_owned());
            }
        }
        assert_eq!(with_examples, CHAPTERS.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>());
    }

    /// The guide is read in the repository as well, where nothing begins at a host's root.
    #[test]
    fn every_link_leads_to_a_file_from_where_it_stands() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut links = 0;
        for folder in [guide.to_owned(), guide.join("examples")] {
            let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "md")) {
                let text = fs::read_to_string(&file).unwrap();
                let led = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
                for link in led.filter(|link| !link.is_empty() && !link.contains("://")) {
                    let is_file = !link.starts_with('/') && folder.join(link).is_file();
                    assert!(is_file, "{} leads to {link}", file.display());
                    links += 1;
                }
            }
        }
        assert!(links > 50, "{links}");
    }

    /// All of the SDK, one file behind the other.
    fn sdk(folder: &Path) -> String {
        let parts = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        parts.map(|part| if part.is_dir() { sdk(&part) } else { fs::read_to_string(part).unwrap() }).collect()
    }

    /// What a piece of code names: the words before `(` and around `::`, and those behind a dot.
    fn names(code: &str) -> Vec<&str> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut found = Vec::new();
        for (at, _) in code.match_indices(is_part) {
            let begins = !code[..at].ends_with(is_part);
            let end = code[at..].find(|c: char| !is_part(c)).map_or(code.len(), |length| at + length);
            let (before, after) = (&code[..at], &code[end..]);
            let is_name = after.starts_with('(') || after.starts_with("::") || before.ends_with(['.', ':']);
            if begins && is_name {
                found.push(&code[at..end]);
            }
        }
        found
    }

    #[test]
    fn what_other_words_are_here_is_in_the_sdk() {
        let sdk = sdk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../addon/src"));
        let is_there = |name: &str| {
            let kinds = ["fn", "mod", "struct", "enum", "trait"];
            kinds.iter().any(|kind| sdk.contains(&format!("{kind} {name}")))
        };
        let (mut column, mut tried) = (0, 0);
        for row in include_str!("../moving.md").lines().filter(|line| line.starts_with('|')) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            column = cells.iter().position(|cell| *cell == "here").unwrap_or(column);
            let code = cells[column].split('`').skip(1).step_by(2);
            // What a file ends with is none of the SDK's, nor is a field of a call's context.
            for code in code.filter(|code| {
                code.contains("::") || code.contains('(') || (code.starts_with('.') && *code != ".annex")
            }) {
                for name in names(code).into_iter().filter(|name| *name != "ticket") {
                    assert!(is_there(name), "`{name}` of `{code}` is not in the SDK");
                    tried += 1;
                }
            }
        }
        assert!(tried > 20, "{tried}");
    }

    /// Recipes are what people copy: there are twelve, and none is only compiled.
    #[test]
    fn every_recipe_is_tried() {
        let cookbook = include_str!("../cookbook.md");
        let recipes: Vec<&str> = cookbook.split("\n## ").skip(1).collect();
        assert_eq!(recipes.len(), 12);
        for recipe in recipes {
            let name = recipe.lines().next().unwrap();
            assert!(recipe.contains("```rust\n") && recipe.contains("assert"), "{name}");
        }
    }
}
