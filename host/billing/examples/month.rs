//! The month bench: a desk with 1,000 installations, each on a plan of its own add-on, is billed for a month on SQLite: one
//! invoice with 1,000 lines, charged at the test gateway. `cargo run --release -p annex-billing --example month [count]`.
//!
//! Ends with an error when it takes longer than the 5 seconds that it may take, or when the bill is not right.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench that prints its figure and stops at what is wrong"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use annex_billing::{Billing, BillingParts, Variant, gateways::test::TestGateway};
use annex_domain::{
    addon::{AddonId, Kind, Version},
    billing::{InvoiceState, LedgerAccount, SubscriptionState},
    capability::Grant,
    clock::{ManualClock, Timestamp},
    crash::CrashPoints,
    ids::{AccountId, DeskId, InstallationId, SubscriptionId},
    installation::Installation,
    localized::Localized,
    manifest::Manifest,
    money::{Currency, Money},
    plan::{Plan, PlanModel},
};
use annex_store::{
    Db, Tx,
    billing::{
        accounts::{self, NewAccount},
        desks::{self, BillingDesk},
        entries, invoices, logins,
        subscriptions::{self, Subscription},
    },
    installations,
    testing::{self, Fixture, TestDb},
};
use jiff::civil::date;

/// 1 March 2027, 00:00 UTC.
const FIRST: Timestamp = Timestamp(1_803_859_200_000);
/// Of each month: 9.00.
const PRICE: i64 = 900;
const MOST: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let count = std::env::args().nth(1).map_or(1000, |count| count.parse().unwrap());
    let database = TestDb::sqlite().await;
    let (billing, desk, clock) = desk_with(&database.db, count).await;
    clock.advance(Duration::from_hours(24 * 31));
    let started = Instant::now();
    let made = billing.bill_desk(desk).await.unwrap();
    let took = started.elapsed();
    check(&database.db, desk, &made, count).await;
    let verdict = if took <= MOST { "met" } else { "MISSED" };
    println!(
        "a month of a desk with {count} installations, on SQLite: {:.2} s, goal <= 5 s  {verdict}",
        took.as_secs_f64()
    );
    assert!(took <= MOST, "it took {took:?}");
}

/// One invoice, one line for each, the sum taken once, the books in balance.
async fn check(db: &Db, desk: DeskId, made: &[annex_domain::ids::InvoiceId], count: u32) {
    let mut conn = db.read().await.unwrap();
    let [invoice] = made else { unreachable!("{} invoices were made out", made.len()) };
    let invoice = invoices::get(&mut conn, desk, *invoice).await.unwrap();
    let total = Money::new(PRICE * i64::from(count), Currency::EUR);
    assert_eq!((invoice.state, invoice.total), (InvoiceState::Paid, total));
    let lines = invoices::lines(&mut conn, desk, invoice.id).await.unwrap();
    assert_eq!(u32::try_from(lines.len()).unwrap(), count);
    let cash = entries::balance(&mut conn, desk, LedgerAccount::Cash, Currency::EUR).await.unwrap();
    assert_eq!((cash, entries::unbalanced(&mut conn).await.unwrap().len()), (total.cents, 0));
    assert_eq!(subscriptions::to_bill(&mut conn, desk, date(2027, 4, 1)).await.unwrap().len(), 0, "none is left out");
}

async fn desk_with(db: &Db, count: u32) -> (Billing, DeskId, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(FIRST));
    let mut tx = db.begin().await.unwrap();
    let fixture = Fixture::make(&mut tx).await;
    let desk = fixture.desk;
    let new = NewAccount { email: "pay@example.org".into(), name: "Payer".into(), password_hash: "x".into() };
    let account = accounts::insert(&mut tx, &new, FIRST).await.unwrap().id;
    accounts::hold_licence(&mut tx, desk, account, FIRST).await.unwrap();
    logins::log_in(&mut tx, desk, account, true, fixture.admin, FIRST).await.unwrap();
    let bill = BillingDesk {
        desk,
        billing_day: 1,
        time_zone: "UTC".into(),
        next_bill_on: date(2027, 4, 1),
        next_bill_at: FIRST.after(Duration::from_hours(24 * 31)),
        asked_at: None,
        confirmed_through: None,
        rev: 1,
    };
    desks::ensure(&mut tx, &bill, FIRST).await.unwrap();
    for at in 0..count {
        install(&mut tx, &fixture, at).await;
    }
    tx.commit().await.unwrap();
    let billing = billing(db, &clock);
    add_card(&billing, account).await;
    (billing, desk, clock)
}

fn billing(db: &Db, clock: &Arc<ManualClock>) -> Billing {
    let public_url: url::Url = "https://desk.example/".parse().unwrap();
    let gateway = Arc::new(TestGateway::new(db.clone(), clock.clone(), public_url.clone()));
    let (clock, crash) = (clock.clone(), CrashPoints::none());
    Billing::new(BillingParts { db: db.clone(), clock, gateway, crash, public_url, variant: Variant::Designed })
}

/// As a person does, on the gateway's page.
async fn add_card(billing: &Billing, account: AccountId) {
    let back = "https://desk.example/billing".parse().unwrap();
    let page = billing.set_up_page(account, &back).await.unwrap();
    let visit = page.path_segments().and_then(|mut parts| parts.next_back()).unwrap();
    billing.test_gateway().unwrap().complete_setup(visit, "4242424242424242", 12, 2099).await.unwrap();
    assert_eq!(billing.refresh_methods(account).await.unwrap().len(), 1);
}

async fn install(tx: &mut Tx, fixture: &Fixture, at: u32) {
    let addon: AddonId = format!("acme.tool-{at}").parse().unwrap();
    let (id, version) = (InstallationId::new(), Version::new(1, 0, 0));
    let manifest = testing::manifest(addon.as_str(), version.clone(), 1);
    testing::publish(tx, &Manifest { plans: vec![plan()], ..manifest }, FIRST).await.unwrap();
    let new = Installation::begin(
        id,
        fixture.desk,
        addon.clone(),
        Kind::Plugin,
        version,
        Grant::default(),
        fixture.admin,
        FIRST,
    );
    installations::insert(tx, &new, None).await.unwrap();
    installations::save(tx, &new.installed(FIRST).unwrap()).await.unwrap();
    let subscription = Subscription {
        id: SubscriptionId::new(),
        desk: fixture.desk,
        installation: id,
        addon,
        plan: plan(),
        quantity: 1,
        quantity_next: None,
        state: SubscriptionState::Active,
        paid_through: Some(date(2027, 4, 1)),
        trial_ends_at: None,
        ended_at: None,
        created_at: FIRST,
        updated_at: FIRST,
        rev: 1,
    };
    subscriptions::insert(tx, &subscription).await.unwrap();
}

fn plan() -> Plan {
    Plan {
        id: "team".parse().unwrap(),
        name: Localized::en("Team"),
        summary: None,
        model: PlanModel::Flat,
        price: PRICE,
        currency: Currency::EUR,
        trial_days: 0,
    }
}
