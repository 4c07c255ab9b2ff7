//! `annex addon new`: a folder from a template, ready to build, test and run.

use std::path::{Path, PathBuf};

use annex_check::{Diagnostic, Failure};
use annex_domain::addon::{AddonId, Kind};
use serde::Serialize;

use crate::{
    args::NewArgs,
    ask::{self, Choice},
    files,
    output::{Answer, Output},
    sdk,
};

/// A file of a template: where it goes, and its text with placeholders such as `__ID__`.
type File = (&'static str, &'static str);

const COMMON: [File; 4] = [
    ("Cargo.toml", include_str!("../templates/Cargo.toml.tmpl")),
    (".gitignore", include_str!("../templates/gitignore.tmpl")),
    ("README.md", include_str!("../templates/README.md.tmpl")),
    (SCHEMA, annex_check::schema::MANIFEST),
];
/// Named by the first line of each manifest: editors complete and check by it.
const SCHEMA: &str = "annex.schema.json";
const PLUGIN: [File; 4] = [
    ("annex.toml", include_str!("../templates/plugin/annex.toml.tmpl")),
    ("src/lib.rs", include_str!("../templates/plugin/src/lib.rs.tmpl")),
    ("scenarios/greets.toml", include_str!("../templates/plugin/greets.toml.tmpl")),
    ("scenarios/hears.toml", include_str!("../templates/plugin/hears.toml.tmpl")),
];
const CHANNEL: [File; 4] = [
    ("annex.toml", include_str!("../templates/channel/annex.toml.tmpl")),
    ("src/lib.rs", include_str!("../templates/channel/src/lib.rs.tmpl")),
    ("scenarios/receives.toml", include_str!("../templates/channel/receives.toml.tmpl")),
    ("scenarios/sends.toml", include_str!("../templates/channel/sends.toml.tmpl")),
];
const LANGUAGE: [File; 4] = [
    ("annex.toml", include_str!("../templates/language/annex.toml.tmpl")),
    ("src/lib.rs", include_str!("../templates/language/src/lib.rs.tmpl")),
    ("locales/eo.ftl", include_str!("../templates/language/eo.ftl.tmpl")),
    ("scenarios/describes.toml", include_str!("../templates/language/describes.toml.tmpl")),
];
const ICON: &[u8] = include_bytes!("../templates/icon.png");

/// What each kind is for, in the words of the question. The first one is what most make.
const PLUGIN_IS: Choice<Kind> = (Kind::Plugin, "a panel beside each ticket; hears what happens to tickets");
const OTHER_KINDS: [Choice<Kind>; 2] = [
    (Kind::Channel, "messages of a service become tickets, and replies go back"),
    (Kind::Language, "the panel in one more language"),
];
const RUST_IS: Choice<Lang> = (Lang::Rust, "compiled by cargo, with the crate annex-sdk");

annex_domain::words! {
    /// What an add-on is written in.
    pub enum Lang: "language that there are templates for" {
        /// Rust, with annex-sdk.
        Rust = "rust",
    }
}

/// A new add-on.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    id: String,
    kind: &'static str,
    lang: &'static str,
    folder: String,
    /// Where the crate annex-sdk is in it.
    sdk: &'static str,
    files: Vec<String>,
}

impl Answer for Made {
    fn text(&self) -> String {
        format!(
            "made the {} {} in {}\n  cd {}\n  annex addon dev      run it in a local help desk, reload on each save\n  \
             annex addon test     run its scenarios in the sandbox",
            self.kind, self.id, self.folder, self.folder
        )
    }
}

pub(crate) fn run(args: &NewArgs, output: Output) -> Result<Made, Failure> {
    let id = args.id().map_err(|error| {
        Diagnostic::new("addon-name", format!("`{}.{}` cannot be an add-on's id: {error}", args.publisher, args.name))
            .fix("use a name such as `order-lookup`")
    })?;
    let folder = args.dir.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Diagnostic::new("folder-not-empty", "there is something in this folder already")
            .file(&folder)
            .fix("name another folder with --dir")
            .into());
    }
    let kind = ask::choice(args.kind, "What is it?", PLUGIN_IS, &OTHER_KINDS, output)?;
    let lang = ask::choice(args.lang, "What is it written in?", RUST_IS, &[], output)?;
    let files = match lang {
        Lang::Rust => write_rust(args, &id, kind, &folder)?,
    };
    let folder = folder.display().to_string();
    Ok(Made { id: id.to_string(), kind: kind.as_str(), lang: lang.as_str(), folder, sdk: sdk::PATH, files })
}

/// A crate, and the SDK beside it. Answers the files that are the author's.
fn write_rust(args: &NewArgs, id: &AddonId, kind: Kind, folder: &Path) -> Result<Vec<String>, Failure> {
    let values = [
        ("__ID__", id.to_string()),
        ("__CRATE__", args.name.clone()),
        ("__TITLE__", title(&args.name)),
        ("__TYPE__", type_name(&args.name)),
        ("__PUBLISHER__", args.publisher.to_string()),
        ("__PUBLISHER_TITLE__", title(args.publisher.as_str())),
        ("__SDK__", sdk::PATH.to_owned()),
        ("__SERDE__", serde(kind).to_owned()),
    ];
    let mut written = Vec::new();
    for (path, template) in COMMON.into_iter().chain(template(kind)) {
        files::write(&folder.join(path), fill(template, &values).as_bytes())?;
        written.push(path.to_owned());
    }
    files::write(&folder.join("assets/icon.png"), ICON)?;
    written.push("assets/icon.png".into());
    sdk::write(folder)?;
    Ok(written)
}

fn template(kind: Kind) -> [File; 4] {
    match kind {
        Kind::Plugin => PLUGIN,
        Kind::Channel => CHANNEL,
        Kind::Language => LANGUAGE,
    }
}

fn fill(template: &str, values: &[(&str, String)]) -> String {
    // The longer placeholder first: `__PUBLISHER__` must not be found in `__PUBLISHER_TITLE__`, and is not.
    values.iter().fold(template.to_owned(), |text, (placeholder, value)| text.replace(placeholder, value))
}

/// `order-lookup` -> `Order lookup`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// `order-lookup` -> `OrderLookup`; `2nd` -> `Addon2nd`.
fn type_name(name: &str) -> String {
    let joined: String = name.split('-').map(|word| title(word).replace(' ', "")).collect();
    if joined.starts_with(|c: char| c.is_ascii_digit()) { format!("Addon{joined}") } else { joined }
}

/// Only the channel's code reads and writes JSON of its own.
fn serde(kind: Kind) -> &'static str {
    if kind == Kind::Channel { "serde = { version = \"1\", features = [\"derive\"] }\n" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{project::Project, scenario};

    #[test]
    fn every_template_has_a_fine_manifest_and_fine_scenarios() {
        for kind in Kind::ALL {
            let folder = tempfile::tempdir().unwrap();
            let args = NewArgs {
                name: "order-lookup".into(),
                kind: Some(kind),
                lang: Some(Lang::Rust),
                publisher: "acme".parse().unwrap(),
                dir: Some(folder.path().to_owned()),
            };
            let made = run(&args, Output::Text).unwrap();
            for file in &made.files {
                let text = String::from_utf8_lossy(&std::fs::read(folder.path().join(file)).unwrap()).into_owned();
                assert!(!text.contains("__"), "{file} has a placeholder left:\n{text}");
                assert!(!text.contains("path = \"/"), "{file} names a path of this machine:\n{text}");
            }
            let cargo_toml = folder.path().join("Cargo.toml");
            let text = std::fs::read_to_string(&cargo_toml).unwrap();
            let dependency = sdk::Dependency::find(&cargo_toml, &text).unwrap();
            assert_eq!(dependency.path.as_deref(), Some(Path::new(sdk::PATH)));
            assert!(sdk::is_in(folder.path()));
            let manifest = std::fs::read_to_string(folder.path().join("annex.toml")).unwrap();
            assert!(manifest.starts_with(&format!("#:schema ./{SCHEMA}\n")), "{manifest}");
            let project = Project::open(folder.path(), None).unwrap();
            assert_eq!((project.manifest.id.as_str(), project.manifest.kind), ("acme.order-lookup", kind));
            assert!(project.package_as(project.manifest.clone(), vec![0; 64].into()).is_ok());
            assert!(!scenario::load_all(folder.path(), None).unwrap().is_empty());
            assert_eq!(run(&args, Output::Text).unwrap_err().0[0].code, "folder-not-empty");
        }
    }

    #[test]
    fn names_become_titles_and_types() {
        assert_eq!(
            (title("order-lookup").as_str(), type_name("order-lookup").as_str()),
            ("Order lookup", "OrderLookup")
        );
        assert_eq!(type_name("2nd-line"), "Addon2ndLine");
    }
}
