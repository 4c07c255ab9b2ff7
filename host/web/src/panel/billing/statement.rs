//! The statement: everything that happened to the desk's account, with what is owed and in credit after it. As CSV for
//! spreadsheets, and as a page that prints.

use annex_billing::ledger::statement::{self, Row};
use annex_domain::{money::Money, permission::Permission};
use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    invoices::about_text,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

/// The most rows of the page; the CSV has all of them.
const MOST_ROWS: usize = 2_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/billing/statement", get(show)).route("/billing/statement.csv", get(csv))
}

/// A transaction as it is printed.
pub(in crate::panel) struct PrintedRow {
    pub(in crate::panel) day: String,
    pub(in crate::panel) note: String,
    /// The number of the invoice that it is about.
    pub(in crate::panel) invoice: Option<i64>,
    pub(in crate::panel) charged: String,
    pub(in crate::panel) paid: String,
    pub(in crate::panel) refunded: String,
    pub(in crate::panel) credit: String,
    pub(in crate::panel) owed: String,
    pub(in crate::panel) in_credit: String,
}

#[derive(Template)]
#[template(path = "panel/billing_statement.html")]
pub(in crate::panel) struct StatementPage {
    pub(in crate::panel) shell: Shell,
    pub(in crate::panel) desk: String,
    pub(in crate::panel) rows: Vec<PrintedRow>,
    /// Older rows are left out.
    pub(in crate::panel) cut: bool,
}

/// All rows of the desk, oldest first.
async fn rows(state: &AppState, who: &SignedIn) -> Result<Vec<Row>, PageError> {
    who.require(Permission::AddonsManage)?;
    Ok(state.billing.statement(who.desk.id).await?)
}

/// An answer with the rows as a file.
pub(crate) fn csv_file(rows: &[Row]) -> Response {
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let name = HeaderValue::from_static("attachment; filename=\"statement.csv\"");
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], statement::csv(rows)).into_response()
}

async fn csv(State(state): State<AppState>, who: SignedIn) -> PageResult {
    Ok(csv_file(&rows(&state, &who).await?))
}

async fn show(State(state): State<AppState>, who: SignedIn) -> PageResult {
    let all = rows(&state, &who).await?;
    let cut = all.len().saturating_sub(MOST_ROWS);
    page(&StatementPage {
        shell: who.shell("statement-title", Section::Billing),
        desk: who.desk.name.clone(),
        rows: all.iter().skip(cut).map(|row| print(row, &who.t)).collect(),
        cut: cut > 0,
    })
}

/// What did not move is left blank, so that a column reads at a glance.
fn print(row: &Row, t: &Translator) -> PrintedRow {
    let money = |cents: i64| t.money(Money::new(cents, row.currency));
    let moved = |cents: i64| if cents == 0 { String::new() } else { money(cents) };
    PrintedRow {
        day: t.day(row.day),
        note: match &row.about {
            Some(about) => format!("{}: {}", row.note, about_text(about, t)),
            None => row.note.clone(),
        },
        invoice: row.number,
        charged: moved(row.charged),
        paid: moved(row.paid),
        refunded: moved(row.refunded),
        credit: moved(row.credit),
        owed: money(row.owed),
        in_credit: money(row.in_credit),
    }
}
