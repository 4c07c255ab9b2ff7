//! Who one is: sign-in, setup, profile.

use std::collections::BTreeMap;

use annex_domain::{
    ids::{DeskId, OperatorId, SessionId},
    zone,
};
use annex_store::sessions;

use super::{HOSTILE, NOW, draw, errors, outside, shell};
use crate::{
    panel::{forgotten, profile, setup, sign_in},
    shell::Section,
};

fn session(this: bool) -> profile::SessionRow {
    let session = sessions::Session {
        id: SessionId::new(),
        desk: DeskId::new(),
        operator: OperatorId::new(),
        user_agent: HOSTILE.into(),
        address: "192.0.2.1".into(),
        created_at: NOW,
        seen_at: NOW,
        confirmed_at: NOW,
    };
    profile::SessionRow { session, browser: Some(HOSTILE.into()), this }
}

fn forgotten() -> Vec<String> {
    let ask = |error| forgotten::Step::Ask { email: HOSTILE.into(), error };
    [forgotten::Step::NoMail, forgotten::Step::Sent, ask(None), ask(Some(HOSTILE.into()))]
        .map(|step| draw(&forgotten::ForgottenPage { shell: outside(), step }))
        .into()
}

fn reset() -> forgotten::ResetPage {
    forgotten::ResetPage {
        shell: outside(),
        errors: errors(&["password"]),
        link: "0a".into(),
        email: HOSTILE.into(),
        min_password: 10,
    }
}

pub(super) fn people() -> BTreeMap<&'static str, Vec<String>> {
    let setup_page = |invite| setup::SetupPage {
        shell: outside(),
        errors: errors(&["desk", "name", "email", "password"]),
        token: "0a".into(),
        desk: HOSTILE.into(),
        name: HOSTILE.into(),
        email: HOSTILE.into(),
        invite,
        min_password: 10,
    };
    let sign_in_page = sign_in::SignInPage {
        shell: outside(),
        next: "/inbox".into(),
        email: HOSTILE.into(),
        error: Some(HOSTILE.into()),
    };
    let profile_page = profile::ProfilePage {
        shell: shell(Section::Profile),
        errors: errors(&["name", "locale", "time_zone", "current", "new", "repeat"]),
        name: HOSTILE.into(),
        email: "a@example.com".into(),
        locale: "en".into(),
        desk_language: "English".into(),
        languages: vec![("en".into(), "English".into()), ("ar".into(), "العربية".into())],
        time_zone: "Europe/Berlin".into(),
        desk_zone: HOSTILE.into(),
        zones: zone::names(),
        theme: "dark",
        shortcuts: true,
        sessions: vec![session(true), session(false)],
        tokens: 2,
        min_password: 10,
    };
    BTreeMap::from([
        ("forgotten.html", forgotten()),
        ("reset.html", vec![draw(&reset())]),
        ("sign_in.html", vec![draw(&sign_in_page)]),
        ("setup.html", vec![draw(&setup_page(false)), draw(&setup_page(true))]),
        ("setup_used.html", vec![draw(&setup::UsedPage { shell: outside() })]),
        ("profile.html", vec![draw(&profile_page)]),
    ])
}
