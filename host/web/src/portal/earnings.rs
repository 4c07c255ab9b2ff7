//! What a publisher earns: its share, what it is owed and where that is paid, and the statement of a month, as CSV too. For owners and
//! whoever looks after the money.

use annex_domain::{clock::Timestamp, earnings::Month, money::Money, publisher::Deed};
use annex_portal::earnings::{Bank, HOLDER, Row, Statement, set_bank, statement};
use annex_store::{
    billing::earnings,
    publishers::{
        banks::{self, Shown},
        organisations,
    },
};
use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde::Deserialize;

use super::{
    field::{Entry, Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
};
use crate::{
    error::{PageError, PageResult},
    flash::Flash,
    i18n::Translator,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

/// The longest IBAN as people write it, with its spaces.
const IBAN: usize = 42;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/portal/publishers/{publisher}/earnings", get(show).post(save))
        .route("/portal/publishers/{publisher}/earnings/statement.csv", get(csv))
}

#[derive(Template)]
#[template(path = "portal/earnings.html")]
struct EarningsPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    /// Percent.
    share: i64,
    /// What is owed by currency, as text.
    owed: Vec<String>,
    bank: Option<Shown>,
    month: Month,
    /// None: it is the current one.
    next: Option<Month>,
    /// What it began with, by currency, as text.
    before: Vec<String>,
    rows: Vec<Printed>,
}

/// A row of the statement. What did not move is left blank.
struct Printed {
    at: Timestamp,
    what: String,
    /// Name and installation of what was sold.
    sold: Option<(String, String)>,
    gross: String,
    earned: String,
    refunded: String,
    paid_out: String,
    balance: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    month: String,
}

impl Wanted {
    /// The month that the address asks for; else the current one.
    fn month(&self, state: &AppState) -> Month {
        self.month.parse().unwrap_or_else(|_| Month::at(state.clock.now()))
    }
}

async fn earnings_page(
    state: &AppState,
    who: &Insider,
    month: Month,
    input: &Bank,
    errors: FormErrors,
) -> Result<EarningsPage, PageError> {
    let Statement { before, rows, .. } = statement(&state.portal(), &who.member, month).await?;
    let (t, slug, mut conn) = (&who.payer.t, &who.member.publisher, state.db.read().await?);
    let owed = earnings::balances(&mut conn, slug, Timestamp(i64::MAX)).await?;
    Ok(EarningsPage {
        shell: who.shell("portal-earnings-title"),
        frame: who.around(Place::Earnings),
        errors,
        fields: vec![
            Field::new("holder", &input.holder, HOLDER, Entry::Line),
            Field::new("iban", &input.iban, IBAN, Entry::Line),
            Field::password(Guarded::Bank),
        ],
        path: who.path("/earnings"),
        share: organisations::share(&mut conn, slug).await?.percent(),
        owed: owed.into_iter().map(|(currency, cents)| t.money(Money::new(cents, currency))).collect(),
        bank: banks::shown(&mut conn, slug).await?,
        month,
        next: (month < Month::at(state.clock.now())).then(|| month.next()),
        before: before.into_iter().map(|amount| t.money(amount)).collect(),
        rows: rows.iter().map(|row| printed(row, t)).collect(),
    })
}

fn printed(row: &Row, t: &Translator) -> Printed {
    let money = |cents: i64| t.money(Money::new(cents, row.balance.currency));
    let moved = |cents: i64| if cents == 0 { String::new() } else { money(cents) };
    let sold = row.earning.sold.as_ref();
    Printed {
        at: row.earning.at,
        what: t.get(&format!("portal-earning-{}", row.earning.kind)),
        sold: sold.map(|sold| (sold.description.clone(), sold.installation.to_string())),
        gross: moved(row.gross()),
        earned: moved(row.earned()),
        refunded: moved(row.refunded()),
        paid_out: moved(row.paid_out()),
        balance: money(row.balance.cents),
    }
}

async fn show(State(state): State<AppState>, Query(wanted): Query<Wanted>, who: Insider) -> PageResult {
    let month = wanted.month(&state);
    page(&earnings_page(&state, &who, month, &Bank::default(), FormErrors::default()).await?)
}

async fn csv(State(state): State<AppState>, Query(wanted): Query<Wanted>, who: Insider) -> PageResult {
    let all = statement(&state.portal(), &who.member, wanted.month(&state)).await?;
    Ok(csv_file(all.csv(), "statement"))
}

/// An answer with a table as a file.
pub(super) fn csv_file(text: String, name: &'static str) -> Response {
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    let named = HeaderValue::try_from(format!("attachment; filename=\"{name}.csv\""));
    let named = named.unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, named)], text).into_response()
}

async fn save(
    State(state): State<AppState>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> PageResult {
    who.member.require(Deed::Earnings)?;
    let input = Bank { holder: form.get("holder").to_owned(), iban: form.get("iban").to_owned() };
    let session = session(&state, &headers);
    let given = given(&session, &address, &form);
    let Err(refusal) = set_bank(&state.portal(), state.lifecycle.vault(), &who.member, &input, &given).await else {
        return Ok(Flash::success("portal-bank-done").redirect(&who.path("/earnings")));
    };
    let mut errors = FormErrors::default();
    let status = take(&mut errors, &who.payer.t, refusal)?;
    let month = Month::at(state.clock.now());
    page_with(status, &earnings_page(&state, &who, month, &input, errors).await?)
}
