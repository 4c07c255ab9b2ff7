//! What is shown: the start, the result with a banner for each side that failed, and the faults of both sides.

use std::collections::BTreeSet;

use annex_sdk::{
    contacts::Contact,
    prelude::*,
    ui::{Column, Empty, Row, Tone},
};

use crate::{
    merge::{Detail, Person},
    problems,
    source::{Answer, Problem, Source},
};

/// Before the first click.
pub(crate) fn start(ctx: &Context, t: &Texts) -> View {
    let section = match &ctx.requester_email {
        Some(email) => head(email, None, t).block(Actions::new().primary(sync_button(t))),
        None => Section::new().block(Empty::new(t.get("no-email")).body(t.get("no-email-why"))),
    };
    View::new(t.get("title")).section(section)
}

/// After a click. At least one side answered or the sides failed differently.
pub(crate) fn result(
    email: &str,
    requester: Option<&Contact>,
    people: &[Person],
    answers: &[Answer],
    t: &Texts,
) -> Result<View> {
    let mut top =
        head(email, requester, t).blocks(problems(answers).map(|(source, problem)| banner(source, problem, t)));
    if people.is_empty() && problems(answers).all(|(_, problem)| *problem == Problem::NotFound) {
        top = top.block(Empty::new(t.get("nobody")).body(t.get("nobody-why")));
    }
    let view = View::new(t.get("title"))
        .section(top)
        .sections(people.iter().take(6).enumerate().map(|(at, person)| person_section(at, person, t)))
        .footer(Actions::new().button(Button::invoke("sync", t.get("sync-again")).busy(t.get("syncing"))));
    #[cfg(feature = "save-contact")]
    let view = crate::save::offer(view, requester, people, t)?;
    Ok(view)
}

/// When every side failed in the same way, the host's screen for that fault says more than two banners do.
pub(crate) fn common_fault(answers: &[Answer], t: &Texts) -> Option<Error> {
    let mut found = answers.iter().map(|answer| answer.outcome.as_ref().err());
    let first = found.next()??;
    let all_alike = found.all(|problem| problem.is_some_and(|problem| kind(problem) == kind(first)));
    if !all_alike {
        return None;
    }
    let text = t.get(&format!("both-{}", kind(first)));
    match first {
        Problem::NotFound => None,
        Problem::Access(_) => Some(Error::NeedsAuth(text)),
        Problem::Service(_) => Some(Error::Upstream(text)),
        Problem::Settings => Some(Error::NeedsConfig(text)),
        Problem::Denied(_) => Some(Error::Denied(text)),
    }
}

/// What happened, in a sentence (R54).
pub(crate) fn toast(people: &[Person], answers: &[Answer], t: &Texts) -> Toast {
    if people.is_empty() {
        return Toast::new(Tone::Warning, t.get("toast-nobody"));
    }
    let failed = problems(answers).any(|(_, problem)| *problem != Problem::NotFound);
    if failed { Toast::new(Tone::Warning, t.get("toast-partly")) } else { Toast::success(t.get("toast-found")) }
}

fn head(email: &str, requester: Option<&Contact>, t: &Texts) -> Section {
    let pairs = Pairs::new()
        .text_if(t.get("requester"), requester.map(|contact| contact.name.clone()))
        .copyable(t.get("email"), email)
        .text_if(t.get("known-phone"), requester.and_then(|contact| contact.phone.clone()));
    Section::new().block(pairs)
}

fn sync_button(t: &Texts) -> Button {
    Button::invoke("sync", t.get("sync")).busy(t.get("syncing")).icon("refresh")
}

fn banner(source: Source, problem: &Problem, t: &Texts) -> Banner {
    let tone = match problem {
        Problem::NotFound => Tone::Info,
        Problem::Settings => Tone::Warning,
        Problem::Access(_) | Problem::Service(_) | Problem::Denied(_) => Tone::Critical,
    };
    let values = [("source", source.name())];
    let kind = kind(problem);
    Banner::new(tone, t.with(&format!("{kind}-title"), &values)).body(t.with(&format!("{kind}-body"), &values))
}

fn kind(problem: &Problem) -> &'static str {
    match problem {
        Problem::Access(_) => "access",
        Problem::Service(_) => "service",
        Problem::NotFound => "not-found",
        Problem::Settings => "settings",
        Problem::Denied(_) => "denied",
    }
}

fn person_section(at: usize, person: &Person, t: &Texts) -> Section {
    let name = if person.name.is_empty() { t.get("no-name") } else { person.name.clone() };
    let badges: annex_sdk::ui::Block =
        person.sources.iter().map(|source| Badge::new(Tone::Info, source.name())).collect();
    let about = Pairs::new()
        .text_if(t.get("job-title"), person.title.clone())
        .text_if(t.get("company"), person.company.clone());
    let columns = [Column::text("detail", t.get("detail")), Column::text("source", t.get("source"))];
    let phones = person.phones.iter().enumerate().map(|(row, phone)| {
        detail_row(format!("p{at}-phone{row}"), phone, t)
            .button(Button::insert_reply(phone.text.clone(), t.get("insert")).subtle())
    });
    let emails = person.emails.iter().enumerate().map(|(row, email)| detail_row(format!("p{at}-email{row}"), email, t));
    let table = Table::new(format!("details-{at}"), t.with("details-of", &[("name", &name)]), columns)
        .rows(phones.chain(emails))
        .empty(t.get("no-details"));
    let section = Section::titled(name).block(badges);
    let section = if about.is_empty() { section } else { section.block(about) };
    section.block(table)
}

fn detail_row(id: String, detail: &Detail, t: &Texts) -> Row<2> {
    Row::new(id, [Cell::text(detail.text.clone()), Cell::text(names(&detail.sources))])
        .button(Button::copy(detail.text.clone(), t.get("copy")).subtle())
}

fn names(sources: &BTreeSet<Source>) -> String {
    sources.iter().map(|source| source.name()).collect::<Vec<_>>().join(", ")
}
