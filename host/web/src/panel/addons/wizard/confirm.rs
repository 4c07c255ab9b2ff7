//! What the last step shows (R9): the plan, for how many, what is to be paid today and what renews when. The numbers are
//! the billing system's; the same quote is compared again when the order is written.

use annex_billing::{OrderError, OrderRequest, ledger::Quote};
use annex_domain::{
    addon::Kind,
    billing::{LedgerAccount, OrderPurpose},
    ids::{DeskId, PaymentMethodId},
    money::Money,
    plan::{Plan, PlanId, PlanModel},
};
use annex_lifecycle::{Choice, LifecycleError};
use annex_store::billing::entries;
use jiff::civil::Date;

use super::{Flow, people::People};
use crate::{
    card_form,
    error::PageError,
    i18n::Translator,
    panel::{addons::errors::order_error, form::Posted, password_again::PasswordAgain},
    prices::price,
    session::SignedIn,
    state::AppState,
};

/// The summary of an order.
#[derive(Debug, Default)]
pub(in crate::panel::addons) struct Summary {
    /// What is ordered: name and value.
    pub(in crate::panel::addons) rows: Vec<(String, String)>,
    /// To be paid at once.
    pub(in crate::panel::addons) today: Option<String>,
    /// The price that was shown before: it is another one now.
    pub(in crate::panel::addons) changed: Option<String>,
    /// For which days that is, when it is not a whole month.
    pub(in crate::panel::addons) part: Option<String>,
    /// What follows: name and value.
    pub(in crate::panel::addons) later: Vec<(String, String)>,
    pub(in crate::panel::addons) note: Option<String>,
}

/// What the form of the last step carries: exactly what the page showed.
#[derive(Debug)]
pub(in crate::panel::addons) struct Chosen {
    pub(in crate::panel::addons) plan: PlanId,
    pub(in crate::panel::addons) licences: u32,
    /// None where nothing is to be paid now.
    pub(in crate::panel::addons) shown: Option<Money>,
    /// What each following month costs; none where nothing renews.
    pub(in crate::panel::addons) renewal: Option<Money>,
}

impl Chosen {
    /// Of a flow that has come to its last step.
    pub(in crate::panel::addons) fn of(flow: &Flow, people: &People, quote: Option<&Quote>) -> Option<Self> {
        let plan = flow.plan()?;
        Some(Self {
            plan: plan.id.clone(),
            licences: flow.quantity(people),
            shown: quote.map(|quote| quote.amount),
            renewal: quote.and_then(|quote| quote.renewal_amount),
        })
    }
}

/// The amount that a form carries: what its page showed.
pub(in crate::panel::addons) fn shown(form: &Posted) -> Option<Money> {
    amount(form, "shown")
}

fn amount(form: &Posted, field: &str) -> Option<Money> {
    Some(Money::new(form.get(field).parse().ok()?, form.get("currency").parse().ok()?))
}

/// What a page had shown of a price that is another one now.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::panel::addons) struct ShownPrice {
    amount: Option<Money>,
    renewal: Option<Money>,
}

impl ShownPrice {
    /// What the page of a form had shown, when that is why nothing was ordered.
    pub(in crate::panel::addons) fn of(form: &Posted, error: &LifecycleError) -> Option<Self> {
        let repriced = matches!(error, LifecycleError::Order(OrderError::PriceChanged { .. }));
        repriced.then(|| Self { amount: shown(form), renewal: amount(form, "renewal") })
    }

    /// The price as it is now, in words: of what is another one.
    pub(in crate::panel::addons) fn now(self, quote: &Quote, t: &Translator) -> String {
        let today = (self.amount != Some(quote.amount)).then(|| t.money(quote.amount));
        let later = quote.renewal_amount.filter(|amount| self.renewal.is_some_and(|was| was != *amount));
        let later = later.zip(quote.renews_on);
        let later = later.map(|(amount, day)| renews(amount, day, t));
        today.into_iter().chain(later).collect::<Vec<_>>().join(" · ")
    }
}

/// What is wrong with what was sent: shown on the page that comes again.
#[derive(Debug, Default)]
pub(in crate::panel::addons) struct Trouble {
    pub(in crate::panel::addons) warning: Option<String>,
    /// The price is another one than the page had shown.
    pub(in crate::panel::addons) was: Option<ShownPrice>,
    /// The card that was chosen.
    pub(in crate::panel::addons) method: Option<PaymentMethodId>,
    pub(in crate::panel::addons) password: Option<PasswordAgain>,
}

/// What the form of the last step asks for: exactly what its page showed.
pub(in crate::panel::addons) fn choice(flow: &Flow, plan: &Plan, form: &Posted) -> Result<Choice, PageError> {
    Ok(Choice {
        plan: plan.id.clone(),
        trial: flow.trial_days() > 0,
        shown: shown(form),
        shown_renewal: amount(form, "renewal"),
        licences: form.get("licences").parse().ok(),
        method: card_form::method(form)?,
        shown_of_card: shown(form).map(|shown| card_form::of_card(form, shown.currency)),
    })
}

/// Of the order that a form asks for; none where the page had none.
pub(in crate::panel::addons) fn key(form: &Posted) -> Option<&str> {
    Some(form.get("key")).filter(|key| !key.is_empty() && key.len() <= 255)
}

/// What a plan would cost now.
pub(in crate::panel::addons) async fn quote(
    state: &AppState,
    desk: DeskId,
    flow: &Flow,
    plan: &Plan,
    quantity: u32,
) -> Result<Quote, PageError> {
    let purpose = if flow.installation.is_none() { OrderPurpose::Install } else { OrderPurpose::Plan };
    let wanted = OrderRequest {
        installation: flow.installation,
        addon: flow.addon.clone(),
        version: flow.terms.version.clone(),
        plan: plan.id.clone(),
        quantity,
        purpose,
    };
    state.lifecycle.billing().quote(desk, &wanted).await.map_err(order_error)
}

/// The summary of what was chosen, with its quote where something is to be paid now.
pub(in crate::panel::addons) async fn summary(
    state: &AppState,
    who: &SignedIn,
    flow: &Flow,
    people: &People,
    was: Option<ShownPrice>,
) -> Result<(Summary, Option<Quote>), PageError> {
    let t = &who.t;
    let Some(plan) = flow.plan() else {
        return Ok((Summary { rows: vec![users_row(flow, people, t)], ..Summary::default() }, None));
    };
    let plan_text = format!("{} · {}", plan.name.get(t.code()), price(plan, people.seats(), t));
    let mut summary = Summary { rows: vec![(t.get("summary-plan"), plan_text)], ..Summary::default() };
    summary.rows.push(users_row(flow, people, t));
    if !plan.is_paid() {
        summary.note = Some(t.get("step-free"));
        return Ok((summary, None));
    }
    let days = flow.trial_days();
    if days > 0 {
        let ends = match flow.terms.trial {
            annex_lifecycle::TrialLeft::Until { ends_at, .. } => ends_at,
            _ => state.clock.now().after(std::time::Duration::from_hours(24 * u64::from(days))),
        };
        summary.rows.push((t.get("summary-trial-ends"), t.date(ends)));
        summary.note = Some(t.get("summary-trial-free"));
        return Ok((summary, None));
    }
    let quote = quote(state, who.desk.id, flow, plan, flow.quantity(people)).await?;
    pay(&mut summary, &quote, was.unwrap_or_default(), t);
    let credit = credit(state, who.desk.id, quote.amount).await?;
    if credit.cents > 0 {
        summary.later.insert(0, (t.get("summary-credit"), t.money(credit)));
    }
    Ok((summary, Some(quote)))
}

/// What of an amount would be paid from credit.
async fn credit(state: &AppState, desk: DeskId, amount: Money) -> Result<Money, PageError> {
    let mut conn = state.db.read().await?;
    let balance = entries::balance(&mut conn, desk, LedgerAccount::Credit, amount.currency).await?;
    Ok(Money::new(balance.saturating_neg().clamp(0, amount.cents), amount.currency))
}

/// The lines of what is paid today and later.
fn pay(summary: &mut Summary, quote: &Quote, was: ShownPrice, t: &Translator) {
    summary.today = Some(t.money(quote.amount));
    summary.changed = was.amount.filter(|was| *was != quote.amount).map(|was| t.money(was));
    summary.part = part(quote, t);
    summary.later = netted(quote, t);
    summary.later.extend(later(quote, was.renewal, t));
}

/// What was taken off the price because it is paid for already, what comes to the credit, and what the next bill has.
pub(in crate::panel::addons) fn netted(quote: &Quote, t: &Translator) -> Vec<(String, String)> {
    let rows = [("summary-netted", quote.netted), ("summary-credited", quote.credited)];
    let mut rows: Vec<_> = rows.into_iter().filter(|(_, amount)| !amount.is_zero()).collect();
    if quote.carried {
        rows.push(("summary-carried", quote.amount));
    }
    rows.into_iter().map(|(key, amount)| (t.get(key), t.money(amount))).collect()
}

/// For which days an amount is, when it is not that of a whole month.
pub(in crate::panel::addons) fn part(quote: &Quote, t: &Translator) -> Option<String> {
    let renewal = quote.renewal_amount?;
    let to = quote.renews_on.filter(|_| renewal != quote.gross)?;
    let last = to.yesterday().ok()?;
    let from = t.day(quote.period_from);
    Some(t.msg("summary-today-part").arg("from", from).arg("to", t.day(last)).to_string())
}

/// What renews, and when; and what that would have cost before, where it is another price now.
pub(in crate::panel::addons) fn later(quote: &Quote, was: Option<Money>, t: &Translator) -> Vec<(String, String)> {
    let Some((day, amount)) = quote.renews_on.zip(quote.renewal_amount) else { return Vec::new() };
    let mut each = t.money(amount);
    if let Some(was) = was.filter(|was| *was != amount) {
        each = format!("{each} – {}", t.msg("price-changed-was").arg("amount", t.money(was)));
    }
    vec![(t.get("summary-monthly"), each), (t.get("summary-renews"), t.day(day))]
}

fn renews(amount: Money, day: Date, t: &Translator) -> String {
    t.msg("step-renews").arg("amount", t.money(amount)).arg("day", t.day(day)).to_string()
}

/// Price and renewal date in one line, beside the button (R9).
pub(in crate::panel::addons) fn beside(quote: Option<&Quote>, flow: &Flow, t: &Translator) -> String {
    let Some(quote) = quote else {
        return t.get(if flow.trial_days() > 0 { "step-trial-hint" } else { "price-free-long" });
    };
    let today = t.msg("step-today").arg("amount", t.money(quote.amount)).to_string();
    match (quote.renews_on, quote.renewal_amount) {
        (Some(day), Some(amount)) => format!("{today} · {}", renews(amount, day, t)),
        _ => format!("{today} · {}", t.get("step-once")),
    }
}

fn users_row(flow: &Flow, people: &People, t: &Translator) -> (String, String) {
    let chosen = flow.chosen(people).len();
    let users = match (flow.kind, flow.plan().map(|plan| plan.model)) {
        (Kind::Plugin, Some(PlanModel::PerUser)) => t.msg("summary-licences").arg("count", chosen).to_string(),
        (_, Some(PlanModel::PerSeat)) => t.msg("summary-seats").arg("count", people.seats().0).to_string(),
        (Kind::Plugin, _) if chosen == people.operators.len() => t.get("summary-everyone"),
        (Kind::Plugin, _) => t.msg("summary-seats").arg("count", chosen).to_string(),
        _ => t.get("summary-whole-desk"),
    };
    (t.get("summary-users"), users)
}
