//! Taking over an add-on that another publisher offers: with the password, since both of them sign.

use annex_domain::{addon::AddonId, publisher::Deed};
use annex_portal::offerings::accept;
use annex_store::{catalog, projects};
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};

use super::{
    field::{Field, Guarded, take},
    frame::{Around, Insider, Place, given, session},
    project::read,
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    session::Origin,
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/publishers/{publisher}/offers/{offered}", get(show).post(sign))
}

#[derive(Template)]
#[template(path = "portal/offer.html")]
struct OfferPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    back: String,
    id: String,
    /// Who offers it.
    from: String,
    may_accept: bool,
}

async fn offer_page(state: &AppState, who: &Insider, id: &AddonId) -> Result<OfferPage, PageError> {
    let offering = catalog::offering(&mut state.db.read().await?, id).await?;
    let to_them = offering.filter(|offering| offering.offered_to.as_ref() == Some(&who.member.publisher));
    Ok(OfferPage {
        shell: who.shell("portal-offered-to-you"),
        frame: who.around(Place::Projects),
        errors: FormErrors::default(),
        fields: vec![Field::password(Guarded::TakeOver)],
        path: who.path(&format!("/offers/{id}")),
        back: who.path("/projects"),
        id: id.to_string(),
        from: to_them.ok_or(PageError::NotFound)?.owner.to_string(),
        may_accept: who.member.role.may(Deed::Organisation),
    })
}

async fn show(
    State(state): State<AppState>,
    Path((_, offered)): Path<(String, String)>,
    who: Insider,
) -> Result<Response, PageError> {
    page(&offer_page(&state, &who, &read(&offered)?).await?)
}

async fn sign(
    State(state): State<AppState>,
    Path((_, offered)): Path<(String, String)>,
    Origin(address): Origin,
    headers: HeaderMap,
    who: Insider,
    form: Posted,
) -> Result<Response, PageError> {
    let (id, session) = (read(&offered)?, session(&state, &headers));
    let (portal, vault, given) = (state.portal(), state.lifecycle.vault(), given(&session, &address, &form));
    if let Err(refusal) = accept(&portal, vault, &who.member, &id, &given).await {
        let mut shown = offer_page(&state, &who, &id).await?;
        let status = take(&mut shown.errors, &who.payer.t, refusal)?;
        return page_with(status, &shown);
    }
    // What came from the command line has no project.
    let has_project = projects::get(&mut state.db.read().await?, &who.member.publisher, &id).await.is_ok();
    let there = if has_project { format!("/projects/{id}") } else { "/projects".to_owned() };
    Ok(Flash::success("portal-offer-accepted").arg("addon", &id).redirect(&who.path(&there)))
}
