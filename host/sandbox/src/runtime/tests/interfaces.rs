//! Host interfaces: who may use them, what they answer, and that secrets stay with the host.

use std::{collections::BTreeMap, sync::Arc};

use annex_domain::{
    capability::{Access, Grant},
    ids::{OperatorId, TicketId},
    permission::{Permission, Permissions},
    ports::ActsFor,
    settings::{SettingKind, SettingValue},
    ui::Fault,
};

use super::support::{Memory, SUBJECT, capability, scope, world, world_with};
use crate::{
    CallError, EgressConfig, Limits, Outcome,
    egress::{parse_override, tests::Server},
};

#[tokio::test]
async fn only_what_is_declared_and_granted_can_be_used() {
    let mut world = world();
    let ticket = TicketId::new();
    assert_eq!(world.probe(&format!("ticket {ticket}")).await.result, Ok(format!("Ok({SUBJECT:?})")));
    assert_eq!(world.probe("kv-set a").await.result, Ok("Ok(1)".into()));
    // Declared nowhere, although the desk granted it.
    let mut wide = world.manifest.capabilities.clone();
    wide.push(capability(Access::TicketsWrite, &[]));
    wide.push(capability(Access::ContactsRead, &[]));
    world.scope = scope(Grant::of(&wide));
    let note = world.probe(&format!("note {ticket}")).await.result.unwrap();
    assert!(note.contains("Denied(\"the manifest does not declare `tickets.write`\")"), "{note}");
    assert!(world.data.notes.lock().unwrap().is_empty());
    let contact = world.probe("contact ann@example.com").await.result.unwrap();
    assert!(contact.contains("Denied"), "{contact}");
    // Declared, but not granted.
    world.scope = scope(Grant::default());
    let denied = world.probe(&format!("ticket {ticket}")).await;
    assert!(denied.result.unwrap().contains("Denied(\"the desk did not grant `tickets.read`\")"));
    assert!(matches!(&denied.report.host_calls[0].outcome, Outcome::Error(text) if text.contains("grant")));
    assert!(world.probe("kv-get a").await.result.unwrap().contains("Invalid"));
    let http = world.probe("http https://a.example.com/").await.result.unwrap();
    assert!(http.contains("Denied(\"the desk did not grant `http`\")"), "{http}");
}

#[tokio::test]
async fn for_an_operator_an_add_on_does_what_its_grant_and_they_allow() {
    use Access::{ContactsRead, ContactsWrite, TicketsRead, TicketsWrite};
    use Permission::{ContactsManage, TicketsManage, TicketsReply, TicketsView};
    let mut world = world();
    let everything = [TicketsRead, TicketsWrite, ContactsRead, ContactsWrite].map(|access| capability(access, &[]));
    Arc::make_mut(&mut world.manifest).capabilities = everything.to_vec();
    let id = TicketId::new();
    let calls = [
        (format!("ticket {id}"), TicketsView),
        (format!("messages {id}"), TicketsView),
        (format!("note {id}"), TicketsReply),
        (format!("tags {id}"), TicketsManage),
        (format!("status {id}"), TicketsManage),
        (format!("requester {id}"), TicketsView),
        ("contact ann@example.com".to_owned(), TicketsView),
        (format!("phone {id}"), ContactsManage),
    ];
    for permissions in [vec![], vec![TicketsView], vec![TicketsView, TicketsReply], Permission::ALL.to_vec()] {
        let permissions = Permissions(permissions.into_iter().collect());
        world.scope = scope(Grant::of(&everything));
        world.scope.scope.acts_for = Some(ActsFor { operator: OperatorId::new(), permissions: permissions.clone() });
        for (call, needed) in &calls {
            let answer = world.probe(call).await.result.unwrap();
            let refusal = format!("Denied({:?})", needed.refusal());
            assert_eq!(answer.contains(&refusal), !permissions.has(*needed), "{call} with {permissions:?}: {answer}");
        }
    }
    // Events, hooks and channels act for themselves.
    world.scope.scope.acts_for = None;
    for (call, _) in &calls {
        let answer = world.probe(call).await.result.unwrap();
        assert!(!answer.contains("Denied"), "{call}: {answer}");
    }
}

#[tokio::test]
async fn what_an_operator_may_not_do_is_no_failure_of_the_add_on() {
    let mut world = world();
    let everything = vec![capability(Access::TicketsWrite, &[])];
    Arc::make_mut(&mut world.manifest).capabilities = everything.clone();
    world.scope = scope(Grant::of(&everything));
    let permissions = Permissions([Permission::TicketsView].into());
    world.scope.scope.acts_for = Some(ActsFor { operator: OperatorId::new(), permissions });
    for command in ["note-or-fault", "note-or-panic"] {
        let error = world.probe(&format!("{command} {}", TicketId::new())).await.result.unwrap_err();
        assert_eq!(error, CallError::NotPermitted(Permission::TicketsReply), "{command}");
        assert!(!error.is_trap(), "a viewer cannot have an add-on suspended");
    }
    assert_eq!(world.probe("panic").await.result.unwrap_err().code(), "trap", "its own are its own");
    assert!(world.data.notes.lock().unwrap().is_empty());
}

#[tokio::test]
async fn faults_hold_no_control_characters() {
    let error = world().probe("fault one\u{1b}[2J\u{202e}two\u{7}").await.result.unwrap_err();
    assert_eq!(error, CallError::Fault(Fault::Upstream("one[2Jtwo".into())));
}

#[tokio::test]
async fn one_call_writes_so_much_and_no_more() {
    let mut world = world();
    let mut manifest = (*world.manifest).clone();
    manifest.capabilities.push(capability(Access::TicketsWrite, &[]));
    world.scope = scope(Grant::of(&manifest.capabilities));
    world.manifest = manifest.into();
    let ticket = TicketId::new();
    let refused = |name: &str| format!("Error::Invalid(\"too much: `tickets.{name}` works 5 times in one call\")");
    let (note, tags) = (refused("add-note"), refused("set-tags"));
    let answer = world.probe(&format!("notes {ticket}")).await.result.unwrap();
    assert_eq!(answer, format!("[{note}, {note}] [{tags}, {tags}]"));
    assert_eq!(world.data.notes.lock().unwrap().len(), 5);
    // The next call starts afresh.
    world.probe(&format!("notes {ticket}")).await.result.unwrap();
    assert_eq!(world.data.notes.lock().unwrap().len(), 10);
    assert_eq!(world.probe("kv-writes 500").await.result.unwrap(), "[]");
    let more = world.probe("kv-writes 501").await.result.unwrap();
    assert!(more.starts_with("[Error::Invalid(\"too much: "), "{more}");
}

#[tokio::test]
async fn what_is_refused_does_not_leave_the_thread_of_its_component() {
    let limits = Limits { kv_writes: 1, ..Limits::default() };
    let world = world_with(limits, Memory::default(), EgressConfig::default());
    let calls = world.probe("kv-writes 3").await.report.host_calls;
    let outside: Vec<_> = calls.iter().map(|call| !call.wall.is_zero()).collect();
    assert_eq!(outside, [true, false, false], "{calls:?}");
}

#[tokio::test]
async fn clocks_are_coarse() {
    // No instant between two ticks, and the time of day is the host's.
    assert_eq!(world().probe("clock").await.result.unwrap(), "false Ok(1000)");
}

#[tokio::test]
async fn ids_that_are_none_are_not_found() {
    let world = world();
    assert!(world.probe("ticket ../1").await.result.unwrap().contains("NotFound"));
}

#[tokio::test]
async fn settings_never_give_a_secret_away() {
    let data = Memory {
        settings: BTreeMap::from([
            ("name".into(), SettingValue::Text("Ann".into())),
            ("token".into(), SettingValue::Text("s3cr3t-value".into())),
        ]),
        secrets: BTreeMap::from([("token".into(), "s3cr3t-value".into())]),
        ..Memory::default()
    };
    let world = world_with(Limits::default(), data, EgressConfig::default());
    let get = async |key: &str| world.probe(&format!("setting {key}")).await.result.unwrap();
    assert_eq!(get("token").await, "Some(Value::Secret)");
    assert_eq!(get("name").await, "Some(Value::Text(\"Ann\"))");
    assert_eq!(get("colour").await, "Some(Value::Text(\"blue\"))");
    assert_eq!(get("other").await, "None");
}

/// A world whose two hosts and one shop lead to `server`.
fn world_on(server: &Server, secrets: &[(&str, &str)]) -> super::support::World {
    let to = |host: &str| parse_override(&format!("{host}=http://{}", server.address)).unwrap();
    let overrides = ["a.example.com", "b.example.com", "acme.shops.example.com"].map(to).into();
    let data = Memory {
        settings: BTreeMap::from([("shop".into(), SettingValue::Text("acme".into()))]),
        secrets: secrets.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
        ..Memory::default()
    };
    world_with(Limits::default(), data, EgressConfig { overrides, ..EgressConfig::default() })
}

#[tokio::test]
async fn requests_go_out_with_the_credential_and_come_back_without() {
    let server = Server::start(|request| format!("HTTP/1.1 200 OK\r\n\r\nyou sent {request}")).await;
    let world = world_on(&server, &[("token", "s3cr3t-value")]);
    let finished = world.probe("http-bearer https://a.example.com/x?y=1").await;
    let seen = server.requests();
    assert!(seen[0].starts_with("GET /x?y=1 HTTP/1.1\r\n"), "{}", seen[0]);
    assert!(seen[0].to_lowercase().contains("authorization: bearer s3cr3t-value"), "{}", seen[0]);
    assert!(seen[0].contains("host: a.example.com"), "{}", seen[0]);
    let answer = finished.result.unwrap();
    assert!(answer.contains("[secret]") && !answer.contains("s3cr3t-value"), "{answer}");
    let call = &finished.report.host_calls[0];
    assert_eq!((call.name, call.detail.as_str()), ("http.send", "GET a.example.com"));
    assert_eq!(call.outcome, Outcome::Ok("200".into()));
    assert!(!format!("{:?}", finished.report).contains("s3cr3t"));
}

#[tokio::test]
async fn a_missing_secret_is_named_before_anything_is_sent() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\n".into()).await;
    let answer = world_on(&server, &[]).probe("http-bearer https://a.example.com/").await.result.unwrap();
    assert!(answer.contains("NeedsSetting(\"token\")"), "{answer}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_account_is_shown_by_its_fresh_token_and_by_nothing_else() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\n".into()).await;
    let mut world = world_on(&server, &[("token", "account")]);
    let settings = &mut Arc::make_mut(&mut world.manifest).settings;
    settings.iter_mut().filter(|one| one.key == "token").for_each(|one| one.kind = SettingKind::OAuth2);
    world.probe("http-bearer https://a.example.com/").await.result.unwrap();
    let seen = server.requests();
    assert!(seen[0].to_lowercase().contains("authorization: bearer fresh-of-account"), "{}", seen[0]);
    let known = world.probe("setting token").await.result.unwrap();
    assert!(!known.contains("account"), "{known}");
}

#[tokio::test]
async fn the_first_label_of_a_host_comes_from_its_setting() {
    let server = Server::start(|_| "HTTP/1.1 200 OK\r\n\r\nshop".into()).await;
    let world = world_on(&server, &[]);
    let answer = world.probe("http https://acme.shops.example.com/").await.result.unwrap();
    assert!(answer.contains("200, \"shop\""), "{answer}");
    let other = world.probe("http https://evil.shops.example.com/").await.result.unwrap();
    assert!(other.contains("Denied"), "{other}");
    let unset = world_with(Limits::default(), Memory::default(), EgressConfig::default());
    let unset = unset.probe("http https://acme.shops.example.com/").await.result.unwrap();
    assert!(unset.contains("NeedsSetting(\"shop\")"), "{unset}");
}

#[tokio::test]
async fn many_requests_are_answered_in_their_order() {
    let server = Server::start(|request| {
        let path = request.split(' ').nth(1).unwrap().to_owned();
        format!("HTTP/1.1 200 OK\r\n\r\n{path}")
    })
    .await;
    let world = world_on(&server, &[]);
    let urls: Vec<_> = (0..8).map(|at| format!("https://a.example.com/{at}")).collect();
    let finished = world.probe(&format!("http-all {} https://evil.example/", urls.join(" "))).await;
    let answer = finished.result.unwrap();
    let expected: Vec<_> = (0..8).map(|at| format!("Ok((200, \"/{at}\"))")).collect();
    assert!(answer.starts_with(&expected.join(", ")), "{answer}");
    assert!(answer.contains("Denied"), "{answer}");
    assert_eq!(finished.report.host_call_count, 10);
    let many = world.probe(&format!("http-all {}", ["https://a.example.com/"; 17].join(" "))).await;
    assert_eq!(many.result.unwrap().matches("at most 16").count(), 17);
}
