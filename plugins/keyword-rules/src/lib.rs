//! Keyword rules: tags a ticket when its requester writes certain words. An example of events, which come at least once, in no
//! order, and while nobody looks; and of settings that hold more than a value each.
//!
//! `rules` reads the rules and looks for their words, `tagging` sets what they lead to once, `panel` shows both.

mod panel;
mod rules;
mod tagging;

use annex_sdk::{
    plugin::{Happening, Notice},
    prelude::*,
    tickets::{self, Author, Message, Ticket},
};

use rules::Rules;

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

struct KeywordRules;

impl Plugin for KeywordRules {
    fn render(ctx: &Context) -> Result<View> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        let ticket = tickets::get(&ctx.ticket)?;
        Ok(panel::view(&ticket, &Rules::of_desk(), &written(&ticket)?, &t))
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        match event.verb.as_str() {
            "apply" => apply(ctx),
            _ => Err(event.unknown()),
        }
    }

    fn on_event(notice: &Notice) -> Result<()> {
        let (ticket, text) = match &notice.happening {
            Happening::TicketCreated(created) => {
                let ticket = tickets::get(&created.ticket)?;
                let text = written(&ticket)?;
                (ticket, text)
            }
            Happening::MessageAdded(added) => {
                let messages = tickets::messages(&added.ticket)?;
                let Some(message) = messages.iter().find(|message| message.id == added.message) else { return Ok(()) };
                if message.author != Author::Requester {
                    return Ok(());
                }
                (tickets::get(&added.ticket)?, message.body.clone())
            }
            Happening::TicketUpdated(_) => return Ok(()),
        };
        tagging::once(&ticket, &Rules::of_desk().found_in(&text))
    }
}

annex_sdk::export_plugin!(KeywordRules);

/// What the requester wrote, with the subject.
fn written(ticket: &Ticket) -> Result<String> {
    let messages = tickets::messages(&ticket.id)?;
    let by_requester = |message: &&Message| message.author == Author::Requester;
    let bodies = messages.iter().filter(by_requester).map(|message| message.body.as_str());
    Ok([ticket.subject.as_str()].into_iter().chain(bodies).collect::<Vec<_>>().join("\n"))
}

/// Whoever presses wants the tags, also those that were taken away.
fn apply(ctx: &Context) -> Result<Reply> {
    let t = Texts::choose(&ctx.locale, TEXTS);
    let ticket = tickets::get(&ctx.ticket)?;
    let (rules, text) = (Rules::of_desk(), written(&ticket)?);
    let set = tagging::again(&ticket, &rules.found_in(&text))?;
    let toast = match set {
        0 => Toast::success(t.get("nothing-new")),
        _ => Toast::success(t.with("applied", &[("count", &set.to_string())])),
    };
    Ok(Reply::replace(panel::view(&tickets::get(&ctx.ticket)?, &rules, &text, &t)).toast(toast))
}

#[cfg(test)]
#[path = "../../chapter-check.rs"]
mod chapter_check;

#[cfg(test)]
mod tests;
