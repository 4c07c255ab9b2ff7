//! Each function that 0.2 offers, called by a component on a real database: with its capability and without, about what another desk has,
//! and beyond its limits. A function of the WIT that has no row here fails a test.

mod table;

use std::collections::BTreeSet;

use annex_domain::{
    addon::Kind,
    capability::Access,
    clock::Timestamp,
    field::{Declared, FieldKind, FieldSubject},
    ids::InstallationId,
    installation::Installation,
    localized::Localized,
    manifest::{EventName, Inbound, Manifest},
    ports::{AddonData as _, KvWrite},
    settings::{ChoicesFrom, Setting, SettingKind},
};
use annex_store::{
    attachments,
    contacts::{self, NewContact},
    kv::{self, Owner},
    logs::Query,
    messages, planned_calls,
    tickets::{self, Filter, NewTicket, Sort},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use self::table::{MAIL, PLUGIN, Row};
use super::{
    channels::{hook, request},
    events::ticket,
    mailboxes::enter,
    port::reach,
    settings::scout,
    support::{World, at_ticket, capability, carrier_manifest, guest, listener_manifest, on_both},
};
use crate::InstallRequest;

/// What a desk and an add-on in it have, by the names that commands have for it.
struct Things(Vec<(&'static str, String)>);

impl Things {
    fn fill(&self, command: &str) -> String {
        let long = [("{long}", "x".repeat(300)), ("{huge}", "x".repeat((64 << 10) + 1))];
        let all = self.0.iter().chain(&long);
        all.fold(command.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

/// The same add-on in two desks, and one of the first desk that may do nothing.
struct Scene {
    full: Installation,
    bare: Installation,
    ours: Things,
    there: Installation,
    theirs: Things,
}

impl Scene {
    /// Leaves the world in the first desk.
    async fn make(world: &mut World, full: Manifest, component: &[u8]) -> Self {
        let id = "acme.bare".parse().unwrap();
        let settings = full.settings.iter().filter(|one| one.kind != SettingKind::Mailbox).cloned().collect();
        let bare = Manifest { id, settings, capabilities: vec![], fields: vec![], ..full.clone() };
        world.publish(full.clone(), component.to_vec()).await;
        world.publish(bare.clone(), component.to_vec()).await;
        let home = (world.desk, world.admin);
        world.move_to_a_new_desk().await;
        let there = installed(world, &full).await;
        let theirs = furnished(world, &there, "theirs").await;
        (world.desk, world.admin) = home;
        let (full, bare) = (installed(world, &full).await, installed(world, &bare).await);
        let ours = furnished(world, &full, "ours").await;
        Self { full, bare, ours, there, theirs }
    }

    /// All that the functions could have changed.
    async fn held(&self, world: &World) -> Vec<String> {
        let mut all = Vec::new();
        for of in [&self.full, &self.bare, &self.there] {
            all.push(held(world, of).await);
        }
        all
    }
}

async fn installed(world: &World, manifest: &Manifest) -> Installation {
    let request = world.request(&manifest.id.to_string());
    world.had(InstallRequest { grant_accepted: manifest.capabilities.clone().into(), ..request }).await
}

async fn furnished(world: &World, of: &Installation, word: &'static str) -> Things {
    let now = world.host.clock.now();
    let email = format!("{word}@example.com");
    let mut tx = world.db().begin().await.unwrap();
    let new = NewContact { name: word.into(), email: Some(email.clone()), ..NewContact::default() };
    let contact = contacts::create(&mut tx, world.desk, new, now).await.unwrap().id;
    let new = NewTicket::of(contact, "Help", "Please");
    let ticket = tickets::create(&mut tx, world.desk, new, now).await.unwrap().0.id;
    tx.commit().await.unwrap();
    let (data, scope) = reach(world, of);
    data.kv_set(&scope, word, b"value".to_vec(), KvWrite { expected: None, expires_in: None }).await.unwrap();
    data.plan_call(&scope, word, Timestamp(now.0 + 60_000), vec![]).await.unwrap();
    let bytes: &[u8] = if of.kind == Kind::Channel {
        enter(world, of.id).await;
        b"From: help@example.com\r\n\r\nHi\r\n"
    } else {
        let entered = [("colour".to_owned(), word.to_owned())].into();
        world.host.save_settings(world.desk, of.id, entered, world.admin).await.unwrap();
        b"one two"
    };
    let mut file = data.create_file(&scope, "a.txt").await.unwrap();
    file.append(bytes.to_vec()).await.unwrap();
    let file = file.finish().await.unwrap().id;
    Things(vec![
        ("{ticket}", ticket.to_string()),
        ("{contact}", contact.to_string()),
        ("{operator}", world.admin.to_string()),
        ("{email}", email),
        ("{file}", file),
        ("{key}", word.to_owned()),
    ])
}

/// What an installation and its desk have.
async fn held(world: &World, of: &Installation) -> String {
    let (desk, mut conn) = (of.desk, world.db().read().await.unwrap());
    let all = tickets::list(&mut conn, desk, &Filter::default(), Sort::default(), None, 50).await.unwrap();
    let mut written = Vec::new();
    for listed in &all {
        written.push(messages::list(&mut conn, desk, listed.ticket.id, None, 50).await.unwrap());
    }
    let people = contacts::list(&mut conn, desk, "", None, 50).await.unwrap();
    let owner = Owner { desk, installation: of.id, version: &of.version };
    let values = kv::all_entries(&mut conn, owner).await.unwrap();
    let planned = planned_calls::of(&mut conn, desk, of.id, 50).await.unwrap();
    let bytes = attachments::used(&mut conn, desk).await.unwrap();
    format!("{all:?} {written:?} {people:?} {values:?} {planned:?} {bytes}")
}

/// Each row as it should be; `ask` has an installation do a command.
async fn tried(world: &World, scene: &Scene, rows: &[Row], ask: impl AsyncFn(InstallationId, String) -> String) {
    let before = scene.held(world).await;
    for row in rows {
        let Some(access) = row.needs else { continue };
        let denied = format!("Denied(\"the manifest does not declare `{access}`\")");
        for (command, _) in [Some(row.asked), row.theirs].into_iter().flatten() {
            let answer = ask(scene.bare.id, scene.ours.fill(command)).await;
            assert!(answer.contains(&denied), "{}, {command}, without: {answer}", row.function);
        }
    }
    for (row, (command, expected)) in rows.iter().filter_map(|row| Some((row, row.theirs?))) {
        let answer = ask(scene.full.id, scene.theirs.fill(command)).await;
        assert!(answer.contains(expected), "{}, {command}, of another desk: {answer}", row.function);
    }
    assert_eq!(scene.held(world).await, before, "nothing was done, here or there");
    for row in rows {
        let (command, expected) = row.asked;
        let answer = ask(scene.full.id, scene.ours.fill(command)).await;
        assert!(answer.contains(expected), "{}, {command}: {answer}", row.function);
    }
    recorded(world, scene, rows).await;
    for (row, (command, expected)) in rows.iter().flat_map(|row| row.limits.iter().map(move |limit| (row, *limit))) {
        let answer = ask(scene.full.id, scene.ours.fill(command)).await;
        assert!(answer.contains(expected), "{}, {command}, beyond: {answer}", row.function);
    }
}

/// Every call, and each function within one, is in the record with what it cost. A line of the log is its own record.
async fn recorded(world: &World, scene: &Scene, rows: &[Row]) {
    let calls = world.host.calls(world.desk, scene.full.id, None, 200).await.unwrap().calls;
    assert!(calls.iter().all(|call| call.fuel > 0 && call.wall_micros > 0), "{calls:?}");
    for row in rows.iter().filter(|row| row.function != "log.write") {
        let mut all = calls.iter().flat_map(|call| &call.host_calls);
        assert!(all.any(|call| call.name == row.function), "{}", row.function);
    }
}

/// What answers at the host that the add-on may reach.
async fn serving(world: &mut World) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.restart_reaching("a.example.com", listener.local_addr().unwrap()).await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = String::new();
            let is_whole =
                |text: &str| text.ends_with("--\r\n") || text.starts_with("GET") && text.ends_with("\r\n\r\n");
            while !is_whole(&request) {
                let mut part = [0; 4096];
                match stream.read(&mut part).await {
                    Ok(read @ 1..) => request.push_str(&String::from_utf8_lossy(&part[..read])),
                    _ => break,
                }
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\nseven b";
            let _ = stream.write_all(answer).await;
        }
    });
}

fn plugin() -> Manifest {
    let access = Access::ALL.into_iter().filter(|access| !matches!(access, Access::Http | Access::Mail));
    let mut capabilities: Vec<_> = access.map(|access| capability(access, &[])).collect();
    capabilities.push(capability(Access::Http, &["a.example.com"]));
    let tier = Declared {
        of: FieldSubject::Ticket,
        key: "tier".into(),
        kind: FieldKind::Text,
        label: Localized::en("Tier"),
        help: None,
        choices: vec![],
    };
    Manifest { id: "acme.probe".parse().unwrap(), capabilities, fields: vec![tier], ..scout() }
}

#[tokio::test]
async fn each_function_does_what_is_granted_within_its_desk_and_its_limits() {
    on_both(async |mut world| {
        serving(&mut world).await;
        let scene = Scene::make(&mut world, plugin(), &guest("scout")).await;
        let ask = async |id: InstallationId, command: String| {
            let mut context = world.context();
            context.location = at_ticket(&command);
            let panel = world.host.render(world.desk, id, context).await.unwrap();
            String::from_utf8(panel.view.into_view().state).unwrap()
        };
        tried(&world, &scene, PLUGIN, ask).await;
        let lines = world.host.logs(world.desk, scene.full.id, &Query::default()).await.unwrap().lines;
        assert_eq!(lines[0].message, "1 more lines were dropped", "201 in one call");
    })
    .await;
}

#[tokio::test]
async fn mails_go_out_from_what_the_installation_has_within_their_limits() {
    on_both(async |mut world| {
        // Nobody listens there any more.
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        world.restart_reaching("smtp.example.com", closed).await;
        let command = Setting { choices_from: Some(ChoicesFrom::Addon), ..Setting::new("ask", SettingKind::Choice) };
        let settings = vec![command, Setting::new("inbox", SettingKind::Mailbox)];
        let capabilities = vec![capability(Access::Mail, &[])];
        let channel = Manifest { settings, capabilities, ..carrier_manifest() };
        let scene = Scene::make(&mut world, channel, &guest("carrier")).await;
        let ask = async |id: InstallationId, command: String| {
            world.host.setting_choices(world.desk, id, "ask", &command).await.unwrap().remove(0).value
        };
        tried(&world, &scene, MAIL, ask).await;
    })
    .await;
}

/// What nobody of the desk waits for costs no less.
#[tokio::test]
async fn calls_at_planned_times_for_events_and_for_requests_are_recorded_with_their_fuel_and_time() {
    on_both(async |world| {
        let mut manifest = listener_manifest("1.0.0", 1, &[]);
        manifest.capabilities.push(capability(Access::TicketsRead, &[]));
        manifest.events = [EventName::TicketCreated].into();
        manifest.inbound = Some(Inbound { public: true, ..Inbound::default() });
        world.publish(manifest, guest("listener")).await;
        let id = world.install("acme.listener").await.id;
        world.host.put_planned_calls_in_line(world.host.clock.now()).await.unwrap();
        ticket(&world).await;
        world.host.receive(hook(id), request("/paid", "a", "body")).await.unwrap();
        world.run_jobs().await;
        let calls = world.host.calls(world.desk, id, None, 200).await.unwrap().calls;
        let expected: [(&str, &[&str]); 4] = [
            ("install", &["schedule.at"]),
            ("on-schedule", &["kv.add", "kv.set"]),
            ("on-event", &["kv.set"]),
            ("webhook", &[]),
        ];
        for (kind, functions) in expected {
            let call = calls.iter().find(|call| call.kind == kind).unwrap();
            let called: Vec<_> = call.host_calls.iter().map(|one| one.name.as_str()).collect();
            assert_eq!((call.outcome.as_str(), called.as_slice()), ("ok", functions), "{kind}");
            assert!(call.fuel > 0 && call.wall_micros > 0, "{kind}: {call:?}");
            assert!(call.host_calls.iter().all(|one| one.wall_micros > 0), "{kind}: {call:?}");
        }
        let day = world.host.health(world.desk, id).await.unwrap().day;
        let (fuel, wall) = calls.iter().fold((0, 0), |sum, call| (sum.0 + call.fuel, sum.1 + call.wall_micros));
        assert_eq!((day.calls, day.fuel, day.wall_micros), (calls.len() as u64, fuel, wall), "the sums have them all");
    })
    .await;
}

/// The functions of the interfaces that worlds import, such as `tickets.get`.
fn offered() -> BTreeSet<String> {
    let worlds = include_str!("../../../../wit/annex-addon-0.2/world.wit");
    let imported: BTreeSet<_> =
        worlds.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';')).collect();
    let mut found = BTreeSet::new();
    for text in [
        include_str!("../../../../wit/annex-addon-0.2/host.wit"),
        include_str!("../../../../wit/annex-addon-0.2/desk.wit"),
    ] {
        let mut interface = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("interface ").and_then(|rest| rest.strip_suffix(" {")) {
                interface = name;
            } else if let Some((name, _)) = line.trim().split_once(": func(")
                && imported.contains(interface)
            {
                found.insert(format!("{interface}.{}", name.trim_start_matches('%')));
            }
        }
    }
    found
}

#[test]
fn each_function_of_the_wit_has_its_row() {
    let tried: BTreeSet<String> = PLUGIN.iter().chain(MAIL).map(|row| row.function.to_owned()).collect();
    assert_eq!(offered(), tried);
}
