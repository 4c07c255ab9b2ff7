//! The view tree: from a component to the host; context and events: from the host to a component.

use annex_domain::ui as domain;

use super::ui as wit;
use crate::bindings::{Convert, records, variants};

records! { wit => domain:
    Confirm { title, body, label }
    Badge { label, tone }
    Link { label, url }
    Money { minor, currency }
    Image { url, alt, width, height }
    Text { text, style }
    Banner { tone, title, body, action, dismissible }
    Pair { label, value, copyable }
    Item { id, title, subtitle, meta, image, badge, action }
    Page { next, prev, total, verb }
    ItemList { id, label, items, empty, page }
    Row { id, cells, actions }
    Sort { column, descending }
    Table { id, caption, columns, rows, sort, empty, page }
    Progress { label, value }
    Step { label, state }
    EmptyState { title, body, action }
    Choice { value, label, hint, disabled }
    Field { id, label, hint, required, disabled, error, on_change }
    NumberInput { field, value, min, max, step }
    ChoiceInput { field, style, choices, selected, multiple, lookup }
    Toggle { field, on }
    DateInput { field, kind, value, min, max }
    Node { id, block }
    Section { id, title, collapsed, is_form, nodes }
    View { title, subtitle, banner, sections, footer, refresh_seconds, state }
    Toast { tone, message }
    Reply { update, toast }
}

variants! { wit => domain:
    Tone { Neutral, Info, Success, Warning, Critical }
    Look { Primary, Secondary, Subtle, Destructive }
    TextStyle { Heading, Body, Muted, Error, Code }
    StepState { Todo, Current, Done, Failed }
    TextKind { Line, Area, Email, Url, Tel, Secret, Search }
    ChoiceStyle { Menu, Radios, Checks }
    DateKind { Date, Time, Datetime }
    Cell { Text(v), Link(v), Badge(v), Datetime(v), Money(v), User(v), Masked(v) }
    Block {
        Text(v), Banner(v), Pairs(v), Items(v), Table(v), Image(v), Badges(v), Progress(v), Steps(v), Divider,
        Empty(v), Skeleton(v), TextInput(v), NumberInput(v), ChoiceInput(v), Toggle(v), DateInput(v), Actions(v),
    }
    Patch { Put(v), Remove(v), AppendItems(v), AppendRows(v) }
    Update { Replace(v), Patch(v), Push(v), Pop, Invalid(v), None }
    Fault { NeedsConfig(v), NeedsAuth(v), Upstream(v), Denied(v), Internal(v) }
}

impl Convert<domain::Intent> for wit::Intent {
    fn convert(self) -> domain::Intent {
        match self {
            Self::Submit(verb) => domain::Intent::Submit(verb),
            Self::Invoke(verb) => domain::Intent::Invoke(verb),
            Self::OpenUrl(url) => domain::Intent::OpenUrl(url),
            Self::Push(verb) => domain::Intent::Push(verb),
            Self::Pop => domain::Intent::Pop,
            Self::Copy(text) => domain::Intent::Copy(text),
            Self::InsertReply(text) => domain::Intent::InsertReply(text),
            Self::SetField(wit::FieldValue { field, value }) => domain::Intent::SetField { field, value },
            Self::RefreshTicket => domain::Intent::RefreshRecord,
        }
    }
}

impl Convert<domain::InvalidField> for wit::FieldError {
    fn convert(self) -> domain::InvalidField {
        domain::InvalidField { field: self.field, message: self.message }
    }
}

/// 0.1 gives nothing along.
impl Convert<domain::Action> for wit::Action {
    fn convert(self) -> domain::Action {
        let Self { id, label, intent, look, icon, disabled_reason, busy_label, confirm } = self;
        let (intent, look, confirm) = (intent.convert(), look.convert(), confirm.convert());
        domain::Action { id, label, intent, args: Vec::new(), look, icon, disabled_reason, busy_label, confirm }
    }
}

impl Convert<domain::Column> for wit::Column {
    fn convert(self) -> domain::Column {
        let Self { id, label, numeric, sortable } = self;
        domain::Column { id, label, numeric, sortable, importance: domain::Importance::Normal }
    }
}

impl Convert<domain::TextInput> for wit::TextInput {
    fn convert(self) -> domain::TextInput {
        let Self { field, kind, value, placeholder, min_len, max_len, pattern } = self;
        domain::TextInput {
            field: field.convert(),
            kind: kind.convert(),
            value,
            placeholder,
            min_len,
            max_len,
            pattern,
            pattern_message: None,
        }
    }
}

/// What 0.1 knows of a place: the ticket beside which its one panel stands. `None`: a place that it does not have.
pub(super) fn context(context: domain::Context) -> Option<wit::Context> {
    let domain::Context { location, operator, locale, dark, licensed, .. } = context;
    let domain::Location::TicketSidebar(domain::TicketPlace { ticket, requester_email, .. }) = location else {
        return None;
    };
    Some(wit::Context { ticket, requester_email, operator, locale, dark, licensed })
}

records! { domain => wit:
    Entry { field, value }
}

impl Convert<wit::Event> for domain::Event {
    fn convert(self) -> wit::Event {
        let Self { verb, source, values, cursor, state, .. } = self;
        wit::Event { verb, source, values: values.convert(), cursor, state }
    }
}

impl Convert<wit::Value> for domain::Value {
    fn convert(self) -> wit::Value {
        match self {
            Self::Text(text) => wit::Value::Text(text),
            Self::Number(number) => wit::Value::Number(number),
            Self::Flag(flag) => wit::Value::Flag(flag),
            Self::Many(values) => wit::Value::Many(values),
            // No view of 0.1 asks for files.
            Self::Files(_) | Self::None => wit::Value::None,
        }
    }
}
