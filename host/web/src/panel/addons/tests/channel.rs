//! The set-up page of a channel.

use annex_domain::{clock::Timestamp, ids::InstallationId};

use super::{EVIL, draw, shell};
use crate::panel::addons::channel::{ChannelPage, OutcomeView, StateView};

fn sample() -> ChannelPage {
    let shell = shell();
    let states = [("Received", true), ("Refused", false)].map(|(label, is_ok)| StateView {
        label: label.into(),
        at: Some(Timestamp(1)),
        outcome: EVIL.into(),
        is_ok,
        detail: EVIL.into(),
    });
    ChannelPage {
        id: InstallationId::new(),
        name: EVIL.into(),
        address: "https://desk.example/hooks/1".into(),
        local: true,
        steps: vec![EVIL.into()],
        missing: Some(EVIL.into()),
        has_secret: true,
        secret_is_set: true,
        made: None,
        can_connect: true,
        can_test: true,
        outcome: None,
        states: states
            .into_iter()
            .chain([StateView {
                label: "Sent".into(),
                at: None,
                outcome: String::new(),
                is_ok: false,
                detail: String::new(),
            }])
            .collect(),
        shell,
    }
}

#[test]
fn the_set_up_page_leads_from_the_address_to_how_it_fares() {
    let html = draw(sample());
    for expected in
        ["value=\"https://desk.example/hooks/1\"", "data-copy-from=\"address\"", "/channel/connect\"", "None yet"]
    {
        assert!(html.contains(expected), "{expected}");
    }
    let bare = draw(ChannelPage { can_connect: false, can_test: false, has_secret: false, local: false, ..sample() });
    assert!(
        !bare.contains("/channel/connect") && !bare.contains("/channel/secret") && !bare.contains("https address.")
    );
}

#[test]
fn a_new_secret_and_what_the_service_says_are_shown() {
    let outcome = |problem: Option<&str>| OutcomeView {
        title: "Title".into(),
        problem: problem.map(Into::into),
        shown: vec![(EVIL.into(), EVIL.into())],
    };
    let made = draw(ChannelPage { made: Some("0123456789abcdef".into()), ..sample() });
    assert!(made.contains("value=\"0123456789abcdef\"") && made.contains("not shown again"));
    assert!(draw(ChannelPage { outcome: Some(outcome(Some(EVIL))), ..sample() }).contains("banner critical"));
    assert!(draw(ChannelPage { outcome: Some(outcome(None)), ..sample() }).contains("banner success"));
}
