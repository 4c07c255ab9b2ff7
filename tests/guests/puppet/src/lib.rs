//! A plugin whose behaviour is a line of text in its own bytes, so that tests make many add-ons of one build: they put
//! other words into the place of [`BEHAVIOUR`]. Words: `install=fail`, `update=trap`, `uninstall=fail`, `event=fail`,
//! `event=note`, `render=trap` and the like; whatever has no word goes well. With `handle=tag` the verb `set` also tags the ticket.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.1", world: "plugin" });

use annex::addon::{
    kv, log, tickets,
    ui::{Action, Block, Intent, Look, Node, Section, Text, TextStyle, Update},
};
use exports::annex::addon::{events, lifecycle, sidebar};
use sidebar::{Context, Event, Fault, Reply, View};

struct Puppet;
export!(Puppet);

/// Found by its first words; the rest is replaced, and read as if it could change.
static BEHAVIOUR: [u8; 96] =
    *b"the behaviour of the puppet:                                                                    ";

fn told(what: &str) -> String {
    // SAFETY: a plain read of a static; volatile, so that the compiler does not take the text above for the last word.
    let bytes = unsafe { std::ptr::read_volatile(&BEHAVIOUR) };
    let text = String::from_utf8_lossy(&bytes);
    let words = text.split_once(':').map_or("", |(_, words)| words);
    let word = words.split_whitespace().find_map(|word| word.strip_prefix(what)?.strip_prefix('='));
    word.unwrap_or_default().to_owned()
}

fn act(what: &str) -> Result<(), String> {
    match told(what).as_str() {
        "fail" => Err(format!("{what} was told to fail")),
        "trap" => panic!("{what} was told to trap"),
        "loop" => loop {
            std::hint::black_box(0);
        },
        _ => Ok(()),
    }
}

fn put(key: &str, value: &str) {
    let _ = kv::set(key, value.as_bytes(), None);
}

fn get(key: &str) -> String {
    let found = kv::get(key).ok().flatten();
    found.map_or_else(|| "-".into(), |entry| String::from_utf8_lossy(&entry.value).into_owned())
}

fn view(label: &str) -> View {
    let line = format!("{label} data={} from={}", get("data"), get("from"));
    let text = Node { id: "line".into(), block: Block::Text(Text { text: line, style: TextStyle::Body }) };
    let verbs = ["set", "push", "back", "note"];
    let buttons = verbs.map(|verb| Action {
        id: verb.into(),
        label: verb.into(),
        intent: Intent::Invoke(verb.into()),
        look: Look::Secondary,
        icon: None,
        disabled_reason: None,
        busy_label: None,
        confirm: None,
    });
    let actions = Node { id: "buttons".into(), block: Block::Actions(buttons.into()) };
    View {
        title: "Puppet".into(),
        subtitle: None,
        banner: None,
        sections: vec![Section {
            id: "main".into(),
            title: None,
            collapsed: None,
            is_form: false,
            nodes: vec![text, actions],
        }],
        footer: vec![],
        refresh_seconds: None,
        state: label.as_bytes().to_vec(),
    }
}

impl sidebar::Guest for Puppet {
    fn render(_: Context) -> Result<View, Fault> {
        act("render").map_err(Fault::Internal)?;
        Ok(view(&told("label")))
    }

    fn handle(context: Context, event: Event) -> Result<Reply, Fault> {
        let state = String::from_utf8_lossy(&event.state).into_owned();
        let update = match event.verb.as_str() {
            "set" => {
                if told("handle") == "tag" {
                    let tagged = tickets::set_tags(&context.ticket, &["tagged".to_owned()]);
                    tagged.map_err(|error| Fault::Denied(format!("{error:?}")))?;
                }
                put("data", &format!("{}-by-{}", state, told("label")));
                Update::Replace(view(&told("label")))
            }
            "push" => Update::Push(view("above")),
            "back" => Update::Pop,
            _ => Update::None,
        };
        Ok(Reply { update, toast: None })
    }
}

impl lifecycle::Guest for Puppet {
    fn install() -> Result<(), String> {
        put("data", &format!("installed-{}", told("label")));
        act("install")
    }

    fn update(from_version: String) -> Result<(), String> {
        let before = get("data");
        put("data", &format!("{before}+{}", told("label")));
        put("from", &from_version);
        act("update")
    }

    fn uninstall() -> Result<(), String> {
        log::write(log::Level::Info, "bye");
        act("uninstall")
    }
}

impl events::Guest for Puppet {
    fn on_event(event: events::Event) -> Result<(), String> {
        let times: u32 = get(&format!("event:{}", event.id)).parse().unwrap_or(0);
        put(&format!("event:{}", event.id), &(times + 1).to_string());
        if let ("note", events::Happening::MessageAdded(at)) = (told("event").as_str(), &event.happening) {
            return tickets::add_note(&at.ticket, "noted").map(drop).map_err(|error| format!("{error:?}"));
        }
        act("event")
    }
}
