//! The statement: everything that happened to the desk's account, with what is owed and in credit after it.

use annex_billing::ledger::statement::{self, Row};
use annex_domain::{ids::InvoiceId, permission::Permission};
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    api::{
        extract::Json,
        problem::Problem,
        user::ApiUser,
        wire::{Page, Time},
    },
    state::AppState,
};

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_statement)).routes(routes!(get_statement_csv))
}

/// Something that happened to the desk's account. Amounts are in cents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StatementRow {
    at: Time,
    /// In the time zone of the bill.
    #[schema(value_type = String, format = "date")]
    day: Date,
    /// What happened; of an invoice, what it is for.
    text: String,
    #[schema(required, value_type = Option<String>, format = "uuid")]
    invoice: Option<InvoiceId>,
    /// The number of the invoice.
    #[schema(required)]
    number: Option<i64>,
    #[schema(example = "EUR")]
    currency: String,
    /// What was charged; negative when an invoice was taken back.
    charged: i64,
    /// What was paid, by card or out of credit.
    paid: i64,
    refunded: i64,
    /// What came to the credit, or left it.
    credit: i64,
    /// What is owed after it.
    owed: i64,
    /// What is in credit after it.
    in_credit: i64,
}

/// Read the statement
///
/// From the first day on, in one page: what is owed adds up. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/statement", tag = "billing",
    responses((status = 200, description = "All rows, oldest first.", body = Page<StatementRow>)),
)]
async fn get_statement(State(state): State<AppState>, user: ApiUser) -> Result<Json<Page<StatementRow>>, Problem> {
    Ok(Json(Page::whole(rows(&state, &user).await?.into_iter().map(StatementRow::from).collect())))
}

/// Read the statement as CSV
///
/// The same rows with a line of headings (RFC 4180); amounts with two decimals. Needs `addons.manage`.
#[utoipa::path(
    get, path = "/billing/statement.csv", tag = "billing",
    responses((status = 200, description = "All rows, oldest first.", body = String, content_type = "text/csv")),
)]
async fn get_statement_csv(State(state): State<AppState>, user: ApiUser) -> Result<Response, Problem> {
    let csv = statement::csv(&rows(&state, &user).await?);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"statement.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, csv).into_response())
}

async fn rows(state: &AppState, user: &ApiUser) -> Result<Vec<Row>, Problem> {
    user.require(Permission::AddonsManage)?;
    Ok(state.billing.statement(user.desk()).await?)
}

impl From<Row> for StatementRow {
    fn from(row: Row) -> Self {
        Self {
            at: row.at.into(),
            day: row.day,
            text: row.text(),
            invoice: row.invoice,
            number: row.number,
            currency: row.currency.to_string(),
            charged: row.charged,
            paid: row.paid,
            refunded: row.refunded,
            credit: row.credit,
            owed: row.owed,
            in_credit: row.in_credit,
        }
    }
}
