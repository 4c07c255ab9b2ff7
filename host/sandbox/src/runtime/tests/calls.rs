//! The calls that a well-meaning component gets, and what is recorded of them.

use annex_domain::{
    addon::{Kind, Version},
    channel::{Inbound, InboundRequest, OutboundMessage, Person, Receipt, Sending},
    clock::Timestamp,
    ids::{ContactId, MessageId, TicketId},
    log::Level,
    ticket::{Author, Delivery, Message, Ticket},
    ui::{Entry, Event, Fault, Update, Value},
};

use super::support::{context, guest, plugin, world};
use crate::{Beside, CallError, CompileError, Happening, What, figures::Figures};

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn a_panel_is_rendered_and_measured() {
    let world = world().newest();
    let addon = world.admit(&guest("panel")).await.unwrap();
    let finished = is_send(world.sandbox.render(&addon, world.scope.clone(), context("t"))).await;
    let view = finished.result.unwrap().into_view();
    assert_eq!(view.sections.iter().map(|section| section.nodes.len()).sum::<usize>(), 15);
    assert_eq!((view.refresh_seconds, view.state.len()), (Some(60), 64));
    let report = finished.report;
    assert_eq!(report.call, world.scope.scope.call);
    assert_eq!(report.started, Timestamp(1_000));
    assert!(report.fuel > 1_000 && report.peak_memory >= 64 << 10 && !report.wall.is_zero());
}

#[tokio::test]
async fn a_call_is_counted_and_measured_once() {
    let world = world().newest();
    let addon = world.admit(&guest("panel")).await.unwrap();
    let figures = Figures::default();
    // Of this thread: that of the caller, who counts.
    let recording = metrics::set_default_local_recorder(&figures);
    let finished = world.sandbox.render(&addon, world.scope.clone(), context("t")).await;
    drop(recording);
    assert!(finished.result.is_ok(), "{finished:?}");
    assert_eq!(figures.counted("annex_addon_calls_total"), 1);
    let measured = figures.names().iter().filter(|name| *name == "annex_addon_call_seconds").count();
    assert_eq!(measured, 1, "{:?}", figures.names());
}

#[tokio::test]
async fn an_event_of_the_panel_is_answered() {
    let world = world();
    let addon = world.admit(&guest("probe")).await.unwrap();
    let event = Event {
        verb: "save".into(),
        source: "button".into(),
        args: vec![],
        values: vec![Entry { field: "f".into(), value: Value::Many(vec!["a".into()]) }],
        cursor: None,
        state: b"state".to_vec(),
    };
    let finished = world.sandbox.handle(&addon, world.scope.clone(), context("t"), event).await;
    match finished.result.unwrap().into_reply().update {
        Update::Replace(view) => assert_eq!(view.state, b"save button 1 state"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_fault_is_an_answer_not_a_trap() {
    let error = world().probe("fault down").await.result.unwrap_err();
    assert_eq!(error, CallError::Fault(Fault::Upstream("down".into())));
    assert_eq!((error.code(), error.is_trap()), ("upstream", false));
}

#[tokio::test]
async fn hooks_and_events_reach_the_component() {
    let world = world();
    let addon = world.admit(&guest("probe")).await.unwrap();
    let installed = world.sandbox.install(&addon, world.scope.clone()).await;
    assert_eq!(installed.result, Ok(()));
    assert_eq!(installed.report.logs[0].message, "installed");
    let updated = world.sandbox.update(&addon, world.scope.clone(), &Version::new(1, 2, 3)).await;
    assert_eq!(updated.result, Err(CallError::Hook("cannot come from 1.2.3".into())));
    let (ticket, message) = (TicketId::new(), MessageId::new());
    let added = Message {
        id: message,
        ticket,
        author: Author::Requester(ContactId::new()),
        internal: false,
        body: "Hello".into(),
        has_html: false,
        delivery: Delivery::None,
        delivery_error: None,
        created_at: Timestamp(5),
        sent_at: None,
        edited_at: None,
    };
    let of = Ticket { id: ticket, ..Ticket::new(1, "Printer".into(), ContactId::new(), Timestamp(4)) };
    let what = What::MessageAdded(of, added);
    let happening =
        Happening { id: "h1".into(), at: Timestamp(5), actor: None, causes: vec![], what, beside: Beside::default() };
    let heard = world.sandbox.on_event(&addon, world.scope.clone(), happening).await;
    assert_eq!(heard.result, Ok(()));
    assert_eq!(heard.report.logs[0].message, format!("h1 message {message} in {ticket}"));
    assert_eq!(heard.report.logs[0].level, Level::Info);
}

#[tokio::test]
async fn a_channel_receives_and_sends() {
    let world = world();
    let addon = world.admit_as(Kind::Channel, &guest("echo")).await.unwrap();
    let request = InboundRequest {
        method: "POST".into(),
        path: "/thread".into(),
        query: "id=1".into(),
        headers: vec![("subject".into(), "Hi".into())],
        body: bytes::Bytes::from_static("grüß dich".as_bytes()),
        public: false,
    };
    let reply = world.sandbox.receive(&addon, world.scope.clone(), request.clone()).await.result.unwrap();
    assert_eq!((reply.status, reply.brought.len()), (202, 1));
    let Inbound::Message(message) = &reply.brought[0] else { panic!("{reply:?}") };
    assert_eq!((message.external_id.as_str(), message.threads.as_slice()), ("id=1", &["/thread".to_owned()][..]));
    assert_eq!((message.subject.as_deref(), message.text.as_str()), (Some("Hi"), "grüß dich"));
    let failed = InboundRequest { path: "/fail".into(), ..request.clone() };
    let failed = world.sandbox.receive(&addon, world.scope.clone(), failed).await.result;
    assert_eq!(failed, Err(CallError::Fault(Fault::Upstream("told to".into()))));
    // A message without an id could not be recognised when it comes again.
    let no_id = InboundRequest { query: String::new(), ..request };
    let no_id = world.sandbox.receive(&addon, world.scope.clone(), no_id).await.result;
    assert!(matches!(no_id, Err(CallError::BadOutput(error)) if error.path == "brought[0].external-id"));

    let send = async |body: &str| {
        let message = OutboundMessage {
            id: "m1".into(),
            threads: vec!["t".into()],
            recipient: Person { handle: "h".into(), name: String::new(), email: None, phone: None },
            copies: vec![],
            subject: "s".into(),
            text: body.into(),
            html: None,
            attachments: vec![],
            answers: None,
            author: "Ann".into(),
            automatic: false,
            attempt: 1,
        };
        world.sandbox.send(&addon, world.scope.clone(), message).await.result
    };
    let receipt = Receipt { external_id: "m1@t".into(), threads: Vec::new() };
    assert_eq!(send("hello").await, Ok(Sending::Sent(receipt)));
    assert_eq!(send("refuse").await, Err(CallError::Rejected("not this".into())));
    assert_eq!(send("again").await, Err(CallError::Fault(Fault::Upstream("later".into()))));
}

#[tokio::test]
async fn a_component_must_fit_the_world_of_its_kind() {
    let world = world();
    let mismatch = |result: Result<_, CompileError>| match result {
        Err(error @ CompileError::WitMismatch(_)) => {
            assert_eq!(error.code(), "wit-mismatch");
            error.to_string()
        }
        other => panic!("{other:?}"),
    };
    let channel_as_plugin = world.admit(&guest("echo")).await;
    assert!(mismatch(channel_as_plugin).contains("does not export `annex:addon/sidebar@0.1.0`"));
    let plugin_as_channel = world.admit_as(Kind::Channel, &guest("probe")).await;
    assert!(mismatch(plugin_as_channel).contains("annex:addon/tickets@0.1.0"), "tickets are for plugins");
    let empty = world.admit(&wat::parse_str("(component)").unwrap()).await;
    assert!(mismatch(empty).contains("annex:addon/lifecycle@0.1.0"));
    let newest = super::support::world().newest();
    let empty = newest.admit(&wat::parse_str("(component)").unwrap()).await;
    assert!(mismatch(empty).contains("annex:addon/lifecycle@0.2.0"), "the manifest says which version is spoken");
    let of_before = newest.admit(&guest("probe")).await;
    assert!(mismatch(of_before).contains("annex:addon/"), "a version is not taken for another");
    let unknown = r#"(component (import "evil:host/shell@1.0.0" (instance (export "run" (func)))))"#;
    assert!(mismatch(world.admit(&wat::parse_str(unknown).unwrap()).await).contains("evil:host/shell"));
    let other_type = r#"(component (import "annex:addon/log@0.1.0" (instance (export "write" (func)))))"#;
    assert!(mismatch(world.admit(&wat::parse_str(other_type).unwrap()).await).contains("log"));
}

#[tokio::test]
async fn a_component_that_was_dropped_from_memory_is_loaded_again() {
    let world = world();
    let addon = world.admit(&plugin(super::support::Parts::default())).await.unwrap();
    let other = world.admit(&guest("probe")).await.unwrap();
    // A cache too small for one: each call finds the other's component.
    world.sandbox.inner.admission.cache.shrink_to(1);
    for addon in [&addon, &other, &addon, &other] {
        let finished = world.sandbox.render(addon, world.scope.clone(), context("t")).await;
        assert!(!matches!(finished.result, Err(CallError::Unavailable(_) | CallError::Trap { .. })), "{finished:?}");
    }
}
