//! Billing: the overview, an invoice, the statement.

use std::collections::BTreeMap;

use annex_domain::{
    billing::InvoiceState,
    ids::{AccountId, InstallationId, PaymentMethodId},
};

use super::{HOSTILE, NOW, draw, shell};
use crate::{
    panel::{
        addons::{Holder, Login},
        billing,
        password_again::PasswordAgain,
        pay_with::{ByCard, ByDefault, CardRow, PayWith},
    },
    shell::Section,
};

fn login(holds: bool) -> Login {
    let holder = Holder { id: AccountId::new(), account: HOSTILE.into(), by: HOSTILE.into() };
    if holds { Login::Holder(holder) } else { Login::Wrong(holder) }
}

fn cards() -> Vec<CardRow> {
    let card =
        |is_default| CardRow { id: PaymentMethodId::new(), name: HOSTILE.into(), expires: HOSTILE.into(), is_default };
    vec![card(true), card(false)]
}

/// What is to be paid, with these cards.
pub(in crate::panel) fn pay(cards: Vec<CardRow>) -> PayWith {
    let chosen = cards.first().map(|card| card.id);
    PayWith::Card(ByCard { cents: 213, text: HOSTILE.into(), cards, chosen, next: HOSTILE.into() })
}

/// The same where none is chosen.
fn pay_default(cards: Vec<CardRow>) -> PayWith {
    PayWith::Default(ByDefault { card: cards.into_iter().next(), next: HOSTILE.into() })
}

fn billing_page(login: Login, full: bool) -> billing::BillingPage {
    let addon = |licences, past_due| billing::AddonRow {
        installation: InstallationId::new(),
        name: HOSTILE.into(),
        plan: HOSTILE.into(),
        price: HOSTILE.into(),
        licences,
        renewal: HOSTILE.into(),
        past_due,
    };
    let invoice = |number, state| billing::InvoiceRow {
        number,
        date: HOSTILE.into(),
        what: HOSTILE.into(),
        total: HOSTILE.into(),
        badge: billing::StateBadge::of(state),
    };
    let states = [InvoiceState::Open, InvoiceState::Due, InvoiceState::Paid, InvoiceState::Void];
    billing::BillingPage {
        shell: shell(Section::Billing),
        pay: if full && login.is_holder() { pay_default(cards()) } else { PayWith::NoLogin },
        login,
        next: "/billing".into(),
        next_bill: full.then(|| (HOSTILE.into(), vec![HOSTILE.into(), HOSTILE.into()])),
        due: usize::from(full),
        missed: full.then(|| billing::Question {
            months: 3,
            amounts: vec![HOSTILE.into(), HOSTILE.into()],
            until: HOSTILE.into(),
            shown: HOSTILE.into(),
        }),
        password: PasswordAgain { asked: full, email: HOSTILE.into(), ..PasswordAgain::default() },
        addons: if full { vec![addon(Some((5, 3, 2)), true), addon(None, false)] } else { vec![] },
        invoices: if full { (1..).zip(states).map(|(number, state)| invoice(number, state)).collect() } else { vec![] },
        older: full.then_some(1),
        first_page: !full,
        cards: if full { cards() } else { vec![] },
        credit: if full { vec![HOSTILE.into()] } else { vec![] },
    }
}

fn invoice_page(login: Login, full: bool) -> billing::InvoicePage {
    let line = billing::LineRow {
        description: HOSTILE.into(),
        period: HOSTILE.into(),
        quantity: 3,
        unit: HOSTILE.into(),
        amount: HOSTILE.into(),
    };
    let happened = || billing::Happened {
        at: NOW,
        what: HOSTILE.into(),
        amount: HOSTILE.into(),
        tone: "critical",
        icon: "circle-x",
        reason: Some(HOSTILE.into()),
    };
    billing::InvoicePage {
        shell: shell(Section::Billing),
        number: 7,
        badge: billing::StateBadge::of(if full { InvoiceState::Due } else { InvoiceState::Void }),
        desk: HOSTILE.into(),
        facts: vec![(HOSTILE.into(), HOSTILE.into())],
        lines: vec![line],
        total: HOSTILE.into(),
        credit: full.then(|| HOSTILE.into()),
        to_pay: full.then(|| HOSTILE.into()),
        problem: full.then(|| HOSTILE.into()),
        action: None,
        due: full,
        is_void: !full,
        next: "/billing/invoices/7".into(),
        back: full.then(|| HOSTILE.into()),
        pay: if login.is_holder() { pay(cards()) } else { PayWith::NoLogin },
        login,
        password: PasswordAgain { asked: full, email: HOSTILE.into(), error: Some(HOSTILE.into()), wait: None },
        attempts: if full { vec![happened()] } else { vec![] },
        refunds: if full { vec![happened()] } else { vec![] },
    }
}

pub(super) fn money() -> BTreeMap<&'static str, Vec<String>> {
    let statement = |rows: usize| billing::StatementPage {
        shell: shell(Section::Billing),
        desk: HOSTILE.into(),
        rows: (0..rows)
            .map(|_| billing::PrintedRow {
                day: HOSTILE.into(),
                note: HOSTILE.into(),
                invoice: Some(7),
                charged: HOSTILE.into(),
                paid: String::new(),
                refunded: String::new(),
                credit: String::new(),
                owed: HOSTILE.into(),
                in_credit: HOSTILE.into(),
            })
            .collect(),
        cut: rows > 1,
    };
    let confirm =
        billing::InvoicePage { action: Some("https://bank.example/".into()), ..invoice_page(login(true), true) };
    let no_card = billing::InvoicePage { pay: pay(vec![]), ..invoice_page(login(true), true) };
    let credit = billing::InvoicePage { pay: PayWith::Credit, ..invoice_page(login(true), true) };
    BTreeMap::from([
        (
            "billing.html",
            vec![
                draw(&billing_page(login(true), true)),
                draw(&billing_page(login(false), true)),
                draw(&billing::BillingPage { pay: pay_default(vec![]), ..billing_page(Login::None, true) }),
                draw(&billing_page(Login::None, true)),
                draw(&billing_page(Login::None, false)),
                draw(&billing_page(login(true), false)),
            ],
        ),
        (
            "billing_invoice.html",
            vec![
                draw(&invoice_page(login(true), true)),
                draw(&invoice_page(login(false), true)),
                draw(&invoice_page(Login::None, false)),
                draw(&confirm),
                draw(&no_card),
                draw(&credit),
            ],
        ),
        ("billing_statement.html", vec![draw(&statement(2)), draw(&statement(0))]),
    ])
}
