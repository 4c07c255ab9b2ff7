//! The pages that a payment company would show: adding a card, and confirming a payment as at a bank (3-D Secure). They
//! belong to the built-in test gateway, take its test cards alone, and say so; with another gateway there are none. Whoever has the
//! address, which cannot be guessed, is the payer, as with a payment company.

use annex_billing::{
    gateway::GatewayError,
    gateways::test::{Action, Behaviour, CARDS, CardError, TestGateway},
};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};

use super::area::{Area, leave, outside};
use crate::{
    error::{PageError, PageResult},
    i18n::Translator,
    panel::form::Posted,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/client-area/test-gateway/setup/{id}", get(set_up).post(add_card))
        .route("/client-area/test-gateway/confirm/{id}", get(confirmation).post(answer))
}

#[derive(Template)]
#[template(path = "client_area/test_set_up.html")]
pub(super) struct SetUpPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) id: String,
    pub(super) error: Option<String>,
    pub(super) cards: Vec<TestCardRow>,
    pub(super) months: Vec<u8>,
    pub(super) years: Vec<i16>,
    pub(super) back: String,
}

/// A test card, and what it does.
pub(super) struct TestCardRow {
    pub(super) number: &'static str,
    /// In groups of four.
    pub(super) name: String,
    pub(super) does: String,
    pub(super) first: bool,
}

#[derive(Template)]
#[template(path = "client_area/test_confirm.html")]
pub(super) struct ConfirmPage {
    pub(super) shell: Shell,
    pub(super) area: Area,
    pub(super) id: String,
    pub(super) amount: String,
    pub(super) description: String,
    pub(super) waits: bool,
    pub(super) back: Option<String>,
}

/// The test gateway, where it is the one that is used.
fn gateway(state: &AppState) -> Result<TestGateway, PageError> {
    state.billing.test_gateway().ok_or(PageError::NotFound)
}

fn told(error: GatewayError) -> PageError {
    match error {
        GatewayError::Refused { .. } => PageError::NotFound,
        passing => PageError::internal(passing),
    }
}

async fn set_up_page(state: &AppState, headers: &HeaderMap, id: &str) -> Result<SetUpPage, PageError> {
    let visit = gateway(state)?.setup(id).await.map_err(told)?.ok_or(PageError::NotFound)?;
    let shell = outside(state, headers, "test-gateway-set-up-title").await?;
    let t = &shell.t;
    let row = |(index, card): (usize, &annex_billing::gateways::test::TestCard)| TestCardRow {
        number: card.number,
        name: card.number.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" "),
        does: does(t, card.behaviour),
        first: index == 0,
    };
    let cards = CARDS.iter().enumerate().map(row).collect();
    let now = jiff::Timestamp::from_millisecond(state.clock.now().0).unwrap_or_default();
    let year = now.to_zoned(jiff::tz::TimeZone::UTC).year();
    Ok(SetUpPage {
        error: visit.done.then(|| t.get("test-gateway-used")),
        id: id.to_owned(),
        cards,
        months: (1..=12).collect(),
        years: (year..year.saturating_add(10)).collect(),
        back: visit.return_url.to_string(),
        area: Area::outside(),
        shell,
    })
}

fn does(t: &Translator, behaviour: Behaviour) -> String {
    match behaviour {
        Behaviour::Pays => t.get("test-gateway-pays"),
        Behaviour::Declines => t.get("test-gateway-declines"),
        Behaviour::NoMoney => t.get("test-gateway-no-money"),
        Behaviour::Asks => t.get("test-gateway-asks"),
        Behaviour::TimesOut => t.get("test-gateway-times-out"),
    }
}

async fn set_up(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> PageResult {
    page(&set_up_page(&state, &headers, &id).await?)
}

async fn add_card(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    form: Posted,
) -> PageResult {
    let mut shown = set_up_page(&state, &headers, &id).await?;
    let (month, year) = (form.get("month").parse().unwrap_or(0), form.get("year").parse().unwrap_or(0));
    let t = &shown.shell.t;
    let text = match gateway(&state)?.complete_setup(&id, form.get("number"), month, year).await {
        Ok(back) => return leave(&state, shown.shell, &back),
        Err(CardError::NotATestCard) => t.get("test-gateway-not-a-test-card"),
        Err(CardError::Expired) => t.get("test-gateway-expired"),
        Err(CardError::Gone) => t.get("test-gateway-used"),
        Err(CardError::Gateway(error)) => return Err(told(error)),
    };
    shown.error = Some(text);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

async fn confirmation(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> PageResult {
    let action = gateway(&state)?.action(&id).await.map_err(told)?;
    let Action { amount, description, return_url, waits } = action.ok_or(PageError::NotFound)?;
    let shell = outside(&state, &headers, "test-gateway-confirm-title").await?;
    page(&ConfirmPage {
        amount: shell.t.money(amount),
        shell,
        area: Area::outside(),
        id,
        description,
        waits,
        back: return_url.map(String::from),
    })
}

async fn answer(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap, form: Posted) -> PageResult {
    let approved = match form.get("answer") {
        "approve" => true,
        "refuse" => false,
        _ => return Err(PageError::refused(StatusCode::BAD_REQUEST, "malformed-form", "answer approve or refuse")),
    };
    let back = gateway(&state)?.finish_action(&id, approved).await.map_err(told)?.ok_or(PageError::NotFound)?;
    let shell = outside(&state, &headers, "test-gateway-confirm-title").await?;
    leave(&state, shell, &back)
}
