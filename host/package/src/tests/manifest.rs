//! Refusals of the manifest, and of files that are not what it says.

use annex_domain::{
    addon::{Digest, Seq},
    capability::{Access, Capability},
    localized::Localized,
    manifest::{Manifest, Service, ServiceScope},
    permission::Permission,
    settings::Setting,
};

use super::{
    craft::{
        Case, case, entries, entries_with, files, icon, manifest_bytes, noise, package, plus, raw, trust,
        with_manifest, with_manifest_bytes,
    },
    run,
};
use crate::limits;

pub(super) fn cases() -> Vec<Case> {
    [spelling(), content(), file_list(), listed_files()].into_iter().flatten().collect()
}

fn spelling() -> Vec<Case> {
    let good = String::from_utf8(manifest_bytes(&files(), |_| {})).unwrap();
    let text = |text: String| with_manifest_bytes(text.as_bytes());
    let without = |at: usize| {
        let mut entries = entries();
        entries.remove(at);
        package(&entries)
    };
    let mut proof_first = entries();
    proof_first.swap(0, 1);
    let duplicate = good.replacen(r#"{"capabilities""#, r#"{"version":"9.9.9","capabilities""#, 1);
    let nested = good.replacen(r#""name":{"#, r#""name":{"en":"Goodbye","#, 1);
    vec![
        case("manifest-not-first", "none", without(0)),
        case("manifest-not-first", "after the proof", package(&proof_first)),
        case("manifest-not-first", "an archive without files", package(&[])),
        case("manifest-too-large", "a byte over 256 KiB", {
            package(&[raw("manifest.json", noise(limits::MANIFEST_BYTES as usize + 1))])
        }),
        case("manifest-bom", "a byte order mark", text(format!("\u{feff}{good}"))),
        case("manifest-not-utf8", "Latin-1", with_manifest_bytes(b"{\"id\":\"\xe4\"}")),
        case("manifest-not-json", "TOML", text("id = \"acme.hello\"".into())),
        case("manifest-not-json", "two documents", text(format!("{good}{good}"))),
        case("manifest-duplicate-key", "at the top", text(duplicate)),
        case("manifest-duplicate-key", "inside", text(nested)),
        case("manifest-malformed", "an unknown field", text(good.replacen("\"host\"", "\"guest\"", 1))),
        case("manifest-malformed", "a wrong type", text(good.replacen("\"seq\":1", "\"seq\":\"1\"", 1))),
        case("manifest-malformed", "an id in upper case", text(good.replacen("acme.hello", "Acme.hello", 1))),
        case("manifest-not-canonical", "a space", text(good.replacen(",", ", ", 1))),
        case("manifest-not-canonical", "a final newline", text(format!("{good}\n"))),
        case("manifest-not-canonical", "an escape", text(good.replacen("Hello", "\\u0048ello", 1))),
        case(
            "manifest-not-canonical",
            "a default written out",
            text(good.replacen("\"seq\":1", "\"seq\":1,\"settings\":[]", 1)),
        ),
    ]
}

fn setting_with_pattern(pattern: &str) -> Setting {
    let setting = format!("key = \"a\"\ntype = \"text\"\nlabel = \"A\"\npattern = \"{pattern}\"");
    toml::from_str(&setting).unwrap()
}

fn content() -> Vec<Case> {
    let named = |name: &str| with_manifest(|manifest| manifest.listing.name = Localized::en(name));
    vec![
        case(
            "unsupported-wit",
            "a world of tomorrow",
            with_manifest(|manifest| manifest.wit = "annex:addon@9.9".into()),
        ),
        case(
            "unsupported-host",
            "a host of tomorrow",
            with_manifest(|manifest| manifest.host = ">=9".parse().unwrap()),
        ),
        case("manifest-invalid", "seq 0", with_manifest(|manifest| manifest.seq = Seq(0))),
        case(
            "manifest-invalid",
            "a bidi control in the name",
            with_manifest(|manifest| {
                manifest.listing.name = Localized::en("Hello\u{202e}olleH");
            }),
        ),
        case("manifest-invalid", "a zero-width space in the name", named("He\u{200b}llo")),
        case("manifest-invalid", "a joiner between Latin letters", named("He\u{200d}llo")),
        case("manifest-invalid", "tags in the name", named("Hello\u{e0041}\u{e007f}")),
        case("manifest-invalid", "nothing but a filler in the name", named("\u{3164}")),
        case(
            "manifest-invalid",
            "a version of 5,000 characters",
            with_manifest(|manifest| manifest.version = format!("1.0.0-{}", "a".repeat(5_000)).parse().unwrap()),
        ),
        case(
            "manifest-invalid",
            "a range of many versions",
            with_manifest(|manifest| manifest.host = [">=0.1"; 20].join(", ").parse().unwrap()),
        ),
        case(
            "manifest-invalid",
            "a pattern that becomes large",
            with_manifest(|manifest| {
                manifest.settings = vec![setting_with_pattern("(((a{50}){50}){50}){50}")];
            }),
        ),
        case(
            "manifest-invalid",
            "http without hosts",
            with_manifest(|manifest| {
                manifest.capabilities.push(Capability {
                    access: Access::Http,
                    hosts: vec![],
                    purpose: Localized::en("everything"),
                });
            }),
        ),
        case(
            "other-publisher",
            "an add-on of somebody else",
            with_manifest(|manifest| {
                manifest.id = "evil.hello".parse().unwrap();
            }),
        ),
    ]
}

fn file_list() -> Vec<Case> {
    vec![
        case(
            "reserved-path",
            "the manifest lists itself",
            with_manifest(|manifest| {
                manifest.files[2].path = "manifest.json".into();
            }),
        ),
        case(
            "path-traversal",
            "in the list of files",
            with_manifest(|manifest| manifest.files[0].path = "../x".into()),
        ),
        case("path-nul", "in the list of files", with_manifest(|manifest| manifest.files[0].path = "a\0b".into())),
        case("not-sorted", "the list of files", with_manifest(|manifest| manifest.files.swap(0, 1))),
        case(
            "duplicate-file",
            "in the list of files",
            with_manifest(|manifest| {
                manifest.files[1] = manifest.files[0].clone();
            }),
        ),
        case(
            "case-collision",
            "in the list of files",
            with_manifest(|manifest| {
                manifest.files[1].path = "assets/ICON.png".into();
            }),
        ),
        case("component-missing", "not listed", with_manifest(|manifest| drop(manifest.files.pop()))),
        case(
            "icon-missing",
            "not listed",
            with_manifest(|manifest| manifest.listing.icon = Some("assets/no.png".into())),
        ),
        case(
            "picture-missing",
            "not listed",
            with_manifest(|manifest| manifest.listing.pictures = vec!["assets/no.png".into()]),
        ),
        case(
            "picture-invalid",
            "too small",
            with_manifest(|manifest| manifest.listing.pictures = vec![manifest.files[0].path.clone()]),
        ),
    ]
}

fn listed_files() -> Vec<Case> {
    let with_icon = |data: Vec<u8>| {
        let mut files = files();
        files[0].1 = data;
        package(&entries_with(&manifest_bytes(&files, |_| {}), files))
    };
    let mut missing = entries();
    missing.remove(3);
    let mut last_missing = entries();
    last_missing.pop();
    let mut another = entries();
    another[3].data = b"jello\n".into();
    vec![
        case("file-unlisted", "one more file", plus(raw("zz.txt", "x"))),
        case("file-missing", "one file less", package(&missing)),
        case("file-missing", "no component", package(&last_missing)),
        case("file-digest", "another file of the same size", package(&another)),
        case("file-digest", "another digest", with_manifest(|manifest| manifest.files[1].sha256 = Digest::of(b""))),
        case("file-size", "another size", with_manifest(|manifest| manifest.files[1].size = 7)),
        case("icon-invalid", "a text", with_icon(b"not a picture".into())),
        case("icon-invalid", "not square", with_icon(icon(64, 128))),
        case("icon-invalid", "too large", with_icon(icon(1024, 1024))),
        case("icon-invalid", "too small", with_icon(icon(16, 16))),
    ]
}

#[test]
fn links_of_a_listing_name_their_site_plainly() {
    let check = |change: fn(&mut Manifest, String), link: &str| {
        let link = link.to_owned();
        crate::verify(with_manifest(|manifest| change(manifest, link)).into(), &trust()).map(drop)
    };
    let links: [fn(&mut Manifest, String); 4] = [
        |manifest, link| manifest.listing.terms_url = Some(link),
        |manifest, link| manifest.listing.privacy_url = Some(link),
        |manifest, link| manifest.listing.support.portal = Some(link),
        |manifest, link| manifest.listing.support.faq = Some(link),
    ];
    for change in links {
        assert_eq!(check(change, "https://acme.example/terms?a=b@c#d"), Ok(()));
        for bad in [
            "https://annex.example@evil.example/",
            "https://annex.example:pw@evil.example/",
            "https://@evil.example/",
            "https:/annex.example@evil.example/",
            "https://evil.example\\@annex.example/",
            "https://acme.example/a b",
            "https://acme.example/\u{202e}",
            "https://acme.example/\u{200b}",
            "http://acme.example/",
            "https://127.0.0.1/",
            "javascript:alert(1)",
        ] {
            assert_eq!(check(change, bad).unwrap_err().code(), "manifest-invalid", "{bad}");
        }
    }
}

fn scope(scope: Permission, purpose: &str) -> ServiceScope {
    ServiceScope { scope, purpose: Localized::en(purpose) }
}

#[test]
fn a_service_is_signed_with_the_package() {
    let service = Service {
        events: Some("https://hooks.acme.example/annex?tenant=1".into()),
        scopes: vec![scope(Permission::TicketsView, "to show tickets beside orders")],
        redirects: vec!["https://app.acme.example/signed-in".into()],
        open: Some("https://app.acme.example/sign-in".into()),
        manual: true,
    };
    let package = with_manifest(|manifest| manifest.service = Some(service.clone()));
    let verified = crate::verify(package.into(), &trust()).unwrap();
    assert_eq!(verified.manifest().service, Some(service));
}

#[test]
fn a_service_keeps_to_its_rules() {
    let code = |service: Service| {
        let package = with_manifest(|manifest| manifest.service = Some(service));
        crate::verify(package.into(), &trust()).map(drop).map_err(|refusal| refusal.code())
    };
    let plain = Service::default;
    assert_eq!(code(plain()), Ok(()));
    let url = |path: usize| format!("https://app.acme.example/{path}");
    assert_eq!(code(Service { redirects: (0..10).map(url).collect(), ..plain() }), Ok(()));
    let all = Permission::ALL.map(|one| scope(one, "because")).to_vec();
    assert_eq!(code(Service { scopes: all.clone(), ..plain() }), Ok(()));
    let bad = [
        "http://acme.example/",
        "https://me@acme.example/",
        "https://acme.example/#top",
        "https://127.0.0.1/",
        "acme.example",
        "",
    ];
    let mut broken = vec![
        Service { events: Some("https://acme.example:8443/".into()), ..plain() },
        Service { redirects: (0..11).map(url).collect(), ..plain() },
        Service { redirects: vec![url(1), url(1)], ..plain() },
        Service { scopes: vec![scope(Permission::TicketsView, " ")], ..plain() },
        Service { scopes: vec![scope(Permission::TicketsView, "a"), scope(Permission::TicketsView, "b")], ..plain() },
        Service { scopes: vec![scope(Permission::TicketsView, &"a".repeat(201))], ..plain() },
        Service { scopes: all.iter().cycle().take(21).cloned().collect(), ..plain() },
    ];
    for url in bad.map(str::to_owned) {
        broken.push(Service { events: Some(url.clone()), ..plain() });
        broken.push(Service { open: Some(url.clone()), ..plain() });
        broken.push(Service { redirects: vec![url], ..plain() });
    }
    for service in broken {
        assert_eq!(code(service.clone()), Err("manifest-invalid"), "{service:?}");
    }
}

#[test]
fn broken_manifests_are_refused() {
    run(cases());
}
