//! The tree of views: the interface `ui` of the newest WIT package as plain types. Fixed depth (view, section, block)
//! bounds what a view can cost. A [`View`] from a guest is only drawn after [`validate`] made a [`ValidView`] of it.

mod validate;

pub use validate::{
    EventError, Limits, UiError, ValidReply, ValidView, arguments, check_event, check_values, validate_reply,
    validate_view,
};

use serde::{Deserialize, Serialize};

use crate::manifest::ViewPlace;

/// Names a node, field, action or row within a view: 1 to 64 of `a-z A-Z 0-9 - _ . :`.
pub type Id = String;

macro_rules! edge {
    ($($item:item)+) => {$(
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        $item
    )+};
}

crate::words! {
    /// What a colour says.
    pub enum Tone: "tone" { Neutral = "neutral", Info = "info", Success = "success", Warning = "warning", Critical = "critical" }
    /// How a button looks.
    pub enum Look: "look" { Primary = "primary", Secondary = "secondary", Subtle = "subtle", Destructive = "destructive" }
    /// How a text looks.
    pub enum TextStyle: "text style" { Heading = "heading", Body = "body", Muted = "muted", Error = "error", Code = "code" }
    /// Where a step stands.
    pub enum StepState: "state of a step" { Todo = "todo", Current = "current", Done = "done", Failed = "failed" }
    /// What a text field holds.
    pub enum TextKind: "kind of text field" {
        Line = "line", Area = "area", Email = "email", Url = "url", Tel = "tel", Secret = "secret", Search = "search",
    }
    /// What becomes of a column where there is little room.
    #[derive(Default)]
    pub enum Importance: "importance" {
        Essential = "essential",
        #[default]
        Normal = "normal",
        Extra = "extra",
    }
    /// How a chart is drawn.
    pub enum ChartKind: "kind of chart" { Bars = "bars", Line = "line" }
    /// How choices are shown.
    pub enum ChoiceStyle: "choice style" { Menu = "menu", Radios = "radios", Checks = "checks" }
    /// What a date field holds.
    pub enum DateKind: "kind of date field" { Date = "date", Time = "time", Datetime = "datetime" }
}

edge! {
    /// Asked before an action is done.
    pub struct Confirm {
        /** Names the object. */ pub title: String, /** What happens. */ pub body: String, /** The verb. */ pub label: String,
    }
    /// What a field is to be filled with, or an argument.
    pub struct FieldValue { /** The field, or the argument's name. */ pub field: Id, /** Its value. */ pub value: String }
    /// What an action does. All but `submit` and `invoke` are done by the host or the browser.
    pub enum Intent {
        /// Sends the section's fields to `handle` with this verb.
        Submit(String),
        /// Calls `handle` with this verb.
        Invoke(String),
        /// Opens an https link.
        OpenUrl(String),
        /// Calls `handle` with this verb; the reply is put above the view.
        Push(String),
        /// Back to the view below.
        Pop,
        /// Copies a text.
        Copy(String),
        /// Puts a text into the reply box.
        InsertReply(String),
        /// Fills a field.
        SetField { /** The field. */ field: Id, /** Its value. */ value: String },
        /// Loads the ticket or contact again.
        RefreshRecord,
    }
    /// A button.
    pub struct Action {
        /** Unique in the view. */ pub id: Id,
        /** A verb. */ pub label: String,
        /** What it does. */ pub intent: Intent,
        /** Given along with the event. */ #[serde(default, skip_serializing_if = "Vec::is_empty")] pub args: Vec<FieldValue>,
        /** How it looks. */ pub look: Look,
        /** Name of an icon of the host's set. */ pub icon: Option<String>,
        /** Shown when it cannot be used. */ pub disabled_reason: Option<String>,
        /** While busy. */ pub busy_label: Option<String>,
        /** Asked before. */ pub confirm: Option<Confirm>,
    }
    /// A word with a tone.
    pub struct Badge { /** The word. */ pub label: String, /** The tone. */ pub tone: Tone }
    /// An https link.
    pub struct Link { /** The text. */ pub label: String, /** https. */ pub url: String }
    /// An amount in the currency's smallest unit.
    pub struct Money { /** Cents, for instance. */ pub minor: i64, /** ISO 4217. */ pub currency: String }
    /// A picture, shown through the host's proxy.
    pub struct Image {
        /** https, on a granted host. */ pub url: String, /** Not empty. */ pub alt: String, /** Pixels. */ pub width: u32,
        /** Pixels. */ pub height: u32,
    }
    /// A paragraph.
    pub struct Text { /** The text. */ pub text: String, /** How it looks. */ pub style: TextStyle }
    /// A message across the panel.
    pub struct Banner {
        /** The tone. */ pub tone: Tone, /** One line. */ pub title: String, /** More. */ pub body: Option<String>,
        /** A way out. */ pub action: Option<Action>, /** Can be closed. */ pub dismissible: bool,
    }
    /// A value of a table or pair.
    pub enum Cell {
        /// A text.
        Text(String),
        /// A link.
        Link(Link),
        /// A badge.
        Badge(Badge),
        /// RFC 3339.
        Datetime(String),
        /// An amount.
        Money(Money),
        /// An operator's id; their name is shown.
        User(Id),
        /// A text of which only the end is shown.
        Masked(String),
    }
    /// A label with a value.
    pub struct Pair { /** The label. */ pub label: String, /** The value. */ pub value: Cell, /** Has a copy button. */ pub copyable: bool }
    /// An entry of a list.
    pub struct Item {
        /** Unique in the list. */ pub id: Id, /** First line. */ pub title: String, /** Second line. */ pub subtitle: Option<String>,
        /** Small, at the end. */ pub meta: Option<String>,
        /** At the start. */ pub image: Option<Image>, /** At the end. */ pub badge: Option<Badge>,
        /** On a click. */ pub action: Option<Action>,
    }
    /// Where a list or table goes on.
    pub struct Page {
        /** Cursor. */ pub next: Option<String>, /** Cursor. */ pub prev: Option<String>, /** Rows in all. */ pub total: Option<u32>,
        /** For `handle`. */ pub verb: String,
    }
    /// A list.
    pub struct ItemList {
        /** Unique in the view. */ pub id: Id, /** For screen readers. */ pub label: String, /** At most 100. */ pub items: Vec<Item>,
        /** Shown without items. */ pub empty: Option<String>, /** Paging. */ pub page: Option<Page>,
    }
    /// A column.
    pub struct Column {
        /** Unique in the table. */ pub id: Id, /** The head. */ pub label: String, /** Aligned to the end. */ pub numeric: bool,
        /** Can be sorted by. */ pub sortable: bool,
        /** Where there is little room. */ #[serde(default, skip_serializing_if = "Importance::is_normal")] pub importance: Importance,
    }
    /// A row.
    pub struct Row {
        /** Unique in the table. */ pub id: Id, /** One per column. */ pub cells: Vec<Cell>, /** At the end. */ pub actions: Vec<Action>,
    }
    /// How a table is sorted.
    pub struct Sort { /** By. */ pub column: Id, /** Or ascending. */ pub descending: bool }
    /// A table.
    pub struct Table {
        /** Unique in the view. */ pub id: Id, /** For screen readers. */ pub caption: String, /** 1 to 8. */ pub columns: Vec<Column>,
        /** At most 100. */ pub rows: Vec<Row>,
        /** As it stands. */ pub sort: Option<Sort>, /** Shown without rows. */ pub empty: Option<String>,
        /** Paging. */ pub page: Option<Page>,
    }
    /// How far something is.
    pub struct Progress { /** What. */ pub label: String, /** Percent; none: unknown. */ pub value: Option<u8> }
    /// A step of several.
    pub struct Step { /** What. */ pub label: String, /** Where it stands. */ pub state: StepState }
    /// Nothing to show, and what to do.
    pub struct EmptyState {
        /** What. */ pub title: String, /** Why. */ pub body: Option<String>, /** The way out. */ pub action: Option<Action>,
    }
    /// What can be chosen.
    pub struct Choice {
        /** Sent. */ pub value: String, /** Shown. */ pub label: String, /** More. */ pub hint: Option<String>,
        /** Cannot be chosen. */ pub disabled: bool,
    }
    /// What every input has.
    pub struct Field {
        /** Unique in the view. */ pub id: Id, /** Above. */ pub label: String, /** Below. */ pub hint: Option<String>,
        /** Must be filled. */ pub required: bool,
        /** Cannot be changed. */ pub disabled: bool, /** What is wrong. */ pub error: Option<String>,
        /** Verb for `handle` on change. */ pub on_change: Option<String>,
    }
    /// A text.
    pub struct TextInput {
        /** The field. */ pub field: Field, /** What it holds. */ pub kind: TextKind, /** Never for secrets. */ pub value: Option<String>,
        /** An example. */ pub placeholder: Option<String>,
        /** Characters. */ pub min_len: u32, /** Characters. */ pub max_len: u32,
        /** Linear-time expression that matches all of it. */ pub pattern: Option<String>,
        /** Said when it does not. */ #[serde(default, skip_serializing_if = "Option::is_none")] pub pattern_message: Option<String>,
    }
    /// A number.
    pub struct NumberInput {
        /** The field. */ pub field: Field, /** The value. */ pub value: Option<f64>, /** Lowest. */ pub min: Option<f64>,
        /** Highest. */ pub max: Option<f64>, /** Step. */ pub step: Option<f64>,
    }
    /// One or several of some choices.
    pub struct ChoiceInput {
        /** The field. */ pub field: Field, /** How. */ pub style: ChoiceStyle, /** At most 50. */ pub choices: Vec<Choice>,
        /** Values. */ pub selected: Vec<String>, /** Several. */ pub multiple: bool,
        /** Verb for `handle` that finds more. */ pub lookup: Option<String>,
    }
    /// A switch.
    pub struct Toggle { /** The field. */ pub field: Field, /** Its state. */ pub on: bool }
    /// A date or time.
    pub struct DateInput {
        /** The field. */ pub field: Field, /** Which. */ pub kind: DateKind, /** RFC 3339 part. */ pub value: Option<String>,
        /** Earliest. */ pub min: Option<String>, /** Latest. */ pub max: Option<String>,
    }
    /// Files to be chosen.
    pub struct FileInput {
        /** The field. */ pub field: Field, /** How many. */ pub most: u32, /** Bytes of each. */ pub largest: u64,
        /** Media types; empty: all. */ pub types: Vec<String>,
    }
    /// A part that is asked for once the view is seen.
    pub struct Deferred {
        /** For `handle`. */ pub verb: String, /** Given along. */ pub args: Vec<FieldValue>, /** Lines to come. */ pub skeleton: u8,
    }
    /// A point of a chart.
    pub struct Point { /** Below it. */ pub label: String, /** Finite. */ pub value: f64 }
    /// Numbers as a picture.
    pub struct Chart {
        /** How it is drawn. */ pub kind: ChartKind, /** What it shows. */ pub label: String, /** Behind each number. */ pub unit: Option<String>,
        /** 1 to 100. */ pub points: Vec<Point>,
    }
    /// One of several tabs.
    pub struct Tab { /** Unique in the block. */ pub id: Id, /** On it. */ pub label: String, /** Seen with it. */ pub sections: Vec<Id> }
    /// Tabs over the sections of a view.
    pub struct Tabs { /** For screen readers. */ pub label: String, /** 2 to 8. */ pub tabs: Vec<Tab> }
    /// What a node shows.
    pub enum Block {
        /** A paragraph. */ Text(Text),
        /** A message. */ Banner(Banner),
        /** Labels with values. */ Pairs(Vec<Pair>),
        /** A list. */ Items(ItemList),
        /** A table. */ Table(Table),
        /** A picture. */ Image(Image),
        /** Badges. */ Badges(Vec<Badge>),
        /** Progress. */ Progress(Progress),
        /** Steps. */ Steps(Vec<Step>),
        /** A line. */ Divider,
        /** Nothing to show. */ Empty(EmptyState),
        /** That many lines to come. */ Skeleton(u8),
        /** A text. */ TextInput(TextInput),
        /** A number. */ NumberInput(NumberInput),
        /** Choices. */ ChoiceInput(ChoiceInput),
        /** A switch. */ Toggle(Toggle),
        /** A date. */ DateInput(DateInput),
        /** Buttons; at most one primary. */ Actions(Vec<Action>),
        /** A part to come. */ Deferred(Deferred),
        /** Formatted text. */ Markdown(String),
        /** Numbers. */ Chart(Chart),
        /** Tabs. */ Tabs(Tabs),
        /** Files. */ FileInput(FileInput),
    }
    /// A block with an id, to be patched by.
    pub struct Node { /** Unique in the view. */ pub id: Id, /** What it shows. */ pub block: Block }
    /// Nodes under a title; a form when its fields are sent together.
    pub struct Section {
        /** Unique in the view. */ pub id: Id, /** The title. */ pub title: Option<String>,
        /** Can be folded, and is or is not. */ pub collapsed: Option<bool>, /** A form. */ pub is_form: bool,
        /** At most 40. */ pub nodes: Vec<Node>,
    }
    /// A panel.
    pub struct View {
        /** One line. */ pub title: String, /** One more. */ pub subtitle: Option<String>,
        /** Above everything. */ pub banner: Option<Banner>, /** At most 8. */ pub sections: Vec<Section>,
        /** Buttons below; at most one primary. */ pub footer: Vec<Action>, /** At least 15. */ pub refresh_seconds: Option<u32>,
        /** Given back with the next event; at most 16 KiB, sealed by the host. */ #[serde(default, skip)] pub state: Vec<u8>,
    }
    /// What was entered in a field.
    pub enum Value {
        /** A text. */ Text(String), /** A number. */ Number(f64), /** A switch. */ Flag(bool), /** Several values. */ Many(Vec<String>),
        /** Ids of files. */ Files(Vec<String>),
        /** Nothing. */ None,
    }
    /// A field with what was entered.
    pub struct Entry { /** The field. */ pub field: Id, /** The value. */ pub value: Value }
    /// What an operator did.
    pub struct Event {
        /** Of the intent. */ pub verb: String, /** The action, field or list. */ pub source: Id,
        /** As the view gives them along: see [`arguments`]. */ #[serde(default)] pub args: Vec<FieldValue>,
        /** Of the section's fields. */ pub values: Vec<Entry>, /** For paging. */ pub cursor: Option<String>,
        /** Of the view. */ #[serde(default, skip)] pub state: Vec<u8>,
    }
    /// What is wrong with a field.
    pub struct InvalidField { /** The field. */ pub field: Id, /** What. */ pub message: String }
    /// A short confirmation.
    pub struct Toast { /** The tone. */ pub tone: Tone, /** The text. */ pub message: String }
    /// A change of a view.
    pub enum Patch {
        /** Replaces or adds a node. */ Put(Node), /** Takes a node away. */ Remove(Id),
        /** More items at the end of a list. */ AppendItems(ItemList), /** More rows at the end of a table. */ AppendRows(Table),
    }
    /// What becomes of the view.
    pub enum Update {
        /** A new one. */ Replace(View), /** Changes. */ Patch(Vec<Patch>), /** One above. */ Push(View), /** Back to the one below. */ Pop,
        /** Back to the first, which is rendered again. */ Refresh,
        /** Errors at fields. */ Invalid(Vec<InvalidField>), /** Stays. */ None,
    }
    /// The answer to an event.
    pub struct Reply { /** Of the view. */ pub update: Update, /** Said aside. */ pub toast: Option<Toast> }
    /// Why a component cannot answer; each is a screen of the host.
    #[derive(thiserror::Error)]
    pub enum Fault {
        /// A setting is missing or wrong.
        #[error("needs settings: {0}")]
        NeedsConfig(String),
        /// The other system refused the credentials.
        #[error("needs credentials: {0}")]
        NeedsAuth(String),
        /// The other system failed or cannot be reached.
        #[error("the other system failed: {0}")]
        Upstream(String),
        /// A capability is missing.
        #[error("not allowed: {0}")]
        Denied(String),
        /// A defect of the add-on.
        #[error("internal error: {0}")]
        Internal(String),
    }
    /// The ticket that a view stands beside.
    pub struct TicketPlace {
        /** The ticket. */ pub ticket: Id, /** The contact who wrote it. */ pub requester: Id,
        /** Their first address. */ pub requester_email: Option<String>,
    }
    /// The contact that a view stands beside.
    pub struct ContactPlace { /** The contact. */ pub contact: Id, /** Their first address. */ pub email: Option<String> }
    /// The reply that a view is to help with.
    pub struct ComposerPlace {
        /** The ticket. */ pub ticket: TicketPlace, /** What stands in the reply box. */ pub draft: String, /** A note. */ pub internal: bool,
    }
    /// Where a view is shown.
    pub enum Location {
        /// In the sidebar of a ticket.
        TicketSidebar(TicketPlace),
        /// In the sidebar of a contact.
        ContactSidebar(ContactPlace),
        /// On a page of its own.
        Page,
        /// Above the reply box.
        Composer(ComposerPlace),
        /// Where the installation is managed.
        Settings,
    }
    /// Where a view is shown, and to whom.
    pub struct Context {
        /** Which of the manifest's views. */ pub view: String, /** Where. */ pub location: Location, /** Who looks. */ pub operator: Id,
        /** Their language. */ pub locale: String, /** Their time zone. */ pub time_zone: String, /** Dark mode. */ pub dark: bool,
        /** Holds a licence. */ pub licensed: bool,
    }
}

impl Importance {
    fn is_normal(&self) -> bool {
        *self == Self::Normal
    }
}

impl Location {
    /// As manifests name it.
    #[must_use]
    pub fn place(&self) -> ViewPlace {
        match self {
            Self::TicketSidebar(_) => ViewPlace::TicketSidebar,
            Self::ContactSidebar(_) => ViewPlace::ContactSidebar,
            Self::Page => ViewPlace::Page,
            Self::Composer(_) => ViewPlace::Composer,
            Self::Settings => ViewPlace::Settings,
        }
    }

    /// Tells places apart: a view that was shown at one is not handed on at another.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::TicketSidebar(place) => place.ticket.clone(),
            Self::ContactSidebar(place) => format!("contact/{}", place.contact),
            Self::Page => "page".into(),
            Self::Composer(place) => format!("composer/{}", place.ticket.ticket),
            Self::Settings => "settings".into(),
        }
    }
}
