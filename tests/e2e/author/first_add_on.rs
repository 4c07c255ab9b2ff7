//! The first chapter of the guide, followed to the letter: its commands, and the change that it asks for.

use super::readme::{Terminal, blocks};
use crate::support::author::Author;

const CHAPTER: &str = include_str!("../../../sdk/guide/first-add-on.md");
/// What the chapter changes, and where.
const CHANGE: [&str; 2] = ["`Hello` to `Welcome`", "`scenarios/greets.toml`"];

#[test]
fn the_first_chapter_works_as_it_stands() {
    let author = Author::new("chapter");
    let project = author.folder().join("greeter");
    let mut terminal = Terminal::open(&author, author.folder());
    terminal.type_until(&format!("export PATH=\"{}:$PATH\"\necho ready\n", author.folder().display()), "ready");
    for words in CHANGE {
        assert!(CHAPTER.contains(words), "{words}");
    }
    let mut running = None;
    // What installs something for Rust has been done where tests run.
    for block in blocks(CHAPTER).iter().filter(|block| !block.commands.starts_with("rustup ")) {
        let commands = block.commands;
        if commands.trim() == "annex addon dev" {
            let mut other = Terminal::open(&author, &project);
            other.type_until(&format!("\"{}\" addon dev\n", author.program().display()), "http://127.0.0.1:");
            running = Some(other);
            for file in ["src/lib.rs", "scenarios/greets.toml"] {
                let text = std::fs::read_to_string(project.join(file)).unwrap();
                assert!(text.contains("Hello"), "{file}");
                std::fs::write(project.join(file), text.replace("Hello", "Welcome")).unwrap();
            }
        } else {
            terminal.type_until(&format!("{commands}\necho that was all\n"), "that was all");
        }
    }
    running.expect("a help desk of the author").interrupt();
    assert!(project.join("dist/acme.greeter-0.1.0.annex").is_file());
}
