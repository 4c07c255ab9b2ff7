//! How an installation stands with money and its trial, as banners: what is due and where to pay it (R10), the days left
//! (R21), that a trial is over (R34), that billing could not be confirmed (R62). The most urgent comes first.

use annex_billing::entitlement::Standing;
use annex_domain::{
    billing::{OrderPurpose, SubscriptionState},
    ids::{DeskId, InstallationId},
    installation::Status,
    ui::Tone,
};
use annex_lifecycle::{BillingState, DueInvoice, LifecycleError};

use super::{
    badges::{self, Badge},
    errors::page_error,
};
use crate::{error::PageError, i18n::Translator, state::AppState};

/// From so many days on, the end of a trial is a warning.
const SOON: u32 = 7;

/// A link of a banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) primary: bool,
}

/// A notice above the tabs.
#[derive(Debug, Clone)]
pub(super) struct Banner {
    pub(super) tone: Tone,
    pub(super) icon: &'static str,
    pub(super) title: String,
    pub(super) text: String,
    /// What was said the last time, by a bank: in no language of ours.
    pub(super) reason: Option<String>,
    pub(super) links: Vec<Link>,
    /// Read out at once.
    pub(super) urgent: bool,
}

/// What the money of an installation does when it is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    /// Nothing is charged.
    Nothing,
    /// A trial runs.
    Trial,
    /// It is billed every month.
    Monthly,
}

/// How it stands.
#[derive(Debug)]
pub(super) struct StandingView {
    pub(super) banners: Vec<Banner>,
    pub(super) badges: Vec<Badge>,
    pub(super) money: Money,
    pub(super) can_cancel: bool,
    /// The payer has to confirm the payment of what was ordered at their bank.
    pub(super) at_bank: bool,
    /// What stands in the place of *Payment due*, while nobody has to pay.
    pub(super) payment: Option<Badge>,
}

impl StandingView {
    /// What Deactivate does to money, data and behaviour.
    pub(super) fn deactivate_hint(&self) -> &'static str {
        match self.money {
            Money::Nothing => "manage-deactivate-hint",
            Money::Trial => "manage-deactivate-hint-trial",
            Money::Monthly => "manage-deactivate-hint-paid",
        }
    }

    /// The same of Uninstall.
    pub(super) fn uninstall_hint(&self) -> &'static str {
        match self.money {
            Money::Nothing | Money::Trial => "manage-uninstall-hint",
            Money::Monthly => "manage-uninstall-hint-paid",
        }
    }

    /// The same of Cancel.
    pub(super) fn cancel_hint(&self) -> &'static str {
        if self.money == Money::Trial { "manage-cancel-hint-trial" } else { "manage-cancel-hint" }
    }

    /// Of an installation in `status`.
    pub(super) fn of(id: InstallationId, status: Status, state: &BillingState, t: &Translator) -> Self {
        let banners = [
            state.due.as_ref().map(|due| match &due.action_url {
                Some(url) if due.order.is_some() => bank_banner(due, url, t),
                None if due.is_under_way() => working(id, status, state, t),
                _ => due_banner(status, state, due, t),
            }),
            under_way(status, state).then(|| working(id, status, state, t)),
            grace(status, state, t),
            ended(id, status, t),
            trial(id, status, state, t),
        ];
        let trial_badge = state.trial_days_left.filter(|_| status.runs()).map(badges::trial);
        let unsure = state.due.is_none() && status.runs() && is_unsure(state);
        Self {
            banners: banners.into_iter().flatten().collect(),
            badges: trial_badge.into_iter().chain(unsure.then(badges::grace)).collect(),
            money: money(state),
            can_cancel: state.can_cancel(),
            at_bank: at_bank(state),
            payment: payment(state),
        }
    }
}

/// True while the payer has to confirm at their bank what was ordered: it has a page that waits for that. A month that is
/// due stays due, and its add-on stops, whoever has been led to a bank.
fn at_bank(state: &BillingState) -> bool {
    state.due.as_ref().is_some_and(|due| due.order.is_some() && due.action_url.is_some())
}

/// How the payment of what was ordered goes on, while nobody has to pay: its payer is at their bank, or the money is being
/// taken.
fn payment(state: &BillingState) -> Option<Badge> {
    let due = state.due.as_ref().filter(|due| due.order.is_some())?;
    if at_bank(state) {
        return Some(badges::at_bank());
    }
    due.is_under_way().then(badges::paying)
}

/// The same of an installation in a list: only what is due is looked up.
pub(super) async fn payment_of(
    state: &AppState,
    desk: DeskId,
    id: InstallationId,
    status: Status,
) -> Result<Option<Badge>, PageError> {
    if status != Status::PaymentDue {
        return Ok(None);
    }
    match state.lifecycle.billing_state(desk, id).await {
        Ok(billing) => Ok(payment(&billing)),
        // Uninstalled since the list was read.
        Err(LifecycleError::NotFound(_)) => Ok(None),
        Err(error) => Err(page_error(error)),
    }
}

/// What the money does now.
pub(super) fn money(state: &BillingState) -> Money {
    match &state.subscription {
        Some(one) if one.state == SubscriptionState::Trialing => Money::Trial,
        Some(one) if one.state != SubscriptionState::Ended && one.plan.model.is_monthly() => Money::Monthly,
        _ => Money::Nothing,
    }
}

fn link(href: impl Into<String>, label: impl ToString, primary: bool) -> Link {
    Link { href: href.into(), label: label.to_string(), primary }
}

/// What it means that an invoice is due, and how long the add-on runs on.
fn due_text(status: Status, state: &BillingState, t: &Translator) -> String {
    let is_month = state.due.as_ref().is_some_and(|due| due.order.is_none());
    let ordered = state.order.as_ref().filter(|_| !is_month).map(|order| order.purpose);
    match (status, ordered, state.standing) {
        (Status::PaymentDue, Some(OrderPurpose::Install), _) => t.get("standing-due-install"),
        (Status::PaymentDue, ..) => t.get("standing-due-stopped"),
        (_, Some(_), _) => t.get("standing-due-plan"),
        (_, None, Some(Standing::Grace { days_left })) => {
            t.msg("standing-due-monthly-days").arg("count", days_left).to_string()
        }
        _ => t.get("standing-due-monthly"),
    }
}

/// The due invoice: number, amount, why, and where to pay it.
fn due_banner(status: Status, state: &BillingState, due: &DueInvoice, t: &Translator) -> Banner {
    let pay = t.msg("step-pay").arg("number", due.number);
    let bank = due.action_url.as_ref().map(|url| link(url, t.get("standing-confirm"), true));
    let pay = link(format!("/billing/invoices/{}", due.number), pay, bank.is_none());
    Banner {
        tone: Tone::Critical,
        icon: "credit-card",
        title: t.msg("standing-due-title").arg("number", due.number).arg("amount", t.money(due.amount)).to_string(),
        text: due_text(status, state, t),
        reason: due.reason.clone(),
        links: bank.into_iter().chain([pay]).collect(),
        urgent: true,
    }
}

/// The bank wants its payer to confirm: a step of paying, and nothing that went wrong.
fn bank_banner(due: &DueInvoice, url: &str, t: &Translator) -> Banner {
    let other = link(format!("/billing/invoices/{}", due.number), t.get("payment-other-card"), false);
    Banner {
        tone: Tone::Info,
        icon: "shield",
        title: t.get("payment-waits"),
        text: t.msg("payment-waits-text").arg("amount", t.money(due.amount)).to_string(),
        reason: None,
        links: vec![link(url, t.get("standing-confirm"), true), other],
        urgent: false,
    }
}

/// A payment that nobody has to do anything about.
fn under_way(status: Status, state: &BillingState) -> bool {
    let waits = state.order.is_some() || status == Status::PaymentDue;
    state.due.is_none() && waits && status != Status::Installing
}

/// The page of an order shows what comes of it; of a month it is said how long the add-on runs on.
fn working(id: InstallationId, status: Status, state: &BillingState, t: &Translator) -> Banner {
    let month = state.due.as_ref().filter(|due| due.order.is_none());
    let (text, progress) = match month {
        Some(month) => (due_text(status, state, t), Some(format!("/billing/invoices/{}", month.number))),
        None => (t.get("standing-working"), state.order.as_ref().map(|_| format!("/my-addons/{id}/payment"))),
    };
    Banner {
        tone: Tone::Info,
        icon: "clock",
        title: t.get("standing-working-title"),
        text,
        reason: None,
        links: progress.map(|page| link(page, t.get("payment-progress"), false)).into_iter().collect(),
        urgent: false,
    }
}

fn is_unsure(state: &BillingState) -> bool {
    matches!(state.standing, Some(Standing::Grace { .. } | Standing::Overdue | Standing::Unreadable))
}

/// Billing could not be confirmed, and nothing is due: the add-on runs on (R62).
fn grace(status: Status, state: &BillingState, t: &Translator) -> Option<Banner> {
    (state.due.is_none() && status.runs() && is_unsure(state)).then(|| Banner {
        tone: Tone::Warning,
        icon: "cloud-off",
        title: t.get("standing-grace-title"),
        text: t.get("standing-grace"),
        reason: None,
        links: vec![],
        urgent: false,
    })
}

/// A trial that is over, or a cancelled plan: choose a plan or uninstall.
fn ended(id: InstallationId, status: Status, t: &Translator) -> Option<Banner> {
    let (tone, icon, title, text) = match status {
        Status::TrialExpired => (Tone::Warning, "clock", "standing-expired-title", "standing-expired"),
        Status::Cancelled => (Tone::Info, "power-off", "standing-cancelled-title", "standing-cancelled"),
        _ => return None,
    };
    let links = vec![
        link(format!("/my-addons/{id}/plans"), t.get("step-choose-plan"), true),
        link(format!("/my-addons/{id}/uninstall"), t.get("manage-uninstall"), false),
    ];
    Some(Banner { tone, icon, title: t.get(title), text: t.get(text), reason: None, links, urgent: false })
}

/// The days that are left (R21).
fn trial(id: InstallationId, status: Status, state: &BillingState, t: &Translator) -> Option<Banner> {
    let days = state.trial_days_left.filter(|_| !matches!(status, Status::TrialExpired | Status::Cancelled))?;
    let end = state.subscription.as_ref()?.trial_ends_at?;
    Some(Banner {
        tone: if days <= SOON { Tone::Warning } else { Tone::Info },
        icon: "clock",
        title: t.msg("standing-trial-title").arg("count", days).to_string(),
        text: t.msg("standing-trial").arg("day", t.date(end)).to_string(),
        reason: None,
        links: vec![link(format!("/my-addons/{id}/plans"), t.get("step-choose-plan"), days <= SOON)],
        urgent: false,
    })
}
