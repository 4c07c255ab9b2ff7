//! Helpers of the panel's templates: they turn values of a view into what a person reads, and ids of a view into ids,
//! names and values of HTML. Every text of an add-on is escaped by the templates; nothing here makes HTML, and of what is beside it
//! only `markdown`.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write as _,
    sync::LazyLock,
};

use annex_domain::{
    clock::Timestamp,
    ids::InstallationId,
    permission::Permission,
    ui::{
        Action, Block, Cell, Chart, Choice, ChoiceInput, Column, DateKind, FileInput, Importance, Intent, Money, Row,
        Section, StepState, Tab, Table, TextKind, Tone, View,
    },
};

use super::{
    at::At,
    chart::{self, Shapes},
    form,
    markdown::{self, Markup},
};
use crate::shell::Shell;

/// The icons of the sprite: an add-on can name these.
static ICONS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let ids = include_str!("../../assets/icons.svg").split("<symbol id=\"").skip(1);
    ids.filter_map(|rest| rest.split('"').next()).collect()
});

/// An icon of the sprite by its name.
pub(crate) fn icon(name: &str) -> Option<&'static str> {
    ICONS.get(name).copied()
}

/// Their names, from a to z.
#[cfg(test)]
pub(crate) fn icons() -> Vec<&'static str> {
    let mut icons: Vec<_> = ICONS.iter().copied().collect();
    icons.sort_unstable();
    icons
}

/// What the templates of one panel share.
#[derive(Debug)]
pub(crate) struct Draw<'a> {
    /// Language, icons, times.
    pub(crate) shell: &'a Shell,
    /// Where it is.
    pub(crate) at: At,
    /// The add-on.
    pub(crate) installation: InstallationId,
    /// Names of operators by id.
    pub(crate) names: &'a HashMap<String, String>,
}

impl Draw<'_> {
    /// Where the panel is shown.
    pub(crate) fn url(&self) -> String {
        self.at.panel(self.installation)
    }

    /// The page that it is part of.
    pub(crate) fn whole(&self) -> String {
        self.at.whole(self.installation)
    }

    /// True where whoever looks may choose files: whoever may send them with a reply.
    pub(crate) fn takes_files(&self) -> bool {
        self.shell.person.is_none() || self.shell.may(&Permission::TicketsReply)
    }

    /// True when files go with what is sent of a view.
    pub(crate) fn sends_files(&self, view: &View) -> bool {
        let mut nodes = view.sections.iter().flat_map(|section| &section.nodes);
        self.takes_files() && nodes.any(|node| matches!(node.block, Block::FileInput(_)))
    }

    /// Where what is done in a view is sent.
    pub(crate) fn sent_to(&self, view: &View) -> String {
        format!("{}/{}", self.url(), if self.sends_files(view) { "files" } else { "actions" })
    }

    /// How many files a field takes, and how large they may be.
    pub(crate) fn files_hint(&self, input: &FileInput) -> String {
        let t = &self.shell.t;
        t.msg("ticket-files-hint").arg("count", u64::from(input.most)).arg("size", t.bytes(input.largest)).to_string()
    }

    /// The largest of them, in bytes.
    pub(crate) fn largest_file(&self, input: &FileInput) -> u64 {
        input.largest
    }

    /// An id of HTML, unique on a page with several panels and usable in a selector.
    pub(crate) fn id(&self, space: &str, id: &str) -> String {
        html_id(self.at, self.installation, space, id)
    }

    /// True when the title of a view only says what the head of the panel says already.
    pub(crate) fn repeats_name(&self, view: &View) -> bool {
        view.title == self.shell.title
    }

    /// The value of the button of an action that calls the add-on. None: it is done without it.
    pub(crate) fn call(&self, section: &str, action: &Action) -> Option<String> {
        match &action.intent {
            Intent::Submit(verb) | Intent::Invoke(verb) | Intent::Push(verb) => {
                Some(form::button(&["a", section, &action.id, verb]))
            }
            Intent::Pop => Some("back".into()),
            _ => None,
        }
    }

    /// The value of a button that reports a change of a field (`c`) or looks up choices (`l`).
    pub(crate) fn field_call(&self, kind: &str, section: &str, field: &str, verb: &str) -> String {
        form::button(&[kind, section, field, verb])
    }

    /// The value of a button that pages.
    pub(crate) fn page_call(&self, list: &str, verb: &str, cursor: &str) -> String {
        form::button(&["p", list, verb, cursor])
    }

    /// The value of the button that asks for a part that was deferred.
    pub(crate) fn deferred_call(&self, node: &str, verb: &str) -> String {
        form::button(&["d", node, verb, ""])
    }

    /// Once for each line to come.
    pub(crate) fn lines(&self, count: &u8) -> std::ops::Range<u8> {
        0..*count
    }

    /// Formatted text.
    pub(crate) fn markdown(&self, text: &str) -> Markup {
        markdown::draw(text)
    }

    /// What a chart is drawn of.
    pub(crate) fn shapes(&self, chart: &Chart) -> Shapes {
        chart::shapes(chart)
    }

    /// The ids of the sections that a tab shows.
    pub(crate) fn tab_sections(&self, tab: &Tab) -> String {
        tab.sections.iter().map(|section| self.id("s", section)).collect::<Vec<_>>().join(" ")
    }

    /// The value of a button that sorts.
    pub(crate) fn sort_call(&self, table: &str, column: &str, descending: bool) -> String {
        form::button(&["s", table, column, if descending { "true" } else { "false" }])
    }

    /// The name of a field.
    pub(crate) fn name(&self, section: &str, kind: &str, field: &str) -> String {
        form::field_name(section, kind, field)
    }

    /// The name of a box to look up choices.
    pub(crate) fn lookup_name(&self, section: &str, field: &str) -> String {
        form::lookup_name(section, field)
    }

    /// An icon of the sprite; None for one that it does not have.
    pub(crate) fn named(&self, name: &Option<String>) -> Option<&'static str> {
        name.as_deref().and_then(|name| ICONS.get(name).copied())
    }

    /// The name of an operator; a dash for somebody who is gone or of another desk.
    pub(crate) fn user(&self, id: &str) -> &str {
        self.names.get(id).map_or("–", String::as_str)
    }

    /// Only the end of a text.
    pub(crate) fn masked(&self, text: &str) -> String {
        let shown = if text.chars().count() > 8 { 4 } else { 0 };
        let skipped = text.chars().count() - shown;
        "••••".chars().chain(text.chars().skip(skipped)).collect()
    }

    /// An amount as the language writes it.
    pub(crate) fn money(&self, money: &Money) -> String {
        let digits = match money.currency.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
            | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        };
        let unit = 10_u64.pow(digits);
        let minor = money.minor.unsigned_abs();
        let mut whole = self.shell.t.number(minor / unit);
        if money.minor < 0 {
            whole.insert(0, '−');
        }
        if digits == 0 {
            return self
                .shell
                .t
                .msg("panel-money-whole")
                .arg("whole", whole)
                .arg("currency", &money.currency)
                .to_string();
        }
        let width = digits as usize;
        let fraction = format!("{:0width$}", minor % unit);
        let message = self.shell.t.msg("panel-money").arg("whole", whole).arg("fraction", fraction);
        message.arg("currency", &money.currency).to_string()
    }

    /// The moment of a checked RFC 3339 text.
    pub(crate) fn at(&self, text: &str) -> Timestamp {
        text.parse::<jiff::Timestamp>().map_or(self.shell.now, |at| Timestamp(at.as_millisecond()))
    }

    /// The host that a link leads to, always shown beside it.
    pub(crate) fn host(&self, url: &str) -> String {
        url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The icon of a tone.
    pub(crate) fn tone_icon(&self, tone: &Tone) -> &'static str {
        match tone {
            Tone::Neutral | Tone::Info => "info",
            Tone::Success => "circle-check",
            Tone::Warning => "triangle-alert",
            Tone::Critical => "circle-alert",
        }
    }

    /// The `type` of a text box.
    pub(crate) fn input_type(&self, kind: &TextKind) -> &'static str {
        match kind {
            TextKind::Line | TextKind::Area => "text",
            TextKind::Email => "email",
            TextKind::Url => "url",
            TextKind::Tel => "tel",
            TextKind::Secret => "password",
            TextKind::Search => "search",
        }
    }

    /// True when a choice is chosen.
    pub(crate) fn is_chosen(&self, input: &ChoiceInput, choice: &Choice) -> bool {
        input.selected.contains(&choice.value)
    }

    /// What a copy button beside a cell copies; None for what makes no sense elsewhere.
    pub(crate) fn copied(&self, cell: &Cell) -> Option<String> {
        match cell {
            Cell::Text(text) | Cell::Masked(text) | Cell::Datetime(text) => Some(text.clone()),
            Cell::Link(link) => Some(link.url.clone()),
            Cell::Badge(badge) => Some(badge.label.clone()),
            Cell::Money(money) => Some(self.money(money)),
            Cell::User(id) => Some(self.user(id).to_owned()),
        }
    }

    /// The key of what a step's icon says.
    pub(crate) fn step_key(&self, state: &StepState) -> &'static str {
        match state {
            StepState::Todo => "panel-step-todo",
            StepState::Current => "panel-step-current",
            StepState::Done => "panel-step-done",
            StepState::Failed => "panel-step-failed",
        }
    }

    /// The `type` of a date box.
    pub(crate) fn date_type(&self, kind: &DateKind) -> &'static str {
        match kind {
            DateKind::Date => "date",
            DateKind::Time => "time",
            DateKind::Datetime => "datetime-local",
        }
    }

    /// How the values of a choice are sent.
    pub(crate) fn choice_kind(&self, input: &ChoiceInput) -> &'static str {
        if input.multiple { "m" } else { "t" }
    }

    /// Whether a table is sorted by a column, and then whether downwards.
    pub(crate) fn sorted(&self, table: &Table, column: &str) -> Option<bool> {
        table.sort.as_ref().filter(|sort| sort.column == column).map(|sort| sort.descending)
    }

    /// The direction that a click on a column's head asks for.
    pub(crate) fn next_direction(&self, table: &Table, column: &str) -> bool {
        self.sorted(table, column).is_some_and(|descending| !descending)
    }

    /// Each cell of a row with its column.
    pub(crate) fn cells<'v>(&self, table: &'v Table, row: &'v Row) -> impl Iterator<Item = (&'v Column, &'v Cell)> {
        table.columns.iter().zip(&row.cells)
    }

    /// True when some row has buttons.
    pub(crate) fn has_actions(&self, table: &Table) -> bool {
        table.rows.iter().any(|row| !row.actions.is_empty())
    }

    /// How the cells of a column are drawn, unless it is as most are.
    pub(crate) fn cell_class(&self, column: &Column) -> Option<&'static str> {
        match (column.importance, column.numeric) {
            (Importance::Normal, false) => None,
            (Importance::Normal, true) => Some("end num"),
            (Importance::Essential, false) => Some("col-essential"),
            (Importance::Essential, true) => Some("end num col-essential"),
            (Importance::Extra, false) => Some("col-extra"),
            (Importance::Extra, true) => Some("end num col-extra"),
        }
    }

    /// True for a row whose buttons are more than two: together they are wider than a panel is.
    pub(crate) fn in_a_menu(&self, row: &Row) -> bool {
        row.actions.len() > 2
    }

    /// True for a table that needs more room than a panel beside a ticket has: with buttons, or of several columns.
    pub(crate) fn is_wide(&self, table: &Table) -> bool {
        table.columns.len() > 2 || self.has_actions(table)
    }

    /// True when a table can be sorted, so that its head is needed also where the rows stand by themselves.
    pub(crate) fn is_sortable(&self, table: &Table) -> bool {
        table.columns.iter().any(|column| column.sortable)
    }

    /// The section whose fields a button of the footer sends: the only form.
    pub(crate) fn footer_section<'v>(&self, view: &'v View) -> &'v str {
        view.sections.iter().find(|section| section.is_form).map_or("", |section| section.id.as_str())
    }

    /// The value of the button that Enter in a field of `section` presses.
    pub(crate) fn default_call(&self, view: &View, section: &Section) -> Option<String> {
        let within = section.nodes.iter().filter_map(|node| match &node.block {
            Block::Actions(actions) => Some(actions),
            _ => None,
        });
        let submit = within
            .flatten()
            .chain(&view.footer)
            .find(|action| action.disabled_reason.is_none() && matches!(action.intent, Intent::Submit(_)))?;
        self.call(&section.id, submit)
    }

    /// As [`Self::default_call`] for the first form of the view.
    pub(crate) fn first_default(&self, view: &View) -> Option<String> {
        let form = view.sections.iter().find(|section| section.is_form)?;
        self.default_call(view, form)
    }
}

/// An id of HTML for an id of a view. Characters that selectors would need to escape become `_` and their code.
pub(super) fn html_id(at: At, installation: InstallationId, space: &str, id: &str) -> String {
    let uuid = installation.to_string();
    // The end of a UUIDv7 is random, its start is the time.
    let mut html = format!("{space}-{}{}", uuid.get(24..).unwrap_or(&uuid), at.mark());
    if !id.is_empty() {
        html.push('-');
    }
    for c in id.chars() {
        if c.is_ascii_alphanumeric() || c == '-' {
            html.push(c);
        } else {
            let _ = write!(html, "_{:x}_", u32::from(c));
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn values_are_written_for_people() {
        let shell = Shell::outside("error-title");
        let names = HashMap::from([("u1".to_owned(), "Ada".to_owned())]);
        let draw = Draw { shell: &shell, at: At::Ticket(7), installation: InstallationId::new(), names: &names };
        let money = |minor, currency: &str| draw.money(&Money { minor, currency: currency.into() });
        assert_eq!(money(123_450, "EUR"), "1,234.50 EUR");
        assert_eq!(money(-5, "EUR"), "−0.05 EUR");
        assert_eq!(money(500, "JPY"), "500 JPY");
        assert_eq!(money(i64::MIN, "KWD").matches('−').count(), 1);
        assert_eq!(draw.masked("4111111111111234"), "••••1234");
        assert_eq!(draw.masked("secret"), "••••");
        assert_eq!((draw.user("u1"), draw.user("u2")), ("Ada", "–"));
        assert_eq!(draw.host("https://example.com/a?b"), "example.com");
        assert_eq!(draw.named(&Some("copy".into())), Some("copy"));
        assert_eq!(draw.named(&Some("no-such-icon".into())), None);
    }

    #[test]
    fn ids_of_html_are_distinct_and_need_no_escapes() {
        let installation = InstallationId::new();
        let id = |text: &str| html_id(At::Page, installation, "f", text);
        assert_ne!(id("a.b"), id("a_b"));
        assert_ne!(id("a.b"), id("a:b"));
        assert_ne!(html_id(At::Ticket(7), installation, "f", "a"), html_id(At::Composer(7), installation, "f", "a"));
        assert!(id("a.b:c").chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    }
}
