//! Contact sync (R51-R55): finds the requester in Upsales and Freshdesk, by e-mail, in parallel, on a click, and shows
//! what they know with its source. It stores nothing and logs no personal data. Only records that carry the requester's
//! address count, and different people stay apart.
//!
//! A desk that uses both CRMs sees each of them as soon as it answers: each is a part of the panel that the host asks for by
//! itself (verb `ask`). Another click puts what both know together (verb `together`), as a desk with one CRM sees it at once.
//!
//! `source` asks and reads one CRM each, `merge` makes people of the records, `panel` draws. With the feature
//! `save-contact` (version 1.1) `save` adds a button that writes number and company to the requester.

mod merge;
mod panel;
#[cfg(feature = "save-contact")]
mod save;
mod source;

use annex_sdk::{contacts, prelude::*};

use source::{Answer, Problem, Source};

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

struct ContactSync;

impl Plugin for ContactSync {
    fn render(ctx: &Context) -> Result<View> {
        Ok(panel::start(ctx, &Texts::choose(&ctx.locale, TEXTS)))
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        match event.verb.as_str() {
            "sync" => sync(ctx, &t),
            "ask" => ask(ctx, event, &t),
            "together" => together(ctx, &t),
            #[cfg(feature = "save-contact")]
            "save" => save::save(event, &t),
            _ => Err(event.unknown()),
        }
    }
}

annex_sdk::export_plugin!(ContactSync);
annex_sdk::use_arena!();

fn sync(ctx: &Context, t: &Texts) -> Result<Reply> {
    let Some(email) = ctx.requester_email() else {
        return Ok(Reply::replace(panel::start(ctx, t)));
    };
    match source::used().as_slice() {
        several @ [_, _, ..] => Ok(Reply::replace(panel::arriving(email, several, t))),
        _ => together(ctx, t),
    }
}

/// One of several CRMs, while another may still be thinking.
fn ask(ctx: &Context, event: &Event, t: &Texts) -> Result<Reply> {
    let source = event.arg("crm").and_then(Source::of_id).ok_or_else(|| event.unknown())?;
    let email = ctx.requester_email().unwrap_or_default();
    let Some(answer) = source::ask_these(email, &[source]).pop() else { return Err(event.unknown()) };
    note(&answer);
    let reply = Reply::put(&event.source, panel::arrived(&answer, t));
    Ok(match &answer.outcome {
        Ok(_) => reply,
        Err(problem) => reply.toast(panel::problem_toast(source, problem, t)),
    })
}

fn note(answer: &Answer) {
    let name = answer.source.name();
    answer.left_out.iter().for_each(|line| log::warn!("{name}: {line}"));
    if let Err(problem) = &answer.outcome {
        log::warn!("{name}: {}", problem.detail());
    }
}

/// All CRMs, as one.
fn together(ctx: &Context, t: &Texts) -> Result<Reply> {
    let Some(email) = ctx.requester_email() else {
        return Ok(Reply::replace(panel::start(ctx, t)));
    };
    let answers = source::ask(email);
    answers.iter().for_each(note);
    if let Some(error) = panel::common_fault(&answers, t) {
        return Err(error);
    }
    let people = merge::people(&answers);
    log::info!("{} people found", people.len());
    let toast = panel::toast(&people, &answers, t);
    let requester = requester(email);
    Ok(Reply::replace(panel::result(email, requester.as_ref(), &people, &answers, t)?).toast(toast))
}

/// The requester as the desk knows them. Not being able to read them costs only what is shown beside the result.
fn requester(email: &str) -> Option<contacts::Contact> {
    contacts::find_by_email(email).unwrap_or_else(|error| {
        log::warn!("the requester cannot be read: {error}");
        None
    })
}

fn problems(answers: &[Answer]) -> impl Iterator<Item = (Source, &Problem)> {
    answers.iter().filter_map(|answer| answer.outcome.as_ref().err().map(|problem| (answer.source, problem)))
}

#[cfg(test)]
mod tests;
