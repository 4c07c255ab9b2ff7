//! The commands of the README's section for authors, run as they stand there and in their order.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::support::{
    author::Author,
    database::Database,
    host::{ADMIN, Setup},
};

const README: &str = include_str!("../../../README.md");
const SECTION: &str = "\n## Write an add-on\n";
/// What the text before a block says when the block does not return.
const ANOTHER: &str = "another terminal";

/// A block of commands, and where it is typed.
#[derive(Debug)]
pub(super) struct Block<'a> {
    pub(super) commands: &'a str,
    in_another_terminal: bool,
}

/// Those of a shell, in their order.
pub(super) fn blocks(section: &str) -> Vec<Block<'_>> {
    let mut parts = section.split("```");
    let mut found = Vec::new();
    while let (Some(before), Some(block)) = (parts.next(), parts.next()) {
        if let Some(commands) = block.strip_prefix("sh\n") {
            found.push(Block { commands, in_another_terminal: before.contains(ANOTHER) });
        }
    }
    found
}

/// A shell that ends at the first command that fails.
pub(super) struct Terminal {
    child: Child,
    input: ChildStdin,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Terminal {
    pub(super) fn open(author: &Author, at: &Path) -> Self {
        let mut shell = author.command(at, "bash", &["-eo", "pipefail"]);
        // A group of its own, so that it can be interrupted with all that it runs.
        let mut child = shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, lines: BufReader::new(output).lines() }
    }

    /// Types commands, and reads on until a line of the answers has `words`.
    pub(super) fn type_until(&mut self, commands: &str, words: &str) {
        self.input.write_all(commands.as_bytes()).unwrap();
        let mut shown = Vec::new();
        for line in self.lines.by_ref().map_while(Result::ok) {
            if line.contains(words) {
                return;
            }
            shown.push(line);
        }
        panic!("the shell ended before {words:?}:\n{commands}\n{}", shown.join("\n"));
    }

    /// Ctrl-C, and closes it.
    pub(super) fn interrupt(self) {
        let Self { mut child, input, lines } = self;
        let group = format!("-{}", child.id());
        assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
        drop(input);
        child.wait().unwrap();
        // Until here somebody reads what is printed.
        drop(lines);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_the_readme_work_as_they_stand() {
    let (_, section) = README.split_once(SECTION).unwrap();
    let section = section.split_once("\n## ").unwrap().0;
    let host = Setup::new(Database::sqlite()).start().await;
    // What differs from reader to reader: where the host is, and who they are to it.
    let section = section.replace("http://127.0.0.1:8080", &host.url).replace("you@example.com", ADMIN.0);

    // The checkout in which `make run` has built the program, and keeps its data.
    let author = Author::new("readme");
    let checkout = author.folder().join("annex-checkout");
    std::fs::create_dir_all(checkout.join("target/debug")).unwrap();
    std::fs::rename(author.program(), checkout.join("target/debug/annex")).unwrap();
    std::os::unix::fs::symlink(host.setup().data(), checkout.join("data")).unwrap();

    let mut terminal = Terminal::open(&author, &checkout);
    let blocks = blocks(&section);
    assert!(blocks.iter().any(|block| block.in_another_terminal), "{blocks:?}");
    for Block { commands, in_another_terminal } in blocks {
        if in_another_terminal {
            let mut other = Terminal::open(&author, &checkout);
            other.type_until(commands, "http://127.0.0.1:");
            other.interrupt();
        } else {
            terminal.type_until(&format!("{commands}\necho that was all\n"), "that was all");
        }
    }
    assert_eq!(host.api().get("/addons/acme.greeter").await["versions"][0]["version"], "0.1.0");
}
