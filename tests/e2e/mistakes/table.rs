//! The mistakes: in the manifest, in the files beside it, in scenarios, in components, in commands and keys.

use std::{fs, net::TcpListener, path::Path};

use super::{MANIFEST, Mistake, SCENARIO, Told, annex, write};

pub(super) fn all() -> Vec<Mistake> {
    let areas = [listing(), capabilities(), settings(), plans_and_kinds(), files(), texts(), scenarios(), components()];
    areas.into_iter().chain([checks(), usage(), keys(), hosts()]).flatten().collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn told(code: &'static str, file: &'static str, line: u64, fix: &'static str) -> Told {
    Told { code, file, line, fix }
}

fn mistake(name: &'static str, text: &str, made: impl Fn(&Path) + 'static, told: Told) -> Mistake {
    Mistake { name, made: Box::new(made), words: words(&format!("{text} --json")), status: 1, told: vec![told] }
}

const PACK: &str = "addon pack --component component.wasm";
const TEST: &str = "addon test --component component.wasm";
const CHECK: &str = "addon check --offline --component component.wasm";

/// A place of the manifest is written in another way.
fn written(from: &'static str, to: &'static str, code: &'static str, line: u64, fix: &'static str) -> Mistake {
    assert!(MANIFEST.contains(from), "{from}");
    let made = move |root: &Path| write(root, "annex.toml", MANIFEST.replacen(from, to, 1).as_bytes());
    mistake(to, PACK, made, told(code, "annex.toml", line, fix))
}

fn listing() -> Vec<Mistake> {
    let long = "summary = { en = \"0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 \
                0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\" }";
    vec![
        written("kind = \"plugin\"", "kind = \"plugni\"", "manifest-toml", 4, "did you mean `plugin`?"),
        written("seq = 1", "sequence = 1", "manifest-toml", 3, "reference"),
        written("seq = 1", "seq 1", "manifest-toml", 3, "reference"),
        written("seq = 1", "seq = \"one\"", "manifest-toml", 3, "reference"),
        written("seq = 1", "seq = 0", "manifest-zero-seq", 3, "start at 1"),
        written("[listing]", "[lisitng]", "manifest-toml", 0, "did you mean `listing`?"),
        written("publisher_name", "publishername", "manifest-toml", 13, "did you mean `publisher_name`?"),
        written("\"1.0.0\"", "\"1.0\"", "manifest-toml", 2, "reference"),
        written("\"acme.shop\"", "\"Shop\"", "manifest-toml", 1, "reference"),
        written("annex:addon@0.2", "annex:addon@9.9", "manifest-unknown-wit", 5, "SDK"),
        written("host = \">=0.1\"", "host = \">=9\"", "unsupported-host", 6, "update the host"),
        written("name = { en = \"Shop\" }", "name = { en = \" \" }", "manifest-empty", 10, "write the text"),
        written("name = { en = \"Shop\" }", "name = { de = \"Laden\" }", "manifest-toml", 0, "reference"),
        written(
            "name = { en = \"Shop\" }",
            "name = { en = \"Sh\\u202eop\" }",
            "manifest-control-character",
            10,
            "type the text again",
        ),
        written(
            "name = { en = \"Shop\" }",
            "name = { en = \"Shop\", \"e!\" = \"x\" }",
            "manifest-language-code",
            10,
            "pt-BR",
        ),
        written("summary = { en = \"Orders beside the ticket.\" }", long, "manifest-too-long", 11, "shorten"),
        written("[\"crm\"]", "[\"C R M\"]", "manifest-categories", 14, "at most five"),
        written("help@acme.example", "help", "manifest-not-an-email", 16, "help@example.com"),
        written("https://acme", "http://acme", "manifest-not-a-url", 16, "https://"),
        written("[\"ticket-created\"]", "[\"ticket-create\"]", "manifest-toml", 7, "did you mean `ticket-created`?"),
    ]
}

fn capabilities() -> Vec<Mistake> {
    let hosts = "hosts = [\"{shop}.shops.dev\", \"api.shops.dev\"]";
    vec![
        written("[[capabilities]]", "[[capabilites]]", "manifest-toml", 0, "did you mean `capabilities`?"),
        written("use = \"kv\"", "use = \"kw\"", "manifest-toml", 24, "did you mean `kv`?"),
        written("use = \"kv\"", "use = \"ticket.read\"", "manifest-toml", 24, "did you mean `tickets.read`?"),
        written("use = \"http\"", "use = \"https\"", "manifest-toml", 19, "did you mean `http`?"),
        written("use = \"kv\"", "use = \"kv\"\nhosts = [\"a.shops.dev\"]", "manifest-hosts", 25, "leave `hosts` out"),
        written(hosts, "", "manifest-hosts", 0, "list the hosts"),
        written("api.shops.dev", "https://api.shops.dev", "manifest-toml", 20, "reference"),
        written("{shop}.shops", "{store}.shops", "manifest-no-such-setting", 20, "[[settings]]"),
        written(
            "[[plans]]",
            "[[capabilities]]\nuse = \"kv\"\npurpose = \"Again.\"\n\n[[plans]]",
            "manifest-duplicate",
            39,
            "one of the two",
        ),
        written("purpose = { en = \"To look up orders.\" }", "", "manifest-toml", 0, "reference"),
    ]
}

fn settings() -> Vec<Mistake> {
    let secret = "type = \"secret\"";
    vec![
        written("type = \"subdomain\"", "type = \"sub-domain\"", "manifest-toml", 29, "did you mean `subdomain`?"),
        written("key = \"api_key\"", "key = \"Api-Key\"", "manifest-key", 33, "api_key"),
        written("key = \"api_key\"", "key = \"shop\"", "manifest-duplicate", 33, "one of the two"),
        written(
            secret,
            "type = \"secret\"\ndefault = \"abcd1234\"",
            "manifest-secret-default",
            35,
            "leave `default` out",
        ),
        written(secret, "type = \"text\"\ndefault = \"x\"", "manifest-default", 35, "could be entered"),
        written(secret, "type = \"choice\"", "manifest-choices", 0, "list the choices"),
        written("[a-z0-9]{8}", "(", "manifest-pattern", 36, "look-around"),
        written(
            secret,
            "type = \"secret\"\nshow_if = { setting = \"shop\", is = [\"acme\"] }",
            "manifest-show-if",
            35,
            "stands before it",
        ),
        written(
            "type = \"subdomain\"",
            "type = \"subdomain\"\npattern_message = \"Lower case.\"",
            "manifest-no-pattern",
            30,
            "add the `pattern`",
        ),
        written(
            secret,
            "type = \"secret\"\ncheck = { url = \"https://evil.dev/x\", auth = \"bearer\" }",
            "manifest-check",
            35,
            "on a host of `capabilities`",
        ),
        written(
            "type = \"subdomain\"",
            "type = \"subdomain\"\nverify = \"https://shops.dev/\"",
            "manifest-verify",
            30,
            "starts with {key}",
        ),
    ]
}

fn plans_and_kinds() -> Vec<Mistake> {
    vec![
        written("price = 900", "price = 5", "manifest-price", 42, "in cents"),
        written("price = 900", "currency = \"EUR\"\nprice = 40", "manifest-price-too-low", 43, "raise the price"),
        written("price = 900", "price = 900\ntrial_days = 400", "manifest-too-long", 43, "shorten"),
        written("kind = \"plugin\"", "kind = \"language\"", "manifest-not-for-kind", 19, "make a plugin"),
        written("kind = \"plugin\"", "kind = \"channel\"", "manifest-not-a-plugin", 7, "leave `events` out"),
        written(
            "[[plans]]",
            "[setup]\nsteps = [\"Enter the address there.\"]\n\n[[plans]]",
            "manifest-not-a-channel",
            38,
            "channel",
        ),
    ]
}

fn files() -> Vec<Mistake> {
    let remove = |path: &'static str| move |root: &Path| fs::remove_file(root.join(path)).unwrap();
    let put = |path: &'static str, bytes: &'static [u8]| move |root: &Path| write(root, path, bytes);
    let link = |root: &Path| std::os::unix::fs::symlink("icon.png", root.join("assets/link.png")).unwrap();
    let linked = |root: &Path| {
        fs::rename(root.join("locales"), root.join("texts")).unwrap();
        std::os::unix::fs::symlink("texts", root.join("locales")).unwrap();
    };
    vec![
        mistake("no manifest", PACK, remove("annex.toml"), told("no-manifest", "annex.toml", 0, "addon new")),
        mistake("Latin-1", PACK, put("annex.toml", b"id = \"\xe4\""), told("not-utf8", "annex.toml", 0, "UTF-8")),
        mistake("no icon", PACK, remove("assets/icon.png"), told("icon-missing", "annex.toml", 15, "assets/")),
        mistake("no PNG", PACK, put("assets/icon.png", b"x"), told("icon-invalid", "annex.toml", 15, "save it as PNG")),
        mistake("case", PACK, put("assets/A.png", b"x"), told("path-upper-case", "assets/A.png", 0, "lower case")),
        mistake("a space", PACK, put("assets/a b.png", b"x"), told("path-character", "a b.png", 0, "a-z")),
        mistake("a link", PACK, link, told("symlink", "assets/link.png", 0, "copy of the file")),
        mistake("a folder elsewhere", PACK, linked, told("symlink", "locales", 0, "copy of the file")),
        mistake(
            "one name",
            PACK,
            put("locales/DE.ftl", b"a = b"),
            told("case-collision", ".ftl", 0, "different names"),
        ),
    ]
}

fn texts() -> Vec<Mistake> {
    let text = |name: &'static str, text: String, code: &'static str, line: u64, fix: &'static str| {
        let made = move |root: &Path| write(root, "locales/de.ftl", text.as_bytes());
        mistake(name, PACK, made, told(code, "locales/de.ftl", line, fix))
    };
    let deep = format!("title = {}\"x\"{}\n", "{ ".repeat(20), " }".repeat(20));
    vec![
        text("a key alone", "title = x\nhello\n".into(), "fluent-syntax", 2, "key = text"),
        text("an open brace", "title = { $name\n".into(), "fluent-syntax", 1, "key = text"),
        text("too deep", deep, "fluent-too-deep", 1, "split"),
        text("a circle", "title = { hello }\nhello = { title }\n".into(), "fluent-cycle", 1, "write out"),
        text("too large", format!("title = {}\n", "x".repeat(17 << 10)), "fluent-message-too-large", 1, "split"),
    ]
}

fn scenarios() -> Vec<Mistake> {
    const FILE: &str = "scenarios/shows.toml";
    let other = |from: &'static str, to: &'static str, command: &str, told: Told| {
        assert!(SCENARIO.contains(from), "{from}");
        mistake(to, command, move |root: &Path| write(root, FILE, SCENARIO.replacen(from, to, 1).as_bytes()), told)
    };
    let render = "do = \"render\"";
    vec![
        other(render, "do = \"render\"\nticke = 1", PACK, told("scenario", FILE, 11, "did you mean `ticket`?")),
        other(render, "do = \"rendr\"", PACK, told("scenario", FILE, 10, "did you mean `render`?")),
        other("[[steps]]", "[[steps", PACK, told("scenario", FILE, 9, "addon new")),
        other(render, "do = \"act\"", TEST, told("scenario", FILE, 9, "addon new")),
        other(render, "do = \"update\"", TEST, told("scenario", FILE, 9, "addon new")),
        other(render, "do = \"schedule\"", TEST, told("scenario", FILE, 9, "addon new")),
        other(render, "do = \"receive-mail\"", TEST, told("scenario", FILE, 9, "addon new")),
        other(render, "do = \"choices\"", TEST, told("scenario", FILE, 9, "addon new")),
        other(render, "do = \"render\"\nat = \"pages\"", PACK, told("scenario", FILE, 11, "did you mean `page`?")),
        other("requester = \"ada", "requester = \"eve", TEST, told("scenario", FILE, 7, "[[contacts]]")),
        other(
            "[[contacts]]",
            "[settings]\nshopp = \"x\"\n\n[[contacts]]",
            TEST,
            told("setting", FILE, 2, "did you mean `shop`?"),
        ),
        other("\"Orders\"", "\"Bills\"", TEST, told("not-as-expected", FILE, 9, "what is expected")),
        mistake(
            "no scenarios",
            TEST,
            |root| fs::remove_dir_all(root.join("scenarios")).unwrap(),
            told("no-scenarios", "scenarios", 0, "scenarios/NAME.toml"),
        ),
        mistake(
            "no such scenario",
            "addon test --only nothing --component component.wasm",
            |_| (),
            told("no-scenarios", "", 0, "--only"),
        ),
    ]
}

fn components() -> Vec<Mistake> {
    // (component (type (func)) (import "f" (func (type 0))) (type string) (import "t" (type (eq 0))))
    const ODD: &[u8] = b"\0asm\x0d\0\x01\0\x07\x05\x01\x40\0\x01\0\x0a\x06\x01\0\x01f\x01\0\x07\x02\x01\x79\x0a\x07\x01\0\x01t\x03\0\0";
    let wasm = |name: &'static str, bytes: &'static [u8], code: &'static str, fix: &'static str| {
        mistake(name, PACK, move |root: &Path| write(root, "component.wasm", bytes), told(code, "", 0, fix))
    };
    vec![
        wasm("a text", b"not wasm at all", "component-malformed", "addon build"),
        wasm("a core module", b"\0asm\x01\0\0\0", "component-malformed", "addon build"),
        wasm("an empty component", b"\0asm\x0d\0\x01\0", "wit-mismatch", "annex-sdk"),
        wasm("types that nobody writes", ODD, "not-a-component", "addon build"),
        mistake(
            "too large",
            PACK,
            |root| write(root, "component.wasm", &vec![0; (24 << 20) + 1]),
            told("component-over-limit", "", 0, "opt-level"),
        ),
        mistake(
            "no component",
            "addon pack --component nowhere.wasm",
            |_| (),
            told("file", "nowhere.wasm", 0, "check the path"),
        ),
        mistake("no crate", "addon build", |_| (), told("no-crate", "Cargo.toml", 0, "--component FILE")),
    ]
}

/// What a check finds in an add-on that hosts take.
fn checks() -> Vec<Mistake> {
    let made = |root: &Path| {
        write(root, "locales/de.ftl", b"hello = Hallo, { $nmae }\nhelo = x\nhello = y\n");
        write(root, "src/lib.rs", b"fn head(t: &Texts) {\n    t.get(\"titel\");\n}\n");
        write(
            root,
            "annex.toml",
            MANIFEST.replacen("{ en = \"Shop\" }", "{ en = \"Shop\", de = \"Laden\" }", 1).as_bytes(),
        );
    };
    let found = vec![
        told("text-variable", "locales/de.ftl", 1, "`$name`"),
        told("texts-unknown-keys", "locales/de.ftl", 2, "did you mean `hello`?"),
        told("text-duplicate", "locales/de.ftl", 3, "one of them"),
        told("texts-incomplete", "locales/de.ftl", 1, "translate"),
        told("text-key-unknown", "src/lib.rs", 2, "did you mean `title`?"),
        told("text-missing", "", 0, "translate"),
        told("capability-unused", "", 0, "leave it out"),
    ];
    let against = format!("{CHECK} --against src/lib.rs");
    let no_package = mistake("no package before", &against, |_| (), told("not-a-package", "src/lib.rs", 0, ".annex"));
    let texts = mistake("texts that do not fit", CHECK, made, told("text-missing", "", 0, "translate"));
    vec![Mistake { status: 0, told: found, ..texts }, no_package]
}

fn usage() -> Vec<Mistake> {
    let usage = |text: &'static str, fix: &'static str| Mistake {
        status: 2,
        ..mistake(text, text, |_| (), told("usage", "", 0, fix))
    };
    vec![
        usage("addon chekc", "did you mean `check`?"),
        usage("addon pack --componnet x", "did you mean `--component`?"),
        usage("addon new x --kind chanel", "did you mean `channel`?"),
        usage("addon new x --lang rus", "did you mean `rust`?"),
        usage("addon submit --track foo", "technical, marketplace"),
        usage("login desk.example.com --scope foo", "read, submit, publish"),
        usage("addon dev --listen many", "annex addon dev --help"),
        usage("key lsit", "did you mean `list`?"),
        usage("addon explain", "annex addon explain --help"),
        mistake("nowhere to sign out", "logout", |_| (), told("not-signed-in", "", 0, "nothing is left")),
        mistake("a name", "addon new Shop! --kind plugin --dir new", |_| (), told("addon-name", "", 0, "order-lookup")),
        mistake(
            "a crate's name",
            "addon new core --kind plugin --lang rust",
            |_| (),
            told("addon-name", "", 0, "`core-panel`"),
        ),
        mistake(
            "a folder with something in it",
            "addon new shop --kind plugin --dir assets",
            |_| (),
            told("folder-not-empty", "assets", 0, "--dir"),
        ),
        mistake("a code", "addon explain no-manifset", |_| (), told("no-such-code", "", 0, "`no-manifest`")),
    ]
}

fn keys() -> Vec<Mistake> {
    fn made(root: &Path) {
        assert!(annex(root, &words("key new mine")).status.success());
    }
    let readable = |root: &Path| {
        made(root);
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
        fs::set_permissions(root.join("keys/mine.pem"), mode).unwrap();
    };
    let private = |root: &Path| {
        write(root, "key.pem", b"no key");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(root.join("key.pem"), mode).unwrap();
    };
    vec![
        mistake("no key", "addon sign component.wasm --key nobody", |_| (), told("no-key", "", 0, "key new")),
        mistake(
            "no package",
            "addon sign component.wasm --key mine",
            made,
            told("not-a-package", "component.wasm", 0, ".annex"),
        ),
        mistake("a key's name", "key new My.Key", |_| (), told("key-name", "", 0, "a-z")),
        mistake("a key twice", "key new mine", made, told("key-exists", "mine.pem", 0, "key rotate")),
        mistake(
            "a key for everybody",
            "addon sign component.wasm --key mine",
            readable,
            told("key-readable", "mine.pem", 0, "chmod 600"),
        ),
        mistake(
            "no PEM",
            "addon sign component.wasm --key key.pem",
            private,
            told("not-a-key", "key.pem", 0, "key new"),
        ),
    ]
}

fn hosts() -> Vec<Mistake> {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let packed = |root: &Path| {
        assert!(annex(root, &words(&format!("{PACK} --out shop.annex"))).status.success());
    };
    let publish = |name: &'static str, host: &str, code: &'static str, fix: &'static str| {
        let text = format!("addon publish shop.annex --host {host} --token t");
        mistake(name, &text, packed, told(code, "", 0, fix))
    };
    vec![
        publish("plain http", "http://desk.example.com", "host-not-https", "https://"),
        publish("nobody there", "http://127.0.0.1:1", "host-unreachable", "host runs"),
        mistake(
            "a port in use",
            &format!("addon dev --listen 127.0.0.1:{port}"),
            // It is held for as long as the mistake is there.
            move |_| assert!(taken.local_addr().is_ok()),
            told("port-in-use", "", 0, "--listen"),
        ),
    ]
}
