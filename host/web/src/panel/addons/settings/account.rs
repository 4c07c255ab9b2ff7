//! Accounts of add-ons: **Connect** sends the browser to a service, which sends it back with a code; **Disconnect** ends it. What is
//! right about that is in `lifecycle::connections`. Services know one address to come back to, the host's own; from there it goes on
//! by the name of the desk.

use annex_domain::permission::Permission;
use annex_lifecycle::{Back, ConnectError, Returned};
use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse as _, Redirect},
};

use crate::{
    at::AskedFor,
    client_area::leave,
    error::{PageError, PageResult},
    flash::Flash,
    panel::{
        addons::{errors::page_error, installation},
        billing_login::{begun_at, parameter},
        form::long::{Long, OfAddon},
    },
    session::SignedIn,
    shell::Section,
    state::AppState,
};

/// Where services send browsers back to.
pub(super) const CALLBACK: &str = "connections/callback";
/// The field that says which account. Keys of settings have no hyphen.
const OF: &str = "of-account";

/// Sends the browser away.
pub(super) async fn connect(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> PageResult {
    let id = installation(&state, &who, &id).await?.installation.id;
    let label = who.own_name().map(ToString::to_string).unwrap_or_default();
    let back = Back { to: state.config.absolute(CALLBACK), label };
    match state.lifecycle.connect_account((who.desk.id, who.session), id, form.get(OF), back).await {
        Ok(to) => leave(&state, who.shell("connection-title", Section::MyAddons), &to),
        Err(error) => refused(error, &format!("/my-addons/{id}")),
    }
}

/// The browser comes back, with a code or an error.
pub(super) async fn come_back(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    asked: AskedFor,
    who: Result<SignedIn, PageError>,
) -> PageResult {
    let query = query.unwrap_or_default();
    let of = |name: &str| parameter(&query, name);
    let returned = Returned { state: of("state"), code: of("code"), error: of("error") };
    let label = begun_at(&returned.state).filter(|_| asked.0.is_none() && state.config.desk_domain.is_some());
    if let Some(label) = label {
        let there = state.config.absolute_at(&label, &format!("{CALLBACK}?{query}"));
        return Ok(Redirect::to(&there).into_response());
    }
    let who = who?;
    who.require(Permission::AddonsManage)?;
    match state.lifecycle.account_connected((who.desk.id, who.session), returned, who.operator.id).await {
        Ok((id, Ok(()))) => Ok(Flash::success("flash-connected").redirect(&format!("/my-addons/{id}"))),
        Ok((id, Err(error))) => refused(error, &format!("/my-addons/{id}")),
        Err(error) => refused(error, "/my-addons"),
    }
}

/// Ends it.
pub(super) async fn disconnect(
    State(state): State<AppState>,
    who: SignedIn,
    Path(id): Path<String>,
    form: Long<OfAddon>,
) -> PageResult {
    let id = installation(&state, &who, &id).await?.installation.id;
    let page = format!("/my-addons/{id}");
    match state.lifecycle.disconnect_account(who.desk.id, id, form.get(OF), who.operator.id).await {
        Ok(()) => Ok(Flash::success("flash-disconnected").redirect(&page)),
        Err(error) => refused(error, &page),
    }
}

/// Why nothing was connected, on the page where it can be tried again.
fn refused(error: ConnectError, page: &str) -> PageResult {
    let flash = match error {
        ConnectError::NeedsSetting => Flash::warning("flash-connection-needs-setting"),
        ConnectError::State => Flash::warning("flash-connection-state"),
        ConnectError::GivenUp => Flash::warning("flash-connection-given-up"),
        ConnectError::Refused(reason) => Flash::warning("flash-connection-refused").arg("reason", reason),
        ConnectError::Unclear(reason) => Flash::warning("flash-connection-unclear").arg("reason", reason),
        ConnectError::Lifecycle(error) => return Err(page_error(error)),
    };
    Ok(flash.redirect(page))
}
