//! What a publisher is called and how it is reached.

use annex_domain::publisher::Deed;
use annex_portal::{
    NAME, SITE,
    publishers::{Details, update},
};
use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};

use super::{
    field::{Entry, Field, take},
    frame::{Around, Insider, Place},
};
use crate::{
    error::PageError,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal/publishers/{publisher}/organisation", get(show).post(save))
}

#[derive(Template)]
#[template(path = "portal/organisation.html")]
struct OrganisationPage {
    shell: Shell,
    frame: Around,
    errors: FormErrors,
    fields: Vec<Field>,
    path: String,
    may_change: bool,
}

fn organisation_page(who: &Insider, input: &Details, errors: FormErrors) -> OrganisationPage {
    OrganisationPage {
        shell: who.shell("portal-organisation-title"),
        frame: who.around(Place::Organisation),
        errors,
        fields: vec![
            Field::new("name", &input.name, NAME, Entry::Line),
            Field::new("site", &input.site, SITE, Entry::Line),
            Field::new("contact_email", &input.contact_email, 254, Entry::Mail),
        ],
        path: who.path("/organisation"),
        may_change: who.member.role.may(Deed::Organisation),
    }
}

async fn show(who: Insider) -> Result<Response, PageError> {
    let stored = who.organisation.clone();
    let (site, contact_email) = (stored.site.unwrap_or_default(), stored.contact_email.unwrap_or_default());
    page(&organisation_page(&who, &Details { name: stored.name, site, contact_email }, FormErrors::default()))
}

async fn save(State(state): State<AppState>, who: Insider, form: Posted) -> Result<Response, PageError> {
    let field = |name| form.get(name).to_owned();
    let input = Details { name: field("name"), site: field("site"), contact_email: field("contact_email") };
    let Err(refusal) = update(&state.portal(), &who.member, &input).await else {
        return Ok(Flash::success("portal-organisation-done").redirect(&who.path("/organisation")));
    };
    let mut errors = FormErrors::default();
    let status = take(&mut errors, &who.payer.t, refusal)?;
    page_with(status, &organisation_page(&who, &input, errors))
}
