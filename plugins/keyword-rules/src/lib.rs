//! Keyword rules: tags a ticket when its requester writes certain words. An example of events, which come at least once, in no
//! order, and while nobody looks; and of settings that hold more than a value each.
//!
//! `rules` reads the rules and looks for their words, `tagging` sets what they lead to once, `panel` shows both.

mod panel;
mod rules;
mod tagging;

use annex_sdk::{
    plugin::{Happening, Notice, Written},
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
        let ticket = tickets::get(ctx.ticket_id()?)?;
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
            Happening::TicketCreated(ticket) => (ticket, written(ticket)?),
            Happening::MessageAdded(Written { ticket, message }) if is_requesters(message) => {
                (ticket, message.body.clone())
            }
            _ => return Ok(()),
        };
        // By now its tags may be others than when it happened.
        tagging::once(&tickets::get(&ticket.id)?, &Rules::of_desk().found_in(&text))
    }
}

annex_sdk::export_plugin!(KeywordRules);

/// What the requester wrote, with the subject.
fn written(ticket: &Ticket) -> Result<String> {
    let messages = tickets::messages(&ticket.id)?;
    let bodies = messages.iter().filter(|message| is_requesters(message)).map(|message| message.body.as_str());
    Ok([ticket.subject.as_str()].into_iter().chain(bodies).collect::<Vec<_>>().join("\n"))
}

fn is_requesters(message: &Message) -> bool {
    matches!(message.author, Author::Requester(_))
}

/// Whoever presses wants the tags, also those that were taken away.
fn apply(ctx: &Context) -> Result<Reply> {
    let t = Texts::choose(&ctx.locale, TEXTS);
    let ticket = tickets::get(ctx.ticket_id()?)?;
    let (rules, text) = (Rules::of_desk(), written(&ticket)?);
    let set = tagging::again(&ticket, &rules.found_in(&text))?;
    let toast = match set {
        0 => Toast::success(t.get("nothing-new")),
        _ => Toast::success(t.with("applied", &[("count", &set.to_string())])),
    };
    Ok(Reply::replace(panel::view(&tickets::get(ctx.ticket_id()?)?, &rules, &text, &t)).toast(toast))
}

#[cfg(test)]
#[path = "../../chapter-check.rs"]
mod chapter_check;

#[cfg(test)]
mod tests;
