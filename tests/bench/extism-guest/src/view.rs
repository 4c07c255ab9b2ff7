//! The view: the parts of the tree that the panel uses, as they stand in JSON.

use alloc::{
    format,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct View {
    title: &'static str,
    subtitle: Option<String>,
    banner: Option<()>,
    sections: Vec<Section>,
    footer: Vec<Action>,
    refresh_seconds: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Section {
    id: &'static str,
    title: Option<&'static str>,
    collapsed: Option<bool>,
    is_form: bool,
    nodes: Vec<Node>,
}

#[derive(Serialize)]
struct Node {
    id: String,
    block: Block,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Block {
    Text(Text),
    Badges(Vec<Badge>),
    Divider,
    Pairs(Vec<Pair>),
    Items(List),
    TextInput(Input),
}

#[derive(Serialize)]
struct Text {
    text: String,
    style: &'static str,
}

#[derive(Serialize)]
struct Badge {
    label: &'static str,
    tone: &'static str,
}

#[derive(Serialize)]
struct Pair {
    label: &'static str,
    value: Cell,
    copyable: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Cell {
    Text(String),
}

#[derive(Serialize)]
struct List {
    id: String,
    label: &'static str,
    items: Vec<Item>,
    empty: Option<&'static str>,
    page: Option<()>,
}

#[derive(Serialize)]
struct Item {
    id: String,
    title: String,
    subtitle: Option<String>,
    meta: Option<&'static str>,
    image: Option<()>,
    badge: Option<Badge>,
    action: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Action {
    id: &'static str,
    label: &'static str,
    intent: Intent,
    look: &'static str,
    icon: Option<()>,
    disabled_reason: Option<()>,
    busy_label: Option<()>,
    confirm: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Intent {
    Submit(&'static str),
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Field {
    id: String,
    label: String,
    hint: Option<&'static str>,
    required: bool,
    disabled: bool,
    error: Option<()>,
    on_change: Option<()>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Input {
    field: Field,
    kind: &'static str,
    value: Option<String>,
    placeholder: Option<()>,
    min_len: u32,
    max_len: u32,
    pattern: Option<()>,
}

/// The panel of `ticket`.
pub fn panel(ticket: &str, email: &str) -> View {
    let section = |id, title, collapsed, is_form, nodes| Section { id, title: Some(title), collapsed, is_form, nodes };
    View {
        title: "Customer",
        subtitle: Some(email.to_string()),
        banner: None,
        sections: vec![
            section("profile", "Profile", None, false, (0..5).map(|at| profile(at, email)).collect()),
            section("orders", "Orders", Some(false), false, (5..10).map(|at| order(at, ticket)).collect()),
            section("form", "Change", None, true, (10..15).map(field).collect()),
        ],
        footer: vec![Action {
            id: "save",
            label: "Save",
            intent: Intent::Submit("save"),
            look: "primary",
            icon: None,
            disabled_reason: None,
            busy_label: None,
            confirm: None,
        }],
        refresh_seconds: Some(60),
    }
}

fn node(at: usize, block: Block) -> Node {
    Node { id: format!("n{at}"), block }
}

fn pair(label: &'static str, value: String) -> Pair {
    Pair { label, value: Cell::Text(value), copyable: true }
}

fn profile(at: usize, email: &str) -> Node {
    node(
        at,
        match at {
            0 => Block::Text(Text { text: format!("Known since 2021 as {email}"), style: "body" }),
            1 => Block::Badges(vec![
                Badge { label: "Gold", tone: "success" },
                Badge { label: "Late payer", tone: "warning" },
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
        return node(at, Block::Text(Text { text: format!("Note {at} about {ticket}"), style: "muted" }));
    }
    let items = (0..2)
        .map(|item| Item {
            id: format!("o{at}-{item}"),
            title: format!("Order {at}{item}"),
            subtitle: Some(format!("for {ticket}")),
            meta: Some("3 days ago"),
            image: None,
            badge: Some(Badge { label: "Shipped", tone: "info" }),
            action: None,
        })
        .collect();
    node(at, Block::Items(List { id: format!("list{at}"), label: "Orders", items, empty: Some("None"), page: None }))
}

fn field(at: usize) -> Node {
    let field = Field {
        id: format!("f{at}"),
        label: format!("Field {at}"),
        hint: Some("At most 100 characters"),
        required: true,
        disabled: false,
        error: None,
        on_change: None,
    };
    let input = Input {
        field,
        kind: "line",
        value: Some(format!("Value {at}")),
        placeholder: None,
        min_len: 0,
        max_len: 100,
        pattern: None,
    };
    node(at, Block::TextInput(input))
}
