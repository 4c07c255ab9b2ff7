//! The pages on the way to an add-on: marketplace, listing, and the steps of the wizard.

use annex_domain::clock::Timestamp;

use super::{EVIL, about, asked, chosen, draw, frame, holder, pay, plan_view, shell, summary};
use crate::{
    i18n::english,
    panel::{
        addons::{
            consent::{ConsentPage, LabelField},
            listing::{ListingPage, NextStep, Release},
            login::Login,
            marketplace::{MarketplacePage, PageQuery},
            wizard::{
                plan::PlanPage,
                users::{Named, Row as Person, UserChoice, UsersPage},
            },
        },
        form::FormErrors,
        pay_with::PayWith,
    },
};

#[test]
fn an_empty_marketplace_differs_from_no_match() {
    let page = |wanted| MarketplacePage {
        shell: shell(),
        wanted,
        categories: vec!["crm".into()],
        cards: vec![],
        next: None,
        manages: true,
    };
    let empty = draw(page(PageQuery::default()));
    let nothing = draw(page(PageQuery { q: EVIL.into(), ..PageQuery::default() }));
    assert!(empty.contains(&english().get("marketplace-empty")));
    assert!(nothing.contains(&english().get("marketplace-no-match")));
}

#[test]
fn a_listing_says_what_one_must_know_before_installing() {
    let release = Release {
        version: "1.2.0".into(),
        published_at: Timestamp(1),
        size: 1,
        notes: Some(EVIL.into()),
        badge: None,
        try_it: None,
    };
    let html = draw(ListingPage {
        shell: shell(),
        about: about(),
        badges: vec![],
        installed: None,
        another: false,
        step: Some(NextStep {
            href: "/addons/acme.hello/install".into(),
            icon: "sparkles",
            label: EVIL.into(),
            price: "from 4.00 EUR per user and month".into(),
            beside: vec![EVIL.into()],
            begun: true,
        }),
        plans: vec![plan_view()],
        people: 12,
        login: Login::None,
        next: "/addons/acme.hello".into(),
        needs_login: false,
        previous: None,
        releases: vec![release],
        ask: None,
        askers: vec![EVIL.into()],
    });
    assert!(!html.contains("/billing/login"), "nothing is to be paid at once");
    for expected in [
        "/addons/acme.hello/install",
        "12.3 kB",
        "api.example.com",
        "help@example.com",
        "responsible",
        "Free",
        "from 4.00 EUR per user and month",
        "30-day free trial",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
}

#[test]
fn consent_names_version_and_package() {
    let html = draw(consent_page(Login::Holder(holder())));
    for expected in [
        "name=\"digest\" value=\"d1\"",
        "name=\"key\" value=\"k1\"",
        "name=\"version\" value=\"1.2.0\"",
        "name=\"plan\" value=\"team\"",
        "name=\"shown\" value=\"213\"",
        "name=\"currency\" value=\"EUR\"",
        "<mark>2.13 EUR</mark>",
        "aria-current=\"step\"",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!html.contains("/billing/logout") && !html.contains("/billing/login"));
}

fn consent_page(login: Login) -> ConsentPage {
    let holds = login.is_holder();
    ConsentPage {
        shell: shell(),
        frame: frame(),
        about: about(),
        allowed: holds,
        login,
        next: "/addons/acme.hello/install".into(),
        digest: "d1".into(),
        key: "k1".into(),
        label: Some(LabelField { value: EVIL.into(), required: true }),
        chosen: Some(chosen()),
        summary: Some(summary()),
        warning: Some(EVIL.into()),
        price_now: Some("2.13 EUR".into()),
        button: "Accept and purchase".into(),
        button_icon: "shopping-cart",
        beside: EVIL.into(),
        choose_users: Some("/addons/acme.hello/install/users".into()),
        discard: true,
        askers: vec![EVIL.into()],
        pay: if holds { pay() } else { PayWith::NoLogin },
        password: asked(),
    }
}

#[test]
fn without_the_right_account_nothing_is_bought() {
    let nobody = draw(consent_page(Login::None));
    assert!(nobody.contains("action=\"/billing/login\"") && !nobody.contains("Accept and purchase"));
    let wrong = draw(consent_page(Login::Wrong(holder())));
    assert!(wrong.contains("action=\"/billing/logout\"") && !wrong.contains("/billing/login"));
    assert!(!wrong.contains("Accept and purchase"));
}

#[test]
fn the_steps_ask_for_plan_and_users() {
    let mut errors = FormErrors::default();
    errors.add("plan", EVIL);
    let plan = PlanPage { shell: shell(), frame: frame(), plans: vec![plan_view()], errors };
    let html = draw(plan);
    assert!(
        html.contains("href=\"#f-plan\"") && html.contains("id=\"f-plan\"") && html.contains("value=\"team\" checked")
    );
    let named = |on| Named { id: "1".into(), name: EVIL.into(), on };
    let person = |why: Option<&str>| Person {
        id: annex_domain::ids::OperatorId::new(),
        name: EVIL.into(),
        email: EVIL.into(),
        tags: vec![EVIL.into()],
        on: true,
        me: why.is_some(),
        why: why.map(Into::into),
    };
    let choice = UserChoice {
        rows: vec![person(Some(EVIL)), person(None)],
        more: 3,
        search: EVIL.into(),
        searchable: true,
        roles: vec![named(true)],
        groups: vec![named(false)],
        rule: "groups".into(),
        per_user: true,
        reset: true,
    };
    let mut errors = FormErrors::default();
    errors.add("group", EVIL);
    let html = draw(UsersPage { shell: shell(), frame: frame(), choice, summary: summary(), errors });
    assert_eq!(html.matches("name=\"shown\"").count(), 2);
    assert!(
        html.contains("checked disabled")
            && html.contains("hx-target=\"#summary-body\"")
            && html.contains("id=\"summary-body\"")
    );
    assert!(html.contains("value=\"groups\" checked") && html.contains("href=\"#f-group\""));
    for button in ["add", "drop", "search", "count", "next"] {
        assert!(html.contains(&format!("name=\"do\" value=\"{button}\"")), "{button}");
    }
}
