//! `/billing/invoices/{number}`: an invoice with its lines, what was tried to have it paid, and what was paid back; and
//! paying it by hand (R10), today or on any later day. The browser comes back here from the bank (3-D Secure).

use annex_billing::{BillingError, Charged, Due, DueWhy};
use annex_domain::{
    billing::{AttemptState, InvoiceState, RefundState},
    clock::Timestamp,
    ids::PaymentMethodId,
    operator::Actor,
    permission::Permission,
};
use annex_store::billing::{
    attempts::{self, Attempt},
    disputes::{self, Dispute},
    invoices::{self, Invoice, Line},
    refunds::{self, Refund},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use super::{StateBadge, money};
use crate::{
    card_form,
    client_area::leave,
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    invoices::{dispute_facts, line_name, party_facts, period, what},
    panel::{
        addons::{Login, billing_text},
        form::Posted,
        password_again::PasswordAgain,
        pay_with::PayWith,
    },
    payments,
    session::{SignedIn, local_path},
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/billing/invoices/{number}", get(show))
        .route("/billing/invoices/{number}/pay", post(pay))
        .route("/billing/invoices/{number}/look", post(look))
}

/// A line.
pub(in crate::panel) struct LineRow {
    pub(in crate::panel) description: String,
    pub(in crate::panel) period: String,
    pub(in crate::panel) quantity: u32,
    pub(in crate::panel) unit: String,
    pub(in crate::panel) amount: String,
}

/// A try to take money, or money paid back.
pub(crate) struct Happened {
    pub(crate) at: Timestamp,
    pub(crate) what: String,
    pub(crate) amount: String,
    pub(crate) tone: &'static str,
    pub(crate) icon: &'static str,
    /// In the words of the gateway.
    pub(crate) reason: Option<String>,
}

#[derive(Template)]
#[template(path = "panel/billing_invoice.html")]
pub(in crate::panel) struct InvoicePage {
    pub(in crate::panel) shell: Shell,
    pub(in crate::panel) number: i64,
    pub(in crate::panel) badge: StateBadge,
    pub(in crate::panel) desk: String,
    /// Name and value.
    pub(in crate::panel) facts: Vec<(String, String)>,
    pub(in crate::panel) lines: Vec<LineRow>,
    pub(in crate::panel) total: String,
    pub(in crate::panel) credit: Option<String>,
    pub(in crate::panel) to_pay: Option<String>,
    /// Why the last payment did not go through.
    pub(in crate::panel) problem: Option<String>,
    /// Where the bank wants a confirmation.
    pub(in crate::panel) action: Option<String>,
    /// It can be paid by hand.
    pub(in crate::panel) due: bool,
    pub(in crate::panel) is_void: bool,
    pub(in crate::panel) login: Login,
    /// Where the login leads back to.
    pub(in crate::panel) next: String,
    /// Where it leads once it is paid, when it was not opened for its own sake.
    pub(in crate::panel) back: Option<String>,
    pub(in crate::panel) pay: PayWith,
    pub(in crate::panel) password: PasswordAgain,
    pub(in crate::panel) attempts: Vec<Happened>,
    pub(in crate::panel) refunds: Vec<Happened>,
}

impl InvoicePage {
    /// What happened besides: id and heading of each list.
    fn lists(&self) -> [(&'static str, &'static str, &[Happened]); 2] {
        [("attempts", "invoice-attempts", &self.attempts), ("refunds", "invoice-refunds", &self.refunds)]
    }
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    /// Back from the bank.
    returned: Option<String>,
    /// See [`InvoicePage::back`].
    next: String,
}

async fn find(state: &AppState, who: &SignedIn, number: &str) -> Result<Invoice, PageError> {
    who.require(Permission::AddonsManage)?;
    let number: i64 = number.parse().map_err(|_| PageError::NotFound)?;
    Ok(invoices::by_number(&mut state.db.read().await?, who.desk.id, number).await?)
}

fn path(invoice: &Invoice) -> String {
    format!("/billing/invoices/{}", invoice.number)
}

/// The page that leads back to `next`, a path of this host; and that path, when there is one.
fn leading_back(invoice: &Invoice, next: &str) -> (String, Option<String>) {
    match local_path(next) {
        "/" => (path(invoice), None),
        back => {
            let query = serde_urlencoded::to_string([("next", back)]).unwrap_or_default();
            (format!("{}?{query}", path(invoice)), Some(back.to_owned()))
        }
    }
}

/// What was sent with a form that comes again.
#[derive(Default)]
struct Sent<'a> {
    next: &'a str,
    method: Option<PaymentMethodId>,
    password: Option<PasswordAgain>,
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(number): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let invoice = find(&state, &who, &number).await?;
    let here = leading_back(&invoice, &wanted.next).0;
    let open = matches!(invoice.state, InvoiceState::Open | InvoiceState::Due);
    if wanted.returned.is_some() && open {
        // A hint, like any other: what counts is what the gateway says.
        let outcome = state.lifecycle.billing().look_again(who.desk.id, invoice.id).await;
        return Ok(match outcome {
            Ok(Charged::Due(Due { why: DueWhy::Action { .. }, .. })) => Redirect::to(&here).into_response(),
            outcome => answer(&state, &who, &invoice, &wanted.next, outcome)?,
        });
    }
    if wanted.returned.is_some() {
        return Ok(Redirect::to(&here).into_response());
    }
    page(&invoice_page(&state, &who, &invoice, Sent { next: &wanted.next, ..Sent::default() }).await?)
}

/// Looks at the gateway while its payer is at their bank: asked by script as long as the page is open, or by a click.
async fn look(State(state): State<AppState>, who: SignedIn, Path(number): Path<String>, form: Posted) -> PageResult {
    let invoice = find(&state, &who, &number).await?;
    let next = form.get("next");
    match state.billing.look_again(who.desk.id, invoice.id).await {
        // As it is shown already.
        Ok(Charged::Due(Due { why: DueWhy::Action { .. }, .. })) if who.fragment => {
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        Ok(Charged::Due(Due { why: DueWhy::Action { .. }, .. })) => {
            Ok(Redirect::to(&leading_back(&invoice, next).0).into_response())
        }
        // The page looks again. It would do so for ever, loaded anew each time, if it were led to itself.
        Err(error) if who.fragment && !matches!(error, BillingError::NotPayable { .. }) => {
            tracing::debug!(invoice = %invoice.id, %error, "a confirmed payment is looked at later");
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        outcome => Ok(who.lead(answer(&state, &who, &invoice, next, outcome)?)),
    }
}

async fn invoice_page(
    state: &AppState,
    who: &SignedIn,
    invoice: &Invoice,
    sent: Sent<'_>,
) -> Result<InvoicePage, PageError> {
    let t = &who.t;
    let login = Login::of(&state.db, who).await?;
    let mut conn = state.db.read().await?;
    let lines = invoices::lines(&mut conn, who.desk.id, invoice.id).await?;
    let tries = attempts::of_invoice(&mut conn, invoice.id).await?;
    let back = refunds::of_invoice(&mut conn, invoice.id).await?;
    let disputed = disputes::of_invoice(&mut conn, who.desk.id, invoice.id).await?;
    let parties = invoices::parties(&mut conn, who.desk.id, invoice.id).await?;
    drop(conn);
    let due = invoice.state == InvoiceState::Due;
    let (here, leads_to) = leading_back(invoice, sent.next);
    let pay = PayWith::of(state, who, &login, due.then(|| invoice.to_take()), sent.method, &here).await?;
    let last = tries.last().filter(|_| due);
    let to_pay = matches!(invoice.state, InvoiceState::Open | InvoiceState::Due).then(|| t.money(invoice.to_take()));
    Ok(InvoicePage {
        shell: who.titled(t.msg("invoice-title").arg("number", invoice.number).to_string(), Section::Billing),
        number: invoice.number,
        badge: StateBadge::of(invoice.state),
        desk: who.desk.name.clone(),
        facts: [facts(invoice, &lines, &disputed, t), party_facts(parties.as_ref(), t)].concat(),
        lines: lines.iter().map(|line| line_row(line, invoice, t)).collect(),
        total: t.money(invoice.total),
        credit: (invoice.credit_used > 0).then(|| money(-invoice.credit_used, invoice, t)),
        to_pay,
        problem: last.and_then(problem),
        action: last.filter(|last| last.state == AttemptState::ActionRequired).and_then(|last| last.action_url.clone()),
        due,
        is_void: invoice.state == InvoiceState::Void,
        login,
        next: here,
        back: leads_to,
        password: PasswordAgain::of(who, due && !pay.lacks_card(), sent.password),
        pay,
        attempts: tries.iter().map(|attempt| attempt_row(attempt, t)).collect(),
        refunds: back.iter().map(|refund| refund_row(refund, t)).collect(),
    })
}

fn facts(invoice: &Invoice, lines: &[Line], disputed: &[Dispute], t: &Translator) -> Vec<(String, String)> {
    let mut facts =
        vec![(t.get("invoice-made"), t.date(invoice.created_at)), (t.get("billing-for"), what(invoice, lines, t))];
    let due_since = invoice.due_since.filter(|_| invoice.state == InvoiceState::Due);
    facts.extend(due_since.map(|at| (t.get("invoice-due-since"), t.date(at))));
    facts.extend(invoice.paid_at.map(|at| (t.get("invoice-paid-at"), t.date(at))));
    if invoice.reduced > 0 {
        facts.push((t.get("invoice-reduced"), money(-invoice.reduced, invoice, t)));
    }
    facts.extend(dispute_facts(disputed, t));
    facts
}

fn line_row(line: &Line, invoice: &Invoice, t: &Translator) -> LineRow {
    LineRow {
        description: line_name(line, t),
        period: line.period_to.map_or_else(|| t.get("renewal-once"), |to| period(line.period_from, to, t)),
        quantity: line.quantity,
        unit: money(line.unit_price, invoice, t),
        amount: money(line.amount, invoice, t),
    }
}

/// What the gateway said of a try that took no money. Nobody here wrote it: it is cut, and shown as text.
fn problem(attempt: &Attempt) -> Option<String> {
    let text = attempt.error_text.as_deref().or(attempt.error_code.as_deref())?;
    Some(text.chars().take(200).collect())
}

fn attempt_row(attempt: &Attempt, t: &Translator) -> Happened {
    let (key, icon, tone) = match attempt.state {
        AttemptState::Succeeded => ("invoice-attempt-succeeded", "circle-check", "success"),
        AttemptState::Declined => ("invoice-attempt-declined", "circle-x", "critical"),
        AttemptState::ActionRequired => ("invoice-attempt-action", "shield", "warning"),
        AttemptState::Cancelled if attempt.error_code.is_some() => ("invoice-attempt-declined", "circle-x", "critical"),
        AttemptState::Cancelled => ("invoice-attempt-cancelled", "circle-x", "neutral"),
        AttemptState::New | AttemptState::Created | AttemptState::Confirming => {
            ("invoice-attempt-waiting", "clock", "info")
        }
    };
    Happened {
        at: attempt.created_at,
        what: t.get(key),
        amount: t.money(attempt.amount),
        tone,
        icon,
        reason: problem(attempt),
    }
}

/// Money paid back, as the invoice lists it.
pub(crate) fn refund_row(refund: &Refund, t: &Translator) -> Happened {
    let (what, icon, tone) = match refund.state {
        RefundState::Succeeded => (
            t.msg("invoice-refund-succeeded").arg("day", t.date(refund.updated_at)).to_string(),
            "circle-check",
            "success",
        ),
        RefundState::New | RefundState::Requested => (t.get("invoice-refund-waiting"), "clock", "info"),
        RefundState::Failed => (t.get("invoice-refund-failed"), "circle-x", "critical"),
    };
    let to = if refund.attempt.is_some() { "invoice-refund-to-card" } else { "invoice-refund-to-credit" };
    Happened {
        at: refund.created_at,
        what: format!("{} · {what}", t.get(to)),
        amount: t.money(refund.amount),
        tone,
        icon,
        reason: None,
    }
}

/// Pays by hand: attempt n+1, once attempt n reads back as cancelled. Only with the right account (R5, R6).
async fn pay(State(state): State<AppState>, mut who: SignedIn, Path(number): Path<String>, form: Posted) -> PageResult {
    let invoice = find(&state, &who, &number).await?;
    let here = leading_back(&invoice, form.get("next")).0;
    let login = Login::of(&state.db, &who).await?;
    let Some(account) = login.account().filter(|_| login.is_holder()) else {
        let key = if login.is_wrong() {
            "lifecycle-error-billing-wrong-account"
        } else {
            "lifecycle-error-billing-logged-out"
        };
        return Ok(Flash::warning(key).redirect(&here));
    };
    let method = card_form::card_here(&state, account, &form, &here).await?;
    if let Some(again) = PasswordAgain::check(&state, &mut who, &form).await? {
        let sent = Sent { next: form.get("next"), method, password: Some(again.clone()) };
        return Ok(again.refuse(page(&invoice_page(&state, &who, &invoice, sent).await?)?));
    }
    if let Some(wait) = state.billing.payment_wait(account).await? {
        return Ok(payments::refused(wait));
    }
    let (by, of_card) = (Actor::Operator(who.operator.id), card_form::of_card(&form, invoice.total.currency));
    let outcome = state.lifecycle.billing().pay_as_shown(who.desk.id, invoice.id, method, of_card, by).await;
    answer(&state, &who, &invoice, form.get("next"), outcome)
}

/// What came of a payment. A bank that wants a confirmation gets the browser.
fn answer(
    state: &AppState,
    who: &SignedIn,
    invoice: &Invoice,
    next: &str,
    outcome: Result<Charged, BillingError>,
) -> PageResult {
    let (number, (path, back)) = (invoice.number, leading_back(invoice, next));
    match outcome {
        Ok(Charged::Paid) => {
            let to = back.unwrap_or(path);
            Ok(Flash::success("flash-invoice-paid").arg("number", number).redirect(&to))
        }
        Ok(Charged::Due(due)) => match due.why {
            DueWhy::NoMethod => Ok(Flash::warning("invoice-pay-no-card").redirect(&path)),
            DueWhy::Declined { text, .. } => {
                let reason: String = text.chars().take(200).collect();
                Ok(Flash::warning("flash-invoice-not-paid").arg("number", number).arg("reason", reason).redirect(&path))
            }
            DueWhy::Action { url } => leave(state, who.shell("invoice-pay-confirm", Section::Billing), &url),
        },
        Err(BillingError::NotPayable { .. }) => {
            Ok(Flash::warning("flash-invoice-settled").arg("number", number).redirect(&path))
        }
        Err(BillingError::CardAmount { .. }) => {
            Ok(Flash::warning("lifecycle-error-card-amount-changed").redirect(&path))
        }
        Err(BillingError::Store(error)) => Err(error.into()),
        Err(error) => Ok(Flash::warning("flash-refused").arg("reason", billing_text(&who.t, &error)).redirect(&path)),
    }
}
