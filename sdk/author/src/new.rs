//! `annex addon new`: a folder from a template, ready to build, test and run.

mod other;

use std::path::{Path, PathBuf};

use annex_check::{Diagnostic, Failure};
use annex_domain::addon::{AddonId, Kind};
use serde::Serialize;

use crate::{
    args::NewArgs,
    ask::{self, Choice},
    files,
    output::{Answer, Output},
    sdk, wit,
};

/// A file of a template: where it goes, and its text with placeholders such as `__ID__`.
type File = (&'static str, &'static str);

/// Of a crate.
const CRATE: [File; 3] = [
    ("Cargo.toml", include_str!("../templates/Cargo.toml.tmpl")),
    (".gitignore", include_str!("../templates/gitignore.tmpl")),
    ("README.md", include_str!("../templates/README.md.tmpl")),
];
/// Named by the first line of each manifest: editors complete and check by it.
const SCHEMA: &str = "annex.schema.json";
/// Of each kind, whatever it is written in.
const PLUGIN: [File; 3] = [
    ("annex.toml", include_str!("../templates/plugin/annex.toml.tmpl")),
    ("scenarios/greets.toml", include_str!("../templates/plugin/greets.toml.tmpl")),
    ("scenarios/hears.toml", include_str!("../templates/plugin/hears.toml.tmpl")),
];
const CHANNEL: [File; 3] = [
    ("annex.toml", include_str!("../templates/channel/annex.toml.tmpl")),
    ("scenarios/receives.toml", include_str!("../templates/channel/receives.toml.tmpl")),
    ("scenarios/sends.toml", include_str!("../templates/channel/sends.toml.tmpl")),
];
const LANGUAGE: [File; 3] = [
    ("annex.toml", include_str!("../templates/language/annex.toml.tmpl")),
    ("locales/eo.ftl", include_str!("../templates/language/eo.ftl.tmpl")),
    ("scenarios/describes.toml", include_str!("../templates/language/describes.toml.tmpl")),
];
/// Names of crates that Rust has, or what add-ons are built with.
const CRATES: [&str; 10] =
    ["alloc", "annex-sdk", "core", "crate", "proc-macro", "self", "serde", "std", "super", "test"];
/// Names that each module has from Rust itself, and that a type of an add-on may seem to be made for.
const RUST: &str = "Self Option Some None Result Ok Err String Vec Box Clone Copy Send Sync Sized Drop Unpin Fn FnMut FnOnce AsyncFn \
    AsyncFnMut AsyncFnOnce Iterator IntoIterator Extend DoubleEndedIterator ExactSizeIterator FromIterator Default PartialEq Eq \
    PartialOrd Ord AsRef AsMut Into From TryFrom TryInto Future IntoFuture ToString ToOwned Debug Hash";
const ICON: &[u8] = include_bytes!("../templates/icon.png");

/// What each kind is for, in the words of the question. The first one is what most make.
const PLUGIN_IS: Choice<Kind> = (Kind::Plugin, "views beside tickets and elsewhere; hears what happens in the desk");
const OTHER_KINDS: [Choice<Kind>; 2] = [
    (Kind::Channel, "messages of a service become tickets, and replies go back"),
    (Kind::Language, "the panel in one more language"),
];
const RUST_IS: Choice<Lang> = (Lang::Rust, "compiled by cargo, with the crate annex-sdk; small and fast");
const OTHER_LANGS: [Choice<Lang>; 2] = [
    (Lang::JavaScript, "with Node.js and npm; a component has 12 to 16 MB"),
    (Lang::Python, "with Python and pip; a component has 18 MB"),
];

annex_domain::words! {
    /// What an add-on is written in.
    pub enum Lang: "language that there are templates for" {
        /// Rust, with annex-sdk.
        Rust = "rust",
        /// JavaScript, with componentize-js.
        JavaScript = "javascript",
        /// Python, with componentize-py.
        Python = "python",
    }
}

/// A new add-on.
#[derive(Debug, Serialize)]
pub(crate) struct Made {
    id: String,
    kind: &'static str,
    lang: &'static str,
    folder: String,
    /// Where in it is what it knows of the host: the crate annex-sdk, or the WIT.
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
    let lang = ask::choice(args.lang, "What is it written in?", RUST_IS, &OTHER_LANGS, output)?;
    if lang == Lang::Rust && CRATES.contains(&args.name.as_str()) {
        let what = format!(
            "`{}` cannot be the name of a crate: Rust, or what add-ons are built with, has it already",
            args.name
        );
        let fix = format!("add a word to it, such as `{}-panel`", args.name);
        return Err(Diagnostic::new("addon-name", what).fix(fix).into());
    }
    let files = write(args, &id, (kind, lang), &folder)?;
    let sdk = match lang {
        Lang::Rust => {
            sdk::write(&folder)?;
            sdk::PATH
        }
        Lang::JavaScript | Lang::Python => {
            wit::write(&folder.join(wit::FOLDER))?;
            wit::FOLDER
        }
    };
    let folder = folder.display().to_string();
    Ok(Made { id: id.to_string(), kind: kind.as_str(), lang: lang.as_str(), folder, sdk, files })
}

/// Answers the files that are the author's.
fn write(args: &NewArgs, id: &AddonId, (kind, lang): (Kind, Lang), folder: &Path) -> Result<Vec<String>, Failure> {
    let (files, of_lang) = match lang {
        Lang::Rust => (crate_files(kind), rust_values(args, kind)),
        Lang::JavaScript => (other::javascript(kind), other::javascript_values(kind)),
        Lang::Python => (other::python(kind), other::python_values(kind)),
    };
    let mut values = vec![
        ("__ID__", id.to_string()),
        ("__TITLE__", title(&args.name)),
        ("__PUBLISHER__", args.publisher.to_string()),
        ("__PUBLISHER_TITLE__", title(args.publisher.as_str())),
    ];
    values.extend(of_lang);
    let mut written = Vec::new();
    for (path, template) in files.into_iter().chain(of_kind(kind)).chain([(SCHEMA, annex_check::schema::MANIFEST)]) {
        files::write(&folder.join(path), fill(template, &values).as_bytes())?;
        written.push(path.to_owned());
    }
    files::write(&folder.join("assets/icon.png"), ICON)?;
    written.push("assets/icon.png".into());
    Ok(written)
}

fn crate_files(kind: Kind) -> Vec<File> {
    CRATE.into_iter().chain([("src/lib.rs", rust(kind))]).collect()
}

fn rust(kind: Kind) -> &'static str {
    match kind {
        Kind::Plugin => include_str!("../templates/plugin/src/lib.rs.tmpl"),
        Kind::Channel => include_str!("../templates/channel/src/lib.rs.tmpl"),
        Kind::Language => include_str!("../templates/language/src/lib.rs.tmpl"),
    }
}

fn rust_values(args: &NewArgs, kind: Kind) -> Vec<(&'static str, String)> {
    vec![
        ("__CRATE__", args.name.clone()),
        ("__TYPE__", type_name(&args.name, rust(kind))),
        ("__SDK__", sdk::PATH.to_owned()),
        ("__SERDE__", serde(kind).to_owned()),
        ("__BUILD__", String::new()),
        ("__HEARD__", "TicketCreated".to_owned()),
    ]
}

fn of_kind(kind: Kind) -> [File; 3] {
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

/// `order-lookup` -> `OrderLookup`; `2nd` -> `Addon2nd`. A name that stands for something else in `code` or what it uses gets a word
/// more: `language` -> `LanguageAddon`.
fn type_name(name: &str, code: &str) -> String {
    let joined: String = name.split('-').map(|word| title(word).replace(' ', "")).collect();
    if joined.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("Addon{joined}");
    }
    let is_taken = [code, sdk::prelude(), RUST].into_iter().any(|text| names(text).any(|taken| taken == joined));
    if is_taken { format!("{joined}Addon") } else { joined }
}

/// The words of code.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

/// Only the channel's code reads and writes JSON of its own.
fn serde(kind: Kind) -> &'static str {
    if kind == Kind::Channel { "serde = { version = \"1\", features = [\"derive\"] }\n" } else { "" }
}

#[cfg(test)]
mod tests {
    use annex_domain::manifest::WIT_PACKAGE;

    use super::*;
    use crate::{project::Project, recipe::Recipe, scenario};

    #[test]
    fn every_template_has_a_fine_manifest_and_fine_scenarios() {
        for (kind, lang) in Kind::ALL.into_iter().flat_map(|kind| Lang::ALL.into_iter().map(move |lang| (kind, lang))) {
            let folder = tempfile::tempdir().unwrap();
            let args = NewArgs {
                name: "order-lookup".into(),
                kind: Some(kind),
                lang: Some(lang),
                publisher: "acme".parse().unwrap(),
                dir: Some(folder.path().to_owned()),
            };
            let made = run(&args, Output::Text).unwrap();
            for file in &made.files {
                let text = String::from_utf8_lossy(&std::fs::read(folder.path().join(file)).unwrap()).into_owned();
                let mut words = text.split("__");
                let is_left =
                    words.any(|word| word.len() > 1 && word.bytes().all(|c| c.is_ascii_uppercase() || c == b'_'));
                assert!(!is_left, "{file} has a placeholder left:\n{text}");
                assert!(!text.contains("path = \"/"), "{file} names a path of this machine:\n{text}");
            }
            knows_the_host(folder.path(), lang);
            let manifest = std::fs::read_to_string(folder.path().join("annex.toml")).unwrap();
            assert!(manifest.starts_with(&format!("#:schema ./{SCHEMA}\n")), "{manifest}");
            let project = Project::open(folder.path(), None).unwrap();
            assert_eq!(project.recipe == Recipe::Cargo, lang == Lang::Rust);
            assert_eq!((project.manifest.id.as_str(), project.manifest.kind), ("acme.order-lookup", kind));
            assert_eq!(project.manifest.wit, WIT_PACKAGE);
            assert!(project.package_as(project.manifest.clone(), vec![0; 64].into()).is_ok());
            assert!(!scenario::load_all(folder.path(), None).unwrap().is_empty());
            assert_eq!(run(&args, Output::Text).unwrap_err().0[0].code, "folder-not-empty");
        }
    }

    fn knows_the_host(project: &Path, lang: Lang) {
        if lang != Lang::Rust {
            for version in ["0.1", "0.2"] {
                assert!(project.join(format!("wit/deps/annex-addon-{version}/world.wit")).is_file());
            }
            return;
        }
        let cargo_toml = project.join("Cargo.toml");
        let text = std::fs::read_to_string(&cargo_toml).unwrap();
        let dependency = sdk::Dependency::find(&cargo_toml, &text).unwrap();
        assert_eq!(dependency.path.as_deref(), Some(Path::new(sdk::PATH)));
        assert!(sdk::is_in(project));
    }

    #[test]
    fn names_become_titles_and_types() {
        let type_name = |name: &str| type_name(name, rust(Kind::Plugin));
        assert_eq!(
            (title("order-lookup").as_str(), type_name("order-lookup").as_str()),
            ("Order lookup", "OrderLookup")
        );
        assert_eq!(type_name("2nd-line"), "Addon2ndLine");
    }

    #[test]
    fn no_type_has_the_name_of_what_its_code_uses() {
        let named = |kind, name| type_name(name, rust(kind));
        assert_eq!(named(Kind::Plugin, "plugin"), "PluginAddon");
        assert_eq!(named(Kind::Plugin, "language"), "LanguageAddon", "the prelude has it");
        assert_eq!(named(Kind::Channel, "inbound-reply"), "InboundReplyAddon");
        assert_eq!(named(Kind::Language, "facts"), "FactsAddon");
        assert_eq!(named(Kind::Channel, "resource"), "Resource", "nothing is called so there");
        assert_eq!(named(Kind::Language, "option"), "OptionAddon");
        for kind in Kind::ALL {
            for word in names(rust(kind)).filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase())) {
                let name: String = word
                    .chars()
                    .enumerate()
                    .flat_map(|(at, c)| (at > 0 && c.is_ascii_uppercase()).then_some('-').into_iter().chain([c]))
                    .collect();
                assert_ne!(type_name(&name.to_ascii_lowercase(), rust(kind)), word);
            }
        }
        assert!(names(sdk::prelude()).any(|name| name == "TextInput"), "{}", sdk::prelude());
    }

    #[test]
    fn a_crate_has_no_name_that_another_has() {
        let folder = tempfile::tempdir().unwrap();
        for (name, lang, code) in [
            ("core", Lang::Rust, Some("addon-name")),
            ("self", Lang::Rust, Some("addon-name")),
            ("core", Lang::Python, None),
        ] {
            let args = NewArgs {
                name: name.into(),
                kind: Some(Kind::Plugin),
                lang: Some(lang),
                publisher: "acme".parse().unwrap(),
                dir: Some(folder.path().join(name)),
            };
            let refused = run(&args, Output::Json).err();
            assert_eq!(refused.map(|failure| failure.0[0].code.clone()).as_deref(), code, "{name}");
        }
    }
}
