//! A Rust that does not do is told by its cause, by the build as by `annex doctor`.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::author::Author;

/// What `rustc` and `cargo` do instead, the code of the error, and what is in its fix.
const BROKEN: [(&str, &str, &str); 3] = [
    ("echo \"error: toolchain '1.80.0' is not installed\" >&2; exit 1", "toolchain-unusable", "rustup show"),
    ("[ \"$1\" = --version ] && echo 'rustc 1.80.0 (051478957 2024-07-21)'", "toolchain-old", "rustup update"),
    (
        "[ \"$1\" = --version ] && echo 'rustc 9.9.9' || echo /nowhere",
        "target-missing",
        "rustup target add wasm32-wasip2",
    ),
];

#[test]
fn what_is_wrong_with_rust_is_told_by_its_cause() {
    let author = Author::new("toolchain");
    let project = author.new_addon("greeter", "plugin");
    let tools = author.folder().join("tools");
    std::fs::create_dir(&tools).unwrap();
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    for (does, code, fix) in BROKEN {
        for name in ["rustc", "cargo"] {
            std::fs::write(tools.join(name), format!("#!/bin/sh\n{does}\n")).unwrap();
            std::fs::set_permissions(tools.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let answer = |words: &[&str]| -> Value {
            let mut command = author.command(&project, author.program(), words);
            let output = command.env("PATH", &path).env("RUSTUP_TOOLCHAIN", "stable").output().unwrap();
            assert!(!output.status.success(), "{words:?}");
            serde_json::from_slice(&output.stdout).unwrap()
        };
        let built = answer(&["addon", "build", "--json"]);
        let error = &built["errors"][0];
        assert_eq!(error["code"], code, "{built}");
        assert!(error["fix"].as_str().unwrap().contains(fix), "{built}");

        let report = answer(&["doctor", "--json"]);
        let findings = report["result"]["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["problem"]["code"] == code), "{report}");
        let others =
            ["toolchain-unusable", "toolchain-old", "target-missing"].into_iter().filter(|other| *other != code);
        for other in others {
            assert!(!findings.iter().any(|finding| finding["problem"]["code"] == other), "{other}: {report}");
        }
    }
}
