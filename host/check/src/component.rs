//! What a component's bytes tell without running it: which of the host's functions it calls, and which hosts stand in its texts.
//! Linear in its size and without recursion, since what it is told comes from strangers.

use std::collections::BTreeSet;

use annex_domain::{
    capability::{Access, Capability, HostPattern},
    manifest::Manifest,
    report::Finding,
    review::{Severity, Target},
};
use wasmparser::{Parser, Payload};

/// The package of the host's interfaces, as imports begin.
const HOST: &str = "annex:addon/";
const SCHEME: &[u8] = b"https://";
/// Names that nobody asks: those that are kept for examples, and where libraries point their readers to, that of Python above all.
const NEVER_ASKED: [&str; 13] = [
    "example.com",
    "example.net",
    "example.org",
    "crates.io",
    "docs.rs",
    "doc.rust-lang.org",
    "github.com",
    "www.w3.org",
    "json-schema.org",
    "python.org",
    "wikipedia.org",
    "dl.acm.org",
    "citeseerx.ist.psu.edu",
];

/// What a component needs, as far as its bytes tell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Needs {
    access: BTreeSet<Access>,
    hosts: BTreeSet<String>,
}

/// Where the manifest's capabilities and the component differ.
pub(crate) fn look(manifest: &Manifest, component: &[u8]) -> Vec<Finding> {
    let needs = needs(component);
    let mut found = Vec::new();
    for (at, capability) in manifest.capabilities.iter().enumerate() {
        let access = capability.access;
        // Requests carry files, and put answers into some, without a call of `files`.
        let by_requests =
            matches!(access, Access::FilesRead | Access::FilesWrite) && needs.access.contains(&Access::Http);
        if !needs.access.contains(&access) && !by_requests && !host_asks(manifest, capability) {
            let text = format!("the component never uses the capability `{access}`");
            let target = Target::Field { path: format!("capabilities[{at}]") };
            let unused = Finding::new("capability-unused", Severity::Suggestion, target, text);
            found.push(unused.hint("leave it out: help desks consent more readily to what asks for less"));
        }
    }
    let declared: BTreeSet<Access> = manifest.capabilities.iter().map(|capability| capability.access).collect();
    for access in needs.access.difference(&declared) {
        let text =
            format!("the component calls what needs the capability `{access}`, which the manifest does not declare");
        let undeclared = Finding::new("capability-undeclared", Severity::Suggestion, capabilities(), text);
        found.push(undeclared.hint("declare it with a purpose, or leave the calls out: every one of them is refused"));
    }
    let patterns: Vec<&HostPattern> = manifest.capabilities.iter().flat_map(|capability| &capability.hosts).collect();
    for host in needs.hosts.iter().filter(|host| !patterns.iter().any(|pattern| covers(pattern, host))) {
        let text = format!("`https://{host}/` stands in the component, and the manifest does not declare this host");
        let undeclared = Finding::new("host-undeclared", Severity::Suggestion, capabilities(), text);
        found.push(
            undeclared.hint("declare the host below the capability `http`: requests to it are refused otherwise"),
        );
    }
    found
}

fn capabilities() -> Target {
    Target::Field { path: "capabilities".into() }
}

/// The host itself does it: it sends requests for the set-up of a channel and to check a setting, and keeps mailboxes.
fn host_asks(manifest: &Manifest, capability: &Capability) -> bool {
    let asks = || manifest.settings.iter().any(|setting| setting.check.is_some() || setting.verify.is_some());
    match capability.access {
        Access::Http => manifest.setup.is_some() || asks(),
        Access::Mail => manifest.mailboxes().next().is_some(),
        _ => false,
    }
}

fn covers(pattern: &HostPattern, host: &str) -> bool {
    match pattern.as_str().split_once('}') {
        Some((_, rest)) => !rest.is_empty() && host.ends_with(rest),
        None => pattern.as_str() == host,
    }
}

fn needs(component: &[u8]) -> Needs {
    let mut needs = Needs::default();
    // What follows on a malformed part is left out: the compiler says what is wrong with it.
    for payload in Parser::new(0).parse_all(component).map_while(Result::ok) {
        match payload {
            Payload::ImportSection(section) => {
                let imports = section.into_imports().filter_map(Result::ok);
                needs.access.extend(imports.filter_map(|import| access_of(import.module, import.name)));
            }
            Payload::DataSection(section) => {
                for data in section.into_iter().filter_map(Result::ok) {
                    hosts_in(data.data, &mut needs.hosts);
                }
            }
            _ => {}
        }
    }
    needs
}

/// Core modules import the host's functions under the names of their interfaces, such as `annex:addon/kv@0.1.0`.
fn access_of(module: &str, function: &str) -> Option<Access> {
    let (_, interface) = module.split_once(HOST)?;
    let interface = interface.split('@').next().unwrap_or_default();
    match (interface, function) {
        ("http", _) => Some(Access::Http),
        ("kv", _) => Some(Access::Kv),
        ("tickets", "get" | "search" | "messages") => Some(Access::TicketsRead),
        ("tickets", "add-reply") => Some(Access::TicketsReply),
        ("tickets", "create" | "add-note" | "assign") => Some(Access::TicketsWrite),
        ("tickets", setter) if setter.starts_with("set-") => Some(Access::TicketsWrite),
        ("contacts", "get" | "find-by-email" | "search") => Some(Access::ContactsRead),
        ("contacts", "create" | "update") => Some(Access::ContactsWrite),
        ("operators", _) => Some(Access::OperatorsRead),
        ("files", "get" | "read") => Some(Access::FilesRead),
        ("files", _) => Some(Access::FilesWrite),
        ("schedule", _) => Some(Access::Schedule),
        ("mail", _) => Some(Access::Mail),
        _ => None,
    }
}

/// Addresses in texts. Compilers put texts one behind the other, so only a name that a path follows surely ends there.
fn hosts_in(data: &[u8], hosts: &mut BTreeSet<String>) {
    let mut rest = data;
    while let Some(at) = rest.windows(SCHEME.len()).position(|bytes| bytes == SCHEME) {
        rest = rest.get(at + SCHEME.len()..).unwrap_or_default();
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let length = rest.iter().position(|byte| !is_of_name(byte)).unwrap_or(rest.len());
        let (name, after) = rest.split_at(length);
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        if after.first() == Some(&b'/') && HostPattern::try_from(name.clone()).is_ok() && !is_never_asked(&name) {
            hosts.insert(name);
        }
        rest = after;
    }
}

fn is_never_asked(name: &str) -> bool {
    let within =
        |domain: &&str| name.strip_suffix(*domain).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    NEVER_ASKED.iter().any(within) || name.ends_with(".example")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capability_of_a_function_is_known() {
        let cases = [
            ("annex:addon/http@0.1.0", "send-all", Some(Access::Http)),
            ("cm32p2|annex:addon/kv@0.1", "get", Some(Access::Kv)),
            ("annex:addon/tickets@0.1.0", "messages", Some(Access::TicketsRead)),
            ("annex:addon/tickets@0.1.0", "add-note", Some(Access::TicketsWrite)),
            ("annex:addon/contacts@0.1.0", "find-by-email", Some(Access::ContactsRead)),
            ("annex:addon/contacts@0.1.0", "update", Some(Access::ContactsWrite)),
            ("annex:addon/tickets@0.2.0", "add-reply", Some(Access::TicketsReply)),
            ("annex:addon/tickets@0.2.0", "set-priority", Some(Access::TicketsWrite)),
            ("annex:addon/files@0.2.0", "read", Some(Access::FilesRead)),
            ("annex:addon/files@0.2.0", "append", Some(Access::FilesWrite)),
            ("annex:addon/settings@0.1.0", "get", None),
            ("wasi:io/streams@0.2.6", "get", None),
        ];
        for (module, function, access) in cases {
            assert_eq!(access_of(module, function), access, "{module} {function}");
        }
    }

    #[test]
    fn hosts_are_read_where_they_surely_end() {
        let mut hosts = BTreeSet::new();
        let texts = b"https://API.shop.dev/v1?x=1https://other.shop.devand what follows https:// https://docs.rs/x \
                      https://api.example.com/a https://src/lib.rs https://docs.python.org/3 https://a.crm.dev/";
        hosts_in(texts, &mut hosts);
        assert_eq!(hosts, BTreeSet::from(["a.crm.dev".to_owned(), "api.shop.dev".to_owned()]));
    }

    #[test]
    fn a_host_is_declared_by_itself_or_by_a_setting() {
        let pattern = |text: &str| HostPattern::try_from(text.to_owned()).unwrap();
        assert!(covers(&pattern("api.shop.dev"), "api.shop.dev"));
        assert!(covers(&pattern("{shop}.shops.dev"), "acme.shops.dev"));
        assert!(!covers(&pattern("{shop}.shops.dev"), "shops.dev"));
        assert!(!covers(&pattern("{shop}"), "api.shop.dev"), "the desk enters it, not the author");
        assert!(!covers(&pattern("api.shop.dev"), "evil.api.shop.dev"));
    }
}
