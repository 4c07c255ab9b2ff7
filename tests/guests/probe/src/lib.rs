//! A plugin that does what the ticket's id tells it to, and answers what came of it as the state of its panel. Each
//! command is one thing that a well-meaning or hostile add-on could do.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.1", world: "plugin" });

use std::{
    io::Write as _,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use annex::addon::{contacts, http, kv, log, settings, tickets};
use exports::annex::addon::{events, lifecycle, sidebar};
use sidebar::{Context, Event, Fault, Reply, View};

struct Probe;
export!(Probe);

static CALLS: AtomicU32 = AtomicU32::new(0);

fn view(answer: Vec<u8>) -> View {
    View {
        title: "Probe".into(),
        subtitle: None,
        banner: None,
        sections: Vec::new(),
        footer: Vec::new(),
        refresh_seconds: None,
        state: answer,
    }
}

impl sidebar::Guest for Probe {
    fn render(ctx: Context) -> Result<View, Fault> {
        let (command, rest) = ctx.ticket.split_once(' ').unwrap_or((&ctx.ticket, ""));
        run(command, rest).map(|answer| view(answer.into()))
    }

    fn handle(_: Context, event: Event) -> Result<Reply, Fault> {
        let mut answer = format!("{} {} {} ", event.verb, event.source, event.values.len()).into_bytes();
        answer.extend(event.state);
        let update = annex::addon::ui::Update::Replace(view(answer));
        Ok(Reply { update, toast: None })
    }
}

fn run(command: &str, rest: &str) -> Result<String, Fault> {
    Ok(match command {
        "say" => rest.to_owned(),
        "count" => (CALLS.fetch_add(1, Ordering::SeqCst) + 1).to_string(),
        "fault" => return Err(Fault::Upstream(rest.to_owned())),
        "panic" => panic!("told to"),
        "exit" => std::process::exit(3),
        "loop" => loop {
            std::hint::black_box(0);
        },
        "recurse" => recurse(0).to_string(),
        "allocate" => allocate(),
        "sleep" => {
            std::thread::sleep(Duration::from_secs(3600));
            "awake".into()
        }
        "print" => print(rest.parse().unwrap_or(1)),
        "log" => {
            for at in 0..rest.parse().unwrap_or(1) {
                log::write(log::Level::Warn, &format!("line {at}"));
            }
            "logged".into()
        }
        "long" => "x".repeat(rest.parse().unwrap_or(0)),
        "outside" => outside(),
        "random" => random().to_string(),
        "setting" => format!("{:?}", settings::get(rest)),
        "kv-set" => format!("{:?}", kv::set(rest, b"value", None)),
        "kv-get" => format!("{:?}", kv::get(rest).map(|entry| entry.map(|entry| entry.value.len()))),
        "kv-spam" => {
            for _ in 0..rest.parse::<u32>().unwrap_or(1) {
                let _ = kv::get("a");
            }
            "spammed".into()
        }
        "ticket" => format!("{:?}", tickets::get(rest).map(|ticket| ticket.subject)),
        "messages" => format!("{:?}", tickets::messages(rest).map(|messages| messages.len())),
        "tags" => format!("{:?}", tickets::set_tags(rest, &["vip".to_owned()])),
        "status" => format!("{:?}", tickets::set_status(rest, tickets::Status::Solved)),
        "requester" => format!("{:?}", contacts::get(rest).map(|contact| contact.name)),
        "phone" => {
            let change = contacts::Change { name: None, phone: Some("1".into()), company: None };
            format!("{:?}", contacts::update(rest, &change).map(|contact| contact.name))
        }
        // As add-ons do that hand a refusal on, and those that did not think of one.
        "note-or-fault" => match tickets::add_note(rest, "a note") {
            Ok(id) => id,
            Err(error) => return Err(Fault::Denied(format!("{error:?}"))),
        },
        "note-or-panic" => tickets::add_note(rest, "a note").expect("a note can be added"),
        "note" => format!("{:?}", tickets::add_note(rest, "a note")),
        "notes" => {
            let note = |size: usize| tickets::add_note(rest, &"x".repeat(size)).err();
            let tags = || tickets::set_tags(rest, &["a".into()]).err();
            let noted: Vec<_> = (0..7).filter_map(|_| note(60_000)).collect();
            let tagged: Vec<_> = (0..7).filter_map(|_| tags()).collect();
            format!("{noted:?} {tagged:?}")
        }
        "kv-writes" => {
            let writes = (0..rest.parse::<u32>().unwrap_or(1)).map(|at| kv::set(&format!("k{at}"), b"value", None));
            format!("{:?}", writes.filter_map(Result::err).collect::<Vec<_>>())
        }
        "clock" => {
            let start = std::time::Instant::now();
            let fine = (0..10_000).any(|_| !start.elapsed().as_nanos().is_multiple_of(100_000));
            let day = std::time::SystemTime::UNIX_EPOCH.elapsed().map(|day| day.as_millis());
            format!("{fine} {day:?}")
        }
        "contact" => format!("{:?}", contacts::find_by_email(rest).map(|found| found.map(|contact| contact.name))),
        "http" => format!("{:?}", shown(http::send(&request(rest)))),
        "http-all" => {
            let requests: Vec<_> = rest.split(' ').map(request).collect();
            http::send_all(&requests)
                .into_iter()
                .map(|answer| format!("{:?}", shown(answer)))
                .collect::<Vec<_>>()
                .join(", ")
        }
        "http-bearer" => {
            let auth = http::Auth::Bearer("token".into());
            format!("{:?}", shown(http::send(&http::Request { auth: Some(auth), ..request(rest) })))
        }
        other => return Err(Fault::Internal(format!("no such command: {other}"))),
    })
}

fn request(url: &str) -> http::Request {
    http::Request {
        method: http::Method::Get,
        url: url.to_owned(),
        headers: Vec::new(),
        body: None,
        auth: None,
        timeout_ms: None,
    }
}

fn shown(answer: Result<http::Response, http::Error>) -> Result<(u16, String), http::Error> {
    answer.map(|answer| (answer.status, String::from_utf8_lossy(&answer.body).chars().take(200).collect()))
}

#[expect(unconditional_recursion, reason = "that is the point")]
fn recurse(depth: u64) -> u64 {
    std::hint::black_box([depth; 16]);
    recurse(depth + 1) + 1
}

fn allocate() -> String {
    let mut kept = Vec::new();
    loop {
        kept.push(std::hint::black_box(vec![1_u8; 1 << 20]));
    }
}

fn print(lines: u32) -> String {
    for at in 0..lines {
        println!("line {at}");
    }
    eprint!("a warning");
    let _ = std::io::stderr().flush();
    "printed".into()
}

fn outside() -> String {
    let variables = std::env::vars().count();
    let arguments = std::env::args().count();
    let files = std::fs::read_dir("/").map(Iterator::count).is_ok();
    let written = std::fs::write("/tmp/x", "x").is_ok();
    let connected = std::net::TcpStream::connect("127.0.0.1:80").is_ok();
    let resolved = std::net::ToSocketAddrs::to_socket_addrs("example.com:80").is_ok();
    format!("{variables} {arguments} {files} {written} {connected} {resolved}")
}

/// Different in each instance.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish()
}

impl lifecycle::Guest for Probe {
    fn install() -> Result<(), String> {
        log::write(log::Level::Info, "installed");
        Ok(())
    }

    fn update(from_version: String) -> Result<(), String> {
        Err(format!("cannot come from {from_version}"))
    }

    fn uninstall() -> Result<(), String> {
        loop {
            std::hint::black_box(0);
        }
    }
}

impl events::Guest for Probe {
    fn on_event(event: events::Event) -> Result<(), String> {
        let what = match &event.happening {
            events::Happening::TicketCreated(at) => format!("created {}", at.ticket),
            events::Happening::TicketUpdated(at) => format!("updated {}", at.ticket),
            events::Happening::MessageAdded(at) => format!("message {} in {}", at.message, at.ticket),
        };
        log::write(log::Level::Info, &format!("{} {what}", event.id));
        Ok(())
    }
}
