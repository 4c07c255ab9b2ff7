//! The pictures of the guide, `sdk/guide/pictures`: of every block, of each kind of error, of all icons, as Chromium shows what the
//! host draws of the guest `gallery`. Beside them stands what they were taken of. What the host draws otherwise now is named, and
//! `INSTA_UPDATE=always` takes the pictures anew.

use std::{collections::BTreeMap, env, fs, path::Path};

use serde_json::json;

use super::examples::cases;
use crate::support::{
    api::Api,
    chromium::Chromium,
    database::Database,
    guests::{guest, lay_out},
    host::{ADMIN, Host, Setup, annex_ok},
};

const ID: &str = "annex.blocks";
const MANIFEST: &str = r#"
id = "annex.blocks"
version = "1.0.0"
seq = 1
kind = "plugin"
wit = "annex:addon@0.2"
host = ">=0.1, <1"

[listing]
name = "Shop"
summary = "Shows every block."
description = "For the pictures of the guide."
publisher_name = "Annex"
icon = "assets/icon.png"
support = { email = "support@annex.example" }

[[views]]
key = "panel"
location = "ticket-sidebar"

[[capabilities]]
use = "tickets.read"
purpose = "to see what is to be shown"

[[capabilities]]
use = "http"
hosts = ["shop.example.com"]
purpose = "to show a picture"
"#;

/// Kinds of errors: each is the subject of a ticket.
const FAULTS: [&str; 5] = ["needs-config", "needs-auth", "upstream", "denied", "internal"];
/// As wide as a panel beside a ticket is at most, and so high that nothing of the page lies over it.
const SIZE: (u32, u32) = (440, 4000);

/// The node of a block: called like it, or with a field that is called so. Of texts all styles, which are a section.
const BLOCK: &str = "
    const [name] = arguments;
    const field = () => document.querySelector(`[id*='-${name}']`).closest('.panel-node');
    const node = document.querySelector(`.panel-node[id$='-${name}']`) ?? field();
    const part = name === 'text' ? node.parentElement : node;
";
/// What takes the place of a panel.
const CARD: &str = "const part = document.querySelector('.panel-card');";
/// All blocks of the first section.
const NODES: &str = "const part = document.querySelector('.panel-nodes');";
/// A digest of the markup of a part, without what differs from host to host.
const DIGEST: &str = "
    const markup = part.outerHTML
        .replace(/<time[^]*?<\\/time>/g, '<time>')
        .replace(/ value=\"[^\"]{100,}\"/g, '')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12,}/g, '#')
        .replace(/E-[0-9A-F]{8}/g, 'E');
    return crypto.subtle.digest('SHA-256', new TextEncoder().encode(markup))
        .then((digest) => Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join(''));
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pictures_of_the_guide_show_what_the_host_draws() {
    let host = Setup::new(Database::sqlite()).at_one_address().start().await;
    let Some(chromium) = Chromium::start(&host.url).await else { return };
    let (api, installation) = install(&host).await;
    chromium.sign_in(ADMIN.0, ADMIN.1).await;
    let mut album = Album::default();
    let blocks = show(&chromium, &api, &installation, "every block").await;
    for name in cases(include_str!("../../wit/annex-addon-0.1/ui.wit"), "variant block") {
        album.take(&chromium, &blocks, &name, BLOCK, &name).await;
    }
    for fault in FAULTS {
        let page = show(&chromium, &api, &installation, fault).await;
        album.take(&chromium, &page, &format!("fault-{fault}"), CARD, "").await;
    }
    let icons = show(&chromium, &api, &installation, "icons").await;
    album.take(&chromium, &icons, "icons", NODES, "").await;
    album.compare();
}

/// Packs the guest, and installs it.
async fn install(host: &Host) -> (Api, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lay_out(folder.path(), MANIFEST, &guest("gallery"));
    let path = |name: &str| folder.path().join(name).display().to_string();
    let out = path("gallery.unsigned.annex");
    annex_ok(["addon", "pack", &path(""), "--component", &path("component.wasm"), "--out", &out]);
    host.publish_package(Path::new(&out)).await;
    let api = host.api();
    let installation = api.install(ID).await;
    (api, installation)
}

/// Makes a ticket with that subject, and opens the panel beside it. Answers where it is.
async fn show(chromium: &Chromium, api: &Api, installation: &str, subject: &str) -> String {
    let requester = json!({"name": "Ada Lovelace", "email": "ada@example.com"});
    let body = json!({"subject": subject, "body": "Where is my order?", "requester": requester});
    let ticket = api.post("/tickets", &body).await.expect_ok("a ticket").await;
    let page = format!("/tickets/{}/sidebar/{installation}", ticket["number"]);
    chromium.resize(SIZE.0, SIZE.1).await;
    chromium.goto(&page).await;
    page
}

/// What was taken, by name.
#[derive(Default)]
struct Album(BTreeMap<String, (Vec<u8>, String)>);

impl Album {
    /// Takes a picture of the part that `find` finds in the open page.
    async fn take(&mut self, chromium: &Chromium, page: &str, name: &str, find: &str, argument: &str) {
        let arguments = [json!(argument)];
        let found = chromium.run(&format!("{find}{DIGEST}"), &arguments).await;
        let digest = found.as_str().unwrap_or_else(|| panic!("{page} shows no {name}: {found}")).to_owned();
        let picture = chromium.picture_of(find, &arguments).await;
        self.0.insert(name.to_owned(), (picture, digest));
    }

    /// With those that are there.
    fn compare(&self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/guide/pictures");
        let list = folder.join("drawn.txt");
        let drawn: String = self.0.iter().map(|(name, (_, digest))| format!("{digest}  {name}.png\n")).collect();
        if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            self.write(&folder, &list, &drawn);
        }
        let kept = fs::read_to_string(&list).unwrap_or_default();
        let old: Vec<&str> = drawn.lines().filter(|line| !kept.lines().any(|kept| kept == *line)).collect();
        assert!(
            old.is_empty(),
            "the host draws otherwise now; INSTA_UPDATE=always takes these pictures anew: {old:#?}"
        );
        for name in self.0.keys() {
            assert!(folder.join(format!("{name}.png")).exists(), "there is no picture {name}");
        }
    }

    /// Only what is drawn otherwise than it was: what two machines make of the same differs in its bytes.
    fn write(&self, folder: &Path, list: &Path, drawn: &str) {
        let kept = fs::read_to_string(list).unwrap_or_default();
        for (name, (picture, digest)) in &self.0 {
            let file = folder.join(format!("{name}.png"));
            if !kept.contains(&format!("{digest}  {name}.png\n")) || !file.exists() {
                fs::write(file, picture).expect("the picture is written");
            }
        }
        fs::write(list, drawn).expect("the list is written");
    }
}
