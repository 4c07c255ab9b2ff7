//! What a component of the newest version can ask of the host, and what the host asks it: each function where it is granted, where it is
//! not, of another desk, and over its limit.

use std::{collections::BTreeMap, sync::Arc};

use annex_domain::{
    addon::{Digest, Kind},
    capability::{Access, Grant},
    channel::{Attachment, Inbound, InboundMail, InboundRequest, OutboundMessage, Person, Reach, Sending},
    clock::Timestamp,
    configuration::{Choice, Problem, Verdict},
    ids::{ContactId, DeskId, InstallationId, OperatorId, TicketId},
    manifest::Manifest,
    permission::{Permission, Permissions},
    ports::{ActsFor, FileFacts},
    schedule::{Tick, Timer},
    settings::{Setting, SettingKind, SettingValue},
    ticket::{Author, Ticket},
    ui::{Block, Context, Event, Fault, FieldValue, Location, Node, Patch, Update},
};

use super::support::{Memory, World, capability, context, guest, scope, world_with};
use crate::{
    Beside, CallError, Changed, EgressConfig, Entered, Errand, Happening, Limits, Outcome, What, egress::tests::Server,
};

/// What plugins can have beside `http`.
const GRANTED: [Access; 10] = [
    Access::Kv,
    Access::TicketsRead,
    Access::TicketsWrite,
    Access::TicketsReply,
    Access::ContactsRead,
    Access::ContactsWrite,
    Access::OperatorsRead,
    Access::FilesRead,
    Access::FilesWrite,
    Access::Schedule,
];

/// A world whose plugin speaks 0.2, and is granted all of it.
fn newest(data: Memory, egress: EgressConfig) -> World {
    let mut world = world_with(Limits::default(), data, egress).newest();
    let manifest = Arc::make_mut(&mut world.manifest);
    let own = GRANTED.map(|access| capability(access, &[])).into_iter();
    manifest.capabilities = own.chain([capability(Access::Http, &["a.example.com"])]).collect();
    world.scope = scope(Grant::of(&manifest.capabilities));
    world
}

/// Commands of the scout, what each needs, and what an operator must be allowed; then what is answered where it may.
fn commands(ticket: TicketId) -> Vec<(String, Access, Option<Permission>, &'static str)> {
    use Access::{
        ContactsRead, ContactsWrite, FilesRead, FilesWrite, Kv, OperatorsRead, Schedule, TicketsRead, TicketsReply,
        TicketsWrite,
    };
    let (view, reply) = (Some(Permission::TicketsView), Some(Permission::TicketsReply));
    let (manage, contacts) = (Some(Permission::TicketsManage), Some(Permission::ContactsManage));
    let on = |command: &str| format!("{command} {ticket}");
    vec![
        ("kv-set a".into(), Kv, None, "Ok(1)"),
        ("kv-get a".into(), Kv, None, "Ok(Some(5))"),
        ("kv-add n".into(), Kv, None, "Ok(2)"),
        ("kv-keys".into(), Kv, None, r#"Ok(["a", "n"])"#),
        ("kv-scan".into(), Kv, None, "Ok(2)"),
        ("kv-delete a".into(), Kv, None, "Ok(true)"),
        ("at k".into(), Schedule, None, "Ok(())"),
        ("planned".into(), Schedule, None, "Ok(1)"),
        ("cancel k".into(), Schedule, None, "Ok(true)"),
        (on("ticket"), TicketsRead, view, r#"Ok("The printer is on fire")"#),
        (on("messages"), TicketsRead, view, "Ok(0)"),
        ("search".into(), TicketsRead, view, "Ok(1)"),
        (on("create"), TicketsWrite, manage, r#"Ok("The printer is on fire")"#),
        (on("reply"), TicketsReply, reply, "[]"),
        (on("note"), TicketsWrite, reply, "[]"),
        (on("assign"), TicketsWrite, manage, "[]"),
        (on("status"), TicketsWrite, manage, "[]"),
        (on("priority"), TicketsWrite, manage, "[]"),
        (on("subject"), TicketsWrite, manage, "[]"),
        (on("tags"), TicketsWrite, manage, "[]"),
        (on("fields"), TicketsWrite, manage, r#"[Error::Invalid("the desk has no such field")]"#),
        (on("contact"), ContactsRead, view, "Err(Error::NotFound)"),
        ("find ann@example.com".into(), ContactsRead, view, r#"Ok(Some("Ann"))"#),
        ("contacts ann".into(), ContactsRead, view, "Ok(0)"),
        ("contact-new Bob".into(), ContactsWrite, contacts, "Err(Error::NotFound)"),
        (on("contact-change"), ContactsWrite, contacts, "Err(Error::NotFound)"),
        (on("operator"), OperatorsRead, view, "Err(Error::NotFound)"),
        ("operators".into(), OperatorsRead, view, "Ok(0)"),
        ("make a.txt".into(), FilesWrite, reply, r#"Ok("f1")"#),
        ("file f1".into(), FilesRead, view, r#"Ok(("a.txt", 7))"#),
        ("read f1".into(), FilesRead, view, r#"Ok("ne two")"#),
        ("discard f1".into(), FilesWrite, reply, "Ok(())"),
    ]
}

#[tokio::test]
async fn each_function_does_what_is_granted_and_nothing_else() {
    let mut world = newest(Memory::default(), EgressConfig::default());
    let commands = commands(TicketId::new());
    for (command, _, _, expected) in &commands {
        assert_eq!(world.scout(command).await.result.as_deref(), Ok(*expected), "{command}");
    }
    assert_eq!(world.scout("about").await.result.as_deref(), Ok("acme.probe 1.0.0 Acme"), "it needs none");
    assert_eq!(world.scout("setting colour").await.result.unwrap(), r#"Some(Value::Text("blue"))"#);
    world.scope = scope(Grant::default());
    for (command, access, ..) in &commands {
        let answer = world.scout(command).await.result.unwrap();
        assert!(answer.contains(&format!("Denied(\"the desk did not grant `{access}`\")")), "{command}: {answer}");
    }
    let answer = world.scout("post x").await.result.unwrap();
    assert!(answer.contains("the desk did not grant `http`"), "{answer}");
    assert_eq!(world.data.notes.lock().unwrap().len(), 1, "the one that was granted");
}

#[tokio::test]
async fn for_an_operator_each_function_does_what_they_may_do() {
    let mut world = newest(Memory::default(), EgressConfig::default());
    for permissions in [vec![], vec![Permission::TicketsView], Permission::ALL.to_vec()] {
        let permissions = Permissions(permissions.into_iter().collect());
        world.scope.scope.acts_for = Some(ActsFor { operator: OperatorId::new(), permissions: permissions.clone() });
        for (command, _, needed, _) in commands(TicketId::new()) {
            let answer = world.scout(&command).await.result.unwrap();
            let refused = needed.is_some_and(|needed| answer.contains(&format!("Denied({:?})", needed.refusal())));
            let may = needed.is_none_or(|needed| permissions.has(needed));
            assert_eq!(refused, !may, "{command} with {permissions:?}: {answer}");
        }
    }
}

#[tokio::test]
async fn what_is_another_desks_is_not_found() {
    let theirs = Memory {
        desk: Some(DeskId::new()),
        files: Arc::new(BTreeMap::from([("f1".into(), ("a.txt".into(), b"one".to_vec()))]).into()),
        ..Memory::default()
    };
    let world = newest(theirs, EgressConfig::default());
    let ticket = format!("ticket {}", TicketId::new());
    for command in [ticket.as_str(), "file f1", "read f1", "discard f1"] {
        assert_eq!(world.scout(command).await.result.as_deref(), Ok("Err(Error::NotFound)"), "{command}");
    }
    assert_eq!(world.data.files.lock().unwrap().len(), 1);
    // Nor is what another call has begun added to, and an id that is none asked for.
    assert_eq!(world.scout("append f1").await.result.as_deref(), Ok("Err(Error::NotFound)"));
    assert_eq!(world.scout("operator ../1").await.result.as_deref(), Ok("Err(Error::NotFound)"));
}

#[tokio::test]
async fn beyond_its_limits_each_function_says_that_it_is_too_much() {
    let world = newest(Memory::default(), EgressConfig::default());
    let ticket = TicketId::new();
    let too_much = |text: &str| format!("Error::TooMuch({text:?})");
    for (what, function) in [
        ("reply", "add-reply"),
        ("note", "add-note"),
        ("assign", "assign"),
        ("status", "set-status"),
        ("priority", "set-priority"),
        ("subject", "set-subject"),
        ("tags", "set-tags"),
    ] {
        let answer = world.scout(&format!("{what}*7 {ticket}")).await.result.unwrap();
        let refused = too_much(&format!("`tickets.{function}` works 5 times in one call"));
        assert_eq!(answer, format!("[{refused}, {refused}]"));
    }
    let cases = [
        ("at-many 101", "one call plans at most 100"),
        ("begin-many 21", "one call has at most 20 files under way"),
        ("kv-writes 501", "one call writes at most 500 values and 4 MiB"),
    ];
    for (command, text) in cases {
        assert_eq!(world.scout(command).await.result, Ok(format!("[{}]", too_much(text))), "{command}");
    }
    let short = world.scout("kv-lasts 999").await.result.unwrap();
    assert!(short.starts_with("Err(Error::Invalid("), "a value lasts a second: {short}");
}

#[tokio::test]
async fn what_was_done_is_in_the_record_with_its_time_and_the_fuel_of_the_call() {
    let world = newest(Memory::default(), EgressConfig::default());
    let report = world.scout(&format!("reply {}", TicketId::new())).await.report;
    assert!(report.fuel > 1_000 && !report.wall.is_zero(), "{report:?}");
    let [call] = report.host_calls.as_slice() else { panic!("{:?}", report.host_calls) };
    assert_eq!(
        (call.name, &call.outcome, call.wall.is_zero()),
        ("tickets.add-reply", &Outcome::Ok(String::new()), false)
    );
    let made: Vec<_> = world.scout("make a.txt").await.report.host_calls.iter().map(|call| call.name).collect();
    assert_eq!(made, ["files.create", "files.append", "files.append", "files.finish"]);
}

#[tokio::test]
async fn answers_go_into_files_and_forms_go_out() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\nseven b".into()).await;
    let to = crate::egress::parse_override(&format!("a.example.com=http://{}", server.address)).unwrap();
    let egress = EgressConfig { overrides: [to].into(), ..EgressConfig::default() };
    let mut world = newest(Memory::default(), egress);
    let fetched = world.scout("fetch https://a.example.com/report").await.result.unwrap();
    assert_eq!(fetched, r#"Ok((200, "file a.txt of 7"))"#);
    assert_eq!(world.data.files.lock().unwrap()["f1"].1, b"seven b");
    assert_eq!(world.scout("post a word").await.result.unwrap(), r#"Ok((200, "7 bytes"))"#);
    let posted = server.requests().pop().unwrap();
    assert!(posted.contains("multipart/form-data; boundary="), "{posted}");
    // A request that makes a file needs what making one needs.
    let without: Vec<_> =
        world.manifest.capabilities.iter().filter(|one| one.access != Access::FilesWrite).cloned().collect();
    world.scope = scope(Grant::of(&without));
    let denied = world.scout("fetch https://a.example.com/report").await.result.unwrap();
    assert!(denied.contains("Denied") && denied.contains("files.write"), "{denied}");
}

#[tokio::test]
async fn a_host_that_the_desk_entered_is_reached_and_no_other() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\nhello".into()).await;
    let to = crate::egress::parse_override(&format!("shop.example.org=http://{}", server.address)).unwrap();
    let egress = EgressConfig { overrides: [to].into(), ..EgressConfig::default() };
    let entered = |host: &str| [("domain".to_owned(), SettingValue::Text(host.into()))].into();
    for (host, expected) in [("shop.example.org", "Ok((200"), ("localhost", "Denied"), ("10.0.0.1", "Denied")] {
        let mut world = newest(Memory { settings: entered(host), ..Memory::default() }, egress.clone());
        let manifest = Arc::make_mut(&mut world.manifest);
        manifest.settings.push(Setting::new("domain", SettingKind::Host));
        manifest.capabilities = vec![capability(Access::Http, &["{domain}"]), capability(Access::FilesWrite, &[])];
        world.scope = scope(Grant::of(&manifest.capabilities));
        let answer = world.scout("fetch https://shop.example.org/").await.result.unwrap();
        assert!(answer.contains(expected), "{host}: {answer}");
        let other = world.scout("fetch https://a.example.com/").await.result.unwrap();
        assert!(other.contains("Denied"), "{host}: {other}");
    }
}

#[tokio::test]
async fn the_host_asks_all_that_a_plugin_of_the_newest_version_has() {
    let data =
        Memory { settings: BTreeMap::from([("name".into(), SettingValue::Text("Ann".into()))]), ..Memory::default() };
    let world = newest(data, EgressConfig::default());
    let addon = world.admit(&guest("scout")).await.unwrap();
    let (sandbox, scope) = (&world.sandbox, || world.scope.clone());
    let check = async |entered: Entered| sandbox.check(&addon, scope(), entered).await.result;
    assert_eq!(check(Entered::new()).await, Ok(Verdict::Works(Some("Hello, Ann".into()))));
    let entered =
        |name: Option<&str>| Entered::from([("name".to_owned(), name.map(|name| SettingValue::Text(name.into())))]);
    assert_eq!(check(entered(Some("Bob"))).await, Ok(Verdict::Works(Some("Hello, Bob".into()))), "nothing is kept yet");
    assert!(matches!(check(entered(None)).await, Ok(Verdict::Wrong(_))));
    let choice = |n: u8| Choice { value: format!("shop-{n}"), label: format!("ac {n}"), hint: None };
    let choices = sandbox.choices(&addon, scope(), "shop".into(), "ac".into()).await.result;
    assert_eq!(choices, Ok(vec![choice(1), choice(2)]));
    let request = InboundRequest {
        method: "POST".into(),
        path: "/rate".into(),
        query: String::new(),
        headers: vec![],
        body: bytes::Bytes::from_static(b"stars=5"),
        public: false,
    };
    let answered = sandbox.webhook(&addon, scope(), request).await.result.unwrap();
    assert_eq!((answered.status, answered.body.as_slice()), (201, b"POST /rate stars=5".as_slice()));
    let tick = Tick { id: "t1".into(), timer: Timer::Once("k".into()), due: Timestamp(5), data: b"data".to_vec() };
    let ticked = sandbox.on_schedule(&addon, scope(), tick).await;
    assert_eq!(ticked.report.logs[0].message, r#"t1 Timer::Once("k") at 5 with data"#);

    let ticket = Ticket::new(1, "Printer".into(), ContactId::new(), Timestamp(4));
    let change = Changed { field: "status".into(), old: "open".into(), new: "solved".into() };
    let (actor, causes) = (Some(Author::Operator(OperatorId::new())), vec![InstallationId::new()]);
    let what = What::TicketUpdated(ticket, vec![change]);
    let happening = Happening { id: "h1".into(), at: Timestamp(5), actor, causes, what, beside: Beside::default() };
    let heard = sandbox.on_event(&addon, scope(), happening).await.report.logs[0].message.clone();
    assert!(heard.starts_with("h1 Actor::Operator(") && heard.contains(" 1 updated Printer: "), "{heard}");
    assert!(heard.ends_with(r#"status Some("open") -> Some("solved")"#), "{heard}");
}

#[tokio::test]
async fn settings_that_do_not_work_say_which() {
    let world = newest(Memory::default(), EgressConfig::default());
    let addon = world.admit(&guest("scout")).await.unwrap();
    let problem = Problem { setting: Some("name".into()), text: "Say who you are.".into() };
    let verdict = world.sandbox.check(&addon, world.scope.clone(), Entered::new()).await.result;
    assert_eq!(verdict, Ok(Verdict::Wrong(vec![problem])));
}

#[tokio::test]
async fn a_view_is_told_its_place_and_a_button_says_what_it_is_about() {
    let world = newest(Memory::default(), EgressConfig::default());
    let addon = world.admit(&guest("scout")).await.unwrap();
    let page = Context { view: "overview".into(), location: Location::Page, ..context("x") };
    let view = world.sandbox.render(&addon, world.scope.clone(), page).await.result.unwrap().into_view();
    assert_eq!(String::from_utf8(view.state).unwrap(), "overview Location::Page");
    let event = Event {
        verb: "load".into(),
        source: "orders".into(),
        args: vec![FieldValue { field: "state".into(), value: "open".into() }],
        values: vec![],
        cursor: None,
        state: vec![],
    };
    let reply = world.sandbox.handle(&addon, world.scope.clone(), context("x"), event).await.result.unwrap();
    let block = Block::Markdown("**load** state=open".into());
    assert_eq!(reply.into_reply().update, Update::Patch(vec![Patch::Put(Node { id: "orders".into(), block })]));
}

/// What a call is about it may read, and nothing else.
#[tokio::test]
async fn a_mail_is_lent_to_the_channel_that_it_came_for() {
    let world = newest(Memory::default(), EgressConfig::default());
    let manifest = Arc::new(Manifest { kind: Kind::Channel, capabilities: vec![], ..Manifest::clone(&world.manifest) });
    let component = guest("carrier");
    let digest = Digest::of(&component);
    let addon =
        world.sandbox.inner.admission.admit_component(manifest, &digest, &component, Errand::Use).await.unwrap();
    let scope = || scope(Grant::default());
    let raw =
        |id: &str| FileFacts { id: id.into(), name: "mail.eml".into(), media_type: "message/rfc822".into(), size: 9 };
    let mail = |id: &str| InboundMail { mailbox: "inbox".into(), raw: raw(id), received: Timestamp(5) };
    let bytes = bytes::Bytes::from_static(b"1|t,u|ann|Hello");
    let made = world.sandbox.receive_mail(&addon, scope(), mail("m"), bytes).await.result.unwrap();
    let [Inbound::Message(message)] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!((message.threads.join(" "), message.text.as_str()), ("t u".to_owned(), "Hello"));
    let bytes = bytes::Bytes::from_static(b"2|t|ann|answering 1");
    let made = world.sandbox.receive_mail(&addon, scope(), mail("n"), bytes).await.result.unwrap();
    let [Inbound::Message(message)] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!(message.answers.as_deref(), Some("1"));
    let facts = world.sandbox.channel_facts(&addon, scope()).await.result.unwrap();
    assert_eq!((facts.starts, facts.files.map(|files| files.most)), (Reach::Email, Some(2)));
    let file = |id: &str| Attachment { file: raw(id), content_id: None };
    let person = Person { handle: "h".into(), name: String::new(), email: None, phone: None };
    let reply = |text: &str, attachments| OutboundMessage {
        id: "m1".into(),
        threads: vec!["t".into()],
        recipient: person.clone(),
        copies: vec![],
        subject: "s".into(),
        text: text.into(),
        html: None,
        attachments,
        answers: None,
        author: "Ann".into(),
        automatic: false,
        attempt: 1,
    };
    let send =
        async |text: &str, files: Vec<Attachment>| world.sandbox.send(&addon, scope(), reply(text, files)).await.result;
    // The desk has no such file: that it was asked for shows that it was lent.
    let lent = send("x", vec![file("f9")]).await;
    assert_eq!(lent, Err(CallError::Fault(Fault::Internal("Error::NotFound".into()))));
    assert_eq!(send("later", vec![]).await, Ok(Sending::Later(5_000)));
    assert_eq!(send("unknown", vec![]).await, Ok(Sending::Unknown("the line went dead".into())));
    assert_eq!(send("refused", vec![]).await, Err(CallError::Rejected("not this".into())));
    assert_eq!(send("fault", vec![]).await, Err(CallError::Fault(Fault::Upstream("busy".into()))));
}
