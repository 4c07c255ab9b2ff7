//! The inbox: views with counts, filters and search in the URL, sortable columns, pages by key.

mod query;

use std::collections::BTreeSet;

use annex_desk::{Refusal, Rule};
use annex_domain::{
    field::{Field, FieldKind, FieldSubject},
    ids::{OperatorId, TicketId},
    permission::Permission,
    ticket::Priority,
};
use annex_lifecycle::sample;
use annex_store::{
    contacts, drafts, fields, operators, reads,
    search::{Found, MOST, Reach},
    tickets,
};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri},
    routing::get,
};

use self::query::field_text;
pub(super) use self::query::{Column, Query, View};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    refusal::status,
    session::SignedIn,
    shell::{Pager, Section, Shell, page_with},
    state::AppState,
};

const PAGE: usize = 40;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/inbox", get(show))
}

pub(super) struct ViewLink {
    pub(super) view: View,
    pub(super) count: Option<i64>,
    pub(super) current: bool,
}

/// An active filter: its text, and the address without it.
pub(super) struct Chip {
    pub(super) text: String,
    pub(super) without: String,
}

/// An operator to choose.
pub(super) struct Choice {
    pub(super) id: OperatorId,
    pub(super) name: String,
}

#[derive(Template)]
#[template(path = "panel/inbox.html")]
pub(super) struct InboxPage {
    pub(super) shell: Shell,
    pub(super) query: Query,
    pub(super) views: Vec<ViewLink>,
    pub(super) rows: Vec<tickets::Listed>,
    /// Those of them to which the operator is writing.
    pub(super) drafts: BTreeSet<TicketId>,
    pub(super) found: i64,
    /// About the search: why it was not done, or what may be missing.
    pub(super) notice: Option<String>,
    pub(super) chips: Vec<Chip>,
    pub(super) operators: Vec<Choice>,
    pub(super) tags: Vec<String>,
    /// Values of fields that can be chosen, with their texts.
    pub(super) values: Vec<(String, String)>,
    pub(super) pager: Pager,
    pub(super) may_create: bool,
    pub(super) may_remove_sample: bool,
    /// The desk has no ticket at all.
    pub(super) blank: bool,
}

impl InboxPage {
    fn priorities(&self) -> &'static [Priority] {
        &Priority::ALL
    }

    /// How many tickets are found, as far as they are counted.
    fn found_words(&self) -> String {
        let t = &self.shell.t;
        if self.found > tickets::COUNTED {
            t.msg("inbox-found-above").arg("count", tickets::COUNTED).to_string()
        } else {
            t.msg("inbox-found").arg("count", self.found).to_string()
        }
    }

    fn columns(&self) -> [Column; 5] {
        Column::ALL
    }
}

async fn show(State(state): State<AppState>, who: SignedIn, uri: Uri) -> PageResult {
    who.require(Permission::TicketsView)?;
    let query = Query::parse(uri.query().unwrap_or_default());
    let mut filter = query.filter(who.operator.id);
    let searched = search(&state, &who, &query, &mut filter).await?;
    let desk = who.desk.id;
    let people = operators::people(&state.db, desk).await?;
    let mut tags = tickets::known_tags(&state.db, desk).await?.to_vec();
    let fields = fields::known(&state.db, desk).await?;
    let mut conn = state.db.read().await?;
    let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut rows = tickets::list(&mut conn, desk, &filter, query.sort, query.after.as_ref(), limit).await?;
    let first = query.after.is_some().then(|| query.first_page());
    let pager = Pager::cut(&mut rows, PAGE, first, |row| query.with_after(&row.cursor));
    let shown: Vec<TicketId> = rows.iter().map(|row| row.ticket.id).collect();
    let drafts = drafts::among(&mut conn, desk, who.operator.id, &shown).await?;
    let counts = tickets::counts(&mut conn, desk, who.operator.id).await?;
    let found = match query.view.count(&counts).filter(|_| !query.is_narrowed()) {
        Some(counted) => counted,
        None => tickets::count(&mut conn, desk, &filter).await?,
    };
    let active = people.iter().map(|listed| &listed.operator).filter(|operator| operator.active);
    let operators: Vec<Choice> =
        active.map(|operator| Choice { id: operator.id, name: operator.name.clone() }).collect();
    let title = title(&who.t, reads::count(&mut conn, desk, who.operator.id).await?);
    if let Some(tag) = query.tag.as_ref().filter(|tag| !tags.contains(tag)) {
        tags.push(tag.clone());
    }
    let requester = match query.requester {
        Some(id) => Some(contacts::get(&mut conn, desk, id).await?.name),
        None => None,
    };
    let has_sample = who.may(Permission::DeskManage) && sample::exists(&mut conn, desk).await?;
    let inbox = InboxPage {
        notice: searched.notice(&who.t),
        chips: query.chips(&who.t, &operators, &fields, requester.as_deref()),
        values: values(&who.t, &fields, &query),
        pager,
        views: View::ALL
            .into_iter()
            .map(|view| ViewLink { view, count: view.count(&counts), current: view == query.view })
            .collect(),
        shell: who.titled(title, Section::Inbox),
        query,
        rows,
        drafts,
        found,
        operators,
        tags,
        may_create: who.may(Permission::TicketsManage),
        may_remove_sample: has_sample,
        blank: counts.all() == 0,
    };
    page_with(searched.status(), &inbox)
}

/// What came of the search.
#[derive(Debug, Clone, Copy)]
enum Searched {
    /// What fits is shown; or nothing was searched for.
    Whole,
    /// More fits than is shown.
    Cut,
    /// Older tickets may be missing.
    Newest,
    /// It was not done.
    Refused(Rule),
}

impl Searched {
    fn notice(self, t: &Translator) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::Cut => Some(t.msg("inbox-search-cut").arg("count", MOST).to_string()),
            Self::Newest => Some(t.get("inbox-search-newest")),
            Self::Refused(rule) => Some(t.get(&format!("error-code-{rule}"))),
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Refused(rule) => status(rule.class()),
            Self::Whole | Self::Cut | Self::Newest => StatusCode::OK,
        }
    }
}

/// Narrows the filter to what is found: to nothing when the search is refused, which is said above the list.
async fn search(
    state: &AppState,
    who: &SignedIn,
    query: &Query,
    filter: &mut tickets::Filter,
) -> Result<Searched, PageError> {
    let found = match annex_desk::search::tickets(&state.desk(), &who.ctx(), &query.search, filter).await {
        Ok(found) => found,
        Err(Refusal::Rule(rule)) => {
            filter.among = Some(Vec::new());
            return Ok(Searched::Refused(rule));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let Some(Found { tickets, reach }) = found else { return Ok(Searched::Whole) };
    let searched = match reach {
        _ if tickets.len() >= MOST => Searched::Cut,
        Reach::Whole => Searched::Whole,
        Reach::Newest => Searched::Newest,
    };
    filter.among = Some(tickets);
    Ok(searched)
}

/// What the fields of tickets hold that have a few words; and what is chosen.
fn values(t: &Translator, fields: &[Field], query: &Query) -> Vec<(String, String)> {
    let of_tickets = fields.iter().filter(|field| field.subject == FieldSubject::Ticket && field.is_in_use());
    let mut all = Vec::new();
    for field in of_tickets {
        let words: Vec<String> = match field.kind {
            FieldKind::Choice => field.choices.clone(),
            FieldKind::Flag => ["true", "false"].map(ToOwned::to_owned).into(),
            FieldKind::Text | FieldKind::Number | FieldKind::Date => Vec::new(),
        };
        let value = |word: String| (format!("{}:{word}", field.key), field_text(t, fields, &field.key, &word));
        all.extend(words.into_iter().map(value));
    }
    if let Some((key, value)) = query.field.as_ref().filter(|_| all.iter().all(|(word, _)| *word != query.field_word()))
    {
        all.push((query.field_word(), field_text(t, fields, key, value)));
    }
    all
}

/// With how many tickets wait to be read, up to `99+`.
fn title(t: &Translator, unread: i64) -> String {
    let most = reads::NEWEST - 1;
    let count = match unread {
        0 => return t.get("inbox-title"),
        _ if unread > most => t.msg("count-above").arg("count", most).to_string(),
        _ => t.number(unread),
    };
    t.msg("inbox-title-unread").arg("count", count).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::english;

    #[test]
    fn the_title_says_how_many_tickets_wait_up_to_99() {
        let titles = [0, 1, 99, 100, 200].map(|unread| title(&english(), unread));
        assert_eq!(titles, ["Inbox", "(1) Inbox", "(99) Inbox", "(99+) Inbox", "(99+) Inbox"]);
    }

    #[test]
    fn what_a_search_may_leave_out_is_said() {
        let t = english();
        assert_eq!(Searched::Whole.notice(&t), None);
        let said = [Searched::Cut, Searched::Newest, Searched::Refused(Rule::SearchTooLong)]
            .map(|one| one.notice(&t).unwrap());
        for (said, words) in said.iter().zip(["The newest 200 tickets", "Older tickets", "took too long"]) {
            assert!(said.contains(words), "{said}");
        }
        assert_eq!(Searched::Newest.status(), StatusCode::OK);
        assert_eq!(Searched::Refused(Rule::SearchTooLong).status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
