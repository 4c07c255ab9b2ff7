//! `/setup/{token}`: a one-time link. The first one, printed at the first start, makes the admin of a desk; later ones
//! are invitations, with which an operator chooses a password. Either way the person is signed in afterwards.

use annex_domain::{audit::Action, operator::Actor};
use annex_store::{StoreError, audit, desks, logins, operators, roles, sessions};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use serde_json::json;

use super::{
    form::{FormErrors, Posted, mail_address},
    sign_in::{outside, user_agent},
};
use crate::{
    device::Device,
    error::PageError,
    password,
    session::{Origin, set_cookie},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/setup/{token}", get(show).post(accept))
}

#[derive(Template)]
#[template(path = "panel/setup.html")]
pub(super) struct SetupPage {
    pub(super) shell: Shell,
    pub(super) errors: FormErrors,
    pub(super) token: String,
    pub(super) desk: String,
    pub(super) name: String,
    pub(super) email: String,
    /// An invitation: desk and address are known.
    pub(super) invite: bool,
    pub(super) min_password: usize,
}

#[derive(Template)]
#[template(path = "panel/setup_used.html")]
pub(super) struct UsedPage {
    pub(super) shell: Shell,
}

async fn show(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let mut conn = state.db.read().await?;
    let Some(link) = logins::link(&mut conn, &token, state.clock.now()).await? else {
        drop(conn);
        return used(&state, &headers).await;
    };
    let desk = desks::get(&mut conn, link.desk).await?;
    let (name, email) = match link.operator {
        Some(id) => {
            let operator = operators::get(&mut conn, link.desk, id).await?;
            (operator.name, operator.email)
        }
        None => (String::new(), String::new()),
    };
    drop(conn);
    page(&SetupPage {
        shell: outside(&state, "setup-title", &headers).await?,
        errors: FormErrors::default(),
        token,
        desk: desk.name,
        name,
        email,
        invite: link.operator.is_some(),
        min_password: password::MIN_LENGTH,
    })
}

async fn accept(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Origin(address): Origin,
    headers: HeaderMap,
    form: Posted,
) -> Result<Response, PageError> {
    let now = state.clock.now();
    let link = {
        let mut conn = state.db.read().await?;
        logins::link(&mut conn, &token, now).await?
    };
    let Some(link) = link else { return used(&state, &headers).await };

    let shell = outside(&state, "setup-title", &headers).await?;
    let mut errors = FormErrors::default();
    let mut entered = Entered::check(&shell, &form, link.operator.is_some(), &mut errors);
    if let Some(id) = link.operator {
        // Whose invitation it is, and for which desk, is not for the form to say.
        let mut conn = state.db.read().await?;
        entered.email = operators::get(&mut conn, link.desk, id).await?.email;
        entered.desk = desks::get(&mut conn, link.desk).await?.name;
    }
    let (about, given) = ([entered.name.as_str(), &entered.email, &entered.desk], form.raw("password"));
    let hash = password::hash_field(&shell.t, "password", given, &about, &mut errors).await?;
    if let Some(hash) = hash.filter(|_| errors.is_empty()) {
        match make_account(&state, &token, &entered, hash, &headers, &address).await {
            Ok(secret) => {
                let mut response = Redirect::to("/").into_response();
                set_cookie(&state.config, &mut response, &secret);
                Device::of(&state, &headers, &entered.email).remember(&state, &mut response);
                return Ok(response);
            }
            Err(StoreError::Taken(_)) => errors.add("email", shell.t.get("form-already-exists-email")),
            Err(StoreError::NotFound("setup link")) => return used(&state, &headers).await,
            Err(error) => return Err(error.into()),
        }
    }
    let refused = SetupPage {
        shell,
        errors,
        token,
        desk: entered.desk,
        name: entered.name,
        email: entered.email,
        invite: link.operator.is_some(),
        min_password: password::MIN_LENGTH,
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &refused)
}

struct Entered {
    desk: String,
    name: String,
    email: String,
}

impl Entered {
    fn check(shell: &Shell, form: &Posted, invite: bool, errors: &mut FormErrors) -> Self {
        let entered = Self {
            desk: form.get("desk").to_owned(),
            name: form.get("name").to_owned(),
            email: form.get("email").to_owned(),
        };
        if !invite {
            errors.check_text(&shell.t, "desk", &entered.desk, 100);
        }
        errors.check_text(&shell.t, "name", &entered.name, 100);
        if !invite && mail_address(&entered.email).is_none() {
            errors.add("email", shell.t.get("form-email"));
        }
        entered
    }
}

/// Uses the link up, makes or completes the account, and signs it in: all or nothing. Answers the session's secret.
async fn make_account(
    state: &AppState,
    token: &str,
    entered: &Entered,
    hash: String,
    headers: &HeaderMap,
    address: &str,
) -> Result<String, StoreError> {
    let now = state.clock.now();
    let mut tx = state.db.begin().await?;
    let link = logins::use_link(&mut tx, token, now).await?;
    let id = if let Some(id) = link.operator {
        let operator = operators::get(&mut tx, link.desk, id).await?;
        let profile = operators::Profile { name: entered.name.clone(), ..(&operator).into() };
        operators::set_profile(&mut tx, link.desk, id, profile).await?;
        operators::set_password(&mut tx, link.desk, id, &hash, None).await?;
        id
    } else {
        let desk = desks::get(&mut tx, link.desk).await?;
        desks::update(&mut tx, link.desk, &entered.desk, &desk.locale, &desk.time_zone).await?;
        let admin = roles::builtin(&mut tx, link.desk, roles::Builtin::Admin).await?;
        let new = operators::NewOperator {
            email: entered.email.clone(),
            name: entered.name.clone(),
            password_hash: Some(hash),
            roles: vec![admin.id],
        };
        operators::create(&mut tx, link.desk, new, now).await?.id
    };
    let object = format!("operator:{id}");
    let facts = json!({ "first": link.operator.is_none() });
    audit::append(&mut tx, link.desk, Actor::Operator(id), Action::OperatorSetUp, &object, &facts, now).await?;
    operators::signed_in(&mut tx, link.desk, id, now).await?;
    let made = sessions::create(&mut tx, link.desk, id, user_agent(headers), address, now).await?;
    tx.commit().await?;
    Ok(made.secret)
}

async fn used(state: &AppState, headers: &HeaderMap) -> Result<Response, PageError> {
    let shell = outside(state, "setup-used-title", headers).await?;
    page_with(StatusCode::NOT_FOUND, &UsedPage { shell })
}
