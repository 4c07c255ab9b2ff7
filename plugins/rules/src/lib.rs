//! Rules: what a help desk does by itself, wholly as an add-on. Events start it, a schedule goes on with it, a page of the main menu
//! says how.
//!
//! `turn`, `reply`, `close` and `clock` are a rule each, `hours` knows when the desk is open, `config` keeps what `page` lets people
//! enter, `sidebar` shows the clock of a ticket.

mod clock;
mod close;
mod config;
mod hours;
mod page;
mod reply;
mod sidebar;
mod turn;

use annex_sdk::{
    about,
    plugin::{Actor, Happening, Notice, Written},
    prelude::*,
    schedule::{self, Tick},
    tickets::Author,
    ui::Location,
};

use config::Rules;

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

/// Tickets that one call writes to: each function that writes works five times in it.
const AT_ONCE: usize = 5;
/// The timer of what a call had to leave.
const MORE: &str = "more";

/// Whether a call left something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    More,
}

struct AllRules;

impl Plugin for AllRules {
    fn render(ctx: &Context) -> Result<View> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        match ctx.location {
            Location::Page => page::view(ctx, &t),
            _ => sidebar::view(ctx.ticket_id()?, &t),
        }
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        page::handle(ctx, event, &Texts::choose(&ctx.locale, TEXTS))
    }

    fn on_event(notice: &Notice) -> Result<()> {
        let rules = Rules::of_desk()?;
        clock::hear(notice, &rules)?;
        close::hear(notice, &rules.close)?;
        // What came of something that was written here is noted above, and leads to nothing more: that would go in circles.
        if notice.causes.contains(&about::get().id) {
            return Ok(());
        }
        match &notice.happening {
            Happening::TicketCreated(ticket) => {
                turn::assign(&ticket.id, &rules.turn)?;
                if matches!(notice.actor, Actor::Requester(_)) { reply::answer(notice, ticket, &rules) } else { Ok(()) }
            }
            Happening::TicketReopened(change) => turn::assign(&change.ticket.id, &rules.turn),
            Happening::MessageAdded(Written { ticket, message }) if matches!(message.author, Author::Requester(_)) => {
                reply::answer(notice, ticket, &rules)
            }
            _ => Ok(()),
        }
    }

    fn on_schedule(tick: &Tick) -> Result<()> {
        let rules = Rules::of_desk()?;
        let rests = [clock::sweep(tick.due, &rules)?, close::sweep(tick.due, &rules.close)?];
        if rests.contains(&Rest::More) {
            schedule::at(MORE, tick.due, &())?;
        }
        Ok(())
    }
}

annex_sdk::export_plugin!(AllRules);

/// A setting that names several, with commas between them, in lower case.
fn names(setting: &str) -> Vec<String> {
    let text = settings::text(setting).unwrap_or_default().to_lowercase();
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
