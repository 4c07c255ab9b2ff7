//! Codes of the author's tools themselves: the project, its scenarios, compiling, keys, the local host, and other hosts.

use super::Entry;

const RUST: &str = "an add-on in Rust is compiled on this machine, by its own tools";
const KEYS: &str =
    "whoever has the key publishes in your name, so it is kept for its owner alone and never replaced unseen";
const LOCAL: &str = "`annex addon dev` runs a whole host on this machine";
const HOSTS: &str = "the token goes along with every request, and must reach its own host alone";

pub(super) const ENTRIES: &[Entry] = &[
    [
        "addon-name",
        "the publisher and the name do not make an add-on's id, or the name is that of another crate",
        "the id stands in addresses and file names, and never changes",
        "use a name such as `order-lookup`: 2 to 40 of a-z, 0-9 and -",
    ],
    [
        "cargo-failed",
        "cargo failed before the compiler said anything",
        RUST,
        "`cargo build` in the add-on's folder shows everything",
    ],
    ["cargo-missing", "cargo cannot be started", RUST, "install Rust from https://rustup.rs"],
    [
        "check-unavailable",
        "the machine cannot check the package now; nothing is said about the package",
        "the check compiles and runs the component, which takes memory and a place for files",
        "free memory and disk space, and try again",
    ],
    [
        "dev-setup",
        "a command that prepares the local host failed",
        LOCAL,
        "start with new data: `annex addon dev --fresh`",
    ],
    [
        "file",
        "a file or folder cannot be read or written",
        "the system refused it, for the reason in the message",
        "check the path, who may read and write there, and the free space",
    ],
    [
        "folder-not-empty",
        "there is something in the folder already",
        "nothing of yours is written over",
        "name another folder with --dir",
    ],
    ["host-ended", "the local host ended by itself", LOCAL, "the end of the log that is named says why"],
    [
        "host-not-https",
        "the address of a host is not https",
        HOSTS,
        "use https://…; plain http is for a host on this machine",
    ],
    [
        "host-start",
        "the local host did not start",
        LOCAL,
        "the message says why; with data of another version: `annex addon dev --fresh`",
    ],
    [
        "host-unreachable",
        "a host does not answer",
        "the name, the network or the host itself is at fault",
        "check the address, and that the host runs",
    ],
    [
        "http-client",
        "this program cannot make requests",
        "TLS or its certificates cannot be set up on this machine",
        "install the system's certificates (ca-certificates)",
    ],
    [
        "key-exists",
        "there is a key of that name already",
        KEYS,
        "choose another name, or replace it with `annex key rotate`",
    ],
    ["key-name", "the name cannot be that of a key", "it is the name of two files", "use 1 to 60 of a-z, 0-9, - and _"],
    [
        "key-not-writable",
        "the key cannot be written as PEM",
        "it is a defect of this program",
        "make another key with `annex key new`",
    ],
    [
        "key-readable",
        "other users can read or change the private key",
        KEYS,
        "chmod 600 the file; if somebody may have read it, rotate the key",
    ],
    [
        "no-component",
        "the crate compiles, but not to a component",
        RUST,
        "add `[lib]` with `crate-type = [\"cdylib\"]` to Cargo.toml",
    ],
    [
        "no-crate",
        "there is no Rust crate to compile",
        RUST,
        "name `build` and `component` in annex.toml; `check`, `test` and `pack` also take --component FILE",
    ],
    ["no-home", "there is no home folder to keep keys in", KEYS, "name a folder with --keys DIR"],
    [
        "no-key",
        "there is no key of that name, and no such file",
        KEYS,
        "see `annex key list`, or make one with `annex key new`",
    ],
    [
        "no-manifest",
        "the folder has no annex.toml",
        "it says what the add-on is",
        "run this in an add-on's folder, or make one with `annex addon new NAME`",
    ],
    [
        "no-randomness",
        "the operating system supplied no random bytes",
        KEYS,
        "try again on a machine whose random source works",
    ],
    [
        "no-such-code",
        "`annex addon explain` does not know the code",
        "it explains the codes of the tools, of the check and of a host's intake",
        "pass the word in brackets after `error`, such as `manifest-too-long`",
    ],
    ["not-a-key", "the file is not an Ed25519 key in PEM form", KEYS, "make a key with `annex key new`"],
    [
        "not-as-expected",
        "a step of a scenario went another way than it says",
        "either the add-on or the expectation is wrong",
        "correct the add-on, or what is expected",
    ],
    ["not-utf8", "a text file is not UTF-8", "texts are read as UTF-8 everywhere", "save it as UTF-8"],
    [
        "port-in-use",
        "another program listens on the port",
        LOCAL,
        "take another one with --listen 127.0.0.1:PORT, or port 0 for any free one",
    ],
    ["rust", "the Rust compiler does not accept the add-on's code", RUST, "correct the place that the message names"],
    ["rustc-missing", "rustc cannot be started", RUST, "install Rust from https://rustup.rs"],
    [
        "scenario",
        "a scenario cannot be read or begun: not TOML, an unknown key, or something that it names is not there",
        "a key that nobody reads would test nothing",
        "compare it with the scenarios that `annex addon new` makes",
    ],
    [
        "scenarios-cut",
        "the scenarios take more than 40 seconds together",
        "a host runs them for every package that comes in",
        "make them shorter; one for each thing that the add-on does is enough",
    ],
    [
        "setting",
        "a scenario sets a setting that the manifest does not have, or to what it refuses",
        "a help desk could not enter it either",
        "correct the key or the value",
    ],
    ["signal", "this program cannot listen for Ctrl-C", LOCAL, "run it in a terminal or under a service manager"],
    [
        "stuck",
        "the local host is still at it after two minutes",
        LOCAL,
        "stop, and start with new data: `annex addon dev --fresh`",
    ],
    ["target-missing", "the Rust target for components is not installed", RUST, "rustup target add wasm32-wasip2"],
    [
        "test-setup",
        "the machine cannot run scenarios now; nothing is said about the add-on",
        "they need memory, a place for files, and loopback",
        "free memory and disk space, and try again",
    ],
    [
        "usage",
        "the command line has a word, option or value that the command does not know",
        "nothing is begun by half",
        "`annex addon COMMAND --help` lists what there is",
    ],
    [
        "version",
        "the version of the manifest cannot be numbered for a local build",
        LOCAL,
        "use a version such as 1.2.0",
    ],
    [
        "watch",
        "changes of files cannot be watched",
        LOCAL,
        "raise the system's limit of watched files, or build by hand with `annex addon build`",
    ],
];
