//! The whole add-on without a host: what every page says, in each language, and what each button does.

use annex_sdk::{
    testing::{self, Look},
    ui::{ComposerPlace, TicketPlace, Value},
};

use super::*;

fn look(page: Page) -> Look {
    let open = Event { source: page.name().into(), ..Event::new("open") };
    Look::at_reply(&Gallery::handle(&testing::context(), &open).unwrap())
}

fn act(verb: &str, source: &str) -> Result<Reply> {
    Gallery::handle(&testing::context(), &Event { source: source.into(), ..Event::new(verb) })
}

#[test]
fn the_start_leads_to_every_page_and_each_leads_back() {
    let start = Look::at(&Gallery::render(&testing::context()).unwrap());
    for page in Page::ALL {
        let opens = start.buttons.iter().find(|button| button.id == page.name()).unwrap();
        assert_eq!(opens.does, "push open");
        let shown = look(page);
        assert!(shown.shows(&page.title(&Texts::choose("en", TEXTS))), "{page:?}: {:?}", shown.texts);
        assert!(shown.buttons.iter().any(|button| button.does == "back"), "{page:?}");
    }
    assert!(act("open", "no-such-page").is_err());
}

/// A button that does nothing would be the one that an author copies.
#[test]
fn every_button_of_every_page_is_answered() {
    for page in Page::ALL {
        for button in look(page).buttons {
            let Some((kind, verb)) = button.does.split_once(' ') else { continue };
            let calls = matches!(kind, "invoke" | "submit" | "push");
            if calls && !matches!(verb, "fail" | "unknown-verb") {
                assert!(act(verb, &button.id).is_ok(), "{page:?}: {button:?}");
            }
        }
        for part in look(page).deferred {
            let arrived = Gallery::handle(&testing::context(), &part.event()).unwrap();
            assert!(Look::at_reply(&arrived).shows("Ada Lovelace"), "{page:?}: {part:?}");
        }
    }
}

#[test]
fn other_places_show_what_they_are_for() {
    let look = |location| Look::at(&Gallery::render(&testing::context_at(location)).unwrap());
    let writing = |draft: &str| {
        let ticket = TicketPlace { ticket: "t1".into(), requester: "c1".into(), requester_email: None };
        Location::Composer(ComposerPlace { ticket, draft: draft.into(), internal: false })
    };
    assert!(look(writing("Dear Ada")).shows("Dear Ada"));
    assert!(look(writing("")).shows("Nothing stands in the reply box."));
    let counted = Event { source: "counted".into(), ..Event::new("count") };
    let counted = Gallery::handle(&testing::context_at(writing("Dear Ada")), &counted).unwrap();
    assert!(Look::at_reply(&counted).shows("Words: 2"));
    assert!(look(Location::Settings).shows("Only who manages add-ons sees this."));
}

#[test]
fn each_error_is_of_its_kind() {
    assert!(matches!(act("fail", "needs-config"), Err(Error::NeedsConfig(_))));
    assert!(matches!(act("fail", "needs-auth"), Err(Error::NeedsAuth(_))));
    assert!(matches!(act("fail", "upstream"), Err(Error::Upstream(_))));
    assert!(matches!(act("fail", "denied"), Err(Error::Denied(_))));
    assert!(matches!(act("fail", "internal"), Err(Error::Internal(_))));
}

#[test]
fn a_search_narrows_the_cities_and_keeps_the_page() {
    let typed =
        |text: &str| Event { source: "city".into(), ..Event::new("find") }.entered("city", Value::Text(text.into()));
    let reply = Gallery::handle(&testing::context(), &typed("li")).unwrap();
    let look = Look::at_reply(&reply);
    assert!(look.fields.contains(&"city".to_owned()) && look.fields.contains(&"wrong-datetime".to_owned()));
}

#[test]
fn every_language_has_every_text() {
    testing::every_language_is_complete(TEXTS);
    // A key that is shown as it is would be a text that is missing.
    let (_, english) = TEXTS.iter().find(|(code, _)| *code == "en").unwrap();
    let keys: Vec<_> = english.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
    for page in Page::ALL {
        let texts = look(page).texts;
        let is_key = |text: &&String| text.contains('-') && keys.contains(&text.as_str());
        assert_eq!(texts.iter().find(is_key), None, "{page:?}");
    }
}

#[test]
fn its_chapter_shows_code_that_is_here() {
    let files = [
        include_str!("lib.rs"),
        include_str!("shown.rs"),
        include_str!("lists.rs"),
        include_str!("inputs.rs"),
        include_str!("buttons.rs"),
        include_str!("replies.rs"),
        include_str!("rich.rs"),
        include_str!("long.rs"),
        include_str!("places.rs"),
        include_str!("../annex.toml"),
    ];
    crate::chapter_check::is_real(include_str!("../../../sdk/guide/examples/gallery.md"), &files);
}
