//! What is shown: this ticket's rating or the form for it, the requester's ratings, and the desk's share of satisfied
//! answers.

use annex_sdk::{
    prelude::*,
    tickets::Ticket,
    ui::{Block, ChoiceInput, Empty, Progress, Tone},
};

use crate::{
    MOST_COMMENT,
    ratings::{self, Rating, Sums},
};

/// Earlier ratings that are shown; the average counts all.
const SHOWN: usize = 5;

/// Whether the requester is asked by links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The host has no address for them.
    Never,
    /// They can be.
    Possible,
    /// They were, and have not answered.
    Waiting,
}

pub(crate) fn view(ticket: &Ticket, ratings: &[Rating], desk: Sums, asked: Asked, t: &Texts) -> View {
    let here = ratings.iter().find(|rating| rating.ticket == ticket.id);
    let view = View::new(t.get("title"));
    let view = match here {
        Some(rating) => view.section(given(rating, t)).section(form(Some(rating), t)),
        None => view.section(ask(asked, t)).section(form(None, t)),
    };
    view.section(requester(ratings, ticket, t)).section(whole_desk(desk, t))
}

/// The rating of this ticket.
fn given(rating: &Rating, t: &Texts) -> Section {
    let section = Section::titled(t.get("this-ticket")).block(badges(rating.stars, t));
    let section = if rating.comment.is_empty() { section } else { section.text(quoted(&rating.comment)) };
    let again = Button::invoke("forget", t.get("forget")).subtle().confirm(
        t.get("forget-title"),
        t.get("forget-body"),
        t.get("forget"),
    );
    section.block(Actions::new().button(again))
}

/// There is no rating yet: the question, as links or ready for the reply.
fn ask(asked: Asked, t: &Texts) -> Section {
    let insert = || Button::insert_reply(t.get("question"), t.get("insert-question")).icon("message-square");
    let send = |label: &str| {
        let button = Button::invoke("ask", t.get(label)).icon("send");
        button.confirm(t.get("ask-title"), t.get("ask-body"), t.get("ask"))
    };
    let (said, buttons) = match asked {
        Asked::Never => ("not-rated", Actions::new().button(insert())),
        Asked::Possible => ("not-rated", Actions::new().button(send("ask")).button(insert())),
        Asked::Waiting => ("waiting", Actions::new().button(send("ask-again"))),
    };
    Section::titled(t.get("this-ticket")).block(Text::muted(t.get(said))).block(buttons)
}

fn form(rating: Option<&Rating>, t: &Texts) -> Section {
    let stars = (1..=5_u8).rev().fold(ChoiceInput::radios("stars", t.get("stars")), |input, stars| {
        input.choice(stars.to_string(), format!("{} {}", drawn(stars), t.get(&format!("stars-{stars}"))))
    });
    let stars = match rating {
        Some(rating) => stars.selected(rating.stars.to_string()),
        None => stars,
    };
    let comment = TextInput::area("comment", t.get("comment")).max(MOST_COMMENT).hint(t.get("comment-hint"));
    let comment = match rating {
        Some(rating) => comment.value(rating.comment.clone()),
        None => comment,
    };
    let label = if rating.is_some() { "change" } else { "record" };
    let form: Section =
        Form::new("record", t.get(label)).titled(t.get("enter")).input(stars.required()).input(comment).into();
    // Once there is a rating, changing it is the exception.
    if rating.is_some() { form.folded() } else { form }
}

fn requester(ratings: &[Rating], ticket: &Ticket, t: &Texts) -> Section {
    let section = Section::titled(t.get("requester"));
    let sums = ratings::sums(ratings);
    let Some(average) = sums.average() else {
        return section.block(Empty::new(t.get("no-ratings")).body(t.get("no-ratings-why")));
    };
    let earlier =
        ratings.iter().rev().filter(|rating| rating.ticket != ticket.id).take(SHOWN).map(|rating| item(rating, t));
    let pairs = Pairs::new().text(t.get("average"), average).text(t.get("rated"), sums.count.to_string());
    let list = List::new("earlier", t.get("earlier")).items(earlier).empty(t.get("no-earlier"));
    section.block(pairs).block(list)
}

fn item(rating: &Rating, t: &Texts) -> Item {
    let title = t.with("ticket", &[("number", &rating.number.to_string()), ("subject", &rating.subject)]);
    let item = Item::new(rating.ticket.clone(), title).badge(badge(rating.stars, t));
    if rating.comment.is_empty() { item } else { item.subtitle(quoted(&rating.comment)) }
}

fn whole_desk(desk: Sums, t: &Texts) -> Section {
    let section = Section::titled(t.get("desk"));
    let (Some(percent), Some(average)) = (desk.csat(), desk.average()) else {
        return section.block(Text::muted(t.get("desk-none")));
    };
    let label = t.with("csat", &[("percent", &percent.to_string())]);
    let pairs = Pairs::new().text(t.get("average"), average).text(t.get("rated"), desk.count.to_string());
    section.block(Progress::percent(label, percent)).block(pairs)
}

fn badges(stars: u8, t: &Texts) -> Block {
    [badge(stars, t)].into_iter().collect()
}

/// Tone and words: the stars alone would not be read aloud.
fn badge(stars: u8, t: &Texts) -> Badge {
    let tone = match stars {
        4.. => Tone::Success,
        3 => Tone::Warning,
        _ => Tone::Critical,
    };
    Badge::new(tone, format!("{} {}", drawn(stars), t.get(&format!("stars-{stars}"))))
}

fn drawn(stars: u8) -> String {
    (1..=5).map(|place| if place <= stars { '★' } else { '☆' }).collect()
}

fn quoted(comment: &str) -> String {
    format!("“{comment}”")
}
