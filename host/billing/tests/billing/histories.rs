//! Random histories of a desk: it buys, tries, upgrades, adds and removes users, reduces licences, declines, pays, is paid
//! back, here or at the payment company, disputes, cancels and buys again, while days, months and leap years go by. After
//! each event the books balance and nobody has paid for a day twice. [`desk`] is the model; every price, period, licence
//! and posting in it comes from the real functions.
//!
//! A few thousand histories each time; 50,000 with `ANNEX_LONG=1`.

use std::collections::BTreeMap;

use annex_billing::ledger::{
    BillingDay, Period, credit_to_use, day_at, next_bill_day, period_containing, prorate, start_of, zone,
};
use annex_domain::{clock::Timestamp, plan::PlanModel};
use jiff::civil::{Date, date};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};

use self::desk::{Back, Desk, Event, Reached};

mod desk;

fn config(short: u32, long: u32) -> Config {
    let cases = if std::env::var("ANNEX_LONG").is_ok_and(|value| value == "1") { long } else { short };
    Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

/// Three years around a 29 February, its last days of months more often than others.
fn days() -> impl Strategy<Value = Date> {
    let any = (0..1096i64).prop_map(|days| date(2027, 1, 1).saturating_add(jiff::Span::new().days(days)));
    let last =
        (0..36i32).prop_map(|months| date(2027, 1, 1).saturating_add(jiff::Span::new().months(months)).last_of_month());
    prop_oneof![3 => any, 2 => last, 1 => Just(date(2028, 2, 29))]
}

fn models() -> impl Strategy<Value = PlanModel> {
    prop_oneof![2 => Just(PlanModel::PerUser), 5 => prop::sample::select(&PlanModel::ALL[..])]
}

fn prices() -> impl Strategy<Value = i64> {
    prop_oneof![4 => 50..20_000i64, 1 => Just(50i64), 1 => 1_000_000..90_000_000i64]
}

fn events() -> impl Strategy<Value = Event> {
    let which = || 0..4usize;
    prop_oneof![
        4 => (models(), prices(), 1..20u32, prop::option::of(1..40u16))
            .prop_map(|(model, price, quantity, trial)| Event::Buy { model, price, quantity, trial }),
        2 => (which(), models(), prices(), 1..20u32)
            .prop_map(|(which, model, price, quantity)| Event::Choose { which, model, price, quantity }),
        3 => (which(), 1..6u32).prop_map(|(which, more)| Event::AddUsers { which, more }),
        2 => (which(), 1..6u32).prop_map(|(which, fewer)| Event::RemoveUsers { which, fewer }),
        2 => (which(), 1..10u32).prop_map(|(which, by)| Event::Reduce { which, by }),
        2 => (which(), 1..6u32).prop_map(|(which, users)| Event::Lend { which, users }),
        8 => (1..45u32).prop_map(Event::Days),
        4 => any::<bool>().prop_map(Event::CardWorks),
        3 => which().prop_map(Event::Pay),
        6 => which().prop_map(Event::Retry),
        1 => which().prop_map(Event::Dispute),
        1 => which().prop_map(Event::DisputeWon),
        2 => (which(), 1..5_000i64).prop_map(|(which, cents)| Event::PayBack { which, cents }),
        1 => (1..10_000i64).prop_map(Event::Grant),
        2 => (500..20_000i64).prop_map(Event::TopUp),
        2 => (which(), 1..20_000i64).prop_map(|(which, cents)| Event::TopUpBack { which, cents }),
        1 => (1..30u32).prop_map(Event::Operators),
        2 => which().prop_map(Event::Cancel),
        2 => Just(Event::TakenAfterAll(0)),
        4 => (which(), prop::sample::select(&[Back::Nothing, Back::Excess, Back::All][..]))
            .prop_map(|(which, goes_back)| Event::TakeTooMuch { which, goes_back }),
        1 => (which(), 1..5_000i64).prop_map(|(which, cents)| Event::BackThere { which, cents }),
        1 => Just(Event::PayOut),
    ]
}

proptest! {
    #![proptest_config(config(3_000, 50_000))]

    #[test]
    fn however_long_the_history_the_books_balance(first in days(), events in prop::collection::vec(events(), 1..50)) {
        let mut desk = Desk::new(first);
        for event in &events {
            desk.happens(event);
            desk.check();
        }
        desk.check_statement();
    }
}

/// Histories that never come to anything would show nothing. Three of 1,000 are about nine among those that are checked above
/// each time, and 150 among the 50,000.
#[test]
fn histories_come_to_everything() {
    let mut runner = TestRunner::deterministic();
    let strategy = (days(), prop::collection::vec(events(), 1..50));
    let mut times: BTreeMap<Reached, u32> = BTreeMap::new();
    for _ in 0..1_000 {
        let (first, events) = strategy.new_tree(&mut runner).unwrap().current();
        let mut desk = Desk::new(first);
        events.iter().for_each(|event| desk.happens(event));
        desk.reached.iter().for_each(|reached| *times.entry(*reached).or_default() += 1);
    }
    for reached in Reached::ALL {
        let times = times.get(&reached).copied().unwrap_or(0);
        eprintln!("{reached:?}: {times}");
        assert!(times >= 3, "{reached:?}: {times} of 1,000");
    }
}

proptest! {
    #![proptest_config(config(2_000, 50_000))]

    #[test]
    fn parts_of_a_month_sum_back_to_it_however_long_or_short(
        amount in prop_oneof![0..100_000_000i64, 0..200i64],
        at in days(),
        day in 1..=31u8,
        mut cuts in prop::collection::vec(0..40i64, 0..10),
    ) {
        let whole = period_containing(at, BillingDay::new(day).unwrap());
        cuts.sort_unstable();
        let cuts = cuts.iter().map(|days| whole.from.saturating_add(jiff::Span::new().days(*days)).min(whole.to));
        let mut edges: Vec<Date> = std::iter::once(whole.from).chain(cuts).collect();
        edges.push(whole.to);
        let parts = edges.windows(2).map(|edge| Period { from: edge[0], to: edge[1] });
        let mut sum = 0;
        for part in parts {
            let cents = prorate(amount, whole, part);
            let exact = i128::from(amount) * i128::from(part.days());
            let off = (i128::from(cents) * i128::from(whole.days()) - exact).abs();
            prop_assert!(off <= i128::from(whole.days()), "{cents} of {amount} for {part:?} is more than a cent off");
            sum += cents;
        }
        prop_assert_eq!(sum, amount);
    }

    #[test]
    fn in_every_time_zone_a_moment_is_within_its_day(
        millis in 946_684_800_000..4_102_444_800_000i64,
        zone_name in prop::sample::select(&[
            "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Beirut",
            "America/Santiago", "Pacific/Apia", "Pacific/Kiritimati", "Asia/Kathmandu", "Africa/Cairo", "America/Havana",
        ][..]),
        day in 1..=31u8,
    ) {
        let (zone, now) = (zone(zone_name).unwrap(), Timestamp(millis));
        let today = day_at(now, &zone);
        let begins = start_of(today, &zone);
        prop_assert!(begins <= now, "{zone_name}: {today} begins after {now}");
        // Where a clock is put back over midnight, the moment between is in the day before the one that began.
        let next = start_of(today.tomorrow().unwrap(), &zone);
        prop_assert!(next > now || day_at(next, &zone) > today, "{zone_name}: {today} has ended before {now}");
        // Bills follow each other, each in a day of its own.
        let bill = next_bill_day(today, BillingDay::new(day).unwrap());
        let (this, after) = (start_of(bill, &zone), start_of(next_bill_day(bill, BillingDay::new(day).unwrap()), &zone));
        prop_assert!(this > begins && after > this, "{zone_name}: {bill}");
        prop_assert!(day_at(this, &zone) >= bill, "{zone_name}: {bill} begins at {this}");
    }

    #[test]
    fn credit_leaves_nothing_or_what_can_be_taken(amount in 0..20_000i64, credit in -100..30_000i64, least in 0..200i64) {
        let used = credit_to_use(amount, credit, least);
        prop_assert!((0..=amount.min(credit.max(0))).contains(&used));
        let rest = amount - used;
        prop_assert!(rest == 0 || rest >= least || amount < least, "{rest} is left");
    }
}
