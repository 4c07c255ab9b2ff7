//! Invoices of the desk, and paying one by hand.

use annex_billing::{About, Charged};
use annex_domain::{
    addon::AddonId,
    ids::{InstallationId, InvoiceId, OrderId, PaymentMethodId, SubscriptionId},
    permission::Permission,
    plan::PlanId,
};
use annex_store::{
    Conn, StoreError,
    billing::{
        disputes,
        invoices::{self, Filter},
        refunds,
    },
};
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{account, methods::too_many};
use crate::{
    api::{
        amounts::{Money, link},
        extract::{Json, Params, PathParams},
        problem::Problem,
        user::ApiUser,
        wire::{DisputeState, InvoiceState, LineKind, Page, PlanModel, RefundState, Time, bad_cursor, limit_of},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_invoices)).routes(routes!(get_invoice)).routes(routes!(pay_invoice))
}

/// An invoice: of an order, or the monthly one of the desk, one for each currency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invoice {
    #[schema(value_type = String, format = "uuid")]
    id: InvoiceId,
    /// What people know it by; counts up within the desk.
    number: i64,
    state: InvoiceState,
    /// Of which order; null for a monthly one.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    order: Option<OrderId>,
    /// Of a monthly one: its first day.
    #[schema(required, value_type = Option<String>, format = "date")]
    period_from: Option<Date>,
    /// Of a monthly one: the first day after it.
    #[schema(required, value_type = Option<String>, format = "date")]
    period_to: Option<Date>,
    /// Of all lines.
    total: Money,
    /// The part that is paid out of credit.
    credit_used: Money,
    /// The rest.
    to_pay: Money,
    #[schema(required)]
    due_since: Option<Time>,
    #[schema(required)]
    paid_at: Option<Time>,
    created_at: Time,
    /// Its page in the panel.
    #[schema(example = "/billing/invoices/12")]
    link: String,
    /// What it is for, in English: its first charge, and how many there are besides.
    #[schema(example = "Contact sync: Team (3 licences) and 2 more")]
    about: String,
    lines: Vec<InvoiceLine>,
    /// What was paid back, or is being paid back.
    refunds: Vec<Refund>,
    /// Payments that the payer disputes with their bank.
    disputes: Vec<Dispute>,
}

/// Money paid back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Refund {
    amount: Money,
    /// To the desk's credit; else to the card.
    to_credit: bool,
    state: RefundState,
    created_at: Time,
    updated_at: Time,
}

/// A payment that the payer disputes with their bank.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Dispute {
    amount: Money,
    state: DisputeState,
    /// The payment company's word.
    #[schema(example = "fraudulent")]
    reason: String,
    created_at: Time,
    updated_at: Time,
}

/// A line of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceLine {
    kind: LineKind,
    /// May be gone by now.
    #[schema(value_type = String, format = "uuid")]
    installation: InstallationId,
    #[schema(value_type = String)]
    addon: AddonId,
    #[schema(value_type = String)]
    plan: PlanId,
    model: PlanModel,
    /// The add-on's and the plan's name in English, as they were.
    description: String,
    /// Licences or seats; 1 where there are none.
    quantity: u32,
    /// Of one of them for a whole month, or once.
    unit_price: Money,
    /// For all of them, for the days of the period.
    amount: Money,
    #[schema(value_type = String, format = "date")]
    period_from: Date,
    /// The first day that it does not pay for; null for what is paid once.
    #[schema(required, value_type = Option<String>, format = "date")]
    period_to: Option<Date>,
    /// Of a monthly invoice.
    #[schema(required, value_type = Option<String>, format = "uuid")]
    subscription: Option<SubscriptionId>,
}

/// Which invoices.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListInvoices {
    /// Only in this state.
    #[param(inline)]
    state: Option<InvoiceState>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// How to pay.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayInvoice {
    /// The id of the card to charge what the credit leaves; the default one when left out, whatever the credit leaves.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uuid")]
    method: Option<PaymentMethodId>,
}

/// List invoices
///
/// Of this desk, newest first. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/invoices", tag = "billing", params(ListInvoices),
    responses((status = 200, description = "A page of invoices.", body = Page<Invoice>)),
)]
async fn list_invoices(
    State(state): State<AppState>,
    user: ApiUser,
    Params(params): Params<ListInvoices>,
) -> Result<Json<Page<Invoice>>, Problem> {
    user.require(Permission::AddonsManage)?;
    let limit = limit_of(params.limit)?;
    let below = params.cursor.map(|cursor| cursor.parse::<i64>()).transpose().map_err(|_| bad_cursor())?;
    let filter = Filter { state: params.state.map(Into::into), below, limit: limit + 1 };
    let mut conn = state.db.read().await?;
    let found = invoices::list(&mut conn, user.desk(), filter).await?;
    let items = with_lines(&mut conn, found).await?;
    Ok(Json(Page::cut(items, limit as usize, |invoice: &Invoice| invoice.number.to_string())))
}

/// Read an invoice
///
/// Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/invoices/{invoice}", tag = "billing",
    params(("invoice" = String, Path, format = "uuid", description = "Its id, not the number")),
    responses((status = 200, description = "The invoice.", body = Invoice)),
)]
async fn get_invoice(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InvoiceId>,
) -> Result<Json<Invoice>, Problem> {
    user.require(Permission::AddonsManage)?;
    shown(&state, &user, id).await.map(Json)
}

/// Pay an invoice
///
/// Tries once more to take what is to be paid, from the default card or the one that is named. What was bought is switched
/// on when it is paid. An invoice that is paid already is answered as it is. Needs `addons.manage`, and the desk to be
/// logged in to the billing system.
#[utoipa::path(
    post, path = "/billing/invoices/{invoice}/pay", tag = "billing", request_body = PayInvoice,
    params(("invoice" = String, Path, format = "uuid", description = "Its id, not the number")),
    responses(
        (status = 200, description = "It is paid.", body = Invoice),
        (status = 402, description = "It is not: `payment-due` (declined), `action-required` (to be confirmed at \
            `invoice.action_url`), `no-payment-method`; `invoice` has number, amount and link."),
        (status = 403, description = "`login-needed`, `wrong-account`; `confirm-password`: with a session whose password \
            was given more than 15 minutes ago."),
        (status = 409, description = "`not-payable`: it is void."),
        (status = 422, description = "`invalid-request`: `method` is no card of the account, or of another gateway."),
        (status = 429, description = "Too many requests, or too many payments: `rate-limited`. `Retry-After` says when to \
            try again."),
        (status = 502, description = "`gateway-refused`."),
        (status = 503, description = "The gateway cannot be reached, or is still at it: `billing-unavailable`; or what was \
            begun waits for one that is not set up any more: `gateway-gone`. Nothing is lost; look at the invoice later."),
    ),
)]
async fn pay_invoice(
    State(state): State<AppState>,
    user: ApiUser,
    PathParams(id): PathParams<InvoiceId>,
    Json(body): Json<PayInvoice>,
) -> Result<Json<Invoice>, Problem> {
    user.require(Permission::AddonsManage)?;
    shown(&state, &user, id).await?;
    user.confirmed(state.clock.now())?;
    let payer = account(&state, &user).await?;
    let mut conn = state.db.read().await?;
    if let Some(method) = body.method {
        let card = annex_store::billing::methods::get(&mut conn, payer.id, method).await;
        let unknown = |_| Problem::field("method", "unknown", "it is not a card of the account that is logged in");
        let (gateway, here) = (card.map_err(unknown)?.gateway, state.billing.gateway_name());
        if gateway != here {
            let message = format!("it is a card of the gateway `{gateway}`, and this host now takes money by `{here}`");
            return Err(Problem::field("method", "other-gateway", &message));
        }
    }
    drop(conn);
    if let Some(wait) = state.billing.payment_wait(payer.id).await? {
        return Err(too_many(wait));
    }
    match state.lifecycle.billing().pay(user.desk(), id, body.method, user.actor()?).await? {
        Charged::Paid => shown(&state, &user, id).await.map(Json),
        Charged::Due(due) => Err(due.into()),
    }
}

async fn shown(state: &AppState, user: &ApiUser, id: InvoiceId) -> Result<Invoice, Problem> {
    let mut conn = state.db.read().await?;
    let invoice = invoices::get(&mut conn, user.desk(), id).await?;
    Ok(with_lines(&mut conn, vec![invoice]).await?.pop().ok_or(StoreError::NotFound("invoice"))?)
}

/// Invoices of the caller's desk as they are shown.
pub(super) async fn with_lines(conn: &mut Conn, found: Vec<invoices::Invoice>) -> Result<Vec<Invoice>, StoreError> {
    let ids: Vec<InvoiceId> = found.iter().map(|invoice| invoice.id).collect();
    let mut lines = invoices::lines_of(conn, &ids).await?;
    let mut refunds = refunds::of_invoices(conn, &ids).await?;
    let mut disputes = disputes::of_invoices(conn, &ids).await?;
    let whole = found.into_iter().map(|invoice| {
        let id = invoice.id;
        let lines = lines.remove(&id).unwrap_or_default();
        whole(invoice, lines, refunds.remove(&id).unwrap_or_default(), disputes.remove(&id).unwrap_or_default())
    });
    Ok(whole.collect())
}

fn whole(
    invoice: invoices::Invoice,
    lines: Vec<invoices::Line>,
    refunds: Vec<refunds::Refund>,
    disputes: Vec<disputes::Dispute>,
) -> Invoice {
    let currency = invoice.total.currency;
    let money = |cents| Money { cents, currency };
    let about = About::of(&lines).map(|about| about.to_string()).unwrap_or_default();
    let lines = lines.into_iter().map(|line| InvoiceLine {
        kind: line.kind.into(),
        installation: line.installation,
        addon: line.addon,
        plan: line.plan,
        model: line.model.into(),
        description: line.description,
        quantity: line.quantity,
        unit_price: money(line.unit_price),
        amount: money(line.amount),
        period_from: line.period_from,
        period_to: line.period_to,
        subscription: line.subscription,
    });
    let refunds = refunds.into_iter().map(|refund| Refund {
        amount: refund.amount.into(),
        to_credit: refund.attempt.is_none(),
        state: refund.state.into(),
        created_at: refund.created_at.into(),
        updated_at: refund.updated_at.into(),
    });
    let disputes = disputes.into_iter().map(|dispute| Dispute {
        amount: dispute.amount.into(),
        state: dispute.state.into(),
        reason: dispute.reason,
        created_at: dispute.created_at.into(),
        updated_at: dispute.updated_at.into(),
    });
    Invoice {
        refunds: refunds.collect(),
        disputes: disputes.collect(),
        about,
        lines: lines.collect(),
        id: invoice.id,
        number: invoice.number,
        state: invoice.state.into(),
        order: invoice.order,
        period_from: invoice.period_from,
        period_to: invoice.period_to,
        total: invoice.total.into(),
        credit_used: money(invoice.credit_used),
        to_pay: invoice.to_take().into(),
        due_since: invoice.due_since.map(Time::from),
        paid_at: invoice.paid_at.map(Time::from),
        created_at: invoice.created_at.into(),
        link: link(invoice.number),
    }
}
