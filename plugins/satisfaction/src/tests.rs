//! The whole add-on without a host: what operators see and enter.

use std::time::Duration;

use annex_sdk::{
    about::{self, Installation},
    testing::{self, Host, Look},
    ui::{Location, TicketPlace, Value},
};

use super::*;

fn host() -> Host {
    Host::new().contact("c1", "Ada Lovelace", Some("ada@example.com")).ticket("t1", "Ink is empty", "c1").ticket(
        "t2",
        "Printer on fire",
        "c1",
    )
}

fn on(ticket: &str) -> Context {
    let (ticket, requester) = (ticket.into(), "c1".into());
    testing::context_at(Location::TicketSidebar(TicketPlace { ticket, requester, requester_email: None }))
}

fn rate(ticket: &str, stars: &str, comment: &str) -> Result<Reply> {
    let event = Event::new("record")
        .entered("stars", Value::Text(stars.into()))
        .entered("comment", Value::Text(comment.into()));
    Satisfaction::handle(&on(ticket), &event)
}

fn look(ticket: &str) -> Look {
    Look::at(&Satisfaction::render(&on(ticket)).unwrap())
}

fn follow(link: &str) -> (u16, String) {
    let path = link.strip_prefix(&about::get().hooks.unwrap()).unwrap();
    let answer = Satisfaction::on_request(&InboundRequest::new("GET", path, "")).unwrap();
    (answer.status_code(), answer.body())
}

/// The links that the requester of a ticket has got, from five stars to one.
fn links(host: &Host, ticket: &str) -> Vec<String> {
    let _ = Satisfaction::handle(&on(ticket), &Event::new("ask")).unwrap();
    let reply = host.replies(ticket).pop().unwrap();
    reply.lines().skip(1).map(|line| line.split_once(": ").unwrap().1.to_owned()).collect()
}

#[test]
fn a_requester_rates_by_a_link_once() {
    let host = host();
    let links = links(&host, "t1");
    assert_eq!(links.len(), 5);
    assert!(look("t1").shows("has not answered yet") && look("t1").button("Ask again").is_some());
    assert_eq!(follow(&links[1]), (200, "Thank you. Your rating was recorded.".to_owned()));
    assert!(look("t1").shows("★★★★☆ Satisfied"));
    assert_eq!(follow(&links[1]).0, 200, "the answer was lost, say");
    host.advance(Duration::from_secs(60));
    for link in &links {
        assert_eq!(follow(link).0, 404, "one of them was followed");
    }
    assert!(look("t1").shows("★★★★☆ Satisfied"));
}

#[test]
fn programs_that_follow_every_link_rate_nothing() {
    let host = host();
    let links = links(&host, "t1");
    let answers: Vec<u16> = links.iter().map(|link| follow(link).0).collect();
    assert_eq!(answers, [200, 409, 409, 409, 409]);
    assert!(look("t1").shows("has not answered yet") && look("t1").shows("Nothing was rated yet"));
    host.advance(Duration::from_secs(60));
    assert_eq!(follow(&links[0]).0, 200, "the requester comes later");
    assert!(look("t1").shows("★★★★★ Very satisfied"));
}

#[test]
fn of_links_that_are_followed_side_by_side_none_counts() {
    let host = host();
    let links = links(&host, "t1");
    let address = about::get().hooks.unwrap();
    let written: Vec<_> =
        links.iter().map(|link| asking::write(link.strip_prefix(&address).unwrap()).unwrap().unwrap()).collect();
    for one in &written {
        assert_eq!(asking::settle(one), Ok(Followed::Several));
    }
    assert!(look("t1").shows("has not answered yet") && look("t1").shows("Nothing was rated yet"));
}

#[test]
fn a_link_ends_with_the_next_one_and_after_30_days() {
    let host = host();
    let first = links(&host, "t1");
    let second = links(&host, "t1");
    assert_eq!(follow(&first[0]).0, 404);
    host.advance(Duration::from_secs(30 * 24 * 60 * 60));
    assert_eq!(follow(&second[0]).0, 404);
    assert!(look("t1").shows("Not rated yet"));
}

#[test]
fn what_is_no_link_rates_nothing() {
    let host = host();
    let link = links(&host, "t1").remove(0);
    let (before, stars) = link.rsplit_once('/').unwrap();
    let (guessed, long) = ("0".repeat(32), "x".repeat(10_000));
    let others = [
        format!("{before}/0"),
        format!("{before}/6"),
        format!("{before}/{stars}/5"),
        link.replace("/t1/", "/t2/"),
        format!("{}/{guessed}/5", before.rsplit_once('/').unwrap().0),
        format!("{}/rate/{long}/{guessed}/5", about::get().hooks.unwrap()),
    ];
    for other in others {
        assert_eq!(follow(&other).0, 404, "{other}");
    }
    let head = InboundRequest::new("HEAD", link.strip_prefix(&about::get().hooks.unwrap()).unwrap(), "");
    assert_eq!(Satisfaction::on_request(&head).unwrap().status_code(), 405);
    assert_eq!(follow(&link).0, 200, "it is still good");
}

#[test]
fn where_the_host_has_no_address_operators_ask_in_their_own_words() {
    let host = host();
    let host = host.installation(Installation { hooks: None, ..about::get() });
    assert!(look("t1").button("Ask by link").is_none() && look("t1").button("Insert the question").is_some());
    assert!(Satisfaction::handle(&on("t1"), &Event::new("ask")).is_err());
    assert!(host.replies("t1").is_empty());
}

#[test]
fn a_ticket_that_nobody_rated_offers_the_question_and_the_form() {
    let _host = host();
    let look = look("t1");
    assert!(look.shows("Not rated yet") && look.shows("No ratings yet") && look.shows("Nothing was rated yet"));
    assert!(look.button("Insert the question").unwrap().does.contains("insert-reply How satisfied"));
    assert_eq!(look.fields, ["stars", "comment"]);
}

#[test]
fn a_rating_shows_at_its_ticket_and_beside_the_others() {
    let host = host();
    let reply = rate("t1", "5", "  Quick and friendly ").unwrap();
    let shown = Look::at_reply(&reply);
    assert!(
        shown.shows("Rating recorded") && shown.shows("★★★★★ Very satisfied") && shown.shows("“Quick and friendly”")
    );
    let _ = rate("t2", "2", "").unwrap();
    let second = look("t2");
    assert!(second.shows("#1 Ink is empty") && second.shows("3.5") && second.shows("50 % satisfied"));
    assert!(host.logs().iter().all(|line| !line.contains("friendly")), "comments are no business of the log");
}

#[test]
fn a_rating_without_stars_is_marked_at_the_field() {
    let host = host();
    for stars in ["", "0", "6", "many"] {
        let reply = rate("t1", stars, "x").unwrap();
        assert!(Look::at_reply(&reply).shows("Choose one to five stars"), "{stars}");
    }
    assert_eq!(host.stored_count(), 0);
}

#[test]
fn a_rating_is_replaced_and_taken_back() {
    let _host = host();
    let _ = rate("t1", "1", "Slow").unwrap();
    let again = Look::at_reply(&rate("t1", "4", "").unwrap());
    assert!(again.shows("Satisfied") && !again.shows("Slow") && again.shows("100 % satisfied"));
    let gone = Satisfaction::handle(&on("t1"), &Event::new("forget")).unwrap();
    assert!(Look::at_reply(&gone).shows("Not rated yet") && Look::at_reply(&gone).shows("Nothing was rated yet"));
}

#[test]
fn without_the_capability_the_reader_is_told() {
    let _host = host().deny("kv");
    assert!(Satisfaction::render(&on("t1")).is_err());
    let _host = host().deny("tickets.read");
    assert!(matches!(Satisfaction::render(&on("t1")), Err(Error::Denied(_))));
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
}
