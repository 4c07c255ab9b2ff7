//! Add-ons in the panel: the marketplace, listings, consent, what is installed and how it does, and the catalog. All of
//! it needs `addons.manage`, the catalog `catalog.manage`; the marketplace and its listings can be read by every operator,
//! who may ask an admin for an add-on there (R69). One file per page; the words that several pages share (badges,
//! permissions as sentences, error texts) have one home each.

mod arrived;
mod attention;
mod badges;
mod cancel;
mod catalog;
mod channel;
mod codes;
mod consent;
mod errors;
mod files;
mod health;
mod install_link;
mod leaving;
mod licences;
mod listing;
mod login;
mod logs;
mod manage;
mod marketplace;
mod my_addons;
mod payment;
mod permissions;
mod plans;
mod prices;
mod publisher;
mod reports;
mod requests;
mod settings;
mod standing;
mod start;
mod support;

#[cfg(test)]
mod tests;
mod toggles;
mod uninstall;
mod update;
mod users;
mod wizard;
mod words;

use std::time::Duration;

use annex_domain::{
    addon::{AddonId, Version},
    ids::InstallationId,
    permission::Permission,
};
use annex_lifecycle::InstallationView;
use axum::{
    Router,
    response::{IntoResponse as _, Redirect, Response},
};

pub(crate) use self::{
    catalog::{UPLOAD_LIMIT, package_of_form},
    errors::{field_error_text, intake_text},
};
pub(in crate::panel) use self::{
    codes::{area, audited},
    errors::{billing_text, page_error},
    login::Login,
};
use crate::{error::PageError, session::SignedIn, state::AppState};

/// How long a page waits for a saga before it shows progress instead.
const PATIENCE: Duration = Duration::from_secs(3);

/// Said when an installation went through.
const INSTALLED: &str = "flash-installed";

pub(crate) fn addons_routes() -> Router<AppState> {
    Router::new()
        .merge(marketplace::routes())
        .merge(publisher::routes())
        .merge(listing::routes())
        .merge(files::routes())
        .merge(consent::routes())
        .merge(install_link::routes())
        .merge(my_addons::routes())
        .merge(manage::routes())
        .merge(settings::routes())
        .merge(channel::routes())
        .merge(plans::routes())
        .merge(licences::routes())
        .merge(payment::routes())
        .merge(update::routes())
        .merge(cancel::routes())
        .merge(toggles::routes())
        .merge(users::routes())
        .merge(uninstall::routes())
        .merge(catalog::routes())
        .merge(reports::routes())
        .merge(attention::routes())
        .merge(requests::routes())
        .merge(start::routes())
        .merge(support::routes())
}

/// Where the picture of a version is.
pub(crate) fn icon_url(addon: &AddonId, version: &Version) -> String {
    format!("/addons/{addon}/icon/{version}")
}

/// An installation of the operator's desk. Another desk's is not found, like one that does not exist.
async fn installation(state: &AppState, who: &SignedIn, id: &str) -> Result<InstallationView, PageError> {
    who.require(Permission::AddonsManage)?;
    let id: InstallationId = id.parse().map_err(|_| PageError::NotFound)?;
    state.lifecycle.installation(who.desk.id, id).await.map_err(page_error)
}

/// Leads to another page.
fn see_other(to: &str) -> Response {
    Redirect::to(to).into_response()
}
