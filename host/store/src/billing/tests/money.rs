//! Orders, invoices, attempts, refunds: what happens once, and who is too late.

use annex_domain::{billing::AttemptState, ids::AccountId};

use super::*;
use crate::billing::{
    attempts,
    invoices::{Parties, Party},
    orders,
    refunds::{self, NewRefund},
    subscriptions,
};

#[tokio::test]
async fn an_invoice_keeps_who_sold_and_who_bought() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let before = payer.invoice(&mut tx, 900).await;
        assert_eq!(invoices::parties(&mut tx, payer.desk, before.id).await.unwrap(), None, "nobody said who sells");
        let of = |name: &str, address: &str| Party { name: name.into(), address: address.into(), tax_id: "DE1".into() };
        let seller = of("Platform", "Here 1");
        invoices::set_seller(&mut tx, Some(&seller), NOW).await.unwrap();
        invoices::set_buyer(&mut tx, payer.account.id, "There 2", "DE1", NOW).await.unwrap();
        let made = payer.invoice(&mut tx, 900).await;
        let was = Parties { seller, buyer: of("Acme", "There 2"), tax_rates: vec![0] };
        invoices::set_buyer(&mut tx, payer.account.id, "Moved 3", "", NOW).await.unwrap();
        invoices::set_seller(&mut tx, None, NOW).await.unwrap();
        assert_eq!(invoices::parties(&mut tx, payer.desk, made.id).await.unwrap(), Some(was));
        assert_eq!(invoices::parties(&mut tx, payer.fixture.other_desk, made.id).await.unwrap(), None);
        let after = payer.invoice(&mut tx, 900).await;
        assert_eq!(invoices::parties(&mut tx, payer.desk, after.id).await.unwrap(), None);
        let too_long = "x".repeat(501);
        let wrong = invoices::set_buyer(&mut tx, payer.account.id, &too_long, "", NOW).await.unwrap_err();
        assert_eq!(wrong.code(), "invalid");
    })
    .await;
}

#[tokio::test]
async fn an_installation_has_one_live_order_and_a_key_one_order() {
    with_payer(async |db, payer| {
        let (one, two) = (InstallationId::new(), InstallationId::new());
        let mut tx = db.begin().await.unwrap();
        let mut first = payer.order(one, Some("k"));
        orders::insert(&mut tx, &first).await.unwrap();
        orders::insert(&mut tx, &payer.order(two, None)).await.unwrap();
        tx.commit().await.unwrap();
        let again = payer.order(one, None);
        assert_eq!(taken(&refused!(db, |tx| orders::insert(tx, &again))), "the order of this add-on");
        let same_key = payer.order(InstallationId::new(), Some("k"));
        assert_eq!(taken(&refused!(db, |tx| orders::insert(tx, &same_key))), "the idempotency key");

        let mut tx = db.begin().await.unwrap();
        assert_eq!(orders::by_key(&mut tx, payer.desk, "k").await.unwrap().as_ref(), Some(&first));
        assert_eq!(orders::by_key(&mut tx, payer.fixture.other_desk, "k").await.unwrap(), None);
        let mut stale = first.clone();
        first.state = OrderState::Cancelled;
        first.details = json!({ "why": "declined" });
        orders::save(&mut tx, &mut first, Timestamp(NOW.0 + 1)).await.unwrap();
        assert_eq!(orders::get(&mut tx, payer.desk, first.id).await.unwrap(), first);
        assert_eq!((first.rev, first.updated_at), (2, Timestamp(NOW.0 + 1)));
        assert!(matches!(orders::save(&mut tx, &mut stale, NOW).await, Err(StoreError::Stale("the order"))));
        // Now there is room for another one, and the first cannot come back to life.
        orders::insert(&mut tx, &again).await.unwrap();
        assert_eq!(orders::live_of(&mut tx, payer.desk, one).await.unwrap(), Some(again.clone()));
        assert_eq!(orders::of_installation(&mut tx, payer.desk, one).await.unwrap().len(), 2);
        assert_eq!(orders::list(&mut tx, payer.desk, 9).await.unwrap().len(), 3);
        let open = orders::unfinished(&mut tx, OrderState::Open, NOW, 9).await.unwrap();
        assert_eq!(open.len(), 2);
        tx.commit().await.unwrap();
        first.state = OrderState::Open;
        assert_eq!(taken(&refused!(db, |tx| orders::save(tx, &mut first, NOW))), "the order of this add-on");
        assert_eq!(refused!(db, |tx| orders::get(tx, payer.fixture.other_desk, again.id)).code(), "not-found");
    })
    .await;
}

#[tokio::test]
async fn invoices_are_numbered_without_gaps_also_in_parallel() {
    with_payer(async |db, payer| {
        let tasks = (0..12).map(|at| {
            let (db, payer) = (db.clone(), payer.clone());
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let invoice = payer.invoice(&mut tx, 100).await;
                // Every third is given up: it must not use a number up.
                if at % 3 == 0 {
                    tx.rollback().await.unwrap()
                } else {
                    tx.commit().await.unwrap()
                }
                invoice.number
            })
        });
        futures::future::join_all(tasks).await.into_iter().for_each(|number| assert!(number.unwrap() > 0));
        let mut conn = db.read().await.unwrap();
        let kept = invoices::list(&mut conn, payer.desk, invoices::Filter::default()).await.unwrap();
        let numbers: Vec<_> = kept.iter().map(|invoice| invoice.number).collect();
        assert_eq!(numbers, (1..=8).rev().collect::<Vec<_>>());
        let page = invoices::Filter { below: Some(4), limit: 2, state: Some(InvoiceState::Open) };
        let page = invoices::list(&mut conn, payer.desk, page).await.unwrap();
        assert_eq!(page.iter().map(|invoice| invoice.number).collect::<Vec<_>>(), [3, 2]);
        assert_eq!(invoices::by_number(&mut conn, payer.desk, 3).await.unwrap(), page[0]);
        assert_eq!(invoices::of_account(&mut conn, payer.account.id, Default::default()).await.unwrap().len(), 8);
        // Another desk counts by itself, and has no number before its bill.
        let mut theirs = payer.clone();
        theirs.desk = payer.fixture.other_desk;
        let new = theirs.monthly(date(2027, 2, 28), &[&theirs.subscription(InstallationId::new())]);
        let error = refused!(db, |tx| invoices::insert(tx, &new, NOW));
        assert_eq!(error.to_string(), "bill of the help desk not found");
        let mut tx = db.begin().await.unwrap();
        desks::ensure(&mut tx, &bill(theirs.desk), NOW).await.unwrap();
        assert_eq!(invoices::insert(&mut tx, &new, NOW).await.unwrap().number, 1);
    })
    .await;
}

#[tokio::test]
async fn a_month_is_billed_once_and_a_subscription_once_for_each_period() {
    with_payer(async |db, payer| {
        let (one, two) = (InstallationId::new(), InstallationId::new());
        let (one, two) = (payer.subscription(one), payer.subscription(two));
        let mut tx = db.begin().await.unwrap();
        subscriptions::insert(&mut tx, &one).await.unwrap();
        let new = payer.monthly(date(2027, 2, 28), &[&one, &two]);
        let made = invoices::insert(&mut tx, &new, NOW).await.unwrap();
        assert_eq!((made.total, made.state, made.rev, made.number), (eur(5400), InvoiceState::Open, 1, 1));
        let mut lines = invoices::lines(&mut tx, payer.desk, made.id).await.unwrap();
        lines.iter_mut().for_each(|line| line.id = 0);
        assert_eq!(lines, new.lines);
        assert_eq!(invoices::lines(&mut tx, payer.fixture.other_desk, made.id).await.unwrap(), []);
        let unpaid = invoices::unpaid_of_subscription(&mut tx, payer.desk, one.id).await.unwrap();
        assert_eq!(unpaid, std::slice::from_ref(&made));
        tx.commit().await.unwrap();

        let again = payer.monthly(date(2027, 2, 28), &[&payer.subscription(InstallationId::new())]);
        assert_eq!(taken(&refused!(db, |tx| invoices::insert(tx, &again, NOW))), "the invoice of this month");
        let mut other = payer.monthly(date(2027, 2, 28), &[&one]);
        other.period = Some((date(2027, 3, 1), date(2027, 3, 31)));
        let line = "the line of this subscription and period";
        assert_eq!(taken(&refused!(db, |tx| invoices::insert(tx, &other, NOW))), line);
        // In another currency it is another invoice, and none of these has used a number up.
        let mut dollars = payer.monthly(date(2027, 2, 28), &[&payer.subscription(InstallationId::new())]);
        dollars.currency = Currency::USD;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(invoices::insert(&mut tx, &dollars, NOW).await.unwrap().number, 2);
    })
    .await;
}

#[tokio::test]
async fn an_invoice_says_what_its_lines_say() {
    with_payer(async |db, payer| {
        let mut new = payer.monthly(date(2027, 2, 28), &[]);
        assert_eq!(refused!(db, |tx| invoices::insert(tx, &new, NOW)).code(), "invalid");
        new = payer.monthly(date(2027, 2, 28), &[&payer.subscription(InstallationId::new())]);
        new.credit_used = 2701;
        assert_eq!(refused!(db, |tx| invoices::insert(tx, &new, NOW)).code(), "invalid");
        new.credit_used = 700;
        let mut tx = db.begin().await.unwrap();
        let mut invoice = invoices::insert(&mut tx, &new, NOW).await.unwrap();
        assert_eq!(invoice.to_take(), eur(2000));
        let mut stale = invoice.clone();
        invoice.due_since = Some(NOW);
        invoice = to(InvoiceState::Due, invoice);
        invoices::save(&mut tx, &mut invoice, NOW).await.unwrap();
        assert_eq!(invoices::get(&mut tx, payer.desk, invoice.id).await.unwrap(), invoice);
        assert!(matches!(invoices::save(&mut tx, &mut stale, NOW).await, Err(StoreError::Stale(_))));
        assert_eq!(invoices::overdue(&mut tx, NOW, 9).await.unwrap(), std::slice::from_ref(&invoice));
        assert_eq!(invoices::overdue(&mut tx, Timestamp(NOW.0 - 1), 9).await.unwrap(), []);
        assert_eq!(invoices::open_months(&mut tx, NOW, 9).await.unwrap(), [], "a due one is nobody's to charge");
    })
    .await;
}

#[tokio::test]
async fn what_was_looked_at_comes_behind_what_was_not() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let order = payer.order(InstallationId::new(), None);
        orders::insert(&mut tx, &order).await.unwrap();
        let mut of_order = payer.monthly(date(2027, 1, 28), &[&payer.subscription(InstallationId::new())]);
        (of_order.order, of_order.period) = (Some(order.id), None);
        let ordered = invoices::insert(&mut tx, &of_order, NOW).await.unwrap();
        let mut months = Vec::new();
        for month in [2, 3] {
            let new = payer.monthly(date(2027, month, 28), &[&payer.subscription(InstallationId::new())]);
            months.push(invoices::insert(&mut tx, &new, NOW).await.unwrap());
        }
        let later = Timestamp(NOW.0 + 1);
        let first = invoices::open_months(&mut tx, later, 1).await.unwrap().remove(0);
        assert!(first.order.is_none() && first.id != ordered.id);
        invoices::looked_at(&mut tx, first.id, later).await.unwrap();
        let second = invoices::open_months(&mut tx, later, 1).await.unwrap().remove(0);
        assert!(second.order.is_none() && second.id != first.id);
        assert_eq!(invoices::open_months(&mut tx, later, 9).await.unwrap().len(), 2);

        let one = attempts::insert(&mut tx, &payer.attempt(&months[0]), NOW).await.unwrap();
        let other = attempts::insert(&mut tx, &payer.attempt(&months[1]), NOW).await.unwrap();
        for (looked_at, next) in [(&one, &other), (&other, &one)] {
            attempts::looked_at(&mut tx, looked_at.id, Timestamp(later.0 + i64::from(looked_at.id == other.id)))
                .await
                .unwrap();
            assert_eq!(attempts::unfinished(&mut tx, Timestamp(NOW.0 + 9), 1).await.unwrap()[0].id, next.id);
        }
    })
    .await;
}

#[tokio::test]
async fn the_next_attempt_waits_until_the_last_one_is_cancelled() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let invoice = payer.invoice(&mut tx, 2000).await;
        let mut first = attempts::insert(&mut tx, &payer.attempt(&invoice), NOW).await.unwrap();
        assert_eq!((first.number, first.state, first.amount), (1, AttemptState::New, eur(2000)));
        tx.commit().await.unwrap();
        for state in AttemptState::ALL {
            let mut tx = db.begin().await.unwrap();
            first.state = state;
            first.intent = Some("pi_1".into());
            attempts::save(&mut tx, &mut first, NOW).await.unwrap();
            tx.commit().await.unwrap();
            let mut conn = db.read().await.unwrap();
            let waits = attempts::unfinished(&mut conn, NOW, 9).await.unwrap();
            assert_eq!(waits.is_empty(), state.is_final(), "{state}");
            if state != AttemptState::Cancelled {
                let error = refused!(db, |tx| attempts::insert(tx, &payer.attempt(&invoice), NOW));
                assert_eq!(taken(&error), "the payment of this invoice", "{state}");
                assert_eq!(attempts::live_of(&mut conn, invoice.id).await.unwrap(), Some(first.clone()));
            }
        }
        let mut tx = db.begin().await.unwrap();
        let mut second = attempts::insert(&mut tx, &payer.attempt(&invoice), NOW).await.unwrap();
        assert_eq!((second.number, attempts::of_invoice(&mut tx, invoice.id).await.unwrap().len()), (2, 2));
        assert_eq!(attempts::by_intent(&mut tx, "test", "pi_1").await.unwrap(), Some(first.clone()));
        assert_eq!(attempts::by_intent(&mut tx, "stripe", "pi_1").await.unwrap(), None);
        assert_eq!(attempts::find(&mut tx, first.id).await.unwrap(), Some(first.clone()));
        let mut stale = first.clone();
        stale.rev -= 1;
        assert!(matches!(attempts::save(&mut tx, &mut stale, NOW).await, Err(StoreError::Stale("the payment"))));
        tx.commit().await.unwrap();
        second.intent = Some("pi_1".into());
        assert_eq!(taken(&refused!(db, |tx| attempts::save(tx, &mut second, NOW))), "the payment intent");
    })
    .await;
}

#[tokio::test]
async fn payments_of_an_account_that_failed_are_counted() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let at = |seconds: i64| Timestamp(NOW.0 + 1_000 * seconds);
        let ends = [
            (AttemptState::Cancelled, Some("card_declined")),
            (AttemptState::Succeeded, None),
            (AttemptState::Declined, Some("card_declined")),
            (AttemptState::Cancelled, None),
            (AttemptState::ActionRequired, Some("authentication_required")),
        ];
        for (second, (state, code)) in (1..).zip(ends) {
            let invoice = payer.invoice(&mut tx, 2000).await;
            let mut attempt = attempts::insert(&mut tx, &payer.attempt(&invoice), at(second)).await.unwrap();
            attempt.state = state;
            attempt.error_code = code.map(Into::into);
            attempts::save(&mut tx, &mut attempt, at(9)).await.unwrap();
        }
        let mut failed = async |count, since| attempts::failed(&mut tx, payer.account.id, count, since).await.unwrap();
        assert_eq!(failed(1, NOW).await, Some(at(3)), "the newest");
        assert_eq!((failed(2, NOW).await, failed(3, NOW).await), (Some(at(1)), None));
        assert_eq!(failed(2, at(1)).await, None, "too long ago");
        assert_eq!(attempts::failed(&mut tx, AccountId::new(), 1, NOW).await.unwrap(), None, "of somebody else");
    })
    .await;
}

#[tokio::test]
async fn of_two_attempts_at_once_one_is_refused() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let invoice = payer.invoice(&mut tx, 2000).await;
        tx.commit().await.unwrap();
        let begin = async || {
            let mut tx = db.begin().await.unwrap();
            attempts::insert(&mut tx, &payer.attempt(&invoice), NOW).await?;
            tx.commit().await
        };
        let done: Vec<_> = futures::future::join_all((0..6).map(|_| begin())).await;
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(done.iter().filter_map(|one| one.as_ref().err()).all(|error| error.code() == "already-exists"));
    })
    .await;
}

#[tokio::test]
async fn no_more_is_paid_back_than_was_taken() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let mut invoice = payer.invoice(&mut tx, 2000).await;
        invoice.credit_used = 500;
        invoices::save(&mut tx, &mut invoice, NOW).await.unwrap();
        let mut attempt = attempts::insert(&mut tx, &payer.attempt(&invoice), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let refund = |cents, of_attempt: bool, reason: &str| NewRefund {
            desk: payer.desk,
            invoice: invoice.id,
            attempt: of_attempt.then_some(attempt.id),
            amount: eur(cents),
            not_owed: 0,
            reason: reason.into(),
            lines: Vec::new(),
        };
        let too_high = |error: StoreError| assert_eq!(error.code(), "refund-too-high");
        // Nothing was taken yet; the credit was used.
        too_high(refused!(db, |tx| refunds::insert(tx, &refund(1, true, "a"), NOW)));
        too_high(refused!(db, |tx| refunds::insert(tx, &refund(501, false, "a"), NOW)));
        let of = |cents, reason| refund(cents, true, reason);
        let (whole, part, rest) = (of(1501, "a"), of(1000, "a"), of(500, "b"));
        let (credit, more_credit) = (refund(500, false, "credit"), refund(1, false, "more"));
        let (too_much, same) = (of(501, "b"), of(1, "a"));
        attempt.state = AttemptState::Succeeded;
        let mut tx = db.begin().await.unwrap();
        attempts::save(&mut tx, &mut attempt, NOW).await.unwrap();
        tx.commit().await.unwrap();
        too_high(refused!(db, |tx| refunds::insert(tx, &whole, NOW)));
        let mut tx = db.begin().await.unwrap();
        let mut made = refunds::insert(&mut tx, &part, NOW).await.unwrap();
        tx.commit().await.unwrap();
        too_high(refused!(db, |tx| refunds::insert(tx, &too_much, NOW)));
        assert_eq!(taken(&refused!(db, |tx| refunds::insert(tx, &same, NOW))), "the refund of this invoice");
        let mut tx = db.begin().await.unwrap();
        refunds::insert(&mut tx, &rest, NOW).await.unwrap();
        refunds::insert(&mut tx, &credit, NOW).await.unwrap();
        made.gateway_id = Some("re_1".into());
        refunds::save(&mut tx, &mut made, NOW).await.unwrap();
        assert_eq!(refunds::for_reason(&mut tx, invoice.id, "a").await.unwrap(), Some(made.clone()));
        assert_eq!(refunds::unfinished(&mut tx, NOW, 9).await.unwrap().len(), 3);
        tx.commit().await.unwrap();
        too_high(refused!(db, |tx| refunds::insert(tx, &more_credit, NOW)));
        // What the gateway refused was not paid back.
        made.state = annex_domain::billing::RefundState::Failed;
        let mut tx = db.begin().await.unwrap();
        refunds::save(&mut tx, &mut made, NOW).await.unwrap();
        refunds::insert(&mut tx, &NewRefund { reason: "again".into(), ..part.clone() }, NOW).await.unwrap();
        assert_eq!(refunds::of_invoice(&mut tx, invoice.id).await.unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn what_is_in_use_was_paid_for_and_what_is_paid_back_falls_on_lines() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let one = payer.subscription(InstallationId::new());
        let new = payer.monthly(date(2027, 2, 28), &[&one, &payer.subscription(InstallationId::new())]);
        let mut invoice = invoices::insert(&mut tx, &new, NOW).await.unwrap();
        let in_use =
            async |tx: &mut Tx, on| invoices::lines_in_use(tx, payer.desk, one.installation, on).await.unwrap();
        assert_eq!(in_use(&mut tx, date(2027, 3, 1)).await, [], "not paid");
        let stored = invoices::lines(&mut tx, payer.desk, invoice.id).await.unwrap();
        let stored: Vec<_> = stored.into_iter().map(|line| (invoice.id, line)).collect();
        invoice = to(InvoiceState::Paid, invoice);
        invoice.credit_used = 5400;
        invoices::save(&mut tx, &mut invoice, NOW).await.unwrap();
        for (on, lines) in [((2, 27), 0), ((2, 28), 1), ((3, 30), 1), ((3, 31), 0)] {
            let found = in_use(&mut tx, date(2027, on.0, on.1)).await;
            assert_eq!(found, stored[..lines], "{on:?}");
        }
        // What is paid back falls on the lines that it names.
        let line = stored[0].1.id;
        let mut refund = NewRefund {
            desk: payer.desk,
            invoice: invoice.id,
            attempt: None,
            amount: eur(30),
            not_owed: 0,
            reason: "goodwill".into(),
            lines: vec![(line, 20), (line + 1, 10)],
        };
        refunds::insert(&mut tx, &refund, NOW).await.unwrap();
        (refund.reason, refund.lines) = ("more".into(), vec![(line, 30)]);
        let mut failed = refunds::insert(&mut tx, &refund, NOW).await.unwrap();
        assert_eq!(refunds::by_line(&mut tx, invoice.id).await.unwrap(), [(line, 50), (line + 1, 10)]);
        failed.state = annex_domain::billing::RefundState::Failed;
        refunds::save(&mut tx, &mut failed, NOW).await.unwrap();
        assert_eq!(refunds::by_line(&mut tx, invoice.id).await.unwrap(), [(line, 20), (line + 1, 10)]);
        for (reason, of_no_line) in [("as of old", 30), ("late:1", 30)] {
            (refund.reason, refund.lines) = (reason.into(), Vec::new());
            refunds::insert(&mut tx, &refund, NOW).await.unwrap();
            assert_eq!(refunds::of_no_line(&mut tx, invoice.id).await.unwrap(), of_no_line, "{reason}");
        }
        // And what is not owed any more is taken off a line, never more than it is about.
        invoices::reduce(&mut tx, payer.desk, line, 2700).await.unwrap();
        assert_eq!(invoices::reduce(&mut tx, payer.desk, line, 1).await.unwrap_err().code(), "stale");
        assert_eq!(invoices::lines(&mut tx, payer.desk, invoice.id).await.unwrap()[0].reduced, 2700);
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_over_what_is_owed_is_bounded_by_its_payment_alone() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let mut invoice = payer.invoice(&mut tx, 1000).await;
        let mut attempt = attempts::insert(&mut tx, &payer.attempt(&invoice), NOW).await.unwrap();
        attempt.state = AttemptState::Succeeded;
        attempts::save(&mut tx, &mut attempt, NOW).await.unwrap();
        (invoice.state, invoice.reduced) = (InvoiceState::Paid, 400);
        invoices::save(&mut tx, &mut invoice, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let of = |cents, not_owed, reason: &str| NewRefund {
            desk: payer.desk,
            invoice: invoice.id,
            attempt: Some(attempt.id),
            amount: eur(cents),
            not_owed,
            reason: reason.into(),
            lines: Vec::new(),
        };
        for (cents, not_owed) in [(601, 0), (1000, 399), (1001, 401)] {
            let error = refused!(db, |tx| refunds::insert(tx, &of(cents, not_owed, "a"), NOW));
            assert_eq!(error.code(), "refund-too-high", "{cents}, {not_owed}");
        }
        let mut tx = db.begin().await.unwrap();
        let made = refunds::insert(&mut tx, &of(700, 300, "a"), NOW).await.unwrap();
        assert_eq!((made.amount, made.not_owed), (eur(700), 300));
        assert_eq!(refunds::of_no_line(&mut tx, invoice.id).await.unwrap(), 400);
        for (desk, cents) in [(payer.desk, 300), (payer.fixture.other_desk, 0)] {
            assert_eq!(refunds::not_owed_on_its_way(&mut tx, desk, Currency::EUR).await.unwrap(), cents);
        }
        tx.commit().await.unwrap();
        let error = refused!(db, |tx| refunds::insert(tx, &of(201, 0, "b"), NOW));
        assert_eq!(error.code(), "refund-too-high", "400 of 600 are back");
        let mut tx = db.begin().await.unwrap();
        refunds::insert(&mut tx, &of(200, 0, "b"), NOW).await.unwrap();
        refunds::insert(&mut tx, &of(100, 100, "c"), NOW).await.unwrap();
        tx.commit().await.unwrap();
        let error = refused!(db, |tx| refunds::insert(tx, &of(1, 1, "d"), NOW));
        assert_eq!(error.code(), "refund-too-high", "all that was taken is back");
    })
    .await;
}

#[tokio::test]
async fn refunds_at_once_do_not_exceed_it_together() {
    with_payer(async |db, payer| {
        let mut tx = db.begin().await.unwrap();
        let invoice = payer.invoice(&mut tx, 1000).await;
        let mut attempt = attempts::insert(&mut tx, &payer.attempt(&invoice), NOW).await.unwrap();
        attempt.state = AttemptState::Succeeded;
        attempts::save(&mut tx, &mut attempt, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let pay_back = async |at: u32| {
            let mut tx = db.begin().await.unwrap();
            let new = NewRefund {
                desk: payer.desk,
                invoice: invoice.id,
                attempt: Some(attempt.id),
                amount: eur(400),
                not_owed: 0,
                reason: format!("r{at}"),
                lines: Vec::new(),
            };
            refunds::insert(&mut tx, &new, NOW).await?;
            tx.commit().await
        };
        let done: Vec<_> = futures::future::join_all((0..6).map(pay_back)).await;
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 2);
        assert!(done.iter().filter_map(|one| one.as_ref().err()).all(|error| error.code() == "refund-too-high"));
    })
    .await;
}
