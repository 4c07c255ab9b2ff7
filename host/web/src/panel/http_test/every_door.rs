//! Everything that can be done to a desk, done through every door that has it: the same rows are written, and the same entry of the
//! audit log but for who did it.
//!
//! Each door has a desk of its own, and all of them have one history: what a door does not have is done there through another. After
//! each step the rows that are gone and those that have come are compared, over all tables.

mod script;
mod table;

use std::{collections::BTreeSet, time::Duration};

use annex_desk::Ctx;
use annex_domain::{
    audit::Action,
    ids::TicketId,
    operator::Actor,
    ticket::{Author, ChannelThread, Delivery},
};
use annex_lifecycle::sample;
use annex_store::{
    audit::{self, Entry},
    mails::{MailState, NewMail},
    messages::NewMessage,
    resets,
    roles::{self, Builtin},
    testing,
    tickets::NewTicket,
};
use serde_json::json;

use self::{
    script::{By, Step, script},
    table::{DONE, OF_THE_HOST},
};
use super::{
    doors::{self, stored},
    *,
};

/// Where something can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Door {
    /// Its forms, also those behind a link.
    Panel,
    Api,
    /// The command line.
    Line,
    /// The host interfaces of add-ons.
    AddOn,
    ClientArea,
    /// The pages of publishers.
    Portal,
    /// The API of publishers' programs.
    Programs,
    /// The pages of the platform's people.
    Review,
}

/// Of the tables that a write of an add-on reaches, those that tell it as they do a person's. The others count its writes and keep
/// its causes.
const TOLD_ALIKE: [&str; 6] =
    ["audit_log", "contact_addresses", "contacts", "ticket_changes", "ticket_tags", "tickets"];
/// What these are about is written behind all doors, and tried elsewhere ([`DONE`]).
const NOT_OF_A_DESK: [&str; 9] =
    ["addon", "billing", "catalog", "channel", "issuer", "project", "publisher", "review", "staff"];

impl By {
    fn door(&self) -> Door {
        match self {
            Self::Panel(..) => Door::Panel,
            Self::Api(..) => Door::Api,
            Self::Line(_) => Door::Line,
            Self::AddOn(_) => Door::AddOn,
        }
    }

    fn actor(&self, world: &World) -> Actor {
        match self {
            Self::Panel(..) | Self::Api(..) => Actor::Operator(world.panel.desks.admin),
            Self::Line(_) => Actor::CommandLine,
            Self::AddOn(_) => Actor::Addon(world.add_on.scope.installation),
        }
    }
}

/// A desk that is worked in through one door, as far as that has it.
struct World {
    door: Door,
    panel: Panel,
    cookie: String,
    add_on: doors::AddOn,
    /// What texts of the script name in braces.
    names: Vec<(&'static str, String)>,
    /// All rows as they are.
    rows: Vec<String>,
}

impl World {
    async fn start(door: Door) -> Self {
        let panel = Panel::start().await;
        let cookie = panel.admin().await;
        let add_on = doors::AddOn::of(&panel).await;
        assert_eq!(panel.ticket(&cookie).await, 1);
        sample::load(&panel.state.lifecycle, panel.desks.desk).await.unwrap();
        let names = prepare(&panel, &add_on).await;
        let rows = rows(&panel).await;
        Self { door, panel, cookie, add_on, names, rows }
    }

    /// Who has the command line.
    fn line(&self) -> Ctx {
        Ctx::host(self.panel.desks.desk, Actor::CommandLine, self.panel.clock.now())
    }

    async fn first_ticket(&self) -> TicketId {
        stored(&self.panel, 1).await.id
    }

    /// The newest first.
    async fn entries(&self) -> Vec<Entry> {
        let mut conn = self.panel.state.db.read().await.unwrap();
        audit::list(&mut conn, self.panel.desks.desk, None, 1000).await.unwrap()
    }

    /// With ids in the place of names: those of [`prepare`], and `{role}` for the role that the audit log had last.
    async fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        for (name, value) in &self.names {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        if filled.contains("{secret}") {
            filled = filled.replace("{secret}", &self.panel.last_secret().await);
        }
        for entry in self.entries().await {
            if let Some((kind, id)) = entry.object.split_once(':') {
                filled = filled.replace(&format!("{{{kind}}}"), id);
            }
        }
        filled
    }

    async fn does(&self, by: &By) {
        match by {
            By::Panel(path, form) => {
                let mut filled = Vec::new();
                for (field, value) in *form {
                    filled.push((*field, self.fill(value).await));
                }
                let form: Vec<(&str, &str)> = filled.iter().map(|(field, value)| (*field, value.as_str())).collect();
                let page = self.panel.post(&self.cookie, &self.fill(path).await, &form).await;
                let done = page.status.is_success() || page.status == StatusCode::SEE_OTHER;
                assert!(done, "{path}: {} {}", page.status, page.html);
            }
            By::Api(method, path, body) => {
                let (at, body) = (self.fill(path).await, self.fill(&body.to_string()).await);
                let body = serde_json::from_str(&body).unwrap();
                let (status, answer) = self.panel.api(&self.cookie, method.clone(), &at, body).await;
                assert!(status.is_success(), "{path}: {status} {answer}");
            }
            By::Line(call) | By::AddOn(call) => call(self).await,
        }
    }

    /// Does it, and answers the rows that are gone and those that have come, without what is other in each desk.
    async fn left_by(&mut self, by: &By, done: Option<Action>) -> Vec<String> {
        let known = self.entries().await.len();
        self.does(by).await;
        let (entries, after) = (self.entries().await, rows(&self.panel).await);
        let actor = by.actor(self).to_string();
        let kind = |actor: &str| actor.split(':').next().map(ToOwned::to_owned);
        // What the host does about it by itself has entries of its own.
        let own = entries.iter().take(entries.len() - known).filter(|entry| kind(&entry.actor) == kind(&actor));
        let words: Vec<&str> = own.map(|entry| entry.action.as_str()).collect();
        assert_eq!(words, done.map(Action::as_str).into_iter().collect::<Vec<_>>(), "{:?}", by.door());
        let before = &self.rows;
        let gone = before.iter().filter(|row| after.binary_search(row).is_err()).map(|row| format!("- {row}"));
        let come = after.iter().filter(|row| before.binary_search(row).is_err()).map(|row| format!("+ {row}"));
        let mut left: Vec<String> = gone.chain(come).map(|row| self.plain(&row, &actor)).collect();
        left.sort();
        self.rows = after;
        left
    }

    fn plain(&self, row: &str, actor: &str) -> String {
        let Fixture { admin, agent, .. } = self.panel.desks;
        let row = row.replace(actor, "whoever").replace(&admin.to_string(), "Ada").replace(&agent.to_string(), "Bo");
        masked(&row)
    }
}

async fn rows(panel: &Panel) -> Vec<String> {
    testing::rows(&mut panel.state.db.read().await.unwrap()).await
}

/// Makes what the script needs and no door makes.
async fn prepare(panel: &Panel, add_on: &doors::AddOn) -> Vec<(&'static str, String)> {
    let (desk, agent, now) = (panel.desks.desk, panel.desks.agent, panel.clock.now());
    let requester = stored(panel, 1).await.requester;
    let mut tx = testing::tx(&panel.state.db).await;
    let channel = ChannelThread { installation: add_on.scope.installation, thread: "t".into(), handle: "h".into() };
    let new = NewTicket { channel: Some(channel), ..NewTicket::of(requester, "By a channel", "Hello") };
    let ticket = tickets::create(&mut tx, desk, new, now).await.unwrap().0;
    let twin = tickets::create(&mut tx, desk, NewTicket::of(requester, "Again", "Hello"), now).await.unwrap().0;
    let mut unclear = Vec::new();
    for _ in 0..2 {
        let reply = NewMessage { author: Author::Operator(panel.desks.admin), internal: false, body: "Hi".into() };
        let id = messages::add(&mut tx, desk, ticket.id, reply, now).await.unwrap().message.id;
        messages::set_delivery(&mut tx, desk, id, Delivery::Unclear, Some("?"), now).await.unwrap();
        unclear.push(id.to_string());
    }
    let new = NewMail {
        desk,
        operator: None,
        to: "ada@example.org".into(),
        kind: MailKind::Installed,
        args: json!({}),
        unique_key: "one".into(),
    };
    let mail = mails::put(&mut tx, &new, now).await.unwrap().unwrap();
    mails::settle(&mut tx, desk, mail, MailState::Failed, Some("550"), now).await.unwrap();
    let names = vec![
        ("addon", add_on.scope.installation.to_string()),
        ("agent", agent.to_string()),
        ("agents-role", roles::builtin(&mut tx, desk, Builtin::Agent).await.unwrap().id.to_string()),
        ("channel", ticket.number.to_string()),
        ("twin", twin.number.to_string()),
        ("lost", unclear[0].clone()),
        ("late", unclear[1].clone()),
        ("mail", mail.to_string()),
        ("job", testing::failed_job(&mut tx, desk, "it broke").await.to_string()),
        ("other-job", testing::failed_job(&mut tx, desk, "it broke, too").await.to_string()),
        ("reset", resets::create(&mut tx, desk, agent, Duration::from_secs(3600), now).await.unwrap()),
    ];
    tx.commit().await.unwrap();
    names
}

/// Without what is random: ids, digests, secrets, and the hashes of passwords.
fn masked(row: &str) -> String {
    let random = |c: char| c.is_ascii_alphanumeric() || "-_+/$=,".contains(c);
    let mut masked = String::new();
    for part in row.split_inclusive(|c: char| !random(c)) {
        let run = part.trim_end_matches(|c: char| !random(c));
        masked.push_str(if run.len() < 32 { run } else { "[random]" });
        masked.push_str(&part[run.len()..]);
    }
    masked
}

/// Which actions have which doors.
fn declared() -> BTreeSet<(Action, Door)> {
    let words = DONE.iter().flat_map(|(doors, words)| words.split_whitespace().map(move |word| (word, *doors)));
    let pairs = words.flat_map(|(word, doors)| doors.iter().map(move |door| (word.parse().unwrap(), *door)));
    pairs.collect()
}

#[test]
fn every_action_says_where_it_is_done() {
    let words = DONE.iter().map(|(_, words)| *words).chain(OF_THE_HOST.iter().map(|(_, words)| *words));
    let mut known: Vec<Action> = words.flat_map(str::split_whitespace).map(|word| word.parse().unwrap()).collect();
    known.sort();
    let mut all = Action::ALL.to_vec();
    all.sort();
    assert_eq!(known, all, "each once");
}

#[tokio::test]
async fn the_same_deed_leaves_the_same_at_every_door() {
    let mut worlds = Vec::new();
    for door in [Door::Panel, Door::Api, Door::Line, Door::AddOn] {
        worlds.push(World::start(door).await);
    }
    let mut tried = BTreeSet::new();
    for Step { done, by: all } in script() {
        tried.extend(all.iter().filter_map(|by| Some((done?, by.door()))));
        let mut expected = Vec::new();
        for world in &mut worlds {
            let by = all.iter().find(|by| by.door() == world.door).unwrap_or(&all[0]);
            let left = world.left_by(by, done).await;
            if expected.is_empty() {
                expected = left;
                continue;
            }
            let is_told = |row: &&String| {
                let table = row.split([' ', ':']).nth(1).unwrap_or_default();
                // What goes may tell of a deed before, which the add-on did in its own desk.
                let is_of_before = world.door == Door::AddOn && row.starts_with("- jobs:");
                !is_of_before && (by.door() != Door::AddOn || TOLD_ALIKE.contains(&table))
            };
            let [left, expected] = [&left, &expected].map(|rows| rows.iter().filter(is_told).collect::<Vec<_>>());
            assert_eq!(left, expected, "{done:?} at {:?} in the desk of {:?}", by.door(), world.door);
        }
        assert!(!expected.is_empty(), "{done:?} wrote nothing");
    }
    let declared = declared();
    let unknown: Vec<_> = tried.difference(&declared).collect();
    assert!(unknown.is_empty(), "not in the table: {unknown:?}");
    let of_desk = |(action, _): &&(Action, Door)| !NOT_OF_A_DESK.contains(&action.area());
    let untried: Vec<_> = declared.difference(&tried).filter(of_desk).collect();
    assert!(untried.is_empty(), "in the table, and not in the script: {untried:?}");
}
