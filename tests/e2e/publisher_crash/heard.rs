//! What a publisher sets up by hand, and the events about it: after each death its service has heard everything, in order, and what it
//! has said counts once.

use std::{collections::BTreeSet, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use super::{dies, points};
use crate::support::{
    api::Api,
    database::Database,
    eventually,
    host::{Host, Setup},
    peer::Peer,
    puppet::Puppet,
};

/// Those at which the host dies, and the last one, at which it is the command line.
pub(super) const STEPS: [&str; 5] =
    ["provisioning:ask", "provisioning:undo", "event:post", "event:note", "provisioning:answer"];

const SERVICE: &str = "[service]\nevents = \"https://hooks.annex.example/events\"\nmanual = true\n";
const HEARD: Puppet<'_> = Puppet { id: "annex.heard", version: "1.0.0", behaviour: "", plans: SERVICE };
/// It is set up, and then does not install.
const REFUSER: Puppet<'_> = Puppet { id: "annex.refuser", version: "1.0.0", behaviour: "install=fail", plans: SERVICE };

const INSTALL: &str = "app.install-requested";
const INSTALLED: &str = "app.installed";
const UNINSTALL: &str = "app.uninstall-requested";
const UNINSTALLED: &str = "app.uninstalled";

struct Stage {
    host: Host,
    service: Peer,
    api: Api,
    /// Seconds by which its clock is ahead.
    ahead: u64,
}

pub(super) async fn every_event_arrives_in_order_and_an_answer_counts_once(database: Database) {
    let mut stage = Stage::set(database).await;
    let on_postgres = stage.host.setup().on_postgres();
    for point in STEPS.iter().take(4).flat_map(|step| points(&format!("{step}:"))) {
        if !(on_postgres && point.ends_with(":before")) {
            stage.die(&point).await;
        }
    }
    stage.answer_and_die().await;
    for addon in [HEARD.id, REFUSER.id] {
        let kept = stage.host.setup().command_ok(&["publisher", "events", addon]);
        assert!(kept.lines().count() > 2 && kept.lines().all(|line| line.contains("delivered")), "{kept}");
    }
}

impl Stage {
    async fn set(database: Database) -> Self {
        let service = Peer::start("publisher.py", &[]);
        let setup = Setup::new(database).at_one_address().egress("hooks.annex.example", &service.url);
        let host = setup.start().await;
        let mut secrets = vec![];
        for puppet in [HEARD, REFUSER] {
            let (_folder, package) = puppet.pack();
            host.publish_package(&package).await;
            let printed = host.setup().command_ok(&["publisher", "endpoint", puppet.id, "--secret"]);
            secrets.extend(printed.lines().filter(|line| line.starts_with("whsec_")).map(str::to_owned));
        }
        let put = reqwest::Client::new().put(format!("{}/__secrets", service.url)).json(&secrets).send().await;
        assert!(put.unwrap().status().is_success());
        let api = host.api();
        Self { host, service, api, ahead: 0 }
    }

    /// The life of an installation, in which the host dies once.
    async fn die(&mut self, point: &str) {
        self.restart(point);
        let addon = if point.starts_with("provisioning:undo:") { REFUSER.id } else { HEARD.id };
        self.begin(addon).await;
        if addon == REFUSER.id {
            let id = self.asked(addon).await;
            self.say(&id, &["--accept"]);
        }
        let patience = Duration::from_secs(20);
        assert!(self.host.ended_within(patience).await, "{point}: the process did not reach this step");
        // On PostgreSQL another node could be posting what this one had begun to post.
        let posts = point.starts_with("event:post:") || point.starts_with("provisioning:ask:");
        if posts && self.host.setup().on_postgres() {
            self.ahead += 125;
        }
        self.restart("");
        if addon == REFUSER.id {
            let id = self.api.installed(addon).await;
            self.api.settled(&id, "failed-installation").await;
            self.remove(addon, &id).await;
            self.gone(addon).await;
            // Told that it is of no use, and then that it is gone.
            return self.expect(&id, &[INSTALL, UNINSTALLED, UNINSTALLED], point).await;
        }
        let id = self.asked(addon).await;
        self.say(&id, &["--accept"]);
        self.api.settled(&id, "active").await;
        self.remove(addon, &id).await;
        self.asked(addon).await;
        self.say(&id, &["--accept"]);
        self.gone(addon).await;
        self.expect(&id, &[INSTALL, INSTALLED, UNINSTALL, UNINSTALLED], point).await;
    }

    /// The process that answers dies, before and after its answer counts: of a yes, and of a no.
    async fn answer_and_die(&mut self) {
        self.restart("");
        self.begin(HEARD.id).await;
        let id = self.asked(HEARD.id).await;
        self.say_and_die(&id, &["--accept"]).await;
        self.api.settled(&id, "active").await;
        self.remove(HEARD.id, &id).await;
        self.asked(HEARD.id).await;
        self.say_and_die(&id, &["--reject", "orders are open"]).await;
        let kept = self.api.settled(&id, "active").await;
        assert!(kept.to_string().contains("orders are open"), "{kept}");
        self.remove(HEARD.id, &id).await;
        self.asked(HEARD.id).await;
        self.say(&id, &["--accept"]);
        self.gone(HEARD.id).await;
        self.expect(&id, &[INSTALL, INSTALLED, UNINSTALL, UNINSTALL, UNINSTALLED], STEPS[4]).await;
    }

    async fn say_and_die(&self, id: &str, word: &[&str]) {
        let answer = [&["publisher", "answer", id], word].concat();
        for point in points(&format!("{}:", STEPS[4])) {
            let waits = self.asked(HEARD.id).await;
            assert_eq!(waits, id, "{point}: what was said before counts for nothing");
            dies(self.host.setup(), &point, &[], &answer);
        }
        let again = self.host.setup().command(&answer);
        assert!(!again.status.success(), "it counts: {}", String::from_utf8_lossy(&again.stdout));
    }

    fn restart(&mut self, crash: &str) {
        let ahead = self.ahead.to_string();
        self.host.restart_with([("ANNEX_CRASH_AT", crash), ("ANNEX_CLOCK_OFFSET", ahead.as_str())]);
    }

    /// Sends the last click of an install; there may be no answer.
    async fn begin(&self, addon: &str) {
        let install = self.api.request(Method::POST, "/installations");
        let _ = install.json(&json!({ "addon": addon, "grant": [{ "use": "kv" }] })).send().await;
    }

    async fn remove(&self, addon: &str, id: &str) {
        self.api.delete(&format!("/installations/{id}?confirm={addon}")).await.expect_ok("uninstall").await;
    }

    async fn gone(&self, addon: &str) {
        eventually("it is gone", || async { self.api.find_installed(addon).await.is_none().then_some(()) }).await;
    }

    /// The installation of an add-on, once it waits for its publisher.
    async fn asked(&self, addon: &str) -> String {
        eventually("the publisher is asked", || async {
            let asked = self.host.setup().command_ok(&["publisher", "asked", "annex"]);
            let line = asked.lines().find(|line| line.contains(addon))?;
            line.split('\t').next().map(str::to_owned)
        })
        .await
    }

    fn say(&self, id: &str, word: &[&str]) {
        self.host.setup().command_ok(&[&["publisher", "answer", id], word].concat());
    }

    /// Waits until the service has heard of an installation what it is to hear: everything, and nothing else. What it heard twice, as
    /// it may, it heard twice in a row.
    async fn expect(&self, id: &str, kinds: &[&str], point: &str) {
        let heard = eventually(&format!("{point}: everything arrives"), || async {
            let events = self.heard(id).await;
            (events.len() >= kinds.len()).then_some(events)
        })
        .await;
        // Noted as well: a host that dies between hearing and noting would leave it to whoever takes the job over, minutes later.
        eventually(&format!("{point}: everything is noted"), || async {
            let kept =
                [HEARD.id, REFUSER.id].map(|addon| self.host.setup().command_ok(&["publisher", "events", addon]));
            let about = || kept.iter().flat_map(|kept| kept.lines()).filter(|line| line.contains(id));
            (about().count() > 0 && about().all(|line| line.contains("delivered"))).then_some(())
        })
        .await;
        let told: Vec<_> = heard.iter().map(|(_, kind)| kind.as_str()).collect();
        assert_eq!(told, kinds, "{point}");
        let ids: BTreeSet<_> = heard.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), heard.len(), "{point}: {heard:?}");
    }

    /// Ids and kinds of the events about an installation, without those that are the same as the one before.
    async fn heard(&self, id: &str) -> Vec<(String, String)> {
        let events = reqwest::get(format!("{}/__events", self.service.url)).await.unwrap();
        let events: Vec<Value> = events.json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let about = events.iter().filter(|event| event["installation"] == id);
        let mut heard: Vec<_> = about.map(|event| (text(&event["id"]), text(&event["type"]))).collect();
        heard.dedup();
        heard
    }
}
