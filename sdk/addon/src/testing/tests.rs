//! The host of tests: what it answers, what it remembers, and what it makes fail.

use super::*;
use crate::{contacts, files, http, http::Request, schedule, settings, tickets};

const URL: &str = "https://api.example.com/x";

fn status() -> u16 {
    Request::get(URL).query("q", "1").send().unwrap().status()
}

#[test]
fn answers_come_in_turn_and_the_last_one_stays() {
    let host = Host::new().answer("GET", URL, Canned::text(503, "")).answer("GET", URL, Canned::text(200, ""));
    assert_eq!([status(), status(), status()], [503, 200, 200]);
    assert_eq!(host.requests().len(), 3);
}

#[test]
fn an_answer_with_the_query_goes_before_one_without() {
    let _host = Host::new().answer("GET", URL, Canned::text(404, "")).answer(
        "GET",
        "https://api.example.com/x?q=1",
        Canned::text(200, ""),
    );
    assert_eq!(status(), 200);
}

#[test]
#[should_panic(expected = "no answer is prepared for GET https://api.example.com/x?q=1")]
fn a_request_without_an_answer_fails_the_test() {
    let _host = Host::new();
    status();
}

#[test]
fn a_credential_without_its_setting_is_not_sent() {
    let _host = Host::new().setting("empty", "");
    for key in ["missing", "empty"] {
        let outcome = Request::get(URL).bearer(key).send();
        assert_eq!(outcome, Err(http::Error::NeedsSetting(key.into())));
    }
}

#[test]
fn a_host_takes_its_data_with_it() {
    drop(Host::new().setting("key", "old"));
    assert_eq!(settings::text("key"), None);
    let first = Host::new();
    let second = Host::new().setting("key", "new");
    drop(first);
    assert_eq!(settings::text("key").as_deref(), Some("new"));
    drop(second);
}

#[test]
fn what_was_not_granted_is_denied() {
    let host = Host::new().contact("c1", "Ada", None).ticket("t1", "Hi", "c1").deny("tickets.write");
    assert!(matches!(tickets::add_note("t1", "x"), Err(tickets::Error::Denied(_))));
    assert!(tickets::add_reply("t1", "x").is_ok(), "that is another capability");
    assert!(tickets::get("t1").is_ok() && contacts::get("c1").is_ok());
    assert!(host.notes("t1").is_empty());
}

#[test]
fn what_is_planned_comes_when_it_is_due_and_once() {
    let host = Host::new();
    schedule::at("b", host.now() + 2_000, &2).unwrap();
    schedule::at("a", host.now() + 1_000, &1).unwrap();
    assert!(host.due().is_empty());
    host.advance(Duration::from_secs(5));
    let due = host.due();
    let values: Vec<_> = due.iter().map(|tick| (tick.key(), tick.value::<u32>().unwrap())).collect();
    assert_eq!(values, [("a", Some(1)), ("b", Some(2))]);
    assert!(host.due().is_empty() && !schedule::cancel("a").unwrap());
}

#[test]
fn a_file_is_read_as_it_was_written_and_only_when_it_is_finished() {
    let host = Host::new().ticket("t1", "Hi", "c1");
    let id = files::create("../a.txt").unwrap();
    files::append(&id, b"one, ").unwrap();
    files::append(&id, b"two").unwrap();
    assert_eq!(files::bytes(&id), Err(files::Error::NotFound));
    let file = files::finish(&id).unwrap();
    assert_eq!((file.name.as_str(), file.size), ("a.txt", 8));
    assert_eq!((files::read(&id, 5, 2), files::read(&id, 8, 2)), (Ok(b"tw".to_vec()), Ok(vec![])));
    tickets::add_note_with("t1", "See there", &[&id]).unwrap();
    assert_eq!(host.messages_now("t1")[0].attachments, [file]);
    assert_eq!(tickets::add_note_with("t1", "x", &["f9"]), Err(files::Error::NotFound));
}

#[test]
fn an_answer_can_go_into_a_file_and_a_file_into_a_request() {
    let host = Host::new().answer("GET", URL, Canned::text(200, "bytes")).answer("POST", URL, Canned::text(200, ""));
    let answer = Request::get(URL).into_file("report.txt").send().unwrap();
    let file = answer.file().unwrap();
    Request::post(URL).file(&file.id, "text/plain").send().unwrap();
    Request::post(URL).form([http::Part::text("to", "ada"), http::Part::file("what", &file.id)]).send().unwrap();
    let bodies: Vec<_> = host.requests().iter().map(|sent| sent.text()).collect();
    assert_eq!(bodies, ["", "bytes", "to=ada\nwhat=bytes\n"]);
}

#[test]
fn tickets_are_found_as_they_are_filtered_page_by_page() {
    let host = Host::new().ticket("t1", "Ink", "c1").ticket("t2", "Paper", "c2").ticket("t3", "Ink again", "c1");
    tickets::assign("t3", Some("o1")).unwrap();
    let ids = |search: tickets::Search| {
        let first = search.page(None).unwrap();
        let next = first.next.as_deref().map(|cursor| search.page(Some(cursor)).unwrap().tickets);
        let all = first.tickets.into_iter().chain(next.into_iter().flatten());
        all.map(|ticket| ticket.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(tickets::Search::new().requester("c1").limit(1)).len(), 2);
    assert_eq!(ids(tickets::Search::new().text("ink").unassigned()), ["t1"]);
    assert_eq!(ids(tickets::Search::new().assigned_to("o1")), ["t3"]);
    let tier = |tier: &str| tickets::FieldData::Choice(tier.into());
    tickets::set_fields("t2", &[tickets::CustomChange::set("acme.crm.tier", tier("gold"))]).unwrap();
    assert_eq!(ids(tickets::Search::new().field("acme.crm.tier", tier("gold"))), ["t2"]);
    assert!(ids(tickets::Search::new().field("acme.crm.tier", tier("silver"))).is_empty());
    let opened = tickets::create(&tickets::NewTicket::new("c1", "New", "Body")).unwrap();
    assert_eq!((host.opened(), host.messages_now(&opened.id)[0].body.as_str()), (vec![opened.clone()], "Body"));
}

#[test]
fn an_address_belongs_to_one_contact() {
    let _host = Host::new().contact("c1", "Ada", Some("ada@example.com"));
    let twin = contacts::NewContact { emails: vec!["ADA@example.com".into()], ..contacts::NewContact::new("Twin") };
    assert!(matches!(contacts::create(&twin), Err(contacts::Error::Invalid(_))));
    let grace = contacts::create(&contacts::NewContact::new("Grace")).unwrap();
    assert_eq!(contacts::search("gra", None, 10).unwrap().contacts, [grace]);
}

#[test]
fn messages_and_notes_are_kept_in_order() {
    let host = Host::new().ticket("t1", "Hi", "c1").message("t1", "Help");
    tickets::add_note("t1", "Looked at it").unwrap();
    let bodies: Vec<_> = tickets::messages("t1").unwrap().into_iter().map(|message| message.body).collect();
    assert_eq!(bodies, ["Help", "Looked at it"]);
    assert_eq!(host.notes("t1"), ["Looked at it"]);
}

#[test]
fn a_language_has_the_texts_of_english_and_no_other() {
    every_language_is_complete(&[("en", "# about\na = A { $x }\nb =\n    long"), ("de", "b = B\na = { $x } a")]);
}

#[test]
#[should_panic(expected = "`de` has not the same texts as `en`: [\"b\", \"c\"]")]
fn texts_that_a_language_lacks_or_has_alone_are_named() {
    every_language_is_complete(&[("en", "a = A\nb = B"), ("de", "a = A\nc = C")]);
}
