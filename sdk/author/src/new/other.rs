//! What an add-on in another language than Rust begins with: its tools, pinned with the hashes of what they are; a world that says what it
//! uses of the host, so that its component imports that and nothing else; and the code.

use annex_domain::addon::Kind;

use super::File;

const JAVASCRIPT: [File; 6] = [
    (".gitignore", include_str!("../../templates/javascript/gitignore.tmpl")),
    ("README.md", README),
    ("build.sh", include_str!("../../templates/javascript/build.sh.tmpl")),
    ("build.mjs", include_str!("../../templates/javascript/build.mjs.tmpl")),
    ("package.json", include_str!("../../templates/javascript/package.json.tmpl")),
    ("package-lock.json", include_str!("../../templates/javascript/package-lock.json.tmpl")),
];
const PYTHON: [File; 4] = [
    (".gitignore", include_str!("../../templates/python/gitignore.tmpl")),
    ("README.md", README),
    ("build.sh", include_str!("../../templates/python/build.sh.tmpl")),
    ("requirements.txt", include_str!("../../templates/python/requirements.txt.tmpl")),
];
const README: &str = include_str!("../../templates/other.md.tmpl");

/// How they are built, for the manifest.
const BUILD: &str = "\
# How the component is made, and which file it is then. Packages do not have these two.
build = \"sh build.sh\"
component = \"target/addon.wasm\"
";

/// The step by which a language in JavaScript gets its texts.
const TEXTS: &str = include_str!("../../templates/javascript/texts.mjs.tmpl");

pub(super) fn javascript(kind: Kind) -> Vec<File> {
    let code = match kind {
        Kind::Plugin => include_str!("../../templates/javascript/plugin.js.tmpl"),
        Kind::Channel => include_str!("../../templates/javascript/channel.js.tmpl"),
        Kind::Language => include_str!("../../templates/javascript/language.js.tmpl"),
    };
    JAVASCRIPT.into_iter().chain([world(kind), ("src/addon.js", code)]).collect()
}

pub(super) fn python(kind: Kind) -> Vec<File> {
    let code = match kind {
        Kind::Plugin => include_str!("../../templates/python/plugin.py.tmpl"),
        Kind::Channel => include_str!("../../templates/python/channel.py.tmpl"),
        Kind::Language => include_str!("../../templates/python/language.py.tmpl"),
    };
    PYTHON.into_iter().chain([world(kind), ("src/addon.py", code)]).collect()
}

fn world(kind: Kind) -> File {
    let text = match kind {
        Kind::Plugin => include_str!("../../templates/wit/plugin.wit.tmpl"),
        Kind::Channel => include_str!("../../templates/wit/channel.wit.tmpl"),
        Kind::Language => include_str!("../../templates/wit/language.wit.tmpl"),
    };
    ("wit/world.wit", text)
}

/// What stands for the placeholders of JavaScript.
pub(super) fn javascript_values(kind: Kind) -> Vec<(&'static str, String)> {
    let (texts, functions) = match kind {
        Kind::Language => (TEXTS, "mkdirSync, readdirSync, readFileSync, writeFileSync"),
        Kind::Plugin | Kind::Channel => ("", "mkdirSync, writeFileSync"),
    };
    let code = [("__CODE__", "src/addon.js".to_owned()), ("__TOOLS__", "package-lock.json".to_owned())];
    let own = [("__TEXTS__", texts.to_owned()), ("__FS__", functions.to_owned())];
    values(kind, "ticket-created").into_iter().chain(code).chain(own).collect()
}

/// What stands for those of Python.
pub(super) fn python_values(kind: Kind) -> Vec<(&'static str, String)> {
    let texts = if kind == Kind::Language { " --python-path locales" } else { "" };
    let code = [("__CODE__", "src/addon.py".to_owned()), ("__TOOLS__", "requirements.txt".to_owned())];
    values(kind, "TicketCreated").into_iter().chain(code).chain([("__TEXTS__", texts.to_owned())]).collect()
}

/// What stands for those of both; `heard` is how the code names an event in its log.
fn values(kind: Kind, heard: &str) -> [(&'static str, String); 4] {
    let sources = if kind == Kind::Language { "src wit locales" } else { "src wit" };
    [
        ("__KIND__", kind.to_string()),
        ("__BUILD__", BUILD.to_owned()),
        ("__HEARD__", heard.to_owned()),
        ("__SOURCES__", sources.to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever makes a project runs what comes from a registry: exactly that which was tried.
    #[test]
    fn tools_are_pinned_with_their_hashes() {
        let lock: serde_json::Value = serde_json::from_str(JAVASCRIPT[5].1).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        let loose = packages.iter().filter(|(path, package)| !path.is_empty() && !package["integrity"].is_string());
        assert_eq!(loose.map(|(path, _)| path).collect::<Vec<_>>(), Vec::<&String>::new());
        let wanted: serde_json::Value = serde_json::from_str(JAVASCRIPT[4].1).unwrap();
        assert_eq!(lock["packages"][""]["devDependencies"], wanted["devDependencies"]);

        let required = PYTHON[3].1.split("\n").filter(|line| line.contains("=="));
        for line in required {
            assert!(line.ends_with(" \\"), "{line}: hashes follow");
        }
        assert!(PYTHON[3].1.contains("--hash=sha256:"));
    }
}
