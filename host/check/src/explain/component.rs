//! Codes of components: their form, their compilation, what they use, and what a check found in the package around them.

use super::Entry;

const BOUNDS: &str = "every host compiles the component, next to the work of its help desks";
const REVIEW: &str = "reviewers and help desks see this before they decide";

pub(super) const ENTRIES: &[Entry] = &[
    [
        "capabilities-changed",
        "the version asks for other capabilities than the one before",
        "help desks are asked again for what is new",
        "nothing, when that is meant",
    ],
    [
        "capability-undeclared",
        "the component calls a function of the host whose capability the manifest does not declare",
        "the host refuses every such call",
        "declare the capability with a purpose, or leave the calls out",
    ],
    [
        "capability-unused",
        "the manifest declares a capability that the component never uses",
        "help desks consent more readily to what asks for less",
        "leave it out",
    ],
    [
        "compile-budget",
        "compiling the component took more time or memory than a host gives",
        BOUNDS,
        "make it smaller: fewer dependencies, `opt-level = \"s\"`, `lto = true`, no huge functions",
    ],
    ["compile-slow", "compiling the component takes long", BOUNDS, "make it smaller: less code, fewer dependencies"],
    [
        "compiler-unavailable",
        "the compiler could not be started, or did not end in time",
        "the machine is at fault or busy, not the component",
        "try again; when that does not help, free memory and disk space",
    ],
    [
        "component-large",
        "the component has more than 12 MiB",
        BOUNDS,
        "build it with `opt-level = \"s\"`, `lto = true` and `strip = true`",
    ],
    [
        "component-malformed",
        "the file is not a WebAssembly component, or is damaged",
        "hosts run components; a core module lacks the types that calls are made by",
        "build it with `annex addon build`, or for the target wasm32-wasip2",
    ],
    [
        "component-over-limit",
        "the component is larger than hosts take: in bytes, functions, one function, memories or tables",
        BOUNDS,
        "use `opt-level = \"s\"`, `lto = true` and `strip = true`; split generated functions and tables",
    ],
    [
        "component-refused",
        "the component cannot be compiled: it is invalid, or uses a feature of WebAssembly that hosts have switched off",
        "threads, shared or several memories, 64-bit memory, exceptions, garbage collection and tail calls are off on every host",
        "build for wasm32-wasip2 without extra target features, with tools of the versions that the guide names",
    ],
    ["files-changed", "files are new, changed or gone since the version before", REVIEW, "nothing, when that is meant"],
    [
        "host-undeclared",
        "an https address stands in the component, and the manifest does not declare its host",
        "requests to hosts that are not declared are refused",
        "declare the host below the capability `http`, or take the address out",
    ],
    [
        "hosts-changed",
        "the version asks for other hosts than the one before",
        "help desks are asked again for what is new",
        "nothing, when that is meant",
    ],
    [
        "icon-contrast",
        "the icon is hardly seen on a light or on a dark ground",
        "panels have both",
        "give it a ground of its own, or colours with a contrast of 3:1 to white and to black",
    ],
    [
        "kind-changed",
        "the add-on was published as another kind",
        "a plugin that becomes a channel would be another add-on under the same name",
        "use another id",
    ],
    [
        "link-broken",
        "a link of the listing does not open",
        "people read terms and privacy before they install",
        "correct the address; when the site was away for a moment, check again",
    ],
    [
        "no-scenarios",
        "there is no scenario, or none with such a name",
        "scenarios show what an add-on does before it is installed, and that it still does so",
        "write `scenarios/NAME.toml`; `annex addon new` makes an example",
    ],
    [
        "not-a-component",
        "the file is not a WebAssembly component whose types can be read",
        "hosts call a component by the types that it declares",
        "build it with `annex addon build`; a core module is not enough",
    ],
    [
        "older-seq",
        "`seq` is not higher than that of every package that was accepted before",
        "nobody can put an old package in the place of a newer one",
        "raise `seq`, pack and sign again",
    ],
    [
        "other-addon",
        "the package is of another add-on than the project that it was sent to",
        "each project has one add-on",
        "send it to its own project, or correct `id`",
    ],
    [
        "publisher-name",
        "the name of a publisher is empty, too long or has hidden characters",
        "it is shown to people",
        "use 1 to 60 characters on one line",
    ],
    [
        "scopes-changed",
        "the service asks for other scopes than before",
        "help desks are asked again for what is new",
        "nothing, when that is meant",
    ],
    ["size-changed", "the package is larger or smaller by a tenth or more", REVIEW, "nothing, when that is meant"],
    ["texts-changed", "texts of the manifest are new, changed or gone", REVIEW, "nothing, when that is meant"],
    [
        "unknown-publisher",
        "the host has no publisher of that name",
        "a host takes packages of publishers whose keys it trusts",
        "let the host's administrator run `annex publisher trust`",
    ],
    [
        "version-exists",
        "the version was published with other bytes",
        "what was reviewed and installed never changes",
        "raise `version` and `seq`",
    ],
    [
        "wit-embedded",
        "this program's own copy of the WIT cannot be read",
        "it is a defect of this program",
        "install the latest version, and report it",
    ],
    [
        "wit-mismatch",
        "imports or exports of the component are not those of the world of its kind",
        "a host calls what the world names and offers what it names, and nothing else",
        "build with the annex-sdk of this version, and export it with the macro of the kind that the manifest names",
    ],
];
