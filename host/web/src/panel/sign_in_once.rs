//! `/sign-in/once`: the link that `annex addon dev` prints. It signs the author in, once, and leads to where their add-on is seen: a
//! plugin beside a ticket, a channel in the inbox, a language all over the panel. On other hosts no such link works.

use annex_desk::{
    Ctx, language,
    sign_in::{Admitted, Browser, Entered, admit},
};
use annex_domain::{
    addon::Kind,
    ids::InstallationId,
    installation::Installation,
    operator::{Actor, Operator},
};
use annex_store::{installations, languages, tickets};
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, Method},
    response::{IntoResponse as _, Redirect},
    routing::get,
};
use serde::Deserialize;

use super::{setup::let_in, sign_in::user_agent};
use crate::{
    at::AskedFor,
    error::{PageError, PageResult},
    session::{self, Origin},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/sign-in/once", get(come_in))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    secret: String,
    /// Id of the installation that is to be seen.
    #[serde(default)]
    addon: String,
}

async fn come_in(
    method: Method,
    State(state): State<AppState>,
    Query(link): Query<Link>,
    Origin(address): Origin,
    asked: AskedFor,
    headers: HeaderMap,
) -> PageResult {
    // Whoever only looks at the link does not come in by it.
    if method == Method::HEAD {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let Some(email) = state.pass.take(&link.secret) else {
        // Where it was followed before, somebody is signed in.
        let place = match session::current(&state, &headers, asked).await? {
            Some(found) => place(&state, addon(&state, &found.operator, &link).await?.as_ref()).await?,
            None => "/sign-in".into(),
        };
        return Ok(Redirect::to(&place).into_response());
    };
    let browser = Browser { address: &address, user_agent: user_agent(&headers) };
    let Admitted { operator, session } = admit(&state.desk(), &email, asked.0, browser, state.clock.now()).await?;
    let addon = addon(&state, &operator, &link).await?;
    if let Some(pack) = addon.as_ref().filter(|addon| addon.kind == Kind::Language) {
        // It may be on its way out; they come in all the same.
        let _ = speak(&state, &operator, pack).await;
    }
    let place = place(&state, addon.as_ref()).await.unwrap_or_else(|_| "/inbox".into());
    let response = Redirect::to(&place).into_response();
    Ok(let_in(&state, &headers, &Entered { desk: operator.desk, email: operator.email, session }, response))
}

async fn addon(state: &AppState, operator: &Operator, link: &Link) -> Result<Option<Installation>, PageError> {
    let Ok(id) = link.addon.parse::<InstallationId>() else { return Ok(None) };
    Ok(installations::known_one(&state.db, operator.desk, id).await?)
}

/// The operator has the panel in the language that the add-on brings.
async fn speak(state: &AppState, operator: &Operator, pack: &Installation) -> Result<(), PageError> {
    let brought = languages::list(&mut state.db.read().await?, operator.desk).await?;
    let Some(brought) = brought.into_iter().find(|brought| brought.installation == pack.id) else { return Ok(()) };
    let ctx = Ctx::host(operator.desk, Actor::Operator(operator.id), state.clock.now());
    Ok(language::choose(&state.desk(), &ctx, &brought.facts.code).await?)
}

/// Where an add-on is seen.
async fn place(state: &AppState, addon: Option<&Installation>) -> Result<String, PageError> {
    let Some(plugin) = addon.filter(|addon| addon.kind == Kind::Plugin) else { return Ok("/inbox".into()) };
    let newest = tickets::newest_number(&mut state.db.read().await?, plugin.desk).await?;
    Ok(newest.map_or_else(|| "/inbox".into(), |number| format!("/tickets/{number}#addon-{}", plugin.id)))
}
