//! Random histories: lost answers after the effect, 500, 429, requests that arrive twice, keys that are forgotten, drivers
//! that stop anywhere, hints, payments by hand, releases. Whatever happened, once the gateway answers again everything
//! comes to rest in the right state.

use annex_domain::{
    billing::{InvoiceState, OrderState},
    crash::{CrashPoints, When, point},
    ids::{InvoiceId, OrderId, PaymentMethodId},
    operator::Actor,
};
use proptest::{prelude::*, test_runner::TestRunner};

use super::{
    bench::Bench,
    judge::{faults_of, the_ledger_balances},
    peer::Fault,
};
use crate::{
    Variant, crash_steps,
    gateway::{About, Event},
    gateways::test::Behaviour,
};

#[derive(Debug, Clone)]
enum Move {
    Charge,
    /// The process stops at this point, if it comes by.
    ChargeAndStop(usize),
    Pay(usize),
    PayerAnswers(bool),
    Reconcile,
    Hint(u8),
    Release,
    ReleaseAndStop(usize),
    ForgetKeys,
    Wait,
    /// Two drivers at once.
    Race,
}

fn a_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => Just(Move::Charge),
        3 => (0..24usize).prop_map(Move::ChargeAndStop),
        3 => (0..4usize).prop_map(Move::Pay),
        2 => any::<bool>().prop_map(Move::PayerAnswers),
        2 => Just(Move::Reconcile),
        2 => (0..3u8).prop_map(Move::Hint),
        1 => Just(Move::Release),
        1 => (0..24usize).prop_map(Move::ReleaseAndStop),
        1 => Just(Move::ForgetKeys),
        1 => Just(Move::Wait),
        2 => Just(Move::Race),
    ]
}

fn a_fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        5 => Just(Fault::Fine),
        2 => Just(Fault::Lost),
        2 => Just(Fault::Down),
        1 => Just(Fault::Busy),
        1 => Just(Fault::Twice),
    ]
}

struct Story<'a> {
    bench: &'a Bench,
    cards: &'a [PaymentMethodId],
    order: OrderId,
    invoice: InvoiceId,
}

impl Story<'_> {
    /// What goes wrong is gone on with by the next move; only the end counts.
    async fn play(&self, one: &Move) {
        let bench = self.bench;
        let billing = bench.billing();
        let stopping = |at: usize| {
            let steps = crash_steps();
            let (what, step) = steps[at / 2 % steps.len()];
            bench.with(CrashPoints::stop_at(&point(what, step, When::FORWARD[at % 2])), Variant::Designed)
        };
        match one {
            Move::Charge => drop(billing.charge(bench.desk, self.order).await),
            Move::ChargeAndStop(at) => drop(stopping(*at).charge(bench.desk, self.order).await),
            Move::Pay(card) => {
                drop(billing.pay(bench.desk, self.invoice, Some(self.cards[*card]), Actor::System).await);
            }
            Move::PayerAnswers(approved) => bench.peer.payer_answers(&self.invoice.to_string(), *approved),
            Move::Reconcile => drop(billing.reconcile().await),
            Move::Hint(n) => {
                let event = Event { id: format!("{}-{n}", self.invoice), kind: "x".into(), about: self.about().await };
                drop(billing.hint(&event).await);
            }
            Move::Release => drop(billing.release(bench.desk, self.order, "test").await),
            Move::ReleaseAndStop(at) => drop(stopping(*at).release(bench.desk, self.order, "test").await),
            Move::ForgetKeys => bench.peer.forget_keys(false),
            Move::Wait => bench.clock.advance(std::time::Duration::from_mins(90)),
            Move::Race => {
                let other = bench.billing();
                let charges = async { drop(other.charge(bench.desk, self.order).await) };
                let pays = async { drop(billing.pay(bench.desk, self.invoice, None, Actor::System).await) };
                tokio::join!(charges, pays);
            }
        }
    }

    async fn about(&self) -> About {
        let mut conn = self.bench.db.read().await.unwrap();
        let attempts = annex_store::billing::attempts::of_invoice(&mut conn, self.invoice).await.unwrap();
        About::Intent(attempts.last().and_then(|last| last.intent.clone()).unwrap_or_else(|| "pi_1".into()))
    }

    /// The gateway answers, and time passes.
    async fn rest(&self) -> Vec<String> {
        let bench = self.bench;
        bench.peer.always(None);
        let billing = bench.billing();
        for _ in 0..2 {
            billing.reconcile().await.unwrap();
            if bench.invoice(self.invoice).await.state == InvoiceState::Open {
                billing.charge(bench.desk, self.order).await.unwrap();
            }
        }
        // Intents that nobody stored are swept.
        bench.clock.advance(std::time::Duration::from_hours(2));
        billing.sweep_orphans().await.unwrap();
        let faults = faults_of(bench, self.invoice).await;
        if bench.order_state(self.order).await == OrderState::Paid {
            let mut tx = bench.db.begin().await.unwrap();
            billing.fulfilled_in(&mut tx, bench.desk, self.order).await.unwrap();
            tx.commit().await.unwrap();
        }
        faults
    }
}

#[test]
fn whatever_happens_nothing_is_taken_twice_and_nothing_is_lost() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = runtime.block_on(Bench::new());
    let cards = runtime.block_on(async {
        let mut cards = Vec::new();
        for behaviour in [Behaviour::NoMoney, Behaviour::Asks, Behaviour::TimesOut, Behaviour::Pays] {
            cards.push(bench.card(behaviour).await);
        }
        cards
    });
    let long = std::env::var_os("ANNEX_LONG").is_some();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: if long { 5_000 } else { 250 },
        failure_persistence: None,
        max_shrink_iters: 300,
        ..ProptestConfig::default()
    });
    let stories = (0..4usize, prop::collection::vec(a_fault(), 0..12), prop::collection::vec(a_move(), 1..9));
    let result = runner.run(&stories, |(card, faults, moves)| {
        let left = runtime.block_on(async {
            let mut tx = bench.db.begin().await.unwrap();
            annex_store::billing::methods::make_default(&mut tx, bench.account, cards[card]).await.unwrap();
            tx.commit().await.unwrap();
            let (order, invoice) = bench.order().await;
            let story = Story { bench: &bench, cards: &cards, order: order.id, invoice };
            bench.peer.faults(faults.clone());
            for one in &moves {
                story.play(one).await;
            }
            story.rest().await
        });
        prop_assert!(left.is_empty(), "{left:?}");
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    runtime.block_on(the_ledger_balances(&bench));
}
