//! The panel of the benches: 15 blocks, about 3.7 kB as JSON; and another, as the view `parts`, of two parts that are deferred. Nothing is
//! reused between calls, as an instance lives for one: an allocator that never frees is enough.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.2", world: "plugin" });

mod arena;

use annex::addon::{
    types::{Fault, InboundRequest, OutboundAnswer},
    ui::*,
};
use exports::annex::addon::{configuration, events, lifecycle, schedules, views, webhooks};

struct Panel;
export!(Panel);

impl views::Guest for Panel {
    fn render(ctx: Context) -> Result<View, Fault> {
        let Location::TicketSidebar(TicketPlace { ticket, requester_email, .. }) = ctx.location else {
            return Err(Fault::Internal("this panel stands beside tickets".into()));
        };
        let email = requester_email.unwrap_or_default();
        if ctx.view == "parts" {
            return Ok(parts());
        }
        Ok(View {
            title: "Customer".into(),
            subtitle: Some(email.clone()),
            banner: None,
            sections: vec![
                Section {
                    id: "profile".into(),
                    title: Some("Profile".into()),
                    collapsed: None,
                    is_form: false,
                    nodes: (0..5).map(|at| profile(at, &email)).collect(),
                },
                Section {
                    id: "orders".into(),
                    title: Some("Orders".into()),
                    collapsed: Some(false),
                    is_form: false,
                    nodes: (5..10).map(|at| order(at, &ticket)).collect(),
                },
                Section {
                    id: "form".into(),
                    title: Some("Change".into()),
                    collapsed: None,
                    is_form: true,
                    nodes: (10..15).map(field).collect(),
                },
            ],
            footer: vec![action("save", "Save", Look::Primary)],
            refresh_seconds: Some(60),
            state: vec![7; 64],
        })
    }

    fn handle(_: Context, event: Event) -> Result<Reply, Fault> {
        let update = match event.verb.as_str() {
            "part" => Update::Patch(vec![Patch::Put(Node { id: event.source, ..profile(4, "part@customer.example") })]),
            _ => Update::None,
        };
        Ok(Reply { update, toast: None })
    }
}

/// Two parts that are asked for once the panel is seen.
fn parts() -> View {
    let part = |at| node(at, Block::Deferred(Deferred { verb: "part".into(), args: Vec::new(), skeleton: 4 }));
    let nodes = vec![part(0), part(1)];
    View {
        title: "Parts".into(),
        subtitle: None,
        banner: None,
        sections: vec![Section { id: "parts".into(), title: None, collapsed: None, is_form: false, nodes }],
        footer: Vec::new(),
        refresh_seconds: None,
        state: Vec::new(),
    }
}

fn action(id: &str, label: &str, look: Look) -> Action {
    Action {
        id: id.into(),
        label: label.into(),
        intent: Intent::Submit(id.into()),
        args: Vec::new(),
        look,
        icon: None,
        disabled_reason: None,
        busy_label: None,
        confirm: None,
    }
}

fn node(at: usize, block: Block) -> Node {
    Node { id: format!("n{at}"), block }
}

fn pair(label: &str, value: String) -> Pair {
    Pair { label: label.into(), value: Cell::Text(value), copyable: true }
}

fn profile(at: usize, email: &str) -> Node {
    node(
        at,
        match at {
            0 => Block::Text(Text { text: format!("Known since 2021 as {email}"), style: TextStyle::Body }),
            1 => Block::Badges(vec![
                Badge { label: "Gold".into(), tone: Tone::Success },
                Badge { label: "Late payer".into(), tone: Tone::Warning },
            ]),
            2 => Block::Divider,
            _ => Block::Pairs(vec![
                pair("Name", format!("Person {at}")),
                pair("E-mail", email.into()),
                pair("Phone", format!("+49 30 555 01{at:02}")),
                pair("Company", "Example GmbH".into()),
            ]),
        },
    )
}

fn order(at: usize, ticket: &str) -> Node {
    if at < 8 {
        return node(at, Block::Text(Text { text: format!("Note {at} about {ticket}"), style: TextStyle::Muted }));
    }
    let items = (0..2)
        .map(|item| Item {
            id: format!("o{at}-{item}"),
            title: format!("Order {at}{item}"),
            subtitle: Some(format!("for {ticket}")),
            meta: Some("3 days ago".into()),
            image: None,
            badge: Some(Badge { label: "Shipped".into(), tone: Tone::Info }),
            action: None,
        })
        .collect();
    let list =
        ItemList { id: format!("list{at}"), label: "Orders".into(), items, empty: Some("None".into()), page: None };
    node(at, Block::Items(list))
}

fn field(at: usize) -> Node {
    let field = Field {
        id: format!("f{at}"),
        label: format!("Field {at}"),
        hint: Some("At most 100 characters".into()),
        required: true,
        disabled: false,
        error: None,
        on_change: None,
    };
    let input = TextInput {
        field,
        kind: TextKind::Line,
        value: Some(format!("Value {at}")),
        placeholder: None,
        min_len: 0,
        max_len: 100,
        pattern: None,
    };
    node(at, Block::TextInput(input))
}

impl lifecycle::Guest for Panel {
    fn install() -> Result<(), String> {
        Ok(())
    }
    fn update(_: String) -> Result<(), String> {
        Ok(())
    }
    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}

impl events::Guest for Panel {
    fn on_event(_: events::Event) -> Result<(), String> {
        Ok(())
    }
}

impl configuration::Guest for Panel {
    fn check() -> Result<configuration::Verdict, Fault> {
        Ok(configuration::Verdict::Works(None))
    }
    fn choices(_: String, _: String) -> Result<Vec<configuration::Choice>, Fault> {
        Ok(Vec::new())
    }
}

impl schedules::Guest for Panel {
    fn on_schedule(_: schedules::Tick) -> Result<(), String> {
        Ok(())
    }
}

impl webhooks::Guest for Panel {
    fn receive(_: InboundRequest) -> Result<OutboundAnswer, Fault> {
        Ok(OutboundAnswer { status: 404, content_type: "text/plain".into(), body: Vec::new() })
    }
}
