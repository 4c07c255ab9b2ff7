//! The whole add-on without a host: what is asked, what becomes of what was sent, and where the form is.

use annex_sdk::{
    about::{self, Installation},
    contacts,
    testing::{self, Host, Look},
    ui::Location,
};

use super::*;

const SENT: &str = "name=Ada+Byron&email=Ada%40example.com&subject=Ink&message=It+is+empty.";

fn asked(language: &str) -> String {
    let request = InboundRequest::new("GET", "/form", "").with_header("accept-language", language);
    WebForm::on_request(&request).unwrap().body()
}

fn send(page: &str, body: &str) -> Result<(u16, String)> {
    let request = InboundRequest::new("POST", "/form", body).with_header("x-form-id", page);
    let answer = WebForm::on_request(&request)?;
    Ok((answer.status_code(), answer.body()))
}

#[test]
fn what_is_asked_follows_the_settings_and_the_language() {
    let _host = Host::new();
    assert!(asked("en").contains("\"title\":\"Contact us\"") && !asked("en").contains("topic"));
    assert!(asked("de-AT").contains("Ihre Nachricht"));
    let _host = Host::new().setting("title", "Ask us").setting("topics", "Billing, Repair,, Billing ");
    assert!(
        asked("en").contains("\"title\":\"Ask us\"") && asked("en").contains("\"choices\":[\"Billing\",\"Repair\"]")
    );
}

#[test]
fn what_was_sent_becomes_a_ticket_with_a_tag() {
    let host = Host::new().setting("tag", "web-form");
    let sent = send("p1", &format!("{SENT}&topic=Repair")).unwrap();
    assert_eq!(sent, (200, "Thank you. We will get back to you by e-mail.".to_owned()));
    let ticket = host.opened().remove(0);
    assert_eq!((ticket.subject.as_str(), ticket.tags.as_slice()), ("Ink", ["web-form".to_owned()].as_slice()));
    assert_eq!(host.messages_now(&ticket.id)[0].body, "Topic: Repair\n\nIt is empty.");
    let requester = contacts::get(&ticket.requester).unwrap();
    assert_eq!((requester.name.as_str(), requester.email()), ("Ada Byron", Some("ada@example.com")));
}

#[test]
fn who_is_known_stays_as_they_are() {
    let host = Host::new().contact("c1", "Ada Lovelace", Some("ada@example.com"));
    send("p1", SENT).unwrap();
    assert_eq!(host.opened()[0].requester, "c1");
    assert_eq!(host.contact_now("c1").unwrap().name, "Ada Lovelace", "nobody has proven who they are");
}

#[test]
fn a_page_that_is_sent_twice_makes_one_ticket() {
    let host = Host::new().setting("thanks", "Thanks!");
    for _ in 0..2 {
        assert_eq!(send("p1", SENT).unwrap(), (200, "Thanks!".to_owned()));
    }
    assert_eq!(host.opened().len(), 1);
    send("p2", SENT).unwrap();
    assert_eq!(host.opened().len(), 2);
}

#[test]
fn what_failed_can_be_sent_again() {
    let host = Host::new().deny("tickets.write");
    assert!(send("p1", SENT).is_err());
    assert_eq!(host.stored::<i64>("page/p1"), None);
}

#[test]
fn what_is_missing_is_said_by_field() {
    let host = Host::new();
    let (status, said) = send("p1", "name=Ada&email=ada%40example.com&subject=+&message=x").unwrap();
    assert_eq!((status, said.as_str()), (422, r#"{"subject":"Fill this in."}"#));
    assert!(host.opened().is_empty() && host.stored_count() == 0);
    let other = WebForm::on_request(&InboundRequest::new("GET", "/other", "")).unwrap();
    assert_eq!(other.status_code(), 404);
}

#[test]
fn the_page_says_where_the_form_is() {
    let host = Host::new();
    let look = || Look::at(&WebForm::render(&testing::context_at(Location::Page)).unwrap());
    assert!(look().shows("https://desk.example/forms/h1") && look().shows("<iframe src="));
    assert_eq!(look().button("Open the form").unwrap().does, "open https://desk.example/forms/h1");
    let _host = host.installation(Installation { hooks: None, ..about::get() });
    assert!(look().shows("The form has no address"));
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
}
