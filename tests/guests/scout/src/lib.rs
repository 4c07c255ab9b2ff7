//! A plugin of `annex:addon@0.2`, the newest, that does what the ticket's id tells it to, as `probe` is one of 0.1: each function of
//! the host has a command. What came of it is the state of its view.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.2", world: "plugin" });

use annex::addon::{
    about, contacts, files, http, kv, log, operators, schedule, settings, tickets,
    types::{CustomChange, CustomField, Error, Fault, FieldData, InboundRequest, OutboundAnswer},
    ui,
};
use exports::annex::addon::{
    configuration::{self, Choice, Verdict},
    events, lifecycle, schedules, views, webhooks,
};

struct Scout;
export!(Scout);

fn view(answer: String) -> ui::View {
    ui::View {
        title: "Scout".into(),
        subtitle: None,
        banner: None,
        sections: Vec::new(),
        footer: Vec::new(),
        refresh_seconds: None,
        state: answer.into_bytes(),
    }
}

impl views::Guest for Scout {
    fn render(ctx: ui::Context) -> Result<ui::View, Fault> {
        let ui::Location::TicketSidebar(place) = &ctx.location else {
            return Ok(view(format!("{} {:?}", ctx.view, ctx.location)));
        };
        let (command, rest) = place.ticket.split_once(' ').unwrap_or((&place.ticket, ""));
        let answer = answer(command, rest).or_else(|| {
            let (command, times) = command.split_once('*')?;
            (0..times.parse::<u32>().ok()?).fold(None, |_, _| answer(command, rest))
        });
        answer.map(view).ok_or_else(|| Fault::Internal(format!("no such command: {command}")))
    }

    /// A part that was deferred, or a button: both say what they were given.
    fn handle(_: ui::Context, event: ui::Event) -> Result<ui::Reply, Fault> {
        let given: Vec<_> = event.args.iter().map(|arg| format!("{}={}", arg.field, arg.value)).collect();
        let block = ui::Block::Markdown(format!("**{}** {}", event.verb, given.join(" ")));
        let put = ui::Patch::Put(ui::Node { id: event.source, block });
        Ok(ui::Reply { update: ui::Update::Patch(vec![put]), toast: None })
    }
}

/// What came of a command. `command*7` is done as often, and the last answer counts.
fn answer(command: &str, rest: &str) -> Option<String> {
    let groups: [fn(&str, &str) -> Option<String>; 6] = [own, outside, desk, changed, people, kept];
    groups.iter().find_map(|group| group(command, rest))
}

/// What is the installation's own.
fn own(command: &str, rest: &str) -> Option<String> {
    let options = |expires_in_ms| kv::Options { expected: None, expires_in_ms };
    Some(match command {
        "about" => {
            let about::Installation { addon, version, desk, .. } = about::get();
            format!("{addon} {version} {desk}")
        }
        "setting" => format!("{:?}", settings::get(rest)),
        "say" => {
            log::write(log::Level::Info, rest);
            "said".into()
        }
        "kv-set" => format!("{:?}", kv::set(rest, b"value", options(None))),
        "kv-lasts" => format!("{:?}", kv::set("short", b"value", options(rest.parse().ok()))),
        "kv-get" => format!("{:?}", kv::get(rest).map(|entry| entry.map(|entry| entry.value.len()))),
        "kv-delete" => format!("{:?}", kv::delete(rest, None)),
        "kv-add" => format!("{:?}", kv::add(rest, 2, None)),
        "kv-keys" => format!("{:?}", kv::keys(rest, None, 10).map(|page| page.keys)),
        "kv-scan" => format!("{:?}", kv::scan(rest, None, 10).map(|page| page.pairs.len())),
        "kv-writes" => {
            let writes = (0..rest.parse::<u32>().unwrap_or(1)).map(|at| kv::add(&format!("k{at}"), 1, None));
            format!("{:?}", writes.filter_map(Result::err).collect::<Vec<_>>())
        }
        // 4 MiB, and one value more.
        "kv-fill" => {
            let large = vec![0_u8; 256 << 10];
            let writes = (0..17).map(|at| kv::set(&format!("{rest}{at}"), &large, options(None)));
            format!("{:?}", writes.filter_map(Result::err).collect::<Vec<_>>())
        }
        "at" => format!("{:?}", schedule::at(rest, 5_000, b"data")),
        "at-many" => {
            let planned = (0..rest.parse::<u32>().unwrap_or(1)).map(|at| schedule::at(&format!("k{at}"), 0, b""));
            format!("{:?}", planned.filter_map(Result::err).collect::<Vec<_>>())
        }
        "cancel" => format!("{:?}", schedule::cancel(rest)),
        "planned" => format!("{:?}", schedule::list(rest, None, 10).map(|page| page.planned.len())),
        _ => return None,
    })
}

/// What is asked of other systems.
fn outside(command: &str, rest: &str) -> Option<String> {
    const SERVICE: &str = "https://a.example.com/";
    let in_memory = |payload| format!("{:?}", fetch(SERVICE, payload, http::Target::Memory));
    Some(match command {
        "fetch" => format!("{:?}", fetch(rest, http::Payload::Empty, http::Target::NewFile("a.txt".into()))),
        "fetch-all" => {
            let one = |_| request(SERVICE, http::Payload::Empty, http::Target::Memory);
            let requests: Vec<_> = (0..rest.parse::<u32>().unwrap_or(1)).map(one).collect();
            let answers = http::send_all(&requests).into_iter().map(|answer| answer.map(|answer| answer.status));
            format!("{:?}", answers.collect::<Vec<_>>())
        }
        "post" => {
            let part = http::Part { name: "what".into(), content: http::PartContent::Text(rest.into()) };
            in_memory(http::Payload::Form(vec![part]))
        }
        "post-file" => in_memory(http::Payload::Whole(rest.into())),
        _ => return None,
    })
}

fn request(url: &str, payload: http::Payload, target: http::Target) -> http::Request {
    let method = if matches!(payload, http::Payload::Empty) { http::Method::Get } else { http::Method::Post };
    http::Request { method, url: url.to_owned(), headers: Vec::new(), payload, auth: None, timeout_ms: None, target }
}

/// The status, and where the body is.
fn fetch(url: &str, payload: http::Payload, target: http::Target) -> Result<(u16, String), http::Error> {
    let answer = http::send(&request(url, payload, target))?;
    let content = match answer.content {
        http::Content::Bytes(bytes) => format!("{} bytes", bytes.len()),
        http::Content::NewFile(file) => format!("file {} of {}", file.name, file.size),
    };
    Ok((answer.status, content))
}

/// Tickets as they are, and new ones.
fn desk(command: &str, rest: &str) -> Option<String> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let filter = |requester: &str, text: &str| tickets::Filter {
        statuses: vec![tickets::Status::Open],
        priority: None,
        assignee: Some(tickets::Assignee::Nobody),
        tag: None,
        field: None,
        channel: None,
        requester: some(requester),
        text: some(text),
    };
    let search = |filter: tickets::Filter| {
        let found = tickets::search(&filter, tickets::Order::Priority, None, 10);
        format!("{:?}", found.map(|page| page.tickets.len()))
    };
    Some(match command {
        "ticket" => format!("{:?}", tickets::get(rest).map(|ticket| ticket.subject)),
        "messages" => format!("{:?}", tickets::messages(rest).map(|messages| messages.len())),
        "search" => search(filter(rest, "")),
        "search-text" => search(filter("", rest)),
        "search-field" => {
            let (key, value) = rest.split_once('=').unwrap_or((rest, ""));
            let field = Some(CustomField { key: key.into(), data: FieldData::Text(value.into()) });
            search(tickets::Filter { field, statuses: Vec::new(), ..filter("", "") })
        }
        "create" => {
            let new = tickets::NewTicket {
                requester: rest.into(),
                subject: "New".into(),
                body: "Hello".into(),
                attachments: Vec::new(),
                priority: tickets::Priority::Normal,
                assignee: None,
                tags: vec!["new".into()],
                fields: Vec::new(),
            };
            format!("{:?}", tickets::create(&new).map(|ticket| ticket.subject))
        }
        _ => return None,
    })
}

/// What is done to a ticket. Each word before the id is done as often as the number behind it says: `reply*7`.
fn changed(command: &str, rest: &str) -> Option<String> {
    let (what, times) = command.split_once('*').unwrap_or((command, "1"));
    let once: fn(&str) -> Result<(), Error> = match what {
        "reply" => |id| tickets::add_reply(id, "a reply", &[]).map(drop),
        "note" => |id| tickets::add_note(id, "a note", &[]).map(drop),
        "assign" => |id| tickets::assign(id, &tickets::Assignee::Nobody),
        "status" => |id| tickets::set_status(id, tickets::Status::Solved),
        "priority" => |id| tickets::set_priority(id, tickets::Priority::High),
        "subject" => |id| tickets::set_subject(id, "Another"),
        "tags" => |id| tickets::set_tags(id, &["vip".to_owned()]),
        "fields" => |id| {
            let data = Some(FieldData::Text("gold".into()));
            tickets::set_fields(id, &[CustomChange { key: "acme.probe.tier".into(), data }])
        },
        _ => return None,
    };
    let errors: Vec<_> = (0..times.parse::<u32>().unwrap_or(1)).filter_map(|_| once(rest).err()).collect();
    Some(format!("{errors:?}"))
}

/// Requesters and operators.
fn people(command: &str, rest: &str) -> Option<String> {
    Some(match command {
        "contact" => format!("{:?}", contacts::get(rest).map(|contact| contact.name)),
        "find" => format!("{:?}", contacts::find_by_email(rest).map(|found| found.map(|contact| contact.name))),
        "contacts" => format!("{:?}", contacts::search(rest, None, 10).map(|page| page.contacts.len())),
        "contact-new" => {
            let new = contacts::NewContact {
                name: rest.into(),
                emails: Vec::new(),
                phones: Vec::new(),
                company: None,
                note: None,
                fields: Vec::new(),
            };
            format!("{:?}", contacts::create(&new).map(|contact| contact.name))
        }
        "contact-change" => {
            let change = contacts::Change {
                name: None,
                emails: None,
                phones: Some(vec!["1".into()]),
                company: None,
                note: None,
                fields: Vec::new(),
            };
            format!("{:?}", contacts::update(rest, &change).map(|contact| contact.name))
        }
        "operator" => format!("{:?}", operators::get(rest).map(|operator| operator.name)),
        "operators" => format!("{:?}", operators::list(None, 10).map(|page| page.operators.len())),
        _ => return None,
    })
}

/// Files. Their functions take ids as `&String`.
fn kept(command: &str, rest: &str) -> Option<String> {
    let id = rest.to_owned();
    Some(match command {
        "file" => format!("{:?}", files::get(&id).map(|file| (file.name, file.size))),
        "read" => format!("{:?}", files::read(&id, 1, 100).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
        "read-large" => format!("{:?}", files::read(&id, 0, (1 << 20) + 1).map(|bytes| bytes.len())),
        "make" => format!("{:?}", make(rest)),
        "begin-many" => {
            let begun = (0..rest.parse::<u32>().unwrap_or(1)).map(|at| files::create(&format!("{at}.txt")));
            format!("{:?}", begun.filter_map(Result::err).collect::<Vec<_>>())
        }
        "append" => format!("{:?}", files::append(&id, b"more")),
        "append-large" => {
            format!("{:?}", files::create(rest).and_then(|id| files::append(&id, &vec![0_u8; (1 << 20) + 1])))
        }
        "finish" => format!("{:?}", files::finish(&id).map(|file| file.size)),
        "discard" => format!("{:?}", files::discard(&id)),
        _ => return None,
    })
}

fn make(name: &str) -> Result<String, Error> {
    let id = files::create(name)?;
    files::append(&id, b"one ")?;
    files::append(&id, b"two")?;
    Ok(files::finish(&id)?.id)
}

impl lifecycle::Guest for Scout {
    fn install() -> Result<(), String> {
        Ok(())
    }

    fn update(previous: String) -> Result<(), String> {
        log::write(log::Level::Info, &format!("updated from {previous}"));
        Ok(())
    }

    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}

impl configuration::Guest for Scout {
    fn check() -> Result<Verdict, Fault> {
        match settings::get("name") {
            Some(settings::Value::Text(name)) => Ok(Verdict::Works(Some(format!("Hello, {name}")))),
            _ => {
                let problem = configuration::Problem { setting: Some("name".into()), text: "Say who you are.".into() };
                Ok(Verdict::Wrong(vec![problem]))
            }
        }
    }

    fn choices(key: String, typed: String) -> Result<Vec<Choice>, Fault> {
        let choice = |n| Choice { value: format!("{key}-{n}"), label: format!("{typed} {n}"), hint: None };
        Ok((1..=2).map(choice).collect())
    }
}

impl events::Guest for Scout {
    fn on_event(event: events::Event) -> Result<(), String> {
        let what = match &event.happening {
            events::Happening::TicketCreated(ticket) => format!("created {}", ticket.subject),
            events::Happening::TicketUpdated(change) => {
                let parts = change.changes.iter();
                let parts = parts.map(|part| format!("{} {:?} -> {:?}", part.field, part.old, part.new));
                format!("updated {}: {}", change.ticket.subject, parts.collect::<Vec<_>>().join(", "))
            }
            events::Happening::MessageAdded(written) => format!("written {}", written.message.body),
            other => format!("{other:?}"),
        };
        let line = format!("{} {:?} {} {what}", event.id, event.actor, event.causes.len());
        log::write(log::Level::Info, &line);
        answer_back(&event.happening)
    }
}

/// A machine that answers all that its requester writes in a ticket that is called so.
fn answer_back(happening: &events::Happening) -> Result<(), String> {
    let ticket = match happening {
        events::Happening::TicketCreated(ticket) => ticket,
        events::Happening::MessageAdded(written) if matches!(written.message.author, tickets::Author::Requester(_)) => {
            &written.ticket
        }
        _ => return Ok(()),
    };
    if !ticket.subject.starts_with("answer-me") {
        return Ok(());
    }
    tickets::add_reply(&ticket.id, "A machine answers.", &[]).map(drop).map_err(|error| format!("{error:?}"))
}

impl schedules::Guest for Scout {
    fn on_schedule(tick: schedules::Tick) -> Result<(), String> {
        let data = String::from_utf8_lossy(&tick.data);
        log::write(log::Level::Info, &format!("{} {:?} at {} with {data}", tick.id, tick.timer, tick.due));
        Ok(())
    }
}

impl webhooks::Guest for Scout {
    fn receive(request: InboundRequest) -> Result<OutboundAnswer, Fault> {
        let body = format!("{} {} {}", request.method, request.path, String::from_utf8_lossy(&request.body));
        Ok(OutboundAnswer { status: 201, content_type: "text/plain".into(), body: body.into_bytes() })
    }
}
