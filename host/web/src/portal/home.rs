//! The publishers that an account belongs to; straight to the only one. From here the platform's people get to their pages.

use annex_portal::Staff;
use annex_store::publishers::{members, organisations};
use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};

use super::frame::{Around, is_open};
use crate::{
    client_area::Payer,
    error::PageError,
    shell::{Shell, page},
    state::AppState,
};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/portal", get(show))
}

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage {
    shell: Shell,
    frame: Around,
    publishers: Vec<Row>,
    /// Somebody of the platform.
    is_staff: bool,
}

struct Row {
    path: String,
    name: String,
    role: String,
}

async fn show(State(state): State<AppState>, payer: Payer) -> Result<Response, PageError> {
    is_open(&state)?;
    let staff = Staff::find(&state.portal(), payer.account.id, state.clock.now()).await?;
    let is_staff = !staff.permissions.is_empty();
    let mut conn = state.db.read().await?;
    let mut publishers = Vec::new();
    for (slug, role) in members::publishers_of(&mut conn, payer.account.id).await? {
        publishers.push(Row {
            path: format!("/portal/publishers/{slug}"),
            name: organisations::get(&mut conn, &slug).await?.name,
            role: payer.t.get(&format!("portal-role-{role}")),
        });
    }
    drop(conn);
    if let ([only], false) = (publishers.as_slice(), is_staff) {
        return Ok(Redirect::to(&only.path).into_response());
    }
    page(&HomePage { shell: payer.shell("portal-title"), frame: Around::home(&payer), publishers, is_staff })
}
