//! `/sign-in/switch`: the other help desks of somebody who works in several. Those to which this browser signed in before, and no
//! others: whoever manages a desk can invite any address, and must not learn where else its owner works. One with a host name of its
//! own is opened there; another takes its password, as each desk has its own.

use annex_store::{StoreError, desks};
use askama::Template;
use axum::{Router, extract::State, http::HeaderMap, routing::get};

use crate::{
    device::Device,
    error::PageResult,
    session::SignedIn,
    shell::{Section, Shell, page},
    state::AppState,
};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/sign-in/switch", get(show))
}

#[derive(Template)]
#[template(path = "panel/switch_desk.html")]
struct SwitchPage {
    shell: Shell,
    /// Where they are.
    here: String,
    email: String,
    /// Those with a host name: what they are called, and their address.
    named: Vec<(String, String)>,
    /// The others: their ids, and what they are called.
    others: Vec<(String, String)>,
}

async fn show(State(state): State<AppState>, who: SignedIn, headers: HeaderMap) -> PageResult {
    let device = Device::of(&state, &headers, &who.operator.email);
    let (mut named, mut others) = (Vec::new(), Vec::new());
    for id in device.known_in().iter().filter(|id| **id != who.desk.id) {
        let desk = match desks::known(&state.db, *id).await {
            Err(StoreError::NotFound(_)) => continue,
            found => found?,
        };
        if desk.status.works() {
            match state.config.host_name_of(&desk) {
                Some(_) => named.push((desk.name.clone(), state.config.absolute_of(&desk, "/"))),
                None => others.push((desk.id.to_string(), desk.name)),
            }
        }
    }
    let (here, email) = (who.desk.name.clone(), who.operator.email.clone());
    page(&SwitchPage { shell: who.shell("switch-desk-title", Section::Profile), here, email, named, others })
}
