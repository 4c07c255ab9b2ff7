//! What a view shows, flat: enough for most assertions.

use crate::{
    Error,
    ui::{Event, Reply, View, wire},
};

/// A button as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id, the `source` of the event.
    pub id: String,
    /// What it says.
    pub label: String,
    /// What it does: `invoke sync`, `submit save`, `push show`, `copy …`, `insert-reply …`, `open …`, `back`, …
    pub does: String,
    /// What `handle` is given with it, names and values.
    pub args: Vec<(String, String)>,
}

/// A part that comes later, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its id, the `source` of the event.
    pub id: String,
    /// What `handle` gets.
    pub verb: String,
    /// What `handle` is given with it, names and values.
    pub args: Vec<(String, String)>,
}

impl Part {
    /// The event with which the host asks for it.
    #[must_use]
    pub fn event(&self) -> Event {
        let event = Event::new(&self.verb).with_source(&self.id);
        self.args.iter().fold(event, |event, (name, value)| event.with_arg(name, value))
    }
}

/// What a view or reply shows.
///
/// ```
/// use annex_sdk::{prelude::*, testing::Look};
///
/// let view = View::new("Hi").section(Section::new().block(Actions::new().primary(Button::invoke("go", "Go"))));
/// let look = Look::at(&view);
/// assert!(look.shows("Hi"));
/// assert_eq!(look.button("Go").unwrap().does, "invoke go");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// All visible texts, from top to bottom.
    pub texts: Vec<String>,
    /// All buttons, from top to bottom.
    pub buttons: Vec<Seen>,
    /// The ids of all inputs, from top to bottom.
    pub fields: Vec<String>,
    /// The parts that come later, from top to bottom.
    pub deferred: Vec<Part>,
}

impl Look {
    /// Looks at a view.
    #[must_use]
    pub fn at(view: &View) -> Self {
        let mut look = Self::default();
        look.view(&view.clone().into_wire());
        look
    }

    /// Looks at a reply: its view or patches, its errors, its toast.
    #[must_use]
    pub fn at_reply(reply: &Reply) -> Self {
        let mut look = Self::default();
        let reply = reply.clone().into_wire();
        match &reply.update {
            wire::Update::Replace(view) | wire::Update::Push(view) => look.view(view),
            wire::Update::Patch(patches) => patches.iter().for_each(|patch| look.patch(patch)),
            wire::Update::Invalid(errors) => look.texts.extend(errors.iter().map(|error| error.message.clone())),
            wire::Update::Pop | wire::Update::Refresh | wire::Update::None => {}
        }
        look.texts.extend(reply.toast.map(|toast| toast.message));
        look
    }

    /// Looks at what an action led to: a reply, or the text of an error.
    #[must_use]
    pub fn at_outcome(outcome: &Result<Reply, Error>) -> Self {
        match outcome {
            Ok(reply) => Self::at_reply(reply),
            Err(error) => Self { texts: vec![error.to_string()], ..Self::default() },
        }
    }

    /// True when a visible text contains `part`.
    #[must_use]
    pub fn shows(&self, part: &str) -> bool {
        self.texts.iter().any(|text| text.contains(part)) || self.buttons.iter().any(|seen| seen.label.contains(part))
    }

    /// The first button with this label.
    #[must_use]
    pub fn button(&self, label: &str) -> Option<&Seen> {
        self.buttons.iter().find(|seen| seen.label == label)
    }

    fn say(&mut self, text: &str) {
        self.texts.push(text.to_owned());
    }

    fn say_if(&mut self, text: Option<&String>) {
        self.texts.extend(text.cloned());
    }

    fn view(&mut self, view: &wire::View) {
        self.say(&view.title);
        self.say_if(view.subtitle.as_ref());
        if let Some(banner) = &view.banner {
            self.banner(banner);
        }
        for section in &view.sections {
            self.say_if(section.title.as_ref());
            for node in &section.nodes {
                self.block(&node.id, &node.block);
            }
        }
        self.actions(&view.footer);
    }

    fn patch(&mut self, patch: &wire::Patch) {
        match patch {
            wire::Patch::Put(node) => self.block(&node.id, &node.block),
            wire::Patch::AppendItems(list) => self.items(list),
            wire::Patch::AppendRows(table) => self.table(table),
            wire::Patch::Remove(_) => {}
        }
    }

    fn block(&mut self, id: &str, block: &wire::Block) {
        use wire::Block;
        match block {
            Block::Text(text) => self.say(&text.text),
            Block::Banner(banner) => self.banner(banner),
            Block::Pairs(pairs) => {
                for pair in pairs {
                    self.say(&pair.label);
                    self.cell(&pair.value);
                }
            }
            Block::Items(list) => self.items(list),
            Block::Table(table) => self.table(table),
            Block::Image(image) => self.say(&image.alt),
            Block::Badges(badges) => badges.iter().for_each(|badge| self.say(&badge.label)),
            Block::Progress(progress) => self.say(&progress.label),
            Block::Steps(steps) => steps.iter().for_each(|step| self.say(&step.label)),
            Block::Empty(empty) => {
                self.say(&empty.title);
                self.say_if(empty.body.as_ref());
                self.actions(empty.action.as_slice());
            }
            Block::TextInput(input) => self.field(&input.field),
            Block::NumberInput(input) => self.field(&input.field),
            Block::ChoiceInput(input) => self.field(&input.field),
            Block::Toggle(input) => self.field(&input.field),
            Block::DateInput(input) => self.field(&input.field),
            Block::FileInput(input) => self.field(&input.field),
            Block::Markdown(text) => self.say(text),
            Block::Chart(chart) => {
                self.say(&chart.label);
                self.texts.extend(chart.points.iter().map(|point| format!("{} {}", point.label, point.value)));
            }
            Block::Tabs(tabs) => tabs.tabs.iter().for_each(|tab| self.say(&tab.label)),
            Block::Deferred(deferred) => self.deferred.push(Part {
                id: id.to_owned(),
                verb: deferred.verb.clone(),
                args: deferred.args.iter().map(|arg| (arg.field.clone(), arg.value.clone())).collect(),
            }),
            Block::Actions(actions) => self.actions(actions),
            Block::Divider | Block::Skeleton(_) => {}
        }
    }

    fn banner(&mut self, banner: &wire::Banner) {
        self.say(&banner.title);
        self.say_if(banner.body.as_ref());
        self.actions(banner.action.as_slice());
    }

    fn items(&mut self, list: &wire::ItemList) {
        for item in &list.items {
            self.say(&item.title);
            self.say_if(item.subtitle.as_ref());
            self.say_if(item.meta.as_ref());
            self.texts.extend(item.badge.iter().map(|badge| badge.label.clone()));
            self.actions(item.action.as_slice());
        }
        if list.items.is_empty() {
            self.say_if(list.empty.as_ref());
        }
    }

    fn table(&mut self, table: &wire::Table) {
        self.texts.extend(table.columns.iter().map(|column| column.label.clone()));
        for row in &table.rows {
            row.cells.iter().for_each(|cell| self.cell(cell));
            self.actions(&row.actions);
        }
        if table.rows.is_empty() {
            self.say_if(table.empty.as_ref());
        }
    }

    fn cell(&mut self, cell: &wire::Cell) {
        match cell {
            wire::Cell::Text(text) | wire::Cell::Datetime(text) | wire::Cell::User(text) => self.say(text),
            wire::Cell::Link(link) => self.say(&link.label),
            wire::Cell::Badge(badge) => self.say(&badge.label),
            wire::Cell::Money(money) => self.texts.push(format!("{} {}", money.minor, money.currency)),
            wire::Cell::Masked(_) => self.say("•••"),
        }
    }

    fn field(&mut self, field: &wire::Field) {
        self.say(&field.label);
        self.say_if(field.hint.as_ref());
        self.say_if(field.error.as_ref());
        self.fields.push(field.id.clone());
    }

    fn actions(&mut self, actions: &[wire::Action]) {
        self.buttons.extend(actions.iter().map(|action| Seen {
            id: action.id.clone(),
            label: action.label.clone(),
            does: does(&action.intent),
            args: action.args.iter().map(|arg| (arg.field.clone(), arg.value.clone())).collect(),
        }));
    }
}

fn does(intent: &wire::Intent) -> String {
    match intent {
        wire::Intent::Submit(verb) => format!("submit {verb}"),
        wire::Intent::Invoke(verb) => format!("invoke {verb}"),
        wire::Intent::OpenUrl(url) => format!("open {url}"),
        wire::Intent::Push(verb) => format!("push {verb}"),
        wire::Intent::Pop => "back".into(),
        wire::Intent::Copy(text) => format!("copy {text}"),
        wire::Intent::InsertReply(text) => format!("insert-reply {text}"),
        wire::Intent::SetField(set) => format!("set-field {} {}", set.field, set.value),
        wire::Intent::RefreshRecord => "refresh-record".into(),
    }
}
