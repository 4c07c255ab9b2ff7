//! Where the service of an add-on hears events: another address than the one of the manifest, which is set with the password.

use annex_domain::addon::AddonId;
use annex_portal::events::set_address;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::get,
};

use super::{
    events::{developing, not_there},
    field::{Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
};
use crate::{
    client_area::Payer,
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/publishers/{publisher}/events/{addon}/address", get(show).post(save))
}

#[derive(Template)]
#[template(path = "portal/events_address.html")]
struct AddressPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    back: String,
    /// As it is, or as it was typed.
    url: String,
}

fn address_page(who: &Insider, addon: &AddonId, url: &str) -> AddressPage {
    AddressPage {
        shell: who.payer.titled(who.payer.t.msg("portal-endpoint-title").arg("addon", addon.as_str()).to_string()),
        frame: who.around(Place::Events),
        errors: FormErrors::default(),
        fields: vec![Field::password(Guarded::Address)],
        back: who.path(&format!("/events/{addon}")),
        url: url.to_owned(),
    }
}

async fn show(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    payer: Payer,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    let view = state.lifecycle.endpoint(&addon).await.map_err(not_there)?;
    page(&address_page(&who, &addon, &view.url.unwrap_or_default()))
}

async fn save(
    State(state): State<AppState>,
    Path((publisher, addon)): Path<(String, String)>,
    Origin(address): Origin,
    headers: HeaderMap,
    payer: Payer,
    form: Posted,
) -> Result<Response, PageError> {
    let (who, addon) = developing(&state, payer, &publisher, &addon).await?;
    let (url, session) = (form.get("events_url"), session(&state, &headers));
    let given = given(&session, &address, &form);
    if let Err(refusal) = set_address(&state.portal(), &state.lifecycle, &who.member, &addon, url, &given).await {
        let mut shown = address_page(&who, &addon, url);
        take(&mut shown.errors, &who.payer.t, refusal)?;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown);
    }
    Ok(Flash::success("portal-endpoint-moved").redirect(&who.path(&format!("/events/{addon}"))))
}
