//! What an add-on costs once it is there: plans, licences, the ways to stop.

use annex_domain::{
    installation::Status,
    money::{Currency, Money as Amount},
};

use super::{EVIL, asked, card, chosen, draw, frame, head, holder, manage, pay, plan_view, shell, summary};
use crate::{
    i18n::english,
    panel::{
        addons::{
            cancel::CancelPage,
            licences::{Cost, Counts, Fewer, LicencesPage, counts::EndingView},
            login::Login,
            manage::{Head, ManagePage, Tab},
            plans::{confirm::PlanConfirmPage, tab::PlansTab},
            standing::Money,
        },
        form::FormErrors,
    },
};

#[test]
fn the_plans_tab_offers_what_can_be_chosen_now() {
    let tab = |waiting| {
        Tab::Plans(PlansTab {
            plans: vec![plan_view()],
            now: vec![(EVIL.into(), EVIL.into())],
            waiting,
            can_withdraw: true,
            here: "/my-addons/x/plans".into(),
            errors: FormErrors::default(),
        })
    };
    let logged_out = manage(Status::Active, tab(false));
    assert!(logged_out.contains("action=\"/billing/login\"") && !logged_out.contains("name=\"plan\""));
    let page = |login| ManagePage { shell: shell(), head: Head { login, ..head(Status::Active) }, tab: tab(false) };
    assert!(draw(page(Login::Holder(holder()))).contains("name=\"plan\" value=\"team\" checked"));
    let wrong = draw(page(Login::Wrong(holder())));
    assert!(wrong.contains("action=\"/billing/logout\"") && !wrong.contains("name=\"plan\""));
    assert!(!manage(Status::Active, tab(true)).contains("name=\"plan\""));
    let free = PlansTab {
        plans: vec![],
        now: vec![],
        waiting: false,
        can_withdraw: true,
        here: String::new(),
        errors: FormErrors::default(),
    };
    assert!(manage(Status::Active, Tab::Plans(free)).contains(&english().get("plans-free")));
}

#[test]
fn a_new_plan_is_summed_up_before_it_is_saved() {
    let html = draw(PlanConfirmPage {
        shell: shell(),
        frame: frame(),
        key: "k1".into(),
        chosen: chosen(),
        summary: summary(),
        warning: Some(EVIL.into()),
        price_now: Some("2.13 EUR".into()),
        button: EVIL.into(),
        beside: EVIL.into(),
        pay: pay(),
        password: asked(),
    });
    for expected in ["name=\"key\" value=\"k1\"", "name=\"shown\" value=\"213\"", "<mark>2.13 EUR</mark>", "1.00 EUR"] {
        assert!(html.contains(expected), "{expected}");
    }
}

fn ending() -> EndingView {
    EndingView { text: EVIL.into(), names: vec![EVIL.into(), "Bo".into()], more: true }
}

#[test]
fn licences_are_counted_bought_and_reduced() {
    let (ada, bob) = (annex_domain::ids::OperatorId::new(), annex_domain::ids::OperatorId::new());
    let page = |login: Login| LicencesPage {
        shell: shell(),
        card: card(Status::Active),
        counts: Counts { purchased: 5, assigned: 3, unassigned: 2, next: Some(EVIL.into()), ending: Some(ending()) },
        login,
        next: "/my-addons/x/licences".into(),
        more: "2".into(),
        most: 100,
        more_hint: EVIL.into(),
        add: vec![ada],
        remove: vec![bob],
        kept: false,
        cost: Some(Cost {
            shown: Amount::new(426, Currency::EUR),
            today: "4.26 EUR".into(),
            part: Some(EVIL.into()),
            later: vec![(EVIL.into(), "20.00 EUR".into())],
        }),
        fewer: Some(Fewer { min: 3, max: 5, keep: "3".into(), hint: EVIL.into(), button: EVIL.into(), planned: true }),
        key: "k1".into(),
        warning: Some(EVIL.into()),
        price_now: Some("4.26 EUR".into()),
        pay: pay(),
        password: asked(),
        errors: FormErrors::default(),
    };
    let html = draw(page(Login::Holder(holder())));
    for expected in [
        "<dd>5</dd>",
        "<dd>3</dd>",
        "<dd>2</dd>",
        "name=\"shown\" value=\"426\"",
        &format!("name=\"add\" value=\"{ada}\""),
        &format!("name=\"remove\" value=\"{bob}\""),
        "/licences/reduce",
        "<mark>4.26 EUR</mark>",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(!draw(page(Login::None)).contains("name=\"shown\""));
}

#[test]
fn the_three_ways_to_stop_stand_side_by_side() {
    let page = |login: Login, money| CancelPage {
        shell: shell(),
        card: card(Status::Active),
        allowed: login.is_holder(),
        login,
        next: "/my-addons/x/cancel".into(),
        money,
        can_deactivate: true,
    };
    let html = draw(page(Login::Holder(holder()), Money::Monthly));
    let t = english();
    for key in ["cancel-cancel-money", "cancel-deactivate-money", "cancel-uninstall-money", "cancel-uninstall-data"] {
        assert!(html.contains(&t.get(key)), "{key}");
    }
    assert!(html.contains("/cancel\"") && html.contains("/deactivate") && html.contains("/uninstall"));
    let trial = draw(page(Login::Holder(holder()), Money::Trial));
    assert!(trial.contains(&t.get("cancel-deactivate-money-trial")));
    assert!(!draw(page(Login::None, Money::Monthly)).contains("name=\"rev\""));
}

#[test]
fn what_is_due_stands_above_the_tabs() {
    let html = manage(Status::PaymentDue, Tab::Data(vec![]));
    assert!(html.contains("/billing/invoices/7") && html.contains("role=\"alert\""));
    assert!(html.contains(&english().get("badge-payment-due")));
    assert!(html.contains(&english().get("manage-uninstall-hint-paid")));
}
