//! What the address of the inbox says: view, filters, search, order, page. Anything that makes no sense is ignored, so
//! that an old link still shows tickets.

use annex_domain::{
    field::{Field, FieldKey, FieldSubject},
    ids::{ContactId, OperatorId},
    ticket::{Folder, Priority, TicketStatus},
};
use annex_store::tickets::{Assignee, Counts, Cursor, Filter, Sort, SortBy};

use super::{Chip, Choice};
use crate::{i18n::Translator, panel::field_inputs};

/// The longest search that is looked at, in characters.
const LONGEST_SEARCH: usize = 200;

annex_domain::words! {
    /// A view beside the list.
    #[derive(Default)]
    pub(crate) enum View: "view of the inbox" {
        /// Waiting for an operator.
        #[default]
        Open = "open",
        /// Open or pending ones of the operator who looks.
        Mine = "mine",
        /// Open or pending ones of nobody.
        Unassigned = "unassigned",
        /// Waiting for the requester.
        Pending = "pending",
        /// Answered.
        Solved = "solved",
        /// Done.
        Closed = "closed",
        /// Every ticket that is not put away.
        All = "all",
        /// Marked as spam.
        Spam = "spam",
        /// Deleted.
        Trash = "trash",
    }
}

impl View {
    fn statuses(self) -> Vec<TicketStatus> {
        match self {
            Self::Open => vec![TicketStatus::Open],
            Self::Mine | Self::Unassigned => vec![TicketStatus::Open, TicketStatus::Pending],
            Self::Pending => vec![TicketStatus::Pending],
            Self::Solved => vec![TicketStatus::Solved],
            Self::Closed => vec![TicketStatus::Closed],
            Self::All | Self::Spam | Self::Trash => Vec::new(),
        }
    }

    fn folder(self) -> Folder {
        match self {
            Self::Spam => Folder::Spam,
            Self::Trash => Folder::Trash,
            _ => Folder::Inbox,
        }
    }

    /// How many tickets it has. Those that are put away wait for nobody, and are not counted.
    pub(super) fn count(self, counts: &Counts) -> Option<i64> {
        match self {
            Self::Open => Some(counts.open),
            Self::Mine => Some(counts.mine),
            Self::Unassigned => Some(counts.unassigned),
            Self::Pending => Some(counts.pending),
            Self::Solved => Some(counts.solved),
            Self::Closed => Some(counts.closed),
            Self::All => Some(counts.all()),
            Self::Spam | Self::Trash => None,
        }
    }
}

annex_domain::words! {
    /// A column of the list.
    pub(crate) enum Column: "column of the inbox" {
        /// Subject, requester and number; sorted by number.
        Subject = "subject",
        /// Status; not sortable, the views do that.
        Status = "status",
        /// Priority.
        Priority = "priority",
        /// Assignee; not sortable.
        Assignee = "assignee",
        /// Last change.
        Updated = "updated",
    }
}

impl Column {
    fn sort(self) -> Option<SortBy> {
        match self {
            Self::Subject => Some(SortBy::Number),
            Self::Priority => Some(SortBy::Priority),
            Self::Updated => Some(SortBy::Updated),
            Self::Status | Self::Assignee => None,
        }
    }
}

/// What the address says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query {
    /// Beside the list.
    pub(crate) view: View,
    /// Words to find.
    pub(crate) search: String,
    /// This priority.
    pub(crate) priority: Option<Priority>,
    /// Whose.
    pub(crate) assignee: Option<Assignee>,
    /// Has this tag.
    pub(crate) tag: Option<String>,
    /// Its custom field of this key holds this.
    pub(crate) field: Option<(FieldKey, String)>,
    /// Of this requester.
    pub(crate) requester: Option<ContactId>,
    /// Unread ones alone.
    pub(crate) unread: bool,
    /// In which order.
    pub(crate) sort: Sort,
    /// Where the page before ended.
    pub(crate) after: Option<Cursor>,
}

impl Query {
    /// From the part after `?`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for (key, value) in serde_urlencoded::from_str::<Vec<(String, String)>>(text).unwrap_or_default() {
            let value = value.trim();
            match key.as_str() {
                "view" => query.view = value.parse().unwrap_or_default(),
                "q" => query.search = value.chars().take(LONGEST_SEARCH).collect(),
                "priority" => query.priority = value.parse().ok(),
                "assignee" if value == "nobody" => query.assignee = Some(Assignee::Nobody),
                "assignee" => query.assignee = value.parse().ok().map(Assignee::Operator),
                "tag" => query.tag = Some(value.to_lowercase()).filter(|tag| !tag.is_empty()),
                "field" => query.field = parse_field(value),
                "requester" => query.requester = value.parse().ok(),
                "unread" => query.unread = value == "yes",
                "sort" => query.sort = parse_sort(value),
                "after" => query.after = value.parse().ok(),
                _ => {}
            }
        }
        query
    }

    /// For the store, but for the search.
    pub(super) fn filter(&self, me: OperatorId) -> Filter {
        let by_view = match self.view {
            View::Mine => Some(Assignee::Operator(me)),
            View::Unassigned => Some(Assignee::Nobody),
            _ => None,
        };
        Filter {
            folder: self.view.folder(),
            statuses: self.view.statuses(),
            priority: self.priority,
            assignee: by_view.or(self.assignee),
            tag: self.tag.clone(),
            field: self.field.clone(),
            channel: None,
            requester: self.requester,
            reader: Some(me),
            unread: self.unread,
            among: None,
        }
    }

    /// True when the list is narrowed beyond its view.
    pub(crate) fn is_narrowed(&self) -> bool {
        !self.search.is_empty()
            || self.priority.is_some()
            || self.assignee.is_some()
            || self.tag.is_some()
            || self.field.is_some()
            || self.requester.is_some()
            || self.unread
    }

    /// True when the view decides whose tickets are shown.
    pub(crate) fn fixes_assignee(&self) -> bool {
        matches!(self.view, View::Mine | View::Unassigned)
    }

    /// True when that priority is chosen.
    pub(crate) fn has_priority(&self, priority: &Priority) -> bool {
        self.priority == Some(*priority)
    }

    /// True when that operator is chosen.
    pub(crate) fn has_operator(&self, id: &OperatorId) -> bool {
        self.assignee == Some(Assignee::Operator(*id))
    }

    /// `key:value` of the field that is chosen; empty: none is.
    pub(crate) fn field_word(&self) -> String {
        self.field.as_ref().map(|(key, value)| format!("{key}:{value}")).unwrap_or_default()
    }

    /// True when tickets of nobody are chosen.
    pub(crate) fn has_nobody(&self) -> bool {
        self.assignee == Some(Assignee::Nobody)
    }

    /// The word of the order, for the form.
    pub(crate) fn sort_word(&self) -> String {
        let sign = if self.sort.descending { "-" } else { "" };
        format!("{sign}{}", sort_name(self.sort.by))
    }

    /// `ascending` or `descending` when the list is sorted by the column.
    pub(crate) fn aria_sort(&self, column: &Column) -> Option<&'static str> {
        let by_this = column.sort() == Some(self.sort.by);
        by_this.then_some(if self.sort.descending { "descending" } else { "ascending" })
    }

    /// The address sorted by the column; a second time the other way round. None: it cannot be sorted by.
    pub(crate) fn sorted_by(&self, column: &Column) -> Option<String> {
        let by = column.sort()?;
        let descending = by != self.sort.by || !self.sort.descending;
        Some(Self { sort: Sort { by, descending }, after: None, ..self.clone() }.url())
    }

    /// The page after a row.
    pub(super) fn with_after(&self, cursor: &Cursor) -> String {
        Self { after: Some(cursor.clone()), ..self.clone() }.url()
    }

    /// The same list from its start.
    pub(crate) fn first_page(&self) -> String {
        Self { after: None, ..self.clone() }.url()
    }

    /// The view without filters.
    pub(crate) fn cleared(&self) -> String {
        Self { view: self.view, sort: self.sort, ..Self::default() }.url()
    }

    /// As an address.
    pub(crate) fn url(&self) -> String {
        let mut pairs: Vec<(&str, String)> = vec![("view", self.view.as_str().to_owned())];
        let mut add = |key: &'static str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                pairs.push((key, value));
            }
        };
        add("q", Some(self.search.clone()));
        add("priority", self.priority.map(|priority| priority.to_string()));
        add(
            "assignee",
            self.assignee.map(|assignee| match assignee {
                Assignee::Nobody => "nobody".to_owned(),
                Assignee::Operator(id) => id.to_string(),
            }),
        );
        add("tag", self.tag.clone());
        add("field", Some(self.field_word()));
        add("requester", self.requester.map(|id| id.to_string()));
        add("unread", self.unread.then(|| "yes".to_owned()));
        add("sort", Some(self.sort_word()).filter(|_| self.sort != Sort::default()));
        add("after", self.after.as_ref().map(ToString::to_string));
        format!("/inbox?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }

    /// The active filters.
    pub(super) fn chips(
        &self,
        t: &Translator,
        operators: &[Choice],
        fields: &[Field],
        requester: Option<&str>,
    ) -> Vec<Chip> {
        let all = Self { after: None, ..self.clone() };
        let mut chips = Vec::new();
        let mut chip = |text: String, without: Self| chips.push(Chip { text, without: without.url() });
        if !self.search.is_empty() {
            let text = t.with("inbox-chip-search", &[("text", &self.search)]);
            chip(text, Self { search: String::new(), ..all.clone() });
        }
        if let Some(priority) = self.priority {
            let value = t.get(&format!("priority-{priority}"));
            chip(t.with("inbox-chip-priority", &[("value", &value)]), Self { priority: None, ..all.clone() });
        }
        if let Some(assignee) = self.assignee.filter(|_| !self.fixes_assignee()) {
            let name = match assignee {
                Assignee::Nobody => t.get("inbox-nobody"),
                Assignee::Operator(id) => operators
                    .iter()
                    .find(|choice| choice.id == id)
                    .map_or_else(|| t.get("ticket-former-operator"), |choice| choice.name.clone()),
            };
            chip(t.with("inbox-chip-assignee", &[("value", &name)]), Self { assignee: None, ..all.clone() });
        }
        if let Some(tag) = &self.tag {
            chip(t.with("inbox-chip-tag", &[("value", tag)]), Self { tag: None, ..all.clone() });
        }
        if let Some((key, value)) = &self.field {
            let text = field_text(t, fields, key, value);
            chip(text, Self { field: None, ..all.clone() });
        }
        if let Some(name) = requester {
            chip(t.with("inbox-chip-requester", &[("value", &name)]), Self { requester: None, ..all.clone() });
        }
        if self.unread {
            chip(t.get("inbox-unread"), Self { unread: false, ..all });
        }
        chips
    }
}

fn parse_field(text: &str) -> Option<(FieldKey, String)> {
    let (key, value) = text.split_once(':')?;
    Some((key.parse().ok()?, value.trim().to_owned())).filter(|(_, value)| !value.is_empty())
}

/// A field and a value of it, as people read them.
pub(super) fn field_text(t: &Translator, fields: &[Field], key: &FieldKey, value: &str) -> String {
    let field = fields.iter().find(|field| field.subject == FieldSubject::Ticket && field.key == *key);
    let label = field.map_or(key.as_str(), |field| field.label.get(t.code()));
    let shown = field.map_or_else(|| value.to_owned(), |field| field_inputs::shown(t, field, value));
    t.with("inbox-chip-field", &[("field", &label), ("value", &shown)])
}

fn sort_name(by: SortBy) -> &'static str {
    match by {
        SortBy::Updated => "updated",
        SortBy::Created => "created",
        SortBy::Priority => "priority",
        SortBy::Number => "number",
    }
}

fn parse_sort(text: &str) -> Sort {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let all = [SortBy::Updated, SortBy::Created, SortBy::Priority, SortBy::Number];
    all.into_iter().find(|by| sort_name(*by) == name).map_or_else(Sort::default, |by| Sort { by, descending })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn an_address_survives_the_round_trip() {
        let url = "/inbox?view=mine&q=late+parcel&priority=high&assignee=nobody&tag=vip&field=acme.shop.size%3AXL+wide\
                   &unread=yes&sort=priority";
        assert_eq!(Query::parse(url.split_once('?').unwrap().1).url(), url);
    }

    #[test]
    fn nonsense_is_ignored() {
        let query = Query::parse("view=x&priority=now&assignee=me&field=A:1&requester=1&sort=;drop&after=z&q=%00");
        assert_eq!(query.url(), Query::default().url().replace("?view=open", "?view=open&q=%00"));
    }

    #[test]
    fn a_second_click_turns_the_order_round() {
        let query = Query::parse("view=all");
        let first = query.sorted_by(&Column::Priority).unwrap();
        assert!(first.ends_with("sort=-priority"), "{first}");
        let second = Query::parse(first.split_once('?').unwrap().1).sorted_by(&Column::Priority).unwrap();
        assert!(second.ends_with("sort=priority"), "{second}");
        assert_eq!(query.sorted_by(&Column::Status), None);
        assert_eq!(query.aria_sort(&Column::Updated), Some("descending"));
    }

    #[test]
    fn each_chip_takes_away_only_itself() {
        let query = Query::parse("view=all&q=a&tag=vip&unread=yes");
        let chips = query.chips(&english(), &[], &[], None);
        let without: Vec<&str> = chips.iter().map(|chip| chip.without.as_str()).collect();
        assert_eq!(
            without,
            ["/inbox?view=all&tag=vip&unread=yes", "/inbox?view=all&q=a&unread=yes", "/inbox?view=all&q=a&tag=vip"]
        );
        assert_eq!(query.cleared(), "/inbox?view=all");
    }
}
