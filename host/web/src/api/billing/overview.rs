//! `GET /billing`: the desk's bill at a glance.

use annex_billing::{MissedMonths as DomainMissed, NextBill as DomainNextBill, Standing as DomainStanding};
use annex_domain::{ids::AccountId, permission::Permission};
use annex_store::billing::accounts::Account as DomainAccount;
use axum::{extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    invoices::{Invoice, with_lines},
    methods::PaymentMethod,
};
use crate::{
    api::{amounts::Money, extract::Json, problem::Problem, user::ApiUser, wire::Time},
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_billing)).routes(routes!(confirm_missed_months))
}

/// The desk's bill at a glance.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Billing {
    standing: Standing,
    /// Which account is logged in, the wrong one too.
    #[schema(required)]
    account: Option<Account>,
    /// The card that pays; known only while the right account is logged in.
    #[schema(required)]
    default_method: Option<PaymentMethod>,
    /// What the desk has in credit, by currency.
    credit: Vec<Money>,
    /// Invoices to be paid by hand, newest first.
    due: Vec<Invoice>,
    /// Null while nothing is billed every month.
    #[schema(required)]
    next_bill: Option<NextBill>,
    /// Months that were missed, which are charged only after somebody has confirmed that; else null.
    #[schema(required)]
    missed_months: Option<MissedMonths>,
}

/// Months that were missed, because no host ran.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MissedMonths {
    /// How many: two at least.
    months: u32,
    /// What all of them cost as things stand, by currency.
    amounts: Vec<Money>,
    /// Until when everything runs on without an answer.
    #[schema(value_type = String, format = "date-time")]
    until: Time,
}

/// Where the desk stands with its login to the billing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Standing {
    /// Nobody is logged in.
    LoggedOut,
    /// The account does not hold the desk's licence: only logging out is possible.
    WrongAccount,
    /// The account that pays.
    Ready,
}

/// An account of the billing system.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Account {
    #[schema(value_type = String, format = "uuid")]
    id: AccountId,
    email: String,
    name: String,
}

/// The next monthly bill, as things stand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NextBill {
    #[schema(value_type = String, format = "date")]
    on: Date,
    /// By currency.
    amounts: Vec<Money>,
}

/// Read the bill
///
/// Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing", tag = "billing",
    responses((status = 200, description = "The bill at a glance.", body = Billing)),
)]
async fn get_billing(State(state): State<AppState>, user: ApiUser) -> Result<Json<Billing>, Problem> {
    user.require(Permission::AddonsManage)?;
    let overview = state.lifecycle.billing().overview(user.desk()).await?;
    let mut conn = state.db.read().await?;
    let due = with_lines(&mut conn, overview.due).await?;
    let (standing, account) = match overview.standing {
        DomainStanding::LoggedOut => (Standing::LoggedOut, None),
        DomainStanding::Wrong(account) => (Standing::WrongAccount, Some(account)),
        DomainStanding::Ready(account) => (Standing::Ready, Some(account)),
    };
    Ok(Json(Billing {
        standing,
        account: account.map(Account::from),
        default_method: overview.method.map(PaymentMethod::from),
        credit: overview.credit.into_iter().map(Money::from).collect(),
        due,
        next_bill: overview.next_bill.map(NextBill::from),
        missed_months: overview.missed.map(MissedMonths::from),
    }))
}

/// Confirm missed months
///
/// The months that were missed may be charged: they are made out and charged one after the other. Needs `addons.manage`.
#[utoipa::path(
    post, path = "/billing/missed-months/confirm", tag = "billing",
    responses(
        (status = 204, description = "They are being made out."),
        (status = 402, description = "`no-payment-method`: the credit does not cover them, and the account that pays \
            has no card."),
        (status = 403, description = "`wrong-account`; `confirm-password`: with a session whose password was given more than \
            15 minutes ago."),
        (status = 404, description = "Nobody is asked about missed months: `not-found`."),
    ),
)]
async fn confirm_missed_months(State(state): State<AppState>, user: ApiUser) -> Result<StatusCode, Problem> {
    user.require(Permission::AddonsManage)?;
    user.confirmed(state.clock.now())?;
    if state.lifecycle.billing().confirm_missed_months(user.desk(), user.actor()?).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Problem::not_found("missed months"))
    }
}

impl From<DomainMissed> for MissedMonths {
    fn from(missed: DomainMissed) -> Self {
        let amounts = missed.amounts.into_iter().map(Money::from).collect();
        Self { months: missed.months, amounts, until: missed.until.into() }
    }
}

impl From<DomainAccount> for Account {
    fn from(account: DomainAccount) -> Self {
        Self { id: account.id, email: account.email, name: account.name }
    }
}

impl From<DomainNextBill> for NextBill {
    fn from(next: DomainNextBill) -> Self {
        Self { on: next.on, amounts: next.amounts.into_iter().map(Money::from).collect() }
    }
}
