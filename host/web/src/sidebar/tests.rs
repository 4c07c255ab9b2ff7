//! A panel with every kind of block is drawn, escaped, and sends what it should.

use std::collections::HashMap;

use annex_domain::ui::{
    Action, Badge, Banner, Chart, ChartKind, Choice, ChoiceInput, Column, Confirm, DateInput, DateKind, Deferred,
    EmptyState, Field, FileInput, Image, Importance, Item, ItemList, Link, Look, Money, Node, NumberInput, Page, Pair,
    Point, Progress, Row, Sort, Step, Tab, Table, Tabs, Text, TextInput, Toggle, Tone, ValidView, validate_view,
};

use super::{
    fault::{Alert, WrongField},
    *,
};

const EVIL: &str = "<script>alert(1)</script>\"'&";

fn action(id: &str, intent: Intent) -> Action {
    Action {
        id: id.into(),
        label: EVIL.into(),
        intent,
        args: vec![],
        look: Look::Secondary,
        icon: Some("send".into()),
        disabled_reason: None,
        busy_label: Some("Working".into()),
        confirm: None,
    }
}

fn field(id: &str) -> Field {
    Field {
        id: id.into(),
        label: EVIL.into(),
        hint: Some(EVIL.into()),
        required: true,
        disabled: false,
        error: Some(EVIL.into()),
        on_change: Some("changed".into()),
    }
}

fn small_blocks() -> Vec<Block> {
    vec![
        Block::Badges(vec![Badge { label: EVIL.into(), tone: Tone::Critical }]),
        Block::Progress(Progress { label: EVIL.into(), value: Some(40) }),
        Block::Steps(
            [StepState::Todo, StepState::Current, StepState::Done, StepState::Failed]
                .map(|state| Step { label: EVIL.into(), state })
                .into(),
        ),
        Block::Divider,
        Block::Empty(EmptyState { title: EVIL.into(), body: Some(EVIL.into()), action: None }),
        Block::Skeleton(3),
        Block::Deferred(Deferred { verb: "load".into(), args: vec![], skeleton: 2 }),
        Block::Markdown("[link](https://example.com/md)\n\n<script>alert(1)</script>".into()),
        chart(ChartKind::Bars),
        chart(ChartKind::Line),
        Block::Tabs(Tabs {
            label: EVIL.into(),
            tabs: ["form", "rest"]
                .map(|id| Tab { id: id.into(), label: EVIL.into(), sections: vec![id.into()] })
                .into(),
        }),
    ]
}

fn chart(kind: ChartKind) -> Block {
    let points = [1.0, -2.0].map(|value| Point { label: EVIL.into(), value }).into();
    Block::Chart(Chart { kind, label: EVIL.into(), unit: Some("<h>".into()), points })
}

fn shown_blocks() -> Vec<Block> {
    let pair = |value| Pair { label: EVIL.into(), value, copyable: true };
    let image = || Image { url: "https://img.example.com/a.png".into(), alt: EVIL.into(), width: 10, height: 10 };
    let page = Page { next: Some("n".into()), prev: Some("p".into()), total: Some(3), verb: "page".into() };
    let item = Item {
        id: "i1".into(),
        title: EVIL.into(),
        subtitle: Some(EVIL.into()),
        meta: Some(EVIL.into()),
        image: Some(image()),
        badge: Some(Badge { label: EVIL.into(), tone: Tone::Info }),
        action: Some(action("item", Intent::Push("open".into()))),
    };
    let columns = vec![Column {
        id: "total".into(),
        label: EVIL.into(),
        numeric: true,
        sortable: true,
        importance: Importance::Essential,
    }];
    let actions = ["row", "row-too", "row-again"].map(|id| action(id, Intent::Pop)).into();
    let row = Row { id: "r1".into(), cells: vec![Cell::User("u1".into())], actions };
    let texts = [TextStyle::Heading, TextStyle::Body, TextStyle::Muted, TextStyle::Error, TextStyle::Code];
    let mut blocks: Vec<_> = texts.map(|style| Block::Text(Text { text: EVIL.into(), style })).into();
    blocks.extend(small_blocks());
    blocks.extend([
        Block::Banner(Banner {
            tone: Tone::Warning,
            title: EVIL.into(),
            body: Some(EVIL.into()),
            action: Some(action("open", Intent::OpenUrl("https://example.com/?a=1&b=%22".into()))),
            dismissible: true,
        }),
        Block::Pairs(vec![
            pair(Cell::Text(EVIL.into())),
            pair(Cell::Link(Link { label: EVIL.into(), url: "https://example.com/x".into() })),
            pair(Cell::Badge(Badge { label: EVIL.into(), tone: Tone::Success })),
            pair(Cell::Datetime("2026-03-01T09:30:00Z".into())),
            pair(Cell::Money(Money { minor: -1250, currency: "EUR".into() })),
            pair(Cell::Masked("4111111111111234".into())),
        ]),
        Block::Items(ItemList {
            id: "people".into(),
            label: EVIL.into(),
            items: vec![item],
            empty: None,
            page: Some(page.clone()),
        }),
        Block::Table(Table {
            id: "orders".into(),
            caption: EVIL.into(),
            columns,
            rows: vec![row],
            sort: Some(Sort { column: "total".into(), descending: true }),
            empty: None,
            page: Some(page),
        }),
        Block::Image(image()),
    ]);
    blocks
}

fn input_blocks() -> Vec<Block> {
    let text = |id: &str, kind| {
        Block::TextInput(TextInput {
            field: field(id),
            kind,
            value: (kind != TextKind::Secret).then(|| EVIL.into()),
            placeholder: Some(EVIL.into()),
            min_len: 0,
            max_len: 100,
            pattern: None,
            pattern_message: None,
        })
    };
    let choice = |id: &str, style, multiple| {
        Block::ChoiceInput(ChoiceInput {
            field: field(id),
            style,
            choices: vec![Choice { value: EVIL.into(), label: EVIL.into(), hint: Some(EVIL.into()), disabled: false }],
            selected: vec![EVIL.into()],
            multiple,
            lookup: Some("find".into()),
        })
    };
    let confirm = Some(Confirm { title: EVIL.into(), body: EVIL.into(), label: EVIL.into() });
    vec![
        text("line", TextKind::Line),
        text("area", TextKind::Area),
        text("secret", TextKind::Secret),
        Block::NumberInput(NumberInput {
            field: field("number"),
            value: Some(2.5),
            min: Some(0.0),
            max: Some(9.0),
            step: None,
        }),
        choice("menu", ChoiceStyle::Menu, true),
        choice("radios", ChoiceStyle::Radios, false),
        choice("checks", ChoiceStyle::Checks, true),
        Block::Toggle(Toggle { field: field("toggle"), on: true }),
        Block::DateInput(DateInput {
            field: field("date"),
            kind: DateKind::Datetime,
            value: Some("2026-03-01T09:30".into()),
            min: None,
            max: None,
        }),
        Block::FileInput(FileInput { field: field("files"), most: 1, largest: 1 << 20, types: vec![] }),
        Block::Actions(vec![
            action("save", Intent::Submit("save".into())),
            action("copy", Intent::Copy(EVIL.into())),
            action("insert", Intent::InsertReply(EVIL.into())),
            action("set", Intent::SetField { field: "line".into(), value: EVIL.into() }),
            action("again", Intent::RefreshRecord),
            Action { confirm, look: Look::Destructive, ..action("delete", Intent::Invoke("delete".into())) },
            Action { disabled_reason: Some(EVIL.into()), ..action("off", Intent::Invoke("off".into())) },
        ]),
    ]
}

fn panel() -> ValidView {
    let section = |id: &str, collapsed, is_form, blocks: Vec<Block>| annex_domain::ui::Section {
        id: id.into(),
        title: Some(EVIL.into()),
        collapsed,
        is_form,
        nodes: blocks.into_iter().enumerate().map(|(n, block)| Node { id: format!("{id}.{n}"), block }).collect(),
    };
    let view = View {
        title: EVIL.into(),
        subtitle: Some(EVIL.into()),
        banner: None,
        sections: vec![
            section("shown", None, false, shown_blocks()),
            section("form", Some(false), true, input_blocks()),
            section("rest", None, false, vec![]),
        ],
        footer: vec![action("done", Intent::Invoke("done".into()))],
        refresh_seconds: Some(30),
        state: vec![1, 2, 3],
    };
    validate_view(view, &["img.example.com".into()]).unwrap()
}

fn drawn(alert: Option<&Alert>) -> String {
    let shell = Shell::outside("error-title");
    let names = HashMap::from([("u1".to_owned(), "Ada".to_owned())]);
    let d = Draw { shell: &shell, at: At::Ticket(7), installation: InstallationId::new(), names: &names };
    PanelPart { d: &d, view: panel().view(), state: "sealed", depth: 1, part: None, writing: None, alert }
        .render()
        .unwrap()
}

#[test]
fn every_block_is_drawn_and_nothing_of_an_add_on_is_markup() {
    let html = drawn(None);
    assert!(!html.contains("<script"), "escaped");
    assert!(!html.contains("\"'&"), "escaped in attributes");
    assert!(!html.contains("style=") && !html.contains("onclick"), "nothing that the policy forbids");
    for expected in [
        "<dl class=\"pairs\">",
        "<ul class=\"panel-items\"",
        "aria-sort=\"descending\"",
        "<table class=\"table panel-table wide\" role=\"table\">",
        "<span class=\"panel-cell-label\" aria-hidden=\"true\">",
        "<td role=\"cell\" class=\"end num col-essential\">",
        "<details class=\"menu\">",
        "<progress",
        "aria-current=\"step\"",
        "<hr>",
        "class=\"skeleton\"",
        "<textarea",
        "type=\"password\"",
        "type=\"number\"",
        "multiple",
        "type=\"radio\"",
        "type=\"checkbox\"",
        "role=\"switch\"",
        "type=\"datetime-local\"",
        "<dialog",
        "−12.50 EUR",
        "••••1234",
        "Ada",
        "name=\"state\" value=\"sealed\"",
        "name=\"do\" value=\"back\"",
        "value=\"a|form|save|save\"",
        "value=\"p|people|page|n\"",
        "value=\"s|orders|total|false\"",
        "value=\"l|form|menu|find\"",
        "value=\"c|form|line|changed\"",
        "value=\"d|shown.11|load|\"",
        "class=\"panel-markdown\"",
        "href=\"https://example.com/md\"",
        "<rect ",
        "<polyline ",
        "role=\"tablist\"",
        "data-refresh=\"30\"",
        "data-enter=\"a|form|save|save\"",
        "type=\"file\" name=\"v|form|a|files\"",
        "/files\" enctype=\"multipart/form-data\"",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn links_show_their_host_and_tell_nothing_about_the_panel() {
    let html = drawn(None);
    for link in html.split("<a ").skip(1).filter(|link| link.contains("href=\"https://")) {
        let link = link.split("</a>").next().unwrap();
        assert!(link.contains("rel=\"noopener noreferrer"), "{link}");
    }
    assert!(html.contains("<span class=\"panel-host\">example.com</span>"));
    assert!(!html.contains("<img"), "pictures of others are not loaded by the browser");
}

#[test]
fn ids_are_unique_and_labels_lead_to_their_fields() {
    let html = drawn(None);
    let values = |attribute: &str| -> Vec<String> {
        let start = format!(" {attribute}=\"");
        html.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    let ids = values("id");
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    let referred = values("for").into_iter().chain(values("aria-labelledby")).chain(values("data-open-dialog"));
    for target in referred.chain(values("aria-describedby").iter().flat_map(|ids| ids.split(' ')).map(str::to_owned)) {
        assert!(ids.contains(&target), "{target}");
    }
}

#[test]
fn a_problem_names_its_fields_and_leaves_the_form_alone() {
    let shell = Shell::outside("error-title");
    let names = HashMap::new();
    let d = Draw { shell: &shell, at: At::Ticket(7), installation: InstallationId::new(), names: &names };
    let alert = Alert {
        tone: Tone::Critical,
        title: "Please check".into(),
        text: String::new(),
        error_id: None,
        link: None,
        reload: false,
        fields: vec![WrongField { id: "line".into(), text: EVIL.into() }],
    };
    let html = ProblemPart { d: &d, alert: &alert }.render().unwrap();
    assert!(html.contains("role=\"alert\"") && html.contains("hx-partial hx-target=\"#e-"));
    assert!(!html.contains("<form") && !html.contains("<script"));
    assert!(drawn(Some(&alert)).contains("error-summary"));
}
