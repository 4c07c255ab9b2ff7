//! Charge before activation: what is bought is charged once for what was shown, what is declined waits to be paid by hand on
//! whatever day, and what does not come about is paid back.

use std::time::Duration;

use annex_billing::OrderError;
use annex_domain::{
    billing::{OrderPurpose, SubscriptionState},
    clock::Clock as _,
    installation::Status,
    money::{Currency, Money},
    operator::Actor,
};
use annex_store::billing::{logins, orders, plans as listed, subscriptions};

use super::{
    money::{ASKS, DAY, LOSES_ANSWERS, NO_MONEY, PAYS, plan, plans},
    support::{World, on_both},
};
use crate::{Choice, CrashPoints, InstallRequest, LifecycleError, OrderEnd};

#[tokio::test]
async fn what_is_bought_is_charged_once_and_then_runs() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let active = world.had(world.to_buy("flat").await).await;
        assert_eq!(active.status, Status::Active);
        world.judge(active.id, "bought").await;
        let state = world.host.billing_state(world.desk, active.id).await.unwrap();
        let live = state.subscription.unwrap();
        assert_eq!((live.plan.id.as_str(), live.state), ("flat", SubscriptionState::Active));
        assert!(live.paid_through.is_some() && state.due.is_none() && state.order.is_none());
        assert_eq!(state.standing, Some(annex_billing::entitlement::Standing::Valid));
        assert_eq!((world.mailed("installed").await, world.mailed("receipt").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_of_the_gateway_charges_nothing_twice() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(LOSES_ANSWERS).await;
        let active = world.had(world.to_buy("once").await).await;
        assert_eq!(active.status, Status::Active);
        world.judge(active.id, "lost answers").await;
    })
    .await;
}

#[tokio::test]
async fn a_declined_one_is_paid_on_day_40_and_activates_once() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let waiting = world.had(world.to_buy("flat").await).await;
        assert_eq!(waiting.status, Status::PaymentDue);
        assert_eq!(waiting.notice.clone().unwrap().code, "payment-due");
        let due = world.host.billing_state(world.desk, waiting.id).await.unwrap().due.unwrap();
        assert_eq!((due.number, due.amount), (1, Money::new(5000, Currency::EUR)));
        world.judge(waiting.id, "due").await;
        assert_eq!(world.mailed("payment-due").await, 1);

        world.restart(CrashPoints::none()).await;
        world.later(40 * DAY).await;
        assert_eq!(world.installation(waiting.id).await.status, Status::PaymentDue);
        world.add_card(PAYS).await;
        world.pay(waiting.id).await;
        let active = world.settled(waiting.id).await.unwrap();
        assert_eq!(active.status, Status::Active);
        world.judge(waiting.id, "day 40").await;
        world.later(Duration::from_secs(3600)).await;
        world.judge(waiting.id, "an hour later").await;
        assert_eq!(world.mailed("installed").await, 1);
        let installs = world.audited().await.iter().filter(|action| *action == "addon.installed").count();
        assert_eq!(installs, 1);
    })
    .await;
}

#[tokio::test]
async fn an_unpaid_month_is_paid_before_anything_is_bought_anew() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        let price = world.price(Some(id), "once", 1, OrderPurpose::Plan).await;
        world.add_card(NO_MONEY).await;
        world.later(31 * DAY).await;
        let due = world.host.billing_state(world.desk, id).await.unwrap().due.unwrap();
        world.add_card(PAYS).await;
        let choose = async || {
            let choice = Choice::paid("once".parse().unwrap(), price);
            world.host.choose_plan(world.desk, id, choice, None, world.admin, None).await
        };
        let refused = choose().await.unwrap_err();
        let LifecycleError::Order(OrderError::Unpaid { invoice, .. }) = refused else { panic!("{refused}") };
        assert_eq!(invoice, due.invoice);
        world.host.cancel(world.desk, id, world.admin).await.unwrap();
        world.idle().await;
        assert_eq!(choose().await.unwrap_err().code(), "unpaid", "cancelling does not lead around it");
        let actor = Actor::Operator(world.admin);
        world.host.billing().pay(world.desk, due.invoice, None, actor).await.unwrap();
        world.run_jobs().await;
        // The days that were left when its price was asked are over.
        assert_eq!(choose().await.unwrap_err().code(), "price-changed");
        let bought = world.choose(id, "once").await;
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(world.installation(id).await.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_at_the_bank_lets_it_go_on() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(ASKS).await;
        let waiting = world.had(world.to_buy("flat").await).await;
        assert_eq!(waiting.status, Status::PaymentDue);
        let due = world.host.billing_state(world.desk, waiting.id).await.unwrap().due.unwrap();
        let page = due.action_url.unwrap();
        let intent = page.rsplit('/').next().unwrap().split('?').next().unwrap();
        world.host.billing().test_gateway().unwrap().finish_action(intent, true).await.unwrap();
        // Nobody came back from the bank's page, and no webhook came: the reconciler finds it.
        world.later(Duration::from_secs(900)).await;
        assert_eq!(world.settled(waiting.id).await.unwrap().status, Status::Active);
        world.judge(waiting.id, "confirmed").await;
    })
    .await;
}

#[tokio::test]
async fn another_price_than_the_one_shown_charges_nothing() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let request = world.to_buy("flat").await;
        let mut dearer = plans();
        dearer[1].price = 6000;
        let mut tx = world.db().begin().await.unwrap();
        listed::set(&mut tx, &request.addon, &dearer, world.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let refused = world.host.install(request.clone()).await.unwrap_err();
        let LifecycleError::Order(OrderError::PriceChanged { now }) = refused else { panic!("{refused}") };
        assert_eq!(now.amount, Money::new(6000, Currency::EUR));
        let mut unseen = request.clone();
        unseen.purchase.as_mut().unwrap().shown = None;
        assert_eq!(world.host.install(unseen).await.unwrap_err().code(), "price-changed");
        assert_eq!(world.of_addon("acme.puppet").await, None, "nothing was begun");
        let accepted = InstallRequest { purchase: Some(Choice::paid("flat".parse().unwrap(), now.amount)), ..request };
        assert_eq!(world.had(accepted).await.status, Status::Active);
    })
    .await;
}

#[tokio::test]
async fn buying_needs_the_right_account_and_the_wrong_one_can_do_nothing() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        let refused = world.host.install(world.to_buy("flat").await).await.unwrap_err();
        assert_eq!(refused.code(), "billing-logged-out");
        let tried = world.had(world.to_try("team")).await;
        assert_eq!(tried.status, Status::Active, "a trial needs no login");

        world.log_in(PAYS).await;
        world.log_in(PAYS).await; // another account, which does not hold the licence
        world.priced("2.0.0", 2, "").await;
        let (desk, admin) = (world.desk, world.admin);
        let update = world.host.update(desk, tried.id, "2.0.0".parse().unwrap(), super::support::everything(), admin);
        assert_eq!(update.await.unwrap_err().code(), "billing-wrong-account");
        assert_eq!(world.host.cancel(desk, tried.id, admin).await.unwrap_err().code(), "billing-wrong-account");
        let choice = Choice::paid("flat".parse().unwrap(), Money::new(5000, Currency::EUR));
        let chosen = world.host.choose_plan(desk, tried.id, choice, None, admin, None).await;
        assert_eq!(chosen.unwrap_err().code(), "billing-wrong-account");
        let free = world.host.terms(desk, &"acme.puppet".parse().unwrap(), None).await.unwrap();
        assert!(!free.is_free());
        // Logging out is all that is left; what is free or tried runs on all the while.
        world.host.render(desk, tried.id, world.context()).await.unwrap();
        let mut tx = world.db().begin().await.unwrap();
        logins::log_out(&mut tx, desk).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.update(tried.id, "2.0.0").await.version.to_string(), "2.0.0");
    })
    .await;
}

#[tokio::test]
async fn a_plan_has_to_be_chosen_and_a_trial_to_be_there() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        assert_eq!(world.host.install(world.request("acme.puppet")).await.unwrap_err().code(), "plan-needed");
        assert_eq!(world.host.install(world.to_try("flat")).await.unwrap_err().code(), "no-trial");
        let unknown = Choice::trial("gold".parse().unwrap());
        let request = InstallRequest { purchase: Some(unknown), ..world.request("acme.puppet") };
        assert_eq!(world.host.install(request).await.unwrap_err().code(), "no-plan");
        let free = Choice { trial: false, ..Choice::trial("free".parse().unwrap()) };
        let active = world.had(InstallRequest { purchase: Some(free), ..world.request("acme.puppet") }).await;
        assert_eq!(active.status, Status::Active);
        world.judge(active.id, "free").await;
        let nothing = world.host.cancel(world.desk, active.id, world.admin).await.unwrap_err();
        assert_eq!(nothing.code(), "nothing-to-cancel");
    })
    .await;
}

#[tokio::test]
async fn what_was_paid_comes_back_when_the_add_on_does_not_come_about() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "install=trap").await;
        world.log_in(PAYS).await;
        let failed = world.had(world.to_buy("flat").await).await;
        assert_eq!(failed.status, Status::FailedInstallation);
        world.judge(failed.id, "trapped").await;
        let mut conn = world.db().read().await.unwrap();
        let order = orders::of_installation(&mut conn, world.desk, failed.id).await.unwrap().remove(0);
        drop(conn);
        assert_eq!(order.state.as_str(), "refunded");
        assert_eq!((world.mailed("install-failed").await, world.mailed("refunded").await), (1, 1));
        // Loading the page tries again what is free, and never buys.
        let again = world.host.retry_install(world.desk, failed.id, world.admin).await.unwrap_err();
        assert_eq!(again.code(), "plan-needed");
    })
    .await;
}

#[tokio::test]
async fn one_key_is_one_purchase_from_however_many_nodes() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let request = InstallRequest { idempotency_key: Some("one-click".into()), ..world.to_buy("flat").await };
        let other = world.node();
        let (here, there) = tokio::join!(world.host.install(request.clone()), other.install(request.clone()));
        let begun: Vec<_> = [here, there].into_iter().filter_map(Result::ok).map(|begun| begun.id).collect();
        assert!(!begun.is_empty() && begun.iter().all(|id| *id == begun[0]));
        other.rest().await;
        let active = world.settled(begun[0]).await.unwrap();
        assert_eq!(active.status, Status::Active);
        assert_eq!(world.host.install(request).await.unwrap().id, active.id);
        world.judge(active.id, "two nodes").await;
        let mut conn = world.db().read().await.unwrap();
        assert_eq!(orders::of_installation(&mut conn, world.desk, active.id).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn after_30_days_down_between_charge_and_activation_it_activates_once() {
    on_both(async |mut world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        world.restart(CrashPoints::stop_at("install:charge:after")).await;
        let id = world.host.install(world.to_buy("flat").await).await.unwrap().id;
        world.idle().await;
        assert_eq!(world.installation(id).await.status, Status::Installing);
        world.restart(CrashPoints::none()).await;
        world.clock.advance(30 * DAY);
        world.host.resume().await.unwrap();
        assert_eq!(world.settled(id).await.unwrap().status, Status::Active);
        world.judge(id, "30 days down").await;
        assert_eq!(world.mailed("installed").await, 1);
    })
    .await;
}

#[tokio::test]
async fn cancelling_stops_at_once_and_a_new_purchase_runs_again() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        let cancelled = world.host.cancel(world.desk, id, world.admin).await.unwrap();
        assert_eq!(cancelled.status, Status::Cancelled);
        world.idle().await;
        world.judge_cancelled(id).await;
        assert!(world.host.render(world.desk, id, world.context()).await.is_err());
        let again = world.host.activate(world.desk, id, world.admin).await.unwrap_err();
        assert_eq!(again.code(), "not-allowed");
        assert_eq!(world.mailed("cancelled").await, 1);

        let bought = world.choose(id, "flat").await;
        assert_eq!(world.ordered(bought.order.unwrap()).await, OrderEnd::Fulfilled);
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.host.render(world.desk, id, world.context()).await.unwrap();
        assert_eq!(world.value(id, "data").await.as_deref(), Some("installed-1.0.0"), "the data stayed");
    })
    .await;
}

#[tokio::test]
async fn a_purchase_that_was_never_paid_can_be_given_up() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        let given_up = world.host.cancel(world.desk, id, world.admin).await.unwrap();
        assert_eq!(given_up.status, Status::FailedInstallation);
        world.idle().await;
        world.judge(id, "given up").await;
        world.add_card(PAYS).await;
        assert_eq!(world.had(world.to_buy("flat").await).await.status, Status::Active, "and bought after all");
        world.judge(id, "bought after all").await;
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_that_is_declined_leaves_everything_as_it_was_until_it_is_paid() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(NO_MONEY).await;
        let id = world.had(world.to_try("team")).await.id;
        let bought = world.choose(id, "flat").await;
        let order = bought.order.unwrap();
        assert!(matches!(world.ordered(order).await, OrderEnd::Due(_)));
        let state = world.host.billing_state(world.desk, id).await.unwrap();
        assert_eq!(state.subscription.unwrap().state, SubscriptionState::Trialing);
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.later(31 * DAY).await;
        assert_eq!(world.installation(id).await.status, Status::TrialExpired);
        world.add_card(PAYS).await;
        world.pay(id).await;
        assert_eq!(world.ordered(order).await, OrderEnd::Fulfilled);
        assert_eq!(world.installation(id).await.status, Status::Active);
        world.judge(id, "paid after the trial").await;
    })
    .await;
}

#[tokio::test]
async fn money_for_what_is_uninstalled_goes_back() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(ASKS).await;
        let id = world.had(world.to_buy("flat").await).await.id;
        world.host.uninstall(world.desk, id, world.admin, false).await.unwrap();
        assert_eq!(world.settled(id).await, None);
        world.judge(id, "uninstalled").await;
        assert_eq!(world.mailed("uninstalled").await, 1);
    })
    .await;
}

impl World {
    /// Off, with nothing live, and what was paid for the running month stays paid.
    async fn judge_cancelled(&self, id: annex_domain::ids::InstallationId) {
        let mut conn = self.db().read().await.unwrap();
        assert_eq!(subscriptions::live_of(&mut conn, self.desk, id).await.unwrap(), None);
        assert_eq!(orders::live_of(&mut conn, self.desk, id).await.unwrap(), None);
        drop(conn);
        self.judge(id, "cancelled").await;
    }
}

#[tokio::test]
async fn a_price_is_asked_for_as_it_is_charged() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        let shown = world.price(None, "team", 3, OrderPurpose::Install).await;
        assert_eq!(shown, Money::new(2700, Currency::EUR), "a whole period from the first purchase on");
        assert_eq!(plan("team", annex_domain::plan::PlanModel::PerUser, 900, 30), plans()[0]);
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_is_away_for_a_while_is_asked_again() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        let request = world.to_buy("flat").await;
        world.gateway.away_for(3);
        let active = world.had(request).await;
        assert_eq!(active.status, Status::Active);
        world.judge(active.id, "away for a while").await;
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_stays_away_fails_the_installation_and_keeps_no_money() {
    on_both(async |world| {
        world.priced("1.0.0", 1, "").await;
        world.log_in(PAYS).await;
        for lost in [false, true] {
            let request = world.to_buy("flat").await;
            if lost {
                world.gateway.loses_answers(); // the money may be taken, and nobody hears of it
            } else {
                world.gateway.away();
            }
            let failed = world.had(request).await;
            assert_eq!(
                (failed.status, failed.notice.clone().unwrap().code.as_str()),
                (Status::FailedInstallation, "unavailable")
            );
            world.gateway.back();
            for _ in 0..3 {
                world.later(Duration::from_secs(700)).await;
            }
            world.judge(failed.id, "back again").await;
            assert_eq!(world.installation(failed.id).await.status, Status::FailedInstallation);
        }
    })
    .await;
}
