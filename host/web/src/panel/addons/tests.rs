//! The pages of add-ons are drawn from the samples below, with hostile texts, in English; and each of their messages
//! exists. What happens on the way to a purchase and after it is in `purchase` and `changes`, through the whole router.

mod aside;
mod asking;
mod audit;
mod bank;
mod cards;
mod changes;
mod channel;
mod install;
mod install_link;
mod installed;
mod limits;
mod missed;
mod money;
mod months;
mod password;
mod purchase;
mod reports;
mod seats;
mod shop;
mod unpaid;
mod users;

use annex_domain::{
    addon::Kind,
    clock::Timestamp,
    ids::{AccountId, DeskId, OperatorId, PaymentMethodId},
    installation::Status,
    manifest::Support,
    money::{Currency, Money as Amount},
    operator::{Desk, DeskStatus, LOCAL_REGION, Operator, Theme},
    permission::Permissions,
    ui::Tone,
};
use askama::Template;

use super::{
    badges,
    listing::About,
    login::{Holder, Login},
    manage::{Head, ManagePage, NoticeView, PlannedLine, Tab},
    my_addons::Installed,
    permissions::Sentence,
    prices::PlanView,
    standing::{Banner, Link, Money, StandingView},
    wizard::{
        Frame, StepLink,
        confirm::{Chosen, Summary},
    },
};
use crate::{
    flash::Toast,
    i18n::english,
    panel::{
        password_again::PasswordAgain,
        pay_with::{ByCard, CardRow, PayWith},
    },
    shell::{Person, Section, Shell},
};

const EVIL: &str = "<script>alert(1)</script>\"'&";

/// As somebody who is signed in sees it: `base.html` shows the page itself only to them.
fn shell() -> Shell {
    let desk = Desk {
        id: DeskId::new(),
        name: EVIL.into(),
        locale: "en".into(),
        time_zone: "UTC".into(),
        status: DeskStatus::Active,
        status_since: Timestamp(1),
        host_name: None,
        region: LOCAL_REGION.into(),
        developer_of: None,
        created_at: Timestamp(1),
    };
    let operator = Operator {
        id: OperatorId::new(),
        desk: desk.id,
        email: "ada@example.com".into(),
        name: EVIL.into(),
        locale: None,
        time_zone: None,
        theme: Theme::Dark,
        shortcuts: true,
        active: true,
        roles: vec![],
        permissions: Permissions::admin(),
    };
    Shell {
        t: english(),
        title: EVIL.into(),
        section: Section::MyAddons,
        person: Some(Person { operator, desk, elsewhere: true, pages: vec![] }),
        toast: Some(Toast { tone: Tone::Success, text: EVIL.into(), undo: None }),
        now: Timestamp(1_772_357_400_000),
    }
}

/// Draws a page, which has to escape every text.
fn draw(page: impl Template) -> String {
    let html = page.render().unwrap();
    assert!(!html.contains("<script>"), "escaped");
    assert!(!html.contains("\"'&"), "escaped in attributes");
    assert!(!html.contains("style="), "the policy allows no inline style");
    html
}

fn sentence() -> Sentence {
    Sentence { icon: "globe", text: EVIL.into(), hosts: vec!["api.example.com".into()], purpose: EVIL.into() }
}

fn about() -> About {
    About {
        addon: "acme.hello".parse().unwrap(),
        name: EVIL.into(),
        summary: EVIL.into(),
        description: EVIL.into(),
        publisher: EVIL.into(),
        publisher_slug: "acme".into(),
        third_party: true,
        by_hand: true,
        kind: Kind::Plugin,
        icon: None,
        version: "1.2.0".into(),
        price: "Free".into(),
        size: 12_345,
        published_at: Timestamp(1),
        categories: vec![("crm".into(), "CRM".into())],
        sentences: vec![sentence()],
        terms_url: Some("https://acme.example.com/terms".into()),
        privacy_url: None,
        support: Support { email: "help@example.com".into(), portal: None, faq: None },
        notes: Some(EVIL.into()),
        highlights: vec![EVIL.into()],
        pictures: vec!["/addons/acme.hello/pictures/1.2.0/1".into()],
        works_with: vec![EVIL.into()],
        video: Some("https://acme.example.com/video".into()),
        installs: Some(100),
    }
}

fn card(status: Status) -> Installed {
    Installed {
        id: annex_domain::ids::InstallationId::new(),
        name: EVIL.into(),
        publisher: EVIL.into(),
        summary: EVIL.into(),
        version: "1.2.0".into(),
        kind: Kind::Plugin,
        icon: None,
        badges: vec![badges::status(status)],
        failed: status == Status::FailedInstallation,
        retries: status == Status::FailedInstallation,
        waits: false,
        next_try: None,
        buy_again: None,
        rev: 4,
        moving: status.is_moving(),
        set_aside: None,
    }
}

fn head(status: Status) -> Head {
    Head {
        card: card(status),
        addon: "acme.hello".into(),
        label: EVIL.into(),
        status,
        target: Some("1.3.0".parse().unwrap()),
        waits_until: None,
        decides: false,
        notice: Some(NoticeView {
            text: EVIL.into(),
            said: Some(("manage-notice-said", EVIL.into())),
            error_id: "E-1".into(),
            code: "trap".into(),
        }),
        offer: Some("1.3.0".parse().unwrap()),
        patch: Some("1.2.1".parse().unwrap()),
        previous: Some("1.1.0".parse().unwrap()),
        pinned: false,
        prereleases: false,
        blocked: false,
        stayed: false,
        missing: vec![EVIL.into()],
        check_failed: Some(EVIL.into()),
        actions: status.actions().to_vec(),
        may_force: false,
        support: "mailto:help@example.com".into(),
        own_tab: Some((EVIL.into(), "puzzle")),
        open: Some("https://acme.example/".into()),
        asks_platform: true,
        sentences: vec![sentence()],
        receives: false,
        planned: vec![PlannedLine { what: EVIL.into(), next: Timestamp(2), last: Some((Timestamp(1), EVIL.into())) }],
        installed_at: Timestamp(1),
        standing: standing(),
        login: Login::None,
        here: "/my-addons/x".into(),
    }
}

fn standing() -> StandingView {
    let links = vec![Link { href: "/billing/invoices/7".into(), label: EVIL.into(), primary: true }];
    let banner = Banner {
        tone: Tone::Critical,
        icon: "credit-card",
        title: EVIL.into(),
        text: EVIL.into(),
        reason: Some(EVIL.into()),
        links,
        urgent: true,
    };
    StandingView {
        banners: vec![banner],
        badges: vec![],
        money: Money::Monthly,
        can_cancel: true,
        at_bank: false,
        payment: None,
    }
}

fn holder() -> Holder {
    Holder { id: AccountId::new(), account: EVIL.into(), by: EVIL.into() }
}

fn frame() -> Frame {
    let step = |key, number, current, done| StepLink {
        key,
        number,
        current,
        done,
        href: done.then(|| "/addons/acme.hello/install/plan".to_owned()),
    };
    Frame {
        name: EVIL.into(),
        publisher: EVIL.into(),
        version: "1.2.0".into(),
        kind: Kind::Plugin,
        icon: None,
        back: "/addons/acme.hello".into(),
        action: "/addons/acme.hello/install/users".into(),
        previous: Some("/addons/acme.hello/install/plan".into()),
        steps: vec![
            step("wizard-step-plan", 1, false, true),
            step("wizard-step-users", 2, true, false),
            step("wizard-step-confirm", 3, false, false),
        ],
    }
}

fn plan_view() -> PlanView {
    PlanView {
        id: "team".parse().unwrap(),
        name: EVIL.into(),
        summary: Some(EVIL.into()),
        price: "4.00 EUR per user and month".into(),
        for_all: "48.00 EUR per month".into(),
        model: EVIL.into(),
        trial: Some("30-day free trial".into()),
        current: true,
        on: true,
    }
}

fn summary() -> Summary {
    Summary {
        rows: vec![(EVIL.into(), EVIL.into())],
        today: Some("2.13 EUR".into()),
        changed: Some("1.00 EUR".into()),
        part: Some(EVIL.into()),
        later: vec![(EVIL.into(), "4.00 EUR".into())],
        note: Some(EVIL.into()),
    }
}

fn chosen() -> Chosen {
    Chosen { plan: "team".parse().unwrap(), licences: 3, shown: Some(Amount::new(213, Currency::EUR)), renewal: None }
}

/// Two cards to choose from.
fn pay() -> PayWith {
    let card = |is_default| CardRow { id: PaymentMethodId::new(), name: EVIL.into(), expires: EVIL.into(), is_default };
    let cards = vec![card(true), card(false)];
    PayWith::Card(ByCard {
        cents: 213,
        text: "2.13 EUR".into(),
        chosen: Some(cards[0].id),
        cards,
        next: "/addons/acme.hello".into(),
    })
}

/// The field that asks for the password again.
fn asked() -> PasswordAgain {
    PasswordAgain { asked: true, email: EVIL.into(), error: Some(EVIL.into()), wait: None }
}

fn manage(status: Status, tab: Tab) -> String {
    draw(ManagePage { shell: shell(), head: head(status), tab })
}
