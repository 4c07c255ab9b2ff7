//! An author's machine: the program, Rust and the package registry, and a home with nothing in it. Its folders are the same in each
//! run, so that what cargo compiled for them is found again; what does not depend on a folder is shared by all authors.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use super::host::binary;

/// Where the SDK is in this repository, and whatever could lead there.
const HIDDEN: &str = "host plugins sdk wit";

/// Runs the words that follow where those folders of `$0` are empty.
const HIDE: &str = r#"for folder in $HIDDEN; do mount -t tmpfs none "$0/$folder" || exit 1; done; exec "$@""#;

/// Somebody who writes add-ons.
pub(crate) struct Author {
    folder: PathBuf,
    hides: bool,
}

impl Author {
    /// The author of one test, by a name that no other test uses.
    pub(crate) fn new(name: &str) -> Self {
        let folder = repository().join("target/authors").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("the folder of the last run");
        }
        std::fs::create_dir_all(folder.join("home")).expect("a folder");
        if std::fs::hard_link(binary(), folder.join("annex")).is_err() {
            std::fs::copy(binary(), folder.join("annex")).expect("a copy of the program");
        }
        Self { folder, hides: false }
    }

    /// As [`Self::new`], and what the author starts does not find this repository, where the system allows to hide it.
    pub(crate) fn away(name: &str) -> Self {
        let author = Self { hides: true, ..Self::new(name) };
        let sdk = repository().join("sdk/addon").display().to_string();
        let mut looks = author.command(author.folder(), "test", &["!", "-e", &sdk]);
        let hides = looks.stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        if !hides {
            eprintln!("this system hides no folders: the repository stays visible");
        }
        Self { hides, ..author }
    }

    /// Where projects are made; beside them the program and the home.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn program(&self) -> PathBuf {
        self.folder.join("annex")
    }

    /// The public key of that name, where `annex key new` puts it.
    pub(crate) fn public_key(&self, name: &str) -> PathBuf {
        self.folder.join("home/.config/annex/keys").join(format!("{name}.pub"))
    }

    /// Any program with its words, as the author starts it.
    pub(crate) fn command(&self, at: &Path, program: impl AsRef<OsStr>, words: &[&str]) -> Command {
        let mut command = if self.hides { Command::new("unshare") } else { Command::new(program.as_ref()) };
        if self.hides {
            command.args(["--user", "--map-root-user", "--mount", "sh", "-c", HIDE]).arg(repository()).arg(program);
        }
        for name in ["CARGO", "XDG_CONFIG_HOME", "ANNEX_KEYS", "ANNEX_HOST", "ANNEX_TOKEN"] {
            command.env_remove(name);
        }
        command
            .args(words)
            .current_dir(at)
            .env("HIDDEN", HIDDEN)
            .env("HOME", self.folder.join("home"))
            .env("CARGO_HOME", below_home("CARGO_HOME", ".cargo"))
            .env("RUSTUP_HOME", below_home("RUSTUP_HOME", ".rustup"))
            .env("CARGO_TARGET_DIR", repository().join("target/author-tests"))
            .env("npm_config_cache", repository().join("target/author-tests/npm"))
            .env("PIP_CACHE_DIR", repository().join("target/author-tests/pip"))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn annex(&self, at: &Path, words: &[&str]) -> Output {
        self.command(at, self.program(), words).output().expect("annex starts")
    }

    /// As [`Self::annex`], and it has to succeed. Answers what it printed.
    pub(crate) fn annex_ok(&self, at: &Path, words: &[&str]) -> String {
        let output = self.annex(at, words);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{words:?}\n{out}\n{err}");
        out.into_owned()
    }

    /// Makes a project of the publisher `acme`. Answers its folder.
    pub(crate) fn new_addon(&self, name: &str, kind: &str) -> PathBuf {
        self.new_addon_in(name, kind, "rust")
    }

    /// The same in any language that there are templates for.
    pub(crate) fn new_addon_in(&self, name: &str, kind: &str, lang: &str) -> PathBuf {
        let words = ["addon", "new", name, "--kind", kind, "--lang", lang, "--publisher", "acme"];
        self.annex_ok(&self.folder, &words);
        self.folder.join(name)
    }
}

/// This repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}

/// What Rust keeps below the home of whoever runs the tests: the author has the same Rust.
fn below_home(variable: &str, folder: &str) -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(folder);
    std::env::var_os(variable).map_or_else(home, PathBuf::from)
}
