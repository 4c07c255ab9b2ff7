//! The address and the tax id that invoices to come name.

use annex_billing::accounts::set_details;
use annex_store::{
    StoreError,
    billing::invoices::{self, ADDRESS, Party, TAX_ID},
};
use askama::Template;
use axum::{Router, extract::State, http::StatusCode, routing::get};

use super::{
    area::{Area, AreaSection},
    session::Payer,
};
use crate::{
    error::PageResult,
    flash::Flash,
    panel::form::{FormErrors, Posted},
    shell::{Shell, page, page_with},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/client-area/details", get(show).post(save))
}

#[derive(Template)]
#[template(path = "client_area/details.html")]
struct DetailsPage {
    shell: Shell,
    area: Area,
    errors: FormErrors,
    party: Party,
    longest_address: usize,
    longest_tax_id: usize,
}

fn details_page(payer: &Payer, party: Party, errors: FormErrors) -> DetailsPage {
    DetailsPage {
        shell: payer.shell("client-details-title"),
        area: payer.area(AreaSection::Details),
        errors,
        party,
        longest_address: ADDRESS,
        longest_tax_id: TAX_ID,
    }
}

async fn show(State(state): State<AppState>, payer: Payer) -> PageResult {
    let party = invoices::buyer(&mut state.db.read().await?, payer.account.id).await?;
    page(&details_page(&payer, party, FormErrors::default()))
}

async fn save(State(state): State<AppState>, payer: Payer, form: Posted) -> PageResult {
    let (name, address, tax_id) = (payer.account.name.clone(), form.get("address"), form.get("tax_id"));
    match set_details(&state.billing, payer.account.id, address, tax_id).await {
        Ok(()) => Ok(Flash::success("client-details-done").redirect("/client-area/details")),
        Err(StoreError::Invalid { field, .. }) => {
            let mut errors = FormErrors::default();
            let max = if field == "address" { ADDRESS } else { TAX_ID };
            errors.add(field, payer.t.msg("form-too-long").arg("max", max).to_string());
            let party = Party { name, address: address.to_owned(), tax_id: tax_id.to_owned() };
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &details_page(&payer, party, errors))
        }
        Err(error) => Err(error.into()),
    }
}
