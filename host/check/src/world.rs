//! Holds a component's imports and exports against the WIT world of its kind, type by type, so that a mismatch is
//! named by interface, function and type instead of by the first linking error of a host.

mod compare;

use std::panic::catch_unwind;

use annex_domain::{addon::Kind, manifest::Wit};
use wit_parser::{
    Resolve, UnresolvedPackageGroup, WorldId, WorldItem, WorldKey,
    decoding::{DecodedWasm, decode},
};

use crate::diagnostic::{Diagnostic, Failure};

/// The files of a WIT package, by their names. Embedded, so that the check needs no checkout.
type Files = [(&'static str, &'static str)];

const WIT_0_2: [(&str, &str); 7] = [
    ("types.wit", include_str!("../../../wit/annex-addon-0.2/types.wit")),
    ("world.wit", include_str!("../../../wit/annex-addon-0.2/world.wit")),
    ("host.wit", include_str!("../../../wit/annex-addon-0.2/host.wit")),
    ("desk.wit", include_str!("../../../wit/annex-addon-0.2/desk.wit")),
    ("ui.wit", include_str!("../../../wit/annex-addon-0.2/ui.wit")),
    ("channel.wit", include_str!("../../../wit/annex-addon-0.2/channel.wit")),
    ("language.wit", include_str!("../../../wit/annex-addon-0.2/language.wit")),
];

const WIT_0_1: [(&str, &str); 5] = [
    ("world.wit", include_str!("../../../wit/annex-addon-0.1/world.wit")),
    ("host.wit", include_str!("../../../wit/annex-addon-0.1/host.wit")),
    ("ui.wit", include_str!("../../../wit/annex-addon-0.1/ui.wit")),
    ("channel.wit", include_str!("../../../wit/annex-addon-0.1/channel.wit")),
    ("language.wit", include_str!("../../../wit/annex-addon-0.1/language.wit")),
];

/// The interfaces of WASI 0.2 that a component may import: what the standard library of a language brings. The host
/// links them to an empty context.
const WASI: [&str; 6] = ["wasi:cli/", "wasi:clocks/", "wasi:filesystem/", "wasi:io/", "wasi:random/", "wasi:sockets/"];

/// Requests past the host's own interface, which keeps the keys and knows what the desk granted: no world has them.
const WASI_HTTP: &str = "`wasi:http/";

/// Magic, version 13, layer 1; a core module has version 1, layer 0.
const COMPONENT_HEADER: &[u8] = b"\0asm\x0d\0\x01\0";

/// Checks that `component` fits the world of `kind` in a version.
pub(crate) fn check(component: &[u8], wit: Wit, kind: Kind) -> Result<(), Failure> {
    // The reader of types panics on some of what no toolchain writes, such as a function's type that is imported as a type.
    let checked = catch_unwind(|| fits(component, wit, kind));
    checked.unwrap_or_else(|_| Err(not_a_component("its types cannot be read").into()))
}

fn fits(component: &[u8], wit: Wit, kind: Kind) -> Result<(), Failure> {
    if !component.starts_with(COMPONENT_HEADER) {
        return Err(not_a_component("it does not start as one").into());
    }
    let (found, found_world) = match decode(component) {
        Ok(DecodedWasm::Component(resolve, world)) => (resolve, world),
        Ok(DecodedWasm::WitPackage(..)) => return Err(not_a_component("it is a WIT package").into()),
        Err(error) => return Err(not_a_component(&format!("{error:#}")).into()),
    };
    let (expected, expected_world) = published(wit, kind).map_err(|error| {
        Failure::from(Diagnostic::new("wit-embedded", format!("the embedded WIT cannot be read: {error:#}")))
    })?;
    let problems = compare_worlds((&found, found_world), (&expected, expected_world), kind);
    let failure: Vec<_> = problems.into_iter().map(mismatch).collect();
    if failure.is_empty() { Ok(()) } else { Err(Failure(failure)) }
}

fn compare_worlds(found: World<'_>, expected: World<'_>, kind: Kind) -> Vec<String> {
    let mut problems = Vec::new();
    check_imports(found, expected, kind, &mut problems);
    check_exports(found, expected, kind, &mut problems);
    problems
}

type World<'a> = (&'a Resolve, WorldId);

fn check_imports(found: World<'_>, expected: World<'_>, kind: Kind, problems: &mut Vec<String>) {
    for (name, item) in items(found, |world| &world.imports) {
        let WorldItem::Interface { id, .. } = item else {
            if !matches!(item, WorldItem::Type { .. }) {
                problems.push(format!("it imports the function `{name}` by itself"));
            }
            continue;
        };
        if WASI.iter().any(|prefix| name.starts_with(prefix)) {
            continue;
        }
        match interface(expected, &name, |world| &world.imports) {
            Some(offered) => compare::imported((found.0, *id), (expected.0, offered), &name, problems),
            // `ui` holds types alone: a plugin's exports use it, so toolchains list it as an import.
            None => match types_only(expected.0, &name) {
                Some(offered) => compare::imported((found.0, *id), (expected.0, offered), &name, problems),
                None => problems.push(format!("it imports `{name}`, which the world `{kind}` does not offer")),
            },
        }
    }
}

fn check_exports(found: World<'_>, expected: World<'_>, kind: Kind, problems: &mut Vec<String>) {
    for (name, item) in items(expected, |world| &world.exports) {
        let WorldItem::Interface { id, .. } = item else { continue };
        match interface(found, &name, |world| &world.exports) {
            Some(made) => compare::exported((found.0, made), (expected.0, *id), &name, problems),
            None => problems.push(format!("it does not export `{name}`, which the world `{kind}` needs")),
        }
    }
}

fn mismatch(problem: String) -> Diagnostic {
    // What other languages bring for it: `fetch` of JavaScript above all.
    let fix = if problem.contains(WASI_HTTP) {
        "send requests with `annex:addon/http`, and build without: in JavaScript, `disableFeatures: [\"http\", \"fetch-event\"]`"
    } else {
        "build it with the annex-sdk or the WIT of this version, and export all of the world of its kind"
    };
    Diagnostic::new("wit-mismatch", format!("the component does not fit its world: {problem}")).fix(fix)
}

fn not_a_component(why: &str) -> Diagnostic {
    Diagnostic::new("not-a-component", format!("this is not a WebAssembly component: {why}"))
        .fix("build it with `annex addon build`; a core module is not enough")
}

/// The published WIT package and its world for a kind.
fn published(wit: Wit, kind: Kind) -> anyhow::Result<(Resolve, WorldId)> {
    let files: &Files = match wit {
        Wit::V0_1 => &WIT_0_1,
        Wit::V0_2 => &WIT_0_2,
    };
    parse(files.iter().copied(), kind)
}

fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, kind: Kind) -> anyhow::Result<(Resolve, WorldId)> {
    let mut map = wit_parser::SourceMap::new();
    for (name, text) in files {
        map.push_str(name, text);
    }
    let group: UnresolvedPackageGroup = map.parse().map_err(|(_, error)| anyhow::anyhow!("{error:?}"))?;
    let mut resolve = Resolve::default();
    let package = resolve.push_group(group)?;
    let world = resolve.select_world(&[package], Some(kind.as_str()))?;
    Ok((resolve, world))
}

type Items = wit_parser::IndexMap<WorldKey, WorldItem>;

fn items<'a>(
    (resolve, world): World<'a>,
    side: impl Fn(&'a wit_parser::World) -> &'a Items,
) -> impl Iterator<Item = (String, &'a WorldItem)> {
    let items = resolve.worlds.get(world).map(side).into_iter().flatten();
    items.map(|(key, item)| (resolve.name_world_key(key), item))
}

fn interface<'a>(
    world: World<'a>,
    name: &str,
    side: impl Fn(&'a wit_parser::World) -> &'a Items,
) -> Option<wit_parser::InterfaceId> {
    items(world, side).find_map(|(found, item)| match item {
        WorldItem::Interface { id, .. } if found == name => Some(*id),
        _ => None,
    })
}

/// An interface of the published package that has no functions.
fn types_only(resolve: &Resolve, name: &str) -> Option<wit_parser::InterfaceId> {
    let mut interfaces = resolve.interfaces.iter();
    interfaces
        .find(|(id, item)| item.functions.is_empty() && resolve.id_of(*id).as_deref() == Some(name))
        .map(|(id, _)| id)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use annex_domain::addon::Digest;
    use wit_parser::{Docs, Type, TypeDefKind};

    use super::*;

    /// Who writes add-ons in another language than Rust has nothing else to go by.
    #[test]
    fn every_item_of_the_wit_is_documented() {
        for folder in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")).unwrap() {
            let mut resolve = Resolve::default();
            resolve.push_path(folder.unwrap().path()).unwrap();
            let items = with_docs(&resolve);
            assert!(items.len() > 300, "{}", items.len());
            let bare = |docs: &Docs| docs.contents.as_deref().is_none_or(|text| text.trim().is_empty());
            let bare: Vec<_> = items.into_iter().filter(|(_, docs)| bare(docs)).map(|(name, _)| name).collect();
            assert_eq!(bare, Vec::<String>::new());
        }
    }

    /// Worlds, interfaces, their functions and types, and the fields or cases of these.
    fn with_docs(resolve: &Resolve) -> Vec<(String, &Docs)> {
        let mut items: Vec<_> = resolve.worlds.iter().map(|(_, world)| (world.name.clone(), &world.docs)).collect();
        for (id, interface) in resolve.interfaces.iter() {
            let name = resolve.id_of(id).unwrap();
            items.push((name.clone(), &interface.docs));
            items.extend(interface.functions.values().map(|item| (format!("{name}.{}", item.name), &item.docs)));
            for (type_name, type_id) in &interface.types {
                let item = &resolve.types[*type_id];
                let parts: Vec<(&str, &Docs)> = match &item.kind {
                    // Taken over from another interface by `use`.
                    TypeDefKind::Type(Type::Id(_)) => continue,
                    TypeDefKind::Record(record) => {
                        record.fields.iter().map(|field| (&*field.name, &field.docs)).collect()
                    }
                    TypeDefKind::Variant(variant) => {
                        variant.cases.iter().map(|case| (&*case.name, &case.docs)).collect()
                    }
                    TypeDefKind::Enum(words) => words.cases.iter().map(|case| (&*case.name, &case.docs)).collect(),
                    TypeDefKind::Flags(flags) => flags.flags.iter().map(|flag| (&*flag.name, &flag.docs)).collect(),
                    _ => vec![],
                };
                items.push((format!("{name}.{type_name}"), &item.docs));
                items.extend(parts.into_iter().map(|(part, docs)| (format!("{name}.{type_name}.{part}"), docs)));
            }
        }
        items
    }

    #[test]
    fn the_published_wit_has_a_world_for_each_kind() {
        for (wit, kind) in Wit::ALL.into_iter().flat_map(|wit| Kind::ALL.map(|kind| (wit, kind))) {
            let (resolve, world) = published(wit, kind).unwrap();
            assert_eq!(resolve.worlds[world].name, kind.as_str());
        }
    }

    /// Of all lines of 0.1 that are no comments.
    const PUBLISHED_0_1: &str = "821933eb10cd2256481e93e18d2b2b96e8edad3b244545bcf723bb69055d1c54";

    /// Who built against a published package can only go on when it stays as it was. Comments may be mended: they are left out.
    #[test]
    fn what_is_published_stays_as_it_is() {
        let bare: String = WIT_0_1
            .iter()
            .flat_map(|(_, text)| text.lines().map(str::trim))
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        assert_eq!(Digest::of(bare.as_bytes()).to_string(), PUBLISHED_0_1);
    }

    /// The differences of a world that was made from the published one by replacing a text.
    fn differences(kind: Kind, from: &str, to: &str) -> Vec<String> {
        assert!(WIT_0_1.iter().any(|(_, text)| text.contains(from)), "{from}");
        let changed: Vec<_> = WIT_0_1.iter().map(|(name, text)| (*name, text.replace(from, to))).collect();
        let (found, world) = parse(changed.iter().map(|(name, text)| (*name, text.as_str())), kind).unwrap();
        let (expected, expected_world) = published(Wit::V0_1, kind).unwrap();
        compare_worlds((&found, world), (&expected, expected_world), kind)
    }

    #[test]
    fn a_component_of_the_published_world_fits() {
        for kind in Kind::ALL {
            assert_eq!(differences(kind, "log", "log"), Vec::<String>::new());
        }
    }

    #[test]
    fn each_difference_is_named_by_interface_and_function() {
        let http = "`annex:addon/http@0.1.0.send`: the parameter `request` has another type";
        assert!(differences(Kind::Plugin, "    url: string,\n", "    address: string,\n").contains(&http.to_owned()));
        let kv = "`annex:addon/kv@0.1.0.delete`: the result has another type";
        assert_eq!(differences(Kind::Plugin, "result<bool, error>", "result<u8, error>"), [kv]);
        let render = "`annex:addon/sidebar@0.1.0.render` has 2 parameters instead of 1";
        assert_eq!(
            differences(Kind::Plugin, "render: func(ctx: context)", "render: func(ctx: context, x: u8)"),
            [render]
        );
        let events = "it does not export `annex:addon/events@0.1.0`, which the world `plugin` needs";
        assert_eq!(differences(Kind::Plugin, "  export events;\n", ""), [events]);
        let tickets = "it imports `annex:addon/tickets@0.1.0`, which the world `language` does not offer";
        assert_eq!(
            differences(Kind::Language, "world language {\n", "world language {\n  import tickets;\n"),
            [tickets]
        );
        let more = "it imports `annex:addon/kv@0.1.0.clear`, which hosts do not have";
        assert_eq!(
            differences(
                Kind::Channel,
                "  get: func(key: string) -> result<option",
                "  clear: func();\n  get: func(key: string) -> result<option"
            ),
            [more]
        );
        assert_eq!(differences(Kind::Channel, "import http;\n", ""), Vec::<String>::new(), "less is enough");
    }

    /// What a component of JavaScript imports that was built with `fetch`.
    #[test]
    fn requests_past_the_host_are_refused_and_explained() {
        let wasi = "package wasi:http@0.2.3 { interface types { send: func(); } }\n";
        let with = |(name, text): &(&'static str, &'static str)| {
            let text = text.replace(
                "  import log;\n  export locale;",
                "  import log;\n  import wasi:http/types@0.2.3;\n  export locale;",
            );
            (*name, if *name == "world.wit" { format!("{text}{wasi}") } else { text })
        };
        let files: Vec<_> = WIT_0_1.iter().map(with).collect();
        let (found, world) = parse(files.iter().map(|(name, text)| (*name, text.as_str())), Kind::Language).unwrap();
        let (expected, expected_world) = published(Wit::V0_1, Kind::Language).unwrap();
        let problems = compare_worlds((&found, world), (&expected, expected_world), Kind::Language);
        assert_eq!(problems, ["it imports `wasi:http/types@0.2.3`, which the world `language` does not offer"]);
        let refused = mismatch(problems[0].clone());
        assert!(refused.fix.unwrap().contains("annex:addon/http"));
        assert!(!mismatch("it does not export `x`".into()).fix.unwrap().contains("annex:addon/http"));
    }

    #[test]
    fn what_is_no_component_is_named() {
        let failure = check(b"\0asm\x01\0\0\0", Wit::V0_1, Kind::Plugin).unwrap_err();
        assert_eq!(failure.0[0].code, "not-a-component");
    }

    /// A component that fits the world `language`.
    fn language() -> Vec<u8> {
        let module = r#"(module
          (memory (export "memory") 1)
          (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
          (func (export "annex:addon/locale@0.1.0#describe") (result i32) i32.const 1024)
          (func (export "annex:addon/locale@0.1.0#resources") (result i32) i32.const 1024))"#;
        let mut module = wat::parse_str(module).unwrap();
        let (resolve, world) = published(Wit::V0_1, Kind::Language).unwrap();
        let encoding = wit_component::StringEncoding::UTF8;
        wit_component::embed_component_metadata(&mut module, &resolve, world, encoding).unwrap();
        let encoder = wit_component::ComponentEncoder::default().validate(false);
        encoder.module(&module).unwrap().encode().unwrap()
    }

    #[test]
    fn what_is_changed_at_random_is_refused_or_fits() {
        let good = language();
        let fits = |component: &[u8]| {
            annex_sandbox::check_component(component).is_ok() && check(component, Wit::V0_1, Kind::Language).is_ok()
        };
        assert!(fits(&good));
        // SplitMix64: the same changes in each run.
        let mut state = 0_u64;
        let mut below = |end: usize| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed >> 33) as usize % end
        };
        let mut refused = 0;
        for _ in 0..400 {
            let mut odd = good.clone();
            for _ in 0..=below(3) {
                let at = COMPONENT_HEADER.len() + below(odd.len() - COMPONENT_HEADER.len());
                match below(3) {
                    0 => odd[at] = below(256) as u8,
                    1 => odd[at] ^= 1_u8 << below(8),
                    _ => drop(odd.drain(at..odd.len().min(at + 1 + below(40)))),
                }
            }
            refused += u32::from(!fits(&odd));
        }
        assert!((100..=400).contains(&refused), "{refused}");
    }

    #[test]
    fn what_the_reader_of_types_panics_on_is_an_error() {
        // (component (type (func)) (import "f" (func (type 0))) (type string) (import "t" (type (eq 0))))
        let odd = b"\0asm\x0d\0\x01\0\x07\x05\x01\x40\0\x01\0\x0a\x06\x01\0\x01f\x01\0\x07\x02\x01\x79\x0a\x07\x01\0\x01t\x03\0\0";
        let failure = check(odd, Wit::V0_1, Kind::Plugin).unwrap_err();
        assert_eq!(failure.0[0].code, "not-a-component");
        assert!(failure.0[0].message.contains("types"), "{failure}");
    }
}
