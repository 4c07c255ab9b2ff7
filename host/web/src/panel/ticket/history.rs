//! What changed between the messages: a line for what somebody did at about the same time. Who does not want to see it hides it,
//! for all tickets.

use std::{collections::BTreeSet, ops::Range, time::Duration};

use annex_domain::{
    addon::AddonId,
    clock::Timestamp,
    field::{CHANGED, Field},
    ids::MessageId,
    operator::Actor,
    permission::Permission,
};
use annex_store::{
    Conn, catalog,
    messages::{self, Written},
    tickets::{self, Change, NamedChange},
};
use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect},
};

use super::Properties;
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    panel::{field_inputs, form::Posted},
    session::SignedIn,
    state::AppState,
};

/// What one person does within so long is one line.
const TOGETHER: Duration = Duration::from_mins(5);
/// The newest changes between the messages of a page that are shown.
const MOST: u32 = 500;
/// Longer runs are folded, but for the last lines.
const UNFOLDED: usize = 5;
const LAST: usize = 3;

/// What changed after the last message, and whether changes are shown at all.
pub(in crate::panel) struct History {
    pub(in crate::panel) shown: bool,
    pub(in crate::panel) after: Run,
}

/// What changed between two messages.
#[derive(Default)]
pub(in crate::panel) struct Run {
    /// Folded away.
    pub(in crate::panel) earlier: Vec<Line>,
    pub(in crate::panel) lines: Vec<Line>,
}

/// What somebody did at about the same time.
pub(in crate::panel) struct Line {
    /// Tells people of one name apart.
    pub(in crate::panel) actor: String,
    pub(in crate::panel) name: String,
    /// What they did, such as "changed the status from Open to Pending".
    pub(in crate::panel) what: Vec<String>,
    /// The numbers of other tickets that it is about.
    pub(in crate::panel) tickets: Vec<i64>,
    pub(in crate::panel) at: Timestamp,
}

impl Line {
    pub(in crate::panel) fn what(&self) -> String {
        self.what.join(" · ")
    }
}

impl Run {
    fn of(mut lines: Vec<Line>) -> Self {
        if lines.len() <= UNFOLDED {
            return Self { earlier: Vec::new(), lines };
        }
        let last = lines.split_off(lines.len() - LAST);
        Self { earlier: lines, lines: last }
    }

    pub(in crate::panel) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many changes are folded away.
    pub(in crate::panel) fn folded(&self) -> usize {
        self.earlier.iter().map(|line| line.what.len()).sum()
    }
}

/// The messages of a page.
pub(super) struct Messages<'a> {
    pub(super) shown: &'a [Written],
    pub(super) has_older: bool,
    /// The message that follows them.
    pub(super) before: Option<MessageId>,
}

/// What changed before each of the messages of a page, and after them; nothing unless changes are `shown`.
pub(super) async fn of(
    conn: &mut Conn,
    who: &SignedIn,
    props: &Properties,
    shown: bool,
    Messages { shown: messages_shown, has_older, before }: Messages<'_>,
) -> Result<(Vec<Run>, History), PageError> {
    let times: Vec<Timestamp> = messages_shown.iter().map(|written| written.message.created_at).collect();
    let mut lines = Vec::new();
    if shown {
        let from = times.first().copied().filter(|_| has_older).unwrap_or(Timestamp(i64::MIN));
        let until = match before {
            Some(id) => messages::get(conn, who.desk.id, id).await?.created_at,
            None => Timestamp(i64::MAX),
        };
        lines = lines_of(conn, who, props, from..until).await?;
    }
    let mut runs = between(lines, &times);
    let after = runs.pop().unwrap_or_default();
    Ok((runs, History { shown, after }))
}

/// A line for each change, oldest first.
async fn lines_of(
    conn: &mut Conn,
    who: &SignedIn,
    props: &Properties,
    times: Range<Timestamp>,
) -> Result<Vec<Line>, PageError> {
    let changes = tickets::history(conn, who.desk.id, props.ticket.id, times, None, MOST).await?;
    let addons: BTreeSet<AddonId> = changes.iter().filter_map(addon).collect();
    let addons: Vec<AddonId> = addons.into_iter().collect();
    let names = if addons.is_empty() { Default::default() } else { catalog::names(conn, &addons).await? };
    let called = |id: AddonId| names.get(&id).map_or_else(|| id.to_string(), |name| name.get(who.t.code()).to_owned());
    let line = |change: NamedChange| Line {
        name: name(&who.t, &change, addon(&change).map(&called)),
        what: what(&who.t, &change, &props.known),
        tickets: merged_with(&change.change).into_iter().collect(),
        at: change.change.at,
        actor: change.change.actor,
    };
    Ok(changes.into_iter().rev().map(line).collect())
}

/// The add-on that did it.
fn addon(named: &NamedChange) -> Option<AddonId> {
    let id = named.actor_name.as_deref().filter(|_| named.change.actor.starts_with("addon:"))?;
    id.parse().ok()
}

/// Who did it.
fn name(t: &Translator, named: &NamedChange, addon: Option<String>) -> String {
    let known = |otherwise: &str| named.actor_name.clone().unwrap_or_else(|| t.get(otherwise));
    match named.change.actor.parse::<Actor>() {
        Ok(Actor::Operator(_)) => known("ticket-former-operator"),
        Ok(Actor::Addon(_)) => match addon {
            Some(name) => t.with("audit-who-addon", &[("name", &name)]),
            None => t.get("ticket-removed-addon"),
        },
        Ok(Actor::CommandLine) => t.get("audit-who-command-line"),
        Ok(Actor::System | Actor::Account(_)) => t.get("audit-who-system"),
        // Requesters act only by writing.
        Err(_) => known("ticket-requester"),
    }
}

/// The number of the ticket that was merged with this one.
fn merged_with(change: &Change) -> Option<i64> {
    match change.field.as_str() {
        "merged" | "merged-into" => change.new.parse().ok(),
        _ => None,
    }
}

/// What they did, in the words that follow their name.
fn what(t: &Translator, named: &NamedChange, fields: &[Field]) -> Vec<String> {
    let Change { field, old, new, .. } = &named.change;
    let word = |family: &str, word: &str| t.get(&format!("{family}-{word}"));
    let one = match field.as_str() {
        "tags" => return tags(t, old, new),
        "assignee" => assignee(t, named),
        "status" => t.with("history-status", &[("old", &word("status", old)), ("new", &word("status", new))]),
        "priority" => t.with("history-priority", &[("old", &word("priority", old)), ("new", &word("priority", new))]),
        "subject" => t.with("history-subject", &[("old", old), ("new", new)]),
        "spam" => t.get(if new.is_empty() { "history-not-spam" } else { "history-spam" }),
        "trash" => t.get(if new.is_empty() { "history-restored" } else { "history-deleted" }),
        "merged" => t.with("history-merged", &[("number", new)]),
        "merged-into" => t.with("history-merged-into", &[("number", new)]),
        "follow-up-of" => t.with("history-follow-up", &[("number", old)]),
        "import" => t.get("history-import"),
        _ => match field.strip_prefix(CHANGED) {
            Some(key) => of_field(t, fields.iter().find(|field| field.key.as_str() == key), key, old, new),
            None => t.with("history-other", &[("field", field)]),
        },
    };
    vec![one]
}

/// What a custom field held and holds, as it is called now.
fn of_field(t: &Translator, field: Option<&Field>, key: &str, old: &str, new: &str) -> String {
    let label = field.map_or(key, |field| field.label.get(t.code()));
    let shown = |text: &str| field.map_or_else(|| text.to_owned(), |field| field_inputs::shown(t, field, text));
    match (old.is_empty(), new.is_empty()) {
        (true, _) => t.with("history-field-set", &[("field", &label), ("new", &shown(new))]),
        (false, true) => t.with("history-field-cleared", &[("field", &label), ("old", &shown(old))]),
        (false, false) => t.with("history-field", &[("field", &label), ("old", &shown(old)), ("new", &shown(new))]),
    }
}

fn assignee(t: &Translator, named: &NamedChange) -> String {
    let called = |name: Option<&String>| name.cloned().unwrap_or_else(|| t.get("ticket-former-operator"));
    let (old, new) = (called(named.old_name.as_ref()), called(named.new_name.as_ref()));
    match (named.change.old.is_empty(), named.change.new.is_empty()) {
        (true, _) => t.with("history-assigned", &[("name", &new)]),
        (false, true) => t.with("history-unassigned", &[("name", &old)]),
        (false, false) => t.with("history-reassigned", &[("old", &old), ("new", &new)]),
    }
}

fn tags(t: &Translator, old: &str, new: &str) -> Vec<String> {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) =
        (old.split_whitespace().collect(), new.split_whitespace().collect());
    let list = |tags: Vec<&str>| Some(tags.join(", ")).filter(|tags| !tags.is_empty());
    let added = list(new.difference(&old).copied().collect());
    let removed = list(old.difference(&new).copied().collect());
    let added = added.map(|tags| t.with("history-tags-added", &[("tags", &tags)]));
    let removed = removed.map(|tags| t.with("history-tags-removed", &[("tags", &tags)]));
    added.into_iter().chain(removed).collect()
}

/// The lines before each message, and after the last one. What was done together with a message stands after it.
fn between(lines: Vec<Line>, times: &[Timestamp]) -> Vec<Run> {
    let mut lines = lines.into_iter().peekable();
    let mut run_until = |until: Timestamp| {
        let mut run: Vec<Line> = Vec::new();
        while let Some(line) = lines.next_if(|line| line.at < until) {
            match run.last_mut() {
                Some(last) if last.actor == line.actor && line.at.since(last.at) <= TOGETHER => {
                    last.what.extend(line.what);
                    last.tickets.extend(line.tickets);
                }
                _ => run.push(line),
            }
        }
        Run::of(run)
    };
    times.iter().copied().chain([Timestamp(i64::MAX)]).map(&mut run_until).collect()
}

/// `POST /tickets/{number}/history`: shows changes, or hides them.
pub(super) async fn choose(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<i64>,
    form: Posted,
) -> PageResult {
    who.require(Permission::TicketsView)?;
    tickets::by_number(&mut state.db.read().await?, who.desk.id, number).await?;
    annex_desk::panels::show_changes(&state.desk(), &who.ctx(), form.get("do") == "show").await?;
    Ok(Redirect::to(&format!("/tickets/{number}")).into_response())
}

#[cfg(test)]
mod tests {
    use annex_domain::ids::{CallId, OperatorId};

    use super::*;
    use crate::i18n::english;

    fn line(actor: &str, what: &str, at: i64) -> Line {
        Line { actor: actor.into(), name: actor.into(), what: vec![what.into()], tickets: vec![], at: Timestamp(at) }
    }

    fn words(run: &[Line]) -> Vec<String> {
        run.iter().map(|line| format!("{} {}", line.actor, line.what())).collect()
    }

    #[test]
    fn what_one_person_does_at_a_time_is_one_line_between_its_messages() {
        let minute = 60_000;
        let lines = vec![
            line("ada", "a", 0),
            line("ada", "b", 4 * minute),
            line("ada", "c", 6 * minute),
            line("bo", "d", 6 * minute),
            line("ada", "e", 7 * minute),
            line("ada", "f", 8 * minute),
        ];
        let runs = between(lines, &[Timestamp(minute), Timestamp(8 * minute)]);
        let told: Vec<_> = runs.iter().map(|run| words(&run.lines)).collect();
        assert_eq!(told, [vec!["ada a"], vec!["ada b · c", "bo d", "ada e"], vec!["ada f"]]);
        assert!(between(Vec::new(), &[]).iter().all(Run::is_empty));
    }

    #[test]
    fn long_runs_are_folded_but_for_their_end() {
        let lines = |n: i64| (0..n).map(|at| line(if at % 2 == 0 { "ada" } else { "bo" }, "x", at)).collect();
        let short = between(lines(5), &[]).remove(0);
        assert_eq!((short.folded(), short.lines.len()), (0, 5));
        let long = between(lines(15), &[]).remove(0);
        assert_eq!((long.folded(), long.lines.len()), (12, 3));
    }

    fn change(actor: &str, field: &str, old: &str, new: &str) -> NamedChange {
        let change =
            Change { actor: actor.into(), field: field.into(), old: old.into(), new: new.into(), at: Timestamp(1) };
        NamedChange { id: CallId::new(), change, actor_name: None, old_name: None, new_name: None }
    }

    #[test]
    fn each_change_has_its_words() {
        let t = english();
        let bo = OperatorId::new().to_string();
        for field in [
            "status",
            "priority",
            "subject",
            "assignee",
            "tags",
            "spam",
            "trash",
            "merged",
            "merged-into",
            "follow-up-of",
            "import",
        ] {
            for (old, new) in [("", bo.as_str()), (bo.as_str(), ""), ("a b", "b c")] {
                let words = what(&t, &change("system", field, old, new), &[]);
                assert!(
                    !words.is_empty() && words.iter().all(|words| !words.contains("history-")),
                    "{field}: {words:?}"
                );
            }
        }
        assert_eq!(what(&t, &change("system", "tags", "a b", "b c"), &[]).len(), 2, "one added, one removed");
        assert!(what(&t, &change("system", "of-tomorrow", "", "x"), &[])[0].contains("of-tomorrow"));
    }

    #[test]
    fn a_custom_field_is_called_by_its_label_and_its_values_are_readable() {
        let t = english();
        let paid = Field {
            id: annex_domain::ids::FieldId::new(),
            subject: annex_domain::field::FieldSubject::Ticket,
            key: "paid".parse().unwrap(),
            kind: annex_domain::field::FieldKind::Flag,
            label: annex_domain::localized::Localized::en("Paid for"),
            help: None,
            choices: Vec::new(),
            required: false,
            addon: None,
            retired_at: None,
            withdrawn_at: None,
        };
        let told = |old: &str, new: &str| {
            what(&t, &change("system", "field:paid", old, new), std::slice::from_ref(&paid)).remove(0)
        };
        assert!(told("", "true").contains("Paid for") && told("", "true").contains(&t.get("field-yes")));
        assert!(told("true", "false").contains(&t.get("field-no")));
        assert!(told("odd", "").contains("odd"), "as it was");
        assert!(what(&t, &change("system", "field:gone", "", "x"), &[])[0].contains("gone"));
    }

    #[test]
    fn who_is_gone_has_a_name_still() {
        let t = english();
        let named = |actor: &str, known: Option<&str>, addon: Option<&str>| {
            let told = NamedChange { actor_name: known.map(Into::into), ..change(actor, "status", "open", "solved") };
            name(&t, &told, addon.map(Into::into))
        };
        let operator = format!("operator:{}", OperatorId::new());
        assert_eq!(named(&operator, Some("Ada"), None), "Ada");
        assert_eq!(named(&operator, None, None), t.get("ticket-former-operator"));
        assert!(
            named(&operator.replace("operator", "addon"), Some("acme.x"), Some("Contact Sync"))
                .contains("Contact Sync")
        );
        assert_eq!(named("contact:x", Some("Ann"), None), "Ann");
        assert_eq!(named("system", None, None), t.get("audit-who-system"));
    }
}
