//! Every template of the client area is drawn, with every text hostile and every branch taken: it is sound, and no text
//! becomes markup. That is what `panel/templates_test.rs` does for the panel.

use std::collections::BTreeMap;

use annex_domain::{clock::Timestamp, ids::AccountId, ui::Tone};
use annex_store::billing::accounts::{Account, BUILT_IN_ISSUER};

use crate::{
    client_area::{
        area::{self, Area, LeavePage, Place},
        authorize::AuthorizePage,
        invoices::{InvoicePage, InvoiceRow, LineRow, ListPage},
        methods::{CardRow, MethodsPage},
        overview::{DeskRow, DueRow, OverviewPage, SubscriptionRow},
        password::PasswordPage,
        register::RegisterPage,
        sign_in::SignInPage,
        test_gateway::{ConfirmPage, SetUpPage, TestCardRow},
    },
    i18n::english,
    panel::{
        billing::Happened,
        billing_login::{LoginPage, RefusedPage},
        templates_test::{self, HOSTILE, are_sound, draw, each_is_drawn, errors},
    },
    shell::{Section, Shell},
};

fn shell() -> Shell {
    area::shell(english(), HOSTILE.into(), Timestamp(1_800_000_000_000))
}

fn area(place: Place) -> Area {
    let account = Account {
        id: AccountId::new(),
        issuer: BUILT_IN_ISSUER.into(),
        subject: HOSTILE.into(),
        email: HOSTILE.into(),
        name: HOSTILE.into(),
        created_at: Timestamp(1),
    };
    Area::of(account, place)
}

fn card(is_default: bool) -> CardRow {
    let id = if is_default { "a" } else { "b" };
    CardRow { id: id.into(), name: HOSTILE.into(), expires: "08/2029".into(), is_default }
}

fn invoice_row() -> InvoiceRow {
    InvoiceRow {
        path: "/client-area/invoices/x".into(),
        number: 7,
        desk: HOSTILE.into(),
        made: "Mar 1, 2027".into(),
        what: HOSTILE.into(),
        total: "€1.00".into(),
        state: "Due".into(),
        tone: Tone::Warning,
        icon: "circle-alert",
    }
}

fn outside() -> BTreeMap<&'static str, Vec<String>> {
    let sign_in = |error: Option<&str>, register: Option<&str>| SignInPage {
        shell: shell(),
        area: Area::outside(),
        next: HOSTILE.into(),
        email: HOSTILE.into(),
        error: error.map(Into::into),
        register: register.map(Into::into),
    };
    let register = |fields: &[&str]| RegisterPage {
        shell: shell(),
        area: Area::outside(),
        errors: errors(fields),
        next: HOSTILE.into(),
        sign_in: HOSTILE.into(),
        desk: HOSTILE.into(),
        name: HOSTILE.into(),
        email: HOSTILE.into(),
        min_password: 10,
    };
    let set_up = |error: Option<&str>| SetUpPage {
        shell: shell(),
        area: Area::outside(),
        id: "x".into(),
        error: error.map(Into::into),
        cards: vec![TestCardRow { number: "4242", name: "4242".into(), does: HOSTILE.into(), first: true }],
        months: vec![1, 12],
        years: vec![2030, 2031],
        back: HOSTILE.into(),
    };
    let confirm = |waits, back: Option<&str>| ConfirmPage {
        shell: shell(),
        area: Area::outside(),
        id: "x".into(),
        amount: "€1.00".into(),
        description: HOSTILE.into(),
        waits,
        back: back.map(Into::into),
    };
    BTreeMap::from([
        ("sign_in.html", vec![draw(&sign_in(Some(HOSTILE), Some(HOSTILE))), draw(&sign_in(None, None))]),
        ("register.html", vec![draw(&register(&["name", "email", "password"])), draw(&register(&[]))]),
        ("test_set_up.html", vec![draw(&set_up(Some(HOSTILE))), draw(&set_up(None))]),
        ("test_confirm.html", vec![draw(&confirm(true, None)), draw(&confirm(false, Some(HOSTILE)))]),
        (
            "leave.html",
            [shell(), templates_test::shell(Section::Billing)]
                .map(|shell| draw(&LeavePage { shell, to: HOSTILE.into(), host: HOSTILE.into() }))
                .into(),
        ),
    ])
}

fn inside() -> BTreeMap<&'static str, Vec<String>> {
    let authorize = |held: Vec<String>, takes: Option<&str>| AuthorizePage {
        shell: shell(),
        area: area(Place::None),
        query: HOSTILE.into(),
        held,
        takes: takes.map(Into::into),
    };
    let subscription = |quantity| SubscriptionRow {
        addon: HOSTILE.into(),
        plan: HOSTILE.into(),
        price: HOSTILE.into(),
        quantity,
        state: HOSTILE.into(),
        tone: Tone::Success,
        until: HOSTILE.into(),
    };
    let desk = |subscriptions, credit: Vec<String>, next_bill: Option<&str>| DeskRow {
        id: "x".into(),
        name: HOSTILE.into(),
        credit,
        next_bill: next_bill.map(Into::into),
        subscriptions,
    };
    let due = DueRow { path: HOSTILE.into(), number: 7, desk: HOSTILE.into(), amount: "€1.00".into() };
    let overview = |due: Vec<DueRow>, desks: Vec<DeskRow>| OverviewPage {
        shell: shell(),
        area: area(Place::Overview),
        due,
        desks,
    };
    let desks = vec![
        desk(vec![subscription(Some(2)), subscription(None)], vec![HOSTILE.into()], Some(HOSTILE)),
        desk(vec![], vec![], None),
    ];
    let password = |fields: &[&str]| PasswordPage {
        shell: shell(),
        area: area(Place::Password),
        errors: errors(fields),
        email: HOSTILE.into(),
        min_password: 10,
    };
    let methods = |cards, is_test| MethodsPage { shell: shell(), area: area(Place::Methods), cards, is_test };
    BTreeMap::from([
        (
            "authorize.html",
            vec![
                draw(&authorize(vec![], None)),
                draw(&authorize(vec![HOSTILE.into()], None)),
                draw(&authorize(vec![], Some(HOSTILE))),
            ],
        ),
        ("overview.html", vec![draw(&overview(vec![due], desks)), draw(&overview(vec![], vec![]))]),
        ("password.html", vec![draw(&password(&["current", "new", "repeat"])), draw(&password(&[]))]),
        ("methods.html", vec![draw(&methods(vec![card(true), card(false)], true)), draw(&methods(vec![], false))]),
    ])
}

fn refund() -> Happened {
    Happened {
        at: Timestamp(0),
        what: HOSTILE.into(),
        amount: "€1.00".into(),
        tone: "success",
        icon: "circle-check",
        reason: None,
    }
}

fn invoices() -> BTreeMap<&'static str, Vec<String>> {
    let list = |rows, next: Option<&str>, first_page| ListPage {
        shell: shell(),
        area: area(Place::Invoices),
        rows,
        next: next.map(Into::into),
        first_page,
    };
    let line = || LineRow {
        description: HOSTILE.into(),
        period: HOSTILE.into(),
        quantity: 2,
        unit: "€1.00".into(),
        amount: "€2.00".into(),
    };
    let invoice = |payable: bool, full: bool, cards: Vec<CardRow>| InvoicePage {
        shell: shell(),
        area: area(Place::Invoices),
        row: invoice_row(),
        id: "x".into(),
        lines: vec![line(), line()],
        reduced: full.then(|| HOSTILE.into()),
        credit: full.then(|| HOSTILE.into()),
        to_take: "€1.00".into(),
        of_card: 100,
        by_card: HOSTILE.into(),
        paid: full.then(|| HOSTILE.into()),
        disputes: if full { vec![(HOSTILE.into(), HOSTILE.into())] } else { vec![] },
        payable,
        problem: full.then(|| HOSTILE.into()),
        action: full.then(|| HOSTILE.into()),
        needs_card: full || cards.is_empty(),
        cards,
        refunds: if full { vec![refund()] } else { vec![] },
    };
    BTreeMap::from([
        (
            "invoices.html",
            vec![
                draw(&list(vec![invoice_row(), invoice_row()], Some(HOSTILE), true)),
                draw(&list(vec![invoice_row()], None, false)),
                draw(&list(vec![], None, true)),
            ],
        ),
        (
            "invoice.html",
            vec![
                draw(&invoice(true, true, vec![card(true), card(false)])),
                draw(&invoice(true, false, vec![])),
                draw(&invoice(true, false, vec![card(true)])),
                draw(&invoice(false, false, vec![])),
            ],
        ),
    ])
}

/// Pages of the panel that lead here.
fn login() -> BTreeMap<&'static str, Vec<String>> {
    let panel = || templates_test::shell(Section::Billing);
    let ask = |elsewhere: Option<&str>| LoginPage {
        shell: panel(),
        next: HOSTILE.into(),
        elsewhere: elsewhere.map(Into::into),
    };
    let refused = RefusedPage { shell: panel(), text: HOSTILE.into(), code: "state", next: HOSTILE.into() };
    BTreeMap::from([
        ("login.html", vec![draw(&ask(Some(HOSTILE))), draw(&ask(None))]),
        ("login_refused.html", vec![draw(&refused)]),
    ])
}

/// Each template with the pages drawn from it.
fn all() -> BTreeMap<&'static str, Vec<String>> {
    let mut pages = outside();
    pages.extend(inside());
    pages.extend(invoices());
    pages.extend(login());
    pages
}

#[test]
fn every_template_is_drawn() {
    // What the others stand in, or include.
    each_is_drawn("client_area", &all(), &["base.html", "leave_body.html"]);
}

#[test]
fn pages_are_sound_and_no_text_becomes_markup() {
    are_sound(&all());
}
