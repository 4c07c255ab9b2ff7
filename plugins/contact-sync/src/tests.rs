//! The whole add-on, with prepared answers of the two CRMs: what is shown in each case.

use annex_sdk::{
    testing::{self, Canned, Host, Look},
    ui::Location,
};

use super::*;

const UPSALES: &str = "https://integration.upsales.com/api/v2/contacts";
const FRESHDESK: &str = "https://acme.freshdesk.com/api/v2/contacts";
const UPSALES_ADA: &str = r#"{"error":null,"data":[{"id":7,"name":"Ada Byron","title":"Countess","email":"ada@example.com",
    "phone":"08-123 456 78","cellPhone":"+46 70 111 22 33","client":{"id":1,"name":"Analytical AB"}}],"metadata":{"total":1}}"#;
const FRESHDESK_ADA: &str = r#"[{"id":9,"name":"Ada B.","job_title":null,"email":"ADA@example.com","phone":"+46 8 123 456 78",
    "mobile":null,"other_emails":["ada@home.example"]}]"#;

fn host() -> Host {
    Host::new().secret("upsales_key").secret("freshdesk_key").setting("freshdesk_subdomain", "acme").contact(
        "c1",
        "Ada Lovelace",
        Some("ada@example.com"),
    )
}

fn click() -> Result<Reply> {
    ContactSync::handle(&testing::context(), &Event::new("together"))
}

/// What a click shows where both CRMs are used, part by part as the host asks for them.
fn parts() -> Vec<Look> {
    let reply = ContactSync::handle(&testing::context(), &Event::new("sync")).unwrap();
    let ask = |part: &testing::Part| ContactSync::handle(&testing::context(), &part.event());
    Look::at_reply(&reply).deferred.iter().map(|part| Look::at_outcome(&ask(part))).collect()
}

fn upsales(answer: Canned) -> Host {
    host().answer("GET", UPSALES, answer).answer("GET", FRESHDESK, Canned::json(200, FRESHDESK_ADA))
}

fn freshdesk(answer: Canned) -> Host {
    host().answer("GET", UPSALES, Canned::json(200, UPSALES_ADA)).answer("GET", FRESHDESK, answer)
}

#[test]
fn the_start_shows_the_address_and_the_button() {
    let _host = host();
    let look = Look::at(&ContactSync::render(&testing::context()).unwrap());
    assert!(look.shows("ada@example.com"));
    assert_eq!(look.button("Sync contact from CRM").unwrap().does, "invoke sync");
}

#[test]
fn each_crm_is_a_part_that_comes_by_itself() {
    let host = freshdesk(Canned::Timeout);
    let reply = ContactSync::handle(&testing::context(), &Event::new("sync")).unwrap();
    let look = Look::at_reply(&reply);
    assert!(host.requests().is_empty(), "the panel does not wait for either");
    assert_eq!(look.deferred.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["upsales", "freshdesk"]);
    assert_eq!(look.button("Put both together").unwrap().does, "invoke together");

    let [upsales, slow]: [Look; 2] = parts().try_into().unwrap();
    assert_eq!(host.requests().len(), 2, "each part asks one");
    assert!(upsales.shows("Ada Byron") && upsales.shows("+46 70 111 22 33"), "{:?}", upsales.texts);
    let does: Vec<_> = upsales.buttons.iter().map(|button| button.does.as_str()).collect();
    assert!(does.contains(&"insert-reply +46 70 111 22 33") && does.contains(&"copy ada@example.com"), "{does:?}");
    let said = slow.texts.iter().filter(|text| text.contains("Freshdesk cannot be reached")).count();
    assert_eq!(said, 2, "beside the others, and as a notification: {:?}", slow.texts);
    assert_eq!(host.stored_count(), 0);
}

#[test]
fn a_part_of_long_lists_fits_twice_into_a_panel() {
    let emails: Vec<_> = (0..300).map(|n| format!("{n}@{}.example", "ü".repeat(190))).collect();
    let person = |n| serde_json::json!({"name": format!("P{n} {}", "x".repeat(400)), "email": "ada@example.com", "other_emails": emails});
    let people: Vec<_> = (0..8).map(person).collect();
    let _host = freshdesk(Canned::json(200, serde_json::json!(people).to_string()));
    let [_, long]: [Look; 2] = parts().try_into().unwrap();
    let bytes: usize = long.texts.iter().map(String::len).sum::<usize>()
        + long.buttons.iter().map(|button| button.does.len() + button.label.len()).sum::<usize>();
    assert!(bytes < 30 << 10, "{bytes}");
    assert!(long.shows("of 8 people") && long.shows("8 of 301 numbers and addresses"), "{:?}", long.texts);
}

#[test]
fn one_crm_alone_is_shown_at_once() {
    let _host = Host::new().secret("upsales_key").answer("GET", UPSALES, Canned::json(200, UPSALES_ADA));
    let reply = ContactSync::handle(&testing::context(), &Event::new("sync")).unwrap();
    assert!(Look::at_reply(&reply).shows("Ada Byron") && Look::at_reply(&reply).deferred.is_empty());
}

#[test]
fn a_requester_without_an_address_cannot_be_looked_up() {
    let _host = host();
    let ctx = testing::context_at(Location::Page);
    let look = Look::at(&ContactSync::render(&ctx).unwrap());
    assert!(look.shows("no e-mail address") && look.buttons.is_empty());
}

#[test]
fn asks_both_sides_with_their_keys_and_stores_nothing() {
    let host = freshdesk(Canned::json(200, FRESHDESK_ADA));
    assert!(click().is_ok());
    let sent: Vec<_> = host.requests().into_iter().map(|sent| (sent.url, sent.auth.unwrap())).collect();
    assert_eq!(
        sent,
        [
            (format!("{UPSALES}?email=ada%40example.com"), "query token upsales_key".to_owned()),
            (format!("{FRESHDESK}?email=ada%40example.com"), r#"basic freshdesk_key:"X""#.to_owned()),
        ]
    );
    assert_eq!(host.stored_count(), 0);
    assert!(host.logs().iter().all(|line| !line.contains("ada")), "{:?}", host.logs());
}

#[test]
fn shows_one_person_with_the_sources_of_each_detail() {
    let _host = freshdesk(Canned::json(200, FRESHDESK_ADA));
    let look = Look::at_reply(&click().unwrap());
    for text in ["Ada Lovelace", "Ada Byron", "Countess", "Analytical AB", "Upsales, Freshdesk", "ada@home.example"] {
        assert!(look.shows(text), "{text}: {:?}", look.texts);
    }
    assert!(!look.shows("08-123"), "the number with its country is shown once");
    let does: Vec<_> = look.buttons.iter().map(|button| button.does.as_str()).collect();
    assert!(does.contains(&"copy +46 8 123 456 78"), "{does:?}");
    assert!(does.contains(&"insert-reply +46 8 123 456 78"));
    assert!(does.contains(&"copy ada@home.example"));
    assert!(!does.contains(&"insert-reply ada@home.example"));
    assert!(look.shows("Contact found"));
}

#[test]
fn when_one_side_fails_the_other_is_shown_and_the_banner_names_the_side() {
    let cases = [
        (Canned::json(401, "{}"), "Upsales refused the key"),
        (Canned::json(403, "{}"), "Upsales refused the key"),
        (Canned::json(500, "{}"), "Upsales cannot be reached"),
        (Canned::json(429, "{}"), "Upsales is busy"),
        (Canned::Timeout, "Upsales cannot be reached"),
        (Canned::Unreachable, "Upsales cannot be reached"),
        (Canned::json(200, "<html>"), "Upsales sent something that is not data"),
        (Canned::json(200, r#"{"error":{"key":"Busy","msg":"later"},"data":null}"#), "Upsales is busy"),
        (Canned::json(404, "{}"), "Not in Upsales"),
        (Canned::json(200, r#"{"error":null,"data":[],"metadata":{}}"#), "Not in Upsales"),
        (Canned::Denied, "Upsales is not allowed"),
    ];
    for (answer, expected) in cases {
        let _host = upsales(answer.clone());
        let look = Look::at_reply(&click().unwrap());
        assert!(look.shows(expected), "{answer:?}: {:?}", look.texts);
        assert!(look.shows("Ada B."), "{answer:?}: {:?}", look.texts);
        assert!(look.button("Sync again").is_some());
    }
}

#[test]
fn freshdesk_failing_is_named_too() {
    let cases = [
        (Canned::json(401, "{}"), "Freshdesk refused the key"),
        (Canned::Timeout, "Freshdesk cannot be reached"),
        (Canned::json(200, "[]"), "Not in Freshdesk"),
    ];
    for (answer, expected) in cases {
        let _host = freshdesk(answer);
        let look = Look::at_reply(&click().unwrap());
        assert!(look.shows(expected) && look.shows("Ada Byron"), "{:?}", look.texts);
    }
}

#[test]
fn a_desk_with_one_crm_is_not_told_of_the_other() {
    let host = Host::new().secret("upsales_key").answer("GET", UPSALES, Canned::json(200, UPSALES_ADA));
    let look = Look::at_reply(&click().unwrap());
    assert!(!look.shows("Freshdesk") && look.shows("Ada Byron") && look.shows("Contact found"), "{:?}", look.texts);
    assert_eq!(host.requests().len(), 1);
    assert!(host.logs().iter().all(|line| !line.contains("Freshdesk")), "{:?}", host.logs());
}

#[test]
fn a_crm_that_is_set_up_in_part_is_named() {
    let host = Host::new().secret("upsales_key").setting("freshdesk_subdomain", "acme");
    let host = host.answer("GET", UPSALES, Canned::json(200, UPSALES_ADA));
    let look = Look::at_reply(&click().unwrap());
    assert!(look.shows("Freshdesk is not set up") && look.shows("Ada Byron"), "{:?}", look.texts);
    assert_eq!(host.requests().len(), 1);
}

#[test]
fn when_the_only_crm_fails_it_is_one_fault() {
    for (answer, expected) in
        [(Canned::json(401, "{}"), "Upsales refused the key"), (Canned::Timeout, "Upsales cannot")]
    {
        let _host = Host::new().secret("upsales_key").answer("GET", UPSALES, answer);
        let error = click().unwrap_err();
        assert!(error.message().contains(expected), "{error:?}");
    }
}

#[test]
fn when_both_sides_fail_alike_it_is_one_fault() {
    let both = |answer: Canned| host().answer("GET", UPSALES, answer.clone()).answer("GET", FRESHDESK, answer);
    let host = both(Canned::json(401, "{}"));
    assert!(matches!(click(), Err(Error::NeedsAuth(_))));
    drop(host);
    let host = both(Canned::Unreachable);
    assert!(matches!(click(), Err(Error::Upstream(_))));
    drop(host);
    let _host = Host::new();
    assert!(matches!(click(), Err(Error::NeedsConfig(_))));
}

#[test]
fn when_nobody_is_found_the_panel_says_so() {
    let _host = host().answer("GET", UPSALES, Canned::json(200, r#"{"data":[]}"#)).answer(
        "GET",
        FRESHDESK,
        Canned::json(200, "[]"),
    );
    let look = Look::at_reply(&click().unwrap());
    assert!(look.shows("Not in Upsales") && look.shows("Not in Freshdesk") && look.shows("in neither CRM"));
}

#[test]
fn when_both_sides_fail_differently_both_are_named() {
    let _host = host().answer("GET", UPSALES, Canned::json(403, "{}")).answer("GET", FRESHDESK, Canned::Timeout);
    let look = Look::at_reply(&click().unwrap());
    assert!(look.shows("Upsales refused the key") && look.shows("Freshdesk cannot be reached"), "{:?}", look.texts);
}

/// Answers of a CRM as they were met, and what the panel has to say. `people` are names with a number of each.
#[derive(serde::Deserialize)]
struct Case {
    name: String,
    #[serde(default = "fine")]
    status: u16,
    content_type: Option<String>,
    location: Option<String>,
    answer: Option<serde_json::Value>,
    answer_repeat: Option<usize>,
    raw: Option<String>,
    raw_hex: Option<String>,
    raw_prefix_hex: Option<String>,
    expected: String,
    #[serde(default)]
    shows: Vec<String>,
    #[serde(default)]
    hides: Vec<String>,
    #[serde(default)]
    people: Vec<String>,
    #[serde(default)]
    logs: Vec<String>,
}

fn fine() -> u16 {
    200
}

fn bytes(hex: Option<&String>) -> Vec<u8> {
    let digits = hex.map_or("", String::as_str).as_bytes();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

impl Case {
    fn canned(&self) -> Canned {
        let mut body = bytes(self.raw_prefix_hex.as_ref());
        body.extend(bytes(self.raw_hex.as_ref()));
        body.extend(self.raw.iter().flat_map(|text| text.bytes()));
        body.extend(self.answer.iter().flat_map(|json| json.to_string().into_bytes()));
        if let Some(count) = self.answer_repeat {
            let person = |n| serde_json::json!({"name": format!("Person {n}"), "email": "ada@example.com", "phone": n});
            let people: Vec<_> = (1..=count).map(person).collect();
            body.extend(serde_json::json!({"data": people}).to_string().into_bytes());
        }
        let kind = self.content_type.as_deref().unwrap_or("application/json");
        let mut headers = vec![("content-type".to_owned(), kind.to_owned())];
        headers.extend(self.location.iter().map(|to| ("location".to_owned(), to.clone())));
        Canned::Response { status: self.status, headers, body }
    }

    fn check(&self) {
        let host = Host::new().secret("upsales_key").contact("c1", "Ada Lovelace", Some("ada@example.com"));
        let host = host.answer("GET", UPSALES, self.canned());
        let look = Look::at_outcome(&click());
        let told = format!("{} ({}): {:?} {:?}", self.name, self.expected, look.texts, host.logs());
        assert!(self.shows.iter().all(|text| look.shows(text)), "{told}");
        assert!(self.hides.iter().all(|text| !look.shows(text)), "{told}");
        assert!(self.logs.iter().all(|text| host.logs().iter().any(|line| line.contains(text))), "{told}");
        assert!(host.logs().iter().all(|line| !line.contains('@')), "{told}");
        let at = |text: &str| look.texts.iter().position(|shown| shown == text).expect(&told);
        let expected: Vec<_> = self.people.iter().flat_map(|person| person.split(": ")).map(at).collect();
        assert!(expected.is_sorted(), "each with the own number: {told}");
        let tables = look.texts.iter().filter(|text| *text == "Phone or e-mail").count();
        assert!(self.people.is_empty() || tables == self.people.len(), "{told}");
    }
}

#[test]
fn each_answer_of_a_crm_has_the_right_text() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../testdata/crm-answers.json")).unwrap();
    assert!(cases.len() >= 28);
    cases.iter().for_each(Case::check);
}

/// The keys and number of what a click shows when both sides know the person: nothing may be saved that was not shown.
#[test]
fn only_the_requesters_own_number_can_be_saved() {
    let other = r#"[{"name":"Charles B","email":"charles@example.com","phone":"+46 8 999 99 99"}]"#;
    let host = freshdesk(Canned::json(200, other));
    let reply = click().unwrap();
    let look = Look::at_reply(&reply);
    assert!(!look.shows("999 99 99") && look.shows("Not in Freshdesk"), "{:?}", look.texts);
    if cfg!(feature = "save-contact") {
        assert!(look.shows("New for this requester, from Ada Byron: 08-123 456 78"), "{:?}", look.texts);
    }
    assert!(host.logs().iter().any(|line| line.contains("another e-mail: 1")), "{:?}", host.logs());
}

#[test]
fn long_lists_of_long_details_fit_into_a_panel() {
    let emails: Vec<_> = (0..300).map(|n| format!("{n}@{}.example", "ü".repeat(190))).collect();
    let person = |n| serde_json::json!({"name": format!("P{n} {}", "x".repeat(400)), "email": "ada@example.com", "other_emails": emails});
    let people: Vec<_> = (0..8).map(person).collect();
    let _host = freshdesk(Canned::json(200, serde_json::json!(people).to_string()));
    let look = Look::at_reply(&click().unwrap());
    let shown: usize = look.texts.iter().map(String::len).sum::<usize>()
        + look.buttons.iter().map(|button| button.does.len() + button.label.len()).sum::<usize>();
    assert!(shown < 60 << 10, "{shown}");
    assert!(look.shows("of 9 people") && look.shows("of 301 numbers and addresses shown"), "{:?}", look.texts);
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
}

#[test]
fn a_name_without_end_does_not_break_the_panel() {
    let body = format!(r#"{{"data":[{{"name":"{}","email":"ada@example.com"}}]}}"#, "x".repeat(5000));
    let _host = upsales(Canned::json(200, body));
    let look = Look::at_reply(&click().unwrap());
    assert!(look.texts.iter().all(|text| text.len() <= 300));
}
