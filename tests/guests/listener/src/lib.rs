//! A plugin of 0.2 that notes what the host calls it for: `tick:TIMER` counts calls of a timer, `event:NAME` has who did it and what
//! was changed. It answers requests with what it got of them, shows where it is shown, and reads files that are chosen there. The timer
//! `fail` fails.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.2", world: "plugin" });

use annex::addon::{
    contacts::Contact,
    files, kv, schedule, settings,
    tickets::Ticket,
    types::{InboundRequest, OutboundAnswer},
    ui::{
        Action, Block, Context, Deferred, Event as Act, Field, FileInput, Intent, Location, Look, Node, Patch, Reply,
        Section, Text, TextStyle, Update, Value, View,
    },
};
use exports::annex::addon::{configuration, events, lifecycle, schedules, views, webhooks};

struct Listener;
export!(Listener);

fn put(key: &str, value: &str) {
    let _ = kv::set(key, value.as_bytes(), kv::Options { expected: None, expires_in_ms: None });
}

fn text(id: &str, text: String) -> Node {
    Node { id: id.to_owned(), block: Block::Text(Text { text, style: TextStyle::Body }) }
}

impl lifecycle::Guest for Listener {
    fn install() -> Result<(), String> {
        // Refused to one without the capability, which does well without.
        let _ = schedule::at("first", 0, b"hello");
        Ok(())
    }

    fn update(_: String) -> Result<(), String> {
        Ok(())
    }

    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}

impl configuration::Guest for Listener {
    fn check() -> Result<configuration::Verdict, configuration::Fault> {
        let colour = match settings::get("colour") {
            Some(settings::Value::Text(colour)) => colour,
            _ => return Err(configuration::Fault::NeedsConfig("no colour".to_owned())),
        };
        if colour == "wrong" {
            let problem =
                configuration::Problem { setting: Some("colour".to_owned()), text: "no such colour".to_owned() };
            return Ok(configuration::Verdict::Wrong(vec![problem]));
        }
        Ok(configuration::Verdict::Works(Some(format!("as {colour}"))))
    }

    fn choices(key: String, typed: String) -> Result<Vec<configuration::Choice>, configuration::Fault> {
        let choice = |value: String| configuration::Choice { label: value.to_uppercase(), value, hint: None };
        Ok(vec![choice(key), choice(format!("{typed}-"))])
    }
}

impl schedules::Guest for Listener {
    fn on_schedule(tick: schedules::Tick) -> Result<(), String> {
        let key = match &tick.timer {
            schedules::Timer::Regular(key) => format!("regular-{key}"),
            schedules::Timer::Once(key) => format!("once-{key}"),
        };
        kv::add(&format!("tick:{key}"), 1, None).map_err(|error| format!("{error:?}"))?;
        put(&format!("data:{key}"), &String::from_utf8_lossy(&tick.data));
        if key.ends_with("-fail") { Err("was told to fail".to_owned()) } else { Ok(()) }
    }
}

fn changed(changes: &[events::Change]) -> String {
    let old = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    changes.iter().map(|it| format!("{} {}>{}", it.field, old(&it.old), old(&it.new))).collect::<Vec<_>>().join(",")
}

/// Its name, and what it says.
fn told(happening: &events::Happening) -> (&'static str, String) {
    use events::Happening as On;
    let of_ticket = |ticket: &Ticket| ticket.subject.clone();
    let of_contact = |contact: &Contact| contact.name.clone();
    match happening {
        On::TicketCreated(ticket) => ("ticket-created", of_ticket(ticket)),
        On::TicketUpdated(it) => ("ticket-updated", changed(&it.changes)),
        On::TicketAssigned(it) => ("ticket-assigned", changed(&it.changes)),
        On::TicketSolved(it) => ("ticket-solved", changed(&it.changes)),
        On::TicketReopened(it) => ("ticket-reopened", changed(&it.changes)),
        On::TicketMerged(it) => ("ticket-merged", it.merged.clone()),
        On::TicketDeleted(id) => ("ticket-deleted", id.clone()),
        On::MessageAdded(it) => ("message-added", it.message.body.clone()),
        On::ContactCreated(contact) => ("contact-created", of_contact(contact)),
        On::ContactUpdated(it) => ("contact-updated", changed(&it.changes)),
        On::SettingsChanged(keys) => ("settings-changed", keys.join(",")),
        On::LicencesChanged(operators) => ("licences-changed", operators.len().to_string()),
    }
}

impl events::Guest for Listener {
    fn on_event(event: events::Event) -> Result<(), String> {
        let by = match &event.actor {
            events::Actor::Requester(_) => "requester",
            events::Actor::Operator(_) => "operator",
            events::Actor::Addon(_) => "addon",
            events::Actor::Host => "host",
        };
        let (name, said) = told(&event.happening);
        put(&format!("event:{name}"), &format!("{by}: {said}"));
        Ok(())
    }
}

/// What strangers are asked.
const FORM: &str = r#"{"title":"Write to us","fields":[{"key":"name","label":"Your name","required":true},
    {"key":"topic","kind":"choice","label":"Topic","choices":["An order","Something else"]}]}"#;

impl webhooks::Guest for Listener {
    fn receive(request: InboundRequest) -> Result<OutboundAnswer, webhooks::Fault> {
        let InboundRequest { method, path, query, headers, body, public } = request;
        let names = headers.iter().map(|header| header.name.as_str()).collect::<Vec<_>>().join(",");
        let body = String::from_utf8_lossy(&body);
        let got = if method == "GET" && path == "/form" {
            FORM.to_owned()
        } else {
            format!("{method} {path}?{query} public={public} [{names}] {body}")
        };
        Ok(OutboundAnswer { status: 200, content_type: "text/plain".to_owned(), body: got.into_bytes() })
    }
}

/// A form for one text of at most 20 bytes.
fn papers() -> Section {
    let field = Field {
        id: "papers".to_owned(),
        label: "Papers".to_owned(),
        hint: None,
        required: false,
        disabled: false,
        error: None,
        on_change: None,
    };
    let input = FileInput { field, most: 2, largest: 20, types: vec!["text/plain".to_owned()] };
    let take = Action {
        id: "take".to_owned(),
        label: "Take".to_owned(),
        intent: Intent::Submit("take".to_owned()),
        args: vec![],
        look: Look::Primary,
        icon: None,
        disabled_reason: None,
        busy_label: None,
        confirm: None,
    };
    let node = |id: &str, block| Node { id: id.to_owned(), block };
    let nodes = vec![node("papers", Block::FileInput(input)), node("take", Block::Actions(vec![take]))];
    Section { id: "form".to_owned(), title: None, collapsed: None, is_form: true, nodes }
}

/// What stands in the files that were chosen.
fn read(event: &Act) -> String {
    let chosen = event.values.iter().flat_map(|entry| match &entry.value {
        Value::Files(ids) => ids.clone(),
        _ => vec![],
    });
    let texts = chosen.map(|id| match files::read(&id, 0, 100) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => format!("{error:?}"),
    });
    texts.collect::<Vec<_>>().join(" and ")
}

impl views::Guest for Listener {
    fn render(ctx: Context) -> Result<View, views::Fault> {
        let place = match &ctx.location {
            Location::TicketSidebar(_) => "ticket-sidebar".to_owned(),
            Location::ContactSidebar(_) => "contact-sidebar".to_owned(),
            Location::Page => "page".to_owned(),
            Location::Composer(at) => format!("composer {} internal={}", at.draft, at.internal),
            Location::Settings => "settings".to_owned(),
        };
        let later = |id: &str| Node {
            id: id.to_owned(),
            block: Block::Deferred(Deferred { verb: "load".to_owned(), args: vec![], skeleton: 2 }),
        };
        let nodes = vec![text("place", format!("{} at {place}", ctx.view)), later("first"), later("second")];
        let section = Section { id: "main".to_owned(), title: None, collapsed: None, is_form: false, nodes };
        Ok(View {
            title: "Listener".to_owned(),
            subtitle: None,
            banner: None,
            sections: vec![section, papers()],
            footer: vec![],
            refresh_seconds: None,
            state: vec![],
        })
    }

    fn handle(_: Context, event: Act) -> Result<Reply, views::Fault> {
        if event.verb == "take" {
            let taken = Patch::Put(text("place", format!("took {}", read(&event))));
            return Ok(Reply { update: Update::Patch(vec![taken]), toast: None });
        }
        let loaded = Patch::Put(text(&event.source, format!("loaded {}", event.source)));
        Ok(Reply { update: Update::Patch(vec![loaded]), toast: None })
    }
}
