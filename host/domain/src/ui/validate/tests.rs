//! One test per rule, on a small valid view that each test breaks in one place.

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::ui::{
    Action, Badge, Banner, Block, Cell, Chart, ChartKind, Choice, ChoiceInput, ChoiceStyle, Column, Confirm, DateInput,
    DateKind, Deferred, EmptyState, Entry, Event, Field, FieldValue, FileInput, Image, Importance, Intent,
    InvalidField, Item, ItemList, Link, Look, Money, NumberInput, Page, Pair, Point, Progress, Row, Sort, Step,
    StepState, Tab, Table, Tabs, Text, TextInput, TextKind, TextStyle, Toast, Toggle, Tone, Value,
};

mod events;

pub(super) fn action(id: &str, intent: Intent) -> Action {
    Action {
        id: id.into(),
        label: "Do it".into(),
        intent,
        args: vec![],
        look: Look::Secondary,
        icon: None,
        disabled_reason: None,
        busy_label: None,
        confirm: None,
    }
}

pub(super) fn field(id: &str) -> Field {
    Field {
        id: id.into(),
        label: "Label".into(),
        hint: None,
        required: false,
        disabled: false,
        error: None,
        on_change: None,
    }
}

pub(super) fn text_input(id: &str, kind: TextKind) -> TextInput {
    TextInput {
        field: field(id),
        kind,
        value: None,
        placeholder: None,
        min_len: 0,
        max_len: 100,
        pattern: None,
        pattern_message: None,
    }
}

fn node(id: &str, block: Block) -> Node {
    Node { id: id.into(), block }
}

fn list(items: usize) -> ItemList {
    let item = |n| Item {
        id: format!("i{n}"),
        title: "Anna".into(),
        subtitle: None,
        meta: None,
        image: None,
        badge: None,
        action: None,
    };
    ItemList {
        id: "list".into(),
        label: "People".into(),
        items: (0..items).map(item).collect(),
        empty: None,
        page: None,
    }
}

fn table(rows: usize) -> Table {
    let column = |id: &str| Column {
        id: id.into(),
        label: id.into(),
        numeric: false,
        sortable: id == "a",
        importance: Importance::Normal,
    };
    let row = |n| Row {
        id: format!("r{n}"),
        cells: vec![Cell::Text("x".into()), Cell::Money(Money { minor: 1, currency: "EUR".into() })],
        actions: vec![],
    };
    Table {
        id: "table".into(),
        caption: "Orders".into(),
        columns: vec![column("a"), column("b")],
        rows: (0..rows).map(row).collect(),
        sort: None,
        empty: None,
        page: None,
    }
}

fn image(url: &str) -> Image {
    Image { url: url.into(), alt: "A face".into(), width: 32, height: 32 }
}

pub(super) fn section(id: &str, blocks: Vec<Block>) -> Section {
    let nodes = blocks.into_iter().enumerate().map(|(n, block)| node(&format!("{id}-{n}"), block)).collect();
    Section { id: id.into(), title: None, collapsed: None, is_form: false, nodes }
}

pub(super) fn view(sections: Vec<Section>) -> View {
    View {
        title: "Panel".into(),
        subtitle: None,
        banner: None,
        sections,
        footer: vec![],
        refresh_seconds: None,
        state: vec![],
    }
}

fn hosts() -> Vec<String> {
    vec!["img.example.com".into()]
}

fn check_blocks(blocks: Vec<Block>) -> Result<ValidView, UiError> {
    validate_view(view(vec![section("s", blocks)]), &hosts())
}

#[track_caller]
fn refused(block: Block, path: &str, rule: &str) {
    let error = check_blocks(vec![block]).unwrap_err();
    assert_eq!(error.path, format!("sections[0].nodes[0]{path}"));
    assert!(error.rule.contains(rule), "{error}");
}

/// The view of `performance.md`: 15 blocks, about 3.7 kB.
fn typical() -> View {
    let pair = |n: usize| Pair { label: format!("Label {n}"), value: Cell::Text("A value".into()), copyable: true };
    let mut blocks: Vec<_> = (0..8).map(|_| Block::Pairs((0..6).map(pair).collect())).collect();
    let text = "A paragraph of a usual length that says what the operator sees below it.";
    blocks.extend((0..4).map(|_| Block::Text(Text { text: text.into(), style: TextStyle::Body })));
    blocks.extend([
        Block::Items(list(10)),
        Block::Table(table(5)),
        Block::Actions(vec![action("sync", Intent::Invoke("sync".into()))]),
    ]);
    view(vec![section("s", blocks)])
}

#[test]
fn every_block_kind_passes_when_it_keeps_the_rules() {
    let shown = section(
        "shown",
        vec![
            Block::Text(Text { text: "Hello\nthere".into(), style: TextStyle::Body }),
            Block::Banner(Banner {
                tone: Tone::Info,
                title: "Note".into(),
                body: Some("More".into()),
                action: Some(action("a0", Intent::OpenUrl("https://example.com/x?y=1".into()))),
                dismissible: true,
            }),
            Block::Pairs(vec![Pair {
                label: "When".into(),
                value: Cell::Datetime("2026-03-01T09:30:00Z".into()),
                copyable: false,
            }]),
            Block::Items(list(100)),
            Block::Table(table(100)),
            Block::Image(image("https://img.example.com/a.png")),
            Block::Badges(vec![Badge { label: "New".into(), tone: Tone::Success }]),
            Block::Progress(Progress { label: "Sync".into(), value: Some(100) }),
            Block::Steps(vec![Step { label: "One".into(), state: StepState::Done }]),
            Block::Divider,
            Block::Empty(EmptyState { title: "Nothing".into(), body: None, action: None }),
            Block::Skeleton(3),
            Block::Deferred(deferred("load")),
            Block::Markdown("**Hello**\n- there".into()),
            Block::Chart(chart(vec![1.0, -2.5])),
            Block::Tabs(tabs(&[("one", "first"), ("two", "second")])),
        ],
    );
    let others = ["first", "second"].map(|id| section(id, vec![Block::Divider]));
    validate_view(view([shown].into_iter().chain(others).collect()), &hosts()).unwrap();
}

#[test]
fn a_form_of_every_input_passes() {
    let choice = |value: &str| Choice { value: value.into(), label: value.into(), hint: None, disabled: false };
    let mut form = section(
        "form",
        vec![
            Block::TextInput(text_input("text", TextKind::Area)),
            Block::NumberInput(NumberInput {
                field: field("number"),
                value: Some(1.0),
                min: Some(0.0),
                max: None,
                step: Some(0.5),
            }),
            Block::ChoiceInput(ChoiceInput {
                field: field("choice"),
                style: ChoiceStyle::Menu,
                choices: vec![choice("a"), choice("b")],
                selected: vec!["b".into()],
                multiple: false,
                lookup: None,
            }),
            Block::Toggle(Toggle { field: field("toggle"), on: true }),
            Block::DateInput(DateInput {
                field: field("date"),
                kind: DateKind::Date,
                value: Some("2026-03-01".into()),
                min: None,
                max: None,
            }),
            Block::FileInput(file_input("files")),
            Block::Actions(vec![
                action("save", Intent::Submit("save".into())),
                action("fill", Intent::SetField { field: "text".into(), value: "x".into() }),
            ]),
        ],
    );
    form.is_form = true;
    validate_view(view(vec![form]), &hosts()).unwrap();
}

pub(super) fn deferred(verb: &str) -> Deferred {
    Deferred { verb: verb.into(), args: vec![FieldValue { field: "who".into(), value: "ann".into() }], skeleton: 3 }
}

fn chart(values: Vec<f64>) -> Chart {
    let points = values.into_iter().map(|value| Point { label: "Mon".into(), value }).collect();
    Chart { kind: ChartKind::Bars, label: "Tickets".into(), unit: Some("h".into()), points }
}

fn tabs(tabs: &[(&str, &str)]) -> Tabs {
    let tab =
        |(id, section): &(&str, &str)| Tab { id: (*id).into(), label: "Tab".into(), sections: vec![(*section).into()] };
    Tabs { label: "Parts".into(), tabs: tabs.iter().map(tab).collect() }
}

fn file_input(id: &str) -> FileInput {
    FileInput { field: field(id), most: 2, largest: 1 << 20, types: vec!["image/*".into(), "application/pdf".into()] }
}

#[test]
fn what_came_with_0_2_is_bounded() {
    refused(Block::Chart(chart(vec![])), ".chart.points", "1 to 100");
    refused(Block::Chart(chart(vec![1.0; 101])), ".chart.points", "1 to 100");
    refused(Block::Chart(chart(vec![f64::NAN])), ".chart.points[0].value", "finite");
    refused(Block::Deferred(Deferred { skeleton: 0, ..deferred("load") }), ".deferred.skeleton", "1 to 20");
    let error = check_blocks((0..9).map(|_| Block::Deferred(deferred("load"))).collect()).unwrap_err();
    assert!(error.rule.contains("at most 8"), "{error}");
    refused(Block::FileInput(FileInput { most: 11, ..file_input("f") }), ".file-input.most", "1 to 10");
    let largest = Limits::FILE_BYTES + 1;
    refused(Block::FileInput(FileInput { largest, ..file_input("f") }), ".file-input.largest", "25 MiB");
    let types = vec!["<script>".into()];
    refused(Block::FileInput(FileInput { types, ..file_input("f") }), ".file-input.types[0]", "type");
    refused(Block::Markdown("x".repeat(8001)), ".markdown", "8000");
    let args = vec![FieldValue { field: "id".into(), value: "x".repeat(2048) }];
    let button = Action { args, ..action("a", Intent::Invoke("go".into())) };
    refused(Block::Actions(vec![button]), ".actions[0].args", "2 KiB");
}

#[test]
fn tabs_show_sections_of_the_view_and_never_themselves() {
    let with = |shown: &[(&str, &str)]| {
        let sections = vec![section("s", vec![Block::Tabs(tabs(shown))]), section("a", vec![]), section("b", vec![])];
        validate_view(view(sections), &[]).map(drop).map_err(|error| error.rule)
    };
    assert_eq!(with(&[("one", "a"), ("two", "b")]), Ok(()));
    assert!(with(&[("one", "a")]).unwrap_err().contains("2 to 8"));
    assert!(with(&[("one", "a"), ("two", "c")]).unwrap_err().contains("no such section"));
    assert!(with(&[("one", "a"), ("two", "a")]).unwrap_err().contains("twice"));
    assert!(with(&[("one", "a"), ("two", "s")]).unwrap_err().contains("always seen"));
}

#[test]
fn sizes_are_bounded() {
    let mut big = view(vec![]);
    big.state = vec![0; Limits::STATE_BYTES + 1];
    assert_eq!(validate_view(big, &[]).unwrap_err().path, "state");

    let many = (0..9).map(|n| section(&format!("s{n}"), vec![])).collect();
    assert_eq!(validate_view(view(many), &[]).unwrap_err().path, "sections");

    let error = check_blocks(vec![Block::Divider; 41]).unwrap_err();
    assert_eq!(error.path, "sections[0].nodes");

    let mut fast = view(vec![]);
    fast.refresh_seconds = Some(14);
    assert_eq!(validate_view(fast, &[]).unwrap_err().path, "refresh-seconds");

    let text = Block::Text(Text { text: "x".repeat(8000), style: TextStyle::Body });
    let error = check_blocks(vec![text; 9]).unwrap_err();
    assert!(error.rule.contains("64 KiB"), "{error}");
}

#[test]
fn lists_and_tables_are_bounded() {
    refused(Block::Items(list(101)), ".items", "at most 100");
    refused(Block::Table(table(101)), ".table.rows", "at most 100");

    let mut short = table(3);
    short.rows[2].cells.pop();
    refused(Block::Table(short), ".table.rows[2].cells", "one cell per column");

    let mut wide = table(0);
    let column = wide.columns[0].clone();
    wide.columns = (0..9).map(|n| Column { id: format!("c{n}"), ..column.clone() }).collect();
    refused(Block::Table(wide), ".table.columns", "1 to 8");
    refused(Block::Table(Table { columns: vec![], ..table(0) }), ".table.columns", "1 to 8");

    let sort = Some(Sort { column: "b".into(), descending: true });
    refused(Block::Table(Table { sort, ..table(0) }), ".table.sort", "sortable");

    let page = Some(Page { next: Some(String::new()), prev: None, total: None, verb: "more".into() });
    refused(Block::Items(ItemList { page, ..list(0) }), ".items.page", "cursor");
}

#[test]
fn ids_are_well_formed_and_unique() {
    for bad in ["", "a b", "é", "a/b", &"x".repeat(65)] {
        let error = validate_view(view(vec![section(bad, vec![])]), &[]).unwrap_err();
        assert_eq!(error.path, "sections[0].id", "{bad}");
    }
    let twice = vec![section("s", vec![]), section("s", vec![])];
    assert_eq!(validate_view(view(twice), &[]).unwrap_err().path, "sections[1].id");

    let input = || Block::TextInput(text_input("same", TextKind::Line));
    let error = check_blocks(vec![input(), input()]).unwrap_err();
    assert_eq!(error.path, "sections[0].nodes[1].text-input.field.id");

    let mut items = list(3);
    items.items[2].id = "i0".into();
    refused(Block::Items(items), ".items.items[2].id", "unique");
}

#[test]
fn a_group_has_one_primary_action_and_a_form_one_submit() {
    let primary = |id: &str| Action { look: Look::Primary, ..action(id, Intent::Pop) };
    refused(Block::Actions(vec![primary("a"), primary("b")]), "", "one primary");
    refused(Block::Actions((0..11).map(|n| action(&format!("a{n}"), Intent::Pop)).collect()), "", "at most 10");

    let submit = |id: &str| action(id, Intent::Submit("save".into()));
    refused(Block::Actions(vec![submit("a")]), ".actions[0].intent", "form");

    let mut form = section("f", vec![Block::Actions(vec![submit("a"), submit("b")])]);
    form.is_form = true;
    let error = validate_view(view(vec![form]), &[]).unwrap_err();
    assert_eq!(error.path, "sections[0].nodes[0].actions[1].intent");

    let mut one = section("f", vec![]);
    one.is_form = true;
    let mut with_footer = view(vec![one]);
    with_footer.footer = vec![submit("a")];
    validate_view(with_footer.clone(), &[]).unwrap();
    with_footer.sections.push(Section { id: "g".into(), ..with_footer.sections[0].clone() });
    assert_eq!(validate_view(with_footer, &[]).unwrap_err().path, "footer.actions[0].intent");
}

#[test]
fn actions_need_texts_and_known_targets() {
    let nameless = Action { label: " ".into(), ..action("a", Intent::Pop) };
    refused(Block::Actions(vec![nameless]), ".actions[0].label", "empty");

    let confirm = Some(Confirm { title: String::new(), body: "x".into(), label: "Delete".into() });
    refused(Block::Actions(vec![Action { confirm, ..action("a", Intent::Pop) }]), ".actions[0].confirm.title", "empty");

    refused(Block::Actions(vec![action("a", Intent::Invoke("a b".into()))]), ".actions[0].intent", "verb");
    let set = Intent::SetField { field: "nowhere".into(), value: "x".into() };
    refused(Block::Actions(vec![action("a", set)]), ".actions[0].intent", "no such field");
}

#[test]
fn links_are_https_and_pictures_come_from_granted_hosts() {
    let bad = [
        "http://example.com",
        "javascript:alert(1)",
        "https://user:secret@example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "//example.com",
        "https://example.com/\u{202e}",
        "https://exa mple.com",
        "https:\\\\example.com",
        "data:text/html,x",
        "",
    ];
    for url in bad {
        let link = Cell::Link(Link { label: "x".into(), url: url.into() });
        let pairs = Block::Pairs(vec![Pair { label: "x".into(), value: link, copyable: false }]);
        refused(pairs, ".pairs[0].value.url", "");
        refused(Block::Actions(vec![action("a", Intent::OpenUrl(url.into()))]), ".actions[0].intent", "");
    }
    refused(Block::Image(image("https://evil.example.com/a.png")), ".image.url", "granted");
    refused(Block::Image(image("https://img.example.com:8443/a.png")), ".image.url", "port");
    let silent = Image { alt: String::new(), ..image("https://img.example.com/a.png") };
    refused(Block::Image(silent), ".image.alt", "empty");
    let huge = Image { width: 2001, ..image("https://img.example.com/a.png") };
    refused(Block::Image(huge), ".image", "pixels");
}

#[test]
fn inputs_are_sane() {
    let secret = TextInput { value: Some("k".into()), ..text_input("x", TextKind::Secret) };
    refused(Block::TextInput(secret), ".text-input.value", "secret");
    let crossed = TextInput { min_len: 9, max_len: 8, ..text_input("x", TextKind::Line) };
    refused(Block::TextInput(crossed), ".text-input.max-len", "min-len");
    for pattern in ["(", "a)|(b", &"a".repeat(201), r"(\w{1000}){100}"] {
        let input = TextInput { pattern: Some(pattern.into()), ..text_input("x", TextKind::Line) };
        refused(Block::TextInput(input), ".text-input.pattern", "regular expression");
    }

    let number = |value, min, max, step| Block::NumberInput(NumberInput { field: field("n"), value, min, max, step });
    refused(number(Some(f64::NAN), None, None, None), ".number-input", "finite");
    refused(number(None, Some(2.0), Some(1.0), None), ".number-input.min", "max");
    refused(number(None, None, None, Some(0.0)), ".number-input.step", "above 0");

    let date = |kind, value: &str| {
        Block::DateInput(DateInput { field: field("d"), kind, value: Some(value.into()), min: None, max: None })
    };
    refused(date(DateKind::Date, "2026-02-30"), ".date-input", "expected");
    refused(date(DateKind::Time, "25:00"), ".date-input", "expected");
    refused(date(DateKind::Datetime, "2026-02-03 10:00"), ".date-input", "expected");
}

#[test]
fn choices_are_bounded_and_consistent() {
    let input = |count: usize| ChoiceInput {
        field: field("c"),
        style: ChoiceStyle::Menu,
        choices: (0..count)
            .map(|n| Choice { value: format!("v{n}"), label: "x".into(), hint: None, disabled: false })
            .collect(),
        selected: vec![],
        multiple: false,
        lookup: None,
    };
    refused(Block::ChoiceInput(input(51)), ".choice-input.choices", "at most 50");
    refused(Block::ChoiceInput(input(0)), ".choice-input.choices", "lookup");
    let selected = vec!["v0".to_owned(), "v1".to_owned()];
    refused(Block::ChoiceInput(ChoiceInput { selected, ..input(2) }), ".choice-input.selected", "multiple");
    refused(
        Block::ChoiceInput(ChoiceInput { selected: vec!["z".into()], ..input(2) }),
        ".choice-input.selected[0]",
        "not among",
    );
    let radios = ChoiceInput { style: ChoiceStyle::Radios, multiple: true, ..input(2) };
    refused(Block::ChoiceInput(radios), ".choice-input", "radios");
    refused(Block::ChoiceInput(ChoiceInput { style: ChoiceStyle::Checks, ..input(2) }), ".choice-input", "checks");
    let mut twice = input(2);
    twice.choices[1].value = "v0".into();
    refused(Block::ChoiceInput(twice), ".choice-input.choices[1].value", "unique");
}

#[test]
fn values_of_cells_are_sane() {
    let pair = |value| Block::Pairs(vec![Pair { label: "x".into(), value, copyable: false }]);
    refused(pair(Cell::Datetime("yesterday".into())), ".pairs[0].value", "time");
    refused(pair(Cell::Money(Money { minor: 1, currency: "euro".into() })), ".pairs[0].value.currency", "capitals");
    refused(Block::Progress(Progress { label: "x".into(), value: Some(101) }), ".progress.value", "100");
    refused(Block::Skeleton(0), ".skeleton", "1 to 20");
}

#[test]
fn texts_lose_control_and_bidi_characters() {
    let mut dirty = view(vec![section(
        "s",
        vec![Block::Text(Text { text: "one\r\ntwo\u{1b}[31m\u{202e}\u{2066}".into(), style: TextStyle::Body })],
    )]);
    dirty.title = "A\nB\u{200b}\u{7}".into();
    let clean = validate_view(dirty, &[]).unwrap().into_view();
    assert_eq!(clean.title, "A B");
    let Block::Text(text) = &clean.sections[0].nodes[0].block else { panic!("a text") };
    assert_eq!(text.text, "one\ntwo[31m");
    // Joiners belong to the writing of Persian and to emoji.
    let kept = validate_view(View { title: "می\u{200c}خواهم".into(), ..view(vec![]) }, &[]).unwrap();
    assert!(kept.view().title.contains('\u{200c}'));
}

#[test]
fn replies_are_checked_like_views() {
    let reply = |update| Reply { update, toast: None };
    let broken = View { title: String::new(), ..view(vec![]) };
    assert_eq!(validate_reply(reply(Update::Replace(broken.clone())), &[]).unwrap_err().path, "reply.replace.title");
    assert_eq!(validate_reply(reply(Update::Push(broken)), &[]).unwrap_err().path, "reply.push.title");
    let patches = vec![Patch::Remove("x".into()), Patch::Put(node("n", Block::Skeleton(0)))];
    assert_eq!(validate_reply(reply(Update::Patch(patches)), &[]).unwrap_err().path, "reply.patch[1].put.skeleton");
    let many = vec![Patch::Remove("x".into()); 41];
    assert_eq!(validate_reply(reply(Update::Patch(many)), &[]).unwrap_err().path, "reply.patch");
    assert_eq!(validate_reply(reply(Update::Invalid(vec![])), &[]).unwrap_err().path, "reply.invalid");
    let silent = InvalidField { field: "f".into(), message: String::new() };
    assert!(validate_reply(reply(Update::Invalid(vec![silent])), &[]).is_err());
    let toast = Some(Toast { tone: Tone::Success, message: "Done\u{202e}".into() });
    let valid = validate_reply(Reply { update: Update::None, toast }, &[]).unwrap();
    assert_eq!(valid.reply().toast.as_ref().unwrap().message, "Done");
}

#[test]
fn patches_change_the_view_and_are_checked_with_it() {
    let shown = check_blocks(vec![Block::Divider, Block::Items(list(60))]).unwrap();
    let mut more = list(60);
    for item in &mut more.items {
        item.id.push('x');
    }
    let patches = vec![
        Patch::Put(node("s-0", Block::Skeleton(2))),
        Patch::Put(node("new", Block::Divider)),
        Patch::AppendItems(more.clone()),
        Patch::Remove("gone".into()),
    ];
    let patched = shown.clone().patched(patches, &[]).unwrap();
    let nodes = &patched.view().sections[0].nodes;
    assert_eq!(nodes[0].block, Block::Skeleton(2));
    assert_eq!(nodes[2].id, "new");
    let Block::Items(list) = &nodes[1].block else { panic!("a list") };
    assert_eq!(list.items.len(), 120);

    more.id = "elsewhere".into();
    let error = shown.clone().patched(vec![Patch::AppendItems(more)], &[]).unwrap_err();
    assert!(error.rule.contains("no list `elsewhere`"), "{error}");
    let twice = Patch::Put(node("n", Block::Items(super::tests::list(1))));
    assert!(shown.patched(vec![twice], &[]).unwrap_err().rule.contains("twice"));
}

/// Not a benchmark, only a guard against something quadratic: the budget is 10 µs in a release build.
#[test]
fn a_usual_view_costs_microseconds() {
    let views: Vec<_> = (0..100).map(|_| typical()).collect();
    let start = Instant::now();
    for view in views {
        validate_view(view, &[]).unwrap();
    }
    let each = start.elapsed() / 100;
    assert!(each.as_millis() < 5, "{each:?}");
}

/// Builds a view from random bytes: mostly well formed, with each rule broken now and then.
struct Tape<'a>(std::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    fn coin(&mut self) -> bool {
        self.byte().is_multiple_of(2)
    }

    fn text(&mut self) -> String {
        let pieces =
            ["a", "Zeile", "\u{202e}", "\n", "😀", "", "id-1", "https://img.example.com/x", "javascript:x", "("];
        (0..self.byte() % 4).map(|_| pieces[usize::from(self.byte()) % pieces.len()]).collect()
    }

    fn option<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.coin().then(|| make(self))
    }

    fn list<T>(&mut self, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.byte() % 5).map(|_| make(self)).collect()
    }

    fn action(&mut self) -> Action {
        let intent = match self.byte() % 5 {
            0 => Intent::Submit(self.text()),
            1 => Intent::OpenUrl(self.text()),
            2 => Intent::SetField { field: self.text(), value: self.text() },
            3 => Intent::Push(self.text()),
            _ => Intent::Pop,
        };
        Action { look: if self.coin() { Look::Primary } else { Look::Subtle }, ..action(&self.text(), intent) }
    }

    fn field(&mut self) -> Field {
        Field { hint: self.option(Self::text), on_change: self.option(Self::text), ..field(&self.text()) }
    }

    fn cell(&mut self) -> Cell {
        match self.byte() % 4 {
            0 => Cell::Text(self.text()),
            1 => Cell::Link(Link { label: self.text(), url: self.text() }),
            2 => Cell::Datetime(self.text()),
            _ => Cell::Money(Money { minor: i64::MIN, currency: self.text() }),
        }
    }

    fn block(&mut self) -> Block {
        match self.byte() % 9 {
            0 => Block::Text(Text { text: self.text(), style: TextStyle::Code }),
            1 => Block::Pairs(self.list(|tape| Pair { label: tape.text(), value: tape.cell(), copyable: true })),
            2 => Block::Skeleton(self.byte()),
            3 => Block::Actions(self.list(Self::action)),
            4 => Block::TextInput(TextInput {
                field: self.field(),
                pattern: self.option(Self::text),
                value: self.option(Self::text),
                ..text_input("x", TextKind::Line)
            }),
            5 => Block::DateInput(DateInput {
                field: self.field(),
                kind: DateKind::Datetime,
                value: self.option(Self::text),
                min: None,
                max: None,
            }),
            6 => Block::Image(Image { url: self.text(), alt: self.text(), width: self.byte().into(), height: 1 }),
            7 => Block::Table(Table {
                id: self.text(),
                rows: self.list(|tape| Row { id: tape.text(), cells: tape.list(Self::cell), actions: vec![] }),
                ..table(0)
            }),
            _ => Block::Divider,
        }
    }

    fn view(&mut self) -> View {
        let mut made = view(self.list(|tape| {
            let id = tape.text();
            Section { is_form: tape.coin(), ..section(&id, tape.list(Self::block)) }
        }));
        made.title = self.text();
        made.footer = self.list(Self::action);
        made
    }
}

proptest! {
    #[test]
    fn never_panics_and_what_passes_passes_again(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut tape = Tape(bytes.iter());
        let made = tape.view();
        let event = Event {
            verb: tape.text(),
            source: tape.text(),
            args: vec![],
            values: tape.list(|tape| Entry { field: tape.text(), value: Value::Text(tape.text()) }),
            cursor: None,
            state: vec![],
        };
        let _ = check_event(&made, &event);
        if let Ok(valid) = validate_view(made, &hosts()) {
            let again = validate_view(valid.view().clone(), &hosts());
            prop_assert_eq!(again.as_ref(), Ok(&valid));
        }
    }

    #[test]
    fn cleaned_texts_are_clean(text in any::<String>()) {
        let mut cleaned = text;
        crate::text::clean(&mut cleaned, false);
        prop_assert!(!cleaned.chars().any(|c| c.is_control() || crate::text::is_bidi_control(c)));
        let before = cleaned.clone();
        crate::text::clean(&mut cleaned, false);
        prop_assert_eq!(before, cleaned);
    }
}
