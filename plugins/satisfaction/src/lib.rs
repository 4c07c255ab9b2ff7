//! Satisfaction: how requesters rate their tickets, beside each ticket. The reference for paid add-ons: its plans are in
//! `annex.toml`, and nothing of them is in the code, as the host alone knows who may use it.
//!
//! Requesters rate by a link, or an operator enters what they said. `ratings` keeps and sums up, `asking` asks and hears, `panel`
//! draws.

mod asking;
mod panel;
mod ratings;

use annex_sdk::{
    about,
    prelude::*,
    tickets::{self, Ticket},
    webhook::{Answer, InboundRequest},
};

use asking::Followed;
use panel::Asked;
use ratings::Rating;

const TEXTS: &[(&str, &str)] = &[
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

/// Characters of a comment.
const MOST_COMMENT: u32 = 500;

struct Satisfaction;

impl Plugin for Satisfaction {
    fn render(ctx: &Context) -> Result<View> {
        show(&tickets::get(ctx.ticket_id()?)?, &Texts::choose(&ctx.locale, TEXTS))
    }

    fn handle(ctx: &Context, event: &Event) -> Result<Reply> {
        let t = Texts::choose(&ctx.locale, TEXTS);
        let ticket = tickets::get(ctx.ticket_id()?)?;
        match event.verb.as_str() {
            "ask" => ask(&ticket, &t),
            "record" => record(&ticket, event, &t),
            "forget" => forget(&ticket, &t),
            _ => Err(event.unknown()),
        }
    }

    /// A requester follows a link. Nobody knows their language: it is the desk's.
    fn on_request(request: &InboundRequest) -> Result<Answer> {
        let t = Texts::choose(&about::get().locale, TEXTS);
        // Programs that try whether there is something rate nothing.
        if request.method != "GET" {
            return Ok(Answer::status(405));
        }
        Ok(match asking::follow(&request.path)? {
            Followed::Rated => Answer::ok().text(t.get("thanks")),
            Followed::Several => Answer::status(409).text(t.get("several-links")),
            Followed::Nothing => Answer::status(404).text(t.get("link-over")),
        })
    }
}

annex_sdk::export_plugin!(Satisfaction);

fn show(ticket: &Ticket, t: &Texts) -> Result<View> {
    let (own, desk) = (ratings::of_requester(&ticket.requester)?, ratings::of_desk()?);
    let asked = match asking::address() {
        None => Asked::Never,
        Some(_) if asking::is_open(&ticket.id)? => Asked::Waiting,
        Some(_) => Asked::Possible,
    };
    Ok(panel::view(ticket, &own, desk, asked, t))
}

fn ask(ticket: &Ticket, t: &Texts) -> Result<Reply> {
    let Some(address) = asking::address() else { return Err(Error::internal("the host has no address for links")) };
    asking::ask(ticket, &address, t)?;
    Ok(Reply::replace(show(ticket, t)?).toast(Toast::success(t.get("asked"))))
}

fn record(ticket: &Ticket, event: &Event, t: &Texts) -> Result<Reply> {
    let Some(stars) = event.text("stars").parse::<u8>().ok().filter(|stars| (1..=5).contains(stars)) else {
        return Ok(Reply::invalid([("stars", t.get("stars-missing"))]));
    };
    let rating = Rating {
        ticket: ticket.id.clone(),
        number: ticket.number,
        subject: ticket.subject.clone(),
        stars,
        comment: event.text("comment").trim().to_owned(),
    };
    ratings::record(&ticket.requester, &rating)?;
    log::info!("ticket {} was rated {stars}", ticket.number);
    Ok(Reply::replace(show(ticket, t)?).toast(Toast::success(t.get("recorded"))))
}

fn forget(ticket: &Ticket, t: &Texts) -> Result<Reply> {
    if ratings::forget(&ticket.requester, &ticket.id)? {
        log::info!("the rating of ticket {} was taken back", ticket.number);
    }
    Ok(Reply::replace(show(ticket, t)?).toast(Toast::success(t.get("forgotten"))))
}

#[cfg(test)]
mod tests;
