//! Contact sync (R51-R55): finds the requester in Upsales and Freshdesk, by e-mail, in parallel, on a click, and shows
//! what they know with its source. It stores nothing and logs no personal data. Only records that carry the requester's
//! address count, and different people stay apart.
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
    let answers = source::ask(email);
    for answer in &answers {
        let name = answer.source.name();
        answer.left_out.iter().for_each(|line| log::warn!("{name}: {line}"));
        if let Err(problem) = &answer.outcome {
            log::warn!("{name}: {}", problem.detail());
        }
    }
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
