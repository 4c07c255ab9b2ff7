//! `/my-addons/{id}/payment`: a purchase whose payment is not through at once. While the payer's bank asks for a
//! confirmation (3-D Secure) the page says so and leads there, and the browser comes back here. Confirmed, what was ordered
//! goes on by itself, and the page with it; refused, it says so and offers another try. It is the same order all the time.

use annex_domain::{billing::OrderPurpose, ids::InstallationId};
use annex_lifecycle::{DueInvoice, InstallationView, OrderEnd};
use annex_store::billing::{attempts, orders::Order};
use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::IntoResponse as _,
    routing::get,
};
use serde::Deserialize;

use super::{INSTALLED, PATIENCE, errors::page_error, installation, my_addons::Installed, see_other};
use crate::{
    client_area::leave,
    error::{PageError, PageResult},
    flash::Flash,
    panel::form::Posted,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/my-addons/{id}/payment", get(show).post(look))
}

annex_domain::words! {
    /// Where a payment stands that is not over.
    pub(super) enum PaymentStage: "stage of a payment" {
        /// The payer has to confirm it at their bank.
        Waits = "waits",
        /// It is being taken, or it is paid and what was ordered is being switched on.
        Works = "works",
        /// Nothing was taken.
        Failed = "failed",
    }
}

#[derive(Template)]
#[template(path = "addons/payment.html")]
pub(super) struct PaymentPage {
    pub(super) shell: Shell,
    pub(super) card: Installed,
    pub(super) stage: PaymentStage,
    pub(super) purpose: OrderPurpose,
    /// What is to be paid, and where; none once nobody has to pay it any more.
    pub(super) due: Option<Due>,
}

/// An invoice that is to be paid.
pub(super) struct Due {
    pub(super) amount: String,
    pub(super) number: i64,
    /// Its page, which leads back to this one.
    pub(super) pay: String,
    /// The page of the bank.
    pub(super) bank: Option<String>,
    pub(super) why: Why,
    /// The payment company that takes it is not set up any more: it waits for that.
    pub(super) gone: bool,
    /// What the payment company said; none where we say it ourselves.
    pub(super) reason: Option<String>,
}

/// Why nothing was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The payer did not confirm it at their bank.
    Refused,
    /// No card was asked: the one that was chosen is not there any more.
    CardGone,
    /// The credit pays less than was shown with the order, so no card was asked for more.
    CreditGone,
    /// Anything else, such as a card that is declined.
    Failed,
}

impl Why {
    fn of(due: &DueInvoice, order: &Order) -> Self {
        match due.last {
            None if order.method.is_none() || is_over_shown(due, order) => Self::CreditGone,
            None => Self::CardGone,
            Some(_) if is_unconfirmed(due) => Self::Refused,
            Some(_) => Self::Failed,
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Refused => "payment-refused",
            Self::CardGone => "payment-card-gone",
            Self::CreditGone => "payment-credit-gone",
            Self::Failed => "payment-failed",
        }
    }

    fn what_to_do(self) -> &'static str {
        match self {
            Self::Refused | Self::Failed => "payment-again",
            Self::CardGone | Self::CreditGone => "payment-choose-card",
        }
    }
}

impl PaymentPage {
    /// What happens once it is paid.
    fn then(&self) -> String {
        let key = match self.purpose {
            OrderPurpose::Install => "payment-then-install",
            OrderPurpose::Plan => "payment-then-plan",
            OrderPurpose::Licences => "payment-then-licences",
        };
        self.shell.t.get(key)
    }

    fn why(&self) -> Why {
        self.due.as_ref().map_or(Why::Failed, |due| due.why)
    }
}

/// True when a card would have to pay more than was shown with the order.
fn is_over_shown(due: &DueInvoice, order: &Order) -> bool {
    order.shown_of_card.is_some_and(|shown| due.amount.cents > shown.cents)
}

/// Banks and payment companies call it `authentication_failed` or similar.
fn is_unconfirmed(due: &DueInvoice) -> bool {
    due.code.as_deref().is_some_and(|code| code.contains("authentication"))
}

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PageQuery {
    /// Back from the bank.
    returned: Option<String>,
}

/// The last order of an installation, while its payment is not over.
struct OpenPayment {
    view: InstallationView,
    order: Order,
    end: OrderEnd,
    gone: bool,
}

impl OpenPayment {
    fn stage(&self) -> Option<PaymentStage> {
        match &self.end {
            OrderEnd::Due(due) if due.action_url.is_some() => Some(PaymentStage::Waits),
            // Whoever was asked for a confirmation has given it, or it is being paid by hand elsewhere.
            OrderEnd::Due(due) if due.is_under_way() => Some(PaymentStage::Works),
            OrderEnd::Due(_) => Some(PaymentStage::Failed),
            OrderEnd::UnderWay => Some(PaymentStage::Works),
            OrderEnd::Fulfilled | OrderEnd::GivenUp => None,
        }
    }

    fn here(&self) -> String {
        format!("/my-addons/{}", self.view.installation.id)
    }

    /// Where it leads when it is over, and what is said there.
    async fn over(&self, state: &AppState, who: &SignedIn) -> PageResult {
        let (installation, here) = (&self.view.installation, self.here());
        let name = self.view.name(who.t.code());
        if self.end == OrderEnd::GivenUp {
            return Ok(Flash::warning("flash-not-done").arg("name", name).redirect(&here));
        }
        let plan = self.order.plan.name.get(who.t.code());
        Ok(match self.order.purpose {
            OrderPurpose::Install => {
                let flash = Flash::success(INSTALLED).arg("name", name).arg("version", &installation.version);
                flash.redirect(&format!("{here}/start"))
            }
            OrderPurpose::Plan => {
                Flash::success("flash-plan-chosen").arg("name", name).arg("plan", plan).redirect(&here)
            }
            OrderPurpose::Licences => {
                let billing = state.lifecycle.billing_state(who.desk.id, installation.id).await.map_err(page_error)?;
                let count = billing.licences.map_or(0, |licences| licences.purchased);
                Flash::success("flash-licences-bought").arg("name", name).arg("count", count).redirect(&here)
            }
        })
    }
}

/// `None`: nothing was ever ordered for it.
async fn open_payment(
    state: &AppState,
    who: &SignedIn,
    view: InstallationView,
) -> Result<Option<OpenPayment>, PageError> {
    let last = state.lifecycle.last_order(who.desk.id, view.installation.id).await.map_err(page_error)?;
    let Some((order, end)) = last else { return Ok(None) };
    let gone = is_gone(state, &end).await?;
    Ok(Some(OpenPayment { view, order, end, gone }))
}

/// True while the money would be taken by a payment company that is not set up any more.
async fn is_gone(state: &AppState, end: &OrderEnd) -> Result<bool, PageError> {
    let OrderEnd::Due(due) = end else { return Ok(false) };
    let tries = attempts::of_invoice(&mut state.db.read().await?, due.invoice).await?;
    Ok(due.is_under_way() && tries.last().is_some_and(|last| !state.billing.has_gateway(&last.gateway)))
}

async fn show(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    Query(wanted): Query<PageQuery>,
) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let (desk, id) = (who.desk.id, view.installation.id);
    if wanted.returned.is_some() {
        // A hint, like any other: what counts is what the gateway says.
        state.lifecycle.look_at_bank(desk, id).await.map_err(page_error)?;
        if let Some((order, OrderEnd::UnderWay)) = state.lifecycle.last_order(desk, id).await.map_err(page_error)? {
            state.lifecycle.wait_order(desk, order.id, PATIENCE).await.map_err(page_error)?;
        }
    }
    let here = format!("/my-addons/{id}");
    let Some(payment) = open_payment(&state, &who, view).await? else { return Ok(see_other(&here)) };
    match payment.stage() {
        Some(_) if wanted.returned.is_some() => Ok(see_other(&format!("{here}/payment"))),
        Some(stage) => page(&payment_page(&who, &payment, stage)),
        None if wanted.returned.is_some() => payment.over(&state, &who).await,
        None => Ok(see_other(&here)),
    }
}

fn payment_page(who: &SignedIn, payment: &OpenPayment, stage: PaymentStage) -> PaymentPage {
    let (t, here) = (&who.t, payment.here());
    let card = Installed::of(&payment.view, t);
    let due = match &payment.end {
        OrderEnd::Due(due) => Some(Due {
            amount: t.money(due.amount),
            number: due.number,
            pay: format!("/billing/invoices/{}?next={here}/payment", due.number),
            bank: due.action_url.clone(),
            why: Why::of(due, &payment.order),
            gone: payment.gone,
            reason: due.reason.clone().filter(|_| !is_unconfirmed(due)).map(|text| text.chars().take(200).collect()),
        }),
        _ => None,
    };
    let title = t.msg("payment-title").arg("name", &card.name).to_string();
    PaymentPage { shell: who.titled(title, Section::MyAddons), card, stage, purpose: payment.order.purpose, due }
}

/// Looks at the gateway: asked by script while the page is open, or by a click. What the page shows already is not drawn
/// again.
async fn look(State(state): State<AppState>, who: SignedIn, Path(id): Path<String>, form: Posted) -> PageResult {
    let view = installation(&state, &who, &id).await?;
    let id = view.installation.id;
    state.lifecycle.look_at_bank(who.desk.id, id).await.map_err(page_error)?;
    let Some(payment) = open_payment(&state, &who, view).await? else {
        return Ok(who.lead(see_other(&format!("/my-addons/{id}"))));
    };
    let Some(stage) = payment.stage() else { return Ok(who.lead(payment.over(&state, &who).await?)) };
    if who.fragment && form.get("shown") == stage.as_str() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(who.lead(see_other(&format!("/my-addons/{id}/payment"))))
}

/// To the bank that wants a payment confirmed. A browser that has posted a form is led there by a page.
pub(super) fn to_bank(state: &AppState, who: &SignedIn, url: &str) -> PageResult {
    let url = url.parse().map_err(PageError::internal)?;
    leave(state, who.shell("invoice-pay-confirm", Section::MyAddons), &url)
}

/// The page of the bank that wants the last order of an installation confirmed.
pub(super) async fn bank_of(state: &AppState, who: &SignedIn, id: InstallationId) -> Result<Option<String>, PageError> {
    let last = state.lifecycle.last_order(who.desk.id, id).await.map_err(page_error)?;
    Ok(match last {
        Some((_, OrderEnd::Due(due))) => due.action_url,
        _ => None,
    })
}
