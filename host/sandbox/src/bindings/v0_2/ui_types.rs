//! The view tree: from a component to the host; context and events: from the host to a component.

use annex_domain::ui as domain;

use super::{types, ui as wit};
use crate::bindings::{Convert, records, variants};

records! { wit => domain:
    Confirm { title, body, label }
    Action { id, label, intent, args, look, icon, disabled_reason, busy_label, confirm }
    FieldValue { field, value }
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
    Column { id, label, numeric, sortable, importance }
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
    FileInput { field, most, largest, types }
    Deferred { verb, args, skeleton }
    Point { label, value }
    Chart { kind, label, unit, points }
    Tab { id, label, sections }
    Tabs { label, tabs }
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
    Importance { Essential, Normal, Extra }
    ChartKind { Bars, Line }
    Cell { Text(v), Link(v), Badge(v), Datetime(v), Money(v), User(v), Masked(v) }
    Block {
        Text(v), Banner(v), Pairs(v), Items(v), Table(v), Image(v), Badges(v), Progress(v), Steps(v), Divider,
        Empty(v), Skeleton(v), TextInput(v), NumberInput(v), ChoiceInput(v), Toggle(v), DateInput(v), Actions(v),
        Deferred(v), Markdown(v), Chart(v), Tabs(v), FileInput(v),
    }
    Patch { Put(v), Remove(v), AppendItems(v), AppendRows(v) }
    Update { Replace(v), Patch(v), Push(v), Pop, Refresh, Invalid(v), None }
}

variants! { types => domain:
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
            Self::RefreshRecord => domain::Intent::RefreshRecord,
        }
    }
}

impl Convert<domain::TextInput> for wit::TextInput {
    fn convert(self) -> domain::TextInput {
        let Self { field, kind, value, placeholder, min_len, max_len, pattern } = self;
        let (field, kind) = (field.convert(), kind.convert());
        let (pattern, pattern_message) = match pattern {
            Some(wit::Pattern { expression, message }) => (Some(expression), Some(message)),
            None => (None, None),
        };
        domain::TextInput { field, kind, value, placeholder, min_len, max_len, pattern, pattern_message }
    }
}

impl Convert<domain::InvalidField> for wit::FieldError {
    fn convert(self) -> domain::InvalidField {
        domain::InvalidField { field: self.field, message: self.message }
    }
}

records! { domain => wit:
    FieldValue { field, value }
    TicketPlace { ticket, requester, requester_email }
    ContactPlace { contact, email }
    ComposerPlace { ticket, draft, internal }
    Context { view, location, operator, locale, time_zone, dark, licensed }
    Entry { field, value }
    Event { verb, source, args, values, cursor, state }
}

variants! { domain => wit:
    Location { TicketSidebar(v), ContactSidebar(v), Page, Composer(v), Settings }
    Value { Text(v), Number(v), Flag(v), Many(v), Files(v), None }
}
