//! Codes of the author's tools about the SDK in a project, the toolchain, and signing in and publishing at hosts.

use super::Entry;

const SDK: &str = "a project holds the SDK that it is built with, so that it builds the same on every machine";
const TOOLCHAIN: &str = "an add-on in Rust is compiled on this machine, by its own tools";
const LOGINS: &str = "who has a token acts in your name, so tokens are kept in a file for their owner alone";
const REVIEW: &str = "a version is reviewed before help desks can install it";

pub(super) const ENTRIES: &[Entry] = &[
    [
        "answer-too-large",
        "a host answers with more than the tools take",
        "a host may be anybody's, and what it sends is kept in memory until it is read",
        "check the address, and what stands before the host",
    ],
    [
        "build-failed",
        "the command in `build` of annex.toml failed",
        "an add-on in another language is made by a command of its own",
        "run the command in the add-on's folder until it works",
    ],
    ["cargo-toml", "Cargo.toml cannot be read", SDK, "correct the line that is named"],
    [
        "component-not-made",
        "the file that `component` in annex.toml names is not there",
        "`build` makes it, and the tools take it from there",
        "build it, or name the file that `build` makes",
    ],
    [
        "login-elsewhere",
        "the host leads to another one to let the tools in",
        "a host could begin a login at another one, and get the token that you allow there",
        "sign in at the public address of the host that you mean",
    ],
    ["logins", "there is no place for the file of logins", LOGINS, "name a file with --logins FILE"],
    [
        "logins-broken",
        "the file of logins cannot be understood",
        LOGINS,
        "delete it, and sign in again with `annex login HOST`",
    ],
    ["logins-readable", "other users can read or change the file of logins", LOGINS, "chmod 600 the file"],
    [
        "manifest-build",
        "`build` and `component` in annex.toml do not fit together",
        "an add-on in another language names the command that makes its component, and the file that comes of it",
        "write both keys as texts at the head of annex.toml",
    ],
    [
        "no-answer",
        "a question at the terminal was not answered",
        "what is not said with flags is asked for",
        "say it with the flags that `--help` lists",
    ],
    ["no-folder", "there is no such folder", "the command looks at a project", "check the path"],
    [
        "no-host",
        "no host is named",
        "commands go to the host that you signed in at last, or to the one that is named",
        "sign in with `annex login HOST`, or name one with --host",
    ],
    [
        "no-login",
        "the host does not let tools sign in",
        "`annex login` needs a host with a portal, of the same release as the tools",
        "check the address; without a portal, make a token in the panel and pass it with --token",
    ],
    [
        "no-package",
        "there is no package of the add-on",
        "packages are looked for in `dist`, where `annex addon pack` and `annex addon sign` write them",
        "pack it with `annex addon pack`, sign it with `annex addon sign`, or name the file",
    ],
    [
        "no-project",
        "your publisher has no such project at the host",
        "versions are handed in to a project",
        "make it in the portal under Projects, or check the id in annex.toml",
    ],
    ["no-sdk", "the add-on is no crate, so it has no annex-sdk", SDK, "`annex addon wit` writes what it is built with"],
    [
        "no-version",
        "the host has no such version of the add-on",
        REVIEW,
        "hand it in with `annex addon submit`; `annex addon status` lists what is there",
    ],
    [
        "not-a-publisher",
        "the token is not one of a publisher",
        "reviews belong to a publisher, whose tokens begin with annp_",
        "sign in with `annex login HOST`, or make a token in the portal",
    ],
    [
        "not-approved",
        "the technical review has not approved the version",
        REVIEW,
        "hand it in with `annex addon submit --wait`; `annex addon status` says where it stands",
    ],
    ["not-signed-in", "you are not signed in at the host", LOGINS, "see `annex whoami`"],
    [
        "not-this-api",
        "what answers at the address does not speak as a host does",
        "a page, a proxy or another program answers everything; only the documented answer says that something is done",
        "check the address, what stands before the host, and that host and tools are of the same release",
    ],
    [
        "other-package",
        "the package is not the one that was reviewed",
        "what help desks get is exactly what the reviewers saw",
        "publish the package that was reviewed, or submit this one",
    ],
    [
        "report-failed",
        "the host could not check the package",
        "each package is compiled, and its scenarios run, before it is reviewed",
        "have the version checked again in the portal, or submit it again later",
    ],
    [
        "report-late",
        "the report on the package is not there yet",
        "each package is compiled, and its scenarios run, before it is reviewed",
        "run the command again in a while: it goes on where it stopped",
    ],
    [
        "review-rejected",
        "a review rejected the version",
        REVIEW,
        "change what the note says, sign again and submit again",
    ],
    [
        "sdk-absolute",
        "annex-sdk is named by a path of this machine",
        SDK,
        "`annex addon upgrade` puts the SDK of this program in place",
    ],
    [
        "sdk-broken",
        "annex-sdk does not compile here",
        SDK,
        "the message is the compiler's; `annex addon upgrade` puts the SDK of this program in place",
    ],
    [
        "sdk-elsewhere",
        "the add-on takes annex-sdk from somewhere else than a folder of its own",
        SDK,
        "write it as a path in Cargo.toml, then run `annex addon upgrade`",
    ],
    [
        "sdk-missing",
        "the add-on does not depend on annex-sdk",
        SDK,
        "add it to [dependencies] of Cargo.toml, as the message shows",
    ],
    [
        "sdk-newer",
        "the add-on has a newer annex-sdk than this program",
        "an older SDK would take away what the add-on may use already",
        "install a newer `annex`",
    ],
    [
        "sdk-not-there",
        "there is no annex-sdk where Cargo.toml says",
        SDK,
        "`annex addon upgrade` puts the SDK of this program in place",
    ],
    [
        "sdk-unresolved",
        "cargo cannot get what annex-sdk is built with",
        "the SDK depends on crates of the registry that cargo uses",
        "check the connection to the registry, then run it again",
    ],
    [
        "several-keys",
        "there are several keys",
        "a package is signed by the key that is enrolled at the host",
        "name one with --key",
    ],
    [
        "several-packages",
        "there are several packages of the add-on",
        "packages are looked for in `dist`, where `annex addon pack` and `annex addon sign` write them",
        "name one of them, or delete the others",
    ],
    ["toolchain-old", "Rust is too old for annex-sdk", TOOLCHAIN, "`rustup update stable`, or choose a newer one"],
    [
        "toolchain-unusable",
        "Rust does not work in the add-on's folder",
        TOOLCHAIN,
        "the message says why; `rustup show` says which toolchain is used, and which file chose it",
    ],
    ["withdrawn", "the version was taken out of the review", REVIEW, "submit it again once it is ready"],
];
