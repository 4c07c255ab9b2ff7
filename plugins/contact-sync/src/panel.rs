//! What is shown: the start, what each CRM knows as it arrives, the result of all together with a banner for each side that failed,
//! and the faults of both sides.

use std::collections::BTreeSet;

use annex_sdk::{
    contacts::Contact,
    prelude::*,
    ui::{Block, Column, Empty, Row, Tone},
};

use crate::{
    merge::{self, Detail, Person},
    problems,
    source::{Answer, Problem, Source},
};

/// Before the first click.
pub(crate) fn start(ctx: &Context, t: &Texts) -> View {
    let section = match ctx.requester_email() {
        Some(email) => head(email, None, t).block(Actions::new().primary(sync_button(t))),
        None => Section::new().block(Empty::new(t.get("no-email")).body(t.get("no-email-why"))),
    };
    View::new(t.get("title")).section(section)
}

/// People, and numbers or addresses of one, that are shown at most; and about how many bytes of a view they may take
/// together, since the host refuses a view of more than 64 KiB.
const MOST_PEOPLE: usize = 6;
const MOST_DETAILS: usize = 20;
/// Where each CRM is shown by itself.
const FEW_DETAILS: usize = 8;
const ROOM: usize = 44 << 10;

/// After a click where several CRMs are used: each has a part that comes when it answers.
pub(crate) fn arriving(email: &str, sources: &[Source], t: &Texts) -> View {
    let parts = sources.iter().map(|source| {
        let part = Deferred::new("ask").arg("crm", source.id()).lines(4);
        Section::titled(source.name()).named(source.id(), part)
    });
    let together = Button::invoke("together", t.get("together")).busy(t.get("syncing")).icon("users");
    View::new(t.get("title")).section(head(email, None, t)).sections(parts).footer(Actions::new().button(together))
}

/// What one of several CRMs has answered.
pub(crate) fn arrived(answer: &Answer, t: &Texts) -> Block {
    if let Err(problem) = &answer.outcome {
        return banner(answer.source, problem, t).into();
    }
    let (id, name) = (answer.source.id(), answer.source.name());
    let people = merge::people(std::slice::from_ref(answer));
    // Two of them are in one panel.
    let shown = shown(&people, ROOM / 2, FEW_DETAILS);
    let rows = shown.iter().enumerate().flat_map(|(at, person)| arrived_rows(&format!("{id}{at}"), person, t));
    let left_out = people.len() - shown.len();
    let more = (left_out > 0).then(|| {
        let text = counted("people-shown", shown.len(), people.len(), t);
        Row::new(format!("{id}-more"), [Cell::text(text), Cell::text("")])
    });
    let columns = [Column::text("person", t.get("person")).essential(), Column::text("detail", t.get("detail"))];
    let caption = t.with("details-of", &[("name", name)]);
    Table::new(format!("people-{id}"), caption, columns).rows(rows.chain(more)).into()
}

/// A row for each number and address; one without where there are none.
fn arrived_rows(id: &str, person: &Person, t: &Texts) -> Vec<Row<2>> {
    let name = || if person.name.is_empty() { t.get("no-name") } else { person.name.clone() };
    let row = |what: String, text: String| Row::new(what, [Cell::text(name()), Cell::text(text)]);
    let copied = |what: String, detail: &Detail| {
        row(what, detail.text.clone()).button(Button::copy(detail.text.clone(), t.get("copy")).subtle())
    };
    let phones = person.phones.iter().take(FEW_DETAILS).enumerate().map(|(at, phone)| {
        let insert = Button::insert_reply(phone.text.clone(), t.get("insert")).subtle();
        copied(format!("{id}-phone{at}"), phone).button(insert)
    });
    let emails = person.emails.iter().take(FEW_DETAILS).enumerate();
    let emails = emails.map(|(at, email)| copied(format!("{id}-email{at}"), email));
    let mut rows: Vec<_> = phones.chain(emails).collect();
    let total = person.phones.len() + person.emails.len();
    if rows.len() < total {
        rows.push(row(format!("{id}-more"), counted("details-shown", rows.len(), total, t)));
    } else if total == 0 {
        rows.push(row(format!("{id}-none"), t.get("no-details")));
    }
    rows
}

/// That a CRM could not be asked, or knows nobody (R54).
pub(crate) fn problem_toast(source: Source, problem: &Problem, t: &Texts) -> Toast {
    Toast::new(tone(problem), texts(source, problem, t).0)
}

/// After a click. At least one side answered or the sides failed differently.
pub(crate) fn result(
    email: &str,
    requester: Option<&Contact>,
    people: &[Person],
    answers: &[Answer],
    t: &Texts,
) -> Result<View> {
    let mut top = head(email, requester, t);
    let nowhere = people.is_empty() && problems(answers).all(|(_, problem)| *problem == Problem::NotFound);
    match answers {
        [only] if nowhere => {
            let (title, body) = texts(only.source, &Problem::NotFound, t);
            top = top.block(Empty::new(title).body(body));
        }
        _ => {
            top = top.blocks(problems(answers).map(|(source, problem)| banner(source, problem, t)));
            if nowhere {
                top = top.block(Empty::new(t.get("nobody")).body(t.get("nobody-why")));
            }
        }
    }
    let shown = shown(people, ROOM, MOST_DETAILS);
    if shown.len() < people.len() {
        top = top.block(Text::muted(counted("people-shown", shown.len(), people.len(), t)));
    }
    let view = View::new(t.get("title"))
        .section(top)
        .sections(shown.iter().enumerate().map(|(at, person)| person_section(at, person, t)))
        .footer(Actions::new().button(Button::invoke("sync", t.get("sync-again")).busy(t.get("syncing"))));
    #[cfg(feature = "save-contact")]
    let view = crate::save::offer(view, email, requester, people, t)?;
    Ok(view)
}

/// As many people as fit.
fn shown(people: &[Person], mut room: usize, most: usize) -> &[Person] {
    let fits = |person: &&Person| {
        let details = person.phones.iter().take(most).chain(person.emails.iter().take(most));
        // A detail is in its cell and in its buttons.
        let cost = details.map(|detail| 3 * detail.text.len() + 200).sum::<usize>() + 3 * person.name.len() + 1000;
        let before = room;
        room = room.saturating_sub(cost);
        before > cost
    };
    let count = people.iter().take(MOST_PEOPLE).take_while(fits).count();
    people.get(..count).unwrap_or_default()
}

fn counted(key: &str, shown: usize, total: usize, t: &Texts) -> String {
    t.with(key, &[("shown", &shown.to_string()), ("total", &total.to_string())])
}

/// When every side failed in the same way, the host's screen for that fault says more than banners do.
pub(crate) fn common_fault(answers: &[Answer], t: &Texts) -> Option<Error> {
    let mut found = answers.iter().map(|answer| answer.outcome.as_ref().err().map(|problem| (answer.source, problem)));
    let (source, first) = found.next()??;
    if !found.all(|other| other.is_some_and(|(_, problem)| problem.kind() == first.kind())) {
        return None;
    }
    let text = || match answers {
        [_] => {
            let (title, body) = texts(source, first, t);
            format!("{title}. {body}")
        }
        _ => t.get(&format!("both-{}", first.kind())),
    };
    match first {
        Problem::Access(_) => Some(Error::NeedsAuth(text())),
        Problem::Service(_) => Some(Error::Upstream(text())),
        Problem::Settings => Some(Error::NeedsConfig(text())),
        Problem::Denied(_) => Some(Error::Denied(text())),
        _ => None,
    }
}

/// What happened, in a sentence (R54).
pub(crate) fn toast(people: &[Person], answers: &[Answer], t: &Texts) -> Toast {
    let failed = problems(answers).any(|(_, problem)| *problem != Problem::NotFound);
    match (people.is_empty(), failed) {
        (true, true) => Toast::new(Tone::Warning, t.get("toast-unsure")),
        (true, false) => Toast::new(Tone::Warning, t.get("toast-nobody")),
        (false, true) => Toast::new(Tone::Warning, t.get("toast-partly")),
        (false, false) => Toast::success(t.get("toast-found")),
    }
}

fn head(email: &str, requester: Option<&Contact>, t: &Texts) -> Section {
    let pairs = Pairs::new()
        .text_if(t.get("requester"), requester.map(|contact| contact.name.clone()))
        .copyable(t.get("email"), email)
        .text_if(t.get("known-phone"), requester.and_then(Contact::phone));
    Section::new().block(pairs)
}

fn sync_button(t: &Texts) -> Button {
    Button::invoke("sync", t.get("sync")).busy(t.get("syncing")).icon("refresh")
}

fn banner(source: Source, problem: &Problem, t: &Texts) -> Banner {
    let (title, body) = texts(source, problem, t);
    Banner::new(tone(problem), title).body(body)
}

fn tone(problem: &Problem) -> Tone {
    match problem {
        Problem::NotFound => Tone::Info,
        Problem::Settings | Problem::Busy(_) | Problem::Rate(_) => Tone::Warning,
        _ => Tone::Critical,
    }
}

/// What happened, and what to do about it.
fn texts(source: Source, problem: &Problem, t: &Texts) -> (String, String) {
    let status = if let Problem::Refused(status, _) = problem { status.to_string() } else { String::new() };
    let values = [("source", source.name()), ("status", &status)];
    let kind = problem.kind();
    (t.with(&format!("{kind}-title"), &values), t.with(&format!("{kind}-body"), &values))
}

fn person_section(at: usize, person: &Person, t: &Texts) -> Section {
    let name = if person.name.is_empty() { t.get("no-name") } else { person.name.clone() };
    let badges: Block = person.sources.iter().map(|source| Badge::new(Tone::Info, source.name())).collect();
    let about = Pairs::new()
        .text_if(t.get("job-title"), person.title.clone())
        .text_if(t.get("company"), person.company.clone());
    let columns = [Column::text("detail", t.get("detail")), Column::text("source", t.get("source"))];
    let phones = person.phones.iter().take(MOST_DETAILS).enumerate().map(|(row, phone)| {
        detail_row(format!("p{at}-phone{row}"), phone, t)
            .button(Button::insert_reply(phone.text.clone(), t.get("insert")).subtle())
    });
    let emails = person.emails.iter().take(MOST_DETAILS).enumerate();
    let emails = emails.map(|(row, email)| detail_row(format!("p{at}-email{row}"), email, t));
    let table = Table::new(format!("details-{at}"), t.with("details-of", &[("name", &name)]), columns)
        .rows(phones.chain(emails))
        .empty(t.get("no-details"));
    let section = Section::titled(name).block(badges);
    let section = if about.is_empty() { section } else { section.block(about) };
    let (total, most) = (person.phones.len() + person.emails.len(), MOST_DETAILS);
    let shown = person.phones.len().min(most) + person.emails.len().min(most);
    let section = section.block(table);
    if shown < total { section.block(Text::muted(counted("details-shown", shown, total, t))) } else { section }
}

fn detail_row(id: String, detail: &Detail, t: &Texts) -> Row<2> {
    Row::new(id, [Cell::text(detail.text.clone()), Cell::text(names(&detail.sources))])
        .button(Button::copy(detail.text.clone(), t.get("copy")).subtle())
}

fn names(sources: &BTreeSet<Source>) -> String {
    sources.iter().map(|source| source.name()).collect::<Vec<_>>().join(", ")
}
