//! Satisfaction: how requesters rate their tickets, beside each ticket. The reference for paid add-ons: its plans are in
//! `annex.toml`, and nothing of them is in the code, as the host alone knows who may use it.
//!
//! `ratings` keeps and sums up, `panel` draws.

mod panel;
mod ratings;

use annex_sdk::{
    prelude::*,
    tickets::{self, Ticket},
};

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
            "record" => record(&ticket, event, &t),
            "forget" => forget(&ticket, &t),
            _ => Err(event.unknown()),
        }
    }
}

annex_sdk::export_plugin!(Satisfaction);

fn show(ticket: &Ticket, t: &Texts) -> Result<View> {
    Ok(panel::view(ticket, &ratings::of_requester(&ticket.requester)?, ratings::of_desk()?, t))
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
